"""One local cloud for all end-to-end tests, with ports and a folder of its own."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.local.browser import App
from infra.local.cloud import LocalCloud
from infra.local.demo import load_directory, say
from infra.local.journey import Journey
from tests.e2e.browsing import FLAGS, PHONE, Onlooker, Person
from tests.e2e.demo import REGIONS, Demo, officer

WORKING_DAY_SECONDS = 3600
"""An hour: no deadline passes while a test acts, on a slow machine either. ``Deadlines`` makes them pass."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    port, cloud_port = free_ports()
    with LocalCloud(
        tmp_path_factory.mktemp("cloud"),
        port=port,
        cloud_port=cloud_port,
        seconds_per_working_day=WORKING_DAY_SECONDS,
    ) as running:
        yield running


@pytest.fixture(scope="session")
def demo(cloud: LocalCloud) -> Demo:
    """The cloud with the demo governments on it."""
    return Demo(cloud, load_directory(cloud))


@pytest.fixture(scope="session")
def region() -> dict[str, Any]:
    """The region that tests take where any will do."""
    return REGIONS[0]


@pytest.fixture
def journey(demo: Demo, region: dict[str, Any]) -> Journey:
    """A complaint's way, not yet begun."""
    return Journey(demo.cloud, region, say)


@pytest.fixture(scope="session")
def staff(demo: Demo, region: dict[str, Any]) -> Callable[[str], App]:
    """Signs in the region's officer of that role."""
    signed_in: dict[str, App] = {}

    def sign_in(role: str) -> App:
        if role not in signed_in:
            signed_in[role] = App(demo.cloud.public_url)
            signed_in[role].sign_in(officer(region, role)["email"], demo.password)
        return signed_in[role]

    return sign_in


def free_ports() -> tuple[int, int]:
    """Two ports that nobody uses just now."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        installed = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
        path = next(filter(None, installed))
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def onlooker(chromium: Browser) -> Onlooker:
    return Onlooker(chromium.new_page(viewport=PHONE))


@pytest.fixture
def person(chromium: Browser, onlooker: Onlooker, demo: Demo) -> Iterator[Callable[..., Person]]:
    """Makes people; when the test is over, nothing may have come from elsewhere or gone wrong unseen."""
    made: list[Person] = []

    def make(**settings: Any) -> Person:
        made.append(Person.at(chromium, demo.cloud.public_url, onlooker, **settings))
        return made[-1]

    yield make
    for one in made:
        one.check()
