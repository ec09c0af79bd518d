"""The workers: each processes a message once, even if SQS delivers it several times."""

from collections.abc import Iterator

import pytest

from chalicelib.aws.dynamodb.complaint_items import EventItem
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.duplicates import Merged
from chalicelib.domain.complaint.publishing import Deliver, Publish
from chalicelib.domain.complaint.routing import Forward
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.timers import RecomputeDeadlines, RestartTimer
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.ports import MessageRecord
from chalicelib.services.routes import create_message, list_queues
from chalicelib.workers import changes, clocks, messages, reconcile, relay, steps
from infra.deploy.queues import QUEUES
from tests.batches import LAMBDA, build_batch
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON, SECOND_LIAISON
from tests.world import answered, asks, citizen, decide, delivered, filed, forwarded, recorded, system


def find_last(world: FakeWorld, ticket: str, kind: type) -> StoredEvent:
    return [event for event in world.complaints.list_events(ticket) if isinstance(event.event, kind)][-1]


def start_every_ladder(world: FakeWorld, ticket: str) -> None:
    for event in world.complaints.list_events(ticket):
        if isinstance(event.event, DeadlineArmed):
            clocks.start_ladder(create_message(event))


def dump_world(world: FakeWorld) -> str:
    """Return all that a worker could change, to prove that a second delivery changes nothing."""
    return repr(
        (
            world.complaints,
            world.link_store,
            world.effects,
            world.queues,
            world.log,
            world.mailer,
            world.sms_sender,
            world.timers,
        )
    )


def stream_record(event: StoredEvent) -> dict[str, object]:
    image = EventItem.of(event).serialize()
    return {"eventName": "INSERT", "dynamodb": {"NewImage": image}}


def build_rung_message(ticket: str, rung: str, nominal_at: str, generation: int = 1) -> dict[str, object]:
    return {
        "v": 1,
        "ticket": ticket,
        "clock": "verify",
        "visit": 1,
        "arming": generation,
        "rung": rung,
        "nominal_at": nominal_at,
    }


# The relay


def test_each_event_goes_to_the_queue_of_its_subject(world):
    events = world.complaints.list_events(recorded(world).ticket)
    relay.send_new_events({"Records": [stream_record(event) for event in events]})
    sent = [queue for queue, _ in world.queues.sent]
    assert sent == ["messages", "record", "clocks", "messages", "verify", "clocks"]
    assert set(sent) <= {queue.name for queue in QUEUES}


def test_an_unreadable_record_is_put_aside_whole_and_holds_nobody_up(world):
    events = world.complaints.list_events(filed(world).ticket)
    unreadable = {"eventName": "INSERT", "dynamodb": {"NewImage": {"body": {"S": "{not json"}}}}
    relay.send_new_events({"Records": [stream_record(events[0]), unreadable, stream_record(events[1])]})
    assert [queue for queue, _ in world.queues.sent] == ["messages", "relay-dead", "record"]
    assert world.queues.to("relay-dead") == [unreadable]


def test_a_send_that_fails_raises_so_that_the_stream_brings_the_batch_again(world):
    events = world.complaints.list_events(filed(world).ticket)
    world.queues.broken.add("record")
    with pytest.raises(ConnectionError):
        relay.send_new_events({"Records": [stream_record(event) for event in events]})


# Steps


def test_the_system_records_a_filed_complaint_and_suggests_its_categorys_agency(world):
    ticket = filed(world).ticket
    steps.open_step(create_message(find_last(world, ticket, StepOpened)))
    complaint = world.complaints.get(ticket)
    assert (complaint.suggested_agency, complaint.step.owner) == ("pupr", "regional_admin")


def test_recording_delivered_twice_changes_nothing(world):
    ticket = filed(world).ticket
    message = create_message(find_last(world, ticket, StepOpened))
    steps.open_step(message)
    before = dump_world(world)
    steps.open_step(message)
    assert dump_world(world) == before


def test_recording_twice_at_once_records_once(world):
    """Both workers read the mark before one of them writes it."""
    ticket = filed(world).ticket
    message = create_message(find_last(world, ticket, StepOpened))
    steps.open_step(message)
    recorded_once = world.complaints.get(ticket)
    world.effects.marks.clear()
    steps.open_step(message)
    assert world.complaints.get(ticket) == recorded_once


def test_a_persons_step_gives_each_of_its_officers_a_link_and_queues_the_telling(world):
    ticket = forwarded(world).ticket
    message = create_message(find_last(world, ticket, StepOpened))
    steps.open_step(message)
    assert {link.officer for link in world.link_store.stored.values()} == {LIAISON.id, SECOND_LIAISON.id}
    assert world.queues.to("messages") == [message]


def test_a_persons_step_delivered_twice_changes_nothing(world):
    message = create_message(find_last(world, forwarded(world).ticket, StepOpened))
    steps.open_step(message)
    before = dump_world(world)
    steps.open_step(message)
    assert dump_world(world) == before


