"""The command that says when something is due, from the options or line by line."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from chalicelib.__main__ import main
from chalicelib.domain.directory import due, regions
from tests.paths import ROOT

LEBARAN = {"region": "kota-tarakan", "kind": "working", "days": 3, "from": "2026-03-13T09:00+08:00"}
OFFICE = {"region": "kota-teladan", "kind": "office_minutes", "minutes": 60, "from": "2026-11-27T16:15+09:00"}


def say(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    """Return the exit status, the output and the errors."""
    try:
        status = main(["due", *options])
    except SystemExit as ended:
        status = int(ended.code or 0)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def options(**asked: str | int) -> list[str]:
    return [word for name, value in asked.items() for word in (f"--{name}", str(value))]


def test_working_days_over_lebaran_are_said_with_the_regions_offset_and_every_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = say(capsys, *options(**LEBARAN))
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert answer.pop("calendar_version") == regions.load("kota-tarakan").calendar.version
    days = answer.pop("derivation")
    assert answer == {
        **LEBARAN,
        "from": "2026-03-13T09:00:00+08:00",
        "due_at": "2026-03-26T00:00:00+08:00",
        "zone": "Asia/Makassar",
    }
    assert [(day["date"][-2:], day["reason"]) for day in days if day["counted"] is not None] == [
        ("13", "trigger"),
        ("16", "working"),
        ("17", "working"),
        ("25", "working"),
    ]
    assert days[5] == {
        "date": "2026-03-18",
        "counted": None,
        "reason": "joint_leave",
        "name": "Cuti Bersama Hari Suci Nyepi",
    }


def test_office_minutes_are_said_with_the_hours_of_each_day(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = say(capsys, *options(**OFFICE))
    answer = json.loads(out)
    assert (status, answer["due_at"], answer["minutes"]) == (0, "2026-11-30T08:15:00+09:00", 60)
    assert [(day["minutes"], day.get("hours")) for day in answer["derivation"]] == [
        (15, ["07:30-11:30", "13:00-16:30"]),
        (0, None),
        (0, None),
        (45, ["07:30-12:00", "13:00-16:00"]),
    ]


def test_calendar_days_begin_on_the_regions_day_in_any_offset_that_the_instant_is_written_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # 16:30 UTC is half past midnight in Tarakan.
    asked = {**LEBARAN, "kind": "calendar", "days": 1, "from": "2026-11-23T16:30Z"}
    _, out, _ = say(capsys, *options(**asked))
    answer = json.loads(out)
    assert (answer["from"], answer["due_at"]) == ("2026-11-24T00:30:00+08:00", "2026-11-26T00:00:00+08:00")


def test_an_estimated_holiday_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = say(capsys, *options(**{**LEBARAN, "from": "2027-03-09T09:00+08:00"}))
    days = json.loads(out)["derivation"]
    assert [day["date"] for day in days if day.get("estimated")] == ["2027-03-10", "2027-03-11"]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"from": "2026-03-13T09:00"}, "from has no offset from UTC; write it like 2026-03-13T09:00+07:00"),
    ({"from": "2026-03-13"}, "from has no offset from UTC; write it like 2026-03-13T09:00+07:00"),
    ({"from": "besok"}, "from is no time; write it like 2026-03-13T09:00+07:00"),
    ({"from": "1999-12-31T09:00+07:00"}, "from must lie in the years 2000 to 2080"),
    ({"region": "kota-antah"}, f"no region kota-antah on file; there are {', '.join(regions.list_slugs())}"),
    ({"kind": "lunar"}, "kind: Input should be 'working', 'calendar' or 'office_minutes'"),
    ({"kind": "office_minutes"}, "kind office_minutes takes minutes and nothing else"),
    ({"minutes": 5}, "kind working takes days and nothing else"),
    ({"days": 0}, "days: Input should be greater than or equal to 1"),
    ({"days": 9999}, "days: Input should be less than or equal to 3660"),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG, ids=str)
def test_a_question_without_an_answer_ends_with_one_clear_sentence(
    change: dict[str, Any], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = say(capsys, *options(**{**LEBARAN, **change}))
    assert (status, out, err) == (2, "", f"python -m chalicelib due: {sentence}\n")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "give --region, --kind, --from, or - alone for lines of JSON"),
        (["--region", "kota-tarakan"], "give --kind, --from, or - alone for lines of JSON"),
        (["-", "--days", "3"], "- stands alone, without --days"),
        (["--days", "x"], "argument --days: invalid int value: 'x'"),
    ],
    ids=str,
)
def test_options_that_make_no_question_end_with_one_clear_sentence(
    given: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(capsys, *given) == (2, "", f"python -m chalicelib due: {sentence}\n")


# Line by line


def line(**change: Any) -> bytes:
    return json.dumps({**LEBARAN, **change}).encode()


def test_each_line_has_its_answer_in_order() -> None:
    version = regions.load("kota-tarakan").calendar.version
    assert list(due.answer_lines([line(), json.dumps(OFFICE).encode(), line(days=2)])) == [
        {
            "region": "kota-tarakan",
            "kind": "working",
            "due_at": "2026-03-26T00:00:00+08:00",
            "calendar_version": version,
        },
        {
            "region": "kota-teladan",
            "kind": "office_minutes",
            "due_at": "2026-11-30T08:15:00+09:00",
            "calendar_version": version,
        },
        {
            "region": "kota-tarakan",
            "kind": "working",
            "due_at": "2026-03-18T00:00:00+08:00",
            "calendar_version": version,
        },
    ]


def test_a_line_may_ask_for_the_derivation() -> None:
    (answer,) = due.answer_lines([line(derivation=True)])
    assert (answer["days"], answer["zone"], len(answer["derivation"])) == (3, "Asia/Makassar", 13)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        line(days=True),
        line(days="3"),
        line(days=2.5),
        line(days=None),
        line(hours=3),
        line(**{"from": 1_773_363_600}),
        line(**{"from": "2026-03-13T09:00"}),
        line(region="../sops/kota-tarakan"),
        line(region=None),
    ],
)
def test_a_bad_line_is_named_and_the_next_ones_are_answered(bad: bytes) -> None:
    first, second, third = due.answer_lines([line(), bad, line()])
    assert first == third
    assert (set(second), second["line"]) == ({"error", "line"}, 2)


def test_standard_input_is_answered_line_by_line_and_a_bad_line_tells_in_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = b"\n".join([line(), b"x", line()])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    status, out, _ = say(capsys, "-")
    assert status == 1
    assert [set(json.loads(answer)) >= {"due_at"} for answer in out.splitlines()] == [True, False, True]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line())))
    assert say(capsys, "-")[0] == 0


def test_the_command_loads_nothing_of_aws() -> None:
    loaded = "import sys, chalicelib.__main__; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "chalicelib.domain.directory.due" in ran.stdout.split()
    assert {"boto3", "botocore", "pynamodb", "chalice"} & set(ran.stdout.split()) == set()
