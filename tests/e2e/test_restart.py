"""A restart of the cloud, next to another one: nothing is lost, and deadlines still ring."""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.browser import App
from infra.local.cloud import LocalCloud
from infra.local.demo import load_directory, say
from infra.local.journey import Journey
from tests.e2e.conftest import WORKING_DAY_SECONDS, find_free_ports
from tests.e2e.deadlines import Deadlines

# Two starts of a cloud take some minutes on a slow machine.
pytestmark = pytest.mark.timeout(900)

KEY = {"pk": {"S": "PROBE"}, "sk": {"S": "PROBE"}}
ITEM = {**KEY, "kept": {"S": "yes"}}
FILE = "files/x/y.jpg"


@dataclass(frozen=True)
class Restarted:
    """A cloud that was restarted: its outputs before, the lines it printed, and a complaint from before."""

    cloud: LocalCloud
    outputs: dict[str, str]
    lines: list[str]
    journey: Journey
    citizen: App
    rungs: list[str]


@pytest.fixture(scope="module")
def restarted(
    cloud: LocalCloud,  # noqa: ARG001 (it runs at the same time)
    tmp_path_factory: pytest.TempPathFactory,
    region: dict[str, Any],
) -> Iterator[Restarted]:
    port, cloud_port = find_free_ports()
    settings: dict[str, Any] = {
        "port": port,
        "cloud_port": cloud_port,
        "seconds_per_working_day": WORKING_DAY_SECONDS,
    }
    state = tmp_path_factory.mktemp("restarted")
    with LocalCloud(state, **settings) as first:
        first.client("dynamodb").put_item(TableName=first.outputs["TableName"], Item=ITEM)
        first.client("s3").put_object(Bucket=first.outputs["BucketName"], Key=FILE, Body=b"x")
        load_directory(first)
        journey = Journey(first, region, say)
        citizen = journey.register()
        journey.ticket = journey.file(citizen)
        holder = journey.wait_for(lambda: journey.find_next_holder(citizen, None), "the admin's turn")
        assert holder["step"] == "verify"
        rungs, outputs = list_rungs(journey), dict(first.outputs)
    lines: list[str] = []
    with LocalCloud(state, **settings, say=lines.append) as again:
        journey.cloud = again
        yield Restarted(again, outputs, lines, journey, citizen, rungs)


def test_state_survives_a_restart_next_to_another_cloud(restarted: Restarted) -> None:
    cloud, outputs = restarted.cloud, restarted.outputs
    assert cloud.outputs == outputs
    answer = cloud.client("dynamodb").get_item(TableName=outputs["TableName"], Key=KEY)
    assert answer["Item"] == ITEM
    assert cloud.client("s3").get_object(Bucket=outputs["BucketName"], Key=FILE)["Body"].read() == b"x"
    with urllib.request.urlopen(f"{cloud.public_url}/health") as health:
        assert health.status == 200
    assert "stack tuntas-local is up to date" in restarted.lines
    assert any(line.startswith("recovering") for line in restarted.lines)


def test_complaints_from_before_and_after_a_restart_finish_and_deadlines_ring(
    restarted: Restarted, region: dict[str, Any]
) -> None:
    journey, citizen = restarted.journey, restarted.citizen
    # Only a ladder that was started again after the restart can ring.
    Deadlines(journey).ring_until(
        lambda: len(list_rungs(journey)) > len(restarted.rungs), "rung after the restart"
    )
    later = Journey(restarted.cloud, region, say)
    later.ticket = later.file(citizen)
    assert later.ticket != journey.ticket
    assert [finish(journey, citizen) for journey in (journey, later)] == ["resolved", "resolved"]


def finish(journey: Journey, citizen: App) -> str:
    """Take the complaint to its end, and return its state."""
    journey.decide("forward")
    journey.decide("answer")
    journey.decide("publish")
    journey.wait_for(lambda: journey.read(citizen)["state"] == "answered", "the answer")
    verdict = {"verdict": "satisfied"}
    citizen.post(f"complaints/{journey.ticket}/verdicts", verdict, key=f"verdict-{journey.ticket}")
    return str(journey.read(citizen)["state"])


def list_rungs(journey: Journey) -> list[str]:
    """Return the sort keys of the complaint's `rung.reached` events."""
    client, table = journey.cloud.client("dynamodb"), journey.cloud.outputs["TableName"]
    answer = client.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
        ExpressionAttributeValues={":pk": {"S": f"CASE#{journey.ticket}"}, ":event": {"S": "EVENT#"}},
    )
    return [item["sk"]["S"] for item in answer["Items"] if item["type"]["S"] == "rung.reached"]
