"""Access to the table: by key and by index only."""

import ast

from bench.source import SourceTree
from tests.architecture.conftest import Plant


def find_scans(tree: SourceTree) -> list[str]:
    """Return the calls of a method named `scan` in the application."""
    return [
        f"{tree.get_path(module.name)}:{node.lineno} scans"
        for module in [tree.modules["app"], *tree.list_below("chalicelib")]
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "scan"
    ]


def test_nothing_scans_the_table(tree: SourceTree) -> None:
    assert find_scans(tree) == []


def test_a_scan_is_found(plant: Plant) -> None:
    planted = plant("chalicelib/aws/dynamodb/new.py", "def list_all(model):\n    return list(model.scan())")
    assert find_scans(planted) == ["chalicelib/aws/dynamodb/new.py:2 scans"]
