from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.calendar import Calendar, Day

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
    days = [calendar.day(date.fromordinal(start + i)) for i in range(365)]
    off = {
        reason: " ".join(day.date.strftime("%m-%d") for day in days if day.reason == reason)
        for reason in ("holiday", "joint_leave")
    }
    assert off == decree
    assert {day.reason for day in days} == {"working", "weekend", "holiday", "joint_leave"}


def test_a_holiday_carries_its_indonesian_name() -> None:
    assert Calendar().day(date(2026, 8, 17)) == Day(
        date=date(2026, 8, 17),
        working=False,
        reason="holiday",
        name="Hari Kemerdekaan Republik Indonesia",
        estimated=False,
    )


def test_an_estimated_holiday_is_marked_and_its_name_is_clean() -> None:
    day = Calendar().day(date(2027, 3, 10))
    assert (day.reason, day.name, day.estimated) == ("holiday", "Hari Raya Idul Fitri", True)


def test_a_holiday_on_a_weekend_is_a_weekend_day_with_a_name_and_hangs_on_no_estimate() -> None:
    # Idul Fitri 2028 is an estimate, and falls on a Sunday: off in any case.
    day = Calendar().day(date(2028, 2, 27))
    assert (day.reason, day.name, day.estimated) == ("weekend", "Hari Raya Idul Fitri", False)


def test_a_region_closes_on_a_day_of_its_own() -> None:
    anniversary = date(2026, 4, 2)
    calendar = Calendar(closing_days={anniversary: "Hari Jadi"})
    assert calendar.day(anniversary) == Day(
        date=anniversary, working=False, reason="closing_day", name="Hari Jadi"
    )
    assert Calendar().is_working(anniversary)


def test_a_region_works_on_a_saturday_and_on_a_cuti_bersama() -> None:
    saturday, joint_leave = date(2026, 3, 14), date(2026, 3, 18)
    calendar = Calendar(extra_working_days={saturday, joint_leave})
    assert calendar.day(saturday) == Day(date=saturday, working=True, reason="extra_working_day")
    assert calendar.day(joint_leave).reason == "extra_working_day"
    assert calendar.day(joint_leave).name == "Cuti Bersama Hari Suci Nyepi"
    assert calendar.next_working_day(date(2026, 3, 13)) == saturday


def test_an_extra_working_day_that_is_one_anyway_is_an_ordinary_working_day() -> None:
    monday = date(2026, 3, 16)
    assert Calendar(extra_working_days={monday}).day(monday).reason == "working"


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
    assert Calendar().next_working_day(date(2026, 3, 17)) == date(2026, 3, 25)


def test_the_next_working_day_crosses_the_year_end() -> None:
    # 24 December 2026 is cuti bersama, 1 January 2027 a holiday and a Friday.
    assert Calendar().next_working_day(date(2026, 12, 23)) == date(2026, 12, 28)
    assert Calendar().next_working_day(date(2026, 12, 31)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("zone", "utc_hour"), [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)]
)
def test_a_local_day_begins_at_the_midnight_of_its_zone(zone: str, utc_hour: int) -> None:
    calendar = Calendar(zone)
    begins = datetime(2026, 11, 22, utc_hour, tzinfo=UTC)
    assert calendar.starts(date(2026, 11, 23)) == begins
    assert calendar.starts(date(2026, 11, 23)).tzinfo is UTC
    assert calendar.local(begins).isoformat() == f"2026-11-23T00:00:00+0{24 - utc_hour}:00"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Calendar().local(datetime(2026, 11, 23))


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(KeyError):
        Calendar("Asia/Nowhere")


def test_the_version_names_the_holidays_package_and_changes_with_the_regions_days() -> None:
    day = date(2026, 4, 2)
    plain = Calendar().version
    closed = Calendar(closing_days={day: "Hari Jadi"}).version
    versions = [
        plain,
        closed,
        Calendar(closing_days={day: "Libur"}).version,
        Calendar(closing_days={date(2026, 4, 6): "Hari Jadi"}).version,
        Calendar(extra_working_days={day}).version,
    ]
    assert len(set(versions)) == len(versions)
    assert plain.startswith("holidays-0.")
    assert closed.startswith(plain + "+")
    assert len(closed) == len(plain) + 7


def test_the_version_depends_on_neither_order_nor_zone() -> None:
    a, b = date(2026, 4, 2), date(2026, 6, 5)
    assert (
        Calendar("Asia/Jakarta", {a: "A", b: "B"}).version
        == Calendar("Asia/Makassar", {b: "B", a: "A"}).version
    )
