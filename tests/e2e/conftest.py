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
from tests.e2e.browsing import FLAGS, PHONE, PageChecker, Person
from tests.e2e.demo import REGIONS, Demo, find_officer

WORKING_DAY_SECONDS = 3600
"""An hour: no deadline passes while a test acts, on a slow machine either. ``Deadlines`` makes them pass."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    port, cloud_port = find_free_ports()
    with LocalCloud(
        tmp_path_factory.mktemp("cloud"),
        port=port,
        cloud_port=cloud_port,
        seconds_per_working_day=WORKING_DAY_SECONDS,
    ) as running:
        yield running


@pytest.fixture(scope="session")
def demo(cloud: LocalCloud) -> Demo:
    """Return the cloud with the demo directory loaded."""
    return Demo(cloud, load_directory(cloud))


@pytest.fixture(scope="session")
def region() -> dict[str, Any]:
    """Return the region of tests that work in any region."""
    return REGIONS[0]


@pytest.fixture
def journey(demo: Demo, region: dict[str, Any]) -> Journey:
    """Return the journey of a complaint that is not filed yet."""
    return Journey(demo.cloud, region, say)


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> App:
    """Return the app of a reporter who has registered."""
    return Journey(demo.cloud, region, say).register()


@pytest.fixture(scope="session")
def sign_in(demo: Demo, region: dict[str, Any]) -> Callable[[str], App]:
    """Return a function that signs in the region's officer of a role."""
    apps: dict[str, App] = {}

    def sign_in_once(role: str) -> App:
        if role not in apps:
            apps[role] = App(demo.cloud.public_url)
            apps[role].sign_in(find_officer(region, role)["email"], demo.password)
        return apps[role]

    return sign_in_once


def find_free_ports() -> tuple[int, int]:
    """Return two ports that are not in use."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        installed = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
        path = next(filter(None, installed))
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def checker(chromium: Browser) -> PageChecker:
    return PageChecker(chromium.new_page(viewport=PHONE))


@pytest.fixture
def open_browser(chromium: Browser, checker: PageChecker, demo: Demo) -> Iterator[Callable[..., Person]]:
    """Yield a function that opens a person's browser, and check all of them after the test."""
    people: list[Person] = []

    def open_one(**settings: Any) -> Person:
        people.append(Person.open(chromium, demo.cloud.public_url, checker, **settings))
        return people[-1]

    yield open_one
    for person in people:
        person.check()
