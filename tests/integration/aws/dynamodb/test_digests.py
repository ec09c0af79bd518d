"""The daily digests in the real table."""

from datetime import date, timedelta

import pytest

from chalicelib.aws.dynamodb.complaints import TableComplaints
from chalicelib.aws.dynamodb.digests import TableDigests
from chalicelib.domain.audit.digest import Head, create_digest
from chalicelib.domain.audit.verify import verify
from chalicelib.workers import digests as worker
from tests.fake_stores import MONDAY
from tests.integration.moto_world import MotoWorld
from tests.sample_region import REGION
from tests.world import citizen, filed

DAY = date(2026, 11, 23)
HEADS = [Head(ticket=f"CTH-{n}", seq=n, hash=f"{n:064x}") for n in range(1, 9_001)]


@pytest.mark.usefixtures("table")
def test_a_digest_is_found_with_all_its_leaves_however_many() -> None:
    digest, leaves = create_digest(REGION.slug, DAY, MONDAY, HEADS, None)

    TableDigests().put(digest, leaves)

    assert TableDigests().get(REGION.slug, DAY) == digest
    assert TableDigests().list_leaves(digest) == leaves
    assert TableDigests().get("kota-lain", DAY) is None
    assert TableDigests().get_latest("kota-lain") is None


@pytest.mark.usefixtures("table")
def test_of_two_workers_digests_the_first_stays_with_its_own_leaves() -> None:
    first, leaves = create_digest(REGION.slug, DAY, MONDAY, HEADS[:3], None)
    second, others = create_digest(REGION.slug, DAY, MONDAY, HEADS[:4], None)

    TableDigests().put(first, leaves)
    TableDigests().put(second, others)

    assert TableDigests().get(REGION.slug, DAY) == first
    assert TableDigests().list_leaves(first) == leaves


@pytest.mark.usefixtures("table")
def test_the_latest_is_the_newest_days() -> None:
    for days in (1, 0, -1):
        digest, leaves = create_digest(REGION.slug, DAY + timedelta(days=days), MONDAY, HEADS[:1], None)
        TableDigests().put(digest, leaves)

    latest = TableDigests().get_latest(REGION.slug)
    assert latest
    assert latest.date == DAY + timedelta(days=1)


@pytest.mark.usefixtures("table")
def test_of_complaints_that_are_not_there_no_head_is_read() -> None:
    assert list(TableComplaints().list_heads(["CTH-1", "CTH-2"])) == []


def test_a_complaint_in_the_store_is_proven_by_its_nights_digest(world: MotoWorld) -> None:
    ticket = world.file_complaint()
    other = filed(world, key="file-2").ticket
    worker.publish_digests()
    world.go_to(ticket, "confirm")
    app = world.app

    digest = app.digests.get_latest(REGION.slug)

    assert digest
    assert digest.count == 2
    for number in (ticket, other):
        report = verify(app.exporter.export(number, citizen()).model_dump_json().encode(), [digest])
        assert report.findings == []
