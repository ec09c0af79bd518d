from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from chalicelib.domain.calendar import Calendar
from chalicelib.domain.deadlines import (
    Derivation,
    StandardTime,
    after_working_days,
    derive,
    instant_at_part,
    working_seconds,
)
from chalicelib.texts.dates import Language

WIB = Calendar("Asia/Jakarta")
WITA = Calendar("Asia/Makassar")
WIT = Calendar("Asia/Jayapura")
ONE_WORKING_DAY = StandardTime(working_days=1)


def at(local: str, calendar: Calendar = WIB) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=calendar.zone).astimezone(UTC)


def due(trigger: str, calendar: Calendar = WIB, **standard: int) -> str:
    derivation = derive(at(trigger, calendar), StandardTime(**standard), calendar, "SOP")
    return calendar.local(derivation.due_at).strftime("%Y-%m-%d %H:%M:%S")


# Working days


def test_a_monday_filing_is_due_at_the_end_of_tuesday() -> None:
    assert due("2026-11-23T14:00", working_days=1) == "2026-11-25 00:00:00"


def test_a_friday_filing_is_due_at_the_end_of_monday() -> None:
    assert due("2026-11-27T14:00", working_days=1) == "2026-12-01 00:00:00"


def test_a_sunday_filing_is_due_at_the_end_of_monday() -> None:
    assert due("2026-11-22T14:00", working_days=1) == "2026-11-24 00:00:00"


@pytest.mark.parametrize("calendar", [WIB, WITA, WIT], ids=["WIB", "WITA", "WIT"])
def test_the_last_minute_of_a_local_day_belongs_to_it_and_the_first_to_the_next(calendar: Calendar) -> None:
    assert due("2026-11-23T23:59:59.999999", calendar, working_days=1) == "2026-11-25 00:00:00"
    assert due("2026-11-24T00:00:00", calendar, working_days=1) == "2026-11-26 00:00:00"


def test_one_instant_is_another_day_in_another_zone() -> None:
    # 16:30 UTC on Monday is 23:30 WIB and 00:30 WITA on Tuesday.
    instant = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    in_wib = derive(instant, ONE_WORKING_DAY, WIB, "SOP").due_at
    in_wita = derive(instant, ONE_WORKING_DAY, WITA, "SOP").due_at
    assert in_wib == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert in_wita == datetime(2026, 11, 25, 16, tzinfo=UTC)


def test_lebaran_2026_with_nyepi_and_its_cuti_bersama_is_skipped() -> None:
    # Working days after Friday 13 March 2026: 16, 17, then 25 March.
    assert due("2026-03-13T09:00", WITA, working_days=3) == "2026-03-26 00:00:00"


def test_lebaran_2027_is_skipped() -> None:
    # Monday 8 March is Nyepi; 9 to 12 and 15 March are Lebaran and its cuti bersama.
    assert due("2027-03-05T09:00", working_days=1) == "2027-03-17 00:00:00"
    assert due("2027-03-10T09:00", working_days=2) == "2027-03-18 00:00:00"


def test_the_year_end_is_crossed() -> None:
    # After Wednesday 23 December 2026: 28, 29, 30, 31 December, 4 January.
    assert due("2026-12-23T09:00", working_days=5) == "2027-01-05 00:00:00"
    assert due("2027-12-31T23:59", working_days=1) == "2028-01-04 00:00:00"


def test_a_filing_on_a_cuti_bersama_counts_from_the_next_working_day() -> None:
    assert due("2026-12-24T09:00", working_days=1) == "2026-12-29 00:00:00"


def test_a_regions_own_days_move_its_deadlines_alone() -> None:
    closed = Calendar(closing_days={date(2026, 11, 24): "Hari Jadi"})
    assert due("2026-11-23T14:00", closed, working_days=1) == "2026-11-26 00:00:00"
    assert due("2026-11-23T14:00", WIB, working_days=1) == "2026-11-25 00:00:00"


def test_the_ministrys_reading_of_fourteen_working_days_spans_lebaran() -> None:
    # 16, 17, 25, 26, 27, 30, 31 March, 1, 2 (3 April: Good Friday), 6, 7, 8, 9, 10 April.
    assert due("2026-03-13T09:00", working_days=14) == "2026-04-11 00:00:00"


# Other units


def test_calendar_days_skip_nothing() -> None:
    assert due("2026-03-13T09:00", calendar_days=60) == "2026-05-13 00:00:00"
    assert due("2026-12-31T23:59", calendar_days=1) == "2027-01-02 00:00:00"


def test_minutes_run_by_the_wall_clock_even_on_a_holiday() -> None:
    assert due("2026-03-20T23:59:30", minutes=1) == "2026-03-21 00:00:30"


