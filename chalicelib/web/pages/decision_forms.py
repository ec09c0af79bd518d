"""The forms of decisions: which fields each has, and what each field offers.

One table for all of them. Whether a field must be filled follows from the decision itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.events import ArchiveReason, Missing
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import ComplaintClass, Step
from chalicelib.i18n.catalog import has_text
from chalicelib.services.complaints.decision_requests import KINDS
from chalicelib.services.views.models import ComplaintView
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.shared_fields import OptionGroups, group_categories
from chalicelib.web.pages.uploads import list_upload_keys

FIELDS: Mapping[str, tuple[str, ...]] = {
    "forward": ("agency", "complaint_class", "category", "confidential", "note", "supporters", "consult"),
    "verify": ("complaint_class", "category", "confidential"),
    "ask": ("missing", "note"),
    "hand_over": ("body", "address", "reason"),
    "end_handover": ("outcome", "text", "uploads"),
    "archive": ("reason", "text", "earlier"),
    "merge": ("parent",),
    "split": ("category", "title", "narrative"),
    "redact": ("narrative",),
    "reclassify": ("complaint_class", "category"),
    "link": ("ticket",),
    "reroute": ("region", "reason"),
    "see_identity": ("reason",),
    "advise": ("text", "uploads"),
    "accept": (),
    "return": ("reason",),
    "dispose": ("unit", "instruction"),
    "proceed": ("note", "uploads"),
    "support": ("text", "uploads"),
    "ask_for_time": ("until", "reason"),
    "answer": ("text", "proof_note", "uploads", "plan_date", "plan_owner"),
    "send_back": ("reason",),
    "publish": (),
    "reply": ("text",),
    "complete": ("text", "address", "uploads"),
    "satisfied": (),
    "not_satisfied": ("reason",),
    "question": ("text",),
    "reopen": ("reason",),
    "withdraw": ("reason",),
    "consent": ("with_identity",),
}
"""Every decision's fields, in the order in which they are asked."""

OF_REPORTERS = ("complete", "satisfied", "not_satisfied", "question", "reopen", "withdraw", "consent")
"""What an officer decides only on behalf of a reporter who has no account."""

_FOLDED = {"forward": ("supporters", "consult"), "answer": ("plan_date", "plan_owner")}
"""Fields that are seldom needed, under ``decisions.<decision>.more``."""

Kind = Literal["line", "text", "date", "choice", "choices", "flag", "uploads"]

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("note", "reason", "text", "narrative", "instruction", "proof_note"), "text"),
    **dict.fromkeys(("agency", "unit", "category", "complaint_class", "region"), "choice"),
    **dict.fromkeys(("outcome", "with_identity", "archive.reason"), "choice"),
    **dict.fromkeys(("supporters", "missing"), "choices"),
    **dict.fromkeys(("confidential", "consult"), "flag"),
    **dict.fromkeys(("until", "plan_date"), "date"),
    "uploads": "uploads",
}
"""How a field is filled in, where not as one line; ``<decision>.<field>`` where it differs there."""


@dataclass(frozen=True)
class Control:
    """One field of a form. ``id`` is unique on the page; ``options`` are groups of (value, label)."""

    id: str
    name: str
    kind: Kind
    label: str
    hint: str
    required: bool
    chosen: tuple[str, ...]
    options: OptionGroups

    @property
    def value(self) -> str:
        """What stands in a field that has one value."""
        return self.chosen[-1] if self.chosen else ""


@dataclass(frozen=True)
class DecisionForm:
    """A decision's form. ``sent`` says that it is shown again because it was not taken."""

    decision: str
    explained: str
    controls: tuple[Control, ...]
    folded: tuple[Control, ...]
    takes_files: bool
    sent: bool

    @property
    def ids(self) -> set[str]:
        """The ids of its fields."""
        return {one.id for one in (*self.controls, *self.folded)}

    @property
    def unfolded(self) -> bool:
        """Whether the fields that are seldom needed have something in them."""
        return any(one.chosen for one in self.folded)


def given_in(call: PageCall) -> dict[str, Any]:
    """The form's fields as the decision knows them; an empty one is one that was not given."""
    decision = call.form.get("decision")
    given: dict[str, Any] = {"decision": decision}
    for name in FIELDS.get(decision, ()):
        said = _read(call, name, _kind_of(decision, name))
        if said not in ("", ()):
            given[name] = said
    if address := given.pop("address", None):
        given |= {"address": address} if decision == "hand_over" else {"place": {"address": address}}
    return given


def forms_for(call: PageCall, view: ComplaintView, complaint: Complaint) -> list[DecisionForm]:
    """A form for each decision that can be made now, most expected first."""
    known = _Known(call, view, complaint)
    return [_form(known, decision) for decision in view.acts]


def _read(call: PageCall, name: str, kind: Kind) -> Any:
    match kind:
        case "uploads":
            return list_upload_keys(call)
        case "choices":
            return call.form.get_all(name)
        case "flag":
            return bool(call.form.get(name))
        case _:
            return call.form.get(name)


def _kind_of(decision: str, name: str) -> Kind:
    return _KINDS.get(f"{decision}.{name}") or _KINDS.get(name, "line")


