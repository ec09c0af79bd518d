"""Properties of deadlines, against a count that shares nothing with the code: whole days, one by one."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.calendar import Calendar
from chalicelib.domain.deadlines import (
    Derivation,
    StandardTime,
    after_working_days,
    derive,
    instant_at_part,
    working_seconds,
)

OFFSETS = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
# The decrees' days off between Monday and Friday.
_2026 = """01-01 01-16 02-16 02-17 03-18 03-19 03-20 03-23 03-24 04-03 05-01 05-14 05-15 05-27 05-28 06-01
    06-16 08-17 08-25 12-24 12-25"""
_2027 = """01-01 01-05 02-05 03-08 03-09 03-10 03-11 03-12 03-15 03-25 03-26 05-06 05-17 05-18 05-19 05-20
    06-01 08-17 12-24"""
DAYS_OFF = {date.fromisoformat(f"2026-{day}") for day in _2026.split()} | {
    date.fromisoformat(f"2027-{day}") for day in _2027.split()
}
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


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, set[date], int]:
    """A calendar, the dates on which it works, and its zone's hours ahead of UTC."""
    zone = draw(st.sampled_from(sorted(OFFSETS)))
    closed = draw(st.dictionaries(DATES, st.just("Libur daerah"), max_size=5))
    extra = draw(st.frozensets(DATES, max_size=5)) - closed.keys()
    every = {date(2026, 1, 1) + timedelta(days=i) for i in range(730)}
    weekdays = {d for d in every if d.strftime("%a") not in ("Sat", "Sun")}
    return Calendar(zone, closed, extra), (weekdays - DAYS_OFF - closed.keys()) | extra, OFFSETS[zone]


counts = st.integers(1, 60)
standard_times = (
    st.builds(StandardTime, minutes=st.integers(1, 100_000))
    | st.builds(StandardTime, working_days=counts)
    | st.builds(StandardTime, calendar_days=counts)
)


def midnight(d: date, hours_ahead: int) -> datetime:
    return datetime(d.year, d.month, d.day, tzinfo=timezone(timedelta(hours=hours_ahead)))


def local_date(instant: datetime, hours_ahead: int) -> date:
    return (instant + timedelta(hours=hours_ahead)).date()


@given(calendars(), triggers, counts)
def test_exactly_n_working_days_lie_after_the_triggers_day_and_before_the_due_instant(
    drawn: tuple[Calendar, set[date], int], trigger: datetime, n: int
) -> None:
    calendar, working, hours_ahead = drawn
    due_at = derive(trigger, StandardTime(working_days=n), calendar, "SOP").due_at
    first, after = local_date(trigger, hours_ahead), local_date(due_at, hours_ahead)
    assert due_at == midnight(after, hours_ahead)
    assert sum(first < d < after for d in working) == n
    assert after - timedelta(days=1) in working


@given(calendars(), triggers, counts)
def test_calendar_days_end_n_days_after_the_triggers_day(
    drawn: tuple[Calendar, set[date], int], trigger: datetime, n: int
) -> None:
    calendar, _, hours_ahead = drawn
    due_at = derive(trigger, StandardTime(calendar_days=n), calendar, "SOP").due_at
    assert due_at == midnight(local_date(trigger, hours_ahead) + timedelta(days=n + 1), hours_ahead)


@given(calendars(), triggers, st.integers(1, 60))
def test_every_day_of_a_derivation_counted_if_and_only_if_it_was_worked(
    drawn: tuple[Calendar, set[date], int], trigger: datetime, n: int
) -> None:
    calendar, working, hours_ahead = drawn
    derivation = derive(trigger, StandardTime(working_days=n), calendar, "SOP")
    dates = [day.date for day in derivation.days]
    assert dates == [local_date(trigger, hours_ahead) + timedelta(days=i) for i in range(len(dates))]
    assert [day.counted for day in derivation.days if day.counted is not None] == list(range(n + 1))
    assert all((day.counted is not None) == (day.date in working) for day in derivation.days[1:])


