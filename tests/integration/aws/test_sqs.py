"""The queues."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from chalicelib.aws.sqs import SqsQueues
from chalicelib.settings import Settings

Received = Callable[[str], list[dict[str, Any]]]


def test_a_body_arrives_whole_on_the_queue_of_that_name(queues: SqsQueues, receive_all: Received) -> None:
    body = {"v": 1, "ticket": "CTH-22222A", "seq": 3, "rungs": ["half"], "name": "Désa “Jati”"}
    queues.send("escalations", body)
    assert receive_all("escalations") == [body]
    assert receive_all("messages") == []


def test_an_unknown_queue_is_a_mistake(queues: SqsQueues) -> None:
    with pytest.raises(KeyError):
        queues.send("nowhere", {})


def test_the_environment_is_enough_to_send(settings: Settings, receive_all: Received) -> None:
    SqsQueues.connect(settings).send("relay-dead", {"v": 1})
    assert receive_all("relay-dead") == [{"v": 1}]


def test_a_failed_message_can_be_brought_again_soon(queues: SqsQueues, queue_urls: dict[str, str]) -> None:
    sqs = boto3.client("sqs")
    queues.send("record", {"v": 1})
    (message,) = sqs.receive_message(QueueUrl=queue_urls["record"], VisibilityTimeout=600)["Messages"]
    queues.delay_retry("record", message["ReceiptHandle"], 0)
    assert sqs.receive_message(QueueUrl=queue_urls["record"])["Messages"]
