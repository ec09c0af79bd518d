"""Docstrings of functions: they begin with a verb, and say more than three words or nothing."""

import ast
from collections.abc import Iterator

from bench.english import begins_with_verb, count_words
from bench.source import SourceTree
from tests.architecture.conftest import Plant

SHARE = 0.95
"""The part of the docstrings that begin with a verb; the rest has room for a verb that no list knows."""


def find_verbless_docstrings(tree: SourceTree) -> list[str]:
    """Return the places of docstrings that do not begin with a verb in the imperative."""
    return [
        f"{place} {text.splitlines()[0]}"
        for place, text in list_docstrings(tree)
        if not begins_with_verb(text)
    ]


def find_short_docstrings(tree: SourceTree) -> list[str]:
    return [f"{place} {text}" for place, text in list_docstrings(tree) if count_words(text) <= 3]


def list_docstrings(tree: SourceTree) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every function's docstring."""
    for module in tree:
        for function in module.functions:
            if text := ast.get_docstring(function):
                yield f"{tree.get_path(module.name)}:{function.lineno} {function.name}:", text


def test_docstrings_begin_with_a_verb(tree: SourceTree) -> None:
    count = sum(1 for _ in list_docstrings(tree))
    verbless = find_verbless_docstrings(tree)
    assert len(verbless) <= (1 - SHARE) * count, "\n".join(["begin with a noun or a clause:", *verbless])


def test_a_docstring_that_begins_with_a_noun_is_found(plant: Plant) -> None:
    planted = plant("chalicelib/services/new.py", 'def get():\n    """What a page shows of a complaint."""\n')
    assert "chalicelib/services/new.py:1 get: What a page shows of a complaint." in find_verbless_docstrings(
        planted
    )


def test_no_docstring_has_three_words_or_fewer(tree: SourceTree) -> None:
    assert find_short_docstrings(tree) == []


def test_a_docstring_that_repeats_the_name_is_found(plant: Plant) -> None:
    planted = plant("infra/deploy/new.py", 'class A:\n    def send(self):\n        """Send the mail."""\n')
    assert "infra/deploy/new.py:2 send: Send the mail." in find_short_docstrings(planted)
