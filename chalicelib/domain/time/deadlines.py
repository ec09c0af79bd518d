"""Deadlines: from a standard time to a due instant, with the derivation anyone can recompute it from.

No SOP says how days are counted; the project's decision is: working and calendar days are counted in the
region's zone, day 0 is the local date of the trigger, and the time is over at the *end* of day n, which is
the instant the next local day begins. A step is overdue when ``now >= due_at``. Minutes are wall-clock ones,
office minutes those in which the region's offices are open. While a clock is paused no time passes: a day
counts only if the clock runs at its end.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.domain.time.calendar import ONE_DAY, Calendar, Day, DayReason, Instant, utc
from chalicelib.domain.values.value import Value
from chalicelib.i18n.dates import Language

DerivationReason = DayReason | Literal["trigger", "paused", "resumed", "no_office_hours"]

# Ten years: more is a slip in a procedure file.
Minutes = Annotated[int, Field(ge=1, le=10 * 366 * 24 * 60)]
Days = Annotated[int, Field(ge=1, le=10 * 366)]
# A year of 37.5 hours a week.
OfficeMinutes = Annotated[int, Field(ge=1, le=117_000)]

_ONE_MINUTE = timedelta(minutes=1)
_NEVER = datetime.max.replace(tzinfo=UTC)

Stretch = tuple[datetime, datetime]
"""From an instant to a later one, both UTC."""


class StandardTime(BaseModel):
    """How long a step may take (*waktu baku*): exactly one of the units."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: Minutes | None = None
    working_days: Days | None = None
    calendar_days: Days | None = None
    office_minutes: OfficeMinutes | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> "StandardTime":
        units = type(self).model_fields
        if sum(getattr(self, unit) is not None for unit in units) != 1:
            raise ValueError(f"a standard time has exactly one of {', '.join(units)}")
        return self

    def text(self, language: Language) -> str:
        """``1 hari kerja`` / ``1 working day``, for people to read."""
        if self.working_days is not None:
            return _amount(self.working_days, language, "hari kerja", "working day")
        if self.calendar_days is not None:
            return _amount(self.calendar_days, language, "hari kalender", "calendar day")
        if self.office_minutes is not None:
            return _amount(self.office_minutes, language, "menit jam kerja", "office minute")
        assert self.minutes is not None
        return _amount(self.minutes, language, "menit", "minute")


class Pause(Value):
    """A stretch in which a clock stood still, because the government waited for somebody else."""

    since: Instant
    until: Instant

    @model_validator(mode="after")
    def _forwards(self) -> "Pause":
        if self.until < self.since:
            raise ValueError("a pause must not end before it begins")
        return self


class DerivationDay(BaseModel):
    """One local day of the count: ``counted`` is its number (0: the trigger's), None when it was skipped.

    Where office minutes are counted, ``hours`` are the day's office hours, and ``minutes`` how many of them
    passed: whole ones, such that those of all days add up to the standard time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    counted: int | None
    reason: DerivationReason
    name: str | None = None
    estimated: bool = False
    minutes: int | None = None
    hours: tuple[str, ...] = ()


class Derivation(BaseModel):
    """Why a deadline is when it is: all that is needed to recompute ``due_at``.

    ``days`` runs without a gap from the trigger's local day to the last day counted; for minutes it is the
    trigger's day alone. ``zone`` is an IANA name, the instants are UTC, ``pauses`` in order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    trigger: Instant
    standard_time: StandardTime
    legal_basis: Annotated[str, Field(min_length=1)]
    zone: str
    calendar_version: str
    pauses: tuple[Pause, ...] = ()
    days: tuple[DerivationDay, ...]
    due_at: Instant


