"""The reporter's next step."""

from pathlib import Path

import pytest

from tests.unit.domain.lint.planting import (
    REOPENING,
    Defects,
    assert_found,
)

DEFECTS: Defects = {
    "no way to take it up again": (
        (REOPENING, ""),
        "file",
        "without a next step once a complaint is finished",
        "Add [reopening]",
    ),
    "no way to the Ombudsman": (
        ('act = "refer"', "late_level = 1"),
        "file",
        "without a next step where nobody follows",
        "go to the Ombudsman",
    ),
    "an end without a notice to the reporter": (
        ('when = "complaint.lapsed"\nto = "reporter"', 'when = "complaint.lapsed"\nto = "coordinator"'),
        "notices",
        "nobody tells the reporter of complaint.lapsed",
        "Add a notice to the reporter",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_reporter_exits_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)
