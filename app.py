"""The entrance of Tuntas: HTTP blueprints and every queue, stream and schedule trigger.

Handlers hold no logic: each hands its event to the part that `chalicelib.bootstrap` put together. The triggers
live here and not in blueprints because Chalice's middleware does not see a blueprint's event handlers in Lambda.
Real queue and stream addresses are merged over the placeholders by the template (`infra/resources/`).
"""

from typing import Any

from chalice import Chalice, Rate
from chalice.app import CloudWatchEvent, DynamoDBEvent, SQSEvent

from chalicelib import bootstrap

QUEUE = "arn:aws:sqs:ap-southeast-3:000000000000:placeholder"
STREAM = "arn:aws:dynamodb:ap-southeast-3:000000000000:table/placeholder/stream/placeholder"

app = Chalice(app_name="tuntas")
app.api.binary_types = []
bootstrap.web(app)


@app.on_dynamodb_record(stream_arn=STREAM, name="relay", batch_size=50)
def relay(event: DynamoDBEvent) -> Any:
    """New facts become queue messages."""
    return bootstrap.relay().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="record", batch_size=10)
def record(event: SQSEvent) -> Any:
    """The system records and routes a complaint."""
    return bootstrap.step_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="verify", batch_size=10)
def verify(event: SQSEvent) -> Any:
    """A verification step opens."""
    return bootstrap.step_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="consult", batch_size=10)
def consult(event: SQSEvent) -> Any:
    """A consultation step opens."""
    return bootstrap.step_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="respond", batch_size=10)
def respond(event: SQSEvent) -> Any:
    """An agency's answering step opens."""
    return bootstrap.step_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="review", batch_size=10)
def review(event: SQSEvent) -> Any:
    """A review step opens."""
    return bootstrap.step_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="deliver", batch_size=10)
def deliver(event: SQSEvent) -> Any:
    """The system publishes an answer to its reporter."""
    return bootstrap.step_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="confirm", batch_size=10)
def confirm(event: SQSEvent) -> Any:
    """The reporter is asked whether the answer settles the complaint."""
    return bootstrap.step_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="clocks", batch_size=10)
def clocks(event: SQSEvent) -> Any:
    """An armed deadline starts its ladder."""
    return bootstrap.clocks_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="escalations", batch_size=10)
def escalations(event: SQSEvent) -> Any:
    """A rung of a ladder is due."""
    return bootstrap.escalations_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="messages", batch_size=10)
def messages(event: SQSEvent) -> Any:
    """An e-mail or SMS is to be sent."""
    return bootstrap.messages_worker().handle_batch(event.to_dict(), event.context)


@app.on_sqs_message(queue_arn=QUEUE, name="delivery_feedback", batch_size=10)
def delivery_feedback(event: SQSEvent) -> Any:
    """The mail service tells what became of an e-mail."""
    return bootstrap.delivery_feedback_worker().handle_batch(event.to_dict(), event.context)


@app.schedule(Rate(1, unit=Rate.DAYS), name="reconcile")
def reconcile(event: CloudWatchEvent) -> Any:
    """Once a day: repair effects without a mark and clocks without a ladder."""
    return bootstrap.reconciler().run(event.to_dict(), event.context)
