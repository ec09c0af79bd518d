"""Open steps follow the post: who comes is told, who is missing is said."""

from datetime import date

import pytest

from chalicelib.domain.directory.officers import Assignment
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.duty import Desk, DutyRoster, HandOverReport
from tests.fakes import FakeWorld
from tests.sample_region import AGENCIES, COORDINATOR, HEAD, LIAISON, REGION, SECOND_LIAISON, officer
from tests.world import forwarded

TODAY, YESTERDAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 22), date(2026, 11, 24)
AWAY = {"absent_from": TODAY, "absent_until": TOMORROW}
LIAISONS = Desk("liaison", "pupr")


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    """A complaint lies on the liaisons' desk, and both have their link."""
    complaint = forwarded(world)
    for holder in (LIAISON, SECOND_LIAISON):
        world.app.officer_links.issue(holder, complaint)
    return world


@pytest.fixture
def duty_roster(world) -> DutyRoster:
    return DutyRoster(world.complaints, world.directory, world.app.officer_links, world.queues, world.clock)


def change(world, who, **changes):
    world.directory.put(who.model_copy(update=changes))


def add_another(world):
    """One more complaint on the same desk, of which nobody was told."""
    (snapshot,) = world.complaints.snapshots.values()
    copy = snapshot.model_copy(update={"ticket": "CTH-22223B"})
    world.complaints.snapshots[copy.ticket] = copy
    return copy


def list_links_sent(world):
    return [(body["renew"]["officer"], body["renew"]["request"]) for body in list_renewals(world)]


def list_renewals(world):
    return [body for body in world.queues.to("messages") if "renew" in body]


def list_notices(world):
    return [body["officer"] for body in world.queues.to("messages") if "officer" in body]


def test_nobody_is_told_twice_of_a_step_they_have_a_link_to(world, duty_roster):
    assert duty_roster.hand_over(REGION.slug) == HandOverReport(0, {})
    assert world.queues.sent == []


def test_an_absent_officers_deputy_gets_a_link_to_every_open_step_of_the_desk(world, duty_roster):
    second = add_another(world)
    change(world, LIAISON, **AWAY)
    world.directory.put(officer("pupr-plh", Role.LIAISON, "pupr", acting_for=LIAISON.id, acting_as="Plh."))
    for holder in (LIAISON, SECOND_LIAISON):
        world.app.officer_links.issue(holder, second)
    assert duty_roster.hand_over(REGION.slug).links == 2
    assert list_links_sent(world) == [("pupr-plh", "2026-11-23")] * 2
    assert {body["ticket"] for body in list_renewals(world)} == set(world.complaints.snapshots)


def test_an_officer_who_is_back_hears_of_what_came_in_the_meantime(world, duty_roster):
    change(world, SECOND_LIAISON, **AWAY)
    missed = add_another(world)
    world.app.officer_links.issue(LIAISON, missed)
    assert duty_roster.hand_over(REGION.slug).links == 0
    world.clock.forward(days=2)
    duty_roster.hand_over(REGION.slug)
    (body,) = list_renewals(world)
    assert (body["ticket"], body["seq"]) == (missed.ticket, missed.seq)
    assert body["renew"] == {"officer": SECOND_LIAISON.id, "request": "2026-11-25"}


def test_the_day_of_a_request_is_the_regions(world, duty_roster):
    change(world, LIAISON, epoch=2)
    world.clock.forward(hours=15)
    duty_roster.hand_over(REGION.slug)
    assert list_links_sent(world) == [(LIAISON.id, "2026-11-24")]


def test_a_step_of_a_unit_is_brought_to_that_units_officers_alone(world, duty_roster):
    for unit in ("jalan", "air"):
        world.directory.put(officer(f"pupr-{unit}", Role.UNIT, "pupr", unit=unit))
    (snapshot,) = world.complaints.snapshots.values()
    disposed = snapshot.step.model_copy(update={"owner": "unit", "unit": "jalan"})
    world.complaints.snapshots[snapshot.ticket] = snapshot.model_copy(update={"step": disposed})
    assert duty_roster.hand_over(REGION.slug).links == 1
    assert list_links_sent(world) == [("pupr-jalan", "2026-11-23")]


