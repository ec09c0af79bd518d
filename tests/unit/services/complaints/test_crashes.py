"""Failures halfway: nothing is lost, nothing happens twice, and no reader sees a half in the meantime."""

import re
from dataclasses import dataclass, replace
from email import message_from_bytes, policy

import pytest

from chalicelib import bootstrap
from chalicelib.domain.complaint.duplicates import Merged
from chalicelib.domain.complaint.handling import AgencySucceeded
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.referral import Consent
from chalicelib.domain.complaint.routing import Rerouted
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.directory.agencies import Category
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.notifications.errors import DeliveryIncomplete
from chalicelib.services.ports import Change
from chalicelib.services.routes import CHANGES, create_message
from chalicelib.workers import messages
from chalicelib.workers.changes import apply_change
from tests.fake_stores import FakeComplaints
from tests.fakes import FakeApplication, FakeMailer, FakeWorld
from tests.sample_region import ADMIN, LIAISON, REGION
from tests.world import DRAFT, asks, citizen, decide, filed, system

CENTRAL = Actor(role=Role.CENTRAL_ADMIN, id="pusat")
NEIGHBOUR = REGION.model_copy(update={"slug": "kota-sebelah", "zone": "Asia/Makassar", "prefix": "SBL"})
SECOND = {"category": "sampah", "title": "Sampah menumpuk", "narrative": "Di dekat lubang itu juga."}


class Crash(Exception):
    """The process is gone."""


@dataclass
class Table(FakeComplaints):
    """The complaints, where the next write may kill the process."""

    kills: bool = False

    def commit(self, change: Change) -> None:
        if self.kills:
            self.kills = False
            raise Crash
        super().commit(change)


@dataclass
class Post(FakeMailer):
    """The mail service, which may be down."""

    down: bool = False

    def send(self, to: str, mime: bytes, message: str) -> str:
        if self.down:
            raise ConnectionError
        return super().send(to, mime, message)


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    world.complaints, world.mailer = Table(), Post()
    world.files.incoming["incoming/a/photo"] = ("image/jpeg", 10)
    world.files.incoming["incoming/b/photo"] = ("image/jpeg", 20)
    world.app = FakeApplication(world)
    bootstrap.install(world.app)
    return world


def put_on_desk(world: FakeWorld, number: int = 1) -> Complaint:
    ticket = filed(world, replace(DRAFT, uploads=("incoming/a/photo",)), key=f"file-{number}").ticket
    return system(world, ticket, RecordComplaint(suggested_agency="pupr"))


def crash_on_commit(world: FakeWorld) -> None:
    world.complaints.kills = True


def get_last(world: FakeWorld, ticket: str, kind: type) -> dict[str, object]:
    return create_message(
        next(
            stored for stored in world.complaints.list_events(ticket)[::-1] if isinstance(stored.event, kind)
        )
    )


def list_others(world: FakeWorld, ticket: str) -> set[str]:
    return set(world.complaints.snapshots) - {ticket}


def test_a_split_that_crashes_before_it_is_filed_happens_once_when_it_is_sent_again(world):
    first = put_on_desk(world).ticket
    crash_on_commit(world)
    with pytest.raises(Crash):
        decide(world, first, ADMIN, "split", **SECOND)
    assert list_others(world, first) == set()
    decide(world, first, ADMIN, "split", **SECOND)
    decide(world, first, ADMIN, "split", **SECOND)
    (second,) = list_others(world, first)
    assert all((second, file) in world.files.taken for file in world.complaints.snapshots[second].files)


def test_a_split_that_crashes_before_the_first_one_knows_of_it_is_noted_there_once(world):
    first = put_on_desk(world).ticket
    decide(world, first, ADMIN, "split", **SECOND)
    (second,) = list_others(world, first)
    begun = create_message(world.complaints.list_events(second)[0])
    crash_on_commit(world)
    with pytest.raises(Crash):
        apply_change(begun)
    assert world.complaints.snapshots[first].linked == ()
    apply_change(begun)
    apply_change(begun)
    assert world.complaints.snapshots[first].linked == (second,)


