"""Procedures that extend a base: a government's file holds only what is its own.

``extends = "national-practice@1"`` names a file in ``base/`` that holds what the national practice gives to
all. The file is laid over its base:

- Tables (``[filing]``, ``[roles.head]``, a step's ``exits``) are merged key by key. A value in the file
  replaces the base's; a text or a standard time is one value.
- Entries of a list (steps, rows, rungs, envelopes, notices) are matched by name: a row's is its number, a
  notice's is its ``when`` and ``to``. An entry that the base has too is merged like a table.
- What only the file has is placed behind the entry or table that is written above it in the file, or behind
  the entry that its ``after`` names. With nothing above it, it comes first.
- ``[without]`` lists what of the base the procedure does not have, as ``steps = ["review"]``.
- A row without an actor has the title of its step's owner, and at filing the reporter's.

A base has its version in its name. It is never changed while a procedure extends it: the rules of complaints
on their way would change with it. A new version is a new file.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.domain.procedure.merging import Data, Mistake, ProcedureMerge

BASES = Path(__file__).parents[2] / "sops" / "base"


class Layer(NamedTuple):
    """One of the files that make a procedure, with its plain data."""

    path: Path
    data: Data


class ExtendsError(ValueError):
    """A file that does not fit its base, with every mistake in it."""

    def __init__(self, layer: Layer, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(f"{layer.path}: {problem}. {remedy}." for _, problem, remedy in mistakes))
        self.layer = layer
        self.mistakes = mistakes


class UnreadableFileError(ValueError):
    """A file that is not UTF-8 text or not TOML; its cause says which."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} cannot be read")
        self.path = path


def read_layers(path: Path) -> tuple[Layer, ...]:
    """Return the file and the bases that it extends, the nearest first.

    A base is looked for in ``base/`` next to the file, then among ours. ``OSError`` where the file cannot be
    opened, :class:`UnreadableFileError` where one is not TOML, :class:`ExtendsError` where one extends what
    is no base, or itself.
    """
    bases = _find_bases(path.parent / "base", BASES)
    layers = [Layer(path, _read_toml(path))]
    while "extends" in layers[-1].data:
        base = layers[-1].data["extends"]
        if not isinstance(base, str) or base not in bases:
            remedy = f"Use {', '.join(sorted(bases)) or '(there is none yet)'}"
            raise ExtendsError(
                layers[-1], [Mistake(("extends",), f'extends "{base}", which is no base', remedy)]
            )
        if any(layer.path == bases[base] for layer in layers):
            problem = f'extends "{base}", which extends this file'
            raise ExtendsError(
                layers[-1], [Mistake(("extends",), problem, "Remove extends in one of the two")]
            )
        layers.append(Layer(bases[base], _read_toml(bases[base])))
    return tuple(layers)


def resolve(layers: Sequence[Layer]) -> Data:
    """Return the data of the whole procedure; :class:`ExtendsError` where a file does not fit its base."""
    data = layers[-1].data
    for layer in reversed(layers[:-1]):
        merge = ProcedureMerge(layer.data)
        data = merge.lay_over(data)
        if merge.mistakes:
            raise ExtendsError(layer, merge.mistakes)
    return _fill_in_actors(data) if len(layers) > 1 else data


def _fill_in_actors(data: Data) -> Data:
    """Return the data with an actor in each row: where none is written, the title of the step's owner."""
    titles = {
        name: role["title"] for name, role in _get_table(data, "roles").items() if "title" in _get_table(role)
    }
    filled = dict(data)
    if "filing" in data:
        filled["filing"] = _fill_in_actor(data["filing"], titles.get("reporter"))
    if isinstance(data.get("steps"), list):
        filled["steps"] = [
            _fill_in_actor(step, titles.get(str(_get_table(step).get("owner")))) for step in data["steps"]
        ]
    return filled


def _fill_in_actor(part: Any, title: Any) -> Any:
    rows = _get_table(part).get("rows")
    if title is None or not isinstance(rows, list):
        return part
    return {**part, "rows": [{"actor": title, **row} if isinstance(row, dict) else row for row in rows]}


def _get_table(value: Any, key: str | None = None) -> Data:
    """Return the value, or what it has under the key, if that is a table; else an empty one."""
    part = value if key is None else value.get(key)
    return part if isinstance(part, dict) else {}


def _find_bases(*folders: Path) -> dict[str, Path]:
    return {file.stem: file for folder in reversed(folders) for file in folder.glob("*.toml")}


def _read_toml(path: Path) -> Data:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableFileError(path) from error
