"""The ladder, executed: the file that is deployed, run by moto's Step Functions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.config import default_user_config

from tests.paths import ROOT

LADDER = ROOT / "infra" / "ladder.asl.json"
REGION = "ap-southeast-3"
TICKET = "JTM-2026-7K3M9"
PATIENCE_SECONDS = 60


@dataclass
class Cloud:
    """A table with the clock item, the queue of rungs, and the machine."""

    table: Any
    queue: Any
    steps: Any
    machine: str

    def put_clock(self, *, status: str = "open", generation: int = 1) -> None:
        """Write the clock item as the domain would."""
        key = {"pk": f"CASE#{TICKET}", "sk": "CLOCK#step#1"}
        self.table.put_item(
            Item=key | {"status": status, "arming": generation, "due_at": "2026-11-25T17:00:00Z"}
        )

    def start(self, *rungs: str, generation: int = 1, apart: float = 1) -> str:
        """Start a ladder whose rungs are due one after the other, `apart` seconds each; return its ARN."""
        start = datetime.now(UTC)
        all_rungs = [
            {
                "name": name,
                "at": (start + timedelta(seconds=apart * place)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "nominal_at": f"2026-11-{25 + place}T17:00:00Z",
            }
            for place, name in enumerate(rungs, 1)
        ]
        ladder = {
            "v": 1,
            "ticket": TICKET,
            "clock": "step",
            "visit": 1,
            "arming": generation,
            "arming_text": str(generation),
            "pk": f"CASE#{TICKET}",
            "sk": "CLOCK#step#1",
            "rung": all_rungs[0],
            "rest": all_rungs[1:],
            "next": 0,
            "rest_length": len(all_rungs) - 1,
        }
        name = f"{TICKET}.step.1.{generation}"
        started = self.steps.start_execution(
            stateMachineArn=self.machine, name=name, input=json.dumps(ladder)
        )
        return str(started["executionArn"])

    def wait_for_end(self, execution: str) -> str:
        """Wait until the execution has ended; return its status."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status = str(self.steps.describe_execution(executionArn=execution)["status"])
            if status != "RUNNING":
                return status
            time.sleep(0.1)
        return "RUNNING"

    def take_rings(self) -> list[dict[str, Any]]:
        """Take the rungs that have rung so far off the queue, in their order."""
        rungs: list[dict[str, Any]] = []
        while messages := self.queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=0):
            rungs += [json.loads(message.body) for message in messages]
            for message in messages:
                message.delete()
        return rungs


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield _create_cloud()
    # moto keeps the setting of a finished mock and would execute the machines of later tests too.
    default_user_config["stepfunctions"] = {"execute_state_machine": False}


