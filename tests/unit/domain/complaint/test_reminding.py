"""The Koordinator and the superior remind the officer who holds a complaint, at most once an hour."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.reminding import REMINDER_INTERVAL, Remind
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.actor import Actor
from tests.procedures import (
    ADMIN,
    CENTRAL,
    COORDINATOR,
    HEAD,
    LIAISON,
    REPORTER,
    STRANGERS,
    SYSTEM,
    Life,
    refused,
    types,
)


def is_offered(life: Life, actor: Actor) -> bool:
    return "remind" in list_available_actions(life.complaint, actor, life.procedure, life.now)


@pytest.mark.parametrize("kind", [StepKind.VERIFY, StepKind.RESPOND])
def test_the_coordinator_reminds_the_owner_of_every_step_that_can_be_late(life: Life, kind: StepKind) -> None:
    life.to(kind)
    assert is_offered(life, COORDINATOR)
    assert types(life.do(Remind(), COORDINATOR)) == ["owner.reminded"]


def test_a_head_reminds_the_liaison_whose_superior_they_are() -> None:
    life = Life(load_procedure("cirebon-2021")).to(StepKind.RESPOND)
    assert life.procedure.roles[life.step.owner].superior == HEAD.role
    assert life.do(Remind(), HEAD)


def test_a_head_of_another_agency_does_not_remind() -> None:
    life = Life(load_procedure("cirebon-2021")).to(StepKind.RESPOND)
    other = HEAD.model_copy(update={"agency": "dlh"})
    assert not is_offered(life, other)
    assert refused(life, Remind(), other) == "not_your_role"


def test_nobody_else_reminds(life: Life) -> None:
    life.to(StepKind.RESPOND)
    for actor in (REPORTER, ADMIN, LIAISON, CENTRAL, SYSTEM, *STRANGERS):
        if (
            actor.role == life.procedure.roles[life.step.owner].superior
            and actor.region == COORDINATOR.region
        ):
            continue
        assert not is_offered(life, actor), actor
        assert refused(life, Remind(), actor) == "not_your_role", actor


def test_a_reporter_who_has_an_answer_is_not_reminded(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert not is_offered(life, COORDINATOR)
    assert refused(life, Remind(), COORDINATOR) == "not_your_role"


def test_a_second_reminder_within_the_hour_is_refused_and_after_it_is_not(life: Life) -> None:
    life.to(StepKind.RESPOND).do(Remind(), COORDINATOR)
    life.now += REMINDER_INTERVAL - timedelta(seconds=1)
    assert not is_offered(life, COORDINATOR)
    assert refused(life, Remind(), COORDINATOR) == "reminded_recently"
    life.now += timedelta(seconds=1)
    assert is_offered(life, COORDINATOR)
    assert life.do(Remind(), COORDINATOR)


def test_a_reminder_moves_no_deadline_and_makes_no_form_stale(life: Life) -> None:
    before = life.to(StepKind.RESPOND).complaint
    life.do(Remind(), COORDINATOR)
    after = life.complaint
    assert (after.tag, after.step, after.clocks) == (before.tag, before.step, before.clocks)
    assert after.seq == before.seq + 1


def test_a_finished_complaint_is_not_reminded(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    life.reach(life.clock.rungs[-1].name)
    assert life.complaint.finished
    assert refused(life, Remind(), COORDINATOR) == "already_closed"
