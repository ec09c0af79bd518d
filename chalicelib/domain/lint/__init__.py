"""The linter: proves a procedure file before it can be used.

A file without findings describes a procedure that runs: every name leads somewhere, every step can be
reached and has an owner who can act, every wait has a way out in time, every path ends, and the citizen
always has a next step. One with warnings alone runs too. Whoever writes a file for a new government reads the
findings: they are in plain English and each says what to do.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from chalicelib.domain.lint import (
    clocks,
    notices,
    reachability,
    reporter_exits,
    rows,
    steps,
    time_budgets,
    words,
)
from chalicelib.domain.lint.findings import Finding, Problem
from chalicelib.domain.lint.reading import read

__all__ = ["Finding", "lint"]


def lint(path: Path, templates: Collection[str]) -> list[Finding]:
    """Everything wrong with the file; ``templates`` are the names of the message templates there are.

    A file that cannot be read as a procedure gets only the findings about that: mend them and lint again.
    """
    return [Finding(str(path), *problem) for problem in _problems(path, templates)]


def _problems(path: Path, templates: Collection[str]) -> Iterator[Problem]:
    procedure, unread = read(path)
    yield from unread
    if procedure is None:
        return
    procedure_id, replaced, _ = path.stem.partition("@")
    if procedure.id != procedure_id:
        yield Problem("file", f'has the id "{procedure.id}"', f"Call the file {procedure.id}.toml")
    todays = () if replaced else (*steps.TODAYS_CHECKS, *reporter_exits.TODAYS_CHECKS)
    own = (*steps.CHECKS, *reachability.CHECKS, *clocks.CHECKS, *notices.CHECKS, *rows.CHECKS, *words.CHECKS)
    for check in (*own, *todays, *time_budgets.CHECKS):
        yield from check(procedure)
    yield from notices.templates_of(procedure, templates)
