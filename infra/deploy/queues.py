"""The queues, and the resources that each brings into the template.

These are a dead-letter queue, an alarm on it, the trigger of the function of the same name, and an entry in
`QUEUE_URLS`. To add one: a line in `QUEUES`, a trigger in `app.py`, its grants in `policies.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

DEAD_RETENTION_SECONDS = 14 * 24 * 3600
KEEP_SECONDS = 4 * 24 * 3600
# A failed message is retried after 3 seconds, 6, 12 … 180 (`workers/batch.py`): for some twenty minutes.
MAX_RECEIVES = 12

# AWS advises six function timeouts, so that a throttled batch is not delivered again during its retries.
VISIBILITY_TIMEOUTS = 6


@dataclass(frozen=True)
class Queue:
    """One work queue.

    `concurrency` is the most batches processed at once (AWS allows 2 to 1,000).
    """

    name: str
    concurrency: int

    @property
    def function(self) -> str:
        """Return the Chalice name of the queue's function."""
        return self.name.replace("-", "_")

    @property
    def logical_id(self) -> str:
        """Return the prefix of the queue's resources in the template, also its function's logical id."""
        return to_logical_id(self.name)


def to_logical_id(queue: str) -> str:
    return "".join(part.capitalize() for part in queue.split("-"))


QUEUES: tuple[Queue, ...] = (
    Queue("record", concurrency=5),
    Queue("verify", concurrency=5),
    Queue("complete", concurrency=2),
    Queue("consult", concurrency=2),
    Queue("respond", concurrency=5),
    Queue("review", concurrency=2),
    Queue("deliver", concurrency=2),
    Queue("confirm", concurrency=2),
    Queue("follow", concurrency=2),
    Queue("clocks", concurrency=5),
    Queue("escalations", concurrency=5),
    Queue("messages", concurrency=5),
    Queue("changes", concurrency=2),
    Queue("delivery-feedback", concurrency=2),
)

# Unreadable stream records: no function reads this queue, only a person.
RELAY_DEAD = "relay-dead"


def build_fragment(timeouts: dict[str, int]) -> dict[str, Any]:
    """Build the queues' part of the template; `timeouts` are seconds by the Chalice name of a function."""
    resources: dict[str, Any] = {}
    for queue in QUEUES:
        resources |= _build_queue(queue, timeouts[queue.function])
    resources["RelayDeadQueue"] = _build_dead_queue(RELAY_DEAD)
    resources["RelayDeadAlarm"] = _build_dead_alarm("RelayDeadQueue", RELAY_DEAD)
    urls = {queue.name: f"${{{queue.logical_id}Queue}}" for queue in QUEUES} | {
        RELAY_DEAD: "${RelayDeadQueue}"
    }
    return {
        "Globals": {
            "Function": {"Environment": {"Variables": {"QUEUE_URLS": {"Fn::Sub": json.dumps(urls)}}}}
        },
        "Resources": resources,
    }


def _build_queue(queue: Queue, timeout: int) -> dict[str, Any]:
    name = queue.logical_id
    return {
        f"{name}Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": {"Fn::Sub": f"tuntas-${{Stage}}-{queue.name}"},
                "VisibilityTimeout": timeout * VISIBILITY_TIMEOUTS,
                "MessageRetentionPeriod": KEEP_SECONDS,
                "SqsManagedSseEnabled": True,
                "RedrivePolicy": {
                    "deadLetterTargetArn": {"Fn::GetAtt": [f"{name}DeadQueue", "Arn"]},
                    "maxReceiveCount": MAX_RECEIVES,
                },
            },
        },
        f"{name}DeadQueue": _build_dead_queue(f"{queue.name}-dead"),
        f"{name}DeadAlarm": _build_dead_alarm(f"{name}DeadQueue", f"{queue.name}-dead"),
        name: {
            "Properties": {
                "Events": {
                    f"{name}SqsEventSource": {
                        "Properties": {
                            "Queue": {"Fn::GetAtt": [f"{name}Queue", "Arn"]},
                            "FunctionResponseTypes": ["ReportBatchItemFailures"],
                            "ScalingConfig": {"MaximumConcurrency": queue.concurrency},
                        }
                    }
                }
            }
        },
    }


def _build_dead_queue(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "QueueName": {"Fn::Sub": f"tuntas-${{Stage}}-{name}"},
            "MessageRetentionPeriod": DEAD_RETENTION_SECONDS,
            "SqsManagedSseEnabled": True,
        },
    }


def _build_dead_alarm(logical_id: str, name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": {"Fn::Sub": f"tuntas-${{Stage}}-{name}"},
            "AlarmDescription": (
                f"A message in {name} could not be processed. Read it, fix the cause, then redrive the queue."
            ),
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": [logical_id, "QueueName"]}}],
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "AlarmTopic"}],
            "OKActions": [{"Ref": "AlarmTopic"}],
        },
    }
