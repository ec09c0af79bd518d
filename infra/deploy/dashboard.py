"""The one dashboard: complaints on top, then the promise, then the machine."""

from __future__ import annotations

import json
from typing import Any

from infra.deploy.queues import QUEUES, RELAY_DEAD

WIDTH = 12
HEIGHT = 6


def fragment(functions: list[str]) -> dict[str, Any]:
    """The part of the template that the dashboard makes; `functions` are the logical ids of all functions."""
    graphs = [
        _graph(
            "Complaints", [_own(name) for name in ("Filed", "Recorded", "Answered", "Delivered", "Overdue")]
        ),
        _graph(
            "Seconds from filed to notified",
            [_own("SecondsFiledToNotified", stat) for stat in ("p50", "p99", "Maximum")],
        ),
        _graph("Messages", [_own(name) for name in ("Notified", "MessageFailed")]),
        _graph("Waiting in queues", [_depth(queue.name) for queue in QUEUES], "Maximum"),
        _graph(
            "Dead letters",
            [_depth(f"{queue.name}-dead") for queue in QUEUES] + [_depth(RELAY_DEAD)],
            "Maximum",
        ),
        _graph("Function errors", [_function("Errors", name) for name in functions]),
        _graph(
            "Relay behind the stream (ms), ladders failed",
            [
                _function("IteratorAge", "Relay", "Maximum"),
                ["AWS/States", "ExecutionsFailed", "StateMachineArn", "${Ladder}"],
            ],
        ),
        _graph(
            "API",
            [
                ["AWS/ApiGateway", name, "ApiName", "tuntas-${Stage}"]
                for name in ("Count", "4XXError", "5XXError")
            ],
        ),
    ]
    for place, graph in enumerate(graphs):
        graph |= {"x": place % 2 * WIDTH, "y": place // 2 * HEIGHT, "width": WIDTH, "height": HEIGHT}
    body = json.dumps({"widgets": graphs}, separators=(",", ":"))
    dashboard = {"DashboardName": {"Fn::Sub": "tuntas-${Stage}"}, "DashboardBody": {"Fn::Sub": body}}
    return {"Resources": {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": dashboard}}}


def _graph(title: str, metrics: list[list[Any]], stat: str = "Sum") -> dict[str, Any]:
    properties = {"title": title, "metrics": metrics, "stat": stat, "period": 300, "region": "${AWS::Region}"}
    return {"type": "metric", "properties": properties}


def _own(name: str, stat: str = "Sum") -> list[Any]:
    label = {"stat": stat, "label": name if stat == "Sum" else stat}
    return ["Tuntas", name, "service", "tuntas", label]


def _depth(queue: str) -> list[Any]:
    name = f"tuntas-${{Stage}}-{queue}"
    return ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name, {"label": queue}]


def _function(metric: str, logical_id: str, stat: str = "Sum") -> list[Any]:
    return ["AWS/Lambda", metric, "FunctionName", f"${{{logical_id}}}", {"stat": stat, "label": logical_id}]
