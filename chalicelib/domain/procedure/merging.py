"""The plain data of a procedure file laid over that of its base; ``extends`` says how.

Nothing here reads a file. What the two say is only compared by names: whether the result is a procedure is
found out when the model reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

ENTRIES: Mapping[str, tuple[str, ...]] = {
    "steps": ("name",),
    "rows": ("number",),
    "rungs": ("name",),
    "envelopes": ("name",),
    "notices": ("when", "to"),
}
"""The lists whose entries have names, with the keys that make the name."""

NAMED_TABLES = frozenset({"roles", "ladders"})
"""The tables whose keys are names."""

_MERGED_TABLES = NAMED_TABLES | {"header", "filing", "arbitration", "reopening", "planning", "exits"}
"""The tables that are merged key by key; any other table (a text, a standard time) is one value."""

Data = dict[str, Any]
"""The plain data of a file or of a whole procedure."""
Loc = tuple[int | str, ...]
"""The keys and list numbers that lead to a value in it."""


class Mistake(NamedTuple):
    """A mistake in how a file extends its base: the place in the file's own data, and what to do."""

    loc: Loc
    problem: str
    remedy: str


def name_entry(key: str, entry: Any) -> str | None:
    """Return the name of an entry of the list ``key``, as "complaint.filed to reporter" for a notice."""
    if not isinstance(entry, dict):
        return None
    parts = [entry.get(part) for part in ENTRIES[key]]
    if not all(isinstance(part, int | str) for part in parts):
        return None
    return " to ".join(str(part) for part in parts)


class ProcedureMerge:
    """A file's own data laid over the data of its base; collects the mistakes that it meets."""

    def __init__(self, own: Data) -> None:
        self._own = own
        self.mistakes: list[Mistake] = []

    def lay_over(self, base: Data) -> Data:
        """Return the data of both, less what the file drops from its base."""
        own = {key: value for key, value in self._own.items() if key not in ("extends", "without")}
        return self._merge_tables(own, self._drop_from(base), ())

    def _drop_from(self, base: Data) -> Data:
        without = self._own.get("without", {})
        if not isinstance(without, dict):
            self._report(
                ("without",), '"without" is no table', 'Write [without], and steps = ["review"] below it'
            )
            return base
        droppable = {key: names for key in base if (names := _list_names(key, base[key]))}
        kept = dict(base)
        for key, dropped in without.items():
            loc, names = ("without", key), dropped if isinstance(dropped, list) else [dropped]
            if key not in droppable:
                self._report(loc, f'drops from "{key}", where the base names nothing', _suggest(droppable))
                continue
            for name in names:
                if name not in droppable[key]:
                    self._report(
                        loc, f'drops "{name}" from {key}, where the base has none', _suggest(droppable[key])
                    )
            kept[key] = _leave_out(key, base[key], names)
        return kept

    def _merge_tables(self, own: Data, base: Data, loc: Loc) -> Data:
        order, merged = _Order(base), dict(base)
        for key, value in own.items():
            order.place(key)
            merged[key] = self._merge_values(value, base[key], (*loc, key)) if key in base else value
        return {key: merged[key] for key in order.names}

    def _merge_values(self, own: Any, base: Any, loc: Loc) -> Any:
        in_named_table = len(loc) == 2 and loc[0] in NAMED_TABLES
        match own, base:
            case dict(), dict() if in_named_table or loc[-1] in _MERGED_TABLES:
                return self._merge_tables(own, base, loc)
            case list(), list() if loc[-1] in ENTRIES:
                return self._merge_entries(own, base, loc)
            case _:
                return own

    def _merge_entries(self, own: list[Any], base: list[Any], loc: Loc) -> list[Data]:
        key = str(loc[-1])
        merged: dict[str, Data] = {str(name_entry(key, entry)): entry for entry in base}
        order, written = _Order(merged), set[str]()
        for n, entry in enumerate(own):
            name, here = name_entry(key, entry), (*loc, n)
            if name is None:
                self._report(*_find_missing_name(key, entry, here))
            elif name in written:
                self._report(
                    (*here, ENTRIES[key][0]), "is there twice", "Keep one, or give it a name of its own"
                )
            else:
                written.add(name)
                self._place_entry(name, entry, order, here)
                content = {part: value for part, value in entry.items() if part != "after"}
                merged[name] = self._merge_tables(content, merged.get(name, {}), here)
        return [merged[name] for name in order.names]

    def _place_entry(self, name: str, entry: Data, order: "_Order", here: Loc) -> None:
        after = entry.get("after")
        if after is None:
            order.place(name)
        elif str(after) in order.names and str(after) != name:
            order.place_after(name, str(after))
        else:
            others = [other for other in order.names if other != name]
            self._report(
                (*here, "after"), f'is to be placed after "{after}", which is not there', _suggest(others)
            )

    def _report(self, loc: Loc, problem: str, remedy: str) -> None:
        self.mistakes.append(Mistake(loc, problem, remedy))


class _Order:
    """Names in order, and the place where the last one was put: the next new one goes behind it."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        self._next = 0

    def place(self, name: str) -> None:
        """Leave a name where it is, or put a new one behind the last."""
        if name not in self.names:
            self.names.insert(self._next, name)
        self._next = self.names.index(name) + 1

    def place_after(self, name: str, other: str) -> None:
        if name in self.names:
            self.names.remove(name)
        self._next = self.names.index(other) + 1
        self.place(name)


def _list_names(key: str, value: Any) -> list[str]:
    if key in ENTRIES and isinstance(value, list):
        return [name for entry in value if (name := name_entry(key, entry))]
    return list(value) if key in NAMED_TABLES and isinstance(value, dict) else []


def _leave_out(key: str, value: Any, names: Sequence[Any]) -> Any:
    if isinstance(value, dict):
        return {name: entry for name, entry in value.items() if name not in names}
    return [entry for entry in value if name_entry(key, entry) not in names]


def _find_missing_name(key: str, entry: Any, here: Loc) -> tuple[Loc, str, str]:
    if not isinstance(entry, dict):
        return here, "is no table", f"Write it as [[{key}]]"
    for part in ENTRIES[key]:
        if part not in entry:
            return (*here, part), f'"{part}" is missing', "Add it"
    part = next(part for part in ENTRIES[key] if not isinstance(entry[part], int | str))
    return (*here, part), f'"{part}" is {entry[part]!r}', "Give it the name of the entry"


def _suggest(names: Iterable[str]) -> str:
    *most, last = list(names) or ["(there is none yet)"]
    return f"Use {', '.join(most)} or {last}" if most else f"Use {last}"
