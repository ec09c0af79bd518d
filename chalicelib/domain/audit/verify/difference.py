"""Where two JSON values differ."""

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.complaint.stored_event import canonical


def find_differences(said: Any, right: Any) -> list[str]:
    """The dotted paths at which two JSON values differ, sorted; 1 differs from 1.0 and from true."""
    return [] if canonical(said) == canonical(right) else sorted(_compare(said, right, ""))


def _compare(said: Any, right: Any, path: str) -> Iterator[str]:
    if isinstance(said, dict) and isinstance(right, dict):
        for name in said.keys() | right.keys():
            there = f"{path}.{name}".lstrip(".")
            if name in said and name in right:
                yield from _compare(said[name], right[name], there)
            else:
                yield there
    elif isinstance(said, list) and isinstance(right, list) and len(said) == len(right):
        for place, (one, other) in enumerate(zip(said, right, strict=True)):
            yield from _compare(one, other, f"{path}.{place}".lstrip("."))
    elif type(said) is not type(right) or said != right:
        yield path
