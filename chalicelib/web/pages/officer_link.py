"""The page behind an officer's link: one step of one complaint, without an account.

Opening the page changes nothing, because mail scanners open it too. Only the form that a person sends does.
"""

from collections.abc import Sequence

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.duplicates import Adopted, DuplicatesConcerned, Linked, SplitOff
from chalicelib.domain.complaint.handling import AgencySucceeded, Supported, TimeAsked
from chalicelib.domain.complaint.outcome import Replied
from chalicelib.domain.complaint.referral import Consented, Referred
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.verification import IdentitySeen, Reclassified
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.routes import MESSAGES
from chalicelib.services.staff.officer_links import Visit, create_link_message
from chalicelib.services.views.models import ComplaintView, TimelineEntry
from chalicelib.web import limits
from chalicelib.web.pages.addresses import add_query
from chalicelib.web.pages.complaint_access import send_file
from chalicelib.web.pages.forms import handle_form
from chalicelib.web.pages.offered_decisions import build_decision_context, carry_out_decision
from chalicelib.web.pages.page_call import NOBODY, PageCall
from chalicelib.web.pages.rendering import redirect, render_page, render_refusal
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.problems import Problem

blueprint = Blueprint(__name__)

_DURING_STEP = (
    Adopted
    | AgencySucceeded
    | Consented
    | DeadlineArmed
    | DuplicatesConcerned
    | IdentitySeen
    | Linked
    | Reclassified
    | Referred
    | Replied
    | RungReached
    | SplitOff
    | Supported
    | TimeAsked
)
"""The events that may happen during a step and do not end it."""


@serve_page(blueprint, "/t/{secret}")
def show_step(call: PageCall, secret: str) -> Response:
    """Show what is asked, its deadline and its form; for a step that is done, who did it and when."""
    try:
        visit = _open_link(call, secret)
    except Refusal as refusal:
        return _refuse_link(call, refusal, renew_at=_get_renewal_path(secret, refusal))
    return _show_visit(call, secret, visit)


@serve_page(blueprint, "/t/{secret}", "POST")
def decide_through_link(call: PageCall, secret: str) -> Response:
    """Carry out the officer's decision."""
    try:
        visit = _open_link(call, secret)
    except Refusal as refusal:
        return _refuse_link(call, refusal)
    if not visit.is_open:
        return _show_done(call, visit, 409)

    def submit() -> Response:
        call.check_form(visit.link.digest)
        with limits.limit_missed_links(call.request):
            decision = carry_out_decision(call, visit.complaint.ticket, visit.actor)
        return redirect(add_query(_get_path(secret), tercatat=decision))

    def show_again(problem: Problem) -> Response:
        return _show_visit(call, secret, _open_link(call, secret), problem)

    return handle_form(call, submit, show_again)


@serve_page(blueprint, "/t/{secret}/baru", "POST")
def renew_link(call: PageCall, secret: str) -> Response:
    """Send the officer of an expired link a new one, to the e-mail address on file."""
    try:
        call.check_form(NOBODY)
        with limits.limit_missed_links(call.request):
            visit = application().officer_links.get_renewable_visit(secret)
    except Refusal as refusal:
        return _refuse_link(call, refusal)
    application().queues.send(
        MESSAGES, create_link_message(visit.officer, visit.complaint, application().now().date())
    )
    return render_page(call, "link_renewed.html", 202, form_owner=NOBODY, here="/", officer=visit.officer)


@serve_page(blueprint, "/t/{secret}/berkas/{name}")
def show_file(call: PageCall, secret: str, name: str) -> Response:
    """Send a file of the complaint, as long as the step is open."""
    try:
        visit = _open_link(call, secret)
        if not visit.is_open:
            raise Refusal("link_expired")
        return send_file(application().reader.read(visit.complaint.ticket, visit.actor), name)
    except Refusal as refusal:
        return _refuse_link(call, refusal)


def find_closing_event(history: Sequence[StoredEvent], step: str, visit: int) -> StoredEvent | None:
    """Return the event that ended a visit of a step: the last event before the next step opened.

    A visit that waited for the reporter continues afterwards: then it ends later.
    """
    closing, is_inside = None, False
    for stored in history:
        if isinstance(stored.event, StepOpened):
            is_inside = (stored.event.step, stored.event.visit) == (step, visit)
            closing = None if is_inside else closing
        elif is_inside and not isinstance(stored.event, _DURING_STEP):
            closing = stored
    return closing


def _open_link(call: PageCall, secret: str) -> Visit:
    with limits.limit_missed_links(call.request):
        return application().officer_links.open(secret)


def _get_path(secret: str) -> str:
    return f"/t/{secret}"


def _refuse_link(call: PageCall, refusal: Refusal, renew_at: str | None = None) -> Response:
    return render_refusal(call, refusal, template="link_refused.html", form_owner=NOBODY, renew_at=renew_at)


def _get_renewal_path(secret: str, refusal: Refusal) -> str | None:
    """Return where to ask for a new link, if this one has expired while its step is still open."""
    if refusal.code != "link_expired":
        return None
    try:
        application().officer_links.get_renewable_visit(secret)
    except Refusal:
        return None
    return f"{_get_path(secret)}/baru"


def _show_visit(call: PageCall, secret: str, visit: Visit, problem: Problem | None = None) -> Response:
    status = problem.status if problem else 200
    if not visit.is_open:
        return _show_done(call, visit, status)
    view = application().reader.read(visit.complaint.ticket, visit.actor)
    return render_page(
        call,
        "officer_link.html",
        status,
        form_owner=visit.link.digest,
        typed=call.form.to_dict(),
        officer=visit.officer,
        view=view,
        complaints_url="",
        undelivered=(),
        folder=f"{_get_path(secret)}/berkas/",
        **build_decision_context(call, view, _get_path(secret), problem),
    )


def _show_done(call: PageCall, visit: Visit, status: int) -> Response:
    """Show only that the step is done, by whom and when: this officer may no longer read the complaint."""
    view = application().reader.build_view(visit.complaint, visit.actor)
    return render_page(
        call,
        "link_done.html",
        status,
        form_owner=visit.link.digest,
        typed=call.form.to_dict(),
        officer=visit.officer,
        view=view,
        closing=_find_closing_moment(visit, view),
    )


def _find_closing_moment(visit: Visit, view: ComplaintView) -> TimelineEntry | None:
    if view.protected and visit.officer.role != Role.INSPECTORATE:
        return None
    history = application().complaints.list_events(view.ticket)
    closing = find_closing_event(history, visit.link.step, visit.link.visit)
    if closing is None:
        return None
    moments = (moment for moment in view.timeline if (moment.at, moment.type) == (closing.at, closing.type))
    return next(moments, None)
