"""A procedure written as TOML: its text wherever it is shown, frozen or exported.

The text is canonical: it follows from what the procedure says, in the order of the model's fields, however
the procedure's files are written and divided. It needs no base, and reading it gives the same procedure.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from chalicelib.domain.procedure.merging import ENTRIES, NAMED_TABLES
from chalicelib.domain.procedure.model import Procedure

_WIDTH = 120
_INLINE_KEYS = 4
"""A table with more keys is written with a line a key."""
_BARE_NAME = re.compile(r"[A-Za-z0-9_-]+")
_INLINE_TABLES = frozenset({"title"})
"""The tables of the file itself that are one value."""


def format_procedure(procedure: Procedure) -> str:
    """Return the procedure as TOML, without comments."""
    return format_toml(procedure.model_dump(by_alias=True, exclude_unset=True))


def format_toml(data: Mapping[str, Any]) -> str:
    """Return the data of a procedure file, whole or only its own part, as TOML."""
    text, last = "", ""
    for header, lines in _list_blocks(data, "", header=""):
        if text:
            text += "" if _continues(last, header) else "\n"
        text += "".join(f"{line}\n" for line in ([header] if header else []) + lines)
        last = header
    return text


def _continues(last: str, header: str) -> bool:
    """Return whether a block follows the last one without a blank line: roles, notices and rungs do."""
    return header.endswith(".rungs]]") or any(
        header.startswith(start) and last.startswith(start) for start in ("[roles.", "[[notices")
    )


def _list_blocks(table: Mapping[str, Any], path: str, header: str) -> Iterator[tuple[str, list[str]]]:
    """Return the table's block and those of the tables below it: header and lines."""
    blocks = {key: value for key, value in table.items() if _is_block(key, value, path)}
    lines = [line for key, value in table.items() if key not in blocks for line in _format_key(key, value)]
    if lines or not blocks or header.startswith("[["):
        yield header, lines
    for key, value in blocks.items():
        below = f"{path}.{_format_name(key)}" if path else _format_name(key)
        if isinstance(value, Mapping):
            yield from _list_blocks(value, below, f"[{below}]")
        else:
            for entry in value:
                yield from _list_blocks(entry, below, f"[[{below}]]")


def _is_block(key: str, value: Any, path: str) -> bool:
    if isinstance(value, Mapping):
        return path in NAMED_TABLES or (not path and key not in _INLINE_TABLES)
    return key in ENTRIES and _is_list_of_tables(value)


def _is_list_of_tables(value: Any) -> bool:
    return (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)
    )


def _format_key(key: str, value: Any) -> list[str]:
    name = _format_name(key)
    if isinstance(value, Mapping) and (
        len(value) > _INLINE_KEYS or any(isinstance(part, Mapping) for part in value.values())
    ):
        return [f"{name}.{_format_name(part)} = {_format_value(item)}" for part, item in value.items()]
    line = f"{name} = {_format_value(value)}"
    if len(line) > _WIDTH and isinstance(value, list | tuple):
        return [f"{name} = [", *(f"    {_format_value(item)}," for item in value), "]"]
    return [line]


def _format_name(key: str) -> str:
    return key if _BARE_NAME.fullmatch(key) else _format_value(key)


def _format_value(value: Any) -> str:
    match value:
        case str():
            # JSON's escapes are TOML's, but for this character.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case bool():
            return str(value).lower()
        case time():
            return value.isoformat()
        case Mapping():
            parts = (f"{_format_name(key)} = {_format_value(item)}" for key, item in value.items())
            return f"{{ {', '.join(parts)} }}"
        case list() | tuple():
            return f"[{', '.join(_format_value(item) for item in value)}]"
        case _:
            return str(value)
