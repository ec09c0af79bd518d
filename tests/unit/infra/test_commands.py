"""The command line of operations: one command for each job, and the modules' names still work."""

import re
import runpy

import pytest

from infra import __main__ as command_line
from infra.__main__ import COMMANDS
from tests.paths import ROOT

OLD_NAMES = sorted(COMMANDS.keys() - {"demo"})
"""Crontabs and runbooks in use may say `python -m infra.NAME` with these."""
MENTIONED = re.compile(r"\binfra\.([a-z_]+)\b(?!\()")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def list_mentioned() -> set[str]:
    """Return the names of `infra.NAME` in the documents."""
    return {name for file in DOCUMENTS for name in MENTIONED.findall(file.read_text(encoding="utf-8"))}


def check_help(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert capsys.readouterr().out.startswith(f"usage: python -m infra {name} ")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_explains_itself(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["infra", name, "-h"])
    with pytest.raises(SystemExit, match="0"):
        command_line.main()
    check_help(capsys, name)


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("name", OLD_NAMES)
def test_a_command_is_found_under_its_old_name(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", [f"infra.{name}", "-h"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module(f"infra.{name}", run_name="__main__", alter_sys=True)
    check_help(capsys, name)


def test_the_documents_mention_only_commands_that_exist() -> None:
    assert list_mentioned() <= set(COMMANDS)


@pytest.mark.parametrize(("arguments", "status"), [([], 0), (["--help"], 0), (["journey"], 2)])
def test_without_a_command_the_commands_are_listed(
    arguments: list[str], status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["infra", *arguments])
    assert command_line.main() == status
    listed = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in listed] == []
