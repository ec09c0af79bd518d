"""Deadlines that pass when a test wants them to, on a machine of any speed.

A working day of the shared cloud lasts an hour, so nobody is late while a test acts. A test that waits for a
deadline rings the rungs of its own complaint, each through the deployed state machine and its queue.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.step_functions import build_execution_name
from chalicelib.domain.complaint.state import Clock
from infra.local.journey import Journey
from tests.e2e.queues import is_queue_empty


@dataclass(frozen=True)
class SleepingRung:
    """A rung that has not rung: its ladder's execution, and the input of a ladder with this rung alone."""

    execution: str
    ladder: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.ladder["rung"]["name"])

    @property
    def nominal_at(self) -> datetime:
        return datetime.fromisoformat(self.ladder["rung"]["nominal_at"])


class Deadlines:
    """The deadlines of one complaint."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._steps = journey.cloud.client("stepfunctions")
        self._machine = journey.cloud.outputs["LadderArn"]
        self._rung: set[tuple[str, str]] = set()

    def ring_next(self) -> None:
        """Ring the rung with the earliest true instant."""
        rung = self._find_next()
        assert rung, f"{self._journey.ticket} has no deadline ahead"
        self._ring(rung)

    def ring_until(self, look: Callable[[], Any], what: str) -> Any:
        """Ring one rung after the other until ``look`` returns something true, and return that."""
        while not (result := look()):
            rung = self._find_next()
            assert rung, f"{self._journey.ticket} has no deadline ahead, and there is no {what}"
            self._ring(rung)
        return result

    def ring_through(self, instant: datetime) -> None:
        """Ring every rung up to this true instant, one at the instant too."""
        while (rung := self._find_next()) and rung.nominal_at <= instant:
            self._ring(rung)

    def _find_next(self) -> SleepingRung | None:
        """Return the earliest rung, once every open clock has its ladder."""
        self._journey.wait_for(self._have_ladders, "a ladder for each open clock")
        rungs = (rung for clock in self._list_clocks() for rung in self._list_rungs(clock))
        return min(rungs, key=lambda rung: rung.nominal_at, default=None)

    def _have_ladders(self) -> bool:
        try:
            for clock in self._list_clocks():
                self._list_rungs(clock)
        except self._steps.exceptions.ExecutionDoesNotExist:
            return False
        return True

    def _list_clocks(self) -> Iterator[Clock]:
        cloud = self._journey.cloud
        items = cloud.client("dynamodb").query(
            TableName=cloud.outputs["TableName"],
            KeyConditionExpression="pk = :pk AND begins_with(sk, :clock)",
            ExpressionAttributeValues={
                ":pk": {"S": f"CASE#{self._journey.ticket}"},
                ":clock": {"S": "CLOCK#"},
            },
            ConsistentRead=True,
        )["Items"]
        for item in items:
            if item["status"]["S"] == "open":
                yield Clock.model_validate_json(item["body"]["S"])

    def _list_rungs(self, clock: Clock) -> list[SleepingRung]:
        name = build_execution_name(self._journey.ticket, clock.name, clock.visit, clock.generation)
        ahead = {rung.name for rung in clock.ahead if (name, rung.name) not in self._rung}
        if not ahead:
            return []
        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"
        ladder = json.loads(self._steps.describe_execution(executionArn=arn)["input"])
        rungs = [rung for rung in (ladder["rung"], *ladder["rest"]) if rung["name"] in ahead]
        return [SleepingRung(name, ladder | {"rung": rung, "rest": [], "rest_length": 0}) for rung in rungs]

    def _ring(self, rung: SleepingRung) -> None:
        """Ring now, through a ladder with this rung alone, and wait until the rung's message is worked on."""
        now = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        execution = self._steps.start_execution(
            stateMachineArn=self._machine,
            name=f"{rung.execution}.{rung.name}",
            input=json.dumps(rung.ladder | {"rung": rung.ladder["rung"] | now}),
        )["executionArn"]
        self._journey.wait_for(lambda: self._is_over(execution), f"the rung {rung.name}")
        # A rung of a clock that is suspended changes nothing, so it is noted here that it rang.
        self._rung.add((rung.execution, rung.name))

    def _is_over(self, execution: str) -> bool:
        status = self._steps.describe_execution(executionArn=execution)["status"]
        assert status in ("RUNNING", "SUCCEEDED"), status
        return status == "SUCCEEDED" and is_queue_empty(self._journey.cloud, "escalations")
