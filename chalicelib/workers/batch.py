"""An SQS batch, record by record: what fails goes back to its queue, the rest does not."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import application
from chalicelib.telemetry import failure, flush, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

Body = Mapping[str, Any]

_FIRST_PAUSE = 3
_LONGEST_PAUSE = 180
"""Seconds until a failed message comes again: soon at first, for one failure must not break the promise that
the admin is told within a minute; then ever later, so that an outage does not use up the attempts.
"""


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
        answer = process_partial_response(event, one, processor, context)
        _bring_again(event, {str(failed["itemIdentifier"]) for failed in answer["batchItemFailures"]})
        return {**answer}
    finally:
        flush()


def pause_after(attempts: int) -> int:
    """Seconds to wait after so many attempts (1 and up)."""
    return min(_FIRST_PAUSE << min(attempts - 1, 10), _LONGEST_PAUSE)


def _bring_again(event: dict[str, Any], failed: set[str]) -> None:
    """Without this a failed message would stay hidden for six times the function's timeout."""
    for record in event["Records"]:
        if record["messageId"] in failed:
            attempts = int(record["attributes"].get("ApproximateReceiveCount", 1))
            try:
                application().queues.delay_retry(
                    _queue_of(record), record["receiptHandle"], pause_after(attempts)
                )
            except Exception as error:  # noqa: BLE001 -- it comes again by itself, only later
                failure("could not be hastened", error)


def _queue_of(record: dict[str, Any]) -> str:
    """The queue's short name, from ``…:tuntas-<stage>-<queue>``."""
    return str(record["eventSourceARN"]).rpartition(f"tuntas-{application().settings.stage}-")[2]
