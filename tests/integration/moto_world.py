"""A government on moto: its people, and a pump that carries stream records and messages to the handlers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import boto3

import app
from chalicelib import bootstrap
from chalicelib.bootstrap import Application
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.agencies import Unit
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.model import Role, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.settings import Settings
from infra.deploy.queues import QUEUES
from tests import sample_region
from tests.world import DRAFT, AppScenario, decide, filed

HANDLERS = {queue.name: getattr(app, queue.function) for queue in QUEUES}
CONTEXT = SimpleNamespace(
    function_name="tuntas", aws_request_id="request", memory_limit_in_mb=512, invoked_function_arn="arn"
)


class MotoApplication(Application):
    """The production application, on moto."""

    def __init__(self, settings: Settings) -> None:
        vars(self)["settings"] = settings


@dataclass
class Pump:
    """A pump that carries stream records and queue messages to the handlers until none is left.

    It delivers each one ``times`` times.
    """

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

    def stop_reading_stream(self) -> None:
        """Stop the relay from now on."""
        self._relay = lambda: False

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
        batch = {"Records": [_build_sqs_record(message) for message in messages]}
        for _ in range(self.times):
            failed = HANDLERS[queue](batch, CONTEXT)["batchItemFailures"]
            assert failed == [], (queue, failed)
        for message in messages:
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return True


def _is_new_event(record: dict[str, Any]) -> bool:
    return record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["sk"]["S"].startswith("EVENT#")


def _build_sqs_record(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {},
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-3:123456789012:queue",
        "awsRegion": "ap-southeast-3",
    }


UNIT = sample_region.officer("pupr-bidang", Role.UNIT, "pupr", unit="bidang-1")
PPID = sample_region.officer("ppid", Role.PPID)
SECRETARY = sample_region.officer("pupr-sekretaris", Role.SECRETARIAT, "pupr")
INSPECTOR = sample_region.officer("inspektur", Role.INSPECTORATE)
OFFICERS = [*sample_region.OFFICERS, UNIT, PPID, SECRETARY, INSPECTOR]
AGENCY = sample_region.AGENCIES[0].model_copy(update={"units": (Unit(id="bidang-1", name="Bidang Jalan"),)})
JPEG = b"\xff\xd8\xff\xe0 a photo"


@dataclass
class MotoWorld:
    """A government on moto, its people, and the pump for their messages."""

    app: Application
    pump: Pump

    def file_complaint(self, key: str = "file") -> str:
        """File a complaint with a photo and let it be recorded; return its ticket."""
        ticket = filed(self, replace(DRAFT, uploads=(self.upload(),)), key).ticket
        self.pump.run()
        return ticket

    def upload(self) -> str:
        """Upload a photo as a browser does; return its key."""
        key = f"incoming/{'p' * 22}/file.jpg"
        boto3.client("s3").put_object(
            Bucket=self.app.settings.bucket_name, Key=key, Body=JPEG, ContentType="image/jpeg"
        )
        return key

    def decide(self, ticket: str, who: Officer | Actor, decision: str, **fields: object) -> None:
        """Decide as that person, and run all that follows."""
        decide(self, ticket, who, decision, **fields)
        self.pump.run()

    def go_on(self, ticket: str) -> None:
        """Let the owner of the open step do what is usual."""
        MotoScenario(self, ticket, OFFICERS).go_on()

    def go_to(self, ticket: str, kind: str) -> None:
        """Take the usual way until a step of this kind is open."""
        MotoScenario(self, ticket, OFFICERS).to(StepKind(kind))

    def get_complaint(self, ticket: str) -> Complaint:
        return self.app.command_handler.get(ticket)

    def list_notices(self, ticket: str) -> set[tuple[str, str]]:
        """Return the recipients with their templates; every message must have been sent."""
        records = self.app.message_log.list_for_complaint(ticket)
        assert {record.outcome for record in records} <= {"sent"}
        return {(record.recipient, record.template) for record in records}

    def use_procedure(self, procedure: str) -> None:
        """Let the government use this procedure from now on."""
        self.app.directory.put(sample_region.REGION.model_copy(update={"procedure": procedure}))

    def list_running_ladders(self) -> list[str]:
        """Return the names of the running ladders."""
        running = boto3.client("stepfunctions").list_executions(
            stateMachineArn=self.app.settings.ladder_arn, statusFilter="RUNNING"
        )
        return sorted(execution["name"] for execution in running["executions"])


class MotoScenario(AppScenario):
    """A complaint on moto: the queues' workers run after every decision."""

    world: MotoWorld

    def decide(self, who: Officer | Actor, decision: str, /, **fields: object) -> Complaint:
        if decision == "answer":
            fields = {"uploads": [self.world.upload()], **fields}
        self.world.decide(self.ticket, who, decision, **fields)
        return self.complaint


@contextmanager
def create_government(settings: Settings, queue_urls: dict[str, str]) -> Iterator[MotoWorld]:
    """Create a government with an officer for every post, in a complete cloud."""
    key = boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    boto3.client("ses").verify_email_identity(EmailAddress=settings.mail_from)
    app = MotoApplication(settings.model_copy(update={"hmac_key_id": key["KeyMetadata"]["KeyId"]}))
    bootstrap.install(app)
    for item in (sample_region.REGION, *sample_region.AGENCIES, AGENCY, *sample_region.CATEGORIES, *OFFICERS):
        app.directory.put(item)
    for account in (sample_region.CITIZEN, *sample_region.STAFF_ACCOUNTS):
        app.accounts.put(account)
    yield MotoWorld(app, Pump(queue_urls))
    bootstrap.install(None)
