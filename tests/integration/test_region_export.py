"""A region goes into a file and into another table, where it is the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from chalicelib import bootstrap
from chalicelib.aws.dynamodb.complaints import TableComplaints
from chalicelib.aws.dynamodb.register_numbers import TableRegisterNumbers
from chalicelib.aws.dynamodb.table import bind
from chalicelib.domain.complaint.stored_event import find_broken_link
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.settings import Settings
from infra.operations import export as exporting
from infra.operations import restore as restoring
from infra.operations.restore import CannotRestore, check_lines, restore_items
from tests import fake_stores, sample_region
from tests.integration.conftest import AWS_REGION, Case
from tests.integration.moto_world import MotoApplication, MotoWorld
from tests.world import citizen

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HERE = sample_region.REGION.slug
OTHER = "tuntas-elsewhere"
NEIGHBOUR = sample_region.REGION.model_copy(update={"slug": "kota-sebelah", "prefix": "SBL"})


@pytest.fixture
def client(table: str) -> "DynamoDBClient":
    """Create a second, empty table with the same schema."""
    client = boto3.client("dynamodb")
    made = client.describe_table(TableName=table)["Table"]
    indexes = [
        {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}  # type: ignore[literal-required]
        for index in made["GlobalSecondaryIndexes"]
    ]
    client.create_table(
        TableName=OTHER,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=made["AttributeDefinitions"],
        KeySchema=made["KeySchema"],
        GlobalSecondaryIndexes=indexes,  # type: ignore[arg-type]
    )
    return client


@pytest.fixture
def lived(world: MotoWorld) -> list[str]:
    """Fill a region: a complaint that is done, an open one, and a decree."""
    world.pump.times = 1
    world.app.directory.put(NEIGHBOUR)
    done, waiting = world.file_complaint("one"), world.file_complaint("two")
    world.go_to(done, "confirm")
    world.go_on(done)
    world.decide(waiting, sample_region.ADMIN, "ask", missing=["time"], note="Kapan?")
    world.decide(waiting, citizen(), "complete", text="Kemarin.")
    change = {"day": "2027-03-01", "working": False, "name": "Hari jadi", "decree": "SK 1"}
    world.app.calendars.change(HERE, DayChange.model_validate(change), SYSTEM)
    return [done, waiting]


@pytest.fixture
def small(client: "DynamoDBClient", table: str, complaints: TableComplaints, directory: object) -> list[str]:  # noqa: ARG001 -- the directory is there
    """Export a region with one complaint to a file."""
    Case().go(complaints, StepKind.RESPOND)
    TableRegisterNumbers().assign(HERE, "pupr", 2026, Case.ticket, fake_stores.MONDAY)
    return exported(client, table)


def everything(client: "DynamoDBClient", table: str) -> dict[tuple[str, str], Any]:
    """Return the items of a table, without temporary ones, accounts and the neighbouring region."""
    items = client.scan(TableName=table, ConsistentRead=True)["Items"]
    left_out = ("COMMAND#", "LINK#", "LIMIT#", "ACCOUNT#", "BUNDLE#")
    return {
        (str(item["pk"]["S"]), str(item["sk"]["S"])): item
        for item in items
        if not item["pk"]["S"].startswith(left_out) and item["sk"]["S"] != NEIGHBOUR.slug
    }


def publish(client: "DynamoDBClient", table: str, day: str) -> None:
    """Create a digest of the region; it is the same on both days, because nothing happened in between."""
    root = "ab" * 32
    digest = {"pk": {"S": f"DIGEST#{HERE}"}, "sk": {"S": day}, "body": {"S": json.dumps({"root": root})}}
    leaves = {"pk": {"S": f"LEAVES#{root}"}, "sk": {"S": "LEAVES#0001"}, "leaves": {"B": bytes(range(64))}}
    for item in (digest, leaves):
        client.put_item(TableName=table, Item=item)  # type: ignore[arg-type]


def exported(client: "DynamoDBClient", table: str) -> list[str]:
    return list(exporting.export_lines(client, table, HERE, fake_stores.MONDAY))


def test_a_region_restored_elsewhere_is_the_same_and_exports_the_same(
    client: "DynamoDBClient", table: str, lived: list[str]
) -> None:
    for day in ("2026-11-22", "2026-11-23"):
        publish(client, table, day)
    lines = exported(client, table)

    head = check_lines(lines)
    restore_items(client, OTHER, head["region"], lines)

    assert everything(client, OTHER) == everything(client, table)
    assert exported(client, OTHER) == lines
    assert {item["pk"]["S"].split("#")[0] for item in everything(client, OTHER).values()} == {
        "CASE",
        "FILED",
        "AGENDA",
        "DIGEST",
        "LEAVES",
        "REGION",
        "REGIONS",
    }
    assert len(lived) == len([line for line in lines if '"sk":{"S":"META"}' in line])


def test_complaints_go_on_where_they_were_restored_and_nobody_is_told_again(
    client: "DynamoDBClient", table: str, lived: list[str], world: MotoWorld
) -> None:
    done, waiting = lived
    before = world.app.complaints.get(waiting)
    lines = exported(client, table)
    files = [entry["file"] for line in lines if "file" in (entry := json.loads(line))]
    bucket = world.app.settings.bucket_name

    restore_items(client, OTHER, HERE, lines)
    bind(OTHER, AWS_REGION)
    try:
        assert world.app.complaints.get(waiting) == before
        assert find_broken_link(world.app.complaints.list_events(done)) is None
        assert list(world.app.complaints.list_open_tickets(HERE)) == [waiting]
        assert world.app.recovery.replay(HERE) == 0
    finally:
        bind(table, AWS_REGION)

    assert {file["ticket"] for file in files} == set(lived)
    for file in files:
        stored = boto3.client("s3").head_object(Bucket=bucket, Key=f"files/{file['ticket']}/{file['name']}")
        assert stored["ContentLength"] == file["size"]
        assert file["name"].startswith(file["sha256"])


def test_events_come_last_so_that_their_effects_are_known_as_done(small: list[str]) -> None:
    items = [entry["item"] for line in small if "item" in (entry := json.loads(line))]

    kinds = [item["sk"]["S"].split("#")[0] for item in items if item["pk"]["S"] == f"CASE#{Case.ticket}"]

    assert "META" in kinds
    assert set(kinds[kinds.index("EVENT") :]) == {"EVENT"}


def test_a_table_that_has_the_region_is_left_alone(
    client: "DynamoDBClient", table: str, small: list[str]
) -> None:
    before = everything(client, table)

    with pytest.raises(CannotRestore, match="already"):
        restore_items(client, table, HERE, small)

    assert everything(client, table) == before


def test_a_restoring_that_was_interrupted_can_be_done_again(
    client: "DynamoDBClient", small: list[str]
) -> None:
    restore_items(client, OTHER, HERE, small[: len(small) // 2])

    restore_items(client, OTHER, HERE, small)

    assert exported(client, OTHER) == small


def test_a_complaint_that_is_torn_is_not_exported(
    client: "DynamoDBClient", table: str, small: list[str]
) -> None:
    """Its snapshot is of another moment than its events, however often it is read."""
    assert small
    client.delete_item(TableName=table, Key={"pk": {"S": f"CASE#{Case.ticket}"}, "sk": {"S": "EVENT#000003"}})

    with pytest.raises(exporting.TornRead):
        exported(client, table)


def broken(lines: list[str]) -> Iterator[list[str]]:
    yield []
    yield lines[:-1]
    yield lines[1:]
    yield [*lines[:3], *lines[4:]]
    yield [*lines[:3], lines[3], *lines[3:]]
    yield [*lines[:2], lines[3], lines[2], *lines[4:]]
    yield [lines[0], lines[1].replace("S", "T", 1), *lines[2:]]
    yield [*lines, lines[1]]
    yield [lines[0].replace('"version":1', '"version":2'), *lines[1:]]
    yield ["no JSON", *lines]
    yield ["[]", *lines]


def test_a_file_that_is_not_as_it_was_written_is_refused(small: list[str]) -> None:
    assert check_lines(small)["items"] > len(sample_region.OFFICERS)

    for changed in broken(small):
        with pytest.raises(CannotRestore):
            check_lines(changed)


def test_the_commands_say_what_they_did(
    settings: Settings,
    small: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bootstrap.install(MotoApplication(settings))
    file = tmp_path / "region.jsonl"
    try:
        assert exporting.main(["--region", HERE, str(file)]) == 0
        assert f"{check_lines(small)['items']} items" in capsys.readouterr().out
        assert exporting.main(["--region", "kota-lain", str(tmp_path / "other")]) == 1
        assert restoring.main([str(file)]) == 1
    finally:
        bootstrap.install(None)
    assert f"{settings.table_name} has the region" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8").splitlines() == small
    assert list(tmp_path.iterdir()) == [file]
