"""Good procedure files, and defects that are planted in them one at a time."""

import re
from pathlib import Path

from chalicelib.domain.lint import Finding, lint
from chalicelib.domain.procedure.loading import SOPS, list_procedure_ids, load_procedure
from chalicelib.domain.procedure.toml_text import format_procedure

GOOD = SOPS / "cirebon-2021.toml"
CITY, AGENCY, NATIONAL = "tarakan-2024", "disporbudpar", "sp4n-national"
NAMED_TEMPLATE = re.compile(r'^template = "(.+)"$', re.MULTILINE)
WHOLE = {name: format_procedure(load_procedure(name)) for name in list_procedure_ids()}
"""The text of each procedure with what its base gives it, to plant a defect anywhere."""
EVERY_TEMPLATE = frozenset(name for text in WHOLE.values() for name in NAMED_TEMPLATE.findall(text))
LONGEST_PATH = "80.0 working days: record, inspect, items, deliver, confirm"
"""The longest path through the good file: the Inspektorat's 60 days, and 10 for the reporter twice."""
HERE = "(the line it is planted in)"
REOPENING = """[reopening]
standard_time = { working_days = 10 }
legal_basis = "Keputusan profil: laporan yang selesai dapat dibuka kembali"
opens = "respond"
decision = { id = "Sumber tidak mengenal pembukaan kembali; pelapor diberi 10 hari kerja", \
en = "The source knows no reopening; the reporter has 10 working days" }
"""
NO_TELLING = '[[ladders.silence.rungs]]\nname = "most"\npart = 0.8\ntell = ["owner"]\n'

Defects = dict[str, tuple]
"""A defect's name → ((old text, new text), the procedure if it is not the good file, the place where it is
found, part of the problem, part of the remedy).
"""


def lint_text(folder: Path, text: str, name: str = GOOD.name) -> list[Finding]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return lint(file, EVERY_TEMPLATE)


def assert_found(defect: tuple, folder: Path) -> None:
    """Plant a defect and check that it is found in its file, at its place, with its remedy."""
    (old, new), *planted_in, where, problem, remedy = defect
    file = SOPS / f"{planted_in[0]}.toml" if planted_in else GOOD
    good = WHOLE[file.stem]
    assert old in good, "the defect is not planted"
    if where == HERE:
        where = f"line {good[: good.index(old)].count(chr(10)) + 1}"
    findings = lint_text(folder, good.replace(old, new, 1), file.name)
    assert any(
        finding.file == str(folder / file.name)
        and finding.where == where
        and problem in finding.problem
        and remedy in finding.remedy
        for finding in findings
    ), "\n".join(str(finding) for finding in findings) or "nothing was found"
