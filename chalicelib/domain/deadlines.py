"""Deadlines: from a standard time to a due instant, with the derivation anyone can recompute it from.

No SOP says how days are counted; the project's decision is: working and calendar days are counted in the
region's zone, day 0 is the local date of the trigger, and the time is over at the *end* of day n, which is
the instant the next local day begins. A step is overdue when ``now >= due_at``. Minutes are wall-clock ones.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.domain.calendar import ONE_DAY, Calendar, Day, DayReason, Instant, utc
from chalicelib.texts.dates import Language

DerivationReason = DayReason | Literal["trigger"]

# Ten years: more is a slip in a procedure file.
Minutes = Annotated[int, Field(ge=1, le=10 * 366 * 24 * 60)]
Days = Annotated[int, Field(ge=1, le=10 * 366)]


class StandardTime(BaseModel):
    """How long a step may take (*waktu baku*): exactly one of the units."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: Minutes | None = None
    working_days: Days | None = None
    calendar_days: Days | None = None

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
        assert self.minutes is not None
        return _amount(self.minutes, language, "menit", "minute")


class DerivationDay(BaseModel):
    """One local day of the count: ``counted`` is its number (0: the trigger's), None when it was skipped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    counted: int | None
    reason: DerivationReason
    name: str | None = None
    estimated: bool = False


class Derivation(BaseModel):
    """Why a deadline is when it is: all that is needed to recompute ``due_at``.

    ``days`` runs without a gap from the trigger's local day to the last day counted; for minutes it is the
    trigger's day alone. ``zone`` is an IANA name, the instants are UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    trigger: Instant
    standard_time: StandardTime
    legal_basis: Annotated[str, Field(min_length=1)]
    zone: str
    calendar_version: str
    days: tuple[DerivationDay, ...]
    due_at: Instant


def derive(
    trigger: datetime, standard_time: StandardTime, calendar: Calendar, legal_basis: str
) -> Derivation:
    """When a step that began at ``trigger`` is due, and why.

    ``legal_basis`` names the rule the standard time comes from; it must not be empty. Raises ValueError for a
    trigger without a time zone.
    """
    trigger = utc(trigger)
    days = _count(calendar.local(trigger).date(), standard_time, calendar)
    if standard_time.minutes is not None:
        due_at = trigger + timedelta(minutes=standard_time.minutes)
    else:
        due_at = calendar.starts(days[-1].date + ONE_DAY)
    return Derivation(
        trigger=trigger,
        standard_time=standard_time,
        legal_basis=legal_basis,
        zone=calendar.zone.key,
        calendar_version=calendar.version,
        days=days,
        due_at=due_at,
    )


def instant_at_part(
    trigger: datetime, due_at: datetime, part: float, standard_time: StandardTime, calendar: Calendar
) -> datetime:
    """The first UTC instant at which ``part`` (0 to 1) of the time from ``trigger`` to ``due_at`` is gone.

    Working days are measured in working time, in which a working day lasts 24 hours and any other nothing, so
    that no reminder falls on a day off; everything else by the wall clock. 0 gives ``trigger``, 1 exactly
    ``due_at``. Raises ValueError for a part outside 0 to 1, a due instant before the trigger, or one without
    a time zone.
    """
    trigger, due_at = utc(trigger), utc(due_at)
    if not 0 <= part <= 1:
        raise ValueError("part must be between 0 and 1")
    if due_at < trigger:
        raise ValueError("due_at must not be before trigger")
    if part == 1:
        return due_at
    if standard_time.working_days is None:
        return trigger + (due_at - trigger) * part
    return _after_working_time(trigger, _working_time(trigger, due_at, calendar) * part, calendar)


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
        return -_working_time(b, a, calendar).total_seconds()
    return _working_time(a, b, calendar).total_seconds()


# Many complaints share a day and a standard time; the days are the dear part of a derivation.
@lru_cache(maxsize=1024)
def _count(start: date, standard_time: StandardTime, calendar: Calendar) -> tuple[DerivationDay, ...]:
    target = standard_time.working_days or standard_time.calendar_days or 0
    every_day = standard_time.working_days is None
    today = calendar.day(start)
    days = [_derivation_day(today, 0, "trigger")]
    counted = 0
    while counted < target:
        start += ONE_DAY
        day = calendar.day(start)
        counts = every_day or day.working
        counted += counts
        days.append(_derivation_day(day, counted if counts else None, day.reason))
    return tuple(days)


def _derivation_day(day: Day, counted: int | None, reason: DerivationReason) -> DerivationDay:
    return DerivationDay(
        date=day.date, counted=counted, reason=reason, name=day.name, estimated=day.estimated
    )


def _working_time(a: datetime, b: datetime, calendar: Calendar) -> timedelta:
    first, last = calendar.local(a).date(), calendar.local(b).date()
    if first == last:
        return b - a if calendar.is_working(first) else timedelta()
    total = timedelta()
    if calendar.is_working(first):
        total += calendar.starts(first + ONE_DAY) - a
    if calendar.is_working(last):
        total += b - calendar.starts(last)
    whole_days = range(first.toordinal() + 1, last.toordinal())
    return total + sum(calendar.is_working(date.fromordinal(day)) for day in whole_days) * ONE_DAY


def _after_working_time(instant: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    day = calendar.local(instant).date()
    while amount:
        end = calendar.starts(day + ONE_DAY)
        if calendar.is_working(day):
            if amount <= end - instant:
                return instant + amount
            amount -= end - instant
        instant, day = end, day + ONE_DAY
    return instant


def _amount(n: int, language: Language, indonesian: str, english: str) -> str:
    if language == "id":
        return f"{n} {indonesian}"
    return f"{n} {english}" if n == 1 else f"{n} {english}s"
