"""Which queue works off which event. The message is only the event's place; workers read the event itself."""

from chalicelib.domain.complaint.events import (
    DeadlineArmed,
    DuplicatesConcerned,
    Filed,
    Merged,
    Rerouted,
    StepOpened,
)
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Role

CHANGES = "changes"
MESSAGES = "messages"
CLOCKS = "clocks"

CALENDAR = "calendar"
SUCCESSOR = "successor"
"""The changes of a region, as messages on the queue ``changes`` name them."""


def queue_of(event: StoredEvent) -> str:
    """The queue an event goes to first: its step's kind, the clocks, what concerns others, or the news."""
    match event.event:
        case StepOpened(kind=kind):
            return kind.value
        case DeadlineArmed():
            return CLOCKS
        case DuplicatesConcerned() | Merged() | Rerouted():
            return CHANGES
        case Filed(origin=origin) if origin:
            return CHANGES
        case _:
            return MESSAGES


def effects_of(event: StoredEvent) -> tuple[str, ...]:
    """Every queue that works off the event and leaves a mark, in order: each worker sends it on to the next.

    A step that is somebody's, a deadline that moved and a complaint that left are told of as well.
    """
    first = queue_of(event)
    match event.event:
        case StepOpened(owner=owner):
            told = owner != Role.SYSTEM
        case DeadlineArmed(moved_from=moved_from):
            told = moved_from is not None
        case DuplicatesConcerned():
            told = False
        case _:
            told = first != MESSAGES
    return (first, MESSAGES) if told else (first,)


def next_queue(event: StoredEvent, after: str) -> str | None:
    """Where the event goes once that queue's work for it is done."""
    queues = effects_of(event)
    place = queues.index(after) + 1
    return queues[place] if place < len(queues) else None


def message_of(event: StoredEvent) -> dict[str, object]:
    """The queue message of an event, version 1."""
    return {"v": 1, "ticket": event.ticket, "seq": event.seq, "type": event.type}
