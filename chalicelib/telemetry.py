"""Structured logs and metrics. Neither ever holds personal data: tickets, steps, event numbers, counts."""

import traceback
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="tuntas", use_rfc3339=True)
metrics = Metrics(namespace="Tuntas", service="tuntas")


def failure(message: str, error: BaseException, **about: Any) -> None:
    """Write down where an error came from: its kind, its code and its way through the code.

    Never what it says: a model that cannot be read quotes what it read, a service the address it refused.
    """
    logger.error(
        message,
        error=type(error).__name__,
        code=_code(error),
        cause=type(error.__cause__).__name__ if error.__cause__ else None,
        trail=[
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
        **about,
    )


def _code(error: BaseException) -> str | None:
    """The stable word by which our own errors, botocore's and pynamodb's say what is wrong."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return str(response.get("Error", {}).get("Code"))
    codes = getattr(error, "codes", None)
    code = getattr(error, "code", None) or getattr(error, "cause_response_code", None)
    return ", ".join(codes) if codes else str(code) if code else None


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
