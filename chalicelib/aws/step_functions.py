"""Ladders: one Step Functions execution per armed deadline (``infra/ladder.asl.json``).

On AWS a rung rings at its true instant. Where ``seconds_per_working_day`` is set, days are short, and what is
left until a rung passes at this rate:

- working and calendar days: a working day lasts that long and any other day nothing, so that a clock of 60
  calendar days takes as many short days as there are working days in them, and clocks of both kinds, which
  run side by side, keep their order;
- office minutes: 450 of them, an office's day, last that long; but two seconds lie between one rung and the
  next, or a person could do nothing in time;
- minutes: as long as they are, for they are given to machines.

No other part of Tuntas knows of short days: a rung carries its true instant, and brings its complaint there.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
from typing_extensions import override

from chalicelib.aws.clients import CALLS
from chalicelib.aws.dynamodb.complaint_items import ClockItem, case_key
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.deadlines import count_office_seconds, count_working_seconds
from chalicelib.services.ports import Timers
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_DAY = 86_400
_OFFICE_DAY = 450 * 60
_SECOND = timedelta(seconds=1)
_A_MOMENT = timedelta(seconds=2)


@dataclass(frozen=True)
class RungTime:
    """When a timer rings for a rung: ``at`` on the wall's clock, ``nominal_at`` by the procedure."""

    name: str
    at: datetime
    nominal_at: datetime


def rung_times(
    clock: Clock,
    got_to: datetime,
    now: datetime,
    calendar: Calendar,
    seconds_per_working_day: float | None,
) -> list[RungTime]:
    """The rungs still ahead, in order, each with the instant its timer rings; one already past rings at once.

    ``now`` is the wall's time, ``got_to`` the complaint's, which short days may have moved beyond it: what is
    left is counted from there, so that a clock armed anew goes on and never begins from zero.
    """
    times: list[RungTime] = []
    at = now
    for rung in clock.ahead:
        if seconds_per_working_day is None:
            at = max(at, rung.nominal_at)
        elif rung.nominal_at > got_to:
            left = _short_wait(clock, got_to, rung.nominal_at, calendar, seconds_per_working_day)
            in_a_moment = at + _A_MOMENT if clock.derivation.standard_time.office_minutes else at
            at = max(in_a_moment, now + left)
        times.append(RungTime(rung.name, at, rung.nominal_at))
    return times


def _short_wait(
    clock: Clock, got_to: datetime, nominal_at: datetime, calendar: Calendar, day: float
) -> timedelta:
    """How long it takes until a rung where a working day lasts ``day`` seconds."""
    standard_time = clock.derivation.standard_time
    if standard_time.minutes is not None:
        return nominal_at - got_to
    if standard_time.office_minutes is not None:
        return timedelta(seconds=count_office_seconds(got_to, nominal_at, calendar) / _OFFICE_DAY * day)
    return timedelta(seconds=count_working_seconds(got_to, nominal_at, calendar) / _DAY * day)


class StepFunctionsTimers(Timers):
    """``ports.Timers``. ``calendar_of`` gives a region's calendar; ``now`` is always the wall's clock."""

    def __init__(
        self,
        ladder_arn: str,
        calendar_of: Callable[[str], Calendar],
        seconds_per_working_day: float | None,
        client: "SFNClient",
    ) -> None:
        self._ladder_arn = ladder_arn
        self._calendar_of = calendar_of
        self._seconds_per_working_day = seconds_per_working_day
        self._client = client

    @classmethod
    def connect(cls, settings: Settings, calendar_of: Callable[[str], Calendar]) -> "StepFunctionsTimers":
        """With a client of its own."""
        client = boto3.client("stepfunctions", region_name=settings.aws_region, config=CALLS)
        return cls(settings.ladder_arn, calendar_of, settings.seconds_per_working_day, client)

    @override
    def start(self, complaint: Complaint, clock: str, visit: int, arming: int, now: datetime) -> None:
        """As the port says; nothing happens where the clock is closed, armed anew, or has no rung ahead."""
        running = complaint.clock(clock, visit)
        if running is None or running.arming != arming:
            return
        calendar = self._calendar_of(complaint.region)
        got_to = max(now, complaint.last_at)
        rungs = rung_times(running, got_to, now, calendar, self._seconds_per_working_day)
        if not rungs:
            return
        with suppress(self._client.exceptions.ExecutionAlreadyExists):
            self._client.start_execution(
                stateMachineArn=self._ladder_arn,
                name=execution_name(complaint.ticket, clock, visit, arming),
                input=json.dumps(ladder_input(complaint.ticket, running, rungs), separators=(",", ":")),
            )

    @override
    def is_running(self, ticket: str, clock: str, visit: int, arming: int) -> bool:
        machine = self._ladder_arn.replace(":stateMachine:", ":execution:")
        name = execution_name(ticket, clock, visit, arming)
        try:
            execution = self._client.describe_execution(executionArn=f"{machine}:{name}")
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
        return execution["status"] == "RUNNING"


def execution_name(ticket: str, clock: str, visit: int, arming: int) -> str:
    """The name that makes a second start of the same arming impossible."""
    return f"{ticket}.{clock}.{visit}.{arming}"


def ladder_input(ticket: str, clock: Clock, rungs: list[RungTime]) -> dict[str, Any]:
    """What the state machine is told: the next rung, the rest, and where it finds the clock's item.

    ``next`` counts through ``rest``: not every Step Functions can take the head off a list.
    """
    first, *rest = [_rung_input(rung) for rung in rungs]
    return {
        "v": 1,
        "ticket": ticket,
        "clock": clock.name,
        "visit": clock.visit,
        "arming": clock.arming,
        "arming_text": str(clock.arming),
        "rung": first,
        "rest": rest,
        "next": 0,
        "rest_length": len(rest),
        "pk": case_key(ticket),
        "sk": ClockItem.key(clock.name, clock.visit),
    }


def _rung_input(rung: RungTime) -> dict[str, str]:
    return {"name": rung.name, "at": _whole_seconds(rung.at), "nominal_at": _whole_seconds(rung.nominal_at)}


def _whole_seconds(instant: datetime) -> str:
    """``2026-11-25T17:00:00Z``, rounded up: a rung that came a moment early would find nothing overdue."""
    instant = instant.astimezone(UTC)
    if instant.microsecond:
        instant = instant.replace(microsecond=0) + _SECOND
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