def test_a_step_that_is_done_by_now_asks_nobody(world):
    ticket = answered(world).ticket
    opened = [event for event in world.complaints.list_events(ticket) if isinstance(event.event, StepOpened)]
    respond = next(event for event in opened if event.event.step == "respond")
    steps.open_step(create_message(respond))
    assert world.link_store.stored == {}
    assert world.queues.sent == []


def test_a_published_answer_is_delivered_once(world):
    ticket = answered(world).ticket
    world.app.command_handler.execute(ticket, Publish(), asks(ADMIN, "publish"))
    message = create_message(find_last(world, ticket, StepOpened))
    steps.open_step(message)
    complaint = world.complaints.get(ticket)
    assert (complaint.state, set(complaint.rows_done)) == ("answered", {1, 2, 3, 4, 5, 6, 7})
    before = dump_world(world)
    steps.open_step(message)
    assert dump_world(world) == before


def test_the_reporters_step_needs_no_link(world):
    steps.open_step(create_message(find_last(world, delivered(world).ticket, StepOpened)))
    assert world.link_store.stored == {}


def test_a_message_about_an_unknown_complaint_comes_again_and_ends_in_the_dead_letter_queue(world):
    valid = create_message(find_last(world, filed(world).ticket, StepOpened))
    unknown = {**valid, "ticket": "CTH-NOTHING"}
    answer = steps.open_steps(build_batch(unknown, valid, "not json"), LAMBDA)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "2"}]}


@pytest.mark.usefixtures("world")
def test_a_batch_that_fails_whole_is_answered_record_by_record():
    answer = steps.open_steps(build_batch("not json", "neither"), LAMBDA)
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["0", "1"]


def test_what_failed_once_comes_again_within_the_minute_and_then_ever_later(world):
    for attempts in (1, 2, 3, 11):
        steps.open_steps(build_batch("not json", attempts=attempts), LAMBDA)
    assert world.queues.hastened == [("record", "0", pause) for pause in (3, 6, 12, 180)]


def test_what_succeeds_is_not_brought_again(world):
    steps.open_steps(build_batch(create_message(find_last(world, filed(world).ticket, StepOpened))), LAMBDA)
    assert world.queues.hastened == []


def test_a_message_that_cannot_be_hastened_still_goes_back_to_its_queue(world):
    world.queues.broken.add("record")
    answer = steps.open_steps(build_batch("not json"), LAMBDA)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}


# Clocks


def test_an_armed_deadline_gets_one_ladder(world):
    ticket = recorded(world).ticket
    message = create_message(find_last(world, ticket, DeadlineArmed))
    clocks.start_ladder(message)
    before = dump_world(world)
    clocks.start_ladder(message)
    assert world.timers.started == {(ticket, "verify", 1, 1)}
    assert dump_world(world) == before


def test_a_deadline_that_was_rescheduled_meanwhile_starts_only_the_newer_ladder(world):
    ticket = recorded(world).ticket
    older = create_message(find_last(world, ticket, DeadlineArmed))
    world.app.command_handler.execute(ticket, RestartTimer(clock="verify", visit=1), asks(SYSTEM, "rearm"))
    clocks.start_ladder(older)
    clocks.start_ladder(create_message(find_last(world, ticket, DeadlineArmed)))
    assert world.timers.started == {(ticket, "verify", 1, 2)}


def test_a_deadline_that_is_met_meanwhile_starts_no_ladder(world):
    ticket = recorded(world).ticket
    message = create_message(find_last(world, ticket, DeadlineArmed))
    world.app.command_handler.execute(ticket, Forward(agency="pupr"), asks(ADMIN, "forward"))
    clocks.start_ladder(message)
    assert world.timers.started == set()


def test_a_missed_deadline_marks_the_complaint_late_once(world):
    complaint = recorded(world)
    message = build_rung_message(complaint.ticket, "due", complaint.step.due_at.isoformat())
    clocks.reach_rung(message)
    late = world.complaints.get(complaint.ticket)
    assert (late.late_level, late.was_late, late.last_at) == (1, True, complaint.step.due_at)
    before = dump_world(world)
    clocks.reach_rung(message)
    assert dump_world(world) == before


@pytest.mark.parametrize("generation", [0, 2])
def test_a_rung_of_another_generation_does_nothing(world, generation):
    complaint = recorded(world)
    before = dump_world(world)
    clocks.reach_rung(
        build_rung_message(complaint.ticket, "due", complaint.step.due_at.isoformat(), generation)
    )
    assert dump_world(world) == before


def test_a_deadline_that_moved_is_told_after_its_ladder_was_started(world):
    complaint = recorded(world)
    day = complaint.step.due_at.date()
    world.directory.put(
        world.directory.get_region("kabupaten-contoh").model_copy(update={"closing_days": {day: "HUT"}})
    )
    system(world, complaint.ticket, RecomputeDeadlines())
    moved = create_message(find_last(world, complaint.ticket, DeadlineArmed))
    clocks.start_ladder(moved)
    assert world.queues.sent == [("messages", moved)]
    assert len(world.timers.started) == 1


# Changes of other complaints


