"""The commands of the simulator's people: an action's name with arguments they could give."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import NamedTuple

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.completion import AskReporter, Complete
from chalicelib.domain.complaint.decisions import list_decisions
from chalicelib.domain.complaint.duplicates import InheritAnswer, LinkComplaint, Merge
from chalicelib.domain.complaint.fields import list_fields
from chalicelib.domain.complaint.handling import (
    AnswerComplaint,
    AskForTime,
    Dispose,
    Proceed,
)
from chalicelib.domain.complaint.referral import Consent
from chalicelib.domain.complaint.routing import Forward, Reroute
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.verification import Archive, Reclassify, Verify
from chalicelib.services.complaints.reference_checks import MOST_DUPLICATES, has_answer
from infra.simulation.filing import CATEGORIES, PHOTO, TEXT
from infra.simulation.government import BY_LETTER, INSPECTORATE, Government
from infra.simulation.people import People, pick

_LOOKS_BACK = 60
"""So many of the latest complaints the admin thinks of when one looks like a duplicate."""


class SimulatedAction(NamedTuple):
    """An action that somebody is about to take on a complaint; ``others`` are the region's, latest first."""

    complaint: Complaint
    government: Government
    people: People
    rng: Random
    now: datetime
    regions: Sequence[str]
    others: Callable[[], Iterable[Complaint]]


def build_command(name: str, action: SimulatedAction) -> Command | None:
    """Build the decision of that name; return ``None`` where there is nothing to decide it about."""
    builder = _BUILDERS.get(name)
    return builder(action) if builder else _build_default(list_decisions()[name])


def _build_verify(action: SimulatedAction) -> Verify:
    afraid = action.complaint.anonymous and action.complaint.about_agency is not None
    complaint_class = pick(action.rng, action.people.classes)
    return Verify.model_validate(
        {"complaint_class": complaint_class, "confidential": True if afraid else None}
    )


def _build_forward(action: SimulatedAction) -> Forward:
    verify = _build_verify(action)
    grade = action.complaint.complaint_class or verify.complaint_class
    agencies = action.government.agencies
    right = agencies[CATEGORIES.index(action.complaint.category)]
    officers = action.people.officer
    agency = action.rng.choice(agencies) if action.rng.random() < officers.wrong_agency else right
    if grade == "supervision" and action.government.procedure.supervision_to_inspectorate:
        agency = INSPECTORATE
    supported = action.rng.random() < officers.supporters
    supporters = (action.rng.choice(agencies),) if supported else ()
    return Forward(
        agency=agency,
        complaint_class=verify.complaint_class,
        confidential=verify.confidential,
        supporters=tuple(supporter for supporter in supporters if supporter != agency),
        by_letter=agency == BY_LETTER,
    )


def _build_merge(action: SimulatedAction) -> Merge | None:
    parent = _find_other(action, _can_be_parent)
    return Merge(parent=parent.ticket) if parent else None


def _can_be_parent(other: Complaint) -> bool:
    """Return whether the services would accept it: it is still to be answered, or was."""
    return (
        other.state != "duplicate"
        and not other.protected
        and (not other.finished or has_answer(other))
        and len(other.children) < MOST_DUPLICATES
    )


def _build_archive(action: SimulatedAction) -> Archive:
    earlier = _find_other(action, has_answer) if action.rng.random() < 0.5 else None
    if earlier:
        return Archive(reason="already_handled", text=TEXT, earlier=earlier.ticket)
    return Archive(reason="private", text=TEXT)


def _build_link(action: SimulatedAction) -> LinkComplaint | None:
    other = _find_other(action, lambda other: other.ticket not in action.complaint.linked)
    return LinkComplaint(ticket=other.ticket) if other else None


def _find_other(action: SimulatedAction, fits: Callable[[Complaint], bool]) -> Complaint | None:
    latest = islice(action.others(), _LOOKS_BACK)
    fitting = [other for other in latest if other.ticket != action.complaint.ticket and fits(other)]
    return action.rng.choice(fitting) if fitting else None


def _build_reroute(action: SimulatedAction) -> Reroute | None:
    elsewhere = [region for region in action.regions if region != action.complaint.region]
    return Reroute(region=action.rng.choice(elsewhere), reason=TEXT) if elsewhere else None


def _build_reclassify(action: SimulatedAction) -> Reclassify:
    complaint_class = pick(action.rng, action.people.classes)
    return Reclassify.model_validate({"complaint_class": complaint_class})


def _build_answer(action: SimulatedAction) -> AnswerComplaint:
    officers = action.people.officer
    if action.rng.random() >= officers.plans:
        return AnswerComplaint(text=TEXT, files=(PHOTO,))
    today = action.government.calendar.to_local(action.now).date()
    day = today + timedelta(days=action.rng.randint(*officers.plan_days))
    return AnswerComplaint(text=TEXT, plan_date=day, plan_owner=TEXT)


def _build_dispose(action: SimulatedAction) -> Dispose:
    units = action.government.list_units(action.complaint.agency)
    return Dispose(unit=action.rng.choice(units) if units else None, instruction=TEXT)


def _build_ask_for_time(action: SimulatedAction) -> AskForTime:
    today = action.government.calendar.to_local(action.now).date()
    return AskForTime(until=today + timedelta(days=action.rng.randint(1, 14)), reason=TEXT)


_BUILDERS: dict[str, Callable[[SimulatedAction], Command | None]] = {
    "verify": _build_verify,
    "forward": _build_forward,
    "ask": lambda _: AskReporter(missing=("photo", "place"), note=TEXT),
    "archive": _build_archive,
    "merge": _build_merge,
    "complete": lambda _: Complete(text=TEXT, place=TEXT, files=(PHOTO,)),
    "proceed": lambda _: Proceed(note=TEXT),
    "dispose": _build_dispose,
    "answer": _build_answer,
    "ask_for_time": _build_ask_for_time,
    "consent": lambda action: Consent(with_identity=action.rng.random() < 0.5),
    "link": _build_link,
    "reclassify": _build_reclassify,
    "reroute": _build_reroute,
}
"""The decisions that need a choice; every other one follows from its declaration."""


def _build_default(command: type[Command]) -> Command:
    """Build a command from its declaration: every required field has the first value of its kind."""
    values: dict[str, object] = {}
    for name, kind in list_fields(command).items():
        if command.model_fields[name].is_required():
            values[name] = TEXT if kind.sealed else kind.values[0] if kind.values else f"some {name}"
    return command.model_validate(values)


def build_inherit(parent: Complaint) -> InheritAnswer:
    """Build the command that gives the parent's published answer to its duplicate, as the services do."""
    answer = parent.published_answers[-1]
    return InheritAnswer(
        parent=parent.ticket,
        agency=answer.agency,
        text=TEXT,
        files=answer.files,
        late=answer.late,
        by_letter=parent.by_letter,
    )
