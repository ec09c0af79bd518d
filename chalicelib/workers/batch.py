"""Process SQS batches record by record: only a failed record goes back to its queue."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import application
from chalicelib.telemetry import flush, log_failure, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

MessageBody = Mapping[str, Any]

_FIRST_DELAY = 3
_LONGEST_DELAY = 180
"""Seconds until a retry. The first retry is soon, because one failure must not break the promise that the
admin gets a message within a minute. Each further delay is longer, so that an outage does not use up all
attempts.
"""


def process_batch(
    event: dict[str, Any], context: Any, process: Callable[[MessageBody], object]
) -> dict[str, Any]:
    """Call ``process`` with the JSON body of each record; return the partial batch response for SQS."""
    # A late import, because ``app.py`` is one module for all functions, and the API has no batches.
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    def process_record(record: "SQSRecord") -> None:
        body = json.loads(record.body)
        keys = {name: body[name] for name in ("ticket", "seq", "clock", "rung", "type") if name in body}
        with logger.append_context_keys(**keys):
            try:
                process(body)
            except Exception as error:
                log_failure("record failed; SQS will retry it", error)
                raise

    # If all records fail, the default raises: SQS would retry the whole batch instead of each single record.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    try:
        response = process_partial_response(event, process_record, processor, context)
        _schedule_retries(event, {str(failed["itemIdentifier"]) for failed in response["batchItemFailures"]})
        return {**response}
    finally:
        flush()


def get_retry_delay(attempts: int) -> int:
    """Return the seconds to wait after that number of attempts (1 and up)."""
    return min(_FIRST_DELAY << min(attempts - 1, 10), _LONGEST_DELAY)


def _schedule_retries(event: dict[str, Any], failed: set[str]) -> None:
    """Shorten the wait of failed messages, which SQS would hide for six times the function's timeout."""
    for record in event["Records"]:
        if record["messageId"] in failed:
            attempts = int(record["attributes"].get("ApproximateReceiveCount", 1))
            try:
                application().queues.delay_retry(
                    _get_queue_name(record), record["receiptHandle"], get_retry_delay(attempts)
                )
            except Exception as error:  # noqa: BLE001 -- SQS retries it anyway, only later
                log_failure("retry delay not set; SQS retries after the visibility timeout", error)


def _get_queue_name(record: dict[str, Any]) -> str:
    """Return the queue's short name, from ``…:tuntas-<stage>-<queue>``."""
    return str(record["eventSourceARN"]).rpartition(f"tuntas-{application().settings.stage}-")[2]
