"""Compute deadlines: the due instant of a standard time, with a derivation that anyone can recompute.

No SOP says how days are counted. This project counts working and calendar days in the region's zone; day 0 is
the local date of the trigger, and the time is over at the *end* of day n, which is the instant the next local
day begins. A step is overdue when ``now >= due_at``. Minutes are wall-clock minutes, office minutes are those
in which the region's offices are open. While a clock is paused no time passes: a day counts only if the clock
runs at its end.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.domain.time.calendar import ONE_DAY, Calendar, Day, DayReason, Instant, to_utc
from chalicelib.domain.values.value import Value
from chalicelib.i18n.dates import Language

DerivationReason = DayReason | Literal["trigger", "paused", "resumed", "no_office_hours"]

# Ten years: more is a mistake in a procedure file.
Minutes = Annotated[int, Field(ge=1, le=10 * 366 * 24 * 60)]
Days = Annotated[int, Field(ge=1, le=10 * 366)]
# A year of 37.5 hours a week.
OfficeMinutes = Annotated[int, Field(ge=1, le=117_000)]

_ONE_MINUTE = timedelta(minutes=1)
_NEVER = datetime.max.replace(tzinfo=UTC)

Stretch = tuple[datetime, datetime]
"""The time from one instant to a later one, both UTC."""


class StandardTime(BaseModel):
    """The time a step may take (*waktu baku*), in exactly one of the units."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: Minutes | None = None
    working_days: Days | None = None
    calendar_days: Days | None = None
    office_minutes: OfficeMinutes | None = None

    @model_validator(mode="after")
    def _check_one_unit(self) -> "StandardTime":
        units = type(self).model_fields
        if sum(getattr(self, unit) is not None for unit in units) != 1:
            raise ValueError(f"a standard time has exactly one of {', '.join(units)}")
        return self

    def format(self, language: Language) -> str:
        """Return a text for people: ``1 hari kerja`` or ``1 working day``."""
        if self.working_days is not None:
            return _format_amount(self.working_days, language, "hari kerja", "working day")
        if self.calendar_days is not None:
            return _format_amount(self.calendar_days, language, "hari kalender", "calendar day")
        if self.office_minutes is not None:
            return _format_amount(self.office_minutes, language, "menit jam kerja", "office minute")
        assert self.minutes is not None
        return _format_amount(self.minutes, language, "menit", "minute")


class Pause(Value):
    """A time in which a clock did not run, because the government waited for somebody else."""

    since: Instant
    until: Instant

    @model_validator(mode="after")
    def _check_order(self) -> "Pause":
        if self.until < self.since:
            raise ValueError("a pause must not end before it begins")
        return self


class DerivationDay(BaseModel):
    """A local day of the count: ``counted`` is its number (0: the trigger's day), None where it was skipped.

    Where office minutes are counted, ``hours`` are the day's office hours, and ``minutes`` says how many of
    their minutes passed. These are whole minutes: those of all days add up to the standard time.
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
    """The derivation of a deadline: all that is needed to recompute ``due_at``.

    ``days`` has every day from the trigger's local day to the last counted day; for minutes it has only the
    trigger's day. ``zone`` is an IANA name, the instants are UTC, ``pauses`` are in order.
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


