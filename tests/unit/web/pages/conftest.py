"""The pages over fakes."""

from collections.abc import Iterator

import pytest

from tests.fakes import FakeWorld
from tests.sample_region import CITIZEN
from tests.unit.web.pages.page_browser import Browser, Site, serving


@pytest.fixture
def site(world: FakeWorld) -> Iterator[Site]:
    with serving(world) as site:
        yield site


@pytest.fixture
def browser(site: Site) -> Browser:
    """A citizen's, signed in."""
    return site.browser(CITIZEN)
