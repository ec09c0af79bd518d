"""Which queue works off which event. The message is only the event's place; workers read the event itself."""

from chalicelib.domain.events import Event
from chalicelib.domain.facts import DeadlineArmed, StepOpened
from chalicelib.domain.procedure import Role


def queue_of(event: Event) -> str:
    """A step goes to its kind's queue, an armed deadline to the clocks; the rest is for telling people."""
    match event.fact:
        case StepOpened(kind=kind):
            return kind.value
        case DeadlineArmed():
            return "clocks"
        case _:
            return "messages"


def effects_of(event: Event) -> tuple[str, ...]:
    """Every queue that works off the event and leaves a mark, in order.

    A step that is somebody's goes on from its kind's queue to "messages": its owner is told of it.
    """
    queue = queue_of(event)
    if isinstance(event.fact, StepOpened) and event.fact.owner != Role.SYSTEM:
        return queue, "messages"
    return (queue,)


def message_of(event: Event) -> dict[str, object]:
    """The queue message of an event, version 1."""
    return {"v": 1, "ticket": event.ticket, "seq": event.seq, "type": event.type}
