"""Files that cannot be read as a procedure."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.lint import lint
from tests.unit.domain.lint.planting import (
    GOOD,
    HERE,
    WHOLE,
    Defects,
    assert_found,
    lint_text,
)

DEFECTS: Defects = {
    "not TOML": (('version = "', "version = "), HERE, "is not TOML", "missing quotation mark"),
    "a name given twice": (
        ("[roles.head]", "[roles.reporter]"),
        HERE,
        "is not TOML",
        "a name given twice",
    ),
    "another id": (('id = "', 'id = "new-'), "file", 'has the id "new-', "Call the file new-"),
    "unknown key of the file": (("[filing]", "[colour]\n[filing]"), "file", '"colour"', "Remove it"),
    "unknown key of a step": (
        ('kind = "verify"', 'kind = "verify"\nownr = "x"'),
        "step verify",
        '"ownr" is not a known key',
        "correct its spelling",
    ),
    "unknown key of a row": (
        ('standard_time = { id = "1 menit"', 'standrd_time = { id = "1 menit"'),
        "row 2",
        '"standrd_time" is not a known key',
        "correct its spelling",
    ),
    "wrong type": (("number = 3", 'number = "three"'), "row three", "'three'", "valid integer"),
    "wrong type in a rung": (
        ("further_working_days = 2", 'further_working_days = "soon"'),
        "ladder handling, rung level-2",
        "'soon'",
        "valid integer",
    ),
    "a missing value": (
        ('legal_basis = "Keputusan profil: waktu memeriksa jawaban sebelum baris 6"', ""),
        "step review",
        '"legal_basis" is missing',
        "Add it",
    ),
    "no number": (("number = 3\n", ""), "row (number 1 in the file of step verify)", "is missing", "Add it"),
    "no English": (
        (', en = "Complaints coordinator"', ""),
        "role coordinator",
        '"title.en" is missing',
        "in Indonesian (id) and in English (en)",
    ),
    "empty words": (('en = "Citizen"', 'en = ""'), "role reporter", '"title.en" is empty', "Fill it in"),
    "no unit of time": (
        ("standard_time = { working_days = 10 }", "standard_time = {}"),
        "step confirm",
        "exactly one of minutes, working_days, calendar_days",
        "Correct the value",
    ),
    "unknown kind": (('kind = "review"', 'kind = "check"'), "step review", "'check'", "'verify'"),
    "a notice without template": (
        ('when = "complaint.filed"\nto = "reporter"\ntemplate = "received"', 'when = "x"\nto = "reporter"'),
        "notice 1",
        '"template" is missing',
        "Add it",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_the_file_itself_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)


def test_a_file_that_is_not_there_and_one_that_is_not_text_are_findings(tmp_path: Path) -> None:
    picture = tmp_path / "picture.toml"
    picture.write_bytes(b"\x89PNG")
    (unread,), (undecoded,) = lint(tmp_path / "absent.toml", ()), lint(picture, ())
    assert (unread.where, unread.problem) == ("file", "cannot be read")
    assert (undecoded.where, undecoded.problem) == ("file", "is not UTF-8 text")


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_file_that_is_mangled_is_answered_with_findings(data: st.DataObject) -> None:
    lines = WHOLE[GOOD.stem].splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition("=")[0]
        junk = [
            [],
            [lines[at]] * 2,
            *([f"{key}= {value}"] for value in ("7", '""', "[]", "{}", "true", "[{}]")),
        ]
        lines[at : at + 1] = data.draw(st.sampled_from(junk))
    with TemporaryDirectory() as folder:
        for finding in lint_text(Path(folder), "\n".join(lines)):
            assert all(finding)
