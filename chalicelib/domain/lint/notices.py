"""Notices: their events, their recipients and their templates."""

from collections.abc import Collection, Iterator, Mapping

from chalicelib.domain.complaint.events import EVENT_CLASSES
from chalicelib.domain.lint.events import OPENED, check_event_name
from chalicelib.domain.lint.findings import Check, Defect, find_duplicates, join_with_or
from chalicelib.domain.procedure.model import Procedure, Role, Step, StepKind

QUALIFIERS: Mapping[str, frozenset[str]] = {
    "complaint.replied": frozenset({"reporter", "government"}),
    "complaint.disputed": frozenset({"again"}),
    "deadline.armed": frozenset({"moved"}),
}
"""The words allowed after the colon of a notice's ``when``; after ``step.opened`` it is the step's name."""

NAMED_BY_EVENT: Mapping[str, frozenset[str]] = {
    field: frozenset(
        event.model_fields["type"].default for event in EVENT_CLASSES.values() if field in event.model_fields
    )
    for field in ("agency", "supporters")
}
"""The recipients that are not roles: agencies that the event itself names, with these events."""


def check_recipient(where: str, to: str, procedure: Procedure) -> Iterator[Defect]:
    """Check the recipient of a rung or notice."""
    allowed = {"owner", "superior", *procedure.roles}
    if to not in allowed:
        yield Defect(
            where, f'tells "{to}", who has no title in this procedure', f"Use {join_with_or(allowed)}"
        )


def _check_notices(procedure: Procedure) -> Iterator[Defect]:
    for notice in find_duplicates(procedure.notices):
        yield Defect(f"notice {notice.when}", f"tells {notice.to} the same twice", "Remove one of them")
    for notice in procedure.notices:
        where = f"notice {notice.when}"
        yield from check_event_name(where, notice.when, procedure, QUALIFIERS)
        if notice.to not in NAMED_BY_EVENT:
            yield from check_recipient(where, notice.to, procedure)
        elif notice.when not in NAMED_BY_EVENT[notice.to]:
            yield Defect(
                where,
                f'tells "{notice.to}", which this event does not name',
                f"Use it with {join_with_or(NAMED_BY_EVENT[notice.to])}",
            )


def _check_owners_notified(procedure: Procedure) -> Iterator[Defect]:
    """Find the steps whose owner is never notified that they must act."""
    notified = {(notice.when, notice.to) for notice in procedure.notices}
    for step in procedure.steps:
        opening = _list_opening_events(step)
        expected = {(event, to) for event in opening for to in ("owner", step.owner)}
        if step.owner != Role.SYSTEM and not expected & notified:
            yield Defect(
                f"step {step.name}",
                "nobody tells its owner that it is their turn",
                f"Add a notice to the {'reporter' if step.owner == Role.REPORTER else 'owner'} "
                f"when {opening[0]}",
            )


def _list_opening_events(step: Step) -> tuple[str, ...]:
    opened = (f"{OPENED}:{step.name}", OPENED)
    match step.kind:
        case StepKind.COMPLETE:
            return ("completion.asked" if "lapse" in step.exits else "items.asked", *opened)
        case StepKind.CONFIRM:
            return ("answer.delivered", *opened)
        case _:
            return opened


CHECKS: tuple[Check, ...] = (_check_notices, _check_owners_notified)


def check_templates(procedure: Procedure, templates: Collection[str]) -> Iterator[Defect]:
    """Find the templates that the procedure names and that do not exist."""
    for where, template in _list_templates(procedure):
        if template not in templates:
            yield Defect(where, f'its template "{template}" does not exist', f"Use {join_with_or(templates)}")


def _list_templates(procedure: Procedure) -> Iterator[tuple[str, str]]:
    for name, ladder in procedure.ladders.items():
        for rung in ladder.rungs:
            if rung.template:
                yield f"ladder {name}, rung {rung.name}", rung.template
    for notice in procedure.notices:
        yield f"notice {notice.when}", notice.template
