"""The rows of the printed table: complete, and each in a step where its event can happen."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.lint.events import FILED, list_events_in
from chalicelib.domain.lint.findings import Check, Defect, find_duplicates, join_with_or
from chalicelib.domain.procedure.model import Procedure, Row, Step, Text

_NEARLY = 0.85
"""The likeness (0 to 1) from which one text is taken for a slip of the other."""


def _check_numbers(procedure: Procedure) -> Iterator[Defect]:
    numbers = [row.number for row, _ in procedure.list_rows()]
    if not numbers:
        yield Defect("file", "has no rows", "Give filing or the steps the rows of the printed table")
    for number in find_duplicates(numbers):
        yield Defect(f"row {number}", "is there twice", "Number the rows as the printed table does")
    for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
        yield Defect(f"row {number}", "is missing", "Add it, or number the rows without gaps from 1")


def _check_done_by(procedure: Procedure) -> Iterator[Defect]:
    for row, step in procedure.list_rows():
        events = list_events_in(step, procedure) if step else {FILED}
        if row.done_by not in events:
            yield _explain_never_done(row, step, events)


def _explain_never_done(row: Row, step: Step | None, events: Collection[str]) -> Defect:
    where, within = f"row {row.number}", f"step {step.name}" if step else "filing"
    if row.done_by not in EVENT_TYPES:
        return Defect(
            where, f'its done_by "{row.done_by}" is not a known event', f"Use {join_with_or(events)}"
        )
    return Defect(
        where,
        f"its done_by {row.done_by} never happens in {within}",
        f"Use {join_with_or(events)}, or move the row to the step where it happens",
    )


def _check_inputs(procedure: Procedure) -> Iterator[Defect]:
    """Check that an output is put out before a row needs it; anything else that a row needs is equipment."""
    rows = sorted((row for row, _ in procedure.list_rows()), key=lambda row: row.number)
    made_by = {_fold(row.output): row.number for row in reversed(rows) if row.output}
    for row in rows:
        needed = _fold(row.needs)
        if not needed:
            continue
        maker = made_by.get(needed)
        if maker is not None and maker >= row.number:
            yield Defect(
                f"row {row.number}",
                f'needs "{needed}", which no earlier row puts out, but row {maker}',
                "Put the rows in order, or correct what they need and put out",
            )
        earlier = [made for made, number in made_by.items() if number < row.number]
        close = get_close_matches(needed, earlier, n=1, cutoff=_NEARLY) if maker is None else []
        for made in close:
            yield Defect(
                f"row {row.number}",
                f'needs "{needed}", which no earlier row puts out; row {made_by[made]} puts out "{made}"',
                "Write both the same way",
            )


def _fold(text: Text | None) -> str:
    return " ".join(text.id.casefold().split()) if text else ""


CHECKS: tuple[Check, ...] = (_check_numbers, _check_done_by, _check_inputs)
