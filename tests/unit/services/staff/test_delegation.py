"""Where nobody of a desk is on duty, a deputy does its step, and the record says so."""

from collections.abc import Sequence

import pytest

from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.officer_links import to_actor
from tests.fakes import FakeWorld
from tests.sample_region import (
    ADMIN,
    COORDINATOR,
    HEAD,
    LIAISON,
    OTHER_LIAISON,
    REGION,
    SECOND_LIAISON,
    officer,
)
from tests.world import decide, forwarded, recorded

LIAISONS = (LIAISON, SECOND_LIAISON)


def send_away(world: FakeWorld, officers: Sequence[Officer]) -> None:
    for holder in officers:
        world.directory.put(holder.model_copy(update={"absent_from": world.clock().date()}))


def list_acts(world: FakeWorld, ticket: str, who: Officer) -> tuple[str, ...]:
    return world.app.reader.read(ticket, to_actor(who)).acts


@pytest.mark.parametrize(
    ("absent", "who"),
    [(LIAISONS, HEAD), ((*LIAISONS, HEAD), ADMIN), ((*LIAISONS, HEAD, ADMIN), COORDINATOR)],
    ids=["the head", "the admin", "the coordinator"],
)
def test_an_agencys_step_is_done_by_the_nearest_who_is_there(world, absent, who):
    ticket = forwarded(world).ticket
    assert "answer" not in list_acts(world, ticket, who)
    send_away(world, absent)
    assert "answer" in list_acts(world, ticket, who)
    decide(world, ticket, who, "answer", text="Sudah ditambal.")
    answered = next(
        stored for stored in world.complaints.list_events(ticket) if stored.type == "complaint.answered"
    )
    assert (answered.actor.role, answered.actor.id, answered.actor.agency) == ("liaison", who.id, "pupr")
    assert answered.actor.acting_for == LIAISON.id


def test_the_coordinator_verifies_while_no_admin_is_there_and_the_page_says_in_whose_place(world):
    ticket = recorded(world).ticket
    send_away(world, [ADMIN])
    decide(world, ticket, COORDINATOR, "forward", agency="pupr")
    view = world.app.reader.read(ticket, to_actor(COORDINATOR))
    (moment,) = [moment for moment in view.timeline if moment.type == "complaint.forwarded"]
    assert (moment.officer, moment.acting_for) == (COORDINATOR.title, ADMIN.title)


def test_a_deputy_keeps_what_is_their_own_to_decide(world):
    ticket = forwarded(world).ticket
    send_away(world, (*LIAISONS, HEAD))
    assert {"answer", "reply", "link", "reclassify"} <= set(list_acts(world, ticket, ADMIN))
    decide(world, ticket, ADMIN, "reply", text="Kami periksa.")
    assert world.complaints.list_events(ticket)[-1].actor == to_actor(ADMIN)


def test_who_is_back_has_the_step_alone_again(world):
    ticket = forwarded(world).ticket
    send_away(world, LIAISONS)
    world.directory.put(SECOND_LIAISON)
    assert "answer" not in list_acts(world, ticket, HEAD)
    with pytest.raises(Refusal, match="not_your_step"):
        decide(world, ticket, HEAD, "answer", text="Sudah.")


@pytest.mark.parametrize(
    "stranger",
    [OTHER_LIAISON, ADMIN.model_copy(update={"region": "kota-lain"})],
    ids=["another agency", "another region"],
)
def test_nobody_from_elsewhere_is_a_deputy(world, stranger):
    ticket = forwarded(world).ticket
    send_away(world, (*LIAISONS, HEAD))
    with pytest.raises(Refusal, match="not_your_complaint"):
        decide(world, ticket, stranger, "answer", text="Sudah.")


def test_nobody_acts_for_the_inspectorate(world):
    inspector = officer("inspektur", Role.INSPECTORATE)
    ticket = recorded(world).ticket
    snapshot = world.complaints.snapshots[ticket]
    feared = {"anonymous": True, "confidential": True, "about_agency": "pupr", "state": "in_progress"}
    step = snapshot.step.model_copy(update={"name": "inspect", "kind": "respond", "owner": "inspectorate"})
    world.complaints.snapshots[ticket] = snapshot.model_copy(update={**feared, "step": step})
    send_away(world, [inspector])
    for holder in (COORDINATOR, ADMIN, HEAD):
        with pytest.raises(Refusal, match="unknown_ticket"):
            decide(world, ticket, holder, "answer", text="Sudah.")


def test_a_deputys_link_leads_to_the_form(world):
    ticket = forwarded(world).ticket
    send_away(world, LIAISONS)
    seq = world.complaints.snapshots[ticket].seq
    (sent, *_) = world.app.notifier.renew_link(ticket, seq, HEAD.id, "2026-11-23")
    assert sent.recipient == HEAD.id
    assert world.app.notifier.renew_link(ticket, seq, COORDINATOR.id, "2026-11-23") == []
    (link,) = world.link_store.stored.values()
    assert (link.officer, link.region) == (HEAD.id, REGION.slug)