def compute_due_at(
    trigger: datetime, standard_time: StandardTime, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> datetime:
    """Return the UTC instant at which a step that began at ``trigger`` is due.

    A day that ends within a pause does not count. Where the trigger's own day ends within a pause, day 0 is
    the day on which the clock resumes. Paused minutes and office minutes do not count either. So the result
    is after every pause, except a pause that began after the time was over. Raise ValueError for a trigger
    without a time zone.
    """
    trigger, pauses = to_utc(trigger), _sort_pauses(pauses)
    amount = standard_time.minutes or standard_time.office_minutes
    if amount is not None:
        return _find_instant_after(
            _generate_running(trigger, standard_time, calendar, pauses), amount * _ONE_MINUTE
        )
    return calendar.get_day_start(
        _find_last_day(calendar.to_local(trigger).date(), standard_time, calendar, pauses) + ONE_DAY
    )


def derive(
    trigger: datetime,
    standard_time: StandardTime,
    calendar: Calendar,
    legal_basis: str,
    pauses: Iterable[Pause] = (),
) -> Derivation:
    """Return the derivation of the deadline that :func:`compute_due_at` returns.

    ``legal_basis`` names the rule the standard time comes from; it must not be empty. Raise ValueError for a
    trigger without a time zone.
    """
    trigger, pauses = to_utc(trigger), _sort_pauses(pauses)
    due = compute_due_at(trigger, standard_time, calendar, pauses)
    first = calendar.to_local(trigger).date()
    if standard_time.minutes is not None:
        days: tuple[DerivationDay, ...] = (_build_derivation_day(calendar.get_day(first), 0, "trigger"),)
    elif standard_time.office_minutes is not None:
        days = _list_office_days(trigger, due, calendar, pauses)
    else:
        days = _list_days(
            first, _find_last_day(first, standard_time, calendar, pauses), standard_time, calendar, pauses
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


def find_instant_at_part(derivation: Derivation, part: float, calendar: Calendar) -> datetime:
    """Return the first UTC instant at which ``part`` (0 to 1) of the time to ``due_at`` has passed.

    Working days are measured in working time, where a working day lasts 24 hours and any other day nothing;
    office minutes are measured in office time, so that no reminder falls on a day off. Everything else is
    measured in wall-clock time. Paused time does not pass. Returns the trigger for 0 and exactly ``due_at``
    for 1. Raise ValueError for a part outside 0 to 1.
    """
    if not 0 <= part <= 1:
        raise ValueError("part must be between 0 and 1")
    if part == 1:
        return derivation.due_at
    arguments = derivation.trigger, derivation.standard_time, calendar, derivation.pauses
    amount = _sum_until(_generate_running(*arguments), derivation.due_at) * part
    return _find_instant_after(_generate_running(*arguments), amount) if amount else derivation.trigger


def add_working_days(instant: datetime, n: int, calendar: Calendar) -> datetime:
    """Return the UTC instant at which the n-th working day after ``instant`` ends ("every further 2 HK").

    A local midnight counts as the end of the day before it, as in due instants: two working days after a
    deadline at the end of Tuesday (Wednesday 00:00) end with Thursday. From any other instant the count
    starts after its own local day: two working days after Tuesday 14:00 also end with Thursday.
    Raise ValueError where ``n`` is below 1 or the instant has no time zone.
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    local = calendar.to_local(instant)
    # A microsecond earlier: at midnight this is the day that has just ended, otherwise the same day.
    day = (local - timedelta.resolution).date()
    for _ in range(n):
        day = calendar.find_next_working_day(day)
    return calendar.get_day_start(day + ONE_DAY)


def count_working_seconds(a: datetime, b: datetime, calendar: Calendar) -> float:
    """Return the working time from ``a`` to ``b`` in seconds, 24 hours a working day.

    The result is negative where ``b`` is earlier. Raise ValueError for an instant without a time zone.
    """
    a, b = to_utc(a), to_utc(b)
    if b < a:
        return -count_working_seconds(b, a, calendar)
    return _sum_until(
        _exclude_pauses((), a, _generate_working_days(calendar.to_local(a).date(), calendar)), b
    ).total_seconds()


def count_office_seconds(a: datetime, b: datetime, calendar: Calendar) -> float:
    """Return the seconds from ``a`` to ``b`` in which the region's offices are open; 0 if ``b`` is not later.

    Raise ValueError for an instant without a time zone.
    """
    a, b = to_utc(a), to_utc(b)
    return _sum_until(
        _exclude_pauses((), a, _generate_office_spans(calendar.to_local(a).date(), calendar)), b
    ).total_seconds()


# Many complaints share a day and a standard time; counting days is the expensive part of a deadline.
@lru_cache(maxsize=8192)
def _find_last_day(
    d: date, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> date:
    left = standard_time.working_days or standard_time.calendar_days or 0
    d = _find_day_zero(d, calendar, pauses)
    while left:
        d += ONE_DAY
        left -= _find_skip_reason(d, standard_time, calendar, pauses) is None
    return d


@lru_cache(maxsize=1024)
def _list_days(
    first: date, last: date, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> tuple[DerivationDay, ...]:
    days = [_build_derivation_day(calendar.get_day(first), 0, "trigger")]
    counted, zero = 0, _find_day_zero(first, calendar, pauses)
    while first < last:
        first += ONE_DAY
        day, skipped = calendar.get_day(first), _find_skip_reason(first, standard_time, calendar, pauses)
        skipped = "resumed" if first == zero else skipped
        counted += skipped is None
        days.append(_build_derivation_day(day, None if skipped else counted, skipped or day.reason))
    return tuple(days)


def _find_day_zero(d: date, calendar: Calendar, pauses: tuple[Pause, ...]) -> date:
    """Return day 0 of the count: the trigger's day, or the day on which the clock resumes."""
    while pauses and _is_paused(calendar.get_day_start(d + ONE_DAY), pauses):
        d += ONE_DAY
    return d


def _find_skip_reason(
    d: date, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> DerivationReason | None:
    if standard_time.working_days is not None and not (day := calendar.get_day(d)).working:
        return day.reason
    if pauses and _is_paused(calendar.get_day_start(d + ONE_DAY), pauses):
        return "paused"
    return None


def _list_office_days(
    trigger: datetime, due: datetime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> tuple[DerivationDay, ...]:
    day = calendar.to_local(trigger).date()
    # A time that is over at midnight ended with the day before.
    last = calendar.to_local(due - timedelta.resolution).date()
    days: list[DerivationDay] = []
    counted, total = 0, timedelta()
    while day <= last:
        passed = _sum_until(_exclude_pauses(pauses, trigger, calendar.get_office_day(day).spans), due)
        minutes = (total + passed) // _ONE_MINUTE - total // _ONE_MINUTE
        total += passed
        counted += bool(days and passed)
        days.append(_build_office_day(day, counted if passed or not days else None, minutes, calendar))
        day += ONE_DAY
    return tuple(days)


def _build_office_day(d: date, counted: int | None, minutes: int, calendar: Calendar) -> DerivationDay:
    day, office = calendar.get_day(d), calendar.get_office_day(d)
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


def _build_derivation_day(day: Day, counted: int | None, reason: DerivationReason) -> DerivationDay:
    return DerivationDay(
        date=day.date, counted=counted, reason=reason, name=day.name, estimated=day.estimated
    )


def _sort_pauses(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    return tuple(sorted(pauses, key=lambda pause: (pause.since, pause.until)))


def _is_paused(instant: datetime, pauses: tuple[Pause, ...]) -> bool:
    # A pause that begins at this instant is too late for the day that ends with it.
    return any(pause.since < instant <= pause.until for pause in pauses)


def _generate_running(
    trigger: datetime, standard_time: StandardTime, calendar: Calendar, pauses: tuple[Pause, ...]
) -> Iterator[Stretch]:
    """Generate the stretches in which this kind of time passes, from the trigger on, without end."""
    today = calendar.to_local(trigger).date()
    if standard_time.working_days is not None:
        return _exclude_pauses(pauses, trigger, _generate_working_days(today, calendar))
    if standard_time.office_minutes is not None:
        return _exclude_pauses(pauses, trigger, _generate_office_spans(today, calendar))
    return _exclude_pauses(pauses, trigger, ((trigger, _NEVER),))


def _generate_working_days(d: date, calendar: Calendar) -> Iterator[Stretch]:
    while True:
        if calendar.is_working(d):
            yield calendar.get_day_start(d), calendar.get_day_start(d + ONE_DAY)
        d += ONE_DAY


def _generate_office_spans(d: date, calendar: Calendar) -> Iterator[Stretch]:
    while True:
        yield from calendar.get_office_day(d).spans
        d += ONE_DAY


def _exclude_pauses(
    pauses: tuple[Pause, ...], trigger: datetime, stretches: Iterable[Stretch]
) -> Iterator[Stretch]:
    """Generate the parts of the stretches after the trigger and outside the pauses, which are in order."""
    for opens, ends in stretches:
        begins = max(opens, trigger)
        for pause in pauses:
            if begins < pause.since < ends:
                yield begins, pause.since
            if pause.since < ends:
                begins = max(begins, pause.until)
        if begins < ends:
            yield begins, ends


def _sum_until(stretches: Iterable[Stretch], until: datetime) -> timedelta:
    begun = takewhile(lambda stretch: stretch[0] < until, stretches)
    return sum((min(ends, until) - begins for begins, ends in begun), timedelta())


def _find_instant_after(stretches: Iterator[Stretch], amount: timedelta) -> datetime:
    """Return the instant at which that amount of the stretches has passed."""
    for begins, ends in stretches:
        if amount <= ends - begins:
            return begins + amount
        amount -= ends - begins
    raise AssertionError("time never ends")


def _format_amount(n: int, language: Language, indonesian: str, english: str) -> str:
    if language == "id":
        return f"{n} {indonesian}"
    return f"{n} {english}" if n == 1 else f"{n} {english}s"
