"""The SQS queues by their short names."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from typing_extensions import override

from chalicelib.aws.clients import CALLS
from chalicelib.services.ports import Queues
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsQueues(Queues):
    """The SQS queues, as ``ports.Queues``. ``urls`` maps short names to addresses; else ``KeyError``."""

    def __init__(self, urls: Mapping[str, str], client: "SQSClient") -> None:
        self._urls = urls
        self._client = client

    @classmethod
    def connect(cls, settings: Settings) -> "SqsQueues":
        return cls(settings.queue_urls, boto3.client("sqs", region_name=settings.aws_region, config=CALLS))

    @override
    def send(self, queue: str, body: Mapping[str, Any], delay: int = 0) -> None:
        message = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self._client.send_message(QueueUrl=self._urls[queue], MessageBody=message, DelaySeconds=delay)

    @override
    def delay_retry(self, queue: str, receipt: str, seconds: int) -> None:
        self._client.change_message_visibility(
            QueueUrl=self._urls[queue], ReceiptHandle=receipt, VisibilityTimeout=seconds
        )
