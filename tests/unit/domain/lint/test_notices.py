"""Recipients, events and templates of notices."""

from pathlib import Path

import pytest

from tests.unit.domain.lint.planting import (
    REOPENING,
    Defects,
    assert_found,
)

DISPUTED = '[[notices]]\nwhen = "complaint.disputed"\nto = "coordinator"\ntemplate = "disputed"\n'

DEFECTS: Defects = {
    "a rung's template unknown": (
        ('template = "silence-reminder"', 'template = "hush"'),
        "ladder silence, rung most",
        '"hush" does not exist',
        "Use agency-succeeded",
    ),
    "a notice's template unknown": (
        ('template = "to-review"', 'template = "to-reveiw"'),
        "notice step.opened:review",
        '"to-reveiw" does not exist',
        "Use agency-succeeded",
    ),
    "a notice for an unknown role": (
        ('to = "liaison"\ntemplate = "resolved"', 'to = "camat"\ntemplate = "resolved"'),
        "notice complaint.confirmed",
        'tells "camat"',
        "Use coordinator",
    ),
    "supporters notified of an event that names none": (
        ('to = "reporter"\ntemplate = "received"', 'to = "supporters"\ntemplate = "received"'),
        "notice complaint.filed",
        'tells "supporters", which this event does not name',
        "Use it with complaint.forwarded",
    ),
    "an agency notified by an event that names none": (
        ('to = "reporter"\ntemplate = "received"', 'to = "agency"\ntemplate = "received"'),
        "notice complaint.filed",
        'tells "agency", which this event does not name',
        "complaint.returned",
    ),
    "a rung for the supporters": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'tell = ["supporters"]\ntemplate = "reminder"'),
        "ladder handling, rung half",
        'tells "supporters"',
        "Use coordinator",
    ),
    "an officer who never hears of their turn": (
        ('to = "owner"\ntemplate = "to-review"', 'to = "coordinator"\ntemplate = "to-review"'),
        "step review",
        "nobody tells its owner",
        "Add a notice to the owner when step.opened:review",
    ),
    "a reporter who never hears what is missing": (
        ('to = "reporter"\ntemplate = "items-asked"', 'to = "coordinator"\ntemplate = "items-asked"'),
        "step items",
        "nobody tells its owner",
        "Add a notice to the reporter when items.asked",
    ),
    "a reporter who never hears the answer": (
        (
            'when = "answer.delivered"\nto = "reporter"',
            'when = "answer.delivered"\nto = "coordinator"',
        ),
        "step confirm",
        "nobody tells its owner",
        "Add a notice to the reporter when answer.delivered",
    ),
    "a notice of what another procedure has": (
        ('when = "complaint.disputed"', 'when = "consultation.given"'),
        "notice consultation.given",
        "never happens in this procedure",
        "complaint.disputed",
    ),
    "a notice of a reopening that there is not": (
        (REOPENING, ""),
        "notice complaint.reopened",
        "never happens in this procedure",
        "Use agency.succeeded",
    ),
    "a notice of a referral that there is not": (
        ('act = "refer"', "late_level = 1"),
        "notice complaint.referred",
        "never happens in this procedure",
        "Use agency.succeeded",
    ),
    "a notice of an unknown kind of dispute": (
        ('when = "complaint.disputed"', 'when = "complaint.disputed:late"'),
        "notice complaint.disputed:late",
        '"late" is unknown after "complaint.disputed"',
        "Use again",
    ),
    "a notice of an unknown event": (
        ('when = "complaint.disputed"', 'when = "complaint.lost"'),
        "notice complaint.lost",
        "not a known event",
        "complaint.disputed",
    ),
    "a notice of a rung": (
        ('when = "complaint.disputed"', 'when = "rung.reached"'),
        "notice rung.reached",
        "never happens in this procedure",
        "complaint.disputed",
    ),
    "a notice of an unknown step": (
        ('when = "step.opened:review"', 'when = "step.opened:judge"'),
        "notice step.opened:judge",
        '"judge" is unknown',
        "review or verify",
    ),
    "a notice of an unknown writer": (
        ('when = "complaint.replied:reporter"', 'when = "complaint.replied:press"'),
        "notice complaint.replied:press",
        '"press" is unknown after "complaint.replied"',
        "government or reporter",
    ),
    "a notice of an event that has no kinds": (
        ('when = "complaint.confirmed"', 'when = "complaint.confirmed:late"'),
        "notice complaint.confirmed:late",
        "nothing can stand after",
        "Write complaint.confirmed alone",
    ),
    "the same notice twice": (
        (
            "[[notices]]\n",
            DISPUTED + "[[notices]]\n",
        ),
        "notice complaint.disputed",
        "tells coordinator the same twice",
        "Remove one",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_notices_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)
