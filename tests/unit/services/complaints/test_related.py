"""The effects of a complaint, a calendar or an agency on others: once, however often and in any order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.duplicates import LinkComplaint, Merged, ReleaseDuplicate
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.identity import Identity
from chalicelib.services.ports import Change
from chalicelib.services.routes import CHANGES, MESSAGES, create_message, get_first_queue
from chalicelib.workers.changes import apply_change
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON, REGION, officer
from tests.world import DRAFT, asks, citizen, decide, filed, system

ORDERS = ("once", "twice", "backwards")
CENTRAL = Actor(role=Role.CENTRAL_ADMIN, id="pusat")
NEIGHBOUR = REGION.model_copy(update={"slug": "kota-sebelah", "zone": "Asia/Makassar", "prefix": "SBL"})


def put_on_desk(world: FakeWorld, number: int = 1, **more: object) -> Complaint:
    ticket = filed(world, replace(DRAFT, **more), key=f"file-{number}").ticket
    return system(world, ticket, RecordComplaint(suggested_agency="pupr"))


def answer(world: FakeWorld, ticket: str, text: str = "Sudah ditambal.") -> Complaint:
    """Answered and with its reporter."""
    if world.complaints.snapshots[ticket].state in ("received", "verified"):
        decide(world, ticket, ADMIN, "forward", agency="pupr")
    world.files.incoming["incoming/after/photo"] = ("image/jpeg", 10)
    decide(world, ticket, LIAISON, "answer", text=text, uploads=["incoming/after/photo"])
    decide(world, ticket, ADMIN, "publish")
    return system(world, ticket, Deliver())


def carry_on(world: FakeWorld, order: str = "once") -> None:
    """Process messages that concern other complaints until there are none."""
    seen: set[tuple[str, int]] = set()
    while True:
        events = [event for history in world.complaints.histories.values() for event in history]
        new = [
            stored
            for stored in events
            if get_first_queue(stored) == CHANGES and (stored.ticket, stored.seq) not in seen
        ]
        seen |= {(stored.ticket, stored.seq) for stored in new}
        bodies = [create_message(stored) for stored in new] + world.queues.to(CHANGES)
        world.queues.sent = [(queue, body) for queue, body in world.queues.sent if queue != CHANGES]
        if not bodies:
            return
        for body in bodies[::-1] if order == "backwards" else bodies * (2 if order == "twice" else 1):
            apply_change(body)


def get_state(world: FakeWorld, ticket: str) -> Complaint:
    return world.complaints.snapshots[ticket]


def get_answer(world: FakeWorld, ticket: str) -> str:
    (answer,) = world.app.reader.read(ticket, citizen()).answers
    return answer.text


# Duplicates


@pytest.mark.parametrize("order", ORDERS)
def test_a_duplicate_gets_its_parents_answer_and_its_own_reporter_is_asked(world, order):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    carry_on(world, order)
    assert (get_state(world, parent).children, get_state(world, child).state) == ((child,), "duplicate")
    answer(world, parent)
    carry_on(world, order)
    follower = get_state(world, child)
    assert (follower.state, follower.step.owner) == ("answered", Role.REPORTER)
    assert get_answer(world, child) == "Sudah ditambal."
    assert [ticket for ticket, _ in world.files.taken] == [parent, child]


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_merged_after_the_answer_has_it_at_once(world, order):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    answer(world, parent)
    decide(world, child, ADMIN, "merge", parent=parent)
    carry_on(world, order)
    assert get_state(world, child).state == "answered"
    assert len(get_state(world, child).answers) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_a_parent_that_ends_without_an_answer_gives_its_duplicates_back_to_the_admin(world, order):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    carry_on(world, order)
    decide(world, parent, ADMIN, "archive", reason="no_substance", text="Tidak ada isinya.")
    carry_on(world, order)
    back = get_state(world, child)
    assert (back.parent, back.step.owner, back.finished) == (None, Role.REGIONAL_ADMIN, False)


def test_a_second_answer_of_the_parent_leaves_alone_what_the_duplicates_reporter_was_told(world):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    carry_on(world)
    answer(world, parent)
    carry_on(world)
    decide(world, child, citizen(), "satisfied")
    decide(world, parent, citizen(), "not_satisfied", reason="Sudah berlubang lagi.")
    answer(world, parent, "Ditambal ulang.")
    carry_on(world)
    assert (get_state(world, child).state, get_answer(world, child)) == ("resolved", "Sudah ditambal.")


def test_who_follows_the_same_parent_a_second_time_is_told_a_second_time(world):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    answer(world, parent)
    for _ in range(2):
        decide(world, child, ADMIN, "merge", parent=parent)
        carry_on(world)
        assert get_state(world, child).state == "answered"
        decide(world, child, citizen(), "not_satisfied", reason="Bukan jalan saya.")
        decide(world, child, LIAISON, "return", reason="Bukan jalan kami.")


def test_nothing_follows_what_was_withdrawn_and_what_did_is_given_back(world):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    decide(world, parent, citizen(), "withdraw")
    carry_on(world)
    with pytest.raises(Refusal, match="parent_unanswered"):
        decide(world, child, ADMIN, "merge", parent=parent)
    assert get_state(world, child).parent is None


def test_a_merge_that_is_heard_of_too_late_binds_nobody(world):
    first, second, child = (put_on_desk(world, number).ticket for number in (1, 2, 3))
    decide(world, child, ADMIN, "merge", parent=first)
    (late,) = [stored for stored in world.complaints.list_events(child) if isinstance(stored.event, Merged)]
    system(world, child, ReleaseDuplicate(parent=first))
    decide(world, child, ADMIN, "merge", parent=second)
    apply_change(create_message(late))
    assert get_state(world, first).children == ()


def test_of_two_that_are_merged_into_each_other_at_once_the_admin_has_one_again(world):
    first, second = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    write = world.complaints.commit

    def after_the_other(change: Change) -> None:
        world.complaints.commit = write
        decide(world, second, ADMIN, "merge", parent=first)
        write(change)

    world.complaints.commit = after_the_other
    decide(world, first, ADMIN, "merge", parent=second)
    carry_on(world)
    assert (get_state(world, first).step.owner, get_state(world, second).parent) == (
        Role.REGIONAL_ADMIN,
        first,
    )
    answer(world, first)
    carry_on(world)
    assert get_state(world, second).state == "answered"


def test_what_fails_halfway_is_done_once_when_it_comes_again(world):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    (merged,) = [stored for stored in world.complaints.list_events(child) if isinstance(stored.event, Merged)]
    world.queues.broken.add(MESSAGES)
    with pytest.raises(ConnectionError):
        apply_change(create_message(merged))
    world.queues.broken.clear()
    apply_change(create_message(merged))
    assert get_state(world, parent).children == (child,)
    assert world.queues.to(MESSAGES) == [create_message(merged)]
    apply_change(create_message(merged))
    assert world.queues.to(MESSAGES) == [create_message(merged)]


def test_an_event_that_cannot_be_read_yet_comes_again(world):
    ticket = put_on_desk(world).ticket
    with pytest.raises(LookupError):
        apply_change({"v": 1, "ticket": ticket, "seq": 99})


def test_a_merge_that_the_parent_never_heard_of_is_found_though_nobody_has_the_duplicate(world):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    (merged,) = [stored for stored in world.complaints.list_events(child) if isinstance(stored.event, Merged)]
    world.app.recovery.replay(REGION.slug)
    assert world.queues.to(CHANGES) == [create_message(merged)]


def test_the_answer_does_not_tell_the_duplicates_reporter_who_filed_the_parent(world):
    parent, child = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    world.complaints.identities[parent] = Identity(account="account-budi", name="Budi Santoso")
    complaint_now = world.complaints.snapshots[parent]
    world.complaints.snapshots[parent] = complaint_now.model_copy(update={"reporter": "account-budi"})
    decide(world, child, ADMIN, "merge", parent=parent)
    carry_on(world)
    answer(world, parent, "Yth. Budi Santoso, sudah ditambal.")
    carry_on(world)
    assert get_answer(world, child) == "Yth. [disamarkan], sudah ditambal."


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("heard", [True, False], ids=["known of before", "heard of afterwards"])
def test_what_follows_a_report_that_becomes_a_protected_one_is_the_admins_again(world, order, heard):
    inspector = officer("inspektur", Role.INSPECTORATE)
    world.directory.put(inspector)
    parent = put_on_desk(world, 1, anonymous=True, about_agency="pupr").ticket
    child = put_on_desk(world, 2).ticket
    decide(world, child, ADMIN, "merge", parent=parent)
    if heard:
        carry_on(world)
    decide(world, parent, ADMIN, "verify", confidential=True)
    carry_on(world, order)
    assert (get_state(world, child).state, get_state(world, child).parent) == ("received", None)
    decide(world, parent, inspector, "answer", text="Petugas itu sudah diperiksa.")
    system(world, parent, Deliver())
    carry_on(world, order)
    assert get_state(world, child).answers == ()


# Split, and moved to another region


@pytest.mark.parametrize("order", ORDERS)
def test_a_second_matter_gets_a_number_of_its_own_and_the_first_ones_date_of_receipt(world, order):
    world.files.incoming["incoming/a/photo"] = ("image/jpeg", 10)
    first = put_on_desk(world, uploads=("incoming/a/photo",))
    world.clock.forward(days=1)
    second = {"category": "sampah", "title": "Sampah menumpuk", "narrative": "Di dekat lubang itu juga."}
    decide(world, first.ticket, ADMIN, "split", **second)
    carry_on(world, order)
    (split_off,) = get_state(world, first.ticket).linked
    own = get_state(world, split_off)
    assert (own.received_at, own.reporter, own.category) == (first.received_at, CITIZEN.id, "sampah")
    assert own.files == first.files
    assert world.app.reader.read(split_off, citizen()).title == "Sampah menumpuk"
    assert len(world.complaints.snapshots) == 2


def test_a_second_matter_about_the_same_officers_can_still_become_a_protected_report(world):
    world.directory.put(officer("inspektur", Role.INSPECTORATE))
    first = put_on_desk(world, anonymous=True, about_agency="pupr")
    decide(world, first.ticket, ADMIN, "split", category="sampah", title="Juga", narrative="Mereka juga.")
    (second,) = set(world.complaints.snapshots) - {first.ticket}
    system(world, second, RecordComplaint())
    assert decide(world, second, ADMIN, "verify", confidential=True).protected


def test_the_same_split_on_the_same_state_happens_once(world):
    first = put_on_desk(world)
    second = {"category": "sampah", "title": "Sampah menumpuk", "narrative": "Di dekat lubang itu juga."}
    decide(world, first.ticket, ADMIN, "split", **second)
    decide(world, first.ticket, ADMIN, "split", **second)
    assert len(world.complaints.snapshots) == 2


@pytest.mark.parametrize("order", ORDERS)
def test_what_was_filed_in_the_wrong_region_goes_on_whole_in_the_right_one(world, order):
    world.directory.put(NEIGHBOUR)
    world.directory.put(Category(code="lain", region=NEIGHBOUR.slug, name_id="Lain-lain", name_en="Other"))
    world.files.incoming["incoming/a/photo"] = ("image/jpeg", 10)
    wrong = put_on_desk(world, uploads=("incoming/a/photo",))
    decide(world, wrong.ticket, CENTRAL, "reroute", region=NEIGHBOUR.slug, reason="Letaknya di sana.")
    carry_on(world, order)
    left = get_state(world, wrong.ticket)
    (ticket,) = left.linked
    moved = get_state(world, ticket)
    assert (left.finished, left.rerouted_to) == (True, NEIGHBOUR.slug)
    assert (moved.region, moved.zone, moved.category) == (NEIGHBOUR.slug, "Asia/Makassar", "lain")
    assert (moved.received_at, moved.files) == (wrong.received_at, wrong.files)
    view = world.app.reader.read(ticket, citizen())
    assert (view.title, view.narrative, view.place) == (DRAFT.title, DRAFT.narrative, DRAFT.place)
    assert len(world.complaints.snapshots) == 2


# A region that changes


def close_office(world: FakeWorld, day: date) -> None:
    region = world.directory.get_region(REGION.slug)
    world.directory.put(region.model_copy(update={"closing_days": {**region.closing_days, day: "Hari jadi"}}))


@pytest.mark.parametrize("order", ORDERS)
def test_a_new_day_off_moves_every_open_deadline_of_the_region_once(world, order):
    due = {(number := put_on_desk(world, n)).ticket: number.step.due_at for n in (1, 2)}
    close_office(world, (due[next(iter(due))] - timedelta(hours=12)).date())
    world.queues.send(CHANGES, {"v": 1, "change": "calendar", "region": REGION.slug, "id": "1"})
    carry_on(world, order)
    for ticket, before in due.items():
        moved = [
            stored.event
            for stored in world.complaints.list_events(ticket)
            if isinstance(stored.event, DeadlineArmed)
        ]
        (step,) = [event for event in moved if event.clock == "verify" and event.moved_from]
        assert (step.moved_from, step.generation) == (before, 2)
        assert get_state(world, ticket).step.due_at == before + timedelta(days=1)


@pytest.mark.parametrize("order", ORDERS)
def test_a_renamed_agencys_open_steps_are_its_successors_and_no_others(world, order):
    mine, anothers = put_on_desk(world, 1).ticket, put_on_desk(world, 2).ticket
    decide(world, mine, ADMIN, "forward", agency="pupr")
    decide(world, anothers, ADMIN, "forward", agency="dlh")
    world.directory.put(Agency(id="pupr-baru", region=REGION.slug, name="Dinas PUPR Baru", kind="agency"))
    world.directory.put(officer("baru-1", Role.LIAISON, "pupr-baru"))
    due = get_state(world, mine).step.due_at
    change = {
        "v": 1,
        "change": "successor",
        "region": REGION.slug,
        "agency": "pupr",
        "successor": "pupr-baru",
    }
    world.queues.send(CHANGES, {**change, "id": "1"})
    carry_on(world, order)
    heir = get_state(world, mine)
    assert (heir.agency, heir.step.agency, heir.step.due_at) == ("pupr-baru", "pupr-baru", due)
    assert get_state(world, anothers).agency == "dlh"


def test_an_unknown_change_fails_and_changes_nothing(world):
    ticket = put_on_desk(world).ticket
    before = repr(world.complaints)
    with pytest.raises(ValueError, match="unknown change"):
        apply_change({"v": 1, "ticket": ticket, "change": "weather"})
    assert repr(world.complaints) == before


def test_a_link_to_itself_is_refused_and_an_unknown_number_is_named_as_such(world):
    ticket = put_on_desk(world).ticket
    for second, code in ((ticket, "own_duplicate"), ("CTH-22222A", "unknown_other_ticket")):
        with pytest.raises(Refusal, match=code):
            world.app.command_handler.execute(ticket, LinkComplaint(ticket=second), asks(ADMIN, second))
