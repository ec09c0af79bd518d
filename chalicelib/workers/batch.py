"""An SQS batch, record by record: what fails goes back to its queue, the rest does not."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.telemetry import failure, flush, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

Body = Mapping[str, Any]


def work_off(event: dict[str, Any], context: Any, work: Callable[[Body], object]) -> dict[str, Any]:
    """Do ``work`` for the JSON body of each record; the partial batch response SQS expects."""
    # Late, because ``app.py`` is one module for all functions, and the API has no batches.
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    def one(record: "SQSRecord") -> None:
        body = json.loads(record.body)
        about = {name: body[name] for name in ("ticket", "seq", "clock", "rung", "type") if name in body}
        with logger.append_context_keys(**about):
            try:
                work(body)
            except Exception as error:
                failure("could not be worked off; the queue will bring it again", error)
                raise

    # With all failing, the default raises: the whole batch would repeat instead of each record for itself.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    try:
        return dict(process_partial_response(event, one, processor, context))
    finally:
        flush()
