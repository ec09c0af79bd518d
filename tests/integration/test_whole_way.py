"""The whole way of a complaint through the real handlers, on moto; every record is delivered twice."""

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.domain.complaint.evolve import evolve_all
from chalicelib.domain.complaint.stored_event import find_broken_link
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from tests import sample_region
from tests.integration.conftest import AWS_REGION
from tests.integration.moto_world import JPEG, MotoWorld
from tests.world import DRAFT, citizen, filed

CENTRAL = Actor(role=Role.CENTRAL_ADMIN, id="pusat")
NEIGHBOUR = sample_region.REGION.model_copy(
    update={"slug": "kota-sebelah", "zone": "Asia/Makassar", "prefix": "SBL"}
)


@pytest.mark.parametrize("procedure", list_procedure_ids())
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_a_complaint_travels_its_procedure_and_everybody_is_told_once(
    world: MotoWorld, procedure: str, times: int
) -> None:
    world.use_procedure(procedure)
    world.pump.times = times
    ticket = world.file_complaint()
    world.go_to(ticket, "confirm")
    delivered = world.get_complaint(ticket)
    assert delivered.state == "answered"
    rows = [
        row
        for row, step in load_procedure(procedure).list_rows()
        if step is None or step.name not in delivered.skipped
    ]
    assert set(delivered.rows_done) == {row.number for row in rows}
    assert f"{ticket}.ombudsman.1.1" in world.list_running_ladders()
    world.go_on(ticket)

    complaint = world.get_complaint(ticket)
    events = world.app.complaints.list_events(ticket)
    assert (complaint.state, complaint.resolved_by) == ("resolved", "reporter")
    assert find_broken_link(events) is None
    assert evolve_all(events, load_procedure(procedure)) == complaint

    sent = ses_backends[DEFAULT_ACCOUNT_ID][AWS_REGION].sent_messages
    records = world.app.message_log.list_for_complaint(ticket)
    assert len(sent) == len([record for record in records if record.channel == "email"])
    recipients = {recipient for recipient, _ in world.list_notices(ticket)}
    assert recipients >= {
        "reporter",
        sample_region.ADMIN.id,
        sample_region.LIAISON.id,
        sample_region.SECOND_LIAISON.id,
        sample_region.COORDINATOR.id,
    }


def test_a_report_waits_for_what_its_reporter_is_asked_for_and_goes_on(world: MotoWorld) -> None:
    ticket = world.file_complaint()
    world.decide(ticket, sample_region.ADMIN, "ask", missing=["photo"], note="Mohon foto lubangnya.")
    waiting = world.get_complaint(ticket)
    assert (waiting.state, waiting.step.kind) == ("needs_completion", "complete")
    assert f"{ticket}.completion.1.1" in world.list_running_ladders()
    assert "reporter" in {recipient for recipient, _ in world.list_notices(ticket)}
    world.decide(ticket, citizen(), "complete", uploads=[world.upload()])
    assert (world.get_complaint(ticket).step.kind, world.get_complaint(ticket).step.visit) == ("verify", 1)
    assert {f"{ticket}.verify.1.2", f"{ticket}.ombudsman.2.1"} <= set(world.list_running_ladders())
    world.go_to(ticket, "confirm")
    assert world.get_complaint(ticket).state == "answered"


def test_what_was_handed_over_is_followed_until_the_other_body_answers(world: MotoWorld) -> None:
    ticket = world.file_complaint()
    where = {"body": "PT PLN", "address": "Jalan Listrik 1", "reason": "Tiang listrik milik PLN."}
    world.decide(ticket, sample_region.ADMIN, "hand_over", **where)
    assert world.get_complaint(ticket).step.kind == "follow"
    assert f"{ticket}.follow-handover.1.1" in world.list_running_ladders()
    world.decide(ticket, sample_region.ADMIN, "end_handover", outcome="answered", text="Tiang sudah diganti.")
    assert (world.get_complaint(ticket).state, world.get_complaint(ticket).finished) == ("handed_over", True)


def test_a_duplicate_has_its_parents_answer_with_the_photo(world: MotoWorld) -> None:
    parent, child = world.file_complaint("one"), world.file_complaint("two")
    world.decide(child, sample_region.ADMIN, "merge", parent=parent)
    assert (world.get_complaint(parent).children, world.get_complaint(child).state) == ((child,), "duplicate")
    world.go_to(parent, "confirm")
    follower = world.get_complaint(child)
    assert (follower.state, follower.step.owner) == ("answered", Role.REPORTER)
    (photo,) = follower.published_answers[0].files
    key = f"files/{child}/{photo.name}"
    stored = boto3.client("s3").get_object(Bucket=world.app.settings.bucket_name, Key=key)
    assert stored["Body"].read() == JPEG
    world.go_on(child)
    assert (world.get_complaint(child).state, world.get_complaint(parent).state) == ("resolved", "answered")


