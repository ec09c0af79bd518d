"""Compare two JSON values."""

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.complaint.stored_event import to_canonical_json


def find_differences(actual: Any, expected: Any) -> list[str]:
    """Return the dotted paths at which two JSON values differ, sorted; 1 differs from 1.0 and from true."""
    return (
        []
        if to_canonical_json(actual) == to_canonical_json(expected)
        else sorted(_compare(actual, expected, ""))
    )


def _compare(actual: Any, expected: Any, path: str) -> Iterator[str]:
    if isinstance(actual, dict) and isinstance(expected, dict):
        for name in actual.keys() | expected.keys():
            child = f"{path}.{name}".lstrip(".")
            if name in actual and name in expected:
                yield from _compare(actual[name], expected[name], child)
            else:
                yield child
    elif isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        for index, (item, other) in enumerate(zip(actual, expected, strict=True)):
            yield from _compare(item, other, f"{path}.{index}".lstrip("."))
    elif type(actual) is not type(expected) or actual != expected:
        yield path
