"""Properties of deadlines, against counts that share nothing with the code: days and minutes, one by one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

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

OFFSETS = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
# The decrees' days off between Monday and Friday.
_2026 = """01-01 01-16 02-16 02-17 03-18 03-19 03-20 03-23 03-24 04-03 05-01 05-14 05-15 05-27 05-28 06-01
    06-16 08-17 08-25 12-24 12-25"""
_2027 = """01-01 01-05 02-05 03-08 03-09 03-10 03-11 03-12 03-15 03-25 03-26 05-06 05-17 05-18 05-19 05-20
    06-01 08-17 12-24"""
DAYS_OFF = {date.fromisoformat(f"2026-{day}") for day in _2026.split()} | {
    date.fromisoformat(f"2027-{day}") for day in _2027.split()
}
HOLIDAYS_ON_SATURDAYS = {date(2026, 3, 21), date(2027, 2, 6), date(2027, 5, 1), date(2027, 12, 25)}
DATES = st.dates(date(2026, 1, 1), date(2027, 12, 30))

instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 8, 31), timezones=st.just(UTC))
# No draw hits a boundary by chance: half of the triggers are within a minute of some local midnight.
edges = st.builds(
    lambda day, hour, seconds: (
        datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.dates(date(2026, 1, 2), date(2027, 8, 30)),
    st.sampled_from([15, 16, 17]),
    st.integers(-60, 60),
)
triggers = instants | edges


SATURDAYS = ("08:00-12:00",)
SIX_DAYS = OfficeHours(
    ordinary=Week(**{**get_national_hours().ordinary.model_dump(), "sat": SATURDAYS}),
    ramadan=Week(**{**get_national_hours().ramadan.model_dump(), "sat": SATURDAYS}),
)


class Drawn(NamedTuple):
    """A calendar, and what the counts below know of it: dates it works, closed ones, hours ahead of UTC."""

    calendar: Calendar
    working: set[date]
    closed: set[date]
    hours_ahead: int
    saturdays: bool


@st.composite
def calendars(draw: st.DrawFn) -> Drawn:
    zone = draw(st.sampled_from(sorted(OFFSETS)))
    closed = draw(st.dictionaries(DATES, st.just("Libur daerah"), max_size=5))
    extra = draw(st.frozensets(DATES, max_size=5)) - closed.keys()
    saturdays = draw(st.booleans())
    every = {date(2026, 1, 1) + timedelta(days=i) for i in range(730)}
    weekdays = {d for d in every if d.strftime("%a") not in ("Sat", "Sun")}
    calendar = Calendar(zone, closed, extra, SIX_DAYS if saturdays else None)
    working = (weekdays - DAYS_OFF - closed.keys()) | extra
    return Drawn(calendar, working, set(closed), OFFSETS[zone], saturdays)


def whole_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


@st.composite
def pauses_around(draw: st.DrawFn, trigger: datetime) -> tuple[Pause, ...]:
    """Up to three pauses of whole minutes, from a day before the trigger to two weeks after, even at once."""
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        since = whole_minute(trigger) + draw(st.integers(-1_440, 20_000)) * MINUTE
        pauses.append(Pause(since=since, until=since + draw(st.integers(0, 10_000)) * MINUTE))
    return tuple(pauses)


MINUTE = timedelta(minutes=1)
paused_triggers = triggers.map(whole_minute).flatmap(
    lambda trigger: st.tuples(st.just(trigger), pauses_around(trigger))
)
counts = st.integers(1, 60)
standard_times = (
    st.builds(StandardTime, minutes=st.integers(1, 100_000))
    | st.builds(StandardTime, working_days=counts)
    | st.builds(StandardTime, calendar_days=counts)
    | st.builds(StandardTime, office_minutes=st.integers(1, 5_000))
)


def midnight(d: date, hours_ahead: int) -> datetime:
    return datetime(d.year, d.month, d.day, tzinfo=timezone(timedelta(hours=hours_ahead)))


def local_date(instant: datetime, hours_ahead: int) -> date:
    return (instant + timedelta(hours=hours_ahead)).date()


def is_open(d: date, minute: int, drawn: Drawn) -> bool:
    """Whether offices are open in this minute of the local day, from the rules as they are written down."""
    ramadan = date(2026, 2, 19) <= d <= date(2026, 3, 20) or date(2027, 2, 8) <= d <= date(2027, 3, 9)
    day = d.strftime("%a")
    if day == "Sat" and drawn.saturdays:
        off = d in drawn.closed or d in HOLIDAYS_ON_SATURDAYS
        return (d in drawn.working or not off) and 8 * 60 <= minute < 12 * 60
    if d not in drawn.working:
        return False
    friday = day == "Fri"
    if ramadan:
        rest = range(690, 750) if friday else range(720, 750)
        return 480 <= minute < (930 if friday else 900) and minute not in rest
    rest = range(690, 780) if friday else range(720, 780)
    return 450 <= minute < (990 if friday else 960) and minute not in rest


def is_paused(instant: datetime, pauses: tuple[Pause, ...]) -> bool:
    return any(pause.since <= instant < pause.until for pause in pauses)


def office_minutes(trigger: datetime, pauses: tuple[Pause, ...], drawn: Drawn) -> Iterator[datetime]:
    """The beginning of each minute from the trigger on that counts as an office minute."""
    minute = trigger
    while True:
        local = minute + timedelta(hours=drawn.hours_ahead)
        if is_open(local.date(), local.hour * 60 + local.minute, drawn) and not is_paused(minute, pauses):
            yield minute
        minute += MINUTE


@given(calendars(), paused_triggers, st.integers(1, 1_500))
@settings(max_examples=60, deadline=None)
def test_office_minutes_are_those_that_a_count_minute_by_minute_finds(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], n: int
) -> None:
    trigger, pauses = given_
    derivation = derive(trigger, StandardTime(office_minutes=n), drawn.calendar, "SOP", pauses)
    counted = list(islice(office_minutes(trigger, pauses, drawn), n))
    assert derivation.due_at == counted[-1] + MINUTE
    by_day = [local_date(minute, drawn.hours_ahead) for minute in counted]
    assert [day.minutes for day in derivation.days] == [by_day.count(day.date) for day in derivation.days]
    first = local_date(trigger, drawn.hours_ahead)
    assert [day.date for day in derivation.days] == [
        first + timedelta(days=i) for i in range((by_day[-1] - first).days + 1)
    ]


@given(calendars(), paused_triggers, st.integers(2, 600), st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_a_reminder_within_office_minutes_comes_when_that_part_of_them_has_passed(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], n: int, part: float
) -> None:
    trigger, pauses = given_
    derivation = derive(trigger, StandardTime(office_minutes=n), drawn.calendar, "SOP", pauses)
    instant = find_instant_at_part(derivation, part, drawn.calendar)
    counted = list(islice(office_minutes(trigger, pauses, drawn), n))
    running = [minute for minute in counted if minute < instant]
    # Only the last of them may be still running.
    assert running[-1] < instant <= running[-1] + MINUTE
    gone = len(running) - 1 + (instant - running[-1]) / MINUTE
    assert abs(gone - n * part) < 1e-4


@given(calendars(), paused_triggers, st.integers(1, 3_000))
@settings(max_examples=60, deadline=None)
def test_minutes_are_those_outside_the_pauses(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], n: int
) -> None:
    trigger, pauses = given_
    due_at = derive(trigger, StandardTime(minutes=n), drawn.calendar, "SOP", pauses).due_at
    minute, counted = trigger, 0
    while counted < n:
        counted += not is_paused(minute, pauses)
        minute += MINUTE
    assert due_at == minute


@given(calendars(), paused_triggers, counts, st.sampled_from(["working_days", "calendar_days"]))
def test_a_day_after_the_first_one_that_ends_running_counts_if_the_clock_runs_when_it_ends(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], n: int, unit: str
) -> None:
    trigger, pauses = given_
    derivation = derive(trigger, StandardTime(**{unit: n}), drawn.calendar, "SOP", pauses)
    first = day = local_date(trigger, drawn.hours_ahead)
    counted, skipped = 0, []

    def ends_paused(day: date) -> bool:
        # The day's last instant; one at which nothing else happens, for all else is in whole minutes.
        end = midnight(day + timedelta(days=1), drawn.hours_ahead) - timedelta.resolution
        return is_paused(end, pauses)

    while ends_paused(day):
        skipped += [day] if day > first and (unit == "calendar_days" or day in drawn.working) else []
        day += timedelta(days=1)
    while counted < n:
        day += timedelta(days=1)
        if unit == "working_days" and day not in drawn.working:
            continue
        if ends_paused(day):
            skipped.append(day)
        else:
            counted += 1
    assert derivation.due_at == midnight(day + timedelta(days=1), drawn.hours_ahead)
    assert [d.date for d in derivation.days if d.reason == "paused"] == skipped


@given(calendars(), paused_triggers, standard_times)
def test_no_time_is_over_within_a_pause(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], standard_time: StandardTime
) -> None:
    trigger, pauses = given_
    due_at = derive(trigger, standard_time, drawn.calendar, "SOP", pauses).due_at
    assert all(due_at > pause.until or due_at <= pause.since for pause in pauses if pause.since < pause.until)


@given(calendars(), paused_triggers, standard_times)
def test_a_pause_never_brings_a_deadline_forward(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], standard_time: StandardTime
) -> None:
    trigger, pauses = given_
    without = derive(trigger, standard_time, drawn.calendar, "SOP").due_at
    assert derive(trigger, standard_time, drawn.calendar, "SOP", pauses).due_at >= without


@given(calendars(), triggers, counts)
def test_exactly_n_working_days_lie_after_the_triggers_day_and_before_the_due_instant(
    drawn: Drawn, trigger: datetime, n: int
) -> None:
    calendar, working, _, hours_ahead, _ = drawn
    due_at = derive(trigger, StandardTime(working_days=n), calendar, "SOP").due_at
    first, after = local_date(trigger, hours_ahead), local_date(due_at, hours_ahead)
    assert due_at == midnight(after, hours_ahead)
    assert sum(first < d < after for d in working) == n
    assert after - timedelta(days=1) in working


@given(calendars(), triggers, counts)
def test_calendar_days_end_n_days_after_the_triggers_day(drawn: Drawn, trigger: datetime, n: int) -> None:
    calendar, hours_ahead = drawn.calendar, drawn.hours_ahead
    due_at = derive(trigger, StandardTime(calendar_days=n), calendar, "SOP").due_at
    assert due_at == midnight(local_date(trigger, hours_ahead) + timedelta(days=n + 1), hours_ahead)


@given(calendars(), triggers, st.integers(1, 60))
def test_every_day_of_a_derivation_counted_if_and_only_if_it_was_worked(
    drawn: Drawn, trigger: datetime, n: int
) -> None:
    calendar, working, _, hours_ahead, _ = drawn
    derivation = derive(trigger, StandardTime(working_days=n), calendar, "SOP")
    dates = [day.date for day in derivation.days]
    assert dates == [local_date(trigger, hours_ahead) + timedelta(days=i) for i in range(len(dates))]
    assert [day.counted for day in derivation.days if day.counted is not None] == list(range(n + 1))
    assert all((day.counted is not None) == (day.date in working) for day in derivation.days[1:])


@given(calendars(), paused_triggers, standard_times)
def test_a_derivation_is_the_same_after_json(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], standard_time: StandardTime
) -> None:
    trigger, pauses = given_
    derivation = derive(trigger, standard_time, drawn.calendar, "SOP", pauses)
    assert Derivation.model_validate_json(derivation.model_dump_json()) == derivation


@given(calendars(), triggers, paused_triggers, standard_times)
def test_a_later_trigger_is_never_due_earlier(
    drawn: Drawn, a: datetime, given_: tuple[datetime, tuple[Pause, ...]], standard_time: StandardTime
) -> None:
    b, pauses = given_
    earlier, later = sorted((a, b))
    first = derive(earlier, standard_time, drawn.calendar, "SOP", pauses).due_at
    assert earlier < first <= derive(later, standard_time, drawn.calendar, "SOP", pauses).due_at


parts = st.floats(0, 1)


@given(calendars(), paused_triggers, standard_times, parts, parts)
def test_parts_of_the_time_are_in_order_and_within_it(
    drawn: Drawn, given_: tuple[datetime, tuple[Pause, ...]], standard_time: StandardTime, a: float, b: float
) -> None:
    trigger, pauses = given_
    derivation = derive(trigger, standard_time, drawn.calendar, "SOP", pauses)
    instants = [
        find_instant_at_part(derivation, part, drawn.calendar) for part in (0, min(a, b), max(a, b), 1)
    ]
    assert instants == sorted(instants)
    assert (instants[0], instants[-1]) == (trigger, derivation.due_at)


@given(calendars(), triggers, counts, st.floats(0.001, 1))
def test_at_a_part_of_the_time_that_part_of_the_working_time_is_gone_on_a_working_day(
    drawn: Drawn, trigger: datetime, n: int, part: float
) -> None:
    calendar, working, _, hours_ahead, _ = drawn
    derivation = derive(trigger, StandardTime(working_days=n), calendar, "SOP")
    instant = find_instant_at_part(derivation, part, calendar)
    gone, whole = (count_working_seconds(trigger, end, calendar) for end in (instant, derivation.due_at))
    assert abs(gone - part * whole) < 0.001
    # A midnight is the end of the day before it.
    assert local_date(instant - timedelta.resolution, hours_ahead) in working


@given(calendars(), triggers, triggers)
def test_working_seconds_are_those_of_the_working_days_between(
    drawn: Drawn, a: datetime, b: datetime
) -> None:
    calendar, working, _, hours_ahead, _ = drawn
    a, b = sorted((a, b))
    overlap = timedelta()
    for d in working:
        begins = midnight(d, hours_ahead)
        overlap += max(timedelta(), min(b, begins + timedelta(days=1)) - max(a, begins))
    assert abs(count_working_seconds(a, b, calendar) - overlap.total_seconds()) < 1e-3


@given(calendars(), triggers, triggers, triggers)
def test_working_seconds_add_up_in_any_direction(drawn: Drawn, a: datetime, b: datetime, c: datetime) -> None:
    calendar = drawn.calendar
    through_b = count_working_seconds(a, b, calendar) + count_working_seconds(b, c, calendar)
    assert abs(through_b - count_working_seconds(a, c, calendar)) < 1e-3


@given(calendars(), triggers, counts, st.integers(1, 10))
@settings(max_examples=50)
def test_working_days_after_a_due_instant_prolong_the_count(
    drawn: Drawn, trigger: datetime, n: int, further: int
) -> None:
    calendar = drawn.calendar
    due_at = derive(trigger, StandardTime(working_days=n), calendar, "SOP").due_at
    prolonged = derive(trigger, StandardTime(working_days=n + further), calendar, "SOP").due_at
    assert add_working_days(due_at, further, calendar) == prolonged
