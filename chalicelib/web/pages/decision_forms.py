"""The forms of decisions, made from the declarations of the domain's commands.

A field's control and options follow from its kind (``domain.complaint.fields``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.decisions import get_decision, list_decisions
from chalicelib.domain.complaint.fields import Control as ControlKind
from chalicelib.domain.complaint.fields import FieldKind, NewPlace, list_fields
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Step
from chalicelib.i18n.catalog import has_text
from chalicelib.services.complaints.decision_inputs import UPLOADS
from chalicelib.services.views.models import ComplaintView
from chalicelib.web.pages.forms import create_form_key
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.shared_fields import OptionGroups, group_categories
from chalicelib.web.pages.uploads import list_upload_keys

_ALWAYS_CHOSEN = ("category", "complaint_class", "unit")
"""Choices that the decision can do without, and a form that offers them cannot."""


@dataclass(frozen=True)
class FormField:
    """A field of a decision's form: the name of its input, its kind, and whether the decision requires it."""

    name: str
    kind: FieldKind
    required: bool


@dataclass(frozen=True)
class Control:
    """One field of a form. ``id`` is unique on the page; ``options`` are groups of (value, label)."""

    id: str
    name: str
    kind: ControlKind
    label: str
    hint: str
    required: bool
    chosen: tuple[str, ...]
    options: OptionGroups

    @property
    def value(self) -> str:
        """Return the value of a field that has only one."""
        return self.chosen[-1] if self.chosen else ""


@dataclass(frozen=True)
class DecisionForm:
    """A decision's form. ``sent`` says that it is shown again because it was refused."""

    decision: str
    explained: str
    controls: tuple[Control, ...]
    folded: tuple[Control, ...]
    takes_files: bool
    sent: bool
    key: str
    """The key of a decision that can be made again on the same state, else empty."""

    @property
    def ids(self) -> set[str]:
        """Return the ids of its fields."""
        return {control.id for control in (*self.controls, *self.folded)}

    @property
    def unfolded(self) -> bool:
        """Return whether a field that is seldom needed has a value."""
        return any(control.chosen for control in self.folded)


def list_form_fields(decision: str) -> tuple[FormField, ...]:
    """Return the fields of a decision's form, in the order in which they are asked; none for another name.

    A place is asked for as its address alone.
    """
    command = list_decisions().get(decision)
    if command is None:
        return ()
    names = {"files": UPLOADS, "place": "address"}
    return tuple(
        FormField(names.get(name, name), kind, command.model_fields[name].is_required())
        for name, kind in list_fields(command).items()
    )


def read_form(call: PageCall) -> dict[str, Any]:
    """Return the form's fields as the decision's input has them; an empty one counts as left out."""
    decision = call.form.get("decision")
    values: dict[str, Any] = {"decision": decision}
    for field in list_form_fields(decision):
        value = _read_field(call, field)
        if value not in ("", ()):
            is_place = field.kind.input_type is NewPlace
            values |= {"place": {"address": value}} if is_place else {field.name: value}
    return values


def create_forms(call: PageCall, view: ComplaintView, complaint: Complaint) -> list[DecisionForm]:
    """Return a form for each decision that can be made now, most expected first."""
    page = _FormPage(call, view, complaint)
    return [_create_form(page, decision) for decision in view.acts]


def _read_field(call: PageCall, field: FormField) -> Any:
    match field.kind.control:
        case "uploads":
            return list_upload_keys(call)
        case "choices":
            return call.form.get_all(field.name)
        case "flag":
            return bool(call.form.get(field.name))
        case _:
            return call.form.get(field.name)


@dataclass(frozen=True)
class _FormPage:
    """The page whose forms are filled: its request, and the complaint as view and snapshot."""

    call: PageCall
    view: ComplaintView
    complaint: Complaint

    def step(self) -> Step | None:
        """Return the procedure's step that is open."""
        complaint = self.complaint
        if complaint.step is None:
            return None
        procedure = load_procedure(complaint.procedure, complaint.procedure_version)
        return procedure.get_step(complaint.step.name)

    def was_sent(self, decision: str) -> bool:
        """Return whether this decision's form came with the request."""
        return self.call.form.get("decision") == decision

    def find_text(self, decision: str, name: str) -> str:
        """Return the catalogue's sentence for a decision, empty where it has none."""
        key = f"decisions.{decision}.{name}"
        return self.call.get_text(key) if has_text(key) else ""

    def label_values(self, prefix: str, values: Iterable[str]) -> OptionGroups:
        """Return values with the catalogue's word for each."""
        return [("", [(value, self.call.get_text(f"{prefix}.{value}")) for value in values])]