@dataclass(frozen=True)
class _Known:
    """What the fields of a page's forms are filled from."""

    call: PageCall
    view: ComplaintView
    complaint: Complaint

    def step(self) -> Step | None:
        """The procedure's step that is open."""
        complaint = self.complaint
        if complaint.step is None:
            return None
        procedure = load_procedure(complaint.procedure, complaint.procedure_version)
        return procedure.get_step(complaint.step.name)

    def sent(self, decision: str) -> bool:
        """Whether this decision's form came with the request."""
        return self.call.form.get("decision") == decision

    def sentence(self, decision: str, name: str) -> str:
        """What the catalogue says of a decision, if anything."""
        key = f"decisions.{decision}.{name}"
        return self.call.get_text(key) if has_text(key) else ""

    def named(self, prefix: str, names: Iterable[str]) -> OptionGroups:
        """Values with the catalogue's word for each."""
        return [("", [(one, self.call.get_text(f"{prefix}.{one}")) for one in names])]


def _form(known: _Known, decision: str) -> DecisionForm:
    names = [name for name in FIELDS[decision] if _is_asked(known, decision, name)]
    controls = {name: _control(known, decision, name) for name in names if name != "uploads"}
    folded = _FOLDED.get(decision, ())
    return DecisionForm(
        decision=decision,
        explained=_explained(known, decision),
        controls=tuple(one for name, one in controls.items() if name not in folded),
        folded=tuple(one for name, one in controls.items() if name in folded),
        takes_files="uploads" in names,
        sent=known.sent(decision),
    )


def _explained(known: _Known, decision: str) -> str:
    by_letter = known.complaint.by_letter and known.sentence(decision, "by_letter")
    return by_letter or known.sentence(decision, "explained")


def _is_asked(known: _Known, decision: str, name: str) -> bool:
    """Whether this complaint's form has the field: what is settled, or has no choice, is not asked."""
    step = known.step()
    match decision, name:
        case "forward", "complaint_class" | "category" | "confidential":
            return "verify" in known.view.acts
        case "forward", "consult":
            return step is not None and "consult" in step.exits
        case "answer", "proof_note":
            return step is not None and step.proof
        case "dispose", "unit":
            return bool(_units(known))
        case _:
            return True


def _control(known: _Known, decision: str, name: str) -> Control:
    kind = _kind_of(decision, name)
    options = _OPTIONS.get(f"{decision}.{name}") or _OPTIONS.get(name)
    return Control(
        id=f"{decision}-{name}",
        name=name,
        kind=kind,
        label=known.sentence(decision, name) or known.call.get_text(f"decisions.fields.{name}"),
        hint=known.sentence(decision, f"{name}_hint"),
        required=_must(decision, name),
        chosen=_chosen(known, decision, name, kind),
        options=options(known) if options else [],
    )


def _must(decision: str, name: str) -> bool:
    """Whether the browser asks for it: what the decision cannot do without, and a choice that was offered."""
    field = KINDS[decision].model_fields.get(name)
    return name in ("category", "complaint_class", "unit") or (field is not None and field.is_required())


def _chosen(known: _Known, decision: str, name: str, kind: Kind) -> tuple[str, ...]:
    if known.sent(decision):
        return known.call.form.get_all(name) if kind == "choices" else _one(known.call.form.get(name))
    view = known.view
    match decision, name:
        case "forward", "agency":
            # Whose it seemed to be by its category is no help where it has been returned.
            returned = any(note.kind == "return" for note in view.notes)
            return _one("" if returned else view.suggested_agency)
        case "split", _:
            return ()
        case _, "category":
            return _one(view.category)
        case _, "complaint_class":
            return _one(view.complaint_class or "complaint")
        case _, "confidential":
            return _one("ya" if view.confidential else "")
        case "redact", "narrative":
            return _one(view.narrative)
        case _:
            return ()


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _agencies(known: _Known) -> OptionGroups:
    there = application().directory.list_agencies(known.view.region)
    return [("", [(one.id, one.name) for one in there if not one.successor])]


def _units(known: _Known) -> list[tuple[str, str]]:
    name = known.complaint.agency
    agency = application().directory.get_agency(known.view.region, name) if name else None
    return [(one.id, one.name) for one in agency.units] if agency else []


def _regions(known: _Known) -> OptionGroups:
    others = (one for one in application().directory.list_regions() if one.slug != known.view.region)
    return [("", [(one.slug, one.name) for one in others])]


_OPTIONS: Mapping[str, Callable[[_Known], OptionGroups]] = {
    "agency": _agencies,
    "supporters": _agencies,
    "unit": lambda known: [("", _units(known))],
    "region": _regions,
    "category": lambda known: group_categories(
        application().directory.list_categories(known.view.region), known.call.language
    ),
    "complaint_class": lambda known: known.named("classes", get_args(ComplaintClass)),
    "missing": lambda known: known.named("missing", get_args(Missing)),
    "archive.reason": lambda known: known.named("archive_reasons", get_args(ArchiveReason)),
    "outcome": lambda known: known.named("decisions.outcomes", ("answered", "closed")),
    "with_identity": lambda known: known.named("decisions.identities", ("true", "false")),
}
"""What can be chosen in a field; ``<decision>.<field>`` where it differs there."""
