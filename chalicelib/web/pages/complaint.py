"""A citizen follows their complaints: where they lie, what was answered, and what to say to it."""

from collections.abc import Callable, Iterable

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import services
from chalicelib.domain.errors import Refusal
from chalicelib.domain.facts import FileRef
from chalicelib.domain.ticket import TicketError, normalise
from chalicelib.services.accounts import Person
from chalicelib.services.decision_kinds import Decision, NotSatisfied, Reply, Satisfied
from chalicelib.services.decisions import request_for
from chalicelib.services.views import ComplaintView
from chalicelib.web import limits
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
from chalicelib.web.problems import Problem

routes = Blueprint(__name__)

A_PAGE_OF = 20
_NOTED = frozenset({"filed", "reply", "satisfied", "not_satisfied"})


@page(routes, "/laporan")
def complaints(call: Call) -> Response:
    """One's own complaints, newest first; a number that was typed leads straight to its complaint."""
    person = call.require()
    if number := call.query.get("nomor"):
        return see(f"/laporan/{ticket_of(number)}")
    if person.officer:
        return see("/petugas")
    found = services().reading.own(person.account.id, A_PAGE_OF, call.query.get("kursor") or None)
    more = url(with_query("/laporan", kursor=found.cursor)) if found.cursor else ""
    return html(call, "complaints.html", summaries=found.items, more=more)


@page(routes, "/laporan/{ticket}")
def complaint(call: Call, ticket: str) -> Response:
    """One complaint as its reporter sees it."""
    person = call.require()
    if person.officer:
        return see(f"/petugas/laporan/{ticket_of(ticket)}")
    return _show(call, read(ticket, person))


@page(routes, "/laporan/{ticket}/tanggapan", "POST")
def reply(call: Call, ticket: str) -> Response:
    """Write something that decides nothing."""
    return _say(call, ticket, "reply", lambda: Reply.model_validate({"text": call.form.get("text")}))


@page(routes, "/laporan/{ticket}/penilaian", "POST")
def judge(call: Call, ticket: str) -> Response:
    """Say whether the answer settles it."""
    verdict = call.form.get("verdict")
    if verdict == "satisfied":
        return _say(call, ticket, verdict, Satisfied)
    reason = call.form.get("reason")
    return _say(call, ticket, "not_satisfied", lambda: NotSatisfied.model_validate({"reason": reason}))


@page(routes, "/laporan/{ticket}/berkas/{name}")
def file(call: Call, ticket: str, name: str) -> Response:
    """A picture of a complaint, for whoever may read it, from the bucket for a few minutes."""
    return send_file(read(ticket, call.require()), name)


def send_file(view: ComplaintView, name: str) -> Response:
    """On to the file's short-lived address; only one that this view shows."""
    found = next((one for one in files_of(view) if one.name == name), None)
    if found is None:
        raise Refusal("not_found")
    return see_file(services().files.address(view.ticket, found))


def files_of(view: ComplaintView) -> Iterable[FileRef]:
    """Every file that a view shows."""
    return (*view.files, *(one for answer in view.answers for one in answer.files))


def storage_of(view: ComplaintView) -> tuple[str, ...]:
    """An address of the bucket, where the page shows pictures from it."""
    return tuple(services().files.address(view.ticket, one) for one in list(files_of(view))[:1])


def ticket_of(typed: str) -> str:
    """The number however it was typed; ``Refusal("ticket_mistyped")`` where it is none."""
    try:
        return normalise(typed)
    except TicketError as error:
        raise Refusal("ticket_mistyped") from error


def read(ticket: str, person: Person) -> ComplaintView:
    """A complaint as this person may see it; looking for what is not there is counted."""
    with limits.counting_missed_tickets(person):
        return services().reading.read(ticket_of(ticket), person.actor)


def _say(call: Call, ticket: str, noted: str, decision: Callable[[], Decision]) -> Response:
    person = call.require()
    view = read(ticket, person)

    def act() -> Response:
        call.check_form()
        limits.by_account("reply", person)
        said = decision()
        request = request_for(person.actor, view.ticket, said, key=call.form.short("key") or fresh_key())
        services().deciding.decide_on(view.ticket, said, request)
        return see(with_query(f"/laporan/{view.ticket}", tercatat=noted))

    return guarded(call, act, lambda problem: _show(call, read(ticket, person), problem))


def _show(call: Call, view: ComplaintView, problem: Problem | None = None) -> Response:
    noted = call.query.get("tercatat")
    return html(
        call,
        "complaint.html",
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=call.form.last(),
        here=f"/laporan/{view.ticket}",
        view=view,
        folder=f"/laporan/{view.ticket}/berkas/",
        storage=storage_of(view),
        notice=call.text(f"pages.noted.{noted}") if noted in _NOTED else "",
        key=fresh_key(),
    )