def test_of_a_batch_of_changes_only_what_failed_comes_again(world):
    child, parent = recorded(world).ticket, filed(world, key="file-2").ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    merged = create_message(find_last(world, child, Merged))
    answer = changes.apply_changes(build_batch(merged, {**merged, "seq": 99}, {"ticket": child}), LAMBDA)
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["1", "2"]
    assert world.complaints.get(parent).children == (child,)
    before = dump_world(world)
    changes.apply_change(merged)
    assert dump_world(world) == before


# Every kind of step


def walk_through_steps(world: FakeWorld) -> Iterator[str]:
    """Yield one complaint at each step of a person, one after the other."""
    ticket = recorded(world).ticket
    yield ticket
    decide(world, ticket, ADMIN, "ask", missing=["details"])
    yield ticket
    decide(world, ticket, citizen(), "complete", text="Di depan pasar.")
    decide(world, ticket, ADMIN, "forward", agency="pupr")
    yield ticket
    decide(world, ticket, LIAISON, "answer", text="Sudah.")
    yield ticket
    decide(world, ticket, ADMIN, "publish")
    system(world, ticket, Deliver())
    yield ticket


def test_every_step_of_somebodys_is_told_once_and_of_an_officers_there_is_a_link(world):
    for ticket in walk_through_steps(world):
        world.queues.sent.clear()
        message = create_message(find_last(world, ticket, StepOpened))
        for _ in range(2):
            steps.open_step(message)
        assert world.queues.sent == [("messages", message)]
        step = world.complaints.get(ticket).step
        has = {link.officer for link in world.link_store.stored.values() if link.step == step.name}
        assert has == {
            officer.id
            for officer in world.directory.list_officers_on_duty("kabupaten-contoh", step.owner, step.agency)
        }


def test_a_step_that_is_over_before_its_message_comes_opens_no_door(world):
    ticket = recorded(world).ticket
    late = create_message(find_last(world, ticket, StepOpened))
    decide(world, ticket, ADMIN, "forward", agency="pupr")
    steps.open_step(late)
    assert world.link_store.stored == {}
    assert world.queues.sent == []


# Messages


def get_records(world: FakeWorld) -> dict[str, MessageRecord]:
    return {f"{record.recipient}.{record.channel}": record for record in world.log.records.values()}


def test_the_admin_is_told_of_a_recorded_complaint_once(world):
    ticket = recorded(world).ticket
    message = create_message(find_last(world, ticket, StepOpened))
    messages.notify(message)
    assert [to for to, _, _ in world.mailer.sent] == [ADMIN.email]
    before = dump_world(world)
    messages.notify(message)
    assert dump_world(world) == before


def test_telling_twice_at_once_sends_once(world):
    """Both workers read the mark before either writes it: the message's claim decides."""
    message = create_message(find_last(world, recorded(world).ticket, StepOpened))
    messages.notify(message)
    world.effects.marks.clear()
    messages.notify(message)
    assert len(world.mailer.sent) == 1


def test_the_reporter_is_told_that_it_was_received(world):
    ticket = filed(world).ticket
    messages.notify(create_message(world.complaints.list_events(ticket)[0]))
    assert [to for to, _, _ in world.mailer.sent] == [CITIZEN.email]


def test_a_link_in_the_mail_leads_to_the_step(world):
    ticket = recorded(world).ticket
    message = create_message(find_last(world, ticket, StepOpened))
    steps.open_step(message)
    messages.notify(message)
    secret = world.app.officer_links.get_secret(ADMIN, world.complaints.get(ticket))
    (_, mime, _) = world.mailer.sent[0]
    assert f"/t/{secret}".encode() in mime
    assert world.app.officer_links.open(secret).is_open


# Reconciliation


def test_reconciliation_sends_what_got_lost_and_starts_what_does_not_run(world):
    ticket = recorded(world).ticket
    world.clock.forward(minutes=20)
    reconcile.repair_regions()
    lost = {queue for queue, _ in world.queues.sent}
    assert lost == {"messages", "record", "verify", "clocks"}
    armed = find_last(world, ticket, DeadlineArmed)
    assert (armed.event.generation, armed.actor) == (2, SYSTEM)


def test_reconciliation_leaves_alone_what_is_done_or_under_way(world):
    ticket = recorded(world).ticket
    start_every_ladder(world, ticket)
    steps.open_step(create_message(find_last(world, ticket, StepOpened)))
    world.queues.sent.clear()
    before = world.complaints.get(ticket)
    reconcile.repair_regions()
    assert world.queues.sent == []
    world.clock.forward(minutes=20)
    for event in world.complaints.list_events(ticket):
        for queue in list_queues(event):
            world.effects.mark_done(ticket, event.seq, queue, world.clock())
    reconcile.repair_regions()
    assert world.queues.sent == []
    assert world.complaints.get(ticket) == before


def test_rearming_after_every_timer_is_gone_leaves_one_timer_a_clock(world):
    ticket = recorded(world).ticket
    region = world.complaints.get(ticket).region
    assert world.app.recovery.restart_ladders(region) == 2
    start_every_ladder(world, ticket)
    assert world.app.recovery.restart_ladders(region) == 0
    assert world.timers.started == {(ticket, "verify", 1, 2), (ticket, "ombudsman", 1, 2)}
