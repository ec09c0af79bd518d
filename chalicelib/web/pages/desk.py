"""The decision an officer is asked for: the same form by a link and after signing in."""

from typing import Any, get_args

from chalicelib.bootstrap import services
from chalicelib.domain.events import Actor
from chalicelib.domain.procedure import ComplaintClass
from chalicelib.services.decisions import parse, request_for
from chalicelib.services.views import ComplaintView, Moment
from chalicelib.web.pages.complaint import storage_of
from chalicelib.web.pages.filing import category_groups
from chalicelib.web.pages.rendering import Call, Errors, Wrong, errors_of, retry
from chalicelib.web.pages.uploads import keys_of, uploads
from chalicelib.web.problems import Problem

DECISIONS = ("verify", "forward", "accept", "answer", "send_back", "publish")


def decide(call: Call, ticket: str, actor: Actor) -> str:
    """Carry out what the form says, upon the state it was shown with; which decision it was."""
    decision = parse(_given(call))
    request = request_for(actor, ticket, decision, tag=call.form.short("tag") or None)
    services().deciding.decide_on(ticket, decision, request)
    return decision.decision


def desk(call: Call, view: ComplaintView, path: str, action: str) -> dict[str, Any]:
    """What the decision's form needs beside the complaint: where it goes, what can be chosen, the photos."""
    directory = services().directory
    given: dict[str, Any] = {"action": action, "uploads": None}
    storage = storage_of(view)
    if "forward" in view.acts:
        given["agencies"] = [(one.id, one.name) for one in directory.agencies(view.region)]
        given["categories"] = category_groups(directory.categories(view.region), call.language)
        given["classes"] = [(one, call.text(f"classes.{one}")) for one in get_args(ComplaintClass)]
    if "answer" in view.acts:
        given["uploads"] = uploads(call, path)
        if given["uploads"].form:
            storage = (*storage, given["uploads"].form["url"])
    return {"desk": given, "storage": storage}


def noted(call: Call) -> str:
    """The sentence that says what has just been recorded."""
    decision = call.query.get("tercatat")
    return call.text(f"pages.noted.{decision}") if decision in DECISIONS else ""


def wrong(problem: Problem | None) -> dict[str, Any]:
    """What a form is shown again with."""
    if problem is None:
        return {"errors": {}, "headers": {}}
    return {"errors": _errors(problem), "headers": retry(problem)}


def since(call: Call, view: ComplaintView, problem: Problem | None) -> tuple[Moment, ...]:
    """What has happened since the form was shown, where that is why it was not taken."""
    seen = call.form.short("seen")
    if problem is None or problem.code != "stale" or not seen.isdecimal():
        return ()
    return view.timeline[int(seen) :]


def _errors(problem: Problem) -> Errors:
    # Stale is no field's fault: the page tells what has changed right below.
    return {"": Wrong(problem.title, problem.detail)} if problem.code == "stale" else errors_of(problem)


def _given(call: Call) -> dict[str, Any]:
    """The form's fields as the decision knows them; an empty one is one that was not given."""
    decision = call.form.get("decision")
    fields = {name: call.form.get(name) for name in _FIELDS.get(decision, ())}
    given: dict[str, Any] = {"decision": decision} | {name: said for name, said in fields.items() if said}
    if decision in ("verify", "forward"):
        given["confidential"] = bool(call.form.get("confidential"))
    if decision == "answer":
        given["uploads"] = keys_of(call)
    return given


_FIELDS = {
    "verify": ("complaint_class", "category"),
    "forward": ("agency", "note", "complaint_class", "category"),
    "answer": ("text",),
    "send_back": ("reason",),
}
