"""Texts in both languages, and legal bases that name a rule."""

import re
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.lint.findings import Check, Defect
from chalicelib.domain.lint.places import locate
from chalicelib.domain.procedure.merging import Loc
from chalicelib.domain.procedure.model import Procedure

_A_SENTENCE = 5
"""Words: a text of so many is never the same in both languages by chance."""
_A_NAME = re.compile(r"[^\W\d_]{2}")


def _check_texts(procedure: Procedure) -> Iterator[Defect]:
    raw = procedure.model_dump(mode="json", by_alias=True)
    for loc, text in _find_texts(raw, ()):
        where, keys = locate((*loc, "id"), raw)
        key = ".".join(str(part) for part in keys[:-1])
        for language in ("id", "en"):
            if not text[language].strip():
                yield Defect(where, f'"{key}.{language}" is blank', "Write the words, or leave them out")
        if text["id"] == text["en"] and len(text["id"].split()) >= _A_SENTENCE:
            yield Defect(where, f'"{key}" is the same in Indonesian and English', "Translate it")


def _find_texts(tree: Any, loc: Loc) -> Iterator[tuple[Loc, dict[str, str]]]:
    if isinstance(tree, dict):
        if tree.keys() == {"id", "en"}:
            yield loc, tree
        else:
            for name, value in tree.items():
                yield from _find_texts(value, (*loc, name))
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            yield from _find_texts(value, (*loc, n))


def _check_legal_bases(procedure: Procedure) -> Iterator[Defect]:
    deadlines = [(f"step {step.name}", step.legal_basis) for step in procedure.steps]
    deadlines += [
        (f"envelope {envelope.name}", envelope.legal_basis) for envelope in procedure.overall_deadlines
    ]
    if procedure.reopening:
        deadlines.append(("reopening", procedure.reopening.legal_basis))
    if procedure.planning:
        deadlines.append(("planning", procedure.planning.legal_basis))
    deadlines += [("header", law.text) for law in procedure.header.legal_basis]
    for where, basis in deadlines:
        if not _A_NAME.search(basis):
            yield Defect(
                where,
                f'its legal basis is "{basis}", which names no rule',
                "Name the rule that its time comes from, or say that the profile decided it",
            )


CHECKS: tuple[Check, ...] = (_check_texts, _check_legal_bases)
