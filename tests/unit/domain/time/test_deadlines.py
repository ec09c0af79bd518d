from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.deadlines import (
    Derivation,
    Pause,
    StandardTime,
    add_working_days,
    count_working_seconds,
    derive,
    find_instant_at_part,
)
from chalicelib.domain.time.hours import OfficeHours, Week, get_national_hours
from chalicelib.i18n.dates import Language

WIB = Calendar("Asia/Jakarta")
WITA = Calendar("Asia/Makassar")
WIT = Calendar("Asia/Jayapura")
ONE_WORKING_DAY = StandardTime(working_days=1)


def parse(local: str, calendar: Calendar = WIB) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=calendar.zone).astimezone(UTC)


def pause(since: str, until: str, calendar: Calendar = WIB) -> Pause:
    return Pause(since=parse(since, calendar), until=parse(until, calendar))


def format_due(
    trigger: str, calendar: Calendar = WIB, pauses: tuple[Pause, ...] = (), **standard: int
) -> str:
    derivation = derive(parse(trigger, calendar), StandardTime(**standard), calendar, "SOP", pauses)
    return calendar.to_local(derivation.due_at).strftime("%Y-%m-%d %H:%M:%S")


# Working days


def test_a_monday_filing_is_due_at_the_end_of_tuesday() -> None:
    assert format_due("2026-11-23T14:00", working_days=1) == "2026-11-25 00:00:00"


def test_a_friday_filing_is_due_at_the_end_of_monday() -> None:
    assert format_due("2026-11-27T14:00", working_days=1) == "2026-12-01 00:00:00"


def test_a_sunday_filing_is_due_at_the_end_of_monday() -> None:
    assert format_due("2026-11-22T14:00", working_days=1) == "2026-11-24 00:00:00"


@pytest.mark.parametrize("calendar", [WIB, WITA, WIT], ids=["WIB", "WITA", "WIT"])
def test_the_last_minute_of_a_local_day_belongs_to_it_and_the_first_to_the_next(calendar: Calendar) -> None:
    assert format_due("2026-11-23T23:59:59.999999", calendar, working_days=1) == "2026-11-25 00:00:00"
    assert format_due("2026-11-24T00:00:00", calendar, working_days=1) == "2026-11-26 00:00:00"


def test_one_instant_is_another_day_in_another_zone() -> None:
    # 16:30 UTC on Monday is 23:30 WIB and 00:30 WITA on Tuesday.
    instant = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    in_wib = derive(instant, ONE_WORKING_DAY, WIB, "SOP").due_at
    in_wita = derive(instant, ONE_WORKING_DAY, WITA, "SOP").due_at
    assert in_wib == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert in_wita == datetime(2026, 11, 25, 16, tzinfo=UTC)


def test_lebaran_2026_with_nyepi_and_its_cuti_bersama_is_skipped() -> None:
    # Working days after Friday 13 March 2026: 16, 17, then 25 March.
    assert format_due("2026-03-13T09:00", WITA, working_days=3) == "2026-03-26 00:00:00"


def test_lebaran_2027_is_skipped() -> None:
    # Monday 8 March is Nyepi; 9 to 12 and 15 March are Lebaran and its cuti bersama.
    assert format_due("2027-03-05T09:00", working_days=1) == "2027-03-17 00:00:00"
    assert format_due("2027-03-10T09:00", working_days=2) == "2027-03-18 00:00:00"


def test_the_year_end_is_crossed() -> None:
    # After Wednesday 23 December 2026: 28, 29, 30, 31 December, 4 January.
    assert format_due("2026-12-23T09:00", working_days=5) == "2027-01-05 00:00:00"
    assert format_due("2027-12-31T23:59", working_days=1) == "2028-01-04 00:00:00"


def test_a_filing_on_a_cuti_bersama_counts_from_the_next_working_day() -> None:
    assert format_due("2026-12-24T09:00", working_days=1) == "2026-12-29 00:00:00"


