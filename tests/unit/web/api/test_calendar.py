"""Anybody may read which days a region is off, why, and by which decree."""

from datetime import date

import pytest

from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.services.staff.officer_links import to_actor
from tests.sample_region import ADMIN, REGION
from tests.unit.web.api.api_client import Api

PATH = f"/api/v1/regions/{REGION.slug}/calendar"


def test_a_year_has_each_day_off_with_its_reason(api: Api) -> None:
    shown = api.get(f"{PATH}?year=2026").json_body
    days = {day["date"]: day for day in shown["days"]}
    assert (shown["region"], shown["zone"], shown["year"]) == (REGION.slug, REGION.zone, 2026)
    assert shown["version"] == REGION.calendar.version
    assert days["2026-12-25"]["reason"] == "holiday"
    assert days["2026-12-24"]["reason"] == "joint_leave"
    assert days["2026-12-26"]["reason"] == "weekend"
    assert "2026-12-28" not in days


def test_without_a_year_it_is_the_one_that_runs(api: Api) -> None:
    assert api.get(PATH).json_body["year"] == 2026


def test_a_change_is_public_with_its_decree_and_nobodys_name(api: Api) -> None:
    change = DayChange(day=date(2026, 12, 28), working=False, name="Cuti bersama", decree="SK Bupati 12/2026")
    api.world.app.calendars.change(REGION.slug, change, to_actor(ADMIN))
    answer = api.get(f"{PATH}?year=2026")
    new = api.world.directory.regions_by_slug[REGION.slug].calendar.version
    assert answer.json_body["changes"] == [
        {
            "number": 1,
            "at": "2026-11-23T03:00:00Z",
            "role": "regional_admin",
            "day": "2026-12-28",
            "working": False,
            "name": "Cuti bersama",
            "decree": "SK Bupati 12/2026",
            "old_version": REGION.calendar.version,
            "new_version": new,
        }
    ]
    assert ADMIN.name not in answer.body.decode()
    assert {"date": "2026-12-28", "reason": "closing_day"}.items() <= {
        name: value
        for day in answer.json_body["days"]
        if day["date"] == "2026-12-28"
        for name, value in day.items()
    }.items()


@pytest.mark.parametrize("year", ["1900", "2100", "x", "20266"])
def test_a_year_without_a_calendar_is_refused_in_the_callers_language(api: Api, year: str) -> None:
    answer = api.get(f"{PATH}?year={year}", Accept_Language="en")
    assert answer.status_code == 422
    assert answer.json_body["detail"] == "Choose a year from 2010 to 2031."


def test_a_region_that_does_not_exist_has_no_calendar(api: Api) -> None:
    assert api.get("/api/v1/regions/none/calendar").status_code == 404
