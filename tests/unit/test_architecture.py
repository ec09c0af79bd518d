"""The floors of the code: imports only go down, the domain is pure, a government is data."""

import ast
from pathlib import Path

import pytest

from chalicelib.domain.procedure.model import known
from infra.operations.directory import demo_regions
from tests.paths import ROOT

FLOORS = (
    ("app",),
    ("chalicelib.web", "chalicelib.workers", "chalicelib.__main__"),
    ("chalicelib.bootstrap",),
    ("chalicelib.services", "chalicelib.documents", "chalicelib.aws", "chalicelib.notifications"),
    ("chalicelib.domain", "chalicelib.i18n", "chalicelib.settings", "chalicelib.telemetry"),
)
SOURCES = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
AWS = {"boto3", "botocore", "pynamodb", "chalice", "aws_lambda_powertools"}


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> set[str]:
    """Every module the file imports, for types or late ones too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def floor_of(module: str) -> int | None:
    for number, rooms in enumerate(FLOORS):
        if any(module == room or module.startswith(f"{room}.") for room in rooms):
            return number
    return None


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_only_go_down(file: Path) -> None:
    own = floor_of(module_of(file))
    if own is None:
        assert imports_of(file) == set(), "on no floor, so it may import nothing"
        return
    upward = {name for name in imports_of(file) if (floor := floor_of(name)) is not None and floor < own}
    assert upward == set()


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_application_never_imports_its_tools(file: Path) -> None:
    tools = {"infra", "tests", "moto", "ministack", "pytest"}
    assert {name.split(".")[0] for name in imports_of(file)} & tools == set()


def test_the_domain_knows_nothing_of_aws() -> None:
    for file in (ROOT / "chalicelib" / "domain").glob("*.py"):
        imported = imports_of(file)
        assert {name.split(".")[0] for name in imported} & AWS == set(), file
        floors = {floor_of(name) for name in imported} - {None, len(FLOORS) - 1}
        assert floors == set(), file


def test_no_python_file_names_a_government() -> None:
    words = {word for region in demo_regions() for word in region["slug"].split("-")}
    names = (words | {procedure.split("-")[0] for procedure in known()}) - {"kabupaten", "kota", "provinsi"}
    names -= {"jawa"}  # a whole island is no government
    tools = [file for folder in ("infra", "bench") for file in sorted((ROOT / folder).rglob("*.py"))]
    for file in [*SOURCES, *tools]:
        text = file.read_text(encoding="utf-8").lower()
        assert [name for name in names if name in text] == [], file


def test_nothing_scans_the_table() -> None:
    for file in SOURCES:
        calls = {
            node.func.attr
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert "scan" not in calls, file
