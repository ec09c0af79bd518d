import re

import pytest

from chalicelib.domain import regions

ZONES = {
    "kabupaten-cirebon": ("32.09", "Asia/Jakarta"),
    "provinsi-jawa-timur": ("35", "Asia/Jakarta"),
    "kota-tarakan": ("65.71", "Asia/Makassar"),
    "kabupaten-teladan": ("00.01", "Asia/Makassar"),
    "kota-teladan": ("00.71", "Asia/Jayapura"),
}


def test_every_region_on_file_can_be_read_and_has_its_code_and_zone() -> None:
    read = {slug: regions.load(slug) for slug in regions.known()}
    assert {slug: (region.code, region.zone) for slug, region in read.items()} == ZONES


def test_every_region_has_a_ticket_prefix_and_a_code_of_its_own() -> None:
    read = [regions.load(slug) for slug in regions.known()]
    prefixes = [region.prefix for region in read]
    assert all(re.fullmatch("[A-Z]{2,5}", prefix) for prefix in prefixes)
    assert len(set(prefixes)) == len({region.code for region in read}) == len(read)


@pytest.mark.parametrize("slug", ["kota-antah-berantah", "", "../sops/kota-tarakan", "Kota-Tarakan"])
def test_an_unknown_region_is_refused(slug: str) -> None:
    with pytest.raises(KeyError):
        regions.load(slug)


@pytest.mark.parametrize("slug", sorted(ZONES))
def test_every_region_has_a_calendar(slug: str) -> None:
    assert regions.load(slug).calendar.zone.key == ZONES[slug][1]
