"""The table's stream to the queues. The stream is the outbox: what was written is told, in its order."""

from typing import Any

from chalicelib.aws.dynamodb.stream import event_of_image
from chalicelib.bootstrap import Application, application
from chalicelib.domain.complaint.events import RungReached
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.services.routes import message_of, queue_of
from chalicelib.telemetry import count, failure, flush

_COUNTED = {
    "complaint.filed": "Filed",
    "complaint.recorded": "Recorded",
    "complaint.answered": "Answered",
    "answer.delivered": "Delivered",
}


def send_new_events(stream_event: dict[str, Any]) -> None:
    """Send each new event to its queue.

    An unreadable record goes whole to ``relay-dead`` and holds nobody up. A failed send raises, so that the
    batch repeats from its start: consumers are idempotent, an order lost would be worse.
    """
    parts = application()
    try:
        for record in stream_event["Records"]:
            event = _read(record, parts)
            if event:
                parts.queues.send(queue_of(event), message_of(event))
                _measure(event)
    finally:
        flush()


def _read(record: dict[str, Any], parts: Application) -> StoredEvent | None:
    try:
        return event_of_image(record["dynamodb"]["NewImage"])
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with one record must not stop the stream
        failure("unreadable stream record, put aside whole", error, record=record.get("eventID"))
        parts.queues.send("relay-dead", record)
        count("RelayUnreadable")
        return None


def _measure(event: StoredEvent) -> None:
    if event.type in _COUNTED:
        count(_COUNTED[event.type])
    if isinstance(event.event, RungReached) and event.event.late_level:
        count("Overdue")
