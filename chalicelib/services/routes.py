"""Which queue works off which event. The message is only the event's place; workers read the event itself."""

from chalicelib.domain.events import Event
from chalicelib.domain.facts import DeadlineArmed, StepOpened

QUEUES = (
    "record",
    "verify",
    "consult",
    "respond",
    "review",
    "deliver",
    "confirm",
    "clocks",
    "escalations",
    "messages",
    "delivery-feedback",
    "relay-dead",
)


def queue_of(event: Event) -> str:
    """A step goes to its kind's queue, an armed deadline to the clocks; the rest is for telling people."""
    match event.fact:
        case StepOpened(kind=kind):
            return kind.value
        case DeadlineArmed():
            return "clocks"
        case _:
            return "messages"


def message_of(event: Event) -> dict[str, object]:
    """The queue message of an event, version 1."""
    return {"v": 1, "ticket": event.ticket, "seq": event.seq, "type": event.type}
