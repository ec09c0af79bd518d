"""The rows of the printed table."""

import re
from pathlib import Path

import pytest

from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.lint.events import list_events
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from tests.unit.domain.lint.planting import (
    AGENCY,
    GOOD,
    WHOLE,
    Defects,
    assert_found,
    lint_text,
)

DEFECTS: Defects = {
    "row twice": (("number = 4", "number = 3"), "row 3", "is there twice", "as the printed table does"),
    "row missing": (("number = 7", "number = 8"), "row 7", "is missing", "without gaps from 1"),
    "row done by an unknown event": (
        ('done_by = "complaint.answered"', 'done_by = "complaint.replyed"'),
        "row 5",
        "not a known event",
        "complaint.accepted, complaint.answered, complaint.returned or items.asked",
    ),
    "row done by an event of elsewhere": (
        ('done_by = "complaint.forwarded"', 'done_by = "complaint.answered"'),
        "row 3",
        "never happens in step verify",
        "complaint.forwarded",
    ),
    "row done by an act that the step lacks": (
        ('done_by = "complaint.disposed"', 'done_by = "handling.progressed"'),
        AGENCY,
        "row 3",
        "never happens in step dispose",
        "complaint.disposed",
    ),
    "row done by publishing where somebody judges first": (
        ('done_by = "complaint.answered"', 'done_by = "answer.published"'),
        "row 5",
        "never happens in step respond",
        "complaint.answered",
    ),
    "row of the filing done by an event of elsewhere": (
        ('done_by = "complaint.filed"', 'done_by = "complaint.recorded"'),
        "row 1",
        "never happens in filing",
        "Use complaint.filed",
    ),
    "row that needs what a later one puts out": (
        (
            'needs = { id = "Disposisi Kepala Dinas"',
            'needs = { id = "Laporan hasil tindak lanjut"',
        ),
        AGENCY,
        "row 4",
        'needs "laporan hasil tindak lanjut", which no earlier row puts out, but row 6',
        "Put the rows in order",
    ),
    "row that needs what was misspelt": (
        ('needs = { id = "Disposisi Kepala Dinas"', 'needs = { id = "Disposisi Kepala Dnas"'),
        AGENCY,
        "row 4",
        'row 3 puts out "disposisi kepala dinas"',
        "Write both the same way",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_rows_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)


def test_a_file_without_any_row_is_found(tmp_path: Path) -> None:
    good = WHOLE[GOOD.stem]
    rows = re.compile(r"^\[\[(?:steps|filing)\.rows\]\]\n(?:.+\n)+", re.MULTILINE)
    (finding,) = lint_text(tmp_path, rows.sub("", good))
    assert (finding.where, finding.problem) == ("file", "has no rows")


def test_the_linter_knows_where_every_event_comes_from() -> None:
    happening = set().union(*(list_events(load_procedure(name)) for name in list_procedure_ids()))
    assert happening == EVENT_TYPES - {"rung.reached"}
