"""The page behind an officer's link: one step of one complaint, without an account.

Looking changes nothing, as mail scanners look too; only the form that a person sends does.
"""

from collections.abc import Sequence

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.routes import MESSAGES
from chalicelib.services.staff.officer_links import Visit, renewal
from chalicelib.services.views.models import ComplaintView, Moment
from chalicelib.web import limits
from chalicelib.web.pages.complaint import send_file
from chalicelib.web.pages.desk import decide, desk
from chalicelib.web.pages.rendering import Call, guarded, html, page, refused, see, with_query
from chalicelib.web.problems import Problem

routes = Blueprint(__name__)

_NOBODY = "nobody"
"""What the forms of a door that stays closed are bound to."""

_BESIDE = (
    f.Adopted
    | f.AgencySucceeded
    | f.Consented
    | f.DeadlineArmed
    | f.DuplicatesConcerned
    | f.IdentitySeen
    | f.Linked
    | f.Reclassified
    | f.Referred
    | f.Replied
    | f.RungReached
    | f.SplitOff
    | f.Supported
    | f.TimeAsked
)
"""What happens beside a step, and ends none."""


@page(routes, "/t/{secret}")
def link(call: Call, secret: str) -> Response:
    """What is asked, by when, and the form for it; of a step that is done, who did it and when."""
    try:
        visit = _open(call, secret)
    except Refusal as refusal:
        return _closed_door(call, refusal, renew_at=_renewal_path(secret, refusal))
    return _show(call, secret, visit)


@page(routes, "/t/{secret}", "POST")
def act(call: Call, secret: str) -> Response:
    """Take the officer's decision."""
    try:
        visit = _open(call, secret)
    except Refusal as refusal:
        return _closed_door(call, refusal)
    if not visit.is_open:
        return _done(call, visit, 409)

    def take() -> Response:
        call.check_form(visit.link.digest)
        with limits.counting_missed_links(call.request):
            decided = decide(call, visit.complaint.ticket, visit.actor)
        return see(with_query(_path(secret), tercatat=decided))

    def otherwise(problem: Problem) -> Response:
        return _show(call, secret, _open(call, secret), problem)

    return guarded(call, take, otherwise)


@page(routes, "/t/{secret}/baru", "POST")
def renew(call: Call, secret: str) -> Response:
    """Send the officer of an expired link a fresh one, to the address on file."""
    try:
        call.check_form(_NOBODY)
        with limits.counting_missed_links(call.request):
            visit = application().officer_links.renewable(secret)
    except Refusal as refusal:
        return _closed_door(call, refusal)
    application().queues.send(MESSAGES, renewal(visit, application().now().date()))
    return html(call, "link_renewed.html", 202, bound_to=_NOBODY, here="/", officer=visit.officer)


@page(routes, "/t/{secret}/berkas/{name}")
def file(call: Call, secret: str, name: str) -> Response:
    """A picture of the complaint, as long as the step is open."""
    try:
        visit = _open(call, secret)
        if not visit.is_open:
            raise Refusal("link_expired")
        return send_file(application().reader.read(visit.complaint.ticket, visit.actor), name)
    except Refusal as refusal:
        return _closed_door(call, refusal)


def closing_event(history: Sequence[StoredEvent], step: str, visit: int) -> StoredEvent | None:
    """By which event a visit of a step ended: the last deed before the next step opened, or of all.

    A visit that waited for the reporter goes on afterwards: then it ends later.
    """
    closing, inside = None, False
    for event in history:
        if isinstance(event.event, f.StepOpened):
            inside = (event.event.step, event.event.visit) == (step, visit)
            closing = None if inside else closing
        elif inside and not isinstance(event.event, _BESIDE):
            closing = event
    return closing


def _open(call: Call, secret: str) -> Visit:
    with limits.counting_missed_links(call.request):
        return application().officer_links.open(secret)


def _path(secret: str) -> str:
    return f"/t/{secret}"


def _closed_door(call: Call, refusal: Refusal, renew_at: str | None = None) -> Response:
    return refused(call, refusal, template="link_refused.html", bound_to=_NOBODY, renew_at=renew_at)


def _renewal_path(secret: str, refusal: Refusal) -> str | None:
    """Where a fresh link is asked for, if this one has expired while its step still waits."""
    if refusal.code != "link_expired":
        return None
    try:
        application().officer_links.renewable(secret)
    except Refusal:
        return None
    return f"{_path(secret)}/baru"


def _show(call: Call, secret: str, visit: Visit, problem: Problem | None = None) -> Response:
    if not visit.is_open:
        return _done(call, visit, problem.status if problem else 200)
    view = application().reader.read(visit.complaint.ticket, visit.actor)
    return html(
        call,
        "officer_link.html",
        problem.status if problem else 200,
        bound_to=visit.link.digest,
        typed=call.form.last(),
        officer=visit.officer,
        view=view,
        elsewhere="",
        unheard=(),
        folder=f"{_path(secret)}/berkas/",
        **desk(call, view, _path(secret), problem),
    )


def _done(call: Call, visit: Visit, status: int) -> Response:
    """Only that it is done, by whom and when: the complaint itself is no longer this officer's to read."""
    view = application().reader.view(visit.complaint, visit.actor)
    return html(
        call,
        "link_done.html",
        status,
        bound_to=visit.link.digest,
        typed=call.form.last(),
        officer=visit.officer,
        view=view,
        closing=_closing(visit, view),
    )


def _closing(visit: Visit, view: ComplaintView) -> Moment | None:
    if view.protected and visit.officer.role != Role.INSPECTORATE:
        return None
    history = application().complaints.events(view.ticket)
    event = closing_event(history, visit.link.step, visit.link.visit)
    return next(
        (one for one in view.timeline if event and (one.at, one.type) == (event.at, event.type)), None
    )
