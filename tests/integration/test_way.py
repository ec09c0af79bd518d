"""The whole way of a complaint through the real handlers, on moto; every record is delivered twice."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

import app
from chalicelib import bootstrap
from chalicelib.bootstrap import Services
from chalicelib.domain.complaint import Complaint, OpenStep, fold
from chalicelib.domain.directory import Agency, Category, Officer, Unit
from chalicelib.domain.events import Actor, broken_link
from chalicelib.domain.procedure import Role, known, load
from chalicelib.settings import Settings
from infra.queues import QUEUES
from tests import fakes
from tests.integration.conftest import AWS_REGION
from tests.world import DRAFT, citizen, decide, filed

HANDLERS = {queue.name: getattr(app, queue.function) for queue in QUEUES}
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

    def lose_the_stream(self) -> None:
        """From now on nobody reads it."""
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


UNIT = fakes.officer("pupr-bidang", Role.UNIT, "pupr", unit="bidang-1")
PPID = fakes.officer("ppid", Role.PPID)
SECRETARY = fakes.officer("pupr-sekretaris", Role.SECRETARIAT, "pupr")
INSPECTOR = fakes.officer("inspektur", Role.INSPECTORATE)
CENTRAL = Actor(role=Role.CENTRAL_ADMIN, id="pusat")
OFFICERS = [*fakes.OFFICERS, UNIT, PPID, SECRETARY, INSPECTOR]
NEIGHBOUR = fakes.REGION.model_copy(update={"slug": "kota-sebelah", "zone": "Asia/Makassar", "prefix": "SBL"})
JPEG = b"\xff\xd8\xff\xe0 a photo"


@dataclass
class MotoWorld:
    """A government on moto, its people, and what carries their messages."""

    services: Services
    pump: Pump

    def files_a_complaint(self, key: str = "file") -> str:
        """Filed with a photo and recorded; its ticket."""
        ticket = filed(self, replace(DRAFT, uploads=(self.upload(),)), key).ticket
        self.pump.run()
        return ticket

    def upload(self) -> str:
        """A photo that a browser has posted; its key."""
        key = f"incoming/{'p' * 22}/file.jpg"
        boto3.client("s3").put_object(
            Bucket=self.services.settings.bucket_name, Key=key, Body=JPEG, ContentType="image/jpeg"
        )
        return key

    def decides(self, ticket: str, who: Officer | Actor, decision: str, **fields: object) -> None:
        """What somebody decides, and all that follows from it."""
        decide(self, ticket, who, decision, **fields)
        self.pump.run()

    def go_on(self, ticket: str) -> None:
        """Whoever's turn it is does what is expected of them."""
        step = self.now(ticket).step
        assert step, "nobody's turn"
        says: dict[str, dict[str, object]] = {
            "advise": {"text": "Tidak ada informasi yang dikecualikan."},
            "accept": {},
            "dispose": {"unit": UNIT.unit, "instruction": "Kerjakan minggu ini."},
            "proceed": {"note": "Sudah diperiksa."},
            "answer": {"text": "Sudah ditambal.", "uploads": [self.upload()]},
            "publish": {},
            "forward": {"agency": "pupr"},
            "satisfied": {},
        }
        exits = load(self.now(ticket).procedure).step(step.name).exits
        decision = next(act for act in says if act in exits)
        self.decides(ticket, self.owner(step), decision, **says[decision])

    def go_to(self, ticket: str, kind: str) -> None:
        """The straight way until a step of this kind is open."""
        while (step := self.now(ticket).step) and step.kind != kind:
            self.go_on(ticket)
        assert step

    def owner(self, step: OpenStep) -> Officer | Actor:
        """Who has the step."""
        if step.owner == Role.REPORTER:
            return citizen()
        return next(one for one in OFFICERS if (one.role, one.agency) == (step.owner, step.agency))

    def now(self, ticket: str) -> Complaint:
        """The complaint as it is."""
        return self.services.handling.get(ticket)

    def told(self, ticket: str) -> set[tuple[str, str]]:
        """Who was told, by which template; every message must have gone out."""
        records = self.services.message_log.of_complaint(ticket)
        assert {record.outcome for record in records} <= {"sent"}
        return {(record.recipient, record.template) for record in records}

    def follow(self, procedure: str) -> None:
        """The government goes by this procedure from now on."""
        self.services.directory.put(fakes.REGION.model_copy(update={"procedure": procedure}))


def ladders(world: MotoWorld) -> list[str]:
    """The names of the ladders that run."""
    found = boto3.client("stepfunctions").list_executions(
        stateMachineArn=world.services.settings.ladder_arn, statusFilter="RUNNING"
    )
    return sorted(execution["name"] for execution in found["executions"])


