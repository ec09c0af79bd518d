"""The one dashboard: complaints on top, then the 60-second promise, then queues and functions."""

from __future__ import annotations

import json
from typing import Any

from infra.deploy.queues import QUEUES, RELAY_DEAD

WIDTH = 12
HEIGHT = 6


def build_fragment(functions: list[str]) -> dict[str, Any]:
    """Build the dashboard's part of the template; `functions` are the logical ids of all functions."""
    graphs = [
        _build_graph(
            "Complaints",
            [_build_own_metric(name) for name in ("Filed", "Recorded", "Answered", "Delivered", "Overdue")],
        ),
        _build_graph(
            "Seconds from filed to notified",
            [_build_own_metric("SecondsFiledToNotified", stat) for stat in ("p50", "p99", "Maximum")],
        ),
        _build_graph("Messages", [_build_own_metric(name) for name in ("Notified", "MessageFailed")]),
        _build_graph("Waiting in queues", [_build_depth_metric(queue.name) for queue in QUEUES], "Maximum"),
        _build_graph(
            "Dead letters",
            [_build_depth_metric(f"{queue.name}-dead") for queue in QUEUES]
            + [_build_depth_metric(RELAY_DEAD)],
            "Maximum",
        ),
        _build_graph("Function errors", [_build_function_metric("Errors", name) for name in functions]),
        _build_graph(
            "Relay behind the stream (ms), ladders failed",
            [
                _build_function_metric("IteratorAge", "Relay", "Maximum"),
                ["AWS/States", "ExecutionsFailed", "StateMachineArn", "${Ladder}"],
            ],
        ),
        _build_graph(
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


def _build_graph(title: str, metrics: list[list[Any]], stat: str = "Sum") -> dict[str, Any]:
    properties = {"title": title, "metrics": metrics, "stat": stat, "period": 300, "region": "${AWS::Region}"}
    return {"type": "metric", "properties": properties}


def _build_own_metric(name: str, stat: str = "Sum") -> list[Any]:
    label = {"stat": stat, "label": name if stat == "Sum" else stat}
    return ["Tuntas", name, "service", "tuntas", label]


def _build_depth_metric(queue: str) -> list[Any]:
    name = f"tuntas-${{Stage}}-{queue}"
    return ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name, {"label": queue}]


def _build_function_metric(metric: str, logical_id: str, stat: str = "Sum") -> list[Any]:
    return ["AWS/Lambda", metric, "FunctionName", f"${{{logical_id}}}", {"stat": stat, "label": logical_id}]
