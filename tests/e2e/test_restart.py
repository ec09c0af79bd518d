"""A restart of the cloud: nothing is lost, and deadlines still ring."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.browser import App
from infra.local.cloud import LocalCloud
from infra.local.demo import load_directory, say
from infra.local.journey import Journey
from tests.e2e.conftest import WORKING_DAY_SECONDS, find_free_ports
from tests.e2e.deadlines import Deadlines


def finish(journey: Journey, citizen: App) -> str:
    """Take the complaint to its end, and return its state."""
    journey.decide("forward")
    journey.decide("answer")
    journey.decide("publish")
    journey.wait_for(lambda: journey.read(citizen)["state"] == "answered", "the answer")
    verdict = {"verdict": "satisfied"}
    citizen.post(f"complaints/{journey.ticket}/verdicts", verdict, key=f"verdict-{journey.ticket}")
    return str(journey.read(citizen)["state"])


@pytest.mark.timeout(120)
def test_complaints_from_before_and_after_a_restart_finish_and_deadlines_ring(
    tmp_path: Path, region: dict[str, Any]
) -> None:
    port, cloud_port = find_free_ports()
    settings: dict[str, Any] = {
        "port": port,
        "cloud_port": cloud_port,
        "seconds_per_working_day": WORKING_DAY_SECONDS,
    }
    with LocalCloud(tmp_path, **settings) as cloud:
        load_directory(cloud)
        journey = Journey(cloud, region, say)
        citizen = journey.register()
        journey.ticket = journey.file(citizen)
        holder = journey.wait_for(lambda: journey.find_next_holder(citizen, None), "the admin's turn")
        assert holder["step"] == "verify"
        rungs_before = list_rungs(journey)

    with LocalCloud(tmp_path, **settings) as cloud:
        journey.cloud = cloud
        # Only a ladder that was started again after the restart can ring.
        Deadlines(journey).ring_until(
            lambda: len(list_rungs(journey)) > len(rungs_before), "rung after the restart"
        )
        later = Journey(cloud, region, say)
        later.ticket = later.file(citizen)
        assert later.ticket != journey.ticket
        assert [finish(journey, citizen) for journey in (journey, later)] == ["resolved", "resolved"]


def list_rungs(journey: Journey) -> list[str]:
    """Return the sort keys of the complaint's `rung.reached` events."""
    client, table = journey.cloud.client("dynamodb"), journey.cloud.outputs["TableName"]
    answer = client.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
        ExpressionAttributeValues={":pk": {"S": f"CASE#{journey.ticket}"}, ":event": {"S": "EVENT#"}},
    )
    return [item["sk"]["S"] for item in answer["Items"] if item["type"]["S"] == "rung.reached"]
