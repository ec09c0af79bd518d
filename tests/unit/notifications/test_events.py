"""What can happen to a complaint, under each procedure on file: who is told of it, in which words."""

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
from tests.fakes import REGION, FakeDirectory
from tests.procedures import Life
from tests.unit.notifications import scenes
from tests.unit.notifications.scenes import did, rang

IDENTITY = Identity(account="reporter-1", name="Siti Aminah", email="siti@example.com")
DIRECTORY = FakeDirectory({REGION.slug: REGION}, officer_list=scenes.STAFF)
LIAISON, OTHER_LIAISON = "pupr-penghubung", "dlh-penghubung"

Told = set[tuple[str, str]]
Scene = Callable[[Procedure], Life]


@pytest.fixture(params=procedures.every_procedure(), ids=lambda procedure: procedure.id)
def procedure(request: pytest.FixtureRequest) -> Procedure:
    return request.param


def people(life: Life, fact: type, directory: FakeDirectory = DIRECTORY) -> list[Addressee]:
    """Who is told of the last fact of this kind."""
    event = [event for event in life.events if isinstance(event.event, fact)][-1]
    return find_addressees(event, life.complaint, life.procedure, directory, IDENTITY)


def told(life: Life, fact: type, directory: FakeDirectory = DIRECTORY) -> Told:
    return {(one.recipient, one.template) for one in people(life, fact, directory)}