def test_a_regions_own_days_move_its_deadlines_alone() -> None:
    closed = Calendar(closing_days={date(2026, 11, 24): "Hari Jadi"})
    assert format_due("2026-11-23T14:00", closed, working_days=1) == "2026-11-26 00:00:00"
    assert format_due("2026-11-23T14:00", WIB, working_days=1) == "2026-11-25 00:00:00"


def test_the_ministrys_reading_of_fourteen_working_days_spans_lebaran() -> None:
    # 16, 17, 25, 26, 27, 30, 31 March, 1, 2 (3 April: Good Friday), 6, 7, 8, 9, 10 April.
    assert format_due("2026-03-13T09:00", working_days=14) == "2026-04-11 00:00:00"


# Other units


def test_calendar_days_skip_nothing() -> None:
    assert format_due("2026-03-13T09:00", calendar_days=60) == "2026-05-13 00:00:00"
    assert format_due("2026-12-31T23:59", calendar_days=1) == "2027-01-02 00:00:00"


def test_minutes_run_by_the_wall_clock_even_on_a_holiday() -> None:
    assert format_due("2026-03-20T23:59:30", minutes=1) == "2026-03-21 00:00:30"


# Office minutes


@pytest.mark.parametrize(
    ("trigger", "minutes", "ends"),
    [
        ("2026-11-23T09:00", 30, "2026-11-23 09:30:00"),
        ("2026-11-23T11:45", 30, "2026-11-23 13:15:00"),  # over noon
        ("2026-11-23T12:20", 30, "2026-11-23 13:30:00"),  # within the rest
        ("2026-11-23T11:30", 30, "2026-11-23 12:00:00"),  # over when the rest begins
        ("2026-11-23T15:45", 30, "2026-11-24 07:45:00"),  # over the evening
        ("2026-11-23T19:00", 60, "2026-11-24 08:30:00"),  # in the evening
        ("2026-11-23T05:00", 60, "2026-11-23 08:30:00"),  # before the first opening
        ("2026-11-27T11:00", 60, "2026-11-27 13:30:00"),  # Friday's longer rest
        ("2026-11-27T16:15", 60, "2026-11-30 08:15:00"),  # Friday's later end, over the weekend
        ("2026-11-28T10:00", 20, "2026-11-30 07:50:00"),  # Saturday
        ("2026-12-23T15:50", 20, "2026-12-28 07:40:00"),  # over cuti bersama, Christmas and a weekend
        ("2026-11-23T07:30", 450, "2026-11-23 16:00:00"),  # a whole day
        ("2026-11-23T07:30", 2250, "2026-11-27 16:30:00"),  # a whole week
        ("2026-11-23T15:59:30.5", 1, "2026-11-24 07:30:30"),  # to the fraction of a second
    ],
)
def test_office_minutes_run_only_while_offices_are_open(trigger: str, minutes: int, ends: str) -> None:
    assert format_due(trigger, office_minutes=minutes) == ends


@pytest.mark.parametrize(
    ("trigger", "minutes", "ends"),
    [
        ("2026-02-18T15:30", 60, "2026-02-19 08:30:00"),  # ordinary until 16:00, then from 08:00
        ("2026-02-19T07:00", 30, "2026-02-19 08:30:00"),
        ("2026-02-19T11:45", 30, "2026-02-19 12:45:00"),  # half an hour's rest
        ("2026-02-20T11:15", 30, "2026-02-20 12:45:00"),  # Friday's hour
        ("2026-02-19T14:45", 30, "2026-02-20 08:15:00"),  # closed at 15:00
        ("2026-02-20T15:15", 30, "2026-02-23 08:15:00"),  # Friday at 15:30
        ("2026-02-23T08:00", 1950, "2026-02-27 15:30:00"),  # a whole week
        ("2026-03-17T14:30", 60, "2026-03-25 08:00:00"),  # Ramadan's last working day, then Lebaran
    ],
)
def test_ramadan_has_shorter_office_hours(trigger: str, minutes: int, ends: str) -> None:
    assert format_due(trigger, office_minutes=minutes) == ends


