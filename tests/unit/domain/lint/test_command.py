"""The command ``python -m chalicelib lint``."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.__main__ import lint_files, list_templates, main
from chalicelib.domain.procedure.loading import list_procedure_files
from tests.unit.domain.lint.planting import (
    GOOD,
    LONGEST_PATH,
    WHOLE,
)


def test_every_procedure_of_this_repository_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("WARNING ")]
    assert [line.partition(": ")[0] for line in lines] == [f"OK {file}" for file in list_procedure_files()]


def test_the_command_prints_each_finding_on_a_line_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / GOOD.name
    bad.write_text(WHOLE[GOOD.stem].replace("number = 7", "number = 8"), encoding="utf-8")
    assert lint_files([bad, GOOD]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{bad}: row 7: is missing. Add it, or number the rows without gaps from 1.",
        f"OK {GOOD}: longest legal path {LONGEST_PATH}",
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
    assert list_templates(tmp_path) == {"received"}


def test_the_linter_runs_as_a_command_without_any_cloud(tmp_path: Path) -> None:
    copy = shutil.copy(GOOD, tmp_path / GOOD.name)
    run = subprocess.run(
        [sys.executable, "-m", "chalicelib", "lint", copy], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, f"OK {copy}: longest legal path {LONGEST_PATH}\n")
