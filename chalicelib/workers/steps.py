"""The one body behind the step queues: a system step decides itself, a human step asks its owner."""

from typing import Any

from chalicelib.bootstrap import Application, application
from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.procedure.model import AGENCY_ROLES, REGIONAL_ROLES, StepKind
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.records import register_number
from chalicelib.services.routes import MESSAGES
from chalicelib.workers.batch import Body, work_off


def open_steps(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work off a batch of opened steps."""
    return work_off(event, context, open_step)


def open_step(body: Body) -> None:
    """Do what an opened step needs, unless that is done or the step is closed by now."""
    parts = application()
    ticket, seq = str(body["ticket"]), int(body["seq"])
    opened = parts.complaints.get_event(ticket, seq)
    complaint = parts.complaints.get(ticket)
    if opened is None or complaint is None:
        raise LookupError(f"{ticket} has no event {seq} yet")
    fact = opened.event
    queue = getattr(fact, "kind", StepKind.CONFIRM).value
    if parts.effects.is_done(ticket, seq, queue):
        return
    register_number.assign_register_number(parts.register_numbers, complaint, opened)
    step = complaint.step
    if step and (step.name, step.visit) == (getattr(fact, "step", None), getattr(fact, "visit", None)):
        _begin(parts, complaint, step, seq, body)
    parts.effects.mark_done(ticket, seq, queue, parts.now())


def _begin(parts: Application, complaint: Complaint, step: OpenStep, seq: int, body: Body) -> None:
    request = CommandRequest(actor=SYSTEM, key=f"{step.kind}.{complaint.ticket}.{seq}")
    match step.kind:
        case StepKind.RECORD:
            category = parts.directory.get_category(complaint.region, complaint.category)
            suggestion = category.agency if category else None
            parts.command_handler.execute(complaint.ticket, c.Record(suggested_agency=suggestion), request)
        case StepKind.DELIVER:
            parts.command_handler.execute(complaint.ticket, c.Deliver(), request)
        case _:
            _issue_links(parts, complaint, step)
            parts.queues.send(MESSAGES, body)


def _issue_links(parts: Application, complaint: Complaint, step: OpenStep) -> None:
    if step.owner not in AGENCY_ROLES | REGIONAL_ROLES:
        return
    for officer in parts.directory.list_officers_on_duty(
        complaint.region, step.owner, step.agency, step.unit
    ):
        parts.officer_links.issue(officer, complaint)
