"""A file that cannot be read as a procedure, in words for its writer."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.domain.lint.findings import Problem
from chalicelib.domain.procedure.model import Procedure

_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def read(path: Path) -> tuple[Procedure | None, list[Problem]]:
    """The procedure in the file, or what keeps it from being one."""
    raw: dict[str, Any] = {}
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return Procedure.model_validate(raw), []
    except OSError:
        return None, [Problem("file", "cannot be read", "Check its path and name")]
    except UnicodeDecodeError:
        return None, [Problem("file", "is not UTF-8 text", "Save it again with the encoding UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return None, [_not_toml(error)]
    except ValidationError as error:
        return None, [_not_a_procedure(detail, raw) for detail in error.errors()]


def _not_toml(error: tomllib.TOMLDecodeError) -> Problem:
    line = _LINE.search(str(error))
    return Problem(
        f"line {line[1]}" if line else "file",
        f"is not TOML: {_LINE.sub('', str(error)).strip()}",
        "Look there for a missing quotation mark, bracket or equals sign, or a name given twice",
    )


def _not_a_procedure(error: ErrorDetails, raw: Mapping[str, Any]) -> Problem:
    where, keys = place(error["loc"], raw)
    key = ".".join(str(part) for part in keys)
    match error["type"]:
        case "missing":
            return Problem(where, f'"{key}" is missing', _how_to_add(str(keys[-1])))
        case "extra_forbidden":
            return Problem(where, f'"{key}" is not a known key', "Remove it or correct its spelling")
        case "string_too_short" | "too_short":
            return Problem(where, f'"{key}" is empty', "Fill it in")
        case "value_error":
            reason = error["msg"].removeprefix("Value error, ")
            return Problem(where, f'"{key}" is wrong: {reason}', "Correct the value")
        case _:
            reason = error["msg"].removeprefix("Input ").removeprefix("should be ")
            return Problem(where, f'"{key}" is {error["input"]!r}', f"Correct the value; allowed: {reason}")


def _how_to_add(key: str) -> str:
    if key in ("id", "en"):
        return "Give the words in Indonesian (id) and in English (en)"
    return "Add it"


def place(loc: tuple[int | str, ...], raw: Mapping[str, Any]) -> tuple[str, tuple[int | str, ...]]:
    """Where in the procedure an error is, in the file's own names, and the keys from there."""
    match loc:
        case ("steps", int(), "rows", int(), *keys) | ("filing", "rows", int(), *keys) if keys:
            return _called(raw, loc[: len(loc) - len(keys)], "row", "number"), tuple(keys)
        case ("steps" | "envelopes" as entries, int(), *keys) if keys:
            return _called(raw, loc[:2], entries.removesuffix("s"), "name"), tuple(keys)
        case ("ladders", str(name), "rungs", int(), *keys) if keys:
            return f"ladder {name}, " + _called(raw, loc[:4], "rung", "name"), tuple(keys)
        case ("notices", int(place), *keys) if keys:
            return f"notice {place + 1}", tuple(keys)
        case ("roles" | "ladders" as tables, str(name), *keys) if keys:
            return f"{tables.removesuffix('s')} {name}", tuple(keys)
        case ("header" | "filing" | "arbitration" | "reopening" | "planning" as section, *keys) if keys:
            return str(section), tuple(keys)
        case _:
            return "file", loc


def _called(raw: Any, loc: tuple[int | str, ...], what: str, key: str) -> str:
    """``row 5`` or ``step verify``; by its place in the file where it has no usable name."""
    entry = raw
    for part in loc:
        entry = entry[part]
    if isinstance(entry, dict) and isinstance(entry.get(key), int | str):
        return f"{what} {entry[key]}"
    within = f" of {_called(raw, loc[:2], 'step', 'name')}" if "rows" in loc and loc[0] == "steps" else ""
    return f"{what} (number {int(loc[-1]) + 1} in the file{within})"