@pytest.mark.parametrize("calendar", [WIB, WITA, WIT], ids=["WIB", "WITA", "WIT"])
def test_office_minutes_run_by_the_regions_clock(calendar: Calendar) -> None:
    assert format_due("2026-11-23T15:45", calendar, office_minutes=30) == "2026-11-24 07:45:00"
    assert format_due("2026-11-23T23:59:59", calendar, office_minutes=30) == "2026-11-24 08:00:00"


def test_an_agency_that_works_saturdays_has_office_minutes_then_but_no_working_day() -> None:
    six_days = Week(**{**get_national_hours().ordinary.model_dump(), "sat": ("08:00-12:00",)})
    calendar = Calendar(hours=OfficeHours(ordinary=six_days, ramadan=six_days))
    assert format_due("2026-11-27T16:15", calendar, office_minutes=60) == "2026-11-28 08:45:00"
    assert format_due("2026-11-27T16:15", calendar, working_days=1) == "2026-12-01 00:00:00"
    # Idul Fitri 2026 is a Saturday.
    assert format_due("2026-03-20T16:15", calendar, office_minutes=60) == "2026-03-25 08:30:00"


def test_offices_that_are_open_around_the_clock_end_their_day_at_midnight() -> None:
    always = Week(mon=("00:00-24:00",), tue=("00:00-24:00",))
    calendar = Calendar(hours=OfficeHours(ordinary=always, ramadan=always))
    derivation = derive(parse("2026-11-23T23:00"), StandardTime(office_minutes=60), calendar, "SOP")
    assert WIB.to_local(derivation.due_at).isoformat() == "2026-11-24T00:00:00+07:00"
    assert [(d.date.day, d.minutes) for d in derivation.days] == [(23, 60)]


# Pauses


def test_asking_and_completing_on_the_same_day_moves_no_day() -> None:
    same_day = pause("2026-11-24T09:00", "2026-11-24T16:00")
    assert format_due("2026-11-23T14:00", WIB, (same_day,), working_days=3) == "2026-11-27 00:00:00"
    assert format_due("2026-11-23T14:00", WIB, (same_day,), calendar_days=3) == "2026-11-27 00:00:00"


def test_a_pause_on_the_last_day_gives_the_day_of_the_resumption_back() -> None:
    assert format_due("2026-11-23T14:00", working_days=1) == "2026-11-25 00:00:00"
    asked = pause("2026-11-24T15:00", "2026-11-26T10:00")
    assert format_due("2026-11-23T14:00", WIB, (asked,), working_days=1) == "2026-11-27 00:00:00"


def test_a_pause_from_the_day_of_the_trigger_on_gives_the_rest_of_that_day_back() -> None:
    asked = pause("2026-11-23T15:00", "2026-11-30T09:00")
    assert format_due("2026-11-23T09:00", working_days=1) == "2026-11-25 00:00:00"
    # As after the trigger: the rest of the day, and one working day.
    assert format_due("2026-11-23T09:00", WIB, (asked,), working_days=1) == "2026-12-02 00:00:00"
    days = derive(parse("2026-11-23T09:00", WIB), StandardTime(working_days=1), WIB, "SOP", (asked,)).days
    assert [(day.date.isoformat(), day.reason, day.counted) for day in days[-2:]] == [
        ("2026-11-30", "resumed", None),
        ("2026-12-01", "working", 1),
    ]


def test_a_pause_over_three_ends_of_working_days_costs_three_working_days() -> None:
    # Monday to Wednesday end within it, and the weekend before costs nothing.
    asked = pause("2026-11-27T17:00", "2026-12-02T09:00")
    assert format_due("2026-11-26T09:00", working_days=2) == "2026-12-01 00:00:00"
    assert format_due("2026-11-26T09:00", WIB, (asked,), working_days=2) == "2026-12-04 00:00:00"


