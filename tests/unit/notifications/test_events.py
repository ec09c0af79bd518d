"""Every event of a complaint, under each procedure on file: its recipients and their templates."""

from collections.abc import Callable

import pytest

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.completion import (
    Completed,
    CompletionAsked,
    ItemsAsked,
    ItemsExpired,
    ItemsGiven,
    Lapsed,
)
from chalicelib.domain.complaint.duplicates import (
    Inherited,
    Merged,
    NoteSplit,
    Released,
    ReleaseDuplicate,
    SplitOff,
)
from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.complaint.handling import Accepted, AgencySucceeded, Returned, Supported, TimeAsked
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.outcome import Confirm, Confirmed, Disputed, Reopened, Replied, Withdrawn
from chalicelib.domain.complaint.publishing import Delivered, Published
from chalicelib.domain.complaint.referral import Referred
from chalicelib.domain.complaint.routing import Consulted, Forwarded, HandedOver, HandoverEnded, Rerouted
from chalicelib.domain.complaint.rungs import ClosedBySilence, RungReached
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.timers import RecomputeDeadlines, RestartTimer
from chalicelib.domain.complaint.verification import Archived, Reclassified
from chalicelib.domain.procedure.model import Notice, Procedure, Role, StepKind
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.identity import Identity
from chalicelib.notifications.message import Addressee
from chalicelib.notifications.recipients import find_addressees
from tests import procedures
from tests.fake_stores import FakeDirectory
from tests.procedures import Life
from tests.sample_region import REGION
from tests.unit.notifications import scenes
from tests.unit.notifications.scenes import do, ring

IDENTITY = Identity(account="reporter-1", name="Siti Aminah", email="siti@example.com")
DIRECTORY = FakeDirectory({REGION.slug: REGION}, officer_list=scenes.STAFF)
LIAISON, OTHER_LIAISON = "pupr-penghubung", "dlh-penghubung"

Recipients = set[tuple[str, str]]
Scene = Callable[[Procedure], Life]


@pytest.fixture(params=procedures.every_procedure(), ids=lambda procedure: procedure.id)
def procedure(request: pytest.FixtureRequest) -> Procedure:
    return request.param


def find_people(life: Life, kind: type, directory: FakeDirectory = DIRECTORY) -> list[Addressee]:
    """Find who is told of the last event of this kind."""
    event = [event for event in life.events if isinstance(event.event, kind)][-1]
    return find_addressees(event, life.complaint, life.procedure, directory, IDENTITY)


def find_told(life: Life, kind: type, directory: FakeDirectory = DIRECTORY) -> Recipients:
    return {(person.recipient, person.template) for person in find_people(life, kind, directory)}