@pytest.fixture
def world(settings: Settings, queue_urls: dict[str, str]) -> Iterator[MotoWorld]:
    key = boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    boto3.client("ses").verify_email_identity(EmailAddress=settings.mail_from)
    services = MotoServices(settings.model_copy(update={"hmac_key_id": key["KeyMetadata"]["KeyId"]}))
    bootstrap.install(services)
    with_units = [
        one.model_copy(update={"units": (Unit(id="bidang-1", name="Bidang Jalan"),)})
        if one.id == "pupr"
        else one
        for one in fakes.AGENCIES
    ]
    for item in (fakes.REGION, *with_units, *fakes.CATEGORIES, *OFFICERS):
        services.directory.put(item)
    for account in (fakes.CITIZEN, *fakes.STAFF_ACCOUNTS):
        services.accounts.put(account)
    yield MotoWorld(services, Pump(queue_urls))
    bootstrap.install(None)


@pytest.mark.parametrize("procedure", known())
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_a_complaint_travels_its_procedure_and_everybody_is_told_once(
    world: MotoWorld, procedure: str, times: int
) -> None:
    world.follow(procedure)
    world.pump.times = times
    ticket = world.files_a_complaint()
    world.go_to(ticket, "confirm")
    delivered = world.now(ticket)
    assert delivered.state == "answered"
    rows = [row for row, step in load(procedure).rows() if step is None or step.name not in delivered.skipped]
    assert set(delivered.rows_done) == {row.number for row in rows}
    assert f"{ticket}.ombudsman.1.1" in ladders(world)
    world.go_on(ticket)

    complaint = world.now(ticket)
    events = world.services.complaints.events(ticket)
    assert (complaint.state, complaint.resolved_by) == ("resolved", "reporter")
    assert broken_link(events) is None
    assert fold(events, load(procedure)) == complaint

    sent = ses_backends[DEFAULT_ACCOUNT_ID][AWS_REGION].sent_messages
    records = world.services.message_log.of_complaint(ticket)
    assert len(sent) == len([record for record in records if record.channel == "email"])
    told = {recipient for recipient, _ in world.told(ticket)}
    assert told >= {
        "reporter",
        fakes.ADMIN.id,
        fakes.LIAISON.id,
        fakes.SECOND_LIAISON.id,
        fakes.COORDINATOR.id,
    }


def test_a_report_waits_for_what_its_reporter_is_asked_for_and_goes_on(world: MotoWorld) -> None:
    ticket = world.files_a_complaint()
    world.decides(ticket, fakes.ADMIN, "ask", missing=["photo"], note="Mohon foto lubangnya.")
    waiting = world.now(ticket)
    assert (waiting.state, waiting.step.kind) == ("needs_completion", "complete")
    assert f"{ticket}.completion.1.1" in ladders(world)
    assert "reporter" in {recipient for recipient, _ in world.told(ticket)}
    world.decides(ticket, citizen(), "complete", uploads=[world.upload()])
    assert (world.now(ticket).step.kind, world.now(ticket).step.visit) == ("verify", 1)
    assert {f"{ticket}.verify.1.2", f"{ticket}.ombudsman.2.1"} <= set(ladders(world))
    world.go_to(ticket, "confirm")
    assert world.now(ticket).state == "answered"


def test_what_was_handed_over_is_followed_until_the_other_body_answers(world: MotoWorld) -> None:
    ticket = world.files_a_complaint()
    where = {"body": "PT PLN", "address": "Jalan Listrik 1", "reason": "Tiang listrik milik PLN."}
    world.decides(ticket, fakes.ADMIN, "hand_over", **where)
    assert world.now(ticket).step.kind == "follow"
    assert f"{ticket}.follow-handover.1.1" in ladders(world)
    world.decides(ticket, fakes.ADMIN, "end_handover", outcome="answered", text="Tiang sudah diganti.")
    assert (world.now(ticket).state, world.now(ticket).finished) == ("handed_over", True)


def test_a_duplicate_has_its_parents_answer_with_the_photo(world: MotoWorld) -> None:
    parent, child = world.files_a_complaint("one"), world.files_a_complaint("two")
    world.decides(child, fakes.ADMIN, "merge", parent=parent)
    assert (world.now(parent).children, world.now(child).state) == ((child,), "duplicate")
    world.go_to(parent, "confirm")
    follower = world.now(child)
    assert (follower.state, follower.step.owner) == ("answered", Role.REPORTER)
    (photo,) = follower.published_answers[0].files
    key = f"files/{child}/{photo.name}"
    stored = boto3.client("s3").get_object(Bucket=world.services.settings.bucket_name, Key=key)
    assert stored["Body"].read() == JPEG
    world.go_on(child)
    assert (world.now(child).state, world.now(parent).state) == ("resolved", "answered")


