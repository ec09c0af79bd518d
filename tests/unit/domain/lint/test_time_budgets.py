"""Sums of standard times."""

from pathlib import Path

import pytest

from chalicelib.__main__ import lint_files
from chalicelib.domain.lint.time_budgets import find_longest_path
from chalicelib.domain.procedure.loading import SOPS, load_procedure
from tests.unit.domain.lint.planting import (
    AGENCY,
    CITY,
    NATIONAL,
    Defects,
    assert_found,
)

DEFECTS: Defects = {
    "steps that take more than their envelope": (
        (
            'name = "follow-up-time"\nstandard_time = { working_days = 10 }',
            'name = "follow-up-time"\nstandard_time = { working_days = 3 }',
        ),
        CITY,
        "envelope follow-up-time",
        "gives 3 working days, and its steps take",
        "Shorten them",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_time_budgets_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)


def test_a_warning_is_said_and_does_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    file = SOPS / f"{AGENCY}.toml"
    assert lint_files([file]) == 0
    warning, good = capsys.readouterr().out.splitlines()
    assert warning.startswith(
        f"WARNING {file}: envelope coordination: gives 5 working days, and its steps take 5.6"
    )
    assert good.startswith(f"OK {file}: longest legal path ")


def test_the_longest_legal_path_takes_the_whole_time_of_everybody_and_no_step_twice() -> None:
    way = find_longest_path(load_procedure(NATIONAL))
    assert way.days == pytest.approx(60 + 10 + 10, abs=0.01)
    assert way.steps == ("record", "inspect", "items", "deliver", "confirm")