EVERYWHERE: list[tuple[str, Scene, type, Recipients]] = [
    ("filed", Life, Filed, {("reporter", "received")}),
    (
        "typed in on behalf",
        lambda procedure: Life(procedure, filed=procedures.TYPED_IN),
        Filed,
        {("reporter", "tanda-terima")},
    ),
    ("at the admin's desk", scenes.begin, StepOpened, {("admin", "to-verify")}),
    ("sent back to be completed", scenes.ask_completion, CompletionAsked, {("reporter", "completion-asked")}),
    (
        "not completed yet",
        lambda procedure: ring(scenes.ask_completion(procedure), "half"),
        RungReached,
        {("reporter", "completion-reminder")},
    ),
    (
        "never completed",
        lambda procedure: ring(scenes.ask_completion(procedure), "half", "most", "due"),
        Lapsed,
        {("reporter", "lapsed")},
    ),
    (
        "completed",
        lambda procedure: do(scenes.ask_completion(procedure), procedures.COMPLETE),
        Completed,
        {("admin", "completed")},
    ),
    (
        "forwarded",
        scenes.forward,
        Forwarded,
        {("reporter", "forwarded"), ("koordinator", "forwarded-coordinator")},
    ),
    (
        "forwarded with supporters",
        scenes.forward_with_supporter,
        Forwarded,
        {
            ("reporter", "forwarded"),
            ("koordinator", "forwarded-coordinator"),
            (OTHER_LIAISON, "support-asked"),
        },
    ),
    ("supported", scenes.give_support, Supported, {(LIAISON, "support-given")}),
    (
        "forwarded by letter",
        lambda procedure: scenes.forward(procedure, by_letter=True),
        StepOpened,
        {("admin", "to-send-letter")},
    ),
    ("handed over", scenes.hand_over, HandedOver, {("reporter", "handed-over")}),
    ("handed over, to be followed", scenes.hand_over, StepOpened, {("admin", "to-follow")}),
    (
        "followed for long",
        lambda procedure: ring(scenes.hand_over(procedure), "due"),
        RungReached,
        {("admin", "to-follow")},
    ),
    (
        "followed to its end",
        lambda procedure: do(scenes.hand_over(procedure), procedures.END_HANDOVER),
        HandoverEnded,
        {("reporter", "handover-ended")},
    ),
    (
        "filed away",
        lambda procedure: do(scenes.begin(procedure), procedures.ARCHIVE),
        Archived,
        {("reporter", "archived")},
    ),
    ("merged", scenes.merge, Merged, {("reporter", "merged")}),
    ("answered by its parent", scenes.inherit, Inherited, {("reporter", "answered")}),
    (
        "released by its parent",
        lambda procedure: do(scenes.merge(procedure), ReleaseDuplicate(parent=scenes.PARENT), SYSTEM),
        Released,
        {("reporter", "duplicate-released")},
    ),
    (
        "split in two",
        lambda procedure: do(scenes.begin(procedure), NoteSplit(ticket=scenes.CHILD), SYSTEM),
        SplitOff,
        {("reporter", "split-off")},
    ),
    ("rerouted", scenes.reroute, Rerouted, {("reporter", "rerouted")}),
    ("reclassified", scenes.reclassify, Reclassified, {("reporter", "reclassified")}),
    (
        "given back",
        scenes.return_report,
        Returned,
        {("reporter", "returned-reporter"), ("koordinator", "returned-coordinator")},
    ),
    ("back at the admin's desk", scenes.return_report, StepOpened, {("admin", "to-verify")}),
    ("given back again", scenes.return_twice, StepOpened, {("koordinator", "to-arbitrate")}),
    ("items asked", scenes.ask_items, ItemsAsked, {("reporter", "items-asked")}),
    (
        "items not there yet",
        lambda procedure: ring(scenes.ask_items(procedure), "most"),
        RungReached,
        {("reporter", "items-reminder")},
    ),
    (
        "items given",
        lambda procedure: do(scenes.ask_items(procedure), procedures.COMPLETE),
        ItemsGiven,
        {(LIAISON, "items-given")},
    ),
    (
        "items never given",
        lambda procedure: ring(scenes.ask_items(procedure), "most", "due"),
        ItemsExpired,
        {(LIAISON, "items-expired")},
    ),
    (
        "time asked",
        scenes.ask_for_time,
        TimeAsked,
        {("reporter", "time-asked-reporter"), ("admin", "time-asked"), ("koordinator", "time-asked")},
    ),
    (
        "the agency renamed",
        scenes.succeed_agency,
        AgencySucceeded,
        {("dinkes-penghubung", "agency-succeeded")},
    ),
    (
        "a supporter renamed",
        scenes.succeed_supporter,
        AgencySucceeded,
        {("dinkes-penghubung", "support-asked")},
    ),
    ("delivered", scenes.reach_confirmation, Delivered, {("reporter", "answered")}),
    ("the reporter writes", scenes.write, Replied, {("admin", "reply")}),
    (
        "the admin writes",
        lambda procedure: scenes.write(procedure, procedures.ADMIN),
        Replied,
        {("reporter", "government-reply")},
    ),
    ("a question asked", scenes.ask_question, StepOpened, {(LIAISON, "to-explain")}),
    (
        "no response yet",
        lambda procedure: ring(scenes.reach_confirmation(procedure), "most"),
        RungReached,
        {("reporter", "silence-reminder")},
    ),
    ("no response at all", scenes.stay_silent, ClosedBySilence, {("reporter", "closed-by-silence")}),
    (
        "satisfied",
        lambda procedure: do(scenes.reach_confirmation(procedure), Confirm()),
        Confirmed,
        {(LIAISON, "resolved")},
    ),
    ("taken up again", scenes.reopen, Reopened, {("admin", "reopened"), ("koordinator", "reopened")}),
    (
        "withdrawn",
        scenes.withdraw,
        Withdrawn,
        {("reporter", "withdrawn-reporter"), ("admin", "withdrawn"), (LIAISON, "withdrawn")},
    ),
    (
        "sixty days gone",
        scenes.refer,
        Referred,
        {("reporter", "referred-reporter"), ("koordinator", "referred-coordinator")},
    ),
    (
        "a deadline moved",
        lambda procedure: scenes.move_deadline(scenes.begin(procedure)),
        DeadlineArmed,
        {("reporter", "deadline-moved-reporter"), ("admin", "deadline-moved")},
    ),
    (
        "the reporter's own deadline moved",
        lambda procedure: scenes.move_deadline(scenes.reach_confirmation(procedure)),
        DeadlineArmed,
        {("reporter", "deadline-moved-reporter")},
    ),
    (
        "a plan due",
        lambda procedure: ring(scenes.answer_with_plan(procedure), "due-day", clock="plan"),
        RungReached,
        {(LIAISON, "plan-due"), ("admin", "plan-due")},
    ),
    ("protected", scenes.file_protected, StepOpened, {("inspektur", "to-inspect")}),
]