EVERYWHERE: list[tuple[str, Scene, type, Told]] = [
    ("filed", Life, Filed, {("reporter", "received")}),
    (
        "typed in on behalf",
        lambda procedure: Life(procedure, filed=procedures.TYPED_IN),
        Filed,
        {("reporter", "tanda-terima")},
    ),
    ("at the admin's desk", scenes.begun, StepOpened, {("admin", "to-verify")}),
    ("sent back to be completed", scenes.asked, CompletionAsked, {("reporter", "completion-asked")}),
    (
        "not completed yet",
        lambda procedure: rang(scenes.asked(procedure), "half"),
        RungReached,
        {("reporter", "completion-reminder")},
    ),
    (
        "never completed",
        lambda procedure: rang(scenes.asked(procedure), "half", "most", "due"),
        Lapsed,
        {("reporter", "lapsed")},
    ),
    (
        "completed",
        lambda procedure: did(scenes.asked(procedure), procedures.COMPLETE),
        Completed,
        {("admin", "completed")},
    ),
    (
        "forwarded",
        scenes.forwarded,
        Forwarded,
        {("reporter", "forwarded"), ("koordinator", "forwarded-coordinator")},
    ),
    (
        "forwarded with supporters",
        scenes.supported,
        Forwarded,
        {
            ("reporter", "forwarded"),
            ("koordinator", "forwarded-coordinator"),
            (OTHER_LIAISON, "support-asked"),
        },
    ),
    ("supported", scenes.gave_support, Supported, {(LIAISON, "support-given")}),
    (
        "forwarded by letter",
        lambda procedure: scenes.forwarded(procedure, by_letter=True),
        StepOpened,
        {("admin", "to-send-letter")},
    ),
    ("handed over", scenes.handed_over, HandedOver, {("reporter", "handed-over")}),
    ("handed over, to be followed", scenes.handed_over, StepOpened, {("admin", "to-follow")}),
    (
        "followed for long",
        lambda procedure: rang(scenes.handed_over(procedure), "due"),
        RungReached,
        {("admin", "to-follow")},
    ),
    (
        "followed to its end",
        lambda procedure: did(scenes.handed_over(procedure), procedures.END_HANDOVER),
        HandoverEnded,
        {("reporter", "handover-ended")},
    ),
    (
        "filed away",
        lambda procedure: did(scenes.begun(procedure), procedures.ARCHIVE),
        Archived,
        {("reporter", "archived")},
    ),
    ("merged", scenes.merged, Merged, {("reporter", "merged")}),
    ("answered by its parent", scenes.inherited, Inherited, {("reporter", "answered")}),
    (
        "released by its parent",
        lambda procedure: did(scenes.merged(procedure), ReleaseDuplicate(parent=scenes.PARENT), SYSTEM),
        Released,
        {("reporter", "duplicate-released")},
    ),
    (
        "split in two",
        lambda procedure: did(scenes.begun(procedure), NoteSplit(ticket=scenes.CHILD), SYSTEM),
        SplitOff,
        {("reporter", "split-off")},
    ),
    ("rerouted", scenes.rerouted, Rerouted, {("reporter", "rerouted")}),
    ("reclassified", scenes.reclassified, Reclassified, {("reporter", "reclassified")}),
    (
        "given back",
        scenes.returned,
        Returned,
        {("reporter", "returned-reporter"), ("koordinator", "returned-coordinator")},
    ),
    ("back at the admin's desk", scenes.returned, StepOpened, {("admin", "to-verify")}),
    ("given back again", scenes.given_back_again, StepOpened, {("koordinator", "to-arbitrate")}),
    ("items asked", scenes.items_asked, ItemsAsked, {("reporter", "items-asked")}),
    (
        "items not there yet",
        lambda procedure: rang(scenes.items_asked(procedure), "most"),
        RungReached,
        {("reporter", "items-reminder")},
    ),
    (
        "items given",
        lambda procedure: did(scenes.items_asked(procedure), procedures.COMPLETE),
        ItemsGiven,
        {(LIAISON, "items-given")},
    ),
    (
        "items never given",
        lambda procedure: rang(scenes.items_asked(procedure), "most", "due"),
        ItemsExpired,
        {(LIAISON, "items-expired")},
    ),
    (
        "time asked",
        scenes.asked_for_time,
        TimeAsked,
        {("reporter", "time-asked-reporter"), ("admin", "time-asked"), ("koordinator", "time-asked")},
    ),
    ("the agency renamed", scenes.succeeded, AgencySucceeded, {("dinkes-penghubung", "agency-succeeded")}),
    (
        "a supporter renamed",
        scenes.supporter_succeeded,
        AgencySucceeded,
        {("dinkes-penghubung", "support-asked")},
    ),
    ("delivered", scenes.confirming, Delivered, {("reporter", "answered")}),
    ("the reporter writes", scenes.wrote, Replied, {("admin", "reply")}),
    (
        "the admin writes",
        lambda procedure: scenes.wrote(procedure, procedures.ADMIN),
        Replied,
        {("reporter", "government-reply")},
    ),
    ("a question asked", scenes.questioned, StepOpened, {(LIAISON, "to-explain")}),
    (
        "no response yet",
        lambda procedure: rang(scenes.confirming(procedure), "most"),
        RungReached,
        {("reporter", "silence-reminder")},
    ),
    ("no response at all", scenes.silent, ClosedBySilence, {("reporter", "closed-by-silence")}),
    (
        "satisfied",
        lambda procedure: did(scenes.confirming(procedure), Confirm()),
        Confirmed,
        {(LIAISON, "resolved")},
    ),
    ("taken up again", scenes.reopened, Reopened, {("admin", "reopened"), ("koordinator", "reopened")}),
    (
        "withdrawn",
        scenes.withdrawn,
        Withdrawn,
        {("reporter", "withdrawn-reporter"), ("admin", "withdrawn"), (LIAISON, "withdrawn")},
    ),
    (
        "sixty days gone",
        scenes.referred,
        Referred,
        {("reporter", "referred-reporter"), ("koordinator", "referred-coordinator")},
    ),
    (
        "a deadline moved",
        lambda procedure: scenes.moved(scenes.begun(procedure)),
        DeadlineArmed,
        {("reporter", "deadline-moved-reporter"), ("admin", "deadline-moved")},
    ),
    (
        "the reporter's own deadline moved",
        lambda procedure: scenes.moved(scenes.confirming(procedure)),
        DeadlineArmed,
        {("reporter", "deadline-moved-reporter")},
    ),
    (
        "a plan due",
        lambda procedure: rang(scenes.planned(procedure), "due-day", clock="plan"),
        RungReached,
        {(LIAISON, "plan-due"), ("admin", "plan-due")},
    ),
    ("protected", scenes.protected, StepOpened, {("inspektur", "to-inspect")}),
]


@pytest.mark.parametrize(
    ("scene", "fact", "expected"),
    [row[1:] for row in EVERYWHERE],
    ids=[row[0].replace(" ", "-") for row in EVERYWHERE],
)
def test_everybody_whom_an_event_concerns_is_told_in_the_words_for_it(
    procedure: Procedure, scene: Scene, fact: type, expected: Told
) -> None:
    assert told(scene(procedure), fact) == expected


def test_a_step_that_goes_on_is_told_once_by_what_let_it_go_on(procedure: Procedure) -> None:
    life = did(scenes.asked(procedure), procedures.COMPLETE)
    assert told(life, StepOpened) == set()
    (admin,) = people(life, Completed)
    assert admin.owner, "and with the link to act by"


