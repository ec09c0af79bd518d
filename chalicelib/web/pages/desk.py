"""The decisions an officer is offered: the same forms by a link and after signing in."""

from dataclasses import dataclass
from typing import Any

from chalicelib.bootstrap import application
from chalicelib.domain.values.actor import Actor
from chalicelib.services.complaints.decision_requests import KINDS
from chalicelib.services.complaints.decisions import parse, request_for
from chalicelib.services.views.models import ComplaintView, Moment
from chalicelib.web.pages.complaint import storage_of
from chalicelib.web.pages.decision_forms import OF_REPORTERS, DecisionForm, forms_for, given_in
from chalicelib.web.pages.rendering import Call, Errors, Wrong, errors_of, retry, url
from chalicelib.web.pages.uploads import Uploads, uploads
from chalicelib.web.problems import Problem

_NEVER_FIRST = frozenset({"reply", "link", "reclassify", "see_identity", *OF_REPORTERS})
"""What may be done but is not waited for."""


@dataclass(frozen=True)
class Desk:
    """What an officer may do now. ``first`` is what is asked of them; ``accept`` may go before an answer.

    ``uploads`` stand with the first form that takes files, ``uploads_at``.
    """

    action: str
    first: DecisionForm | None
    accept: DecisionForm | None
    others: tuple[DecisionForm, ...]
    on_behalf: tuple[DecisionForm, ...]
    uploads: Uploads | None
    uploads_at: str

    def is_open(self, form: DecisionForm) -> bool:
        """Whether a folded form is shown open: it was sent, or its files are being chosen."""
        chosen = self.uploads is not None and bool(self.uploads.keys)
        return form.sent or (chosen and form.decision == self.uploads_at)


def decide(call: Call, ticket: str, actor: Actor) -> str:
    """Carry out what the form says, upon the state it was shown with; which decision it was."""
    decision = parse(given_in(call))
    request = request_for(actor, ticket, decision, tag=call.form.short("tag") or None)
    application().decisions.decide_on(ticket, decision, request)
    return decision.decision


def desk(call: Call, view: ComplaintView, path: str, problem: Problem | None) -> dict[str, Any]:
    """What the page of an officer at ``path`` is shown with, beside the complaint: the forms, what was wrong
    with the one that was sent, and what has happened since it was shown.
    """
    forms = {
        one.decision: one for one in forms_for(call, view, application().command_handler.get(view.ticket))
    }
    at = next((name for name, form in forms.items() if form.takes_files), "")
    shown = uploads(call, path) if at else None
    bucket = (shown.form["url"],) if shown and shown.form else ()
    return {
        "desk": _arranged(forms, url(path), shown, at),
        "storage": (*storage_of(view), *bucket),
        "errors": _errors(call, problem, forms),
        "headers": retry(problem) if problem else {},
        "since": _since(call, view, problem),
        "unsent": _unsent(call, forms),
        "notice": noted(call),
        "agenda": application().register.numbers(view.ticket),
    }


def noted(call: Call) -> str:
    """The sentence that says what has just been recorded."""
    decision = call.query.get("tercatat")
    return call.get_text(f"decisions.{decision}.noted") if decision in KINDS else ""


def _arranged(forms: dict[str, DecisionForm], action: str, shown: Uploads | None, at: str) -> Desk:
    first = next((name for name in forms if name not in _NEVER_FIRST), None)
    beside = {first, "accept"} if first == "answer" else {first}
    return Desk(
        action=action,
        first=forms[first] if first else None,
        accept=forms.get("accept") if first == "answer" else None,
        others=tuple(form for name, form in forms.items() if name not in (*beside, *OF_REPORTERS)),
        on_behalf=tuple(form for name, form in forms.items() if name in OF_REPORTERS),
        uploads=shown,
        uploads_at=at,
    )


def _errors(call: Call, problem: Problem | None, forms: dict[str, DecisionForm]) -> Errors:
    """What is wrong by the id of its field, or under "" where it is at none that the page has."""
    if problem is None:
        return {}
    if problem.code == "stale":
        # Stale is no field's fault: the page tells what has changed right below.
        return {"": Wrong(problem.title, problem.detail)}
    form = forms.get(call.form.get("decision"))
    places: Errors = {}
    for name, wrong in errors_of(problem).items():
        at = f"{form.decision}-{name}" if form else ""
        if form and name == "photos" and form.takes_files:
            places["photos"] = wrong
        else:
            places[at if form and at in form.ids else ""] = wrong
    return places


def _since(call: Call, view: ComplaintView, problem: Problem | None) -> tuple[Moment, ...]:
    """What has happened since the form was shown, where that is why it was not taken."""
    seen = call.form.short("seen")
    if problem is None or problem.code != "stale" or not seen.isdecimal():
        return ()
    return view.timeline[int(seen) :]


def _unsent(call: Call, forms: dict[str, DecisionForm]) -> bool:
    """Whether something was typed into a form that the page no longer has."""
    return bool(call.form.get("decision")) and call.form.get("decision") not in forms
