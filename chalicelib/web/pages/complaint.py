"""The pages of reporters: their complaints, where each one is, its answers, and what they say to it."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.decisions import list_declarations
from chalicelib.services.complaints.decision_inputs import parse_decision
from chalicelib.services.complaints.decisions import create_request
from chalicelib.services.views.models import ComplaintView
from chalicelib.web import limits
from chalicelib.web.pages.addresses import add_query, to_url
from chalicelib.web.pages.complaint_access import list_storage_addresses, read_complaint, send_file
from chalicelib.web.pages.decision_forms import read_form
from chalicelib.web.pages.forms import create_form_key, handle_form, render_form
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import redirect, render_page
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.pages.shared_fields import read_place
from chalicelib.web.pages.uploads import prepare_uploads
from chalicelib.web.problems import Problem
from chalicelib.web.tickets import normalise_ticket

blueprint = Blueprint(__name__)

PAGE_SIZE = 20


def list_reporter_decisions() -> list[str]:
    """Return the decisions that a reporter makes on the page of their complaint."""
    return [each.name for each in list_declarations() if each.by_reporter or each.name == "reply"]


@serve_page(blueprint, "/laporan")
def list_own_complaints(call: PageCall) -> Response:
    """List the reporter's complaints, newest first; a number that was typed opens its complaint."""
    person = call.require_person()
    if number := call.query.get("nomor"):
        return redirect(f"/laporan/{normalise_ticket(number)}")
    if person.officer:
        return redirect("/petugas")
    page = application().reader.list_own(person.account.id, PAGE_SIZE, call.query.get("kursor") or None)
    more = to_url(add_query("/laporan", kursor=page.cursor)) if page.cursor else ""
    return render_page(call, "complaints.html", summaries=page.items, more=more)


@serve_page(blueprint, "/laporan/{ticket}")
def show_own_complaint(call: PageCall, ticket: str) -> Response:
    """Show one complaint as its reporter sees it."""
    person = call.require_person()
    if person.officer:
        return redirect(f"/petugas/laporan/{normalise_ticket(ticket)}")
    return _show_complaint(call, read_complaint(ticket, person))


@serve_page(blueprint, "/laporan/{ticket}", "POST")
def decide_own_complaint(call: PageCall, ticket: str) -> Response:
    """Carry out the decision of a reporter that the form names."""
    person = call.require_person()
    view = read_complaint(ticket, person)

    def submit() -> Response:
        call.check_form()
        limits.limit_account("reply", person)
        decision = parse_decision(_read_decision(call))
        key = call.form.get_short("key") or create_form_key()
        request = create_request(person.actor, view.ticket, decision, key=key)
        application().decisions.decide(view.ticket, decision, request)
        return redirect(add_query(f"/laporan/{view.ticket}", tercatat=decision.decision))

    def show_again(problem: Problem) -> Response:
        show = _show_withdrawal if call.form.get("decision") == "withdraw" else _show_complaint
        return show(call, read_complaint(ticket, person), problem)

    return handle_form(call, submit, show_again)


@serve_page(blueprint, "/laporan/{ticket}/cabut")
def show_withdrawal(call: PageCall, ticket: str) -> Response:
    """Show what withdrawing means, before it is done."""
    view = read_complaint(ticket, call.require_person())
    return _show_withdrawal(call, view) if "withdraw" in view.acts else redirect(f"/laporan/{view.ticket}")


@serve_page(blueprint, "/laporan/{ticket}/berkas/{name}")
def show_file(call: PageCall, ticket: str, name: str) -> Response:
    """Send a file of a complaint to somebody who may read it."""
    return send_file(read_complaint(ticket, call.require_person()), name)


def _read_decision(call: PageCall) -> dict[str, Any]:
    """Return the form's fields as the decision names them; an empty field is left out."""
    decision = call.form.get("decision")
    fields = read_form(call) if decision in list_reporter_decisions() else {"decision": decision}
    if decision == "complete":
        fields |= {"place": read_place(call)}
    return fields


def _show_withdrawal(call: PageCall, view: ComplaintView, problem: Problem | None = None) -> Response:
    return _show_form(call, "withdrawal.html", view, problem)


def _show_complaint(call: PageCall, view: ComplaintView, problem: Problem | None = None) -> Response:
    recorded = call.query.get("tercatat")
    uploads = prepare_uploads(call, f"/laporan/{view.ticket}") if "complete" in view.acts else None
    return _show_form(
        call,
        "complaint.html",
        view,
        problem,
        folder=f"/laporan/{view.ticket}/berkas/",
        storage=(*list_storage_addresses(view), *(uploads.storage if uploads else ())),
        notice=call.get_text(f"pages.noted.{recorded}")
        if recorded in {"filed", *list_reporter_decisions()}
        else "",
        uploads=uploads,
    )


def _show_form(
    call: PageCall, template: str, view: ComplaintView, problem: Problem | None, **context: Any
) -> Response:
    return render_form(
        call,
        template,
        problem,
        here=f"/laporan/{view.ticket}",
        view=view,
        key=create_form_key(),
        **context,
    )
