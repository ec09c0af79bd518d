"""How people behave: the figures of ``people.toml``, and what they make somebody do, and when."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

from chalicelib.domain.procedure.model import ComplaintClass, Role, StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.deadlines import StandardTime, due_at
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
    """How those in office work; see ``people.toml``."""

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
    """How reporters behave; see ``people.toml``."""

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


class Beside(Value):
    """Who looks in beside the turn: how often, and what each role then does."""

    chance: float
    acts: Mapping[Role, Weights]


class Timers(Value):
    """How often a timer comes late, by up to how many minutes, or twice."""

    late: float
    late_minutes: int
    twice: float


class Changes(Value):
    """How many decrees change a calendar in a year, and how many days ahead they are announced."""

    decrees: int
    announced: Range


class People(Value):
    """Everything that is assumed of them."""

    officer: Officers
    reporter: Reporters
    classes: Mapping[ComplaintClass, float]
    acts: Mapping[StepKind, Weights]
    beside: Beside
    timers: Timers
    government: Changes

    def officer_is_done_at(
        self, rng: Random, now: datetime, usual: StandardTime, calendar: Calendar
    ) -> datetime:
        """When somebody in office has done what usually takes ``usual``, working in office hours."""
        if rng.random() < self.officer.absent:
            minutes = rng.randint(*self.officer.absent_days) * OFFICE_DAY
        else:
            part = self.officer.pace * rng.lognormvariate(0, self.officer.spread)
            minutes = round(rng.expovariate(1 / self.officer.notice) + part * _office_minutes(usual))
        return after_office_minutes(now, minutes, calendar)

    def reporter_reacts_at(self, rng: Random, now: datetime, kind: StepKind) -> datetime | None:
        """When a reporter does what is theirs to do; ``None`` for never."""
        never = {
            StepKind.CONFIRM: self.reporter.never_judges,
            StepKind.COMPLETE: self.reporter.never_completes,
        }
        if rng.random() < never[kind]:
            return None
        return now + timedelta(days=self.reporter.days * rng.lognormvariate(0, self.reporter.spread))


@cache
def people() -> People:
    """The people of ``people.toml``."""
    file = Path(__file__).with_name("people.toml")
    return People.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def source(*of: object) -> Random:
    """A source of chance that is the same whenever it is of the same things."""
    return Random("/".join(map(str, of)))  # noqa: S311 -- nothing here is secret


def pick(rng: Random, weights: Mapping[Name, float], offered: Collection[str] | None = None) -> Name | None:
    """One of the names by its weight, of those that are offered; ``None`` where there is none."""
    names = [name for name in weights if offered is None or name in offered]
    return rng.choices(names, [weights[name] for name in names])[0] if names else None


def after_office_minutes(now: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The instant at which so many office minutes have passed."""
    return due_at(now, _amount(max(1, min(minutes, _LONGEST))), calendar)


@cache
def _amount(minutes: int) -> StandardTime:
    return StandardTime(office_minutes=minutes)


def _office_minutes(time: StandardTime) -> float:
    if time.working_days is not None:
        return time.working_days * OFFICE_DAY
    if time.calendar_days is not None:
        return time.calendar_days * _WORKING_PART_OF_WEEK * OFFICE_DAY
    return time.office_minutes or time.minutes or 1
