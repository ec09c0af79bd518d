"""The places of a procedure, in the words of its file: "step verify", "ladder handling, rung due"."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.domain.procedure.extends import Layer
from chalicelib.domain.procedure.merging import Loc

SECTIONS = frozenset({"header", "filing", "arbitration", "reopening", "planning", "without"})
"""The tables of a file that are places by themselves."""


def locate(loc: Loc, data: Mapping[str, Any]) -> tuple[str, Loc]:
    """Return the place in the file's own names, and the keys from there."""
    match loc:
        case ("steps", int(), "rows", int(), *keys) | ("filing", "rows", int(), *keys) if keys:
            return _name_entry(data, loc[: len(loc) - len(keys)], "row", "number"), tuple(keys)
        case ("steps" | "envelopes" as entries, int(), *keys) if keys:
            return _name_entry(data, loc[:2], entries.removesuffix("s"), "name"), tuple(keys)
        case ("ladders", str(name), "rungs", int(), *keys) if keys:
            return f"ladder {name}, " + _name_entry(data, loc[:4], "rung", "name"), tuple(keys)
        case ("notices", int(number), *keys) if keys:
            return f"notice {number + 1}", tuple(keys)
        case ("roles" | "ladders" as tables, str(name), *keys) if keys:
            return f"{tables.removesuffix('s')} {name}", tuple(keys)
        case (str(section), *keys) if keys and section in SECTIONS:
            return section, tuple(keys)
        case _:
            return "file", loc


def _name_entry(data: Any, loc: Loc, what: str, key: str) -> str:
    """Return ``row 5`` or ``step verify``; the entry's number in the file where it has no usable name."""
    entry = data
    for part in loc:
        entry = entry[part]
    if isinstance(entry, dict) and isinstance(entry.get(key), int | str):
        return f"{what} {entry[key]}"
    in_step = loc[0] == "steps" and "rows" in loc
    within = f" of {_name_entry(data, loc[:2], 'step', 'name')}" if in_step else ""
    return f"{what} (number {int(loc[-1]) + 1} in the file{within})"


def find_file(layers: Sequence[Layer], where: str, keys: Loc = ()) -> Path:
    """Return the file that writes a place, and the first of the keys there if any does: the nearest one."""
    places = [(layer.path, dict(list_places(layer.data))) for layer in layers]
    holding = [path for path, written in places if keys and str(keys[0]) in written.get(where, ())]
    naming = [path for path, written in places if where in written]
    return next(iter([*holding, *naming, layers[0].path]))


def list_places(data: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """Return every place below the file itself that its data writes, with the keys written there."""
    for loc, table in _list_tables(data, ()):
        where, keys = locate((*loc, ""), data)
        if keys == ("",):
            yield where, frozenset(table)
        if loc[0] == "notices" and isinstance(table.get("when"), str):
            yield f"notice {table['when']}", frozenset(table)


def _list_tables(tree: Any, loc: Loc) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    if isinstance(tree, dict):
        if loc:
            yield loc, tree
        for key, value in tree.items():
            yield from _list_tables(value, (*loc, key))
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            yield from _list_tables(value, (*loc, n))