@pytest.mark.parametrize(
    ("scene", "kind", "expected"),
    [row[1:] for row in EVERYWHERE],
    ids=[row[0].replace(" ", "-") for row in EVERYWHERE],
)
def test_everybody_whom_an_event_concerns_is_told_in_the_words_for_it(
    procedure: Procedure, scene: Scene, kind: type, expected: Recipients
) -> None:
    assert find_told(scene(procedure), kind) == expected


def test_a_step_that_goes_on_is_told_once_by_what_let_it_go_on(procedure: Procedure) -> None:
    life = do(scenes.ask_completion(procedure), procedures.COMPLETE)
    assert find_told(life, StepOpened) == set()
    (admin,) = find_people(life, Completed)
    assert admin.owner, "and with the link to act by"


def test_the_agency_that_has_the_answer_to_make_gets_a_link(procedure: Procedure) -> None:
    life = Life(procedure).to_exit("answer")
    assert find_told(life, StepOpened) == {(LIAISON, "to-answer")}
    assert all(person.owner for person in find_people(life, StepOpened))


def test_who_has_the_next_step_too_is_told_of_it_for_the_link(procedure: Procedure) -> None:
    life = scenes.begin(procedure)
    me = procedures.ADMIN.model_copy(update={"id": "admin"})
    life.do(procedures.HAND_OVER, me)
    assert find_told(life, StepOpened) == {("admin", "to-follow")}


def test_supporters_get_a_link_though_the_step_is_not_theirs(procedure: Procedure) -> None:
    (helper,) = (
        person
        for person in find_people(scenes.forward_with_supporter(procedure), Forwarded)
        if person.template == "support-asked"
    )
    assert (helper.supports, helper.owner) == (True, False)


def test_a_first_dispute_and_a_second_are_told_in_different_words() -> None:
    for procedure in procedures.every_procedure():
        notices = {(notice.when, notice.to) for notice in procedure.notices}
        once = do(scenes.reach_confirmation(procedure), procedures.DISPUTE)
        again = scenes.dispute_twice(procedure)
        first = {"koordinator"} if ("complaint.disputed", "coordinator") in notices else set()
        assert find_told(once, Disputed) == {(person, "disputed") for person in first}
        if ("complaint.disputed:again", "head") in notices:
            assert find_told(again, Disputed) == {
                ("koordinator", "disputed-again"),
                ("pupr-kepala", "disputed-again"),
            }


def test_the_words_for_a_second_dispute_come_before_those_for_every_dispute(procedure: Procedure) -> None:
    life = scenes.dispute_twice(procedure)
    life.procedure = procedure.model_copy(
        update={
            "notices": (
                Notice(when="complaint.disputed", to="coordinator", template="disputed"),
                Notice(when="complaint.disputed:again", to="coordinator", template="disputed-again"),
            )
        }
    )
    assert find_told(life, Disputed) == {("koordinator", "disputed-again")}


