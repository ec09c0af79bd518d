"""Structured logs and metrics. Neither ever holds personal data: tickets, steps, event numbers, counts."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="tuntas", use_rfc3339=True)
metrics = Metrics(namespace="Tuntas", service="tuntas")


def count(name: str, amount: int = 1) -> None:
    """One more of something: ``Filed``, ``Recorded``, ``Notified``, ``Overdue``, ``MessageFailed``, …"""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)


def seconds(name: str, value: float) -> None:
    """How long something took."""
    metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value)


def flush() -> None:
    """Write what was measured as one EMF line; nothing where nothing was measured."""
    if metrics.provider.metric_set:
        metrics.flush_metrics()
