"""A citizen follows their complaints: where they lie, what was answered, and what to say to it."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.ticket import TicketError, normalise
from chalicelib.services.complaints.decisions import parse, request_for
from chalicelib.services.staff.accounts import Person
from chalicelib.services.views.models import ComplaintView
from chalicelib.web import limits
from chalicelib.web.pages.filing import place_of
from chalicelib.web.pages.rendering import (
    Call,
    errors_of,
    fresh_key,
    guarded,
    html,
    page,
    retry,
    see,
    see_file,
    url,
    with_query,
)
from chalicelib.web.pages.uploads import keys_of, uploads
from chalicelib.web.problems import Problem

routes = Blueprint(__name__)

A_PAGE_OF = 20

FIELDS = {
    "complete": ("text",),
    "consent": ("with_identity",),
    "not_satisfied": ("reason",),
    "question": ("text",),
    "reopen": ("reason",),
    "reply": ("text",),
    "satisfied": (),
    "withdraw": ("reason",),
}
"""What a reporter can decide, and the fields of each one's form."""


@page(routes, "/laporan")
def complaints(call: Call) -> Response:
    """One's own complaints, newest first; a number that was typed leads straight to its complaint."""
    person = call.require()
    if number := call.query.get("nomor"):
        return see(f"/laporan/{ticket_of(number)}")
    if person.officer:
        return see("/petugas")
    found = application().reader.own(person.account.id, A_PAGE_OF, call.query.get("kursor") or None)
    more = url(with_query("/laporan", kursor=found.cursor)) if found.cursor else ""
    return html(call, "complaints.html", summaries=found.items, more=more)


@page(routes, "/laporan/{ticket}")
def complaint(call: Call, ticket: str) -> Response:
    """One complaint as its reporter sees it."""
    person = call.require()
    if person.officer:
        return see(f"/petugas/laporan/{ticket_of(ticket)}")
    return _show(call, read(ticket, person))


@page(routes, "/laporan/{ticket}", "POST")
def say(call: Call, ticket: str) -> Response:
    """Say something to it: which of a reporter's decisions, the form names."""
    person = call.require()
    view = read(ticket, person)

    def act() -> Response:
        call.check_form()
        limits.by_account("reply", person)
        said = parse(_given(call))
        request = request_for(person.actor, view.ticket, said, key=call.form.short("key") or fresh_key())
        application().decisions.decide_on(view.ticket, said, request)
        return see(with_query(f"/laporan/{view.ticket}", tercatat=said.decision))

    show = _withdrawal if call.form.get("decision") == "withdraw" else _show
    return guarded(call, act, lambda problem: show(call, read(ticket, person), problem))


@page(routes, "/laporan/{ticket}/cabut")
def withdrawal(call: Call, ticket: str) -> Response:
    """What withdrawing means, before it is done."""
    view = read(ticket, call.require())
    return _withdrawal(call, view) if "withdraw" in view.acts else see(f"/laporan/{view.ticket}")


@page(routes, "/laporan/{ticket}/berkas/{name}")
def file(call: Call, ticket: str, name: str) -> Response:
    """A picture of a complaint, for whoever may read it, from the bucket for a few minutes."""
    return send_file(read(ticket, call.require()), name)


def send_file(view: ComplaintView, name: str) -> Response:
    """On to the file's short-lived address; only one that this view shows."""
    found = view.file(name)
    if found is None:
        raise Refusal("not_found")
    return see_file(application().files.address(view.ticket, found))


def storage_of(view: ComplaintView) -> tuple[str, ...]:
    """An address of the bucket, where the page shows pictures from it."""
    return tuple(application().files.address(view.ticket, one) for one in view.every_file[:1])


def ticket_of(typed: str) -> str:
    """The number however it was typed; ``Refusal("ticket_mistyped")`` where it is none."""
    try:
        return normalise(typed)
    except TicketError as error:
        raise Refusal("ticket_mistyped") from error


def read(ticket: str, person: Person) -> ComplaintView:
    """A complaint as this person may see it; looking for what is not there is counted."""
    with limits.counting_missed_tickets(person):
        return application().reader.read(ticket_of(ticket), person.actor)


def _given(call: Call) -> dict[str, Any]:
    """The form's fields as the decision knows them; an empty one is one that was not given."""
    decision = call.form.get("decision")
    fields = {name: call.form.get(name) for name in FIELDS.get(decision, ())}
    given: dict[str, Any] = {"decision": decision} | {name: said for name, said in fields.items() if said}
    if decision == "complete":
        given |= {"place": place_of(call), "uploads": keys_of(call)}
    return given


def _withdrawal(call: Call, view: ComplaintView, problem: Problem | None = None) -> Response:
    return _page(call, "withdrawal.html", view, problem)


def _show(call: Call, view: ComplaintView, problem: Problem | None = None) -> Response:
    noted = call.query.get("tercatat")
    asked = uploads(call, f"/laporan/{view.ticket}") if "complete" in view.acts else None
    storage = storage_of(view)
    return _page(
        call,
        "complaint.html",
        view,
        problem,
        folder=f"/laporan/{view.ticket}/berkas/",
        storage=(*storage, asked.form["url"]) if asked and asked.form else storage,
        notice=call.get_text(f"pages.noted.{noted}") if noted in {"filed", *FIELDS} else "",
        uploads=asked,
    )


def _page(
    call: Call, template: str, view: ComplaintView, problem: Problem | None, **context: Any
) -> Response:
    return html(
        call,
        template,
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=call.form.last(),
        here=f"/laporan/{view.ticket}",
        view=view,
        key=fresh_key(),
        **context,
    )
