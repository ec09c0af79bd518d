"""The linter as a whole: good files, replaced versions, and findings in plain sentences."""

from pathlib import Path

import pytest

from chalicelib.domain.procedure.loading import list_procedure_ids
from tests.unit.domain.lint.planting import (
    GOOD,
    WHOLE,
    lint_text,
)


@pytest.mark.parametrize("name", list_procedure_ids())
def test_the_good_files_that_the_defects_are_planted_in_are_good(name: str, tmp_path: Path) -> None:
    findings = lint_text(tmp_path, WHOLE[name], f"{name}.toml")
    assert [found for found in findings if found.severity == "error"] == []


def test_a_version_that_was_replaced_is_not_asked_for_what_came_after_it(tmp_path: Path) -> None:
    unprotected = WHOLE[GOOD.stem].replace(', protect = "inspect"', "")
    problems = {found.where for found in lint_text(tmp_path, unprotected, "cirebon-2021@old.toml")}
    assert "step record" not in problems


def test_a_replaced_version_has_its_version_in_the_name_of_its_file(tmp_path: Path) -> None:
    (finding,) = lint_text(tmp_path, WHOLE[GOOD.stem], "cirebon-2021@old.toml")
    assert (finding.where, finding.problem) == ("file", 'has the version "2021-09-22.2"')
    assert finding.remedy == "Call the file cirebon-2021@2021-09-22.2.toml"
    assert lint_text(tmp_path, WHOLE[GOOD.stem], "cirebon-2021@2021-09-22.2.toml") == []


def test_a_finding_is_two_plain_sentences_after_its_file_and_place(tmp_path: Path) -> None:
    text = WHOLE[GOOD.stem].replace('opens = "record"', 'opens = "recrod"')
    finding = str(lint_text(tmp_path, text)[0])
    assert finding == (f'{tmp_path / GOOD.name}: filing: opens "recrod", which is no step. Use record.')


def test_all_defects_of_a_file_are_found_together(tmp_path: Path) -> None:
    text = WHOLE[GOOD.stem]
    text = text.replace('owner = "liaison"', 'owner = "camat"').replace("number = 7", "number = 9")
    assert {found.where for found in lint_text(tmp_path, text)} >= {"step respond", "row 7", "row 8"}
