"""What the documents name exists: files, folders, commands, and the classes of the glossary."""

import ast
import re
from pathlib import Path

import pytest

from bench.source import SourceTree
from infra.__main__ import COMMANDS
from tests.paths import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/**/*.md")
QUOTED = re.compile(r"`([^`\n]+)`")
OWN_PATH = re.compile(r"^(app\.py|(chalicelib|infra|tests|bench|docs)/[\w./*<>-]*)$")
COMMAND = re.compile(r"python -m (infra|chalicelib)(?: |\.)(\w+)")
CLASS = re.compile(r"^[A-Z][A-Za-z]+$")
LINK = re.compile(r"\]\(([^)#]+)\)")


def find_missing_paths(root: Path) -> list[str]:
    """Return the paths and links of the documents that lead to nothing."""
    missing = []
    for document in list_documents(root):
        text = document.read_text(encoding="utf-8")
        paths = [path for path in QUOTED.findall(text) if OWN_PATH.match(path)]
        links = [link for link in LINK.findall(text) if "://" not in link]
        missing += [f"{document.relative_to(root)}: {path}" for path in paths if not exists(root, path)]
        missing += [
            f"{document.relative_to(root)}: {link}" for link in links if not exists(document.parent, link)
        ]
    return missing


def exists(folder: Path, path: str) -> bool:
    """Tell whether a path is there; "<id>" and "*" stand for any name."""
    return any(folder.glob(re.sub(r"<[^>]*>", "*", path).rstrip("/")))


def find_missing_commands(root: Path) -> list[str]:
    """Return the commands of operations that the documents name and the command line does not have."""
    return [
        f"{document.relative_to(root)}: python -m infra {name}"
        for document in list_documents(root)
        for program, name in COMMAND.findall(document.read_text(encoding="utf-8"))
        if program == "infra" and name not in COMMANDS
    ]


def find_missing_classes(tree: SourceTree, glossary: str) -> list[str]:
    """Return the classes and types of the glossary's second column that the code does not have."""
    classes = {node.name for module in tree for node in module.classes}
    classes |= {name for module in tree for name in list_types(module.tree)}
    columns = [line.split("|")[2] for line in glossary.splitlines() if line.startswith("|")]
    names = [name for column in columns for name in QUOTED.findall(column) if CLASS.match(name)]
    return [name for name in names if name not in classes]


def list_types(tree: ast.Module) -> list[str]:
    """Return the names that a module gives to types, as in `Command = Accept | Archive`."""
    return [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]


def list_documents(root: Path) -> list[Path]:
    return sorted(file for pattern in DOCUMENTS for file in root.glob(pattern))


def test_every_path_and_link_of_the_documents_exists() -> None:
    assert find_missing_paths(ROOT) == []


def test_every_command_of_the_documents_exists() -> None:
    assert find_missing_commands(ROOT) == []


def test_every_class_of_the_glossary_exists(tree: SourceTree) -> None:
    assert find_missing_classes(tree, (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text", ["see `infra/build.py`", "see [it](decisions/0099-none.md)", "`chalicelib/x_<id>.y`"]
)
def test_a_path_or_link_that_leads_to_nothing_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    assert len(find_missing_paths(tmp_path)) == 1


def test_a_command_that_does_not_exist_is_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("run `python -m infra.calender`", encoding="utf-8")
    assert find_missing_commands(tmp_path) == ["README.md: python -m infra calender"]


def test_a_class_that_does_not_exist_is_found(tree: SourceTree) -> None:
    assert find_missing_classes(tree, "| Laporan | `Complaint`, `ticket`, `Blossom` | x |") == ["Blossom"]
