"""The linter's findings, and its lists of names in words."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, TypeVar

from chalicelib.domain.procedure.model import Procedure

T = TypeVar("T")


Severity = Literal["error", "warning"]
"""A file that has only warnings can be used."""


class Finding(NamedTuple):
    """A defect with its file: the row, step or other place in it, what is wrong there, and what to do."""

    file: str
    where: str
    problem: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        sentence = f"{self.file}: {self.where}: {self.problem}. {self.remedy}."
        return f"WARNING {sentence}" if self.severity == "warning" else sentence


class Defect(NamedTuple):
    """A finding before its file is known."""

    where: str
    problem: str
    remedy: str
    severity: Severity = "error"


Check = Callable[[Procedure], Iterable[Defect]]


def find_duplicates(items: Iterable[T]) -> list[T]:
    """Return the items that occur more than once."""
    return [item for item, count in Counter(items).items() if count > 1]


def join_with_or(names: Iterable[str]) -> str:
    """Return ``a, b or c``, sorted."""
    return _join(names, "or")


def join_with_and(names: Iterable[str]) -> str:
    """Return ``a, b and c``, sorted."""
    return _join(names, "and")


def _join(names: Iterable[str], last: str) -> str:
    *most, end = sorted(str(name) for name in names) or ["(there is none yet)"]
    return f"{', '.join(most)} {last} {end}" if most else end