def test_a_second_matter_becomes_a_complaint_that_goes_its_own_way(world: MotoWorld) -> None:
    first = world.files_a_complaint()
    second = {"category": "sampah", "title": "Sampah menumpuk", "narrative": "Di dekat lubang itu juga."}
    world.decides(first, fakes.ADMIN, "split", **second)
    (ticket,) = world.now(first).linked
    own = world.now(ticket)
    assert (own.step.kind, own.received_at, own.linked) == (
        "verify",
        world.now(first).received_at,
        (first,),
    )
    assert own.files == world.now(first).files
    world.go_to(ticket, "confirm")
    assert (world.now(ticket).state, world.now(first).state) == ("answered", "received")


def test_what_was_filed_in_the_wrong_region_goes_on_in_the_right_one(world: MotoWorld) -> None:
    admin = fakes.ADMIN.model_copy(update={"region": NEIGHBOUR.slug})
    category = Category(code="lain", region=NEIGHBOUR.slug, name_id="Lain-lain", name_en="Other")
    for item in (NEIGHBOUR, category, admin):
        world.services.directory.put(item)
    wrong = world.files_a_complaint()
    world.decides(wrong, CENTRAL, "reroute", region=NEIGHBOUR.slug, reason="Letaknya di sana.")
    (ticket,) = world.now(wrong).linked
    moved = world.now(ticket)
    assert (world.now(wrong).finished, moved.region, moved.step.kind) == (True, NEIGHBOUR.slug, "verify")
    assert moved.files == world.now(wrong).files
    assert admin.id in {recipient for recipient, _ in world.told(ticket)}


def test_a_successor_agency_has_the_open_steps_and_their_deadlines(world: MotoWorld) -> None:
    tickets = [world.files_a_complaint(f"file-{number}") for number in range(2)]
    for ticket in tickets:
        world.go_to(ticket, "respond")
    before = world.now(tickets[0]).step
    heir = Agency(id="putr", region=fakes.REGION.slug, name="Dinas PUTR", kind="agency")
    liaison = fakes.officer("putr-1", Role.LIAISON, heir.id)
    for item in (heir, liaison):
        world.services.directory.put(item)
    change = {"change": "successor", "region": fakes.REGION.slug, "agency": "pupr", "successor": heir.id}
    world.services.queues.send("changes", {"v": 1, **change, "id": "one"})
    world.pump.run()
    for ticket in tickets:
        assert world.now(ticket).agency == heir.id
        assert liaison.id in {recipient for recipient, _ in world.told(ticket)}
    assert world.now(tickets[0]).step.due_at == before.due_at
    world.decides(tickets[0], liaison, "answer", text="Sudah ditambal.", uploads=[world.upload()])
    assert world.now(tickets[0]).step.kind == "review"


def test_after_every_ladder_is_gone_rearming_leaves_one_for_each_open_clock(world: MotoWorld) -> None:
    tickets = [world.files_a_complaint(f"file-{number}") for number in range(3)]
    clocks = [f"{ticket}.{clock}.1" for ticket in tickets for clock in ("verify", "ombudsman")]
    assert ladders(world) == sorted(f"{clock}.1" for clock in clocks)
    machines, arn = boto3.client("stepfunctions"), world.services.settings.ladder_arn
    for execution in machines.list_executions(stateMachineArn=arn)["executions"]:
        machines.stop_execution(executionArn=execution["executionArn"])
    assert ladders(world) == []

    assert world.services.recovery.rearm(fakes.REGION.slug) == len(clocks)
    world.pump.run()
    assert ladders(world) == sorted(f"{clock}.2" for clock in clocks)
    assert world.services.recovery.rearm(fakes.REGION.slug) == 0


def test_replay_makes_good_a_stream_that_was_lost(world: MotoWorld) -> None:
    world.pump.lose_the_stream()
    ticket = filed(world, DRAFT).ticket
    rounds = 0
    while world.services.recovery.replay(fakes.REGION.slug):
        world.pump.run()
        rounds += 1
    assert rounds > 1
    assert world.now(ticket).step.kind == "verify"
    assert fakes.ADMIN.id in {recipient for recipient, _ in world.told(ticket)}
    assert ladders(world) == [f"{ticket}.ombudsman.1.1", f"{ticket}.verify.1.1"]


def test_what_ended_while_the_stream_was_lost_is_told_by_the_replay(world: MotoWorld) -> None:
    ticket = world.files_a_complaint()
    world.go_to(ticket, "confirm")
    before = world.told(ticket)
    world.pump.lose_the_stream()
    world.go_on(ticket)
    assert (world.now(ticket).state, world.told(ticket)) == ("resolved", before)
    assert world.services.recovery.replay(fakes.REGION.slug) == 1
    world.pump.run()
    assert world.told(ticket) > before
