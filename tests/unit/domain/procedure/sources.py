"""The procedures on file, and questions to them that several tests ask."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import OverallDeadline, Row, Text

REGENCY, PROVINCE, CITY, AGENCY, NATIONAL = (
    "cirebon-2021",
    "jawa-timur",
    "tarakan-2024",
    "disporbudpar",
    "sp4n-national",
)
EVERY = pytest.mark.parametrize("name", list_procedure_ids())
PRINTED = pytest.mark.parametrize("name", [REGENCY, PROVINCE, CITY, AGENCY])
ANSWERING_STEPS = {"respond", "follow-up", "formulate"}
"""The step of each procedure in which an answer takes shape: where a dispute begins again."""


def get_indonesian(text: Text | None) -> str:
    return text.id if text else ""


def get_row(name: str, number: int) -> Row:
    return next(row for row, _ in load_procedure(name).list_rows() if row.number == number)


def get_printed_rows(name: str) -> dict[int, tuple[str, str]]:
    """Return number → printed standard time and the Indonesian text of what is needed."""
    return {
        row.number: (get_indonesian(row.standard_time), get_indonesian(row.needs))
        for row, _ in load_procedure(name).list_rows()
    }


def get_steps_with_rows(name: str) -> dict[str, tuple[str, str, str]]:
    """Return each step that has rows → its owner, its time, and the target of its first exit."""
    return {
        step.name: (step.owner, step.standard_time.format("en"), next(iter(step.exits.values())))
        for step in load_procedure(name).steps
        if step.rows
    }


def get_overall_deadline(name: str, clock: str) -> OverallDeadline:
    overall = load_procedure(name).find_overall_deadline(clock)
    assert overall
    return overall


def list_decisions(value: object) -> Iterator[str]:
    """Return what a procedure marks as our decision, anywhere in it."""
    if isinstance(value, BaseModel):
        decision = getattr(value, "decision", None)
        if decision:
            yield decision.id
        for field in type(value).model_fields:
            yield from list_decisions(getattr(value, field))
    elif isinstance(value, tuple):
        for item in value:
            yield from list_decisions(item)
    elif isinstance(value, dict):
        yield from list_decisions(tuple(value.values()))
