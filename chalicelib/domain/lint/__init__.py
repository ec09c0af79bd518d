"""The linter: proves a procedure file before it can be used.

A file without findings describes a procedure that runs: every name leads somewhere, every step can be
reached and has an owner who can act, every wait ends in time, every path ends, and the citizen always has a
next step. A file that has only warnings runs too. The findings are in plain English for the author of a new
government's file, and each says what to do.
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
    texts,
    time_budgets,
)
from chalicelib.domain.lint.findings import Defect, Finding
from chalicelib.domain.lint.places import find_file
from chalicelib.domain.lint.reading import read_file
from chalicelib.domain.procedure.model import Procedure

__all__ = ["Finding", "lint"]

_VERSIONED = "@"
"""The character before the version in the name of a base or of a replaced version."""


def lint(path: Path, templates: Collection[str]) -> list[Finding]:
    """Return everything that is wrong with the procedure in the file, each with the file to correct.

    ``templates`` are the names of the message templates there are. A file that cannot be read as a procedure
    gets only the findings about that: correct them and lint again.
    """
    if path.parent.name == "base" and _VERSIONED in path.stem:
        return [Finding(str(path), "file", "is a base, no procedure", "Lint a procedure that extends it")]
    reading = read_file(path)
    if reading.procedure is None:
        return reading.findings
    return [
        Finding(str(find_file(reading.layers, defect.where)), *defect)
        for defect in _find_defects(path, len(reading.layers) > 1, reading.procedure, templates)
    ]


def _find_defects(
    path: Path, extends: bool, procedure: Procedure, templates: Collection[str]
) -> Iterator[Defect]:
    procedure_id, replaced, version = path.stem.partition(_VERSIONED)
    if procedure.id != procedure_id:
        yield Defect("file", f'has the id "{procedure.id}"', f"Call the file {procedure.id}.toml")
    if replaced and procedure.version != version:
        name = f"{procedure.id}{_VERSIONED}{procedure.version}.toml"
        yield Defect("file", f'has the version "{procedure.version}"', f"Call the file {name}")
    if replaced and extends:
        remedy = "Write it whole, as python -m chalicelib show prints it"
        yield Defect("file", "is a replaced version, but extends a base that may be replaced too", remedy)
    todays = () if replaced else (*steps.TODAYS_CHECKS, *reporter_exits.TODAYS_CHECKS)
    own = (*steps.CHECKS, *reachability.CHECKS, *clocks.CHECKS, *notices.CHECKS, *rows.CHECKS, *texts.CHECKS)
    for check in (*own, *todays, *time_budgets.CHECKS):
        yield from check(procedure)
    yield from notices.check_templates(procedure, templates)