# The derivation


def test_a_derivation_says_of_every_day_whether_it_counted_and_why() -> None:
    derivation = derive(at("2027-03-05T09:00"), StandardTime(working_days=2), WIB, "Perpres 76/2013")
    assert [(d.date.day, d.counted, d.reason, d.estimated) for d in derivation.days] == [
        (5, 0, "trigger", False),
        (6, None, "weekend", False),
        (7, None, "weekend", False),
        (8, None, "holiday", False),
        (9, None, "joint_leave", False),
        (10, None, "holiday", True),
        (11, None, "holiday", True),
        (12, None, "joint_leave", False),
        (13, None, "weekend", False),
        (14, None, "weekend", False),
        (15, None, "joint_leave", False),
        (16, 1, "working", False),
        (17, 2, "working", False),
    ]
    assert derivation.days[3].name == "Hari Suci Nyepi"
    assert derivation.legal_basis == "Perpres 76/2013"
    assert derivation.calendar_version == WIB.version


def test_calendar_days_are_counted_whatever_they_are() -> None:
    derivation = derive(at("2026-03-13T09:00"), StandardTime(calendar_days=3), WIB, "UU 25/2009")
    assert [(d.counted, d.reason) for d in derivation.days] == [
        (0, "trigger"),
        (1, "weekend"),
        (2, "weekend"),
        (3, "working"),
    ]


def test_minutes_are_derived_from_the_trigger_alone() -> None:
    derivation = derive(at("2026-11-23T14:00"), StandardTime(minutes=1), WIB, "SOP")
    assert [(d.counted, d.reason) for d in derivation.days] == [(0, "trigger")]


def test_a_derivation_survives_json_and_can_be_recomputed_from_it_by_hand() -> None:
    derivation = derive(at("2026-03-13T09:00", WITA), StandardTime(working_days=3), WITA, "SOP")
    read = Derivation.model_validate_json(derivation.model_dump_json())
    assert read == derivation
    last = max(d.date for d in read.days if d.counted == read.standard_time.working_days)
    end = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(read.zone)) + timedelta(days=1)
    assert end == read.due_at


def test_instants_are_kept_in_utc_whatever_zone_they_come_in() -> None:
    local = datetime(2026, 11, 23, 14, tzinfo=WIB.zone)
    derivation = derive(local, ONE_WORKING_DAY, WIB, "SOP")
    assert derivation.trigger.isoformat() == "2026-11-23T07:00:00+00:00"
    assert derivation.due_at.isoformat() == "2026-11-24T17:00:00+00:00"


def test_a_deadline_without_a_legal_basis_is_refused() -> None:
    with pytest.raises(ValueError, match="legal_basis"):
        derive(at("2026-11-23T14:00"), ONE_WORKING_DAY, WIB, "")


def test_an_instant_without_a_zone_is_refused_everywhere() -> None:
    naive, aware = datetime(2026, 11, 23, 14), at("2026-11-25T00:00")
    with pytest.raises(ValueError, match="time zone"):
        derive(naive, ONE_WORKING_DAY, WIB, "SOP")
    with pytest.raises(ValueError, match="time zone"):
        instant_at_part(naive, aware, 0.5, ONE_WORKING_DAY, WIB)
    with pytest.raises(ValueError, match="time zone"):
        instant_at_part(aware, naive, 0.5, ONE_WORKING_DAY, WIB)
    with pytest.raises(ValueError, match="time zone"):
        after_working_days(naive, 1, WIB)
    with pytest.raises(ValueError, match="time zone"):
        working_seconds(naive, aware, WIB)
    with pytest.raises(ValueError, match="time zone"):
        working_seconds(aware, naive, WIB)


# Standard times


@pytest.mark.parametrize(
    ("standard", "language", "words"),
    [
        (StandardTime(working_days=1), "id", "1 hari kerja"),
        (StandardTime(working_days=1), "en", "1 working day"),
        (StandardTime(working_days=14), "id", "14 hari kerja"),
        (StandardTime(working_days=14), "en", "14 working days"),
        (StandardTime(calendar_days=60), "id", "60 hari kalender"),
        (StandardTime(calendar_days=60), "en", "60 calendar days"),
        (StandardTime(minutes=1), "id", "1 menit"),
        (StandardTime(minutes=5), "en", "5 minutes"),
    ],
)
def test_a_standard_time_is_said_in_words(standard: StandardTime, language: Language, words: str) -> None:
    assert standard.text(language) == words


