"""Recovery: what got lost is found and made good, and nothing else is touched."""

import pytest

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.recovery import PATIENCE, NotAllRepaired
from chalicelib.services.routes import create_message, list_queues
from chalicelib.workers import clocks, messages, reconcile, steps
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, REGION
from tests.world import asks, filed, recorded


def mark_all_done(world: FakeWorld, ticket: str, but: type | None = None) -> None:
    """Mark every effect of the complaint as done, but those of one kind of event."""
    for event in world.complaints.list_events(ticket):
        for queue in list_queues(event):
            if but is None or not isinstance(event.event, but):
                world.effects.mark_done(ticket, event.seq, queue, world.clock())


def get_opened_step(world: FakeWorld, ticket: str) -> StoredEvent:
    return [event for event in world.complaints.list_events(ticket) if isinstance(event.event, StepOpened)][
        -1
    ]


def climb_ladder(world: FakeWorld, ticket: str, *names: str) -> None:
    """Let these rungs of the open clocks ring, each at its true instant."""
    clocks_open = world.complaints.get(ticket).clocks
    rungs = [
        (rung, clock) for clock in clocks_open for rung in clock.rungs if rung.name in names or not names
    ]
    for rung, clock in sorted(rungs, key=lambda pair: pair[0].nominal_at):
        clocks.reach_rung(
            {
                "ticket": ticket,
                "clock": clock.name,
                "visit": clock.visit,
                "arming": clock.generation,
                "rung": rung.name,
                "nominal_at": rung.nominal_at.isoformat(),
            }
        )


def test_a_step_whose_owner_was_never_told_is_told_again(world):
    """The step's own work is done; its message to the owner ended in the dead-letter queue."""
    ticket = recorded(world).ticket
    mark_all_done(world, ticket, but=StepOpened)
    steps.open_step(create_message(get_opened_step(world, ticket)))
    world.queues.sent.clear()
    world.clock.forward(minutes=20)
    assert world.app.recovery.replay(REGION.slug, PATIENCE) == 2
    assert world.queues.to("messages") == [create_message(get_opened_step(world, ticket))]
    messages.notify(world.queues.to("messages")[0])
    assert [to for to, _, _ in world.mailer.sent] == [ADMIN.email]


def test_a_step_that_was_begun_and_told_of_is_left_alone(world):
    ticket = recorded(world).ticket
    mark_all_done(world, ticket)
    world.clock.forward(minutes=20)
    assert world.app.recovery.replay(REGION.slug, PATIENCE) == 0
    assert world.queues.sent == []


def test_a_step_that_nobody_began_is_sent_to_its_own_queue_alone(world):
    ticket = recorded(world).ticket
    mark_all_done(world, ticket, but=StepOpened)
    world.clock.forward(minutes=20)
    world.app.recovery.replay(REGION.slug, PATIENCE)
    assert [queue for queue, _ in world.queues.sent] == ["record", "verify"]


def test_the_systems_own_step_is_told_to_nobody(world):
    ticket = filed(world).ticket
    mark_all_done(world, ticket)
    assert world.effects.list_done(ticket) == {(1, "messages"), (2, "record"), (3, "clocks")}


def test_replaying_after_a_restart_finds_what_a_short_day_put_into_the_future(world):
    """With short working days a rung moves the complaint's time ahead of the wall's clock."""
    ticket = recorded(world).ticket
    climb_ladder(world, ticket, "half")
    mark_all_done(world, ticket, but=RungReached)
    rung = world.complaints.list_events(ticket)[-1]
    assert rung.at > world.clock()
    assert world.app.recovery.replay(REGION.slug) == 1
    assert world.queues.sent == [("messages", create_message(rung))]


def test_an_sms_over_the_months_budget_goes_out_in_the_next_month(world):
    world.directory.put(ADMIN.model_copy(update={"email": None}))
    ticket = recorded(world).ticket
    message = create_message(get_opened_step(world, ticket))
    world.limits.counts["sms-2026-11", REGION.slug] = world.settings.sms_per_region_per_month
    mark_all_done(world, ticket, but=StepOpened)
    steps.open_step(message)
    messages.notify(message)
    assert [record.outcome for record in world.log.list_for_complaint(ticket)] == ["waiting"]
    world.clock.forward(days=10)
    world.queues.sent.clear()
    world.app.recovery.replay(REGION.slug, PATIENCE)
    assert world.queues.to("messages") == [message]
    messages.notify(message)
    assert [to for to, _ in world.sms_sender.sent] == [ADMIN.phone]
    world.queues.sent.clear()
    world.app.recovery.replay(REGION.slug, PATIENCE)
    assert world.queues.to("messages") == []


def test_a_clock_whose_last_rung_has_rung_is_not_armed_and_not_counted(world):
    ticket = recorded(world).ticket
    climb_ladder(world, ticket)
    before = world.complaints.get(ticket)
    assert world.app.recovery.restart_ladders(REGION.slug) == 0
    assert world.complaints.get(ticket) == before


def test_a_complaint_that_cannot_be_repaired_holds_up_no_other_and_is_told_at_the_end(world):
    """Its procedure is gone, and it comes first; the other complaint is repaired all the same."""
    broken = recorded(world).ticket
    world.complaints.snapshots[broken] = world.complaints.get(broken).model_copy(
        update={"procedure": "withdrawn"}
    )
    sound = filed(world, key="file-2").ticket
    world.app.command_handler.execute(sound, RecordComplaint(), asks(SYSTEM, "record-2"))
    world.clock.forward(minutes=20)
    with pytest.raises(NotAllRepaired) as stopped:
        reconcile.repair_regions()
    clocks_of_each = 2
    assert (stopped.value.done, stopped.value.failed) == (clocks_of_each, clocks_of_each)
    armed = [
        stored.event
        for stored in world.complaints.list_events(sound)
        if isinstance(stored.event, DeadlineArmed)
    ]
    assert [event.generation for event in armed if event.clock == "verify"] == [1, 2]
