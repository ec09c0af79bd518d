"""Duplicates under a parent: one answer for all of them, and each reporter's own say about it."""

import pytest

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.duplicates import (
    AdoptDuplicate,
    DuplicatesConcerned,
    InheritAnswer,
    Merge,
    ReleaseDuplicate,
)
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.verification import Verify
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ARCHIVE,
    DISPUTE,
    END_HANDOVER,
    FORWARD,
    HAND_OVER,
    LIAISON,
    PHOTO,
    REPORTER,
    WITHDRAW,
    Life,
    refused,
    the,
    types,
    words,
)

CHILD, PARENT = "CTH-33333B", "CTH-22222A"
INHERIT = InheritAnswer(parent=PARENT, agency="pupr", text=words("answer"), files=(PHOTO,))


@pytest.fixture
def child(life: Life) -> Life:
    """A duplicate of ``life``, which knows of it."""
    child = Life(life.procedure, ticket=CHILD).to(StepKind.VERIFY)
    child.do(Merge(parent=PARENT), ADMIN)
    life.do(AdoptDuplicate(child=CHILD), SYSTEM)
    return child


def concerned(events: list[DomainEvent]) -> tuple[str, ...]:
    return the(DuplicatesConcerned, events).children


def test_a_duplicate_waits_for_its_parent_and_nobodys_clock_but_the_ombudsmans_runs(child: Life) -> None:
    complaint = child.complaint
    assert (complaint.state, complaint.parent, complaint.step) == ("duplicate", PARENT, None)
    assert [clock.name for clock in complaint.clocks] == ["ombudsman"]
    assert not complaint.finished


def test_one_answer_goes_to_all(life: Life, child: Life) -> None:
    life.to(StepKind.DELIVER)
    assert concerned(life.do(Deliver(), SYSTEM)) == (CHILD,)
    child.do(INHERIT, SYSTEM)
    assert (child.complaint.state, child.kind) == ("answered", StepKind.CONFIRM)
    assert [answer.text for answer in child.complaint.published_answers] == [words("answer")]
    assert child.do(INHERIT, SYSTEM) == []


def test_one_reporters_belum_puas_reopens_only_theirs(life: Life, child: Life) -> None:
    life.to(StepKind.CONFIRM)
    child.do(INHERIT, SYSTEM)
    child.do(DISPUTE, REPORTER)
    assert (child.complaint.state, child.step.agency) == ("in_progress", "pupr")
    assert (life.complaint.state, life.kind) == ("answered", StepKind.CONFIRM)
    child.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    assert child.complaint.resolved_by == "reporter"


def test_a_second_answer_of_the_parent_does_not_disturb_who_has_the_first(life: Life, child: Life) -> None:
    child.do(INHERIT, SYSTEM)
    before = child.complaint
    life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    life.to(StepKind.CONFIRM)
    assert child.do(INHERIT.model_copy(update={"text": words("second")}), SYSTEM) == []
    assert child.complaint == before


def test_a_parent_that_was_answered_before_hands_its_answer_on_at_once(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    child = Life(life.procedure, ticket=CHILD).to(StepKind.VERIFY)
    child.do(Merge(parent=PARENT), ADMIN)
    assert types(life.do(AdoptDuplicate(child=CHILD), SYSTEM)) == ["duplicate.adopted"]
    child.do(INHERIT, SYSTEM)
    assert child.kind is StepKind.CONFIRM


def test_a_late_answer_makes_its_duplicates_late_too(child: Life) -> None:
    child.do(INHERIT.model_copy(update={"late": True}), SYSTEM)
    assert child.complaint.was_late
    assert child.complaint.answers[0].late


def test_an_inherited_answer_of_an_agency_reached_by_letter_is_disputed_by_letter(child: Life) -> None:
    child.do(INHERIT.model_copy(update={"by_letter": True}), SYSTEM)
    child.do(DISPUTE, REPORTER)
    assert child.owner == ADMIN


@pytest.mark.parametrize(
    ("command", "actor"), [(ARCHIVE, ADMIN), (WITHDRAW, REPORTER)], ids=["archived", "withdrawn"]
)
def test_a_parent_that_ends_without_an_answer_lets_its_duplicates_go(
    life: Life, child: Life, command: Command, actor: Actor
) -> None:
    ended = the(DuplicatesConcerned, life.to(StepKind.VERIFY).do(command, actor))
    assert (ended.children, ended.outcome) == ((CHILD,), "ended")
    child.do(ReleaseDuplicate(parent=PARENT), SYSTEM)
    assert (child.complaint.state, child.complaint.parent) == ("received", None)
    assert (child.kind, child.step.visit) == (StepKind.VERIFY, 2)
    assert child.do(ReleaseDuplicate(parent=PARENT), SYSTEM) == []


def test_a_parent_that_was_handed_over_lets_its_duplicates_go_when_that_has_ended(
    life: Life, child: Life
) -> None:
    handed = life.to(StepKind.VERIFY).do(HAND_OVER, ADMIN)
    assert "duplicates.concerned" not in types(handed)
    assert concerned(life.do(END_HANDOVER, ADMIN)) == (CHILD,)
    assert child.do(ReleaseDuplicate(parent=PARENT), SYSTEM)


def test_a_released_duplicate_that_was_verified_stays_verified(life: Life) -> None:
    child = Life(life.procedure, ticket=CHILD).to(StepKind.VERIFY)
    child.do(Verify(complaint_class="aspiration"), ADMIN)
    child.do(Merge(parent=PARENT), ADMIN)
    child.do(ReleaseDuplicate(parent=PARENT), SYSTEM)
    child.do(FORWARD, ADMIN)
    assert child.complaint.complaint_class == "aspiration"


def test_a_reporter_may_withdraw_a_duplicate_and_no_answer_comes_then(child: Life) -> None:
    child.do(WITHDRAW, REPORTER)
    assert (child.complaint.state, child.complaint.finished) == ("withdrawn", True)
    assert child.do(INHERIT, SYSTEM) == []
    assert child.do(ReleaseDuplicate(parent=PARENT), SYSTEM) == []


def test_only_the_answer_of_its_own_parent_is_passed_to_it(child: Life) -> None:
    assert child.do(INHERIT.model_copy(update={"parent": "CTH-44444C"}), SYSTEM) == []
    assert child.do(ReleaseDuplicate(parent="CTH-44444C"), SYSTEM) == []


def test_what_has_duplicates_is_none_itself_and_nothing_is_its_own(life: Life, child: Life) -> None:
    life.to(StepKind.VERIFY)
    assert refused(life, Merge(parent="CTH-44444C"), ADMIN) == "has_duplicates"
    other = Life(life.procedure, ticket="CTH-55555D").to(StepKind.VERIFY)
    assert refused(other, Merge(parent="CTH-55555D"), ADMIN) == "own_duplicate"
    assert child.complaint.state == "duplicate"


@pytest.mark.parametrize(
    "command", [INHERIT, ReleaseDuplicate(parent=PARENT), AdoptDuplicate(child="CTH-44444C")]
)
@pytest.mark.parametrize("actor", [ADMIN, REPORTER, LIAISON], ids=lambda actor: str(actor.role))
def test_what_follows_from_another_complaint_is_nobodys_to_command(
    child: Life, command: Command, actor: Actor
) -> None:
    assert refused(child, command, actor) == "not_your_role"


def test_the_ombudsmans_time_runs_for_a_duplicate_too(child: Life) -> None:
    child.reach("due", "ombudsman")
    assert child.complaint.referred_at
    assert child.complaint.state == "duplicate"
