"""Links by which officers act."""

from datetime import date, timedelta

import pytest

from chalicelib.domain.directory.officers import Assignment
from chalicelib.domain.values.errors import Refusal
from tests.fakes import FakeWorld
from tests.sample_region import HEAD, LIAISON, SECOND_LIAISON
from tests.world import answered, forwarded

TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 22)
AWAY = {"absent_from": TODAY, "absent_until": TODAY}
EXPIRED = {"assignment": Assignment(number="094/1", dated=date(2025, 11, 22), expires=YESTERDAY)}
TERM_OVER = {"serves_until": YESTERDAY}


def issue(world: FakeWorld) -> str:
    complaint = forwarded(world)
    world.app.officer_links.issue(LIAISON, complaint)
    return world.app.officer_links.get_secret(LIAISON, complaint)


def refuse(world: FakeWorld, secret: str) -> str:
    with pytest.raises(Refusal) as refusal:
        world.app.officer_links.open(secret)
    return refusal.value.code


def test_a_link_fits_an_sms_and_leads_its_officer_to_the_open_step(world):
    secret = issue(world)
    visit = world.app.officer_links.open(secret)
    assert len(secret) == 22
    assert (visit.officer, visit.is_open) == (LIAISON, True)


def test_only_the_digest_of_a_link_is_stored(world):
    secret = issue(world)
    assert secret not in repr(world.link_store.stored)


def test_a_retry_makes_the_same_link(world):
    complaint = forwarded(world)
    first = world.app.officer_links.get_secret(LIAISON, complaint)
    world.app.officer_links.issue(LIAISON, complaint)
    world.app.officer_links.issue(LIAISON, complaint)
    assert world.app.officer_links.get_secret(LIAISON, complaint) == first
    assert len(world.link_store.stored) == 1


def test_two_officers_have_two_links(world):
    complaint = forwarded(world)
    links = world.app.officer_links
    assert len({links.get_secret(officer, complaint) for officer in (LIAISON, SECOND_LIAISON, HEAD)}) == 3


def test_an_altered_link_is_unknown(world):
    secret = issue(world)
    assert refuse(world, ("A" if secret[0] != "A" else "B") + secret[1:]) == "link_unknown"


def test_a_link_outlives_its_deadline_but_not_forever(world):
    secret = issue(world)
    world.clock.forward(days=60)
    assert world.app.officer_links.open(secret).is_open
    world.clock.forward(days=60)
    assert refuse(world, secret) == "link_expired"


@pytest.mark.parametrize("change", [{"active": False}, {"epoch": 2}, AWAY, EXPIRED, TERM_OVER])
def test_an_officer_who_moved_or_is_off_duty_is_out_at_once(world, change):
    secret = issue(world)
    world.directory.put(LIAISON.model_copy(update=change))
    assert refuse(world, secret) == "link_superseded"


def test_the_link_of_an_officer_who_comes_back_is_good_again(world):
    secret = issue(world)
    world.directory.put(LIAISON.model_copy(update=AWAY))
    assert refuse(world, secret) == "link_superseded"
    world.clock.forward(days=1)
    assert world.app.officer_links.open(secret).is_open


def test_what_an_acting_officer_does_is_recorded_with_both_ids(world):
    acting = LIAISON.model_copy(update={"id": "pupr-plh", "acting_for": LIAISON.id, "acting_as": "Plh."})
    world.directory.put(acting)
    secret = world.app.officer_links.issue(acting, forwarded(world))
    actor = world.app.officer_links.open(secret).actor
    assert (actor.id, actor.acting_for, actor.role, actor.agency) == ("pupr-plh", "pupr-1", "liaison", "pupr")


def test_an_officer_has_a_link_once_it_was_issued(world):
    complaint = forwarded(world)
    assert not world.app.officer_links.has_link(LIAISON, complaint)
    world.app.officer_links.issue(LIAISON, complaint)
    assert world.app.officer_links.has_link(LIAISON, complaint)
    assert not world.app.officer_links.has_link(SECOND_LIAISON, complaint)


def test_a_link_of_a_step_that_is_done_opens_but_offers_nothing(world):
    complaint = forwarded(world)
    world.app.officer_links.issue(LIAISON, complaint)
    secret = world.app.officer_links.get_secret(LIAISON, complaint)
    world.complaints.snapshots[complaint.ticket] = answered(FakeWorld()).model_copy(
        update={"ticket": complaint.ticket}
    )
    assert not world.app.officer_links.open(secret).is_open


def test_a_link_expires_a_while_after_the_steps_deadline(world):
    complaint = forwarded(world)
    world.app.officer_links.issue(LIAISON, complaint)
    (link,) = world.link_store.stored.values()
    assert link.expires_at - complaint.step.due_at == timedelta(days=90)


def test_only_an_expired_link_whose_step_still_waits_can_be_renewed(world):
    secret = issue(world)
    with pytest.raises(Refusal, match="link_still_good"):
        world.app.officer_links.get_renewable_visit(secret)
    world.clock.forward(days=100)
    assert world.app.officer_links.get_renewable_visit(secret).officer == LIAISON
