"""Officers who sign in: what lies on their desk, and each complaint with its decision."""

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.state import owner_key
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person
from chalicelib.services.views.models import ComplaintView
from chalicelib.web import limits
from chalicelib.web.pages.complaint import A_PAGE_OF, read, ticket_of
from chalicelib.web.pages.desk import decide, desk, noted
from chalicelib.web.pages.records import papers_of
from chalicelib.web.pages.rendering import Call, guarded, html, page, see, url, with_query
from chalicelib.web.pages.undelivered import unheard
from chalicelib.web.problems import Problem

routes = Blueprint(__name__)


@page(routes, "/petugas")
def inbox(call: Call) -> Response:
    """What lies on the officer's desk, the nearest deadline first: what is late stands on top."""
    officer = _officer(call)
    owner = owner_key(officer.region, officer.role, officer.agency, officer.unit)
    found = application().reader.inbox(owner, A_PAGE_OF, call.query.get("kursor") or None)
    more = url(with_query("/petugas", kursor=found.cursor)) if found.cursor else ""
    return html(call, "inbox.html", summaries=found.items, more=more, notice=noted(call))


@page(routes, "/petugas/laporan/{ticket}")
def complaint(call: Call, ticket: str) -> Response:
    """One complaint as this officer may see it, with the decision that is theirs now."""
    _officer(call)
    return _show(call, read(ticket, call.require()))


@page(routes, "/petugas/laporan/{ticket}", "POST")
def decide_complaint(call: Call, ticket: str) -> Response:
    """Take the decision; where something has changed meanwhile, say what, and keep what was typed."""
    _officer(call)
    person = call.require()

    def act() -> Response:
        call.check_form()
        number = ticket_of(ticket)
        with limits.counting_missed_tickets(person):
            decided = decide(call, number, person.actor)
        return see(with_query(_after(number, person), tercatat=decided))

    return guarded(call, act, lambda problem: _show(call, read(ticket, person), problem))


def _officer(call: Call) -> Officer:
    officer = call.require().officer
    if officer is None:
        raise Refusal("not_your_role")
    return officer


def _path(ticket: str) -> str:
    return f"/petugas/laporan/{ticket}"


def _after(ticket: str, person: Person) -> str:
    """Where to go on: back to the complaint, or to the desk where it is no longer this officer's to read."""
    try:
        application().reader.read(ticket, person.actor)
    except Refusal:
        return "/petugas"
    return _path(ticket)


def _show(call: Call, view: ComplaintView, problem: Problem | None = None) -> Response:
    path = _path(view.ticket)
    return html(
        call,
        "staff_complaint.html",
        problem.status if problem else 200,
        typed=call.form.last(),
        here=path,
        view=view,
        elsewhere=url("/petugas/laporan/"),
        folder=f"/laporan/{view.ticket}/berkas/",
        papers=papers_of(view.ticket, call.require().actor),
        unheard=unheard(call, view),
        **desk(call, view, path, problem),
    )
