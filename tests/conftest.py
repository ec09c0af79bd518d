"""The settings of every test run."""

import os

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# No example is timed: the machine may be busy. CI judges a commit with the same examples each time; a
# person's run looks for new ones.
settings.register_profile("person", deadline=None)
settings.register_profile("landing", deadline=None, derandomize=True)
settings.load_profile("landing" if os.environ.get("CI") else "person")


class Scheduler(LoadFileScheduling):
    """Gives each process whole files, and all end-to-end tests to one process: they share a local cloud."""

    def _split_scope(self, nodeid: str) -> str:
        return "e2e" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduler:
    # Keep the order of the folders, in which the end-to-end tests come early: they take the longest.
    config.option.loadscopereorder = False
    return Scheduler(config, log)
