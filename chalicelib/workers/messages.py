"""Telling people, and hearing what became of it."""

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.facts import StepOpened
from chalicelib.domain.procedure import StepKind
from chalicelib.telemetry import count, seconds
from chalicelib.workers.batch import Body, work_off


def tell_people(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work off a batch of events that people are told of."""
    return work_off(event, context, tell)


def tell(body: Body) -> None:
    """Send the messages of one event, each once; raises when one of them has to be tried again."""
    parts = services()
    ticket, seq = str(body["ticket"]), int(body["seq"])
    if parts.effects.is_done(ticket, seq, "messages"):
        return
    sent = parts.teller.tell(ticket, seq)
    count("Notified", len([record for record in sent if record.outcome == "sent"]))
    count("MessageFailed", len([record for record in sent if record.outcome == "failed"]))
    if sent:
        _measure_the_promise(ticket, seq)
    parts.effects.mark_done(ticket, seq, "messages", parts.now())


def _measure_the_promise(ticket: str, seq: int) -> None:
    """A filed complaint reaches the region's admin within a minute: say how long it took."""
    parts = services()
    event, complaint = parts.complaints.event(ticket, seq), parts.complaints.get(ticket)
    if event is None or complaint is None or not isinstance(event.fact, StepOpened):
        return
    if (event.fact.kind, event.fact.visit) == (StepKind.VERIFY, 1):
        seconds("SecondsFiledToNotified", (parts.now() - complaint.filed_at).total_seconds())


def hear_feedback(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work off a batch of what the mail service reports: deliveries, bounces, complaints."""
    return work_off(event, context, lambda body: services().feedback.handle(dict(body)))