def due_at(
    trigger: datetime, standard_time: StandardTime, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> datetime:
    """The UTC instant at which a step that began at ``trigger`` is due.

    A day that ends within a pause does not count, and where the trigger's own day does, the day on which the
    clock goes on takes its place; of minutes and office minutes the paused ones are left out.
    So it lies after every pause, but for one that began when the time was over already. Raises ValueError
    for a trigger without a time zone.
    """
    trigger, pauses = utc(trigger), _in_order(pauses)
    amount = standard_time.minutes or standard_time.office_minutes
    if amount is not None:
        return _after(_running(trigger, standard_time, calendar, pauses), amount * _ONE_MINUTE)
    return calendar.starts(
        _last_day(calendar.local(trigger).date(), standard_time, calendar, pauses) + ONE_DAY
    )


def derive(
    trigger: datetime,
    standard_time: StandardTime,
    calendar: Calendar,
    legal_basis: str,
    pauses: Iterable[Pause] = (),
) -> Derivation:
    """When a step that began at ``trigger`` is due, as :func:`due_at` says, and why.

    ``legal_basis`` names the rule the standard time comes from; it must not be empty. Raises ValueError for a
    trigger without a time zone.
    """
    trigger, pauses = utc(trigger), _in_order(pauses)
    due = due_at(trigger, standard_time, calendar, pauses)
    first = calendar.local(trigger).date()
    if standard_time.minutes is not None:
        days: tuple[DerivationDay, ...] = (_derivation_day(calendar.day(first), 0, "trigger"),)
    elif standard_time.office_minutes is not None:
        days = _office_days(trigger, due, calendar, pauses)
    else:
        days = _days(
            first, _last_day(first, standard_time, calendar, pauses), standard_time, calendar, pauses
        )
    return Derivation(
        trigger=trigger,
        standard_time=standard_time,
        legal_basis=legal_basis,
        zone=calendar.zone.key,
        calendar_version=calendar.version,
        pauses=pauses,
        days=days,
        due_at=due,
    )


def instant_at_part(derivation: Derivation, part: float, calendar: Calendar) -> datetime:
    """The first UTC instant at which ``part`` (0 to 1) of the time from the trigger to ``due_at`` is gone.

    Working days are measured in working time, in which a working day lasts 24 hours and any other nothing,
    office minutes in office time, so that no reminder falls on a day off; everything else by the wall clock.
    Paused time is not gone. 0 gives the trigger, 1 exactly ``due_at``. Raises ValueError for a part outside
    0 to 1.
    """
    if not 0 <= part <= 1:
        raise ValueError("part must be between 0 and 1")
    if part == 1:
        return derivation.due_at
    given = derivation.trigger, derivation.standard_time, calendar, derivation.pauses
    amount = _length(_running(*given), derivation.due_at) * part
    return _after(_running(*given), amount) if amount else derivation.trigger


def after_working_days(instant: datetime, n: int, calendar: Calendar) -> datetime:
    """The UTC instant at which the n-th working day after ``instant`` ends: "every further 2 HK".

    A local midnight is taken as the end of the day before it, as a due instant is: two working days after a
    deadline at the end of Tuesday (Wednesday 00:00) end with Thursday. From any other instant the count
    starts after its own local day: two working days after Tuesday 14:00 also end with Thursday.
    Raises ValueError when ``n`` is below 1 or the instant has no time zone.
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    local = calendar.local(instant)
    # The day that a microsecond earlier still ran: the ended day at a midnight, else the day itself.
    day = (local - timedelta.resolution).date()
    for _ in range(n):
        day = calendar.next_working_day(day)
    return calendar.starts(day + ONE_DAY)


def working_seconds(a: datetime, b: datetime, calendar: Calendar) -> float:
    """Working time from ``a`` to ``b`` in seconds, 24 hours a working day; negative when ``b`` is earlier.

    Raises ValueError for an instant without a time zone.
    """
    a, b = utc(a), utc(b)
    if b < a:
        return -working_seconds(b, a, calendar)
    return _length(_without((), a, _working_days(calendar.local(a).date(), calendar)), b).total_seconds()


def office_seconds(a: datetime, b: datetime, calendar: Calendar) -> float:
    """Seconds from ``a`` to ``b`` in which the region's offices are open; 0 where ``b`` is not later.

    Raises ValueError for an instant without a time zone.
    """
    a, b = utc(a), utc(b)
    return _length(_without((), a, _office_spans(calendar.local(a).date(), calendar)), b).total_seconds()


# Many complaints share a day and a standard time; the days are the dear part of a deadline.
@lru_cache(maxsize=8192)
def _last_day(d: date, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]) -> date:
    left = standard_time.working_days or standard_time.calendar_days or 0
    d = _day_zero(d, calendar, pauses)
    while left:
        d += ONE_DAY
        left -= _why_skipped(d, standard_time, calendar, pauses) is None
    return d


@lru_cache(maxsize=1024)
def _days(
    first: date, last: date, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> tuple[DerivationDay, ...]:
    days = [_derivation_day(calendar.day(first), 0, "trigger")]
    counted, zero = 0, _day_zero(first, calendar, pauses)
    while first < last:
        first += ONE_DAY
        day, skipped = calendar.day(first), _why_skipped(first, standard_time, calendar, pauses)
        skipped = "resumed" if first == zero else skipped
        counted += skipped is None
        days.append(_derivation_day(day, None if skipped else counted, skipped or day.reason))
    return tuple(days)


def _day_zero(d: date, calendar: Calendar, pauses: tuple[Pause, ...]) -> date:
    """The day from which on days count: the trigger's, or the one on which the clock goes on in its place."""
    while pauses and _is_paused(calendar.starts(d + ONE_DAY), pauses):
        d += ONE_DAY
    return d


def _why_skipped(
    d: date, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> DerivationReason | None:
    if standard_time.working_days is not None and not (day := calendar.day(d)).working:
        return day.reason
    if pauses and _is_paused(calendar.starts(d + ONE_DAY), pauses):
        return "paused"
    return None


def _office_days(
    trigger: datetime, due: datetime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> tuple[DerivationDay, ...]:
    day = calendar.local(trigger).date()
    # A time that is over at midnight ended with the day before.
    last = calendar.local(due - timedelta.resolution).date()
    days: list[DerivationDay] = []
    counted, gone = 0, timedelta()
    while day <= last:
        passed = _length(_without(pauses, trigger, calendar.office(day).spans), due)
        minutes = (gone + passed) // _ONE_MINUTE - gone // _ONE_MINUTE
        gone += passed
        counted += bool(days and passed)
        days.append(_office_day(day, counted if passed or not days else None, minutes, calendar))
        day += ONE_DAY
    return tuple(days)


def _office_day(d: date, counted: int | None, minutes: int, calendar: Calendar) -> DerivationDay:
    day, office = calendar.day(d), calendar.office(d)
    reason: DerivationReason = "trigger" if counted == 0 else day.reason
    if counted is None and office.spans:
        reason = "paused"
    elif counted is None and day.working:
        reason = "no_office_hours"
    return DerivationDay(
        date=d,
        counted=counted,
        reason=reason,
        name=day.name,
        estimated=day.estimated or office.estimated,
        minutes=minutes,
        hours=office.hours,
    )


def _derivation_day(day: Day, counted: int | None, reason: DerivationReason) -> DerivationDay:
    return DerivationDay(
        date=day.date, counted=counted, reason=reason, name=day.name, estimated=day.estimated
    )


def _in_order(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    return tuple(sorted(pauses, key=lambda pause: (pause.since, pause.until)))


def _is_paused(instant: datetime, pauses: tuple[Pause, ...]) -> bool:
    # Begun at this very instant, a pause comes too late for the day that ends with it.
    return any(pause.since < instant <= pause.until for pause in pauses)


def _running(
    trigger: datetime, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> Iterator[Stretch]:
    """The stretches in which this kind of time passes, from the trigger on, without end."""
    today = calendar.local(trigger).date()
    if standard_time.working_days is not None:
        return _without(pauses, trigger, _working_days(today, calendar))
    if standard_time.office_minutes is not None:
        return _without(pauses, trigger, _office_spans(today, calendar))
    return _without(pauses, trigger, ((trigger, _NEVER),))


def _working_days(d: date, calendar: Calendar) -> Iterator[Stretch]:
    while True:
        if calendar.is_working(d):
            yield calendar.starts(d), calendar.starts(d + ONE_DAY)
        d += ONE_DAY


def _office_spans(d: date, calendar: Calendar) -> Iterator[Stretch]:
    while True:
        yield from calendar.office(d).spans
        d += ONE_DAY


def _without(pauses: tuple[Pause, ...], trigger: datetime, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of the stretches after the trigger and outside the pauses, which are in order."""
    for opens, ends in stretches:
        begins = max(opens, trigger)
        for pause in pauses:
            if begins < pause.since < ends:
                yield begins, pause.since
            if pause.since < ends:
                begins = max(begins, pause.until)
        if begins < ends:
            yield begins, ends


def _length(stretches: Iterable[Stretch], until: datetime) -> timedelta:
    begun = takewhile(lambda stretch: stretch[0] < until, stretches)
    return sum((min(ends, until) - begins for begins, ends in begun), timedelta())


def _after(stretches: Iterator[Stretch], amount: timedelta) -> datetime:
    """The instant at which so much of the stretches has passed."""
    for begins, ends in stretches:
        if amount <= ends - begins:
            return begins + amount
        amount -= ends - begins
    raise AssertionError("time never ends")


def _amount(n: int, language: Language, indonesian: str, english: str) -> str:
    if language == "id":
        return f"{n} {indonesian}"
    return f"{n} {english}" if n == 1 else f"{n} {english}s"
