"""Telling people, and hearing what became of it."""

from collections.abc import Callable
from typing import Any

from chalicelib.aws.ses_events import read_report
from chalicelib.bootstrap import application
from chalicelib.domain.complaint.events import StepOpened
from chalicelib.domain.procedure.model import StepKind
from chalicelib.notifications.errors import OVER_BUDGET, NotAllTold
from chalicelib.services.ports import MessageRecord
from chalicelib.services.routes import MESSAGES
from chalicelib.telemetry import count, seconds
from chalicelib.workers.batch import Body, work_off

_STEP_OPENED = "step.opened"
_CONSENTED = "referral.consented"
_COUNTED = {"sent": "Notified", "failed": "MessageFailed"}


def send_notifications(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work off a batch of events that people are told of."""
    return work_off(event, context, tell)


def tell(body: Body) -> None:
    """Send the messages of one event, a fresh link or a post's news, each once; raises to be tried again."""
    parts = application()
    if "officer" in body:
        _counted(lambda: parts.notifier.tell_officer(body["officer"], parts.build_url("/petugas")))
        return
    ticket, seq = str(body["ticket"]), int(body["seq"])
    if "renew" in body:
        renewal = body["renew"]
        _counted(lambda: parts.notifier.renew_link(ticket, seq, renewal["officer"], renewal["request"]))
        return
    if parts.effects.is_done(ticket, seq, MESSAGES):
        return
    if body.get("type") == _CONSENTED:
        _release_bundle(ticket, seq)
    told = _counted(lambda: parts.notifier.tell(ticket, seq))
    outcomes = {record.outcome for record in told}
    if "sent" in outcomes and body.get("type") == _STEP_OPENED:
        _measure_the_promise(ticket, seq)
    if "waiting" in outcomes:
        # Over budget. Without a mark the daily reconciliation asks again, until there is budget.
        return
    parts.effects.mark_done(ticket, seq, MESSAGES, parts.now())


def _release_bundle(ticket: str, seq: int) -> None:
    """Make what the reporter let go to the Ombudsman, and send the link to it where an address is known."""
    parts = application()
    released = parts.ombudsman.release(ticket, seq)
    if released and released.ombudsman_email:
        to, link = released.ombudsman_email, parts.build_url(f"/o/{released.secret}")
        _counted(lambda: parts.notifier.tell_ombudsman(ticket, seq, to, link))


def _counted(telling: Callable[[], list[MessageRecord]]) -> list[MessageRecord]:
    """What was told, counted, also where some have to be told again."""
    try:
        told = telling()
    except NotAllTold as stopped:
        _count(stopped.told)
        raise
    _count(told)
    return told


def _count(told: list[MessageRecord]) -> None:
    for record in told:
        if record.outcome in _COUNTED:
            count(_COUNTED[record.outcome])
        if record.reason == OVER_BUDGET:
            count("SmsOverBudget")


def _measure_the_promise(ticket: str, seq: int) -> None:
    """A filed complaint reaches the region's admin within a minute: say how long it took."""
    parts = application()
    event, complaint = parts.complaints.event(ticket, seq), parts.complaints.get(ticket)
    if event is None or complaint is None or not isinstance(event.event, StepOpened):
        return
    if (event.event.kind, event.event.visit) == (StepKind.VERIFY, 1):
        seconds("SecondsFiledToNotified", (parts.now() - complaint.filed_at).total_seconds())


def record_feedback(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of the mail service's events: deliveries, bounces, complaints."""
    return work_off(event, context, handle_feedback)


def handle_feedback(body: Body) -> None:
    """Note what the mail service reports; skip an event that is about no message of ours."""
    report = read_report(body)
    if report:
        application().delivery_feedback.handle(report)
