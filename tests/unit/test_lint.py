"""The linter: each kind of defect, planted alone into a good file, is found with its place and its remedy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.__main__ import lint_files, main, template_names
from chalicelib.domain.lint import EVENTS, OWNERS, Finding, lint
from chalicelib.domain.procedure import SOPS, StepKind, known

GOOD = SOPS / f"{known()[0]}.toml"
NAMED_TEMPLATE = re.compile(r'^template = "(.+)"$', re.MULTILINE)
TEMPLATES_OF_GOOD = frozenset(NAMED_TEMPLATE.findall(GOOD.read_text(encoding="utf-8")))
SECOND_CONFIRM = """
[[steps]]
name = "again"
kind = "confirm"
owner = "reporter"
standard_time = { working_days = 10 }
legal_basis = "x"
ladder = "silence"
exits = { satisfied = "resolved", not_satisfied = "respond", silence = "resolved" }
"""
CONSULT = """
[[steps]]
name = "consult"
kind = "consult"
owner = "coordinator"
standard_time = { working_days = 3 }
legal_basis = "x"
ladder = "handling"
exits = {}
"""
ENDLESS_DELIVERY = ('exits = { deliver = "confirm" }', 'exits = { deliver = "respond" }')
DISPUTED = '[[notices]]\nwhen = "complaint.disputed"\nto = "coordinator"\ntemplate = "disputed"\n'
NO_TELLING = '[[ladders.silence.rungs]]\nname = "most"\npart = 0.8\ntell = ["owner"]\n'

HERE = "(the line it is planted in)"

# what is planted: (old, new) | where | part of the problem | part of the remedy
SEEDED: dict[str, tuple[tuple[str, str], str, str, str]] = {
    # the file itself
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
    # steps, owners and acts
    "step twice": (
        ('name = "review"', 'name = "respond"'),
        "step respond",
        "is there twice",
        "a name of its own",
    ),
    "step called as an end": (
        ('name = "review"', 'name = "resolved"'),
        "step resolved",
        "has the name of an end",
        "another name",
    ),
    "owner unknown": (('owner = "liaison"', 'owner = "camat"'), "step respond", '"camat"', "head or liaison"),
    "owner of a system step": (
        ('kind = "deliver"\nowner = "system"', 'kind = "deliver"\nowner = "regional_admin"'),
        "step deliver",
        "cannot own a step of kind deliver",
        "owned by system",
    ),
    "system owns an officer's step": (
        ('kind = "review"\nowner = "regional_admin"', 'kind = "review"\nowner = "system"'),
        "step review",
        "cannot own a step of kind review",
        "coordinator or regional_admin",
    ),
    "owner without title": (
        ("[roles.system]", "[roles.central_admin]"),
        "step record",
        '"system" has no title',
        "Add [roles.system]",
    ),
    "role unknown": (("[roles.system]", "[roles.camat]"), "role camat", "not a known role", "Use one of"),
    "role without title": (
        ('title = { id = "Masyarakat", en = "Citizen" }', ""),
        "role reporter",
        '"title" is missing',
        "Add it",
    ),
    "superior unknown": (
        ('superior = "head"', 'superior = "central_admin"'),
        "role liaison",
        '"central_admin" has no title',
        "Add [roles.central_admin]",
    ),
    "superior of oneself": (
        ('superior = "head"', 'superior = "liaison"'),
        "role liaison",
        "its own superior",
        "the role above",
    ),
    "superior to be told but there is none": (
        ('superior = "head"', ""),
        "step respond",
        "rung most tells the superior, but nobody stands above liaison",
        "Give [roles.liaison] a superior",
    ),
    "a kind that cannot be run": (
        ("[ladders.handling]", CONSULT + "[ladders.handling]"),
        "step consult",
        "cannot be run yet",
        "Leave it out",
    ),
    "act missing": (
        (', send_back = "respond"', ""),
        "step review",
        'its exits lack "send_back"',
        "Say where send_back leads",
    ),
    "act unknown": (
        ('forward = "respond"', 'forward = "respond", burn = "respond"'),
        "step verify",
        '"burn" is not an act of kind verify',
        "Use forward",
    ),
    "target unknown": (
        ('answer = "review"', 'answer = "reveiw"'),
        "step respond",
        'answer leads to "reveiw"',
        "review or verify",
    ),
    "first step unknown": (('opens = "record"', 'opens = "rec"'), "filing", 'opens "rec"', "Use confirm"),
    "silence that goes on": (
        ('silence = "resolved"', 'silence = "respond"'),
        "step confirm",
        "silence leads to another step",
        "Use resolved",
    ),
    "an answer that ends": (
        ('answer = "review"', 'answer = "resolved"'),
        "step respond",
        "answer would end the complaint, which only satisfied and silence may",
        "Let it lead to",
    ),
    # the way
    "unreachable step": (
        ("[ladders.handling]", SECOND_CONFIRM + "[ladders.handling]"),
        "step again",
        "is never reached",
        "Let an exit of an earlier step lead to it",
    ),
    "a path that does not end": (
        ENDLESS_DELIVERY,
        "step deliver",
        "no path from it ends",
        "come to resolved",
    ),
    "an agency's step before the forwarding": (
        ('record = "verify"', 'record = "respond"'),
        "step respond",
        'can be reached without the act "forward"',
        'left by "forward"',
    ),
    "a citizen asked before there is an answer": (
        ('publish = "deliver"', 'publish = "confirm"'),
        "step confirm",
        'can be reached without the act "deliver"',
        'left by "deliver"',
    ),
    # waits
    "an officer's step without ladder": (
        ('baris 5"\nladder = "handling"', 'baris 5"'),
        "step respond",
        "nothing happens when its time runs out",
        "Give it a ladder: handling or silence",
    ),
    "the reporter's step without ladder": (
        ('ladder = "silence"\n', ""),
        "step confirm",
        "nothing happens when its time runs out",
        "Give it a ladder",
    ),
    "ladder unknown": (
        ('ladder = "silence"', 'ladder = "quiet"'),
        "step confirm",
        '"quiet" does not exist',
        "Use handling or silence",
    ),
    "ladder unused": (
        (
            "[ladders.silence]",
            '[ladders.spare]\nrungs = [{ name = "due", part = 1.0, act = "silence" }]\n[ladders.silence]',
        ),
        "ladder spare",
        "no step uses it",
        "remove it",
    ),
    "ladder of a system step": (
        ('kind = "deliver"\nowner = "system"', 'kind = "deliver"\nowner = "system"\nladder = "handling"'),
        "step deliver",
        "is the system's own, but has a ladder",
        "Remove it",
    ),
    "no rung at the deadline": (
        ('name = "due"\npart = 1.0\nact', 'name = "due"\nfurther_working_days = 1\nact'),
        "ladder silence",
        "has no rung at the deadline",
        "part = 1.0",
    ),
    "a silence that never ends": (
        ('part = 1.0\nact = "silence"', 'part = 1.0\ntell = ["owner"]\ntemplate = "silence-reminder"'),
        "step confirm",
        "keep it open for ever",
        'act = "silence"',
    ),
    "a reporter marked late": (
        ('act = "silence"', 'act = "silence"\nlate_level = 1'),
        "step confirm",
        "marks the reporter late",
        "Remove late_level",
    ),
    "a deadline that marks nobody late": (
        ("late_level = 1\n", ""),
        "step verify",
        "marks it late",
        "Give that rung a late_level",
    ),
    "a timer that does an officer's work": (
        ("part = 1.0\ntell", 'part = 1.0\nact = "silence"\ntell'),
        "step respond",
        "an officer's work by timer",
        "Remove act",
    ),
    "an act no timer can do": (
        ('act = "silence"', 'act = "resolve"'),
        "ladder silence, rung due",
        '"resolve" is nothing a timer can do',
        'Use act = "silence"',
    ),
    "an act before the deadline": (
        (NO_TELLING, NO_TELLING + 'act = "silence"\n'),
        "ladder silence, rung most",
        "before the deadline",
        "Move act",
    ),
    "late before the deadline": (
        ('part = 0.8\ntell = ["owner", "superior"]', 'part = 0.8\nlate_level = 1\ntell = ["owner"]'),
        "ladder handling, rung most",
        "late before the deadline",
        "Remove late_level",
    ),
    "rungs out of order": (
        ("part = 0.5", "part = 0.9"),
        "ladder handling, rung most",
        "is not later than half before it",
        "in order of time",
    ),
    "days before parts": (
        ('name = "half"\npart = 0.5', 'name = "half"\nfurther_working_days = 1'),
        "ladder handling, rung most",
        "is not later than half before it",
        "in order of time",
    ),
    "levels that do not rise": (
        ("late_level = 3", "late_level = 2"),
        "ladder handling, rung level-3",
        "does not rise after level-2",
        "Raise it",
    ),
    "rung twice": (
        ('name = "level-3"', 'name = "level-2"'),
        "ladder handling, rung level-2",
        "is there twice",
        "a name of its own",
    ),
    "a rung with two moments": (
        ("part = 0.5", "part = 0.5\nfurther_working_days = 1"),
        "ladder handling, rung half",
        "moment is not clear",
        "either part or further_working_days",
    ),
    "a rung with words for nobody": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'template = "reminder"'),
        "ladder handling, rung half",
        "tells nobody",
        "Say in tell who gets it",
    ),
    "a rung that tells nothing": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'tell = ["owner"]'),
        "ladder handling, rung half",
        "but not what",
        "Give it a template",
    ),
    "a rung that does nothing": (
        ('tell = ["owner"]\ntemplate = "reminder"', ""),
        "ladder handling, rung half",
        "does nothing",
        "Let it tell somebody",
    ),
    "a rung for an unknown role": (
        ('tell = ["owner"]\ntemplate = "reminder"', 'tell = ["camat"]\ntemplate = "reminder"'),
        "ladder handling, rung half",
        'tells "camat"',
        "Use coordinator",
    ),
    # what people are told
    "a rung's template unknown": (
        ('template = "silence-reminder"', 'template = "hush"'),
        "ladder silence, rung most",
        '"hush" does not exist',
        "Use answered",
    ),
    "a notice's template unknown": (
        ('template = "to-review"', 'template = "to-reveiw"'),
        "notice step.opened:review",
        '"to-reveiw" does not exist',
        "Use answered",
    ),
    "a notice for an unknown role": (
        ('to = "liaison"', 'to = "camat"'),
        "notice complaint.confirmed",
        'tells "camat"',
        "Use coordinator",
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
        ('when = "complaint.disputed"', 'when = "complaint.disputed:late"'),
        "notice complaint.disputed:late",
        "nothing can stand after",
        "Write complaint.disputed alone",
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
    # rows
    "row twice": (("number = 4", "number = 3"), "row 3", "is there twice", "as the printed table does"),
    "row missing": (("number = 7", "number = 8"), "row 7", "is missing", "without gaps from 1"),
    "row done by an unknown event": (
        ('done_by = "complaint.answered"', 'done_by = "complaint.replyed"'),
        "row 5",
        "not a known event",
        "complaint.accepted or complaint.answered",
    ),
    "row done by an event of elsewhere": (
        ('done_by = "complaint.forwarded"', 'done_by = "complaint.answered"'),
        "row 3",
        "never happens in step verify",
        "complaint.forwarded",
    ),
    "row of the filing done by an event of elsewhere": (
        ('done_by = "complaint.filed"', 'done_by = "complaint.recorded"'),
        "row 1",
        "never happens in filing",
        "Use complaint.filed",
    ),
}


def lint_text(folder: Path, text: str) -> list[Finding]:
    file = folder / GOOD.name
    file.write_text(text, encoding="utf-8")
    return lint(file, TEMPLATES_OF_GOOD)


@pytest.mark.parametrize("defect", SEEDED)
def test_a_seeded_defect_is_found_with_file_place_and_remedy(defect: str, tmp_path: Path) -> None:
    (old, new), where, problem, remedy = SEEDED[defect]
    good = GOOD.read_text(encoding="utf-8")
    assert old in good, "the defect is not planted"
    if where == HERE:
        where = f"line {good[: good.index(old)].count(chr(10)) + 1}"
    findings = lint_text(tmp_path, good.replace(old, new, 1))
    assert any(
        found.file == str(tmp_path / GOOD.name)
        and found.where == where
        and problem in found.problem
        and remedy in found.remedy
        for found in findings
    ), "\n".join(str(found) for found in findings) or "nothing was found"


def test_the_good_file_that_the_defects_are_planted_in_is_good(tmp_path: Path) -> None:
    assert lint_text(tmp_path, GOOD.read_text(encoding="utf-8")) == []


def test_a_finding_is_two_plain_sentences_after_its_file_and_place(tmp_path: Path) -> None:
    text = GOOD.read_text(encoding="utf-8").replace('opens = "record"', 'opens = "recrod"')
    finding = str(lint_text(tmp_path, text)[0])
    assert finding == (
        f'{tmp_path / GOOD.name}: filing: opens "recrod", which is no step. '
        "Use confirm, deliver, record, respond, review or verify."
    )


def test_all_defects_of_a_file_are_found_together(tmp_path: Path) -> None:
    text = GOOD.read_text(encoding="utf-8")
    text = text.replace('owner = "liaison"', 'owner = "camat"').replace("number = 7", "number = 9")
    assert {found.where for found in lint_text(tmp_path, text)} >= {"step respond", "row 7", "row 8"}


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_however_a_file_is_mangled_the_linter_answers_with_findings(data: st.DataObject) -> None:
    lines = GOOD.read_text(encoding="utf-8").splitlines()
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


def test_a_file_that_is_not_there_and_one_that_is_not_text_are_findings(tmp_path: Path) -> None:
    picture = tmp_path / "picture.toml"
    picture.write_bytes(b"\x89PNG")
    (unread,), (undecoded,) = lint(tmp_path / "absent.toml", ()), lint(picture, ())
    assert (unread.where, unread.problem) == ("file", "cannot be read")
    assert (undecoded.where, undecoded.problem) == ("file", "is not UTF-8 text")


def test_every_kind_of_step_has_owners_and_events_that_the_linter_knows() -> None:
    assert set(OWNERS) == set(EVENTS) == set(StepKind)


# The command


def test_every_procedure_of_this_repository_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"OK {SOPS / name}.toml" for name in known()]


def test_the_command_prints_each_finding_on_a_line_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / GOOD.name
    bad.write_text(GOOD.read_text(encoding="utf-8").replace("number = 7", "number = 8"), encoding="utf-8")
    assert lint_files([bad, GOOD]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{bad}: row 7: is missing. Add it, or number the rows without gaps from 1.",
        f"OK {GOOD}",
    ]


def test_an_unknown_file_gets_a_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tmp_path / "absent.toml"
    assert lint_files([absent]) == 1
    assert capsys.readouterr().out == f"{absent}: file: cannot be read. Check its path and name.\n"


def test_a_template_counts_only_where_every_language_has_it(tmp_path: Path) -> None:
    for name in ("id/received.txt", "id/answered.txt", "id/_common.txt", "en/received.txt", "en/_common.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "layout.html").touch()
    assert template_names(tmp_path) == {"received"}


def test_the_linter_runs_as_a_command_without_any_cloud(tmp_path: Path) -> None:
    copy = shutil.copy(GOOD, tmp_path / GOOD.name)
    run = subprocess.run(
        [sys.executable, "-m", "chalicelib", "lint", copy], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, f"OK {copy}\n")