def test_a_second_matter_becomes_a_complaint_that_goes_its_own_way(world: MotoWorld) -> None:
    first = world.file_complaint()
    second = {"category": "sampah", "title": "Sampah menumpuk", "narrative": "Di dekat lubang itu juga."}
    world.decide(first, sample_region.ADMIN, "split", **second)
    (ticket,) = world.get_complaint(first).linked
    own = world.get_complaint(ticket)
    assert (own.step.kind, own.received_at, own.linked) == (
        "verify",
        world.get_complaint(first).received_at,
        (first,),
    )
    assert own.files == world.get_complaint(first).files
    world.go_to(ticket, "confirm")
    assert (world.get_complaint(ticket).state, world.get_complaint(first).state) == ("answered", "received")


def test_what_was_filed_in_the_wrong_region_goes_on_in_the_right_one(world: MotoWorld) -> None:
    admin = sample_region.ADMIN.model_copy(update={"region": NEIGHBOUR.slug})
    category = Category(code="lain", region=NEIGHBOUR.slug, name_id="Lain-lain", name_en="Other")
    for item in (NEIGHBOUR, category, admin):
        world.app.directory.put(item)
    wrong = world.file_complaint()
    world.decide(wrong, CENTRAL, "reroute", region=NEIGHBOUR.slug, reason="Letaknya di sana.")
    (ticket,) = world.get_complaint(wrong).linked
    moved = world.get_complaint(ticket)
    assert (world.get_complaint(wrong).finished, moved.region, moved.step.kind) == (
        True,
        NEIGHBOUR.slug,
        "verify",
    )
    assert moved.files == world.get_complaint(wrong).files
    assert admin.id in {recipient for recipient, _ in world.list_notices(ticket)}


def test_a_successor_agency_has_the_open_steps_and_their_deadlines(world: MotoWorld) -> None:
    tickets = [world.file_complaint(f"file-{number}") for number in range(2)]
    for ticket in tickets:
        world.go_to(ticket, "respond")
    before = world.get_complaint(tickets[0]).step
    heir = Agency(id="putr", region=sample_region.REGION.slug, name="Dinas PUTR", kind="agency")
    liaison = sample_region.officer("putr-1", Role.LIAISON, heir.id)
    for item in (heir, liaison):
        world.app.directory.put(item)
    change = {
        "change": "successor",
        "region": sample_region.REGION.slug,
        "agency": "pupr",
        "successor": heir.id,
    }
    world.app.queues.send("changes", {"v": 1, **change, "id": "one"})
    world.pump.run()
    for ticket in tickets:
        assert world.get_complaint(ticket).agency == heir.id
        assert liaison.id in {recipient for recipient, _ in world.list_notices(ticket)}
    assert world.get_complaint(tickets[0]).step.due_at == before.due_at
    world.decide(tickets[0], liaison, "answer", text="Sudah ditambal.", uploads=[world.upload()])
    assert world.get_complaint(tickets[0]).step.kind == "review"


def test_after_every_ladder_is_gone_rearming_leaves_one_for_each_open_clock(world: MotoWorld) -> None:
    tickets = [world.file_complaint(f"file-{number}") for number in range(3)]
    clocks = [f"{ticket}.{clock}.1" for ticket in tickets for clock in ("verify", "ombudsman")]
    assert world.list_running_ladders() == sorted(f"{clock}.1" for clock in clocks)
    machines, arn = boto3.client("stepfunctions"), world.app.settings.ladder_arn
    for execution in machines.list_executions(stateMachineArn=arn)["executions"]:
        machines.stop_execution(executionArn=execution["executionArn"])
    assert world.list_running_ladders() == []

    assert world.app.recovery.restart_ladders(sample_region.REGION.slug) == len(clocks)
    world.pump.run()
    assert world.list_running_ladders() == sorted(f"{clock}.2" for clock in clocks)
    assert world.app.recovery.restart_ladders(sample_region.REGION.slug) == 0


def test_replay_makes_good_a_stream_that_was_lost(world: MotoWorld) -> None:
    world.pump.stop_reading_stream()
    ticket = filed(world, DRAFT).ticket
    rounds = 0
    while world.app.recovery.replay(sample_region.REGION.slug):
        world.pump.run()
        rounds += 1
    assert rounds > 1
    assert world.get_complaint(ticket).step.kind == "verify"
    assert sample_region.ADMIN.id in {recipient for recipient, _ in world.list_notices(ticket)}
    assert world.list_running_ladders() == [f"{ticket}.ombudsman.1.1", f"{ticket}.verify.1.1"]


def test_what_ended_while_the_stream_was_lost_is_told_by_the_replay(world: MotoWorld) -> None:
    ticket = world.file_complaint()
    world.go_to(ticket, "confirm")
    before = world.list_notices(ticket)
    world.pump.stop_reading_stream()
    world.go_on(ticket)
    assert (world.get_complaint(ticket).state, world.list_notices(ticket)) == ("resolved", before)
    assert world.app.recovery.replay(sample_region.REGION.slug) == 1
    world.pump.run()
    assert world.list_notices(ticket) > before