def test_a_deadline_that_is_only_rescheduled_is_no_news(procedure: Procedure) -> None:
    life = scenes.begin(procedure)
    life.do(RestartTimer(clock=life.clock.name, visit=life.clock.visit), SYSTEM)
    assert find_told(life, DeadlineArmed) == set()


def test_a_moved_deadline_that_moved_again_is_told_once(procedure: Procedure) -> None:
    life = scenes.move_deadline(scenes.begin(procedure))
    earlier = life.events[-1]
    life.calendar = procedures.calendar_of(procedure.id)
    life.do(RecomputeDeadlines(), SYSTEM)
    assert find_addressees(earlier, life.complaint, procedure, DIRECTORY, IDENTITY) == []


def test_asking_that_was_answered_meanwhile_is_not_told(procedure: Procedure) -> None:
    life = do(scenes.ask_completion(procedure), procedures.COMPLETE)
    assert find_told(life, CompletionAsked) == set()


# One procedure's own rows.


def test_a_consultation_is_asked_for_and_its_outcome_told() -> None:
    life = scenes.consult(scenes.find_procedure_with(StepKind.CONSULT))
    assert find_told(life, StepOpened) == {("koordinator", "to-consult")}
    life.go_on()
    assert find_told(life, Consulted) == {("admin", "consultation-given")}


def test_that_it_is_being_worked_on_is_told_to_reporter_and_admin_where_the_procedure_says_so() -> None:
    life = scenes.accept(scenes.find_procedure_with(StepKind.CONSULT))
    assert find_told(life, Accepted) == {("reporter", "in-progress"), ("admin", "in-progress-admin")}


def test_that_it_was_followed_up_is_reported_on_to_the_coordinator() -> None:
    life = scenes.reach_confirmation(scenes.find_procedure_with(StepKind.CONSULT))
    assert find_told(life, Published) == {("koordinator", "published-coordinator")}


def test_an_inner_row_is_told_to_its_owner_in_the_agency() -> None:
    life = scenes.reach_secretariat(scenes.find_procedure_with(Role.SECRETARIAT))
    assert find_told(life, StepOpened) == {("pupr-sekretaris", "to-follow-up")}


def test_the_head_is_asked_to_dispose_and_then_only_the_unit_it_went_to() -> None:
    house = scenes.find_procedure_with(Role.UNIT)
    assert find_told(scenes.reach_disposition(house), StepOpened) == {("pupr-kepala", "to-dispose")}
    assert find_told(scenes.reach_unit(house), StepOpened) == {("pupr-bidang-1", "to-follow-up")}


def test_a_clock_over_several_steps_reminds_whom_its_own_ladder_names() -> None:
    house = scenes.find_procedure_with(Role.UNIT)
    life = scenes.reach_disposition(house)
    life.reach("half", "coordination")
    assert find_told(life, RungReached) == {(LIAISON, "reminder")}


def test_a_clock_over_several_steps_takes_no_reporter_for_its_owner() -> None:
    house = scenes.find_procedure_with(Role.UNIT)
    ladder = house.ladders["envelope"]
    owners = tuple(rung.model_copy(update={"tell": ("owner",)}) for rung in ladder.rungs)
    changed = house.model_copy(
        update={"ladders": {**house.ladders, "envelope": ladder.model_copy(update={"rungs": owners})}}
    )
    life = scenes.reach_answering(Life(changed))
    life.reach("half", "coordination")
    assert find_told(life, RungReached) == {(LIAISON, "reminder")}
    do(life, procedures.ASK)
    assert life.step.owner == Role.REPORTER
    assert find_told(life, RungReached) == set()


# Nobody on duty.


def create_directory_without(*absent: str) -> FakeDirectory:
    present = [person for person in scenes.STAFF if person.id not in absent]
    return FakeDirectory({REGION.slug: REGION}, officer_list=present)


