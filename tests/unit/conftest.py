"""The application over fakes, for every unit test that asks for it."""

from collections.abc import Iterator

import pytest

from chalicelib import bootstrap
from tests.fakes import FakeWorld
from tests.unit.web.api.api_client import Api, speaking_to


@pytest.fixture
def world() -> Iterator[FakeWorld]:
    """Every fake, with the application over them installed for workers, commands and pages."""
    world = FakeWorld()
    bootstrap.install(world.app)
    yield world
    bootstrap.install(None)


@pytest.fixture
def api(world: FakeWorld) -> Iterator[Api]:
    with speaking_to(world) as api:
        yield api