def test_the_agency_that_has_the_answer_to_make_gets_a_link(procedure: Procedure) -> None:
    life = Life(procedure).to_exit("answer")
    assert told(life, StepOpened) == {(LIAISON, "to-answer")}
    assert all(one.owner for one in people(life, StepOpened))


def test_who_has_the_next_step_too_is_told_of_it_for_the_link(procedure: Procedure) -> None:
    life = scenes.begun(procedure)
    me = procedures.ADMIN.model_copy(update={"id": "admin"})
    life.do(procedures.HAND_OVER, me)
    assert told(life, StepOpened) == {("admin", "to-follow")}


def test_supporters_get_a_link_though_the_step_is_not_theirs(procedure: Procedure) -> None:
    (helper,) = (
        one for one in people(scenes.supported(procedure), Forwarded) if one.template == "support-asked"
    )
    assert (helper.supports, helper.owner) == (True, False)


def test_a_first_dispute_and_a_second_are_told_in_different_words() -> None:
    for procedure in procedures.every_procedure():
        notices = {(notice.when, notice.to) for notice in procedure.notices}
        once = did(scenes.confirming(procedure), procedures.DISPUTE)
        again = scenes.disputed_twice(procedure)
        first = {"koordinator"} if ("complaint.disputed", "coordinator") in notices else set()
        assert told(once, Disputed) == {(one, "disputed") for one in first}
        if ("complaint.disputed:again", "head") in notices:
            assert told(again, Disputed) == {
                ("koordinator", "disputed-again"),
                ("pupr-kepala", "disputed-again"),
            }


def test_the_words_for_a_second_dispute_come_before_those_for_every_dispute(procedure: Procedure) -> None:
    life = scenes.disputed_twice(procedure)
    life.procedure = procedure.model_copy(
        update={
            "notices": (
                Notice(when="complaint.disputed", to="coordinator", template="disputed"),
                Notice(when="complaint.disputed:again", to="coordinator", template="disputed-again"),
            )
        }
    )
    assert told(life, Disputed) == {("koordinator", "disputed-again")}


def test_a_deadline_that_is_only_rescheduled_is_no_news(procedure: Procedure) -> None:
    life = scenes.begun(procedure)
    life.do(RestartTimer(clock=life.clock.name, visit=life.clock.visit), SYSTEM)
    assert told(life, DeadlineArmed) == set()


def test_a_moved_deadline_that_moved_again_is_told_once(procedure: Procedure) -> None:
    life = scenes.moved(scenes.begun(procedure))
    earlier = life.events[-1]
    life.calendar = procedures.calendar_of(procedure.id)
    life.do(RecomputeDeadlines(), SYSTEM)
    assert find_addressees(earlier, life.complaint, procedure, DIRECTORY, IDENTITY) == []


def test_asking_that_was_answered_meanwhile_is_not_told(procedure: Procedure) -> None:
    life = did(scenes.asked(procedure), procedures.COMPLETE)
    assert told(life, CompletionAsked) == set()


# One procedure's own rows.


def test_a_consultation_is_asked_for_and_its_outcome_told() -> None:
    life = scenes.consulted(scenes.with_a(StepKind.CONSULT))
    assert told(life, StepOpened) == {("koordinator", "to-consult")}
    life.go_on()
    assert told(life, Consulted) == {("admin", "consultation-given")}


def test_that_it_is_being_worked_on_is_told_to_reporter_and_admin_where_the_procedure_says_so() -> None:
    life = scenes.accepted(scenes.with_a(StepKind.CONSULT))
    assert told(life, Accepted) == {("reporter", "in-progress"), ("admin", "in-progress-admin")}


def test_that_it_was_followed_up_is_reported_on_to_the_coordinator() -> None:
    life = scenes.confirming(scenes.with_a(StepKind.CONSULT))
    assert told(life, Published) == {("koordinator", "published-coordinator")}


def test_an_inner_row_is_told_to_its_owner_in_the_agency() -> None:
    life = scenes.at_the_secretariats(scenes.with_a(Role.SECRETARIAT))
    assert told(life, StepOpened) == {("pupr-sekretaris", "to-follow-up")}


def test_the_head_is_asked_to_dispose_and_then_only_the_unit_it_went_to() -> None:
    house = scenes.with_a(Role.UNIT)
    assert told(scenes.disposing(house), StepOpened) == {("pupr-kepala", "to-dispose")}
    assert told(scenes.at_the_units(house), StepOpened) == {("pupr-bidang-1", "to-follow-up")}


