"""Process opened steps: the system's own steps decide at once, a person's step sends links and messages.

All step queues call the same function.
"""

from typing import Any

from chalicelib.bootstrap import Application, application
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.procedure.model import AGENCY_ROLES, REGIONAL_ROLES, StepKind
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.records import register_number
from chalicelib.services.routes import MESSAGES
from chalicelib.workers.batch import MessageBody, process_batch


def open_steps(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of opened steps."""
    return process_batch(event, context, open_step)


def open_step(body: MessageBody) -> None:
    """Do what an opened step needs, unless that is done or the step is already closed."""
    app = application()
    ticket, seq = str(body["ticket"]), int(body["seq"])
    stored = app.complaints.get_event(ticket, seq)
    complaint = app.complaints.get(ticket)
    if stored is None or complaint is None:
        raise LookupError(f"{ticket} has no event {seq} yet")
    event = stored.event
    queue = getattr(event, "kind", StepKind.CONFIRM).value
    if app.effects.is_done(ticket, seq, queue):
        return
    register_number.assign_register_number(app.register_numbers, complaint, stored)
    step = complaint.step
    if step and (step.name, step.visit) == (getattr(event, "step", None), getattr(event, "visit", None)):
        _start_step(app, complaint, step, seq, body)
    app.effects.mark_done(ticket, seq, queue, app.now())


def _start_step(app: Application, complaint: Complaint, step: OpenStep, seq: int, body: MessageBody) -> None:
    request = CommandRequest(actor=SYSTEM, key=f"{step.kind}.{complaint.ticket}.{seq}")
    match step.kind:
        case StepKind.RECORD:
            category = app.directory.get_category(complaint.region, complaint.category)
            suggestion = category.agency if category else None
            app.command_handler.execute(
                complaint.ticket, RecordComplaint(suggested_agency=suggestion), request
            )
        case StepKind.DELIVER:
            app.command_handler.execute(complaint.ticket, Deliver(), request)
        case _:
            _issue_links(app, complaint, step)
            app.queues.send(MESSAGES, body)


def _issue_links(app: Application, complaint: Complaint, step: OpenStep) -> None:
    if step.owner not in AGENCY_ROLES | REGIONAL_ROLES:
        return
    for officer in app.directory.list_officers_on_duty(complaint.region, step.owner, step.agency, step.unit):
        app.officer_links.issue(officer, complaint)
