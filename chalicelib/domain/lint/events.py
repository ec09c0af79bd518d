"""The events that can happen under a procedure and in each of its steps."""

from collections.abc import Iterator, Mapping
from functools import cache

from chalicelib.domain.complaint.events import EVENT_CLASSES, EVENT_TYPES
from chalicelib.domain.lint.findings import Defect, join_with_or
from chalicelib.domain.procedure.model import Procedure, Step, StepKind

FILED = "complaint.filed"
OPENED = "step.opened"


@cache
def list_events_of_exit(exit_: str, kind: StepKind) -> frozenset[str]:
    """Return the types of the events that take an exit of a step of that kind."""
    return frozenset(
        name for name, event in EVENT_CLASSES.items() if event.occurs and event.occurs.takes_exit(exit_, kind)
    )


@cache
def list_events_of_kind(kind: StepKind) -> frozenset[str]:
    """Return the types of the events that can happen in every step of a kind, with any exits."""
    return frozenset(
        name for name, event in EVENT_CLASSES.items() if event.occurs and kind in event.occurs.steps
    )


def list_events_with(condition: str) -> frozenset[str]:
    """Return the types of the events that only a procedure with that condition has."""
    return frozenset(
        name for name, event in EVENT_CLASSES.items() if event.occurs and event.occurs.only_with == condition
    )


def list_events_of_every_procedure() -> frozenset[str]:
    """Return the types of the events that can always happen.

    ``rung.reached`` is not among them: each rung names its own recipients.
    """
    return frozenset(name for name, event in EVENT_CLASSES.items() if event.occurs and event.occurs.always)


def list_events_in(step: Step, procedure: Procedure) -> frozenset[str]:
    """Return the events that can happen while that step is open: they complete its rows."""
    events = list_events_of_kind(step.kind).union(
        *(list_events_of_exit(exit_, step.kind) for exit_ in step.exits)
    )
    delivering = {other.name for other in procedure.steps if other.kind is StepKind.DELIVER}
    if step.kind is StepKind.RESPOND and step.exits.get("answer") in delivering:
        events |= {"answer.published"}
    return events


def list_events(procedure: Procedure) -> frozenset[str]:
    """Return every event that can happen to a complaint under the procedure."""
    events = list_events_of_every_procedure().union(
        *(list_events_in(step, procedure) for step in procedure.steps)
    )
    if "complaint.merged" in events:
        events |= list_events_with("merging")
    if procedure.reopening:
        events |= list_events_with("reopening")
    if any(rung.act == "refer" for ladder in procedure.ladders.values() for rung in ladder.rungs):
        events |= list_events_with("referral")
    return events


def check_event_name(
    where: str, name: str, procedure: Procedure, qualifiers: Mapping[str, frozenset[str]]
) -> Iterator[Defect]:
    """Check an event's name, which one of its ``qualifiers`` can narrow after a colon."""
    event, colon, qualifier = name.partition(":")
    possible = list_events(procedure)
    allowed = {OPENED: frozenset(step.name for step in procedure.steps), **qualifiers}
    if event not in EVENT_TYPES:
        yield Defect(where, f'"{event}" is not a known event', f"Use {join_with_or(possible)}")
    elif event not in possible:
        yield Defect(where, f"{event} never happens in this procedure", f"Use {join_with_or(possible)}")
    elif colon and event not in allowed:
        yield Defect(where, f'nothing can stand after "{event}"', f"Write {event} alone")
    elif colon and qualifier not in allowed[event]:
        yield Defect(
            where, f'"{qualifier}" is unknown after "{event}"', f"Use {join_with_or(allowed[event])}"
        )
