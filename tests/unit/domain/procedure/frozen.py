"""Frozen copies of every version on file: JSON with one key path a line, for readable diffs.

``toml`` is the plain data of the file, ``model`` the data of the :class:`Procedure` with all its defaults.
"""

import json
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

RESOLVED = Path(__file__).parent / "resolved"


def flatten(tree: dict[str, Any]) -> dict[str, Any]:
    """Return each key path with its value; a table or list of plain values counts as one value."""
    return dict(_list_leaves(tree, ""))


def _list_leaves(tree: Any, path: str) -> Iterator[tuple[str, Any]]:
    items = list(
        tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    )
    if any(isinstance(value, dict | list) for _, value in items):
        for key, value in items:
            yield from _list_leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, tree


def format_frozen(tree: dict[str, Any]) -> str:
    """Return the JSON; times of day are ISO strings."""
    lines = (f" {_to_json(path)}: {_to_json(value)}" for path, value in flatten(tree).items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=time.isoformat)
