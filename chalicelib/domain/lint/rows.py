"""The rows of the printed table: all there, each worked off where its event happens."""

from collections.abc import Collection, Iterator

from chalicelib.domain.facts import FACT_TYPES
from chalicelib.domain.lint.events import FILED, events_in
from chalicelib.domain.lint.findings import Check, Problem, either, twice
from chalicelib.domain.procedure import Procedure, Row, Step


def _numbers(procedure: Procedure) -> Iterator[Problem]:
    numbers = [row.number for row, _ in procedure.rows()]
    if not numbers:
        yield Problem("file", "has no rows", "Give filing or the steps the rows of the printed table")
    for number in twice(numbers):
        yield Problem(f"row {number}", "is there twice", "Number the rows as the printed table does")
    for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
        yield Problem(f"row {number}", "is missing", "Add it, or number the rows without gaps from 1")


def _done(procedure: Procedure) -> Iterator[Problem]:
    for row, step in procedure.rows():
        events = events_in(step, procedure) if step else {FILED}
        if row.done_by not in events:
            yield _never_done(row, step, events)


def _never_done(row: Row, step: Step | None, events: Collection[str]) -> Problem:
    where, within = f"row {row.number}", f"step {step.name}" if step else "filing"
    if row.done_by not in FACT_TYPES:
        return Problem(where, f'its done_by "{row.done_by}" is not a known event', f"Use {either(events)}")
    return Problem(
        where,
        f"its done_by {row.done_by} never happens in {within}",
        f"Use {either(events)}, or move the row to the step where it happens",
    )


CHECKS: tuple[Check, ...] = (_numbers, _done)
