"""The linter and bases: each finding names the file in which its place is written."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.__main__ import TEMPLATES, list_templates
from chalicelib.domain.lint import Finding, lint
from chalicelib.domain.procedure.extends import BASES
from chalicelib.domain.procedure.loading import SOPS

NAME = "tarakan-2024.toml"
BASE = "national-practice@1.toml"
OWN_TEXT, BASE_TEXT = (
    (folder / name).read_text(encoding="utf-8") for folder, name in ((SOPS, NAME), (BASES, BASE))
)
FILING_LINE = f"line {BASE_TEXT[: BASE_TEXT.index('[filing]')].count(chr(10)) + 1}"
TEMPLATE_NAMES = list_templates(TEMPLATES)


def lint_texts(folder: Path, own: str = OWN_TEXT, base: str = BASE_TEXT) -> list[Finding]:
    """Lint a file next to whose folder there is a base of its own."""
    (folder / "base").mkdir(exist_ok=True)
    (folder / "base" / BASE).write_text(base, encoding="utf-8")
    (folder / NAME).write_text(own, encoding="utf-8")
    return lint(folder / NAME, TEMPLATE_NAMES)


PLANTED_IN_OWN = {
    "an unknown base": (
        '"national-practice@1"',
        '"national-practise@1"',
        "file",
        "which is no base",
        "Use national-practice@1",
    ),
    "dropped, but not there": (
        'without.steps = ["respond"]',
        'without.steps = ["respnd"]',
        "without",
        '"respnd" from steps',
        "respond",
    ),
    "placed after what is not there": (
        'after = "support.given to liaison"',
        'after = "support.given"',
        "notice 1",
        '"support.given", which',
        "Use ",
    ),
    "no name": ('name = "review"\n', "", "step (number 7 in the file)", '"name" is missing', "Add it"),
    "twice": ('name = "confirm"', 'name = "deliver"', "step deliver", "is there twice", "Keep one"),
    "an override that names nothing": (
        'name = "arbitrate"',
        'name = "arbitrat"',
        "step arbitrat",
        '"kind" is missing',
        "correct the name, for the base has no step arbitrat",
    ),
    "a notice without template": (
        ', template = "to-consult"',
        "",
        "notice step.opened:consult",
        '"template" is missing',
        "Add it",
    ),
    "a wrong value over the base's": (
        "{ minutes = 5 }",
        "{ minutes = 0 }",
        "step deliver",
        '"standard_time.minutes" is 0',
        "greater",
    ),
    "a wrong target over the base's": (
        'not_satisfied = "follow-up"',
        'not_satisfied = "folow-up"',
        "step confirm",
        '"folow-up"',
        "Use ",
    ),
}
PLANTED_IN_BASE = {
    "not TOML": ("[filing]", "[filing", FILING_LINE, "is not TOML", "bracket"),
    "a wrong value that the file does not give": (
        'kind = "follow"',
        'kind = "folow"',
        "step follow-handover",
        "'folow'",
        "'follow'",
    ),
    "a wrong value in an entry that the file changes elsewhere": (
        'kind = "confirm"',
        'kind = "confrm"',
        "step confirm",
        "'confrm'",
        "'confirm'",
    ),
    "a rung out of order": (
        "further_working_days = 28",
        "further_working_days = 7",
        "ladder handover, rung once-more",
        "is not later",
        "in order",
    ),
    "a notice": (
        'template = "lapsed"',
        'template = "laps"',
        "notice complaint.lapsed",
        '"laps" does not exist',
        "Use ",
    ),
    "a notice without template": (
        ', template = "lapsed"',
        "",
        "notice complaint.lapsed",
        '"template" is missing',
        "Add it",
    ),
    "planning": ('ladder = "plan"', 'ladder = "plann"', "planning", '"plann" does not exist', "plan"),
}


@pytest.mark.parametrize("defect", PLANTED_IN_OWN)
def test_a_defect_of_the_file_is_found_in_the_file(defect: str, tmp_path: Path) -> None:
    old, new, where, problem, remedy = PLANTED_IN_OWN[defect]
    assert old in OWN_TEXT, "the defect is not planted"
    findings = lint_texts(tmp_path, own=OWN_TEXT.replace(old, new, 1))
    assert_found(findings, tmp_path / NAME, where, problem, remedy)


@pytest.mark.parametrize("defect", PLANTED_IN_BASE)
def test_a_defect_of_the_base_is_found_in_the_base(defect: str, tmp_path: Path) -> None:
    old, new, where, problem, remedy = PLANTED_IN_BASE[defect]
    assert old in BASE_TEXT, "the defect is not planted"
    findings = lint_texts(tmp_path, base=BASE_TEXT.replace(old, new, 1))
    assert_found(findings, tmp_path / "base" / BASE, where, problem, remedy)


def assert_found(findings: list[Finding], file: Path, where: str, problem: str, remedy: str) -> None:
    assert any(
        (finding.file, finding.where) == (str(file), where)
        and problem in finding.problem
        and remedy in finding.remedy
        for finding in findings
    ), "\n".join(str(finding) for finding in findings) or "nothing was found"


def test_a_base_is_not_linted_by_itself() -> None:
    (finding,) = lint(BASES / BASE, TEMPLATE_NAMES)
    assert (finding.problem, finding.remedy) == (
        "is a base, no procedure",
        "Lint a procedure that extends it",
    )


def test_a_replaced_version_that_extends_a_base_is_found(tmp_path: Path) -> None:
    copy = shutil.copy(SOPS / NAME, tmp_path / "tarakan-2024@2024-08-02.1.toml")
    (finding,) = lint(Path(copy), TEMPLATE_NAMES)
    assert "is a replaced version, but extends a base" in finding.problem
    assert "python -m chalicelib show" in finding.remedy


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_file_or_base_that_is_mangled_is_answered_with_findings(data: st.DataObject) -> None:
    texts = {"own": OWN_TEXT, "base": BASE_TEXT}
    mangled = data.draw(st.sampled_from(sorted(texts)))
    lines = texts[mangled].splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition("=")[0]
        values = ("7", '""', "[]", "{}", "true", "[{}]", '["x"]', "{ name = 7 }")
        lines[at : at + 1] = data.draw(
            st.sampled_from([[], [lines[at]] * 2, *([f"{key}= {value}"] for value in values)])
        )
    texts[mangled] = "\n".join(lines)
    with TemporaryDirectory() as folder:
        for finding in lint_texts(Path(folder), **texts):
            assert all(finding)
