"""The entrance of Tuntas: the HTTP application and every queue, stream and schedule trigger.

Handlers hold no logic: each passes its event to the worker of that subject. The triggers live here and not
in blueprints because Chalice's middleware does not see a blueprint's event handlers in Lambda. The template
(`infra/resources/`, `infra/deploy/queues.py`) replaces the placeholder addresses with the real ones.
"""

from typing import Any

from chalice import Chalice, Cron, Rate
from chalice.app import CloudWatchEvent, DynamoDBEvent, SQSEvent

from chalicelib import web
from chalicelib.domain.procedure.model import StepKind
from chalicelib.workers.changes import apply_changes
from chalicelib.workers.clocks import reach_rungs, start_ladders
from chalicelib.workers.digests import publish_digests
from chalicelib.workers.messages import record_feedback, send_notifications
from chalicelib.workers.reconcile import repair_regions
from chalicelib.workers.relay import send_new_events
from chalicelib.workers.steps import open_steps

QUEUE = "arn:aws:sqs:ap-southeast-3:000000000000:placeholder"
STREAM = "arn:aws:dynamodb:ap-southeast-3:000000000000:table/placeholder/stream/placeholder"

app = Chalice(app_name="tuntas")

web.install(app)


@app.on_dynamodb_record(stream_arn=STREAM, name="relay", batch_size=50)
def relay(event: DynamoDBEvent) -> None:
    """Send new events to their queues."""
    send_new_events(event.to_dict())


def _add_step_trigger(kind: StepKind) -> None:
    """Open the steps of this kind from the queue of its name."""

    def trigger(event: SQSEvent) -> dict[str, Any]:
        return open_steps(event.to_dict(), event.context)

    # Chalice packages `app.<__name__>` as the handler, so Lambda looks for an attribute of that name here.
    trigger.__name__ = kind.value
    globals()[kind.value] = app.on_sqs_message(queue_arn=QUEUE, name=kind.value, batch_size=10)(trigger)


for _kind in StepKind:
    _add_step_trigger(_kind)


@app.on_sqs_message(queue_arn=QUEUE, name="clocks", batch_size=10)
def clocks(event: SQSEvent) -> dict[str, Any]:
    """Start the ladders of scheduled deadlines."""
    return start_ladders(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="escalations", batch_size=10)
def escalations(event: SQSEvent) -> dict[str, Any]:
    """Move complaints to the rungs of their ladders that are due."""
    return reach_rungs(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="messages", batch_size=10)
def messages(event: SQSEvent) -> dict[str, Any]:
    """Send e-mail and SMS about events."""
    return send_notifications(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="changes", batch_size=10)
def changes(event: SQSEvent) -> dict[str, Any]:
    """Apply to other complaints what happened to one complaint, a calendar or an agency."""
    return apply_changes(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="delivery_feedback", batch_size=10)
def delivery_feedback(event: SQSEvent) -> dict[str, Any]:
    """Record the mail service's reports on deliveries, bounces and spam complaints."""
    return record_feedback(event.to_dict(), event.context)


@app.schedule(Rate(1, unit=Rate.DAYS), name="reconcile")
def reconcile(event: CloudWatchEvent) -> None:  # noqa: ARG001 - Chalice passes it
    """Repair, once a day, effects without a mark and clocks without a ladder."""
    repair_regions()


@app.schedule(Cron(0, 18, "*", "*", "?", "*"), name="digests")
def digests(event: CloudWatchEvent) -> None:  # noqa: ARG001 - Chalice passes it
    """Publish, after every midnight in Indonesia, the digest of the day that has ended."""
    publish_digests()
