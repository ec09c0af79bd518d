"""What the mail service tells afterwards: delivered, bounced, complained of."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.aws.ses import TAG, from_tag_value
from chalicelib.notifications.delivery import in_vain
from chalicelib.notifications.notifier import Notifier
from chalicelib.services.ports import MessageLog, MessageRecord, Outcome


class DeliveryFeedback:
    """Notes on each e-mail's record what became of it, and has an SMS sent for one that will never arrive."""

    def __init__(self, log: MessageLog, notifier: Notifier) -> None:
        self._log = log
        self._teller = notifier

    def handle(self, notification: Mapping[str, Any]) -> list[MessageRecord]:
        """Work one SES event, bare or in its SNS envelope; the records written.

        Events that are not about a message of ours are passed over. Raises NotAllTold when the SMS must be
        tried again.
        """
        event = _unwrapped(notification)
        record = self._record(event)
        verdict = _verdict(event)
        if record is None or verdict is None:
            return []
        outcome, reason, at = verdict
        written: list[MessageRecord] = []
        if _says_more(outcome, than=record.outcome):
            record = replace(record, outcome=outcome, reason=reason, at=at)
            self._log.settle(record)
            written.append(record)
        # Also when the outcome is old news: the worker may have died before the SMS, which is claimed anyway.
        if in_vain(record):
            written.extend(self._teller.fall_back(record))
        return written

    def _record(self, event: Mapping[str, Any]) -> MessageRecord | None:
        values = event.get("mail", {}).get("tags", {}).get(TAG)
        if not values:
            return None
        ticket, _, record_id = from_tag_value(values[0]).partition(".")
        return self._log.get(ticket, record_id)


def _unwrapped(notification: Mapping[str, Any]) -> Mapping[str, Any]:
    if notification.get("Type") != "Notification":
        return notification
    inner: Mapping[str, Any] = json.loads(notification["Message"])
    return inner


def _verdict(event: Mapping[str, Any]) -> tuple[Outcome, str | None, datetime] | None:
    """Outcome, reason and time of an event; None for one that says nothing about the delivery.

    Only a permanent bounce is one: a full mailbox, or somebody's automatic answer, comes as a transient one,
    and does not unsay a delivery.
    """
    match event.get("eventType"):
        case "Delivery":
            return "delivered", None, _time(event["delivery"])
        case "Bounce":
            bounce = event["bounce"]
            outcome: Outcome = "bounced" if bounce["bounceType"] == "Permanent" else "failed"
            return outcome, f"{bounce['bounceType']}:{bounce['bounceSubType']}", _time(bounce)
        case "Complaint":
            return "complained", event["complaint"].get("complaintFeedbackType"), _time(event["complaint"])
        case "Reject":
            return "failed", f"Reject:{event['reject']['reason']}", _time(event["mail"])
        case _:
            return None


def _time(part: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(part["timestamp"])


_RANKS: dict[Outcome, int] = {"delivered": 2, "bounced": 3, "complained": 4}
"""Events come twice and in any order: only what says more replaces what is noted."""


def _says_more(outcome: Outcome, than: Outcome) -> bool:
    # "failed" says more than "sent", and nothing against a delivery.
    return _RANKS.get(outcome, 1) > _RANKS.get(than, 1 if than == "failed" else 0)
