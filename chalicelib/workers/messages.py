"""Send the messages about events, and note what became of them."""

from collections.abc import Callable
from typing import Any

from chalicelib.aws.ses_events import read_report
from chalicelib.bootstrap import application
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.procedure.model import StepKind
from chalicelib.notifications.errors import OVER_BUDGET, DeliveryIncomplete
from chalicelib.services.ports import MessageRecord
from chalicelib.services.routes import MESSAGES
from chalicelib.telemetry import count, measure_seconds
from chalicelib.workers.batch import MessageBody, process_batch

_STEP_OPENED = "step.opened"
_CONSENTED = "referral.consented"
_COUNTED = {"sent": "Notified", "failed": "MessageFailed"}


def send_notifications(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of the messages queue: each entry is an event that people are told of."""
    return process_batch(event, context, notify)


def notify(body: MessageBody) -> None:
    """Send the messages of one event, a new link or a notice about staff, each once; raise for a retry."""
    app = application()
    if "officer" in body:
        _count(lambda: app.notifier.notify_officer(body["officer"], app.build_url("/petugas")))
        return
    ticket, seq = str(body["ticket"]), int(body["seq"])
    if "renew" in body:
        renewal = body["renew"]
        _count(lambda: app.notifier.renew_link(ticket, seq, renewal["officer"], renewal["request"]))
        return
    if app.effects.is_done(ticket, seq, MESSAGES):
        return
    if body.get("type") == _CONSENTED:
        _release_bundle(ticket, seq)
    records = _count(lambda: app.notifier.notify(ticket, seq))
    outcomes = {record.outcome for record in records}
    if "sent" in outcomes and body.get("type") == _STEP_OPENED:
        _measure_time_to_admin(ticket, seq)
    if "waiting" in outcomes:
        # Over budget. Without a mark the daily reconciliation asks again, until there is budget.
        return
    app.effects.mark_done(ticket, seq, MESSAGES, app.now())


def _release_bundle(ticket: str, seq: int) -> None:
    """Make the bundle that the reporter agreed to; send the Ombudsman its link if the address is on file."""
    app = application()
    released = app.ombudsman.release(ticket, seq)
    if released and released.ombudsman_email:
        address, link = released.ombudsman_email, app.build_url(f"/o/{released.secret}")
        _count(lambda: app.notifier.notify_ombudsman(ticket, seq, address, link))


def _count(send: Callable[[], list[MessageRecord]]) -> list[MessageRecord]:
    """Send, and count the records that this wrote, also when a retry is needed for some."""
    try:
        records = send()
    except DeliveryIncomplete as incomplete:
        _count_records(incomplete.records)
        raise
    _count_records(records)
    return records


def _count_records(records: list[MessageRecord]) -> None:
    for record in records:
        if record.outcome in _COUNTED:
            count(_COUNTED[record.outcome])
        if record.reason == OVER_BUDGET:
            count("SmsOverBudget")


def _measure_time_to_admin(ticket: str, seq: int) -> None:
    """Measure the promise that a filed complaint reaches the region's admin within a minute."""
    app = application()
    stored, complaint = app.complaints.get_event(ticket, seq), app.complaints.get(ticket)
    if stored is None or complaint is None or not isinstance(stored.event, StepOpened):
        return
    if (stored.event.kind, stored.event.visit) == (StepKind.VERIFY, 1):
        measure_seconds("SecondsFiledToNotified", (app.now() - complaint.filed_at).total_seconds())


def record_feedback(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of the mail service's events: deliveries, bounces, complaints."""
    return process_batch(event, context, handle_feedback)


def handle_feedback(body: MessageBody) -> None:
    """Note what the mail service reports; skip an event that is about no message of ours."""
    report = read_report(body)
    if report:
        application().delivery_feedback.handle(report)