def test_a_clock_over_several_steps_reminds_whom_its_own_ladder_names() -> None:
    house = scenes.with_a(Role.UNIT)
    life = scenes.disposing(house)
    life.reach("half", "coordination")
    assert told(life, RungReached) == {(LIAISON, "reminder")}


def test_a_clock_over_several_steps_takes_no_reporter_for_its_owner() -> None:
    house = scenes.with_a(Role.UNIT)
    ladder = house.ladders["envelope"]
    owners = tuple(rung.model_copy(update={"tell": ("owner",)}) for rung in ladder.rungs)
    changed = house.model_copy(
        update={"ladders": {**house.ladders, "envelope": ladder.model_copy(update={"rungs": owners})}}
    )
    life = scenes.answering(Life(changed))
    life.reach("half", "coordination")
    assert told(life, RungReached) == {(LIAISON, "reminder")}
    did(life, procedures.ASK)
    assert life.step.owner == Role.REPORTER
    assert told(life, RungReached) == set()


# Nobody on duty.


def without(*absent: str) -> FakeDirectory:
    present = [one for one in scenes.STAFF if one.id not in absent]
    return FakeDirectory({REGION.slug: REGION}, officer_list=present)


def test_where_nobody_of_a_desk_is_on_duty_the_liaison_is_told_instead() -> None:
    life = scenes.at_the_secretariats(scenes.with_a(Role.SECRETARIAT))
    (one,) = people(life, StepOpened, without("pupr-sekretaris"))
    assert (one.recipient, one.deputy, one.owner) == (LIAISON, True, True)


def test_where_the_liaison_is_not_on_duty_the_head_is_told_and_then_who_is_above(
    procedure: Procedure,
) -> None:
    life = Life(procedure).to_exit("answer")
    (head,) = people(life, StepOpened, without(LIAISON))
    assert (head.recipient, head.deputy) == ("pupr-kepala", True)
    above = "koordinator" if procedure.roles[Role.HEAD].superior else "admin"
    (one,) = people(life, StepOpened, without(LIAISON, "pupr-kepala"))
    assert (one.recipient, one.deputy) == (above, True)


def test_where_the_admin_is_not_on_duty_the_coordinator_is_told(procedure: Procedure) -> None:
    assert told(scenes.begun(procedure), StepOpened, without("admin")) == {("koordinator", "to-verify")}


def test_nobody_acts_for_the_inspectorate(procedure: Procedure) -> None:
    assert told(scenes.protected(procedure), StepOpened, without("inspektur")) == set()


def test_only_the_owner_of_a_step_has_a_deputy(procedure: Procedure) -> None:
    life = did(scenes.confirming(procedure), Confirm())
    assert told(life, Confirmed, without(LIAISON)) == set()


# Protected reports, and people who left.


def everything_that_can_happen(life: Life) -> list[StoredEvent]:
    """The life's events, and every rung of every clock that is open."""
    for clock in life.complaint.clocks:
        for rung in clock.ahead:
            life.reach(rung.name, clock.name)
    return life.events


def loud(procedure: Procedure) -> Procedure:
    """The procedure with a notice to everybody of everything, and rungs that tell everybody."""
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
    life = scenes.protected(loud(procedure))
    seen = set()
    for event in everything_that_can_happen(life):
        seen |= {
            one.recipient
            for one in find_addressees(event, life.complaint, life.procedure, DIRECTORY, IDENTITY)
        }
    assert seen == {"reporter", "inspektur"}


def test_of_a_report_that_is_not_protected_such_a_procedure_would_tell_everybody(
    procedure: Procedure,
) -> None:
    life = scenes.supported(loud(procedure))
    seen = {one.recipient for one in people(life, Forwarded)}
    assert {"admin", "koordinator", LIAISON, OTHER_LIAISON, "inspektur", "reporter"} <= seen


def test_who_withdrew_hears_nothing_of_what_goes_on_without_them(procedure: Procedure) -> None:
    life = scenes.protected(procedure)
    life.do(procedures.WITHDRAW, procedures.REPORTER)
    assert told(life, Withdrawn) == {("reporter", "withdrawn-reporter")}
    rang(life, "due", clock="ombudsman")
    assert told(life, Referred) == set()


# The procedures' own words.


def test_citizens_read_citizens_words_and_officers_theirs() -> None:
    for procedure in procedures.every_procedure():
        for notice in procedure.notices:
            assert (notice.to == "reporter") == (notice.template in scenes.FOR_REPORTERS), notice
