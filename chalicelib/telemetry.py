"""Structured logs and metrics. They hold tickets, steps, event numbers and counts, never personal data."""

import traceback
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="tuntas", use_rfc3339=True)
metrics = Metrics(namespace="Tuntas", service="tuntas")


def log_failure(message: str, error: BaseException, **details: Any) -> None:
    """Log the type, the code and the traceback of an error, but never its message.

    Messages may hold personal data: a validation error quotes what it read, a service quotes an address.
    """
    logger.error(
        message,
        error=type(error).__name__,
        code=_get_code(error),
        cause=type(error.__cause__).__name__ if error.__cause__ else None,
        trail=[
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
        **details,
    )


def _get_code(error: BaseException) -> str | None:
    """Return the stable error code of this project's errors, or of the AWS libraries'."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return str(response.get("Error", {}).get("Code"))
    codes = getattr(error, "codes", None)
    code = getattr(error, "code", None) or getattr(error, "cause_response_code", None)
    return ", ".join(codes) if codes else str(code) if code else None


def count(name: str, amount: int = 1) -> None:
    """Count a metric: ``Filed``, ``Recorded``, ``Notified``, ``Overdue``, ``MessageFailed``, …"""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)


def measure_seconds(name: str, value: float) -> None:
    """Record a duration in seconds as a metric."""
    metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value)


def flush() -> None:
    """Write the recorded metrics as one EMF line, if there are any."""
    if metrics.provider.metric_set:
        metrics.flush_metrics()