def test_a_pause_from_before_the_trigger_holds_the_clock_from_the_start() -> None:
    asked = pause("2026-11-20T09:00", "2026-11-25T09:00")
    assert format_due("2026-11-23T14:00", WIB, (asked,), working_days=1) == "2026-11-27 00:00:00"
    assert format_due("2026-11-23T14:00", WIB, (asked,), minutes=5) == "2026-11-25 09:05:00"


def test_resuming_at_midnight_is_too_late_for_the_day_that_ends_with_it() -> None:
    asked = pause("2026-11-24T15:00", "2026-11-25T00:00")
    assert format_due("2026-11-23T14:00", WIB, (asked,), working_days=1) == "2026-11-26 00:00:00"


def test_a_pause_that_begins_once_the_time_is_over_changes_nothing() -> None:
    late = pause("2026-11-25T00:00", "2026-11-30T00:00")
    assert format_due("2026-11-23T14:00", WIB, (late,), working_days=1) == "2026-11-25 00:00:00"
    assert format_due("2026-11-24T23:55", WIB, (late,), minutes=5) == "2026-11-25 00:00:00"


def test_minutes_and_office_minutes_leave_the_paused_ones_out() -> None:
    asked = pause("2026-11-23T11:00", "2026-11-23T14:00")
    assert format_due("2026-11-23T10:50", WIB, (asked,), minutes=60) == "2026-11-23 14:50:00"
    assert format_due("2026-11-23T10:50", WIB, (asked,), office_minutes=60) == "2026-11-23 14:50:00"
    # At noon offices close anyway: the morning's ten minutes still count.
    from_noon = pause("2026-11-23T12:00", "2026-11-23T14:00")
    assert format_due("2026-11-23T11:50", WIB, (from_noon,), office_minutes=60) == "2026-11-23 14:50:00"
    overnight = pause("2026-11-23T15:50", "2026-11-24T07:40")
    assert format_due("2026-11-23T15:30", WIB, (overnight,), office_minutes=30) == "2026-11-24 07:50:00"


def test_several_pauses_in_any_order_and_overlapping_are_as_their_union() -> None:
    pauses = (
        pause("2026-11-23T13:30", "2026-11-23T14:00"),
        pause("2026-11-23T09:10", "2026-11-23T09:30"),
        pause("2026-11-23T09:20", "2026-11-23T09:40"),
        pause("2026-11-23T09:25", "2026-11-23T09:25"),
    )
    assert format_due("2026-11-23T09:00", WIB, pauses, minutes=60) == "2026-11-23 10:30:00"
    assert format_due("2026-11-23T11:50", WIB, pauses, office_minutes=60) == "2026-11-23 14:20:00"


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        pause("2026-11-23T10:00", "2026-11-23T09:00")


def test_a_derivation_keeps_its_pauses_in_order_and_says_which_days_they_cost() -> None:
    later, earlier = (
        pause("2026-12-01T09:00", "2026-12-01T10:00"),
        pause("2026-11-27T17:00", "2026-12-01T08:00"),
    )
    derivation = derive(parse("2026-11-26T09:00"), StandardTime(working_days=2), WIB, "SOP", (later, earlier))
    assert derivation.pauses == (earlier, later)
    assert [(d.date.day, d.counted, d.reason) for d in derivation.days] == [
        (26, 0, "trigger"),
        (27, None, "paused"),
        (28, None, "weekend"),
        (29, None, "weekend"),
        (30, None, "paused"),
        (1, 1, "working"),
        (2, 2, "working"),
    ]


# The derivation


def test_a_derivation_says_of_every_day_whether_it_counted_and_why() -> None:
    derivation = derive(parse("2027-03-05T09:00"), StandardTime(working_days=2), WIB, "Perpres 76/2013")
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


