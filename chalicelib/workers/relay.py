"""Send events from the table's stream to the queues. The stream is the outbox: every event, in its order."""

from typing import Any

from chalicelib.aws.dynamodb.stream import parse_stream_image
from chalicelib.bootstrap import Application, application
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.services.routes import create_message, get_first_queue
from chalicelib.telemetry import count, flush, log_failure

_METRICS = {
    "complaint.filed": "Filed",
    "complaint.recorded": "Recorded",
    "complaint.answered": "Answered",
    "answer.delivered": "Delivered",
}


def send_new_events(stream_event: dict[str, Any]) -> None:
    """Send each new event to its queue.

    An unreadable record goes whole to ``relay-dead`` and does not delay the others. A failed send raises, so
    that Lambda retries the batch from its start: consumers are idempotent, a lost order would be worse.
    """
    app = application()
    try:
        for record in stream_event["Records"]:
            stored = _parse_record(record, app)
            if stored:
                app.queues.send(get_first_queue(stored), create_message(stored))
                _count_event(stored)
    finally:
        flush()


def _parse_record(record: dict[str, Any], app: Application) -> StoredEvent | None:
    try:
        return parse_stream_image(record["dynamodb"]["NewImage"])
    except Exception as error:  # noqa: BLE001 -- one unreadable record must not stop the stream
        log_failure("unreadable stream record sent to relay-dead", error, record=record.get("eventID"))
        app.queues.send("relay-dead", record)
        count("RelayUnreadable")
        return None


def _count_event(stored: StoredEvent) -> None:
    if stored.type in _METRICS:
        count(_METRICS[stored.type])
    if isinstance(stored.event, RungReached) and stored.event.late_level:
        count("Overdue")
