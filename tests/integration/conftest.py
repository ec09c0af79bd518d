"""A cloud in the process (moto), built from the template's own files, and complaints to fill it with."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import yaml
from botocore.loaders import JSONFileLoader
from moto import mock_aws
from moto.core.config import default_user_config

from chalicelib.aws.dynamodb.complaints import TableComplaints
from chalicelib.aws.dynamodb.directory import TableDirectory
from chalicelib.aws.dynamodb.table import bind
from chalicelib.aws.sqs import SqsQueues
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decide import decide, file_complaint
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.evolve import evolve
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.stored_event import GENESIS, StoredEvent, chain_events
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import Procedure, StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.ports import Change, Marker
from chalicelib.settings import Settings
from infra.deploy.queues import QUEUES, RELAY_DEAD
from tests import fakes, sample_region
from tests.integration.moto_world import MotoWorld, create_government
from tests.paths import ROOT
from tests.procedures import FILE, MONDAY_MORNING, REGION, REPORTER, onward, ring

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RESOURCES = ROOT / "infra" / "resources"
LADDER = ROOT / "infra" / "ladder.asl.json"
STAGE = "test"
AWS_REGION = "ap-southeast-3"


@pytest.fixture
def ladders_run() -> bool:
    """Return whether moto runs the ladders: ``@pytest.mark.parametrize("ladders_run", [True])``."""
    return False


@pytest.fixture(scope="session", autouse=True)
def cache_service_models() -> Iterator[None]:
    """Let botocore read each service model once; each session would read them again, a third of the time."""
    load = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: load(path))
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, ladders_run: bool) -> Iterator[None]:
    """Start an empty cloud."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", AWS_REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": ladders_run}}):
        yield
    # moto keeps the setting of a finished mock and would execute the machines of later tests too.
    default_user_config["stepfunctions"] = {"execute_state_machine": False}


@pytest.fixture
def table(aws: None) -> str:  # noqa: ARG001 (it must exist)
    """Create the template's table, and bind all models to it."""
    table_name = f"tuntas-{STAGE}"
    wanted = _read_resources("storage.yaml")["Table"]["Properties"]
    passed = (
        "BillingMode",
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
    )
    boto3.client("dynamodb").create_table(
        TableName=table_name,
        StreamSpecification={"StreamEnabled": True, **wanted["StreamSpecification"]},
        **{name: wanted[name] for name in passed},
    )
    bind(table_name, AWS_REGION)
    return table_name


@pytest.fixture
def bucket(aws: None) -> str:  # noqa: ARG001 (it must exist)
    """Create the bucket."""
    name = f"tuntas-{STAGE}-files"
    boto3.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": AWS_REGION}
    )
    return name


@pytest.fixture
def queue_urls(aws: None) -> dict[str, str]:  # noqa: ARG001 (it must exist)
    """Create every queue of the application; return their addresses by short name."""
    sqs = boto3.client("sqs")
    names = [queue.name for queue in QUEUES] + [RELAY_DEAD]
    return {name: sqs.create_queue(QueueName=f"tuntas-{STAGE}-{name}")["QueueUrl"] for name in names}


@pytest.fixture
def queues(queue_urls: dict[str, str]) -> SqsQueues:
    return SqsQueues(queue_urls, boto3.client("sqs"))


@pytest.fixture
def receive_all(queue_urls: dict[str, str]) -> Callable[[str], list[dict[str, Any]]]:
    """Return a function that takes all messages off a queue and returns their bodies."""
    return lambda queue: _receive(boto3.client("sqs"), queue_urls[queue])


@pytest.fixture
def ladder_arn(table: str, queue_urls: dict[str, str]) -> str:
    """Create the state machine of the ladders; it sleeps for ever unless ``ladders_run``."""
    definition = (
        LADDER.read_text()
        .replace("${TableName}", table)
        .replace("${EscalationsQueueUrl}", queue_urls["escalations"])
    )
    machine = boto3.client("stepfunctions").create_state_machine(
        name=f"tuntas-{STAGE}-ladder", definition=definition, roleArn="arn:aws:iam::123456789012:role/ladder"
    )
    return machine["stateMachineArn"]


@pytest.fixture
def settings(table: str, bucket: str, queue_urls: dict[str, str], ladder_arn: str) -> Settings:
    """Return the environment of a function in this cloud, and create all that it names."""
    return Settings.model_validate(
        fakes.FakeWorld().settings.model_dump()
        | {
            "aws_region": AWS_REGION,
            "stage": STAGE,
            "table_name": table,
            "bucket_name": bucket,
            "queue_urls": queue_urls,
            "ladder_arn": ladder_arn,
        }
    )


@pytest.fixture
def world(settings: Settings, queue_urls: dict[str, str]) -> Iterator[MotoWorld]:
    with create_government(settings, queue_urls) as world:
        yield world


@pytest.fixture
def complaints(table: str) -> TableComplaints:  # noqa: ARG001 (it must exist)
    return TableComplaints()


