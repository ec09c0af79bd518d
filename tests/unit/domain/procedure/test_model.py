"""Questions to a procedure."""

import pytest

from chalicelib.domain.procedure.loading import SOPS, load_procedure
from chalicelib.domain.procedure.model import Procedure, StepKind
from tests.unit.domain.procedure.sources import (
    AGENCY,
    EVERY,
    PROVINCE,
    REGENCY,
)


@pytest.fixture
def procedure() -> Procedure:
    return load_procedure(REGENCY)


def test_a_procedure_nobody_wrote_cannot_be_loaded() -> None:
    with pytest.raises(FileNotFoundError):
        load_procedure("no-such-procedure")


def test_a_version_that_was_replaced_can_still_be_loaded() -> None:
    replaced = [file.stem.split("@") for file in (SOPS / "earlier").glob("*.toml")]
    assert {name for name, _ in replaced} == {REGENCY, PROVINCE}
    for name, version in replaced:
        assert load_procedure(name, version).version == version != load_procedure(name).version


def test_a_step_is_found_by_its_name_and_an_unknown_one_is_not(procedure: Procedure) -> None:
    assert procedure.get_step("review").kind is StepKind.REVIEW
    with pytest.raises(KeyError):
        procedure.get_step("judge")


def test_one_event_can_complete_several_rows(procedure: Procedure) -> None:
    assert procedure.list_rows_done_by("answer.delivered", "deliver") == (6, 7)
    assert procedure.list_rows_done_by("complaint.replied", "respond") == ()


def test_an_event_completes_rows_only_in_the_step_to_which_they_belong() -> None:
    agency = load_procedure(AGENCY)
    assert agency.list_rows_done_by("handling.progressed", "inventory") == (2,)
    assert agency.list_rows_done_by("handling.progressed", "inventory-result") == (6,)
    assert agency.list_rows_done_by("handling.progressed", "receive") == ()


def test_filing_is_a_row_of_its_own_only_where_the_table_begins_with_the_citizen(
    procedure: Procedure,
) -> None:
    assert procedure.list_rows_done_by("complaint.filed", None) == (1,)
    assert load_procedure(AGENCY).list_rows_done_by("complaint.filed", None) == ()


@EVERY
def test_the_systems_own_steps_have_no_ladder(name: str) -> None:
    without = {
        step.kind
        for step in load_procedure(name).steps
        if load_procedure(name).find_step_ladder(step) is None
    }
    assert without == {StepKind.RECORD, StepKind.DELIVER}


def test_a_clocks_ladder_is_found_by_the_clocks_name(procedure: Procedure) -> None:
    ladders = procedure.ladders
    assert procedure.find_ladder("respond") == ladders["handling"]
    assert procedure.find_ladder("silence") == ladders["silence"]
    assert procedure.find_ladder("ombudsman") == ladders["ombudsman"]


def test_words_are_given_in_the_language_asked_for(procedure: Procedure) -> None:
    title = procedure.roles["reporter"].title
    assert (title.get_words("id"), title.get_words("en")) == ("Masyarakat", "Citizen")
