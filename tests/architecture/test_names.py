"""Names: a class name belongs to one class, the entry point renames nothing, a government is data."""

import ast
from collections import defaultdict

from bench.source import SourceTree
from chalicelib.domain.procedure.loading import list_procedure_ids
from infra.local.demo_data import list_demo_regions
from tests.architecture.conftest import Plant
from tests.paths import ROOT

EXEMPT = {"Meta"}
"""pynamodb asks each model for a class of this name."""


def find_shared_class_names(tree: SourceTree) -> list[str]:
    places: dict[str, list[str]] = defaultdict(list)
    for module in tree.list_below("chalicelib"):
        for node in module.classes:
            places[node.name].append(f"{tree.get_path(module.name)}:{node.lineno}")
    return [
        f"{name}: {', '.join(lines)}"
        for name, lines in sorted(places.items())
        if len(lines) > 1 and name not in EXEMPT
    ]


def find_aliases(tree: SourceTree) -> list[str]:
    """Return the imports of `app.py` that give a thing another name than its own."""
    return [
        f"app.py:{node.lineno} imports {alias.name} as {alias.asname}"
        for node in ast.walk(tree.modules["app"].tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.asname
    ]


def find_governments(tree: SourceTree, names: set[str]) -> list[str]:
    return [
        f"{tree.get_path(module.name)} names {name}"
        for module in tree
        for name in sorted(names)
        if name in module.text.lower()
    ]


def list_governments() -> set[str]:
    """Return the words by which the demo's regions and procedures are recognised."""
    words = {word for region in list_demo_regions() for word in region["slug"].split("-")}
    names = (words | {procedure.split("-")[0] for procedure in list_procedure_ids()}) - {
        "kabupaten",
        "kota",
        "provinsi",
    }
    return names - {"jawa"}  # a whole island is no government


def test_every_class_name_is_unique(tree: SourceTree) -> None:
    assert find_shared_class_names(tree) == []


def test_a_class_name_used_twice_is_found(plant: Plant) -> None:
    plant("chalicelib/domain/time/new.py", "class Bell:\n    pass")
    planted = plant("chalicelib/web/new.py", "def build():\n    class Bell:\n        pass")
    assert "Bell: chalicelib/domain/time/new.py:1, chalicelib/web/new.py:2" in find_shared_class_names(
        planted
    )


def test_the_entry_point_has_no_alias(tree: SourceTree) -> None:
    assert find_aliases(tree) == []


def test_an_alias_in_the_entry_point_is_found(plant: Plant) -> None:
    planted = plant(
        "app.py", "import chalicelib.web as web\nfrom chalicelib.workers import relay as outbox\n"
    )
    assert find_aliases(planted) == [
        "app.py:1 imports chalicelib.web as web",
        "app.py:2 imports relay as outbox",
    ]


def test_no_python_file_names_a_government() -> None:
    names = list_governments()
    assert names
    assert find_governments(SourceTree(ROOT, ("chalicelib", "infra", "bench")), names) == []


def test_a_government_in_a_python_file_is_found(plant: Plant) -> None:
    name = min(list_governments())
    planted = plant("chalicelib/domain/values/new.py", f"IS_SPECIAL = {name.upper()!r}")
    assert find_governments(planted, list_governments()) == [f"chalicelib/domain/values/new.py names {name}"]
