"""The decisions that an officer is offered: the same forms through a link and after signing in."""

from dataclasses import dataclass
from typing import Any

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.decisions import get_decision, list_decisions
from chalicelib.domain.values.actor import Actor
from chalicelib.services.complaints.decision_inputs import parse_decision
from chalicelib.services.complaints.decisions import create_request
from chalicelib.services.views.models import ComplaintView, TimelineEntry
from chalicelib.web.pages.addresses import to_url
from chalicelib.web.pages.complaint_access import list_storage_addresses
from chalicelib.web.pages.decision_forms import DecisionForm, create_forms, read_form
from chalicelib.web.pages.forms import FormError, FormErrors, to_form_errors
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import build_retry_headers
from chalicelib.web.pages.uploads import UploadSection, prepare_uploads
from chalicelib.web.problems import Problem


@dataclass(frozen=True)
class OfferedDecisions:
    """The decisions that an officer may make now, in the order of the page.

    ``first`` is the one that is asked of them; ``accept`` may go before an answer. ``uploads`` belong to the
    form of the decision ``uploads_at``, the first that takes files.
    """

    action: str
    first: DecisionForm | None
    accept: DecisionForm | None
    others: tuple[DecisionForm, ...]
    on_behalf: tuple[DecisionForm, ...]
    uploads: UploadSection | None
    uploads_at: str

    def is_open(self, form: DecisionForm) -> bool:
        """Return whether a folded form is open: it was sent, or its files are being chosen."""
        has_files = self.uploads is not None and bool(self.uploads.keys)
        return form.sent or (has_files and form.decision == self.uploads_at)


def carry_out_decision(call: PageCall, ticket: str, actor: Actor) -> str:
    """Carry out the decision in the form, for the state that the form was shown with. Return its name."""
    decision = parse_decision(read_form(call))
    tag, key = call.form.get_short("tag") or None, call.form.get_short("key") or None
    request = create_request(actor, ticket, decision, tag=tag, key=key)
    application().decisions.decide(ticket, decision, request)
    return decision.decision


def build_decision_context(
    call: PageCall, view: ComplaintView, path: str, problem: Problem | None
) -> dict[str, Any]:
    """Return the template context of an officer's page at ``path``, without the complaint itself.

    It has the forms, what was wrong with the one that was sent, and what has happened since it was shown.
    """
    complaint = application().command_handler.get(view.ticket)
    forms = {form.decision: form for form in create_forms(call, view, complaint)}
    uploads_at = next((name for name, form in forms.items() if form.takes_files), "")
    uploads = prepare_uploads(call, path) if uploads_at else None
    bucket = uploads.storage if uploads else ()
    return {
        "offered": _arrange(forms, to_url(path), uploads, uploads_at),
        "storage": (*list_storage_addresses(view), *bucket),
        "errors": _locate_errors(call, problem, forms),
        "headers": build_retry_headers(problem) if problem else {},
        "changes": _list_changes(call, view, problem),
        "unsent": _has_lost_form(call, forms),
        "notice": describe_recorded(call),
        "agenda": application().register.list_numbers(view.ticket),
    }


def describe_recorded(call: PageCall) -> str:
    """Return the sentence that says what has just been recorded, or ""."""
    decision = call.query.get("tercatat")
    return call.get_text(f"decisions.{decision}.noted") if decision in list_decisions() else ""


def _arrange(
    forms: dict[str, DecisionForm], action: str, uploads: UploadSection | None, uploads_at: str
) -> OfferedDecisions:
    on_behalf = {name for name in forms if get_decision(name).by_reporter}
    first = next((name for name in forms if name not in on_behalf and get_decision(name).awaited), None)
    on_top = {first, "accept"} if first == "answer" else {first}
    return OfferedDecisions(
        action=action,
        first=forms[first] if first else None,
        accept=forms.get("accept") if first == "answer" else None,
        others=tuple(form for name, form in forms.items() if name not in on_top | on_behalf),
        on_behalf=tuple(form for name, form in forms.items() if name in on_behalf),
        uploads=uploads,
        uploads_at=uploads_at,
    )


def _locate_errors(call: PageCall, problem: Problem | None, forms: dict[str, DecisionForm]) -> FormErrors:
    """Return what is wrong by the id of its field, or under "" if the page has no such field."""
    if problem is None:
        return {}
    if problem.code == "stale":
        # No field is wrong: the page says right below what has changed.
        return {"": FormError(problem.title, problem.detail)}
    form = forms.get(call.form.get("decision"))
    errors: FormErrors = {}
    for name, error in to_form_errors(problem).items():
        field_id = f"{form.decision}-{name}" if form else ""
        if form and name == "photos" and form.takes_files:
            errors["photos"] = error
        else:
            errors[field_id if form and field_id in form.ids else ""] = error
    return errors


def _list_changes(call: PageCall, view: ComplaintView, problem: Problem | None) -> tuple[TimelineEntry, ...]:
    """Return what has happened since the form was shown, if the form was refused for that reason."""
    seen = call.form.get_short("seen")
    if problem is None or problem.code != "stale" or not seen.isdecimal():
        return ()
    return view.timeline[int(seen) :]


def _has_lost_form(call: PageCall, forms: dict[str, DecisionForm]) -> bool:
    """Return whether something was typed into a form that the page no longer has."""
    return bool(call.form.get("decision")) and call.form.get("decision") not in forms
