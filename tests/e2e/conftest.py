"""One local cloud for all end-to-end tests, with ports and a folder of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from infra.local import LocalCloud

WORKING_DAY_SECONDS = 20


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


def free_ports() -> tuple[int, int]:
    """Two ports that nobody uses just now."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