@pytest.mark.parametrize(
    "given",
    [{}, {"minutes": 1, "working_days": 1}, {"working_days": 0}, {"minutes": -1}, {"hours": 1}],
    ids=str,
)
def test_a_standard_time_has_exactly_one_positive_unit(given: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        StandardTime.model_validate(given)


# Parts of the time, for reminders


def part_of(trigger: str, due_at: str, part: float, **standard: int) -> str:
    instant = instant_at_part(at(trigger), at(due_at), part, StandardTime(**standard), WIB)
    return WIB.local(instant).strftime("%Y-%m-%d %H:%M:%S")


def test_half_of_a_working_day_given_on_friday_is_gone_on_monday_morning() -> None:
    # Friday has 10 hours left, Monday 24: half of 34 is 17, so 7 hours into Monday.
    assert part_of("2026-11-27T14:00", "2026-12-01T00:00", 0.5, working_days=1) == "2026-11-30 07:00:00"


def test_the_time_of_a_sunday_filing_begins_to_go_on_monday() -> None:
    assert part_of("2026-11-22T14:00", "2026-11-24T00:00", 0.5, working_days=1) == "2026-11-23 12:00:00"


def test_calendar_days_and_minutes_go_by_the_wall_clock() -> None:
    assert part_of("2026-11-27T12:00", "2026-11-29T00:00", 0.5, calendar_days=1) == "2026-11-28 06:00:00"
    assert part_of("2026-11-28T12:00", "2026-11-28T12:05", 0.8, minutes=5) == "2026-11-28 12:04:00"


def test_nothing_is_gone_at_the_trigger_and_all_at_the_due_instant() -> None:
    trigger, due_at = "2026-11-22T14:00", "2026-11-24T00:00"
    assert part_of(trigger, due_at, 0, working_days=1) == "2026-11-22 14:00:00"
    assert part_of(trigger, due_at, 1, working_days=1) == "2026-11-24 00:00:00"


def test_a_part_that_ends_with_friday_falls_on_its_midnight_and_not_after_the_weekend() -> None:
    # Friday 00:00 with two working days: Friday, Monday and Tuesday; the first third is Friday's.
    assert part_of("2026-11-27T00:00", "2026-12-02T00:00", 1 / 3, working_days=2) == "2026-11-28 00:00:00"


def test_all_is_gone_at_the_due_instant_even_when_a_decree_has_since_closed_its_last_day() -> None:
    trigger, due_at = at("2026-11-23T14:00"), at("2026-11-25T00:00")
    closed = Calendar(closing_days={date(2026, 11, 24): "Hari Jadi"})
    assert instant_at_part(trigger, due_at, 1, ONE_WORKING_DAY, closed) == due_at


@pytest.mark.parametrize("part", [-0.1, 1.1, float("nan")])
def test_a_part_outside_nought_to_one_is_refused(part: float) -> None:
    with pytest.raises(ValueError, match="part"):
        part_of("2026-11-23T14:00", "2026-11-25T00:00", part, working_days=1)


def test_a_due_instant_before_the_trigger_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        part_of("2026-11-25T14:00", "2026-11-25T00:00", 0.5, working_days=1)


# Every further working day


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-11-25T00:00", 2, "2026-11-27 00:00"),  # due at the end of Tuesday: the end of Thursday
        ("2026-11-24T14:00", 2, "2026-11-27 00:00"),  # Tuesday afternoon: the end of Thursday
        ("2026-11-25T00:00:00.000001", 2, "2026-11-28 00:00"),  # already Wednesday: the end of Friday
        ("2026-11-28T00:00", 1, "2026-12-01 00:00"),  # due at the end of Friday: the end of Monday
        ("2026-03-18T00:00", 2, "2026-03-27 00:00"),  # due before Lebaran: two working days after it
    ],
)
def test_further_working_days_count_from_the_day_that_ended(start: str, n: int, end: str) -> None:
    assert WIB.local(after_working_days(at(start), n, WIB)).strftime("%Y-%m-%d %H:%M") == end


def test_further_working_days_must_be_at_least_one() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        after_working_days(at("2026-11-25T00:00"), 0, WIB)


# Working time between two instants


@pytest.mark.parametrize(
    ("a", "b", "hours"),
    [
        ("2026-11-23T08:00", "2026-11-23T20:00", 12),
        ("2026-11-27T14:00", "2026-11-30T07:00", 17),  # over a weekend
        ("2026-11-28T10:00", "2026-11-29T10:00", 0),  # within one
        ("2026-03-17T12:00", "2026-03-25T12:00", 24),  # over Lebaran
        ("2026-01-01T00:00", "2027-01-01T00:00", 240 * 24),  # 261 weekdays in 2026 less 13 and 8
        ("2026-11-30T07:00", "2026-11-27T14:00", -17),
    ],
)
def test_a_working_day_has_24_hours_and_any_other_none(a: str, b: str, hours: int) -> None:
    assert working_seconds(at(a), at(b), WIB) == hours * 3600