@pytest.fixture
def directory(table: str) -> TableDirectory:  # noqa: ARG001 (it must exist)
    """Return the directory with ``tests.sample_region``, its agencies, categories and officers."""
    directory = TableDirectory()
    for item in (
        sample_region.REGION,
        *sample_region.AGENCIES,
        *sample_region.CATEGORIES,
        *sample_region.OFFICERS,
    ):
        directory.put(item)
    return directory


def seal(name: str, text: str) -> SealedText:
    return SealedText(id=name, salt="5a" * 16, text=text)


WORDS = (
    seal("title", "Lubang di Jalan Merdeka"),
    seal("narrative", "Sudah dua minggu, kemarin dua pengendara jatuh."),
    seal("place", '{"latitude":-6.7,"longitude":108.5,"address":"Jalan Merdeka 12"}'),
)
IDENTITY = Identity(account=REPORTER.id, name="Siti Aminah", email="siti@example.com")


@dataclass
class Case:
    """A complaint that goes on as in the services, with one :class:`Change` at a time."""

    ticket: str = "CTH-22222A"
    now: datetime = MONDAY_MORNING
    reporter: Actor = REPORTER
    region: str = REGION
    procedure: Procedure = field(default_factory=lambda: load_procedure(list_procedure_ids()[0]))
    calendar: Calendar = field(default_factory=Calendar)
    complaint: Complaint | None = None
    commands: int = 0

    def file(self, words: tuple[SealedText, ...] = WORDS) -> Change:
        """Return the change that files the complaint."""
        title, narrative, place = (text.ref for text in words)
        update = {
            "region": self.region,
            "reporter": self.reporter.id,
            "title": title,
            "narrative": narrative,
            "place": place,
        }
        events = file_complaint(FILE.model_copy(update=update), self._build_context(self.reporter))
        stored = chain_events(self.ticket, 0, GENESIS, events, self.now, self.reporter)
        return replace(self._build_change(stored, self.reporter), texts=words, identity=IDENTITY)

    def decide(self, command: Command, actor: Actor) -> Change:
        """Return the change that the command makes on the current complaint."""
        assert self.complaint
        events = decide(self.complaint, command, self._build_context(actor))
        return self._build_change(
            chain_events(self.ticket, self.complaint.seq, self.complaint.head, events, self.now, actor), actor
        )

    def follow(self, complaints: TableComplaints, change: Change) -> None:
        """Commit the change and continue from it."""
        complaints.commit(change)
        self.complaint = change.after

    def go(self, complaints: TableComplaints, kind: StepKind | None) -> "Case":
        """File it and take the shortest way until a step of this kind is open (None: to the end)."""
        self.follow(complaints, self.file())
        while self.kind is not kind:
            self._go_on(complaints)
        return self

    def go_to(self, complaints: TableComplaints, step: str) -> "Case":
        """File it and take the shortest way until the step of this name is open."""
        self.follow(complaints, self.file())
        while self.complaint and self.complaint.step and self.complaint.step.name != step:
            self._go_on(complaints)
        return self

    def _go_on(self, complaints: TableComplaints) -> None:
        assert self.complaint
        command, actor = onward(self.complaint, self.procedure)
        self.follow(complaints, self.decide(command, self.reporter if actor == REPORTER else actor))

    def find_clock(self, name: str) -> Clock:
        assert self.complaint
        (clock,) = (clock for clock in self.complaint.clocks if clock.name == name)
        return clock

    def reach(self, rung: str, name: str) -> Change:
        """Return the change that the timer of a clock makes at a rung."""
        clock = self.find_clock(name)
        self.now = next(instant.nominal_at for instant in clock.rungs if instant.name == rung)
        return self.decide(ring(clock, rung), SYSTEM)

    @property
    def kind(self) -> StepKind | None:
        return self.complaint.step.kind if self.complaint and self.complaint.step else None

    def _build_context(self, actor: Actor) -> DecisionContext:
        return DecisionContext(procedure=self.procedure, calendar=self.calendar, now=self.now, actor=actor)

    def _build_change(self, stored: list[StoredEvent], actor: Actor) -> Change:
        after = self.complaint
        for event in stored:
            after = evolve(after, event, self.procedure)
        assert after
        self.commands += 1
        marker = Marker(actor=actor.id, key=f"{self.ticket}-{self.commands}", digest="d1", ticket=self.ticket)
        return Change(self.complaint, after, stored, marker)


@cache
def _read_resources(name: str) -> dict[str, Any]:
    """Return the resources of a fragment of the template; intrinsic functions become their plain argument."""

    class Loader(yaml.SafeLoader):
        """Reads the short forms of the intrinsic functions."""

    def construct_intrinsic(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return loader.construct_scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node)
        assert isinstance(node, yaml.MappingNode)
        return loader.construct_mapping(node)

    Loader.add_multi_constructor("!", construct_intrinsic)
    return dict(yaml.load((RESOURCES / name).read_text(), Loader)["Resources"])  # noqa: S506 (a safe loader)


def _receive(sqs: "SQSClient", url: str) -> list[dict[str, Any]]:
    bodies = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
