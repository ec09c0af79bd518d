"""Delivery events of Amazon SES: the tag that names our message, and what an event reports about it.

The module is apart from ``ses`` because the worker reads events without boto3.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from chalicelib.services.ports import DeliveryOutcome, DeliveryReport

TAG = "message"
"""The message tag that comes back with every delivery event."""


def to_tag_value(text: str) -> str:
    """Return the text with ``@XX`` for each character that SES refuses in a tag.

    SES takes letters, digits and ``_ . @ -``.
    """
    return quote(text, safe="").replace("~", "%7E").replace("%", "@")


def from_tag_value(value: str) -> str:
    """Return the text that :func:`to_tag_value` wrote."""
    return unquote(value.replace("@", "%"))


def read_report(notification: Mapping[str, Any]) -> DeliveryReport | None:
    """Read one SES event, bare or in its SNS envelope.

    Return None for an event that is not about a message of ours, and for one that says nothing about the
    delivery.
    """
    event = _unwrap(notification)
    values = event.get("mail", {}).get("tags", {}).get(TAG)
    outcome = _read_outcome(event) if values else None
    return DeliveryReport(from_tag_value(values[0]), *outcome) if outcome else None


def _unwrap(notification: Mapping[str, Any]) -> Mapping[str, Any]:
    if notification.get("Type") != "Notification":
        return notification
    event: Mapping[str, Any] = json.loads(notification["Message"])
    return event


def _read_outcome(event: Mapping[str, Any]) -> tuple[DeliveryOutcome, str | None, datetime] | None:
    """Return outcome, reason and time of an event; None for one that says nothing about the delivery.

    Only a permanent bounce is a bounce. A full mailbox, or somebody's automatic answer, comes as a transient
    one, and does not undo a delivery.
    """
    match event.get("eventType"):
        case "Delivery":
            return "delivered", None, _parse_time(event["delivery"])
        case "Bounce":
            bounce = event["bounce"]
            outcome: DeliveryOutcome = "bounced" if bounce["bounceType"] == "Permanent" else "failed"
            return outcome, f"{bounce['bounceType']}:{bounce['bounceSubType']}", _parse_time(bounce)
        case "Complaint":
            complaint = event["complaint"]
            return "complained", complaint.get("complaintFeedbackType"), _parse_time(complaint)
        case "Reject":
            return "failed", f"Reject:{event['reject']['reason']}", _parse_time(event["mail"])
        case _:
            return None


def _parse_time(part: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(part["timestamp"])
