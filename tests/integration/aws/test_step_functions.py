"""The timers: a ladder for each scheduled clock, on the deployed state machine."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib.aws.dynamodb.complaints import TableComplaints
from chalicelib.aws.step_functions import StepFunctionsTimers
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.settings import Settings
from tests.integration.conftest import Case
from tests.procedures import ADMIN, FORWARD

PATIENCE_SECONDS = 20
Received = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def timers(settings: Settings) -> StepFunctionsTimers:
    return StepFunctionsTimers.connect(settings, lambda _: Calendar())


@pytest.fixture
def case(complaints: TableComplaints) -> Case:
    """Return a complaint with a running clock for verification, far in the future."""
    return Case(now=datetime(2030, 1, 7, 2, tzinfo=UTC)).go(complaints, StepKind.VERIFY)


def start(timers: StepFunctionsTimers, case: Case, generation: int = 1, visit: int = 1) -> None:
    assert case.complaint
    timers.start(case.complaint, "verify", visit, generation, case.now)


def list_executions(settings: Settings) -> list[dict[str, Any]]:
    """Return the name and input of each execution."""
    steps = boto3.client("stepfunctions")
    arns = [
        execution["executionArn"]
        for execution in steps.list_executions(stateMachineArn=settings.ladder_arn)["executions"]
    ]
    described = [steps.describe_execution(executionArn=arn) for arn in arns]
    return [{"name": execution["name"], "input": json.loads(execution["input"])} for execution in described]


def test_a_ladder_knows_its_rungs_and_its_clocks_item(
    timers: StepFunctionsTimers, case: Case, settings: Settings
) -> None:
    start(timers, case)
    (execution,) = list_executions(settings)
    assert execution["name"] == "CTH-22222A.verify.1.1"
    ladder = execution["input"]
    assert {name: ladder[name] for name in ("v", "ticket", "clock", "visit", "arming", "arming_text")} == {
        "v": 1,
        "ticket": "CTH-22222A",
        "clock": "verify",
        "visit": 1,
        "arming": 1,
        "arming_text": "1",
    }
    assert (ladder["pk"], ladder["sk"]) == ("CASE#CTH-22222A", "CLOCK#verify#1")
    due = next(rung for rung in [ladder["rung"], *ladder["rest"]] if rung["name"] == "due")
    assert due["at"] == due["nominal_at"] == case.find_clock("verify").due_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_ladder_started_twice_is_one(timers: StepFunctionsTimers, case: Case, settings: Settings) -> None:
    start(timers, case)
    case.now += timedelta(hours=1)
    start(timers, case)
    assert len(list_executions(settings)) == 1


def test_a_ladder_runs_until_it_is_stopped_and_others_do_not(
    timers: StepFunctionsTimers, case: Case, settings: Settings
) -> None:
    assert not timers.is_running(case.ticket, "verify", 1, 1)
    start(timers, case)
    assert timers.is_running(case.ticket, "verify", 1, 1)
    assert not timers.is_running(case.ticket, "verify", 1, 2)
    arn = settings.ladder_arn.replace("stateMachine", "execution") + ":CTH-22222A.verify.1.1"
    boto3.client("stepfunctions").stop_execution(executionArn=arn)
    assert not timers.is_running(case.ticket, "verify", 1, 1)


@pytest.mark.parametrize(("visit", "generation"), [(1, 2), (2, 1)])
def test_no_ladder_for_a_clock_that_is_not_open(
    timers: StepFunctionsTimers, case: Case, settings: Settings, visit: int, generation: int
) -> None:
    start(timers, case, generation, visit)
    assert list_executions(settings) == []


def test_no_ladder_when_every_rung_is_behind(
    timers: StepFunctionsTimers, case: Case, complaints: TableComplaints, settings: Settings
) -> None:
    for rung in case.find_clock("verify").rungs:
        case.follow(complaints, case.reach(rung.name, "verify"))
    start(timers, case)
    assert list_executions(settings) == []


def wait_for_rings(receive_all: Received, count: int) -> list[dict[str, Any]]:
    """Wait for that number of reached rungs and return them."""
    rung: list[dict[str, Any]] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(rung) < count and time.monotonic() < deadline:
        rung += receive_all("escalations")
        time.sleep(0.1)
    return rung


@pytest.mark.parametrize("ladders_run", [True])
def test_the_rungs_of_an_open_clock_ring_in_order_with_their_true_instants(
    complaints: TableComplaints, settings: Settings, receive_all: Received
) -> None:
    case = Case(now=datetime.now(UTC).replace(microsecond=0)).go(complaints, StepKind.VERIFY)
    clock = case.find_clock("verify")
    short_days = settings.model_copy(update={"seconds_per_working_day": 0.2})
    start(StepFunctionsTimers.connect(short_days, lambda _: Calendar()), case)
    heard = wait_for_rings(receive_all, len(clock.rungs))
    assert [ring["rung"] for ring in heard] == [rung.name for rung in clock.rungs]
    for one, rung in zip(heard, clock.rungs, strict=True):
        nominal_at = datetime.fromisoformat(one["nominal_at"])
        assert timedelta() <= nominal_at - rung.nominal_at < timedelta(seconds=1)
        case.now = nominal_at
        case.follow(
            complaints, case.decide(ReachRung(clock="verify", visit=1, generation=1, rung=rung.name), SYSTEM)
        )
    assert case.complaint.late_level == 3


@pytest.mark.parametrize("ladders_run", [True])
@pytest.mark.parametrize("day", [None, 20.0])
def test_rungs_that_lie_in_the_past_ring_at_once_and_in_order(
    complaints: TableComplaints, settings: Settings, receive_all: Received, day: float | None
) -> None:
    now = datetime.now(UTC)
    case = Case(now=now - timedelta(days=70)).go(complaints, StepKind.VERIFY)
    timers = StepFunctionsTimers.connect(
        settings.model_copy(update={"seconds_per_working_day": day}), lambda _: Calendar()
    )
    assert case.complaint
    timers.start(case.complaint, "verify", 1, 1, now)
    rungs = [rung.name for rung in case.find_clock("verify").rungs]
    assert [ring["rung"] for ring in wait_for_rings(receive_all, len(rungs))] == rungs


@pytest.mark.parametrize("ladders_run", [True])
def test_sixty_calendar_days_ring_once_their_working_days_are_over(
    complaints: TableComplaints, settings: Settings, receive_all: Received
) -> None:
    case = Case(now=datetime.now(UTC)).go(complaints, StepKind.VERIFY)
    short_days = settings.model_copy(update={"seconds_per_working_day": 0.02})
    assert case.complaint
    timers = StepFunctionsTimers.connect(short_days, lambda _: Calendar())
    timers.start(case.complaint, "ombudsman", 1, 1, case.now)
    assert [ring["clock"] for ring in wait_for_rings(receive_all, 1)] == ["ombudsman"]


@pytest.mark.parametrize("ladders_run", [True])
def test_a_clock_that_closed_in_time_never_rings(
    complaints: TableComplaints, settings: Settings, receive_all: Received
) -> None:
    case = Case(now=datetime.now(UTC)).go(complaints, StepKind.VERIFY)
    before = case.complaint
    case.follow(complaints, case.decide(FORWARD, ADMIN))
    short_days = settings.model_copy(update={"seconds_per_working_day": 0.01})
    timers = StepFunctionsTimers.connect(short_days, lambda _: Calendar())
    assert before
    timers.start(before, "verify", 1, 1, case.now)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while timers.is_running(case.ticket, "verify", 1, 1) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not timers.is_running(case.ticket, "verify", 1, 1)
    assert receive_all("escalations") == []
