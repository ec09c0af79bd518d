"""Frozen copies of every version on file: JSON with one key path a line, for readable diffs.

``toml`` is the plain data of the file: it never changes. ``model`` is the data of the :class:`Procedure` with
all its defaults: when the model gets a new field, delete these copies and write them again.
"""

import json
import sys
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

from chalicelib.domain.procedure.extends import read_layers, resolve
from chalicelib.domain.procedure.loading import list_procedure_files
from chalicelib.domain.procedure.model import Procedure

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


def list_frozen(file: Path) -> dict[Path, str]:
    """Return the paths of a version's frozen copies, with what they have to say."""
    data = resolve(read_layers(file))
    procedure = Procedure.model_validate(data)
    stem = f"{procedure.id}@{procedure.version}"
    model = procedure.model_dump(mode="json", by_alias=True)
    return {
        RESOLVED / f"{stem}.toml.json": format_frozen(data),
        RESOLVED / f"{stem}.model.json": format_frozen(model),
    }


def write_new_copies() -> None:
    """Write the copies of the versions that have none; a copy that is there is never changed."""
    for file in list_procedure_files():
        for path, text in list_frozen(file).items():
            if not path.exists():
                path.write_text(text, encoding="utf-8")
                sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    write_new_copies()
