"""Who may see what of a complaint."""

from dataclasses import replace

import pytest

from chalicelib.domain.complaint import owner_key
from chalicelib.domain.errors import Refusal
from chalicelib.domain.events import Actor
from chalicelib.services.links import actor_of
from tests.fakes import ADMIN, CITIZEN, COORDINATOR, LIAISON, OTHER_CITIZEN, OTHER_LIAISON, REGION, FakeWorld
from tests.world import DRAFT, answered, citizen, delivered, filed, forwarded, recorded


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


def seen_by(world: FakeWorld, ticket: str, actor: Actor):
    return world.services.reading.read(ticket, actor)


def test_a_reporter_reads_their_own_words_and_who_holds_it_until_when(world):
    complaint = forwarded(world)
    view = seen_by(world, complaint.ticket, citizen())
    assert (view.title, view.narrative) == (DRAFT.title, DRAFT.narrative)
    assert view.agency_name == "Dinas Pekerjaan Umum"
    assert view.holder is not None
    assert (view.holder.since, view.holder.due_at) == (complaint.step.opened_at, complaint.step.due_at)
    assert view.holder.derivation is not None
    assert [row.number for row in view.rows if row.done_at] == [1, 2, 3]


def test_anothers_ticket_looks_like_one_that_does_not_exist(world):
    complaint = filed(world)
    for ticket in (complaint.ticket, "CTH-NOTHING"):
        with pytest.raises(Refusal, match="unknown_ticket"):
            seen_by(world, ticket, citizen(OTHER_CITIZEN))


def test_an_answer_is_the_reporters_only_once_it_is_published(world):
    ticket = answered(world).ticket
    assert seen_by(world, ticket, citizen()).answers == ()
    assert len(seen_by(world, ticket, actor_of(ADMIN)).answers) == 1
    other = FakeWorld()
    ticket = delivered(other).ticket
    (answer,) = seen_by(other, ticket, citizen()).answers
    assert answer.text == "Lubang sudah ditambal pada hari Senin."


def test_the_reporters_timeline_leaves_out_what_passes_between_desks(world):
    ticket = answered(world).ticket
    told = {moment.type for moment in seen_by(world, ticket, citizen()).timeline}
    assert "complaint.forwarded" in told
    assert not told & {"complaint.answered", "step.opened", "deadline.armed"}


@pytest.mark.parametrize("officer", [ADMIN, COORDINATOR, LIAISON])
def test_the_regions_and_the_agencys_officers_may_read(world, officer):
    assert seen_by(world, forwarded(world).ticket, actor_of(officer)).narrative == DRAFT.narrative


@pytest.mark.parametrize(
    "stranger",
    [
        actor_of(OTHER_LIAISON),
        actor_of(ADMIN).model_copy(update={"region": "elsewhere"}),
        actor_of(LIAISON).model_copy(update={"region": "elsewhere"}),
        Actor(role="gardener", id="x", region=REGION.slug),
    ],
)
def test_other_officers_may_not(world, stranger):
    ticket = forwarded(world).ticket
    with pytest.raises(Refusal, match="not_your_complaint"):
        seen_by(world, ticket, stranger)


def test_an_agency_does_not_see_what_was_not_forwarded_to_it(world):
    ticket = recorded(world).ticket
    with pytest.raises(Refusal, match="not_your_complaint"):
        seen_by(world, ticket, actor_of(LIAISON))


def test_an_anonymous_reporters_name_reaches_no_officer(world):
    ticket = forwarded(world, replace(DRAFT, anonymous=True)).ticket
    for officer in (ADMIN, COORDINATOR, LIAISON):
        assert CITIZEN.name not in seen_by(world, ticket, actor_of(officer)).model_dump_json()
    assert seen_by(world, ticket, citizen()).reporter_name == CITIZEN.name


def test_only_the_one_whose_turn_it_is_is_offered_something_to_do(world):
    ticket = forwarded(world).ticket
    turn = {"answer", "accept", "return", "ask", "ask_for_time"}
    assert set(seen_by(world, ticket, actor_of(LIAISON)).acts) == turn
    for other in (actor_of(ADMIN), actor_of(COORDINATOR), citizen()):
        assert not turn & set(seen_by(world, ticket, other).acts)


def test_the_inbox_lists_a_desks_complaints_by_their_deadline(world):
    complaint = forwarded(world)
    key = owner_key(REGION.slug, "liaison", "pupr")
    page = world.services.reading.inbox(key, 10, None)
    assert [(line.ticket, line.title) for line in page.items] == [(complaint.ticket, DRAFT.title)]
    assert world.services.reading.inbox(owner_key(REGION.slug, "liaison", "dlh"), 10, None).items == []


def test_a_reporter_lists_only_their_own(world):
    ticket = filed(world).ticket
    assert [line.ticket for line in world.services.reading.own(CITIZEN.id, 10, None).items] == [ticket]
    assert world.services.reading.own(OTHER_CITIZEN.id, 10, None).items == []
