"""The pages of officers who sign in: their inbox, and each complaint with its decisions."""

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.state import format_owner_key
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person
from chalicelib.services.views.models import ComplaintView
from chalicelib.web import limits
from chalicelib.web.pages.addresses import add_query, to_url
from chalicelib.web.pages.complaint import PAGE_SIZE
from chalicelib.web.pages.complaint_access import read_complaint
from chalicelib.web.pages.forms import handle_form
from chalicelib.web.pages.offered_decisions import (
    build_decision_context,
    carry_out_decision,
    describe_recorded,
)
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.records import list_documents
from chalicelib.web.pages.rendering import redirect, render_page
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.pages.undelivered import list_undelivered
from chalicelib.web.problems import Problem
from chalicelib.web.tickets import normalise_ticket

blueprint = Blueprint(__name__)


@serve_page(blueprint, "/petugas")
def show_inbox(call: PageCall) -> Response:
    """Show what waits for the officer, the nearest deadline first, so that late complaints are on top."""
    officer = call.require_officer()
    owner = format_owner_key(officer.region, officer.role, officer.agency, officer.unit)
    page = application().reader.list_inbox(owner, PAGE_SIZE, call.query.get("kursor") or None)
    more = to_url(add_query("/petugas", kursor=page.cursor)) if page.cursor else ""
    return render_page(call, "inbox.html", summaries=page.items, more=more, notice=describe_recorded(call))


@serve_page(blueprint, "/petugas/laporan/{ticket}")
def show_complaint(call: PageCall, ticket: str) -> Response:
    """Show one complaint as this officer may see it, with the decisions they may make now."""
    call.require_officer()
    return _show_complaint(call, read_complaint(ticket, call.require_person()))


@serve_page(blueprint, "/petugas/laporan/{ticket}", "POST")
def decide_complaint(call: PageCall, ticket: str) -> Response:
    """Carry out the decision. If something changed in the meantime, say what and keep what was typed."""
    call.require_officer()
    person = call.require_person()

    def submit() -> Response:
        call.check_form()
        number = normalise_ticket(ticket)
        with limits.limit_missed_tickets(person):
            decision = carry_out_decision(call, number, person.actor)
        return redirect(add_query(_choose_next_path(number, person), tercatat=decision))

    def show_again(problem: Problem) -> Response:
        return _show_complaint(call, read_complaint(ticket, person), problem)

    return handle_form(call, submit, show_again)


def _get_path(ticket: str) -> str:
    return f"/petugas/laporan/{ticket}"


def _choose_next_path(ticket: str, person: Person) -> str:
    """Return the complaint's path, or the inbox's if this officer may no longer read the complaint."""
    try:
        application().reader.read(ticket, person.actor)
    except Refusal:
        return "/petugas"
    return _get_path(ticket)


def _show_complaint(call: PageCall, view: ComplaintView, problem: Problem | None = None) -> Response:
    path = _get_path(view.ticket)
    return render_page(
        call,
        "staff_complaint.html",
        problem.status if problem else 200,
        typed=call.form.to_dict(),
        here=path,
        view=view,
        complaints_url=to_url("/petugas/laporan/"),
        folder=f"/laporan/{view.ticket}/berkas/",
        documents=list_documents(view.ticket, call.require_person().actor),
        undelivered=list_undelivered(call, view),
        **build_decision_context(call, view, path, problem),
    )