@pytest.mark.parametrize("missing", ["file", "write"])
def test_a_move_that_crashes_is_filed_once_in_the_other_region(world, missing):
    world.directory.put(NEIGHBOUR)
    world.directory.put(Category(code="lain", region=NEIGHBOUR.slug, name_id="Lain-lain", name_en="Other"))
    ticket = put_on_desk(world).ticket
    decide(world, ticket, CENTRAL, "reroute", region=NEIGHBOUR.slug, reason="Letaknya di sana.")
    left, taken = get_last(world, ticket, Rerouted), list(world.files.taken)
    if missing == "file":
        world.files.taken.clear()
    else:
        crash_on_commit(world)
    with pytest.raises((Crash, LookupError)):
        apply_change(left)
    world.files.taken[:] = taken
    assert list_others(world, ticket) == set()
    apply_change(left)
    apply_change(left)
    (moved,) = list_others(world, ticket)
    assert world.complaints.snapshots[moved].files == world.complaints.snapshots[ticket].files


def test_an_answer_that_crashes_on_its_way_to_a_duplicate_reaches_it_once(world):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    apply_change(get_last(world, child, Merged))
    decide(world, parent, ADMIN, "forward", agency="pupr")
    decide(world, parent, LIAISON, "answer", text="Sudah ditambal.", uploads=["incoming/b/photo"])
    decide(world, parent, ADMIN, "publish")
    system(world, parent, Deliver())
    body = {"v": 1, "ticket": child, "parent": parent}
    crash_on_commit(world)
    with pytest.raises(Crash):
        apply_change(body)
    assert world.app.reader.read(child, citizen()).answers == ()
    apply_change(body)
    apply_change(body)
    (answer,) = world.app.reader.read(child, citizen()).answers
    assert answer.text == "Sudah ditambal."
    assert all((child, file) in world.files.taken for file in answer.files)


def test_a_successor_that_was_set_but_reached_only_some_reaches_the_others_once(world):
    tickets = [put_on_desk(world, number).ticket for number in (1, 2)]
    for ticket in tickets:
        decide(world, ticket, ADMIN, "forward", agency="pupr")
    change = {"change": "successor", "region": REGION.slug, "agency": "pupr", "successor": "dlh", "id": "x"}
    apply_change({"v": 1, **change})
    first, second = world.queues.to(CHANGES)
    apply_change(first)
    crash_on_commit(world)
    with pytest.raises(Crash):
        apply_change(second)
    apply_change({"v": 1, **change})
    for body in world.queues.to(CHANGES):
        apply_change(body)
    for ticket in tickets:
        complaint = world.complaints.snapshots[ticket]
        heard = [
            stored
            for stored in world.complaints.list_events(ticket)
            if isinstance(stored.event, AgencySucceeded)
        ]
        assert (complaint.agency, complaint.step.agency, len(heard)) == ("dlh", "dlh", 1)


def test_a_bundle_that_was_made_and_not_mailed_is_mailed_when_the_message_comes_again(world):
    world.directory.put(REGION.model_copy(update={"ombudsman_email": "ombudsman@example.com"}))
    ticket = put_on_desk(world).ticket
    snapshot = world.complaints.snapshots[ticket]
    world.complaints.snapshots[ticket] = snapshot.model_copy(update={"referred_at": world.clock()})
    command = Consent(with_identity=False)
    consented = world.app.command_handler.execute(ticket, command, asks(citizen(), "consent"))
    body = create_message(world.complaints.list_events(ticket)[consented.seq - 1])
    world.mailer.down = True
    with pytest.raises(DeliveryIncomplete):
        messages.notify(body)
    assert len(world.bundles.stored) == 1
    assert not world.effects.is_done(ticket, consented.seq, "messages")
    world.mailer.down = False
    world.clock.forward(minutes=10)
    messages.notify(body)
    to = [mail for address, mail, _ in world.mailer.sent if address == "ombudsman@example.com"]
    assert len(to) == len(world.bundles.stored) == len(world.files.made) == 1
    link = re.search(r"/o/([\w-]{22})", message_from_bytes(to[0], policy=policy.default).as_string())
    assert link
    assert world.app.ombudsman.open(link[1]).ticket == ticket


def test_a_rung_that_crashes_marks_late_once_when_it_comes_again(world):
    complaint = put_on_desk(world)
    clock = complaint.step_clock
    rung = next(rung for rung in clock.rungs if rung.name == "due")
    reach = ReachRung(clock=clock.name, visit=clock.visit, generation=clock.generation, rung=rung.name)
    request = asks(SYSTEM, "rung")
    crash_on_commit(world)
    with pytest.raises(Crash):
        world.app.command_handler.execute(complaint.ticket, reach, request, not_before=rung.nominal_at)
    for _ in range(2):
        world.app.command_handler.execute(complaint.ticket, reach, request, not_before=rung.nominal_at)
    marked = [
        stored for stored in world.complaints.list_events(complaint.ticket) if stored.type == "rung.reached"
    ]
    assert len(marked) == 1
