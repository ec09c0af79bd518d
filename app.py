"""The entrance of Tuntas: the HTTP application and every queue, stream and schedule trigger.

Handlers hold no logic: each passes its event to the worker of that subject. The triggers live here and not
in blueprints because Chalice's middleware does not see a blueprint's event handlers in Lambda. The template
(`infra/resources/`, `infra/deploy/queues.py`) replaces the placeholder addresses with the real ones.
"""

from typing import Any

from chalice import Chalice, Cron, Rate
from chalice.app import CloudWatchEvent, DynamoDBEvent, SQSEvent

from chalicelib import web
from chalicelib.workers import changes as others
from chalicelib.workers import clocks as timers
from chalicelib.workers import digests as nightly
from chalicelib.workers import messages as post
from chalicelib.workers import reconcile as recovery
from chalicelib.workers import relay as outbox
from chalicelib.workers import steps

QUEUE = "arn:aws:sqs:ap-southeast-3:000000000000:placeholder"
STREAM = "arn:aws:dynamodb:ap-southeast-3:000000000000:table/placeholder/stream/placeholder"

app = Chalice(app_name="tuntas")

web.install(app)


@app.on_dynamodb_record(stream_arn=STREAM, name="relay", batch_size=50)
def relay(event: DynamoDBEvent) -> None:
    """New facts become queue messages."""
    outbox.relay(event.to_dict())


@app.on_sqs_message(queue_arn=QUEUE, name="record", batch_size=10)
def record(event: SQSEvent) -> dict[str, Any]:
    """The system records and routes a complaint."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="verify", batch_size=10)
def verify(event: SQSEvent) -> dict[str, Any]:
    """A verification step opens."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="complete", batch_size=10)
def complete(event: SQSEvent) -> dict[str, Any]:
    """The reporter is asked for what is missing."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="consult", batch_size=10)
def consult(event: SQSEvent) -> dict[str, Any]:
    """A consultation step opens."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="respond", batch_size=10)
def respond(event: SQSEvent) -> dict[str, Any]:
    """An agency's answering step opens."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="review", batch_size=10)
def review(event: SQSEvent) -> dict[str, Any]:
    """A review step opens."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="deliver", batch_size=10)
def deliver(event: SQSEvent) -> dict[str, Any]:
    """The system publishes an answer to its reporter."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="confirm", batch_size=10)
def confirm(event: SQSEvent) -> dict[str, Any]:
    """The reporter is asked whether the answer settles the complaint."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="follow", batch_size=10)
def follow(event: SQSEvent) -> dict[str, Any]:
    """A report that was handed over to another body is followed."""
    return steps.open_steps(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="clocks", batch_size=10)
def clocks(event: SQSEvent) -> dict[str, Any]:
    """An armed deadline starts its ladder."""
    return timers.start_ladders(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="escalations", batch_size=10)
def escalations(event: SQSEvent) -> dict[str, Any]:
    """A rung of a ladder is due."""
    return timers.climb(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="messages", batch_size=10)
def messages(event: SQSEvent) -> dict[str, Any]:
    """People are told."""
    return post.tell_people(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="changes", batch_size=10)
def changes(event: SQSEvent) -> dict[str, Any]:
    """What happened to one complaint, a calendar or an agency has its consequences in others."""
    return others.make_changes(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="delivery_feedback", batch_size=10)
def delivery_feedback(event: SQSEvent) -> dict[str, Any]:
    """The mail service tells what became of an e-mail."""
    return post.hear_feedback(event.to_dict(), event.context)


@app.schedule(Rate(1, unit=Rate.DAYS), name="reconcile")
def reconcile(event: CloudWatchEvent) -> None:  # noqa: ARG001 - Chalice passes it
    """Once a day: repair effects without a mark and clocks without a ladder."""
    recovery.reconcile()


@app.schedule(Cron(0, 18, "*", "*", "?", "*"), name="digests")
def digests(event: CloudWatchEvent) -> None:  # noqa: ARG001 - Chalice passes it
    """After every midnight in Indonesia: the digest of the day that has ended."""
    nightly.make_digests()
