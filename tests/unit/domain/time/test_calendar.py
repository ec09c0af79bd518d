import re
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.time.calendar import Calendar, Day
from chalicelib.domain.time.hours import OfficeHours, Week, get_national_hours

# The joint ministerial decrees (SKB) of 2026 and 2027, as published: what falls on Monday to Friday.
SKB_2026 = {
    "holiday": "01-01 01-16 02-17 03-19 04-03 05-01 05-14 05-27 06-01 06-16 08-17 08-25 12-25",
    "joint_leave": "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24",
}
SKB_2027 = {
    "holiday": "01-01 01-05 03-08 03-10 03-11 03-26 05-06 05-17 05-20 06-01 08-17",
    "joint_leave": "02-05 03-09 03-12 03-15 03-25 05-18 05-19 12-24",
}


@pytest.mark.parametrize(("year", "decree"), [(2026, SKB_2026), (2027, SKB_2027)])
def test_the_days_off_between_monday_and_friday_are_those_of_the_decree(
    year: int, decree: dict[str, str]
) -> None:
    calendar = Calendar()
    start = date(year, 1, 1).toordinal()
    days = [calendar.get_day(date.fromordinal(start + i)) for i in range(365)]
    off = {
        reason: " ".join(day.date.strftime("%m-%d") for day in days if day.reason == reason)
        for reason in ("holiday", "joint_leave")
    }
    assert off == decree
    assert {day.reason for day in days} == {"working", "weekend", "holiday", "joint_leave"}


def test_a_holiday_carries_its_indonesian_name() -> None:
    assert Calendar().get_day(date(2026, 8, 17)) == Day(
        date=date(2026, 8, 17),
        working=False,
        reason="holiday",
        name="Hari Kemerdekaan Republik Indonesia",
        estimated=False,
    )


def test_an_estimated_holiday_is_marked_and_its_name_is_clean() -> None:
    day = Calendar().get_day(date(2027, 3, 10))
    assert (day.reason, day.name, day.estimated) == ("holiday", "Hari Raya Idul Fitri", True)


def test_a_holiday_on_a_weekend_is_a_weekend_day_with_a_name_and_hangs_on_no_estimate() -> None:
    # Idul Fitri 2028 is an estimate, and falls on a Sunday: off in any case.
    day = Calendar().get_day(date(2028, 2, 27))
    assert (day.reason, day.name, day.estimated) == ("weekend", "Hari Raya Idul Fitri", False)


def test_a_region_closes_on_a_day_of_its_own() -> None:
    anniversary = date(2026, 4, 2)
    calendar = Calendar(closing_days={anniversary: "Hari Jadi"})
    assert calendar.get_day(anniversary) == Day(
        date=anniversary, working=False, reason="closing_day", name="Hari Jadi"
    )
    assert Calendar().is_working(anniversary)


def test_a_region_works_on_a_saturday_and_on_a_cuti_bersama() -> None:
    saturday, joint_leave = date(2026, 3, 14), date(2026, 3, 18)
    calendar = Calendar(extra_working_days={saturday, joint_leave})
    assert calendar.get_day(saturday) == Day(date=saturday, working=True, reason="extra_working_day")
    assert calendar.get_day(joint_leave).reason == "extra_working_day"
    assert calendar.get_day(joint_leave).name == "Cuti Bersama Hari Suci Nyepi"
    assert calendar.find_next_working_day(date(2026, 3, 13)) == saturday


def test_an_extra_working_day_that_is_one_anyway_is_an_ordinary_working_day() -> None:
    monday = date(2026, 3, 16)
    assert Calendar(extra_working_days={monday}).get_day(monday).reason == "working"


def test_a_day_cannot_be_closed_and_worked() -> None:
    day = date(2026, 3, 16)
    with pytest.raises(ValueError, match="2026-03-16"):
        Calendar(closing_days={day: "Libur"}, extra_working_days={day})


def test_changing_the_data_it_was_built_from_does_not_change_a_calendar() -> None:
    closing_days = {date(2026, 4, 2): "Hari Jadi"}
    calendar = Calendar(closing_days=closing_days)
    closing_days.clear()
    assert not calendar.is_working(date(2026, 4, 2))


def test_the_next_working_day_skips_the_whole_of_lebaran_2026() -> None:
    assert Calendar().find_next_working_day(date(2026, 3, 17)) == date(2026, 3, 25)


def test_the_next_working_day_crosses_the_year_end() -> None:
    # 24 December 2026 is cuti bersama, 1 January 2027 a holiday and a Friday.
    assert Calendar().find_next_working_day(date(2026, 12, 23)) == date(2026, 12, 28)
    assert Calendar().find_next_working_day(date(2026, 12, 31)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("zone", "utc_hour"), [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)]
)
def test_a_local_day_begins_at_the_midnight_of_its_zone(zone: str, utc_hour: int) -> None:
    calendar = Calendar(zone)
    begins = datetime(2026, 11, 22, utc_hour, tzinfo=UTC)
    assert calendar.get_day_start(date(2026, 11, 23)) == begins
    assert calendar.get_day_start(date(2026, 11, 23)).tzinfo is UTC
    assert calendar.to_local(begins).isoformat() == f"2026-11-23T00:00:00+0{24 - utc_hour}:00"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Calendar().to_local(datetime(2026, 11, 23))


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(KeyError):
        Calendar("Asia/Nowhere")


