import re
import tomllib
from datetime import date

import pytest

from chalicelib.domain.directory import regions
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.time.hours import OfficeHours, get_national_hours

ZONES = {
    "kabupaten-cirebon": ("32.09", "Asia/Jakarta"),
    "provinsi-jawa-timur": ("35", "Asia/Jakarta"),
    "kota-tarakan": ("65.71", "Asia/Makassar"),
    "kabupaten-teladan": ("00.01", "Asia/Makassar"),
    "kota-teladan": ("00.71", "Asia/Jayapura"),
}


def test_every_region_on_file_can_be_read_and_has_its_code_and_zone() -> None:
    read = {slug: regions.load(slug) for slug in regions.list_slugs()}
    assert {region.slug: (region.code, region.zone) for region in read.values()} == ZONES
    assert all(region.slug == slug for slug, region in read.items())


def test_every_region_has_a_ticket_prefix_and_a_code_of_its_own() -> None:
    read = [regions.load(slug) for slug in regions.list_slugs()]
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


A_REGION = """
slug = "kota-contoh"
name = "Pemerintah Kota Contoh"
code = "99.71"
zone = "Asia/Makassar"
prefix = "CTH"
procedure = "contoh"
extra_working_days = [2026-11-28]

[closing_days]
2026-11-24 = "Hari Jadi"

[office_hours.ordinary]
mon = ["08:00-12:00", "13:00-15:00"]
sat = ["08:00-11:00"]

[office_hours.ramadan]
mon = ["09:00-12:00"]
"""


def test_a_file_can_say_which_days_and_hours_the_region_works() -> None:
    region = Region.model_validate(tomllib.loads(A_REGION))
    monday, tuesday, saturday = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 28)
    assert region.calendar.get_office_day(monday).hours == ("08:00-12:00", "13:00-15:00")
    assert region.calendar.get_day(tuesday).name == "Hari Jadi"
    assert region.calendar.is_working(saturday)
    assert Region.model_validate_json(region.model_dump_json()) == region


def test_a_region_has_one_calendar_for_each_set_of_hours() -> None:
    region = Region.model_validate(tomllib.loads(A_REGION))
    own = OfficeHours(ordinary=get_national_hours().ordinary, ramadan=get_national_hours().ordinary)
    assert region.calendar is region.calendar
    assert region.build_calendar(own) is region.build_calendar(own)
    assert region.build_calendar(own).get_office_day(date(2026, 11, 23)).hours == (
        "07:30-12:00",
        "13:00-16:00",
    )
    assert not region.build_calendar(own).is_working(date(2026, 11, 24))