def test_a_desk_without_anybody_is_named_to_the_superior_once_a_working_day(world, duty_roster):
    for holder in (LIAISON, SECOND_LIAISON):
        change(world, holder, active=False, epoch=2)
    assert duty_roster.hand_over(REGION.slug) == HandOverReport(1, {LIAISONS: 1})
    assert list_links_sent(world) == [(HEAD.id, "2026-11-23")]
    assert list_notices(world) == [
        {
            "region": REGION.slug,
            "id": HEAD.id,
            "template": "desk-empty",
            "request": "2026-11-23",
            "desk": {"role": "liaison", "agency": "pupr", "unit": None},
            "open": 1,
        }
    ]


def test_nobody_hears_of_an_empty_desk_on_a_sunday(world, duty_roster):
    for holder in (LIAISON, SECOND_LIAISON):
        change(world, holder, active=False)
    world.clock.forward(days=6)
    assert duty_roster.hand_over(REGION.slug).empty == {LIAISONS: 1}
    assert list_notices(world) == []


def test_an_agency_that_is_reached_by_letter_needs_nobody_at_its_desk(world, duty_roster):
    for holder in (LIAISON, SECOND_LIAISON):
        change(world, holder, active=False)
    world.directory.put(AGENCIES[0].model_copy(update={"by_letter": True}))
    assert duty_roster.hand_over(REGION.slug).empty == {}
    assert list_notices(world) == []


def test_an_unknown_region_has_nothing_to_hand_over(duty_roster):
    with pytest.raises(Refusal, match="unknown_region"):
        duty_roster.hand_over("elsewhere")


@pytest.mark.parametrize("waiting", [True, False], ids=["something waits", "nothing waits"])
def test_that_the_inspectorate_is_empty_is_told_alike_whether_or_not_something_waits_there(
    world, duty_roster, waiting
):
    world.directory.put(officer("inspektur", Role.INSPECTORATE, **AWAY))
    if waiting:
        (snapshot,) = world.complaints.snapshots.values()
        feared = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
        step = snapshot.step.model_copy(update={"owner": "inspectorate", "agency": None})
        world.complaints.snapshots[snapshot.ticket] = snapshot.model_copy(update={**feared, "step": step})
    handed = duty_roster.hand_over(REGION.slug)
    desk = {"role": "inspectorate", "agency": None, "unit": None}
    notice = {"template": "desk-empty", "request": "2026-11-23", "desk": desk, "open": None}
    assert list_notices(world) == [{"region": REGION.slug, "id": COORDINATOR.id, **notice}]
    assert handed == HandOverReport(0, {})
    assert list_links_sent(world) == []


def create_assignment(expires: date) -> Assignment:
    return Assignment(number="094/7", dated=date(2026, 1, 2), expires=expires)


def test_the_end_of_a_surat_tugas_is_announced_once_to_its_officer_and_the_coordinator(world, duty_roster):
    change(world, LIAISON, assignment=create_assignment(date(2026, 12, 23)))
    assert duty_roster.run_daily(REGION.slug) == 2
    assert list_notices(world) == [
        {
            "region": REGION.slug,
            "id": to,
            "template": "assignment-ends",
            "request": "2026-12-23",
            "about": LIAISON.id,
        }
        for to in (LIAISON.id, COORDINATOR.id)
    ]
    world.clock.forward(days=1)
    assert duty_roster.run_daily(REGION.slug) == 0


def test_the_end_of_a_surat_tugas_is_not_announced_earlier_than_30_days_before(world, duty_roster):
    change(world, LIAISON, assignment=create_assignment(date(2026, 12, 24)))
    assert duty_roster.run_daily(REGION.slug) == 0
    world.clock.forward(days=1)
    assert duty_roster.run_daily(REGION.slug) == 2


def test_an_announcement_that_could_not_be_sent_is_made_the_next_day(world, duty_roster):
    change(world, LIAISON, assignment=create_assignment(TOMORROW))
    world.queues.broken.add("messages")
    with pytest.raises(ConnectionError):
        duty_roster.run_daily(REGION.slug)
    world.queues.broken.clear()
    assert duty_roster.run_daily(REGION.slug) == 2


def test_a_surat_tugas_of_somebody_who_left_is_not_spoken_of(world, duty_roster):
    change(world, LIAISON, assignment=create_assignment(TOMORROW), active=False)
    assert duty_roster.run_daily(REGION.slug) == 0
