"""The policy files: generated from the table, and reported when they are stale."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from infra.deploy.build import CHALICE_CONFIG, CHALICE_STAGE
from infra.deploy.policies import FOLDER, GRANTS, find_stale, main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed files."""
    return shutil.copytree(FOLDER, tmp_path / "policies")


def test_the_committed_files_are_those_of_the_table() -> None:
    assert find_stale() == []


def test_every_function_has_a_policy_of_its_name(function_names: list[str]) -> None:
    functions = json.loads(CHALICE_CONFIG.read_text())["stages"][CHALICE_STAGE]["lambda_functions"]
    assert sorted(function_names) == sorted(GRANTS)
    assert {name: function["iam_policy_file"] for name, function in functions.items()} == {
        name: f"policies/{name}.json" for name in GRANTS
    }


def test_stale_missing_and_superfluous_files_are_reported(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    widened = json.loads((folder / "verify.json").read_text())
    widened["Statement"][-1]["Resource"] = "*"
    (folder / "verify.json").write_text(json.dumps(widened, indent=2))
    (folder / "clocks.json").unlink()
    (folder / "forgotten.json").write_text("{}\n")
    assert main(["--check", "--folder", str(folder)]) == 1
    named = [line.split()[0] for line in capsys.readouterr().err.splitlines()]
    assert named == ["clocks.json", "forgotten.json", "verify.json"]


def test_the_command_writes_only_stale_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "verify.json").write_text("{}\n")
    (folder / "forgotten.json").write_text("{}\n")
    assert main(["--folder", str(folder)]) == 0
    assert capsys.readouterr().out == "removed forgotten.json\nwrote verify.json\n"
    assert find_stale(folder) == []
    assert main(["--check", "--folder", str(folder)]) == 0
