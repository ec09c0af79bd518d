"""The behaviour of people: the figures of ``people.toml``, and the choices and instants drawn from them."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from chalicelib.domain.procedure.model import ComplaintClass, Role, StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.deadlines import StandardTime, compute_due_at
from chalicelib.domain.values.value import Value

OFFICE_DAY = 450
"""Office minutes of an ordinary working day (Perpres 21/2023)."""
SOON = 120
"""Office minutes in which somebody who was reminded has done it."""

_LONGEST = 100_000
_WORKING_PART_OF_WEEK = 5 / 7

Name = TypeVar("Name", bound=str)
Weights = Mapping[str, float]
Range = tuple[int, int]


class Officers(Value):
    """The work of officers; see ``people.toml``."""

    pace: float
    spread: float
    notice: float
    absent: float
    absent_days: Range
    heeds_reminder: float
    wrong_agency: float
    plans: float
    plan_days: Range
    supporters: float


class Reporters(Value):
    """The behaviour of reporters; see ``people.toml``."""

    days: float
    spread: float
    never_judges: float
    never_completes: float
    reopens: float
    consents: float
    typed_in: float
    no_account: float
    protected: float
    fears_officers: float
    anonymous: float


class Onlookers(Value):
    """People who look in though it is not their turn: how often, and which actions each role then takes."""

    chance: float
    acts: Mapping[Role, Weights]


class TimerFaults(Value):
    """The parts of timers that ring late, with the most minutes, and of those that ring twice."""

    late: float
    late_minutes: int
    twice: float


class GovernmentChanges(Value):
    """The decrees that change a calendar in a year, and the days that they are announced ahead."""

    decrees: int
    announced: Range


class People(Value):
    """Everything that is assumed of people."""

    officer: Officers
    reporter: Reporters
    classes: Mapping[ComplaintClass, float]
    acts: Mapping[StepKind, Weights]
    onlookers: Onlookers
    timers: TimerFaults
    government: GovernmentChanges

    def draw_officer_time(
        self, rng: Random, now: datetime, usual: StandardTime, calendar: Calendar
    ) -> datetime:
        """Draw the instant at which an officer ends work that usually takes ``usual``, in office hours."""
        if rng.random() < self.officer.absent:
            minutes = rng.randint(*self.officer.absent_days) * OFFICE_DAY
        else:
            part = self.officer.pace * rng.lognormvariate(0, self.officer.spread)
            minutes = round(rng.expovariate(1 / self.officer.notice) + part * _count_office_minutes(usual))
        return add_office_minutes(now, minutes, calendar)

    def draw_reporter_time(self, rng: Random, now: datetime, kind: StepKind) -> datetime | None:
        """Draw the instant at which a reporter reacts; return ``None`` for never."""
        never = {
            StepKind.CONFIRM: self.reporter.never_judges,
            StepKind.COMPLETE: self.reporter.never_completes,
        }
        if rng.random() < never[kind]:
            return None
        return now + timedelta(days=self.reporter.days * rng.lognormvariate(0, self.reporter.spread))


@cache
def load_people() -> People:
    """Load the people of ``people.toml``."""
    file = Path(__file__).with_name("people.toml")
    return People.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def create_random(*seeds: object) -> Random:
    """Create a random source that is the same for the same seeds."""
    return Random("/".join(map(str, seeds)))  # noqa: S311 -- nothing here is secret


def pick(rng: Random, weights: Mapping[Name, float], offered: Collection[str] | None = None) -> Name | None:
    """Pick one of the names that are offered, with its weight; return ``None`` where none is."""
    names = [name for name in weights if offered is None or name in offered]
    return rng.choices(names, [weights[name] for name in names])[0] if names else None


def add_office_minutes(now: datetime, minutes: int, calendar: Calendar) -> datetime:
    """Return the instant after so many office minutes."""
    return compute_due_at(now, _to_standard_time(max(1, min(minutes, _LONGEST))), calendar)


@cache
def _to_standard_time(minutes: int) -> StandardTime:
    return StandardTime(office_minutes=minutes)


def _count_office_minutes(time: StandardTime) -> float:
    if time.working_days is not None:
        return time.working_days * OFFICE_DAY
    if time.calendar_days is not None:
        return time.calendar_days * _WORKING_PART_OF_WEEK * OFFICE_DAY
    return time.office_minutes or time.minutes or 1
