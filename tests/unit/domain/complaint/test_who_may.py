"""Whose turn it is, who may not, and what is offered to whom."""

import pytest

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.completion import MOST_COMPLETIONS
from chalicelib.domain.complaint.duplicates import Merge
from chalicelib.domain.complaint.handling import Accept
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.permissions import MOST_REPLIES
from chalicelib.domain.complaint.verification import Verify
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ANSWER,
    ARCHIVE,
    ASK,
    CENTRAL,
    COMPLETE,
    COORDINATOR,
    DISPUTE,
    END_HANDOVER,
    FORWARD,
    HAND_OVER,
    INSPECTORATE,
    LIAISON,
    PEOPLE,
    QUESTION,
    REPORTER,
    RETURN,
    STRANGERS,
    WRITE,
    Life,
    refused,
)

DECISIONS = [
    (StepKind.VERIFY, Verify()),
    (StepKind.VERIFY, FORWARD),
    (StepKind.VERIFY, ASK),
    (StepKind.VERIFY, HAND_OVER),
    (StepKind.VERIFY, ARCHIVE),
    (StepKind.VERIFY, Merge(parent="CTH-33333B")),
    (StepKind.RESPOND, Accept()),
    (StepKind.RESPOND, RETURN),
    (StepKind.CONFIRM, Confirm()),
    (StepKind.CONFIRM, DISPUTE),
    (StepKind.CONFIRM, QUESTION),
]
each_decision = pytest.mark.parametrize(
    ("kind", "command"), DECISIONS, ids=[type(command).__name__ for _, command in DECISIONS]
)


def offered(life: Life, actor: Actor) -> tuple[str, ...]:
    return list_available_actions(life.complaint, actor, life.procedure, life.now)


@each_decision
@pytest.mark.parametrize("actor", STRANGERS, ids=lambda actor: str(actor.id))
def test_a_strangers_decision_is_refused_and_changes_nothing(
    life: Life, kind: StepKind, command: Command, actor: Actor
) -> None:
    assert refused(life.to(kind), command, actor) == "not_your_step"


@each_decision
@pytest.mark.parametrize("actor", [*PEOPLE, SYSTEM], ids=lambda actor: str(actor.role))
def test_a_decision_belongs_to_the_owner_of_its_step_alone(
    life: Life, kind: StepKind, command: Command, actor: Actor
) -> None:
    if actor == life.to(kind).owner:
        assert life.do(command, actor)
    else:
        assert refused(life, command, actor) == "not_your_step"


@each_decision
def test_a_decision_out_of_its_turn_hears_that_the_step_is_not_open(
    life: Life, kind: StepKind, command: Command
) -> None:
    owner = life.to(kind).owner
    other = Life(life.procedure).to(StepKind.DELIVER)
    assert refused(other, command, owner) == "step_is_done"


@each_decision
def test_a_finished_complaint_takes_no_decision(life: Life, kind: StepKind, command: Command) -> None:
    owner = life.to(kind).owner
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    assert refused(life, command, owner) == "already_closed"


def test_an_act_that_the_open_step_cannot_be_left_by_is_refused() -> None:
    life = Life(load_procedure("disporbudpar")).to_step("inventory")
    assert refused(life, ANSWER, LIAISON) == "not_in_this_step"
    assert refused(life, RETURN, LIAISON) == "not_in_this_step"


# What is offered


def test_the_straight_way_is_always_offered_first_to_its_owner_and_never_to_another(life: Life) -> None:
    while not life.complaint.finished:
        if life.owner != SYSTEM:
            assert offered(life, life.owner)
        for actor in (*PEOPLE, *STRANGERS):
            mine = set(offered(life, actor))
            without_a_turn = {"reply", "withdraw", "link", "reclassify", "remind", "reroute"}
            assert actor == life.owner or mine <= without_a_turn
        life.go_on()
    assert offered(life, REPORTER) == ("reopen",)
    assert offered(life, ADMIN) == ("link",)
    assert offered(life, LIAISON) == ()


@pytest.mark.parametrize(
    ("step", "actor", "acts"),
    [
        ("verify", ADMIN, ("forward", "ask", "hand_over", "merge", "archive", "redact", "split", "verify")),
        ("respond", LIAISON, ("answer", "accept", "return", "ask", "ask_for_time")),
        ("review", ADMIN, ("publish", "send_back", "ask")),
        ("confirm", REPORTER, ("satisfied", "not_satisfied", "question", "reply", "withdraw")),
    ],
)
def test_the_buttons_of_each_step_come_most_expected_first(
    step: str, actor: Actor, acts: tuple[str, ...]
) -> None:
    life = Life(load_procedure("cirebon-2021")).to_step(step)
    assert offered(life, actor)[: len(acts)] == acts


def test_what_there_is_no_room_for_is_not_offered(life: Life) -> None:
    life.to(StepKind.VERIFY)
    for _ in range(MOST_COMPLETIONS):
        assert "ask" in offered(life, ADMIN)
        life.do(ASK, ADMIN)
        life.do(COMPLETE, REPORTER)
    assert "ask" not in offered(life, ADMIN)
    for _ in range(MOST_REPLIES - MOST_COMPLETIONS):
        life.do(WRITE, REPORTER)
    assert "reply" not in offered(life, REPORTER)
    life.to(StepKind.CONFIRM)
    assert offered(life, REPORTER) == ("satisfied", "withdraw")


def test_while_the_reporter_is_asked_they_are_offered_to_complete_it(life: Life) -> None:
    life.to(StepKind.VERIFY).do(ASK, ADMIN)
    assert offered(life, REPORTER)[0] == "complete"
    assert offered(life, ADMIN) == ("reply", "link")


def test_the_end_of_a_handover_is_the_admins_to_record(life: Life) -> None:
    life.to(StepKind.VERIFY).do(HAND_OVER, ADMIN)
    assert offered(life, ADMIN)[0] == "end_handover"
    assert refused(life, END_HANDOVER, COORDINATOR) == "not_your_step"


def test_the_central_admin_is_offered_to_move_what_is_unverified(life: Life) -> None:
    assert offered(life.to(StepKind.VERIFY), CENTRAL) == ("reroute",)
    life.do(Verify(), ADMIN)
    assert offered(life, CENTRAL) == ()


def test_the_inspectorate_is_offered_nothing_of_an_ordinary_complaint(life: Life) -> None:
    while not life.complaint.finished:
        assert offered(life, INSPECTORATE) == ()
        life.go_on()