def test_calendar_days_are_counted_on_days_of_every_kind() -> None:
    derivation = derive(parse("2026-03-13T09:00"), StandardTime(calendar_days=3), WIB, "UU 25/2009")
    assert [(d.counted, d.reason) for d in derivation.days] == [
        (0, "trigger"),
        (1, "weekend"),
        (2, "weekend"),
        (3, "working"),
    ]


def test_minutes_are_derived_from_the_trigger_alone() -> None:
    derivation = derive(parse("2026-11-23T14:00"), StandardTime(minutes=1), WIB, "SOP")
    assert [(d.counted, d.reason) for d in derivation.days] == [(0, "trigger")]


def test_a_derivation_of_office_minutes_says_of_every_day_how_many_were_counted_and_why_none() -> None:
    # Friday 13 March 2026 is in Ramadan; Monday and Tuesday are the last days before Lebaran.
    paused = pause("2026-03-16T07:00", "2026-03-16T20:00")
    derivation = derive(parse("2026-03-13T15:00"), StandardTime(office_minutes=480), WIB, "SOP", (paused,))
    assert [(d.date.day, d.counted, d.reason, d.minutes) for d in derivation.days] == [
        (13, 0, "trigger", 30),
        (14, None, "weekend", 0),
        (15, None, "weekend", 0),
        (16, None, "paused", 0),
        (17, 1, "working", 390),
        (18, None, "joint_leave", 0),
        (19, None, "holiday", 0),
        (20, None, "joint_leave", 0),
        (21, None, "weekend", 0),
        (22, None, "weekend", 0),
        (23, None, "joint_leave", 0),
        (24, None, "joint_leave", 0),
        (25, 2, "working", 60),
    ]
    assert derivation.days[4].hours == ("08:00-12:00", "12:30-15:00")
    assert derivation.days[5].hours == ()


def test_the_triggers_day_is_day_nought_of_office_minutes_even_when_offices_are_closed() -> None:
    derivation = derive(parse("2026-11-29T10:00"), StandardTime(office_minutes=20), WIB, "SOP")
    assert [(d.date.day, d.counted, d.reason, d.minutes) for d in derivation.days] == [
        (29, 0, "trigger", 0),
        (30, 1, "working", 20),
    ]


def test_office_minutes_begun_within_a_minute_add_up_to_the_standard_time() -> None:
    derivation = derive(parse("2026-11-23T15:45:30"), StandardTime(office_minutes=30), WIB, "SOP")
    assert [d.minutes for d in derivation.days] == [14, 16]


def test_a_working_day_on_which_offices_are_closed_is_said_to_have_no_office_hours() -> None:
    mondays = Week(mon=("08:00-09:00",))
    calendar = Calendar(hours=OfficeHours(ordinary=mondays, ramadan=mondays))
    derivation = derive(parse("2026-11-23T08:30"), StandardTime(office_minutes=60), calendar, "SOP")
    assert [(d.date.day, d.counted, d.reason) for d in derivation.days] == [
        (23, 0, "trigger"),
        *((day, None, "no_office_hours") for day in (24, 25, 26, 27)),
        (28, None, "weekend"),
        (29, None, "weekend"),
        (30, 1, "working"),
    ]


def test_office_minutes_in_a_ramadan_that_is_still_expected_are_marked_as_estimated() -> None:
    derivation = derive(parse("2027-02-10T09:00"), StandardTime(office_minutes=30), WIB, "SOP")
    assert [d.estimated for d in derivation.days] == [True]