def _create_form(page: _FormPage, decision: str) -> DecisionForm:
    fields = [field for field in list_form_fields(decision) if _is_asked(page, decision, field.name)]
    controls = [
        (field.kind.folded, _create_control(page, decision, field))
        for field in fields
        if field.kind.control != "uploads"
    ]
    return DecisionForm(
        decision=decision,
        explained=_explain(page, decision),
        controls=tuple(control for folded, control in controls if not folded),
        folded=tuple(control for folded, control in controls if folded),
        takes_files=any(field.kind.control == "uploads" for field in fields),
        sent=page.was_sent(decision),
        key=create_form_key() if get_decision(decision).repeatable else "",
    )


def _explain(page: _FormPage, decision: str) -> str:
    by_letter = page.complaint.by_letter and page.find_text(decision, "by_letter")
    return by_letter or page.find_text(decision, "explained")


def _is_asked(page: _FormPage, decision: str, name: str) -> bool:
    """Return whether this complaint's form has the field: what is settled, or has no choice, is not asked."""
    step = page.step()
    match decision, name:
        case "forward", "complaint_class" | "category" | "confidential":
            return "verify" in page.view.acts
        case "forward", "consult":
            return step is not None and "consult" in step.exits
        case "answer", "proof_note":
            return step is not None and step.proof
        case "dispose", "unit":
            return bool(_list_units(page))
        case _:
            return True


def _create_control(page: _FormPage, decision: str, field: FormField) -> Control:
    name, kind = field.name, field.kind
    return Control(
        id=f"{decision}-{name}",
        name=name,
        kind=kind.control,
        label=page.find_text(decision, name) or page.call.get_text(f"decisions.fields.{name}"),
        hint=page.find_text(decision, f"{name}_hint"),
        required=field.required or name in _ALWAYS_CHOSEN,
        chosen=_find_chosen(page, decision, field),
        options=_list_options(page, kind),
    )


def _find_chosen(page: _FormPage, decision: str, field: FormField) -> tuple[str, ...]:
    if page.was_sent(decision):
        form = page.call.form
        return form.get_all(field.name) if field.kind.control == "choices" else _wrap(form.get(field.name))
    view = page.view
    match decision, field.name:
        case "forward", "agency":
            # The agency that the category suggests is no help where it has been returned.
            returned = any(note.kind == "return" for note in view.notes)
            return _wrap("" if returned else view.suggested_agency)
        case "split", _:
            return ()
        case _, "category":
            return _wrap(view.category)
        case _, "complaint_class":
            return _wrap(view.complaint_class or "complaint")
        case _, "confidential":
            return _wrap("ya" if view.confidential else "")
        case "redact", "narrative":
            return _wrap(view.narrative)
        case _:
            return ()


def _wrap(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _list_options(page: _FormPage, kind: FieldKind) -> OptionGroups:
    """Return the options of a choice: of the directory, or its values with the catalogue's words."""
    if kind.options is None:
        return []
    if kind.values:
        return page.label_values(kind.options, kind.values)
    return _DIRECTORY_OPTIONS[kind.options](page)


def _list_agencies(page: _FormPage) -> OptionGroups:
    agencies = application().directory.list_agencies(page.view.region)
    return [("", [(agency.id, agency.name) for agency in agencies if not agency.successor])]


def _list_units(page: _FormPage) -> list[tuple[str, str]]:
    name = page.complaint.agency
    agency = application().directory.get_agency(page.view.region, name) if name else None
    return [(unit.id, unit.name) for unit in agency.units] if agency else []


def _list_regions(page: _FormPage) -> OptionGroups:
    others = (region for region in application().directory.list_regions() if region.slug != page.view.region)
    return [("", [(region.slug, region.name) for region in others])]


def _list_categories(page: _FormPage) -> OptionGroups:
    return group_categories(application().directory.list_categories(page.view.region), page.call.language)


_DIRECTORY_OPTIONS: Mapping[str, Callable[[_FormPage], OptionGroups]] = {
    "agencies": _list_agencies,
    "units": lambda page: [("", _list_units(page))],
    "regions": _list_regions,
    "categories": _list_categories,
}
"""The lists of the directory from which fields are chosen."""
