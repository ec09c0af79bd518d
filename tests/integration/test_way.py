"""The whole way of a complaint through the real handlers, on moto; every record is delivered twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

import app
from chalicelib import bootstrap
from chalicelib.bootstrap import Services
from chalicelib.domain import commands as c
from chalicelib.domain.complaint import fold
from chalicelib.domain.events import broken_link
from chalicelib.domain.privacy import Identity
from chalicelib.domain.procedure import known, load
from chalicelib.services.words import seal
from chalicelib.settings import Settings
from tests import fakes
from tests.integration.conftest import AWS_REGION
from tests.world import DRAFT, asks, citizen

HANDLERS = {
    "record": app.record,
    "verify": app.verify,
    "consult": app.consult,
    "respond": app.respond,
    "review": app.review,
    "deliver": app.deliver,
    "confirm": app.confirm,
    "clocks": app.clocks,
    "escalations": app.escalations,
    "messages": app.messages,
    "changes": app.changes,
}
CONTEXT = SimpleNamespace(
    function_name="tuntas", aws_request_id="request", memory_limit_in_mb=512, invoked_function_arn="arn"
)


class MotoServices(Services):
    """As in production, on moto."""

    def __init__(self, settings: Settings) -> None:
        vars(self)["settings"] = settings


@dataclass
class Pump:
    """Carries stream records and queue messages to the handlers, each ``times`` times, until all is quiet."""

    queue_urls: dict[str, str]
    times: int = 2

    def __post_init__(self) -> None:
        self._sqs = boto3.client("sqs")
        self._streams = boto3.client("dynamodbstreams")
        stream = self._streams.list_streams()["Streams"][0]["StreamArn"]
        shard = self._streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]
        self._position = self._streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def run(self) -> None:
        while self._relay() or self._work():
            pass

    def _relay(self) -> bool:
        answer = self._streams.get_records(ShardIterator=self._position)
        self._position = answer["NextShardIterator"]
        events = [record for record in answer["Records"] if _is_new_event(record)]
        for _ in range(self.times if events else 0):
            app.relay({"Records": events}, CONTEXT)
        return bool(answer["Records"])

    def _work(self) -> bool:
        return sum(self._drain(queue) for queue in HANDLERS) > 0

    def _drain(self, queue: str) -> bool:
        url = self.queue_urls[queue]
        messages = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not messages:
            return False
        batch = {"Records": [_sqs_record(message) for message in messages]}
        for _ in range(self.times):
            failed = HANDLERS[queue](batch, CONTEXT)["batchItemFailures"]
            assert failed == [], (queue, failed)
        for message in messages:
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return True


def _is_new_event(record: dict[str, Any]) -> bool:
    return record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["sk"]["S"].startswith("EVENT#")


def _sqs_record(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {},
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-3:123456789012:queue",
        "awsRegion": AWS_REGION,
    }


@pytest.fixture
def parts(settings: Settings) -> Iterator[Services]:
    key = boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    boto3.client("ses").verify_email_identity(EmailAddress=settings.mail_from)
    services = MotoServices(settings.model_copy(update={"hmac_key_id": key["KeyMetadata"]["KeyId"]}))
    bootstrap.install(services)
    yield services
    bootstrap.install(None)


def directory_following(parts: Services, procedure: str) -> None:
    region = fakes.REGION.model_copy(update={"procedure": procedure})
    for item in (region, *fakes.AGENCIES, *fakes.CATEGORIES, *fakes.OFFICERS):
        parts.directory.put(item)


@pytest.mark.parametrize("procedure", known())
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_a_complaint_travels_its_procedure_and_everybody_is_told_once(
    parts: Services, queue_urls: dict[str, str], procedure: str, times: int
) -> None:
    directory_following(parts, procedure)
    pump = Pump(queue_urls, times)
    who = fakes.CITIZEN
    identity = Identity(account=who.id, name=who.name, email=who.email, phone=who.phone)
    ticket = parts.filing.file(DRAFT, identity, asks(citizen(), "file")).ticket
    pump.run()

    forward = c.Forward(agency="pupr")
    parts.handling.handle(ticket, forward, asks(fakes.ADMIN, "forward"))
    pump.run()
    words = seal("answer", "Sudah ditambal.")
    parts.handling.handle(ticket, c.Answer(text=words.ref), asks(fakes.LIAISON, "answer"), [words])
    pump.run()
    parts.handling.handle(ticket, c.Publish(), asks(fakes.ADMIN, "publish"))
    pump.run()
    delivered = parts.handling.get(ticket)
    assert delivered.state == "answered"
    assert set(delivered.rows_done) == {row.number for row, _ in load(procedure).rows()}
    parts.handling.handle(ticket, c.Confirm(), asks(citizen(), "satisfied"))
    pump.run()

    complaint = parts.handling.get(ticket)
    events = parts.complaints.events(ticket)
    assert (complaint.state, complaint.resolved_by) == ("resolved", "reporter")
    assert broken_link(events) is None
    assert fold(events, load(procedure)) == complaint

    sent = [str(one.destinations) for one in ses_backends[DEFAULT_ACCOUNT_ID][AWS_REGION].sent_messages]
    records = parts.message_log.of_complaint(ticket)
    assert {record.outcome for record in records} == {"sent"}
    assert len(sent) == len([record for record in records if record.channel == "email"])
    told = {record.recipient for record in records}
    assert told >= {
        "reporter",
        fakes.ADMIN.id,
        fakes.LIAISON.id,
        fakes.SECOND_LIAISON.id,
        fakes.COORDINATOR.id,
    }


def test_after_every_ladder_is_gone_rearming_leaves_one_for_each_open_clock(
    parts: Services, queue_urls: dict[str, str]
) -> None:
    directory_following(parts, known()[0])
    pump = Pump(queue_urls)
    identity = Identity(account=fakes.CITIZEN.id, name="Siti", email="siti@example.com")
    tickets = [
        parts.filing.file(DRAFT, identity, asks(citizen(), f"file-{number}")).ticket for number in range(3)
    ]
    pump.run()
    machines = boto3.client("stepfunctions")
    arn = parts.settings.ladder_arn

    def running() -> list[str]:
        found = machines.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
        return sorted(execution["name"] for execution in found)

    assert running() == sorted(f"{ticket}.verify.1.1" for ticket in tickets)
    for execution in machines.list_executions(stateMachineArn=arn)["executions"]:
        machines.stop_execution(executionArn=execution["executionArn"])
    assert running() == []

    assert parts.recovery.rearm(fakes.REGION.slug) == 3
    pump.run()
    assert running() == sorted(f"{ticket}.verify.1.2" for ticket in tickets)
    assert parts.recovery.rearm(fakes.REGION.slug) == 0


def test_replay_makes_good_a_stream_that_was_lost(parts: Services, queue_urls: dict[str, str]) -> None:
    directory_following(parts, known()[0])
    identity = Identity(account=fakes.CITIZEN.id, name="Siti", email="siti@example.com")
    ticket = parts.filing.file(DRAFT, identity, asks(citizen(), "file")).ticket
    pump = Pump(queue_urls)
    pump._relay = lambda: False
    assert parts.recovery.replay(fakes.REGION.slug) == 2
    pump.run()
    assert parts.handling.get(ticket).step.kind == "verify"
    assert parts.recovery.replay(fakes.REGION.slug) == 3
    pump.run()
    assert parts.recovery.replay(fakes.REGION.slug) == 0
    assert "admin" in {record.recipient for record in parts.message_log.of_complaint(ticket)}
