"""The daily digest: made once, over every complaint, proving each and telling nothing of any."""

import json
from dataclasses import replace
from datetime import date

import pytest

from chalicelib import bootstrap
from chalicelib.domain.audit import merkle
from chalicelib.domain.audit.digest import Digest, Head, create_digest, create_proof
from chalicelib.domain.audit.verify import parse_published_digests
from chalicelib.domain.complaint.stored_event import GENESIS
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.workers import digests
from tests.exports import OTHERS, verify_document
from tests.fake_stores import MONDAY
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON, REGION
from tests.unit.web.api.api_client import Api
from tests.world import DRAFT, citizen, decide, delivered, filed, forwarded

SUNDAY, TODAY = date(2026, 11, 22), date(2026, 11, 23)


def create_leaves(count: int) -> list[bytes]:
    return [merkle.hash_leaf(bytes([n])) for n in range(count)]


@pytest.mark.parametrize("count", range(1, 18))
def test_every_leaf_is_proven_at_its_place_and_at_no_other(count: int) -> None:
    row = create_leaves(count)
    root = merkle.compute_root(row)
    for index, digest in enumerate(row):
        path = merkle.build_path(row, index)
        assert merkle.compute_root_from_path(path, digest, index, count) == root
        assert merkle.compute_root_from_path([*path, digest], digest, index, count) != root
        for other in range(count):
            if other != index:
                assert merkle.compute_root_from_path(path, digest, other, count) != root
        for place in range(len(path)):
            assert (
                merkle.compute_root_from_path(path[:place] + path[place + 1 :], digest, index, count) != root
            )


def test_a_node_passes_for_no_leaf() -> None:
    left, right = create_leaves(2)
    assert merkle.hash_leaf(left + right) != merkle.compute_root([left, right])
    assert merkle.compute_root([]) != merkle.compute_root(create_leaves(1))


def test_a_digest_is_the_same_in_any_order_of_the_complaints() -> None:
    digest, _ = create_digest(REGION.slug, SUNDAY, MONDAY, OTHERS, None)
    other, _ = create_digest(REGION.slug, SUNDAY, MONDAY, reversed(OTHERS), None)
    assert digest == other
    assert digest.previous == GENESIS


def test_a_head_that_was_not_there_is_disproven() -> None:
    digest, row = create_digest(REGION.slug, SUNDAY, MONDAY, OTHERS, None)
    changed = Head(ticket=OTHERS[0].ticket, seq=OTHERS[0].seq, hash="ab" * 32)
    assert create_proof(digest, row, [changed]) is None
    proof = create_proof(digest, row, [OTHERS[0]])
    assert proof
    assert proof.is_proof_of(OTHERS[0])
    for head in (changed, OTHERS[1], OTHERS[0].model_copy(update={"seq": 9})):
        assert not proof.is_proof_of(head)


def test_a_night_makes_one_digest_a_region_however_often_it_comes(world: FakeWorld) -> None:
    bootstrap.install(world.app)
    filed(world)
    digests.publish_digests()
    first = world.digests.get_latest(REGION.slug)
    assert first
    assert (first.date, first.count, first.is_whole) == (SUNDAY, 1, True)
    filed(world, key="file-2")
    digests.publish_digests()
    assert world.digests.get_latest(REGION.slug) == first
    world.clock.forward(days=1)
    digests.publish_digests()
    second = world.digests.get_latest(REGION.slug)
    bootstrap.install(None)
    assert second
    assert (second.date, second.count, second.previous) == (TODAY, 2, first.hash)


def test_a_region_that_fails_stops_no_other(world: FakeWorld) -> None:
    bootstrap.install(world.app)
    world.directory.regions_by_slug["broken"] = REGION.model_copy(
        update={"slug": "broken", "zone": "Nowhere/At"}
    )
    world.directory.put(REGION.model_copy(update={"slug": "kota-lain"}))
    with pytest.raises(KeyError):
        digests.publish_digests()
    bootstrap.install(None)
    assert world.digests.get_latest(REGION.slug)
    assert world.digests.get_latest("kota-lain")


def publish_digest(world: FakeWorld) -> Digest:
    """Let a day pass, and make its digest."""
    world.clock.forward(days=1)
    return world.app.digest_publisher.publish(REGION)


def test_an_export_proves_that_it_was_in_the_newest_digest(world: FakeWorld) -> None:
    ticket = forwarded(world).ticket
    for n in range(5):
        filed(world, key=f"file-{n + 2}")
    assert world.app.exporter.export(ticket, citizen()).proof is None
    digest = publish_digest(world)
    decide(world, ticket, LIAISON, "accept")
    export = world.app.exporter.export(ticket, citizen())
    assert export.proof
    assert export.proof.digest == digest
    assert export.proof.seq < len(export.events)
    document = json.loads(export.model_dump_json())
    assert verify_document(document, [digest]).findings == []
    for name in ("seq", "index"):
        forged = {**document, "proof": {**document["proof"], name: document["proof"][name] - 1}}
        assert verify_document(forged, [digest]).findings


def test_a_protected_complaint_is_in_it_and_is_not_told_of(world: FakeWorld) -> None:
    world.directory.put(ADMIN.model_copy(update={"id": "inspektur", "role": "inspectorate"}))
    filed(world, replace(DRAFT, anonymous=True, confidential=True, about_agency="pupr"))
    digest = publish_digest(world)
    assert digest.count == 1


def test_a_days_digests_are_published_for_people_and_for_programs(api: Api) -> None:
    ticket = delivered(api.world).ticket
    digest = publish_digest(api.world)
    assert digest.date == TODAY
    for path in ("/digests/2026-11-23", "/api/v1/digests/2026-11-23"):
        answer = api.get(path)
        assert answer.status_code == 200
        assert parse_published_digests(answer.body) == [digest]
        assert ticket not in answer.body.decode()
    page = api.get("/digests/2026-11-23", Accept="text/html,*/*")
    assert page.headers["Content-Type"].startswith("text/html")
    assert digest.root in page.body.decode()
    assert ticket not in page.body.decode()


@pytest.mark.parametrize("day", ["2026-11-24", "2026-13-01", "20261123", "x", "2026-W48-1"])
def test_a_day_without_digest_is_not_found(api: Api, day: str) -> None:
    publish_digest(api.world)
    for path in ("/digests/", "/api/v1/digests/"):
        assert api.get(f"{path}{day}").status_code == 404


def test_officers_exports_prove_the_same(world: FakeWorld) -> None:
    ticket = delivered(world).ticket
    digest = publish_digest(world)
    for actor in (to_actor(ADMIN), citizen(CITIZEN)):
        document = json.loads(world.app.exporter.export(ticket, actor).model_dump_json())
        assert verify_document(document, [digest]).findings == []
