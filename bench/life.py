"""One on-time life of a complaint, carried by the people of `make run` and counted part by part."""

import json
from dataclasses import dataclass
from typing import Any

from bench.machine import Machine, Pump, build_sqs_record
from bench.meter import Count
from infra.local.cloud import LocalCloud
from infra.local.journey import Journey

IN_TIME = ("WaitForRung", "ReadClock", "IsStillArmed", "Done")
"""The states of a ladder whose clock has closed before its first rung."""

Ladders = dict[str, list[str]]
"""The states that each ladder enters, by the ladder's name."""


@dataclass(frozen=True)
class Life:
    """The counts of one life, and the messages that were sent."""

    ticket: str
    parts: dict[str, Count]
    emails: int
    sms: int

    @property
    def total(self) -> Count:
        """Return the sum of all parts."""
        return sum(self.parts.values(), Count())


def carry_complaint(machine: Machine, region: dict[str, Any]) -> Life:
    """Carry a complaint from filing to satisfied on its procedure's straight way, and count each step."""
    pump, meter = Pump(machine), machine.meter
    journey = Journey(machine.cloud, region, lambda _: None)
    citizen = journey.register()
    meter.parts.clear()
    with meter.measure_part("filed, recorded"):
        journey.ticket = journey.file(citizen)
        pump.run()
    while (holder := journey.read(citizen)["holder"])["role"] != "reporter":
        with meter.measure_part(holder["step"]):
            journey.decide()
            pump.run()
    with meter.measure_part("read, satisfied"):
        journey.read(citizen)
        journey.send_verdict(citizen, {"verdict": "satisfied"})
        pump.run()
    with meter.measure_part("delivery feedback"):
        report_deliveries(machine, journey.ticket)
    return Life(journey.ticket, dict(meter.parts), len(journey.list_mails()), len(journey.list_sms()))


def report_deliveries(machine: Machine, ticket: str) -> None:
    """Report each delivery, as the mail service of AWS does; the local one does not."""
    from chalicelib.aws.ses_events import TAG, to_tag_value
    from chalicelib.bootstrap import application

    for record in application().message_log.list_for_complaint(ticket):
        if record.channel == "email" and record.outcome == "sent":
            tags = {TAG: [to_tag_value(f"{ticket}.{record.id}")]}
            delivery = {"timestamp": record.at.isoformat()}
            event = {"eventType": "Delivery", "mail": {"tags": tags}, "delivery": delivery}
            machine.call("delivery_feedback", {"Records": [build_sqs_record(json.dumps(event))]})


def list_transitions(cloud: LocalCloud, ticket: str) -> Ladders:
    """Return the states that each of the case's ladders enters, now and when it wakes.

    Every clock was met in time and is closed, but its ladder sleeps until its first rung.
    """
    machines = cloud.client("stepfunctions")
    arn = cloud.read_environment()["LADDER_ARN"]
    pages = machines.get_paginator("list_executions").paginate(stateMachineArn=arn)
    executions = [execution for page in pages for execution in page["executions"]]
    ladders = [execution for execution in executions if execution["name"].startswith(f"{ticket}.")]
    return {
        ladder["name"].removeprefix(f"{ticket}."): _add_coming(
            _list_entered(machines, ladder["executionArn"])
        )
        for ladder in sorted(ladders, key=lambda ladder: ladder["startDate"])
    }


def _add_coming(entered: list[str]) -> list[str]:
    if tuple(entered) != IN_TIME[: len(entered)]:
        raise SystemExit(f"a ladder of a case on time rang: {' → '.join(entered)}")
    return list(IN_TIME)


def _list_entered(machines: Any, execution: str) -> list[str]:
    events = machines.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    return [
        event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
    ]


@dataclass(frozen=True)
class Measured:
    """The lives of one procedure's complaints, in new processes and in warm ones."""

    procedure: str
    cold: Life
    warm: Life
    ladders: Ladders


def measure_lives(machine: Machine, region: dict[str, Any]) -> Measured:
    """Carry a complaint in new processes, another to warm them, and a third in warm ones."""
    machine.new_processes = True
    cold = carry_complaint(machine, region)
    machine.new_processes = False
    carry_complaint(machine, region)
    warm = carry_complaint(machine, region)
    return Measured(region["procedure"], cold, warm, list_transitions(machine.cloud, warm.ticket))
