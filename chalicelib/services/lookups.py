"""Lookups that raise where there is nothing."""

from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.ports import Directory


def find_region(directory: Directory, slug: str) -> Region:
    """Return the region; raise ``Refusal("unknown_region")`` where there is none of that name."""
    region = directory.get_region(slug)
    if region is None:
        raise Refusal("unknown_region")
    return region
