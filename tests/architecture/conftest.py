"""The real tree, and a way to plant one fault in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.source import SourceTree
from tests.paths import ROOT

Plant = Callable[[str, str], SourceTree]


@pytest.fixture(scope="session")
def tree() -> SourceTree:
    return SourceTree(ROOT)


@pytest.fixture
def plant(tree: SourceTree, tmp_path: Path) -> Plant:
    """The real tree with one file more, or with another text in it; the files themselves stay as they are."""

    def plant_file(path: str, text: str) -> SourceTree:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return tree.overlay(SourceTree(tmp_path))

    return plant_file
