"""Ladders: one Step Functions execution for each scheduled clock (``infra/ladder.asl.json``).

On AWS a rung is reached at its true instant. Where ``seconds_per_working_day`` is set, days are short, and
the time until a rung passes at this rate:

- working and calendar days: a working day lasts that long and any other day nothing. So a clock of 60
  calendar days takes as many short days as it has working days, and clocks of both kinds, which run at the
  same time, keep their order;
- office minutes: 450 of them, an office's day, last that long. There are at least two seconds between two
  rungs, otherwise a person could do nothing in time;
- minutes: they are real minutes, because only machines have them.

No other part of Tuntas knows short days: a rung carries its true instant, and its complaint moves there.
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
from chalicelib.aws.dynamodb.complaint_items import ClockItem, build_case_key
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
_SHORTEST_GAP = timedelta(seconds=2)


@dataclass(frozen=True)
class RungTime:
    """The time of a rung: ``at`` in wall-clock time, ``nominal_at`` according to the procedure."""

    name: str
    at: datetime
    nominal_at: datetime


def compute_rung_times(
    clock: Clock,
    got_to: datetime,
    now: datetime,
    calendar: Calendar,
    seconds_per_working_day: float | None,
) -> list[RungTime]:
    """Return the rungs ahead, in order, each with the time its timer fires; a past one fires at once.

    ``now`` is the wall-clock time. ``got_to`` is the complaint's time, which may be later because of short
    days: the rest is counted from there, so that a clock that is scheduled again never starts from zero.
    """
    times: list[RungTime] = []
    at = now
    for rung in clock.ahead:
        if seconds_per_working_day is None:
            at = max(at, rung.nominal_at)
        elif rung.nominal_at > got_to:
            left = _compute_short_wait(clock, got_to, rung.nominal_at, calendar, seconds_per_working_day)
            earliest = at + _SHORTEST_GAP if clock.derivation.standard_time.office_minutes else at
            at = max(earliest, now + left)
        times.append(RungTime(rung.name, at, rung.nominal_at))
    return times


def _compute_short_wait(
    clock: Clock, got_to: datetime, nominal_at: datetime, calendar: Calendar, day: float
) -> timedelta:
    """Return the time until a rung where a working day lasts ``day`` seconds."""
    standard_time = clock.derivation.standard_time
    if standard_time.minutes is not None:
        return nominal_at - got_to
    if standard_time.office_minutes is not None:
        return timedelta(seconds=count_office_seconds(got_to, nominal_at, calendar) / _OFFICE_DAY * day)
    return timedelta(seconds=count_working_seconds(got_to, nominal_at, calendar) / _DAY * day)


class StepFunctionsTimers(Timers):
    """The ladders, as ``ports.Timers``. ``get_calendar`` returns a region's calendar."""

    def __init__(
        self,
        ladder_arn: str,
        get_calendar: Callable[[str], Calendar],
        seconds_per_working_day: float | None,
        client: "SFNClient",
    ) -> None:
        self._ladder_arn = ladder_arn
        self._get_calendar = get_calendar
        self._seconds_per_working_day = seconds_per_working_day
        self._client = client

    @classmethod
    def connect(cls, settings: Settings, get_calendar: Callable[[str], Calendar]) -> "StepFunctionsTimers":
        client = boto3.client("stepfunctions", region_name=settings.aws_region, config=CALLS)
        return cls(settings.ladder_arn, get_calendar, settings.seconds_per_working_day, client)

    @override
    def start(self, complaint: Complaint, clock: str, visit: int, generation: int, now: datetime) -> None:
        """Start a ladder, unless the clock is closed, was scheduled again, or has no rung ahead.

        ``now`` is wall-clock time, also where days are short.
        """
        running = complaint.find_clock(clock, visit)
        if running is None or running.generation != generation:
            return
        calendar = self._get_calendar(complaint.region)
        got_to = max(now, complaint.last_at)
        rungs = compute_rung_times(running, got_to, now, calendar, self._seconds_per_working_day)
        if not rungs:
            return
        with suppress(self._client.exceptions.ExecutionAlreadyExists):
            self._client.start_execution(
                stateMachineArn=self._ladder_arn,
                name=build_execution_name(complaint.ticket, clock, visit, generation),
                input=json.dumps(build_ladder_input(complaint.ticket, running, rungs), separators=(",", ":")),
            )

    @override
    def is_running(self, ticket: str, clock: str, visit: int, generation: int) -> bool:
        machine = self._ladder_arn.replace(":stateMachine:", ":execution:")
        name = build_execution_name(ticket, clock, visit, generation)
        try:
            execution = self._client.describe_execution(executionArn=f"{machine}:{name}")
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
        return execution["status"] == "RUNNING"


def build_execution_name(ticket: str, clock: str, visit: int, generation: int) -> str:
    """Return the name; it makes a second start of the same ladder impossible."""
    return f"{ticket}.{clock}.{visit}.{generation}"


def build_ladder_input(ticket: str, clock: Clock, rungs: list[RungTime]) -> dict[str, Any]:
    """Return the input of the state machine: the next rung, the rest, and the key of the clock's item.

    ``next`` is an index into ``rest``: not every Step Functions implementation can remove the head of a list.
    """
    first, *rest = [_build_rung_input(rung) for rung in rungs]
    return {
        "v": 1,
        "ticket": ticket,
        "clock": clock.name,
        "visit": clock.visit,
        "arming": clock.generation,
        "arming_text": str(clock.generation),
        "rung": first,
        "rest": rest,
        "next": 0,
        "rest_length": len(rest),
        "pk": build_case_key(ticket),
        "sk": ClockItem.build_key(clock.name, clock.visit),
    }


def _build_rung_input(rung: RungTime) -> dict[str, str]:
    return {
        "name": rung.name,
        "at": _format_whole_seconds(rung.at),
        "nominal_at": _format_whole_seconds(rung.nominal_at),
    }


def _format_whole_seconds(instant: datetime) -> str:
    """Return ``2026-11-25T17:00:00Z``, rounded up: a rung that is too early would find nothing overdue."""
    instant = instant.astimezone(UTC)
    if instant.microsecond:
        instant = instant.replace(microsecond=0) + _SECOND
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
