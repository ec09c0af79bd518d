"""The queues of every event. A message holds only the event's place; workers read the event itself."""

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.duplicates import DuplicatesConcerned, Merged
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.routing import Rerouted
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Role

CHANGES = "changes"
MESSAGES = "messages"
CLOCKS = "clocks"

CALENDAR = "calendar"
"""The change of a region's calendar, as messages on the queue ``changes`` name it."""


def get_first_queue(event: StoredEvent) -> str:
    """Return the queue an event goes to first: that of its step's kind, clocks, changes or messages."""
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


def list_queues(event: StoredEvent) -> tuple[str, ...]:
    """Return every queue that handles the event and marks it as done; each worker sends it to the next.

    People also get messages about a step that is theirs, a deadline that moved and a complaint that left.
    """
    first = get_first_queue(event)
    match event.event:
        case StepOpened(owner=owner):
            has_messages = owner != Role.SYSTEM
        case DeadlineArmed(moved_from=moved_from):
            has_messages = moved_from is not None
        case DuplicatesConcerned():
            has_messages = False
        case _:
            has_messages = first != MESSAGES
    return (first, MESSAGES) if has_messages else (first,)


def get_next_queue(event: StoredEvent, after: str) -> str | None:
    """Return the queue an event goes to when the queue ``after`` has handled it."""
    queues = list_queues(event)
    place = queues.index(after) + 1
    return queues[place] if place < len(queues) else None


def create_message(event: StoredEvent) -> dict[str, object]:
    """Return the queue message of an event (version 1)."""
    return {"v": 1, "ticket": event.ticket, "seq": event.seq, "type": event.type}