def test_a_derivation_stored_before_there_were_pauses_and_office_minutes_can_be_read() -> None:
    stored = """{
        "trigger": "2026-11-23T07:00:00Z",
        "standard_time": {"minutes": null, "working_days": 1, "calendar_days": null},
        "legal_basis": "SOP", "zone": "Asia/Jakarta", "calendar_version": "holidays-0.109",
        "days": [
            {"date": "2026-11-23", "counted": 0, "reason": "trigger", "name": null, "estimated": false},
            {"date": "2026-11-24", "counted": 1, "reason": "working", "name": null, "estimated": false}
        ],
        "due_at": "2026-11-24T17:00:00Z"
    }"""
    read = Derivation.model_validate_json(stored)
    now = derive(parse("2026-11-23T14:00"), ONE_WORKING_DAY, WIB, "SOP")
    assert read.model_copy(update={"calendar_version": now.calendar_version}) == now


def test_a_derivation_survives_json_and_can_be_recomputed_from_it_by_hand() -> None:
    derivation = derive(parse("2026-03-13T09:00", WITA), StandardTime(working_days=3), WITA, "SOP")
    read = Derivation.model_validate_json(derivation.model_dump_json())
    assert read == derivation
    last = max(d.date for d in read.days if d.counted == read.standard_time.working_days)
    end = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(read.zone)) + timedelta(days=1)
    assert end == read.due_at


def test_instants_are_kept_in_utc_from_any_zone() -> None:
    local = datetime(2026, 11, 23, 14, tzinfo=WIB.zone)
    derivation = derive(local, ONE_WORKING_DAY, WIB, "SOP")
    assert derivation.trigger.isoformat() == "2026-11-23T07:00:00+00:00"
    assert derivation.due_at.isoformat() == "2026-11-24T17:00:00+00:00"


def test_a_deadline_without_a_legal_basis_is_refused() -> None:
    with pytest.raises(ValueError, match="legal_basis"):
        derive(parse("2026-11-23T14:00"), ONE_WORKING_DAY, WIB, "")