def test_where_nobody_of_a_desk_is_on_duty_the_liaison_is_told_instead() -> None:
    life = scenes.reach_secretariat(scenes.find_procedure_with(Role.SECRETARIAT))
    (person,) = find_people(life, StepOpened, create_directory_without("pupr-sekretaris"))
    assert (person.recipient, person.deputy, person.owner) == (LIAISON, True, True)


def test_where_the_liaison_is_not_on_duty_the_head_is_told_and_then_who_is_above(
    procedure: Procedure,
) -> None:
    life = Life(procedure).to_exit("answer")
    (head,) = find_people(life, StepOpened, create_directory_without(LIAISON))
    assert (head.recipient, head.deputy) == ("pupr-kepala", True)
    above = "koordinator" if procedure.roles[Role.HEAD].superior else "admin"
    (person,) = find_people(life, StepOpened, create_directory_without(LIAISON, "pupr-kepala"))
    assert (person.recipient, person.deputy) == (above, True)


def test_where_the_admin_is_not_on_duty_the_coordinator_is_told(procedure: Procedure) -> None:
    assert find_told(scenes.begin(procedure), StepOpened, create_directory_without("admin")) == {
        ("koordinator", "to-verify")
    }


def test_nobody_acts_for_the_inspectorate(procedure: Procedure) -> None:
    assert (
        find_told(scenes.file_protected(procedure), StepOpened, create_directory_without("inspektur"))
        == set()
    )


def test_only_the_owner_of_a_step_has_a_deputy(procedure: Procedure) -> None:
    life = do(scenes.reach_confirmation(procedure), Confirm())
    assert find_told(life, Confirmed, create_directory_without(LIAISON)) == set()


# Protected reports, and people who left.


def ring_every_clock(life: Life) -> list[StoredEvent]:
    """Reach every rung of every open clock; return all events."""
    for clock in life.complaint.clocks:
        for rung in clock.ahead:
            life.reach(rung.name, clock.name)
    return life.events


def notify_everybody(procedure: Procedure) -> Procedure:
    """Give the procedure a notice of every event to everybody, and rungs that tell everybody."""
    everybody = [*Role, "owner", "superior", "supporters", "agency"]
    notices = tuple(
        Notice(when=when, to=to, template="reminder") for when in sorted(EVENT_TYPES) for to in everybody
    )
    ladders = {
        name: ladder.model_copy(
            update={
                "rungs": tuple(
                    rung.model_copy(update={"tell": tuple(everybody), "template": "reminder"})
                    for rung in ladder.rungs
                )
            }
        )
        for name, ladder in procedure.ladders.items()
    }
    return procedure.model_copy(update={"notices": notices, "ladders": ladders})


def test_of_a_protected_report_nobody_but_the_reporter_and_the_inspectorate_ever_hears(
    procedure: Procedure,
) -> None:
    life = scenes.file_protected(notify_everybody(procedure))
    seen = set()
    for event in ring_every_clock(life):
        seen |= {
            person.recipient
            for person in find_addressees(event, life.complaint, life.procedure, DIRECTORY, IDENTITY)
        }
    assert seen == {"reporter", "inspektur"}


def test_of_a_report_that_is_not_protected_such_a_procedure_would_tell_everybody(
    procedure: Procedure,
) -> None:
    life = scenes.forward_with_supporter(notify_everybody(procedure))
    seen = {person.recipient for person in find_people(life, Forwarded)}
    assert {"admin", "koordinator", LIAISON, OTHER_LIAISON, "inspektur", "reporter"} <= seen


def test_who_withdrew_hears_nothing_of_what_goes_on_without_them(procedure: Procedure) -> None:
    life = scenes.file_protected(procedure)
    life.do(procedures.WITHDRAW, procedures.REPORTER)
    assert find_told(life, Withdrawn) == {("reporter", "withdrawn-reporter")}
    ring(life, "due", clock="ombudsman")
    assert find_told(life, Referred) == set()


# The templates that the procedures name.


def test_citizens_read_citizens_words_and_officers_theirs() -> None:
    for procedure in procedures.every_procedure():
        for notice in procedure.notices:
            assert (notice.to == "reporter") == (notice.template in scenes.FOR_REPORTERS), notice