def _create_cloud() -> Cloud:
    table = boto3.resource("dynamodb", REGION).create_table(
        TableName="tuntas-test",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    queue = boto3.resource("sqs", REGION).create_queue(QueueName="tuntas-test-escalations")
    steps = boto3.client("stepfunctions", REGION)
    definition = (
        LADDER.read_text().replace("${TableName}", table.name).replace("${EscalationsQueueUrl}", queue.url)
    )
    role = "arn:aws:iam::123456789012:role/ladder"
    machine = steps.create_state_machine(name="ladder", definition=definition, roleArn=role)[
        "stateMachineArn"
    ]
    return Cloud(table, queue, steps, machine)


def test_answered_in_time_ends_silently_in_four_transitions(cloud: Cloud) -> None:
    cloud.put_clock(status="closed")
    execution = cloud.start("reminder", "overdue")
    assert cloud.wait_for_end(execution) == "SUCCEEDED"
    assert cloud.take_rings() == []
    entered = [
        event["type"]
        for event in cloud.steps.get_execution_history(executionArn=execution)["events"]
        if event["type"].endswith("StateEntered")
    ]
    assert len(entered) == 4, entered


def test_a_clock_that_is_gone_ends_silently(cloud: Cloud) -> None:
    assert cloud.wait_for_end(cloud.start("reminder")) == "SUCCEEDED"
    assert cloud.take_rings() == []


def test_late_rings_each_rung_in_order_with_its_true_instant(cloud: Cloud) -> None:
    cloud.put_clock()
    assert cloud.wait_for_end(cloud.start("half", "most", "overdue")) == "SUCCEEDED"
    common = {"v": 1, "ticket": TICKET, "clock": "step", "visit": 1, "arming": 1}
    assert cloud.take_rings() == [
        common | {"rung": "half", "nominal_at": "2026-11-26T17:00:00Z"},
        common | {"rung": "most", "nominal_at": "2026-11-27T17:00:00Z"},
        common | {"rung": "overdue", "nominal_at": "2026-11-28T17:00:00Z"},
    ]


def test_answered_between_two_rungs_stops_there(cloud: Cloud) -> None:
    cloud.put_clock()
    execution = cloud.start("half", "overdue", apart=3)
    deadline = time.monotonic() + PATIENCE_SECONDS
    rings: list[dict[str, Any]] = []
    while not rings and time.monotonic() < deadline:
        time.sleep(0.2)
        rings = cloud.take_rings()
    cloud.put_clock(status="closed")
    assert cloud.wait_for_end(execution) == "SUCCEEDED"
    assert [ring["rung"] for ring in rings + cloud.take_rings()] == ["half"]


def test_a_rescheduled_clock_ends_the_older_ladder_and_rings_the_newer(cloud: Cloud) -> None:
    cloud.put_clock(generation=2)
    older, newer = cloud.start("overdue", generation=1), cloud.start("overdue", generation=2)
    assert {cloud.wait_for_end(older), cloud.wait_for_end(newer)} == {"SUCCEEDED"}
    assert [ring["arming"] for ring in cloud.take_rings()] == [2]


def test_a_generation_has_one_ladder(cloud: Cloud) -> None:
    cloud.put_clock(status="closed")
    first = cloud.start("overdue")
    with pytest.raises(cloud.steps.exceptions.ExecutionAlreadyExists):
        cloud.start("overdue", apart=900)
    assert cloud.wait_for_end(first) == "SUCCEEDED"


def _load_machine() -> dict[str, Any]:
    return dict(json.loads(LADDER.read_text()))


def _list_exits(state: dict[str, Any]) -> set[str]:
    named = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {each[key] for each in named for key in ("Next", "Default") if key in each}


def test_every_exit_leads_to_a_state() -> None:
    states = _load_machine()["States"]
    assert {exit_ for state in states.values() for exit_ in _list_exits(state)} <= states.keys()


def test_every_state_is_reached() -> None:
    machine = _load_machine()
    reached, frontier = set[str](), {machine["StartAt"]}
    while frontier:
        reached |= frontier
        frontier = {exit_ for name in frontier for exit_ in _list_exits(machine["States"][name])} - reached
    assert reached == machine["States"].keys()


def test_every_state_can_end() -> None:
    states = _load_machine()["States"]
    ending = {
        name for name, state in states.items() if state["Type"] in ("Succeed", "Fail") or state.get("End")
    }
    while more := {
        name for name, state in states.items() if name not in ending and _list_exits(state) & ending
    }:
        ending |= more
    assert ending == states.keys()


def test_choices_have_a_way_out_and_tasks_try_again() -> None:
    for name, state in _load_machine()["States"].items():
        if state["Type"] == "Choice":
            assert "Default" in state, name
        if state["Type"] == "Task":
            [retry] = state["Retry"]
            assert retry["ErrorEquals"] == ["States.ALL"], name
            assert retry["MaxAttempts"] >= 5
            assert retry["BackoffRate"] > 1


def test_a_rung_that_rings_says_nothing_about_people() -> None:
    message = _load_machine()["States"]["Ring"]["Parameters"]["MessageBody"]
    names = {name.removesuffix(".$") for name in message}
    assert names == {"v", "ticket", "clock", "visit", "arming", "rung", "nominal_at"}