def test_an_instant_without_a_zone_is_refused_everywhere() -> None:
    naive, aware = datetime(2026, 11, 23, 14), parse("2026-11-25T00:00")
    with pytest.raises(ValueError, match="time zone"):
        derive(naive, ONE_WORKING_DAY, WIB, "SOP")
    with pytest.raises(ValueError, match="time zone"):
        Pause(since=naive, until=aware)
    with pytest.raises(ValueError, match="time zone"):
        add_working_days(naive, 1, WIB)
    with pytest.raises(ValueError, match="time zone"):
        count_working_seconds(naive, aware, WIB)
    with pytest.raises(ValueError, match="time zone"):
        count_working_seconds(aware, naive, WIB)


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
        (StandardTime(office_minutes=30), "id", "30 menit jam kerja"),
        (StandardTime(office_minutes=30), "en", "30 office minutes"),
    ],
)
def test_a_standard_time_is_said_in_words(standard: StandardTime, language: Language, words: str) -> None:
    assert standard.format(language) == words


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"minutes": 1, "working_days": 1},
        {"minutes": 1, "office_minutes": 1},
        {"working_days": 0},
        {"minutes": -1},
        {"office_minutes": 0},
        {"office_minutes": 117_001},
        {"hours": 1},
    ],
    ids=str,
)
def test_a_standard_time_has_exactly_one_positive_unit(given: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        StandardTime.model_validate(given)


# Parts of the time, for reminders


def get_part(trigger: str, part: float, pauses: tuple[Pause, ...] = (), **standard: int) -> str:
    derivation = derive(parse(trigger), StandardTime(**standard), WIB, "SOP", pauses)
    return WIB.to_local(find_instant_at_part(derivation, part, WIB)).strftime("%Y-%m-%d %H:%M:%S")


def test_half_of_a_working_day_given_on_friday_is_gone_on_monday_morning() -> None:
    # Friday has 10 hours left, Monday 24: half of 34 is 17, so 7 hours into Monday.
    assert get_part("2026-11-27T14:00", 0.5, working_days=1) == "2026-11-30 07:00:00"


def test_the_time_of_a_sunday_filing_begins_to_go_on_monday() -> None:
    assert get_part("2026-11-22T14:00", 0.5, working_days=1) == "2026-11-23 12:00:00"


def test_calendar_days_and_minutes_go_by_the_wall_clock() -> None:
    assert get_part("2026-11-27T12:00", 0.5, calendar_days=1) == "2026-11-28 06:00:00"
    assert get_part("2026-11-28T12:00", 0.8, minutes=5) == "2026-11-28 12:04:00"


def test_office_minutes_go_by_the_office_clock_so_that_no_reminder_comes_on_a_day_off() -> None:
    # Friday 15:30 to 16:30 is half of 120 minutes, Monday 07:30 to 08:30 the other.
    assert get_part("2026-11-27T15:30", 0.5, office_minutes=120) == "2026-11-27 16:30:00"
    assert get_part("2026-11-27T15:30", 0.75, office_minutes=120) == "2026-11-30 08:00:00"
    assert get_part("2026-11-28T10:00", 0.5, office_minutes=60) == "2026-11-30 08:00:00"


def test_paused_time_is_not_gone() -> None:
    # The minutes run from 9 to 10 and from 12 to 13.
    rest = pause("2026-11-23T10:00", "2026-11-23T12:00")
    assert get_part("2026-11-23T09:00", 0.75, (rest,), minutes=120) == "2026-11-23 12:30:00"
    # The office minutes run from 9 to 10, and from 13 to 14 after the rest of noon.
    assert get_part("2026-11-23T09:00", 0.75, (rest,), office_minutes=120) == "2026-11-23 13:30:00"
    # Noon of Monday to noon of Wednesday is paused: half of 72 hours is gone at noon of Thursday.
    long = pause("2026-11-23T12:00", "2026-11-25T12:00")
    assert get_part("2026-11-23T00:00", 0.5, (long,), working_days=2) == "2026-11-26 12:00:00"
    assert get_part("2026-11-23T00:00", 0.5, (long,), calendar_days=2) == "2026-11-26 12:00:00"


def test_nothing_is_gone_at_the_trigger_and_all_at_the_due_instant() -> None:
    assert get_part("2026-11-22T14:00", 0, working_days=1) == "2026-11-22 14:00:00"
    assert get_part("2026-11-22T14:00", 1, working_days=1) == "2026-11-24 00:00:00"
    assert get_part("2026-11-22T14:00", 0, office_minutes=30) == "2026-11-22 14:00:00"
    assert get_part("2026-11-22T14:00", 1, office_minutes=30) == "2026-11-23 08:00:00"


def test_a_part_that_ends_with_friday_falls_on_its_midnight_and_not_after_the_weekend() -> None:
    # Friday 00:00 with two working days: Friday, Monday and Tuesday; the first third is Friday's.
    assert get_part("2026-11-27T00:00", 1 / 3, working_days=2) == "2026-11-28 00:00:00"


def test_all_is_gone_at_the_due_instant_even_when_a_decree_has_since_closed_its_last_day() -> None:
    derivation = derive(parse("2026-11-23T14:00"), ONE_WORKING_DAY, WIB, "SOP")
    closed = Calendar(closing_days={date(2026, 11, 24): "Hari Jadi"})
    assert find_instant_at_part(derivation, 1, closed) == derivation.due_at


@pytest.mark.parametrize("part", [-0.1, 1.1, float("nan")])
def test_a_part_outside_nought_to_one_is_refused(part: float) -> None:
    with pytest.raises(ValueError, match="part"):
        get_part("2026-11-23T14:00", part, working_days=1)


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
    assert WIB.to_local(add_working_days(parse(start), n, WIB)).strftime("%Y-%m-%d %H:%M") == end


def test_further_working_days_must_be_at_least_one() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        add_working_days(parse("2026-11-25T00:00"), 0, WIB)


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
    assert count_working_seconds(parse(a), parse(b), WIB) == hours * 3600
