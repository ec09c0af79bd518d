"""The straight way through each procedure, and how events add up."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.evolve import evolve, evolve_all
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import StepKind
from tests.procedures import DISPUTE, FORWARD, REPORTER, WRITE, Life, owner_of

LAST_ROWS = {
    "cirebon-2021": 7,
    "jawa-timur": 7,
    "tarakan-2024": 6,
    "disporbudpar": 7,
    "sp4n-national": 7,
}
CONSULTATION_ROW = 3


@pytest.mark.parametrize(("name", "last_row"), LAST_ROWS.items())
def test_each_procedure_reaches_its_own_last_row(name: str, last_row: int) -> None:
    life = Life(load_procedure(name)).to(StepKind.CONFIRM)
    assert life.procedure.last_row == last_row
    assert set(life.complaint.rows_done) | {CONSULTATION_ROW} == set(range(1, last_row + 1))


@pytest.mark.parametrize("name", [name for name in LAST_ROWS if name != "tarakan-2024"])
def test_without_a_consultation_no_row_is_left_out(name: str) -> None:
    life = Life(load_procedure(name)).to(StepKind.CONFIRM)
    assert CONSULTATION_ROW in life.complaint.rows_done
    assert life.complaint.skipped == ()


def test_the_consultation_that_is_skipped_is_recorded_as_skipped() -> None:
    life = Life(load_procedure("tarakan-2024")).to(StepKind.CONFIRM)
    assert CONSULTATION_ROW not in life.complaint.rows_done
    assert life.complaint.skipped == ("consult",)


def test_the_consultation_that_was_held_is_a_row_done() -> None:
    life = Life(load_procedure("tarakan-2024")).to(StepKind.VERIFY)
    life.do(FORWARD.model_copy(update={"consult": True}), owner_of(life.complaint))
    assert life.kind is StepKind.CONSULT
    life.to(StepKind.CONFIRM)
    assert set(life.complaint.rows_done) == set(range(1, 7))
    assert life.complaint.skipped == ()


def test_the_inner_rows_of_an_agency_come_one_after_the_other() -> None:
    life = Life(load_procedure("disporbudpar")).to(StepKind.RESPOND)
    seen = []
    while life.kind is StepKind.RESPOND:
        seen.append((life.step.name, life.step.owner))
        life.go_on()
    assert seen == [
        ("receive", "liaison"),
        ("inventory", "liaison"),
        ("dispose", "head"),
        ("formulate", "liaison"),
        ("carry-out", "unit"),
        ("inventory-result", "liaison"),
        ("deliver-result", "liaison"),
    ]


def test_a_row_is_done_when_it_was_done_first(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    first = life.complaint.rows_done
    life.now += timedelta(hours=3)
    life.do(DISPUTE, REPORTER)
    life.to(StepKind.CONFIRM)
    assert life.complaint.rows_done == first


def test_a_complaint_is_filed_exactly_once(life: Life) -> None:
    with pytest.raises(ValueError, match="filed once"):
        evolve(life.complaint, life.events[0], life.procedure)
    with pytest.raises(ValueError, match="begins with"):
        evolve_all(life.events[1:], life.procedure)
    with pytest.raises(ValueError, match="begins with"):
        evolve_all([], life.procedure)


def test_a_snapshot_survives_being_stored_as_json(life: Life) -> None:
    life.to(StepKind.CONFIRM).reach("most")
    stored = life.complaint.model_dump_json()
    assert Complaint.model_validate_json(stored) == life.complaint


def test_a_reminder_leaves_the_tag_that_a_decision_is_made_on(life: Life) -> None:
    life.to(StepKind.REVIEW if life.procedure.id != "disporbudpar" else StepKind.VERIFY)
    before = life.complaint.tag
    life.reach("half")
    assert life.complaint.tag == before


def test_a_reply_and_a_new_step_change_the_tag(life: Life) -> None:
    life.to(StepKind.RESPOND)
    tags = {life.complaint.tag}
    life.do(WRITE, REPORTER)
    tags.add(life.complaint.tag)
    life.go_on()
    tags.add(life.complaint.tag)
    assert len(tags) == 3
