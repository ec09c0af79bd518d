"""The way through the steps."""

from pathlib import Path

import pytest

from tests.unit.domain.lint.planting import (
    Defects,
    assert_found,
)

DEFECTS: Defects = {
    "unreachable step": (
        (', question = "explain"', ""),
        "step explain",
        "is never reached",
        "Let an exit of an earlier step lead to it",
    ),
    "a path that does not end": (
        ('answer = "review", return', 'proceed = "respond", return'),
        "step respond",
        "no path from it ends",
        "or resolved",
    ),
    "an agency's step before the forwarding": (
        ('record = "verify"', 'record = "respond"'),
        "step record",
        'record leads to "respond", which cannot come next',
        "Use arbitrate or verify",
    ),
    "a citizen asked before there is an answer": (
        ('publish = "deliver"', 'publish = "confirm"'),
        "step review",
        'publish leads to "confirm", which cannot come next',
        "Use deliver",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_the_way_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)