@given(calendars(), triggers, standard_times)
def test_a_derivation_is_the_same_after_json(
    drawn: tuple[Calendar, set[date], int], trigger: datetime, standard_time: StandardTime
) -> None:
    derivation = derive(trigger, standard_time, drawn[0], "SOP")
    assert Derivation.model_validate_json(derivation.model_dump_json()) == derivation


@given(calendars(), triggers, triggers, standard_times)
def test_a_later_trigger_is_never_due_earlier(
    drawn: tuple[Calendar, set[date], int], a: datetime, b: datetime, standard_time: StandardTime
) -> None:
    earlier, later = sorted((a, b))
    first = derive(earlier, standard_time, drawn[0], "SOP").due_at
    assert earlier < first <= derive(later, standard_time, drawn[0], "SOP").due_at


parts = st.floats(0, 1)


@given(calendars(), triggers, standard_times, parts, parts)
def test_parts_of_the_time_are_in_order_and_within_it(
    drawn: tuple[Calendar, set[date], int],
    trigger: datetime,
    standard_time: StandardTime,
    a: float,
    b: float,
) -> None:
    calendar = drawn[0]
    due_at = derive(trigger, standard_time, calendar, "SOP").due_at
    smaller, larger = sorted((a, b))
    instants = [
        instant_at_part(trigger, due_at, part, standard_time, calendar) for part in (0, smaller, larger, 1)
    ]
    assert instants == sorted(instants)
    assert (instants[0], instants[-1]) == (trigger, due_at)


@given(calendars(), triggers, counts, st.floats(0.001, 1))
def test_at_a_part_of_the_time_that_part_of_the_working_time_is_gone_on_a_working_day(
    drawn: tuple[Calendar, set[date], int], trigger: datetime, n: int, part: float
) -> None:
    calendar, working, hours_ahead = drawn
    standard_time = StandardTime(working_days=n)
    due_at = derive(trigger, standard_time, calendar, "SOP").due_at
    instant = instant_at_part(trigger, due_at, part, standard_time, calendar)
    gone, whole = (working_seconds(trigger, end, calendar) for end in (instant, due_at))
    assert abs(gone - part * whole) < 0.001
    # A midnight is the end of the day before it.
    assert local_date(instant - timedelta.resolution, hours_ahead) in working


@given(calendars(), triggers, triggers)
def test_working_seconds_are_those_of_the_working_days_between(
    drawn: tuple[Calendar, set[date], int], a: datetime, b: datetime
) -> None:
    calendar, working, hours_ahead = drawn
    a, b = sorted((a, b))
    overlap = timedelta()
    for d in working:
        begins = midnight(d, hours_ahead)
        overlap += max(timedelta(), min(b, begins + timedelta(days=1)) - max(a, begins))
    assert abs(working_seconds(a, b, calendar) - overlap.total_seconds()) < 1e-3


@given(calendars(), triggers, triggers, triggers)
def test_working_seconds_add_up_in_any_direction(
    drawn: tuple[Calendar, set[date], int], a: datetime, b: datetime, c: datetime
) -> None:
    calendar = drawn[0]
    through_b = working_seconds(a, b, calendar) + working_seconds(b, c, calendar)
    assert abs(through_b - working_seconds(a, c, calendar)) < 1e-3


@given(calendars(), triggers, counts, st.integers(1, 10))
@settings(max_examples=50)
def test_working_days_after_a_due_instant_prolong_the_count(
    drawn: tuple[Calendar, set[date], int], trigger: datetime, n: int, further: int
) -> None:
    calendar = drawn[0]
    due_at = derive(trigger, StandardTime(working_days=n), calendar, "SOP").due_at
    prolonged = derive(trigger, StandardTime(working_days=n + further), calendar, "SOP").due_at
    assert after_working_days(due_at, further, calendar) == prolonged