def test_the_version_names_the_holidays_package_and_changes_with_the_regions_days_and_hours() -> None:
    day = date(2026, 4, 2)
    short = Week(mon=("08:00-12:00",))
    versions = [
        Calendar().version,
        Calendar(closing_days={day: "Hari Jadi"}).version,
        Calendar(closing_days={day: "Libur"}).version,
        Calendar(closing_days={date(2026, 4, 6): "Hari Jadi"}).version,
        Calendar(extra_working_days={day}).version,
        Calendar(hours=OfficeHours(ordinary=short, ramadan=get_national_hours().ramadan)).version,
        Calendar(hours=OfficeHours(ordinary=get_national_hours().ordinary, ramadan=short)).version,
    ]
    assert len(set(versions)) == len(versions)
    assert all(re.fullmatch(r"holidays-0\.\d+\+[0-9a-f]{6}", version) for version in versions)


def test_saying_the_national_hours_is_the_same_as_saying_none() -> None:
    assert Calendar(hours=get_national_hours()).version == Calendar().version


def test_the_version_depends_on_neither_order_nor_zone() -> None:
    a, b = date(2026, 4, 2), date(2026, 6, 5)
    assert (
        Calendar("Asia/Jakarta", {a: "A", b: "B"}).version
        == Calendar("Asia/Makassar", {b: "B", a: "A"}).version
    )


# When offices are open


def get_hours(day: str, calendar: Calendar | None = None) -> tuple[str, ...]:
    return (calendar or Calendar()).get_office_day(date.fromisoformat(day)).hours


MONDAY_TO_THURSDAY = ("07:30-12:00", "13:00-16:00")


def test_offices_are_open_by_the_weekday_and_shorter_in_ramadan() -> None:
    assert get_hours("2026-11-23") == get_hours("2026-11-26") == MONDAY_TO_THURSDAY
    assert get_hours("2026-11-27") == ("07:30-11:30", "13:00-16:30")
    # Ramadan 1447: Thursday 19 February to Friday 20 March 2026.
    assert get_hours("2026-02-18") == MONDAY_TO_THURSDAY
    assert get_hours("2026-02-19") == ("08:00-12:00", "12:30-15:00")
    assert get_hours("2026-03-13") == ("08:00-11:30", "12:30-15:30")
    assert get_hours("2026-03-25") == MONDAY_TO_THURSDAY


@pytest.mark.parametrize(
    "day",
    ["2026-11-28", "2026-11-29", "2026-08-17", "2026-12-24"],
    ids=["Saturday", "Sunday", "holiday", "cuti bersama"],
)
def test_offices_are_closed_on_days_that_are_not_worked(day: str) -> None:
    assert Calendar().get_office_day(date.fromisoformat(day)).spans == ()


def test_offices_are_closed_on_the_regions_closing_day() -> None:
    assert get_hours("2026-11-24", Calendar(closing_days={date(2026, 11, 24): "Hari Jadi"})) == ()


@pytest.mark.parametrize(
    ("zone", "utc_hour"), [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)]
)
def test_office_hours_are_those_of_the_regions_clock(zone: str, utc_hour: int) -> None:
    midnight = datetime(2026, 11, 22, utc_hour, tzinfo=UTC)
    assert Calendar(zone).get_office_day(date(2026, 11, 23)).spans == (
        (midnight + timedelta(hours=7.5), midnight + timedelta(hours=12)),
        (midnight + timedelta(hours=13), midnight + timedelta(hours=16)),
    )


SATURDAYS = OfficeHours(
    ordinary=Week(**{**get_national_hours().ordinary.model_dump(), "sat": ("08:00-12:00",)}),
    ramadan=get_national_hours().ramadan,
)


def test_an_agency_with_hours_on_saturday_is_open_then_but_saturday_is_no_working_day() -> None:
    calendar = Calendar(hours=SATURDAYS)
    assert get_hours("2026-11-28", calendar) == ("08:00-12:00",)
    assert not calendar.is_working(date(2026, 11, 28))
    assert get_hours("2026-11-29", calendar) == ()


def test_a_saturday_that_is_a_holiday_or_a_closing_day_is_closed_for_such_an_agency_too() -> None:
    # Idul Fitri 2026 is a Saturday.
    closed = Calendar(hours=SATURDAYS, closing_days={date(2026, 11, 28): "Hari Jadi"})
    every_saturday = Calendar(
        hours=OfficeHours(ordinary=SATURDAYS.ordinary, ramadan=SATURDAYS.ordinary), closing_days={}
    )
    assert get_hours("2026-11-28", closed) == ()
    assert get_hours("2026-03-21", every_saturday) == ()
    assert get_hours("2026-03-14", every_saturday) == ("08:00-12:00",)


def test_a_saturday_that_the_region_works_has_its_own_hours_or_else_mondays() -> None:
    saturday = frozenset({date(2026, 11, 28)})
    assert get_hours("2026-11-28", Calendar(extra_working_days=saturday)) == MONDAY_TO_THURSDAY
    assert get_hours("2026-11-28", Calendar(extra_working_days=saturday, hours=SATURDAYS)) == ("08:00-12:00",)


def test_a_holiday_that_the_region_works_has_the_hours_of_its_weekday() -> None:
    worked = Calendar(extra_working_days={date(2026, 5, 1)})
    assert get_hours("2026-05-01", worked) == ("07:30-11:30", "13:00-16:30")


def test_hours_of_a_ramadan_that_is_still_expected_are_marked_so() -> None:
    calendar = Calendar()
    # 2027: expected from 8 February on.
    days = [date(2026, 2, 19), date(2027, 2, 4), date(2027, 2, 8)]
    assert [calendar.get_office_day(day).estimated for day in days] == [False, False, True]
