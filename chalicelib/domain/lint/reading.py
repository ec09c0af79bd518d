"""A file that cannot be read as a procedure, in words for its writer."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.domain.lint.findings import Finding
from chalicelib.domain.lint.places import find_file, list_places, locate
from chalicelib.domain.procedure.extends import ExtendsError, Layer, UnreadableFileError, read_layers, resolve
from chalicelib.domain.procedure.merging import Loc, Mistake, name_entry
from chalicelib.domain.procedure.model import Procedure

_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class Reading(NamedTuple):
    """A procedure with the files it was read from, or what keeps them from being one."""

    layers: tuple[Layer, ...]
    procedure: Procedure | None
    findings: list[Finding]


def read_file(path: Path) -> Reading:
    """Return the procedure in the file, or what keeps it from being one."""
    layers: tuple[Layer, ...] = ()
    data: Mapping[str, Any] = {}
    try:
        layers = read_layers(path)
        data = resolve(layers)
        return Reading(layers, Procedure.model_validate(data), [])
    except OSError:
        findings = [Finding(str(path), "file", "cannot be read", "Check its path and name")]
    except UnreadableFileError as error:
        findings = [_explain_unreadable(error)]
    except ExtendsError as error:
        findings = [_explain_mistake(error.layer, mistake) for mistake in error.mistakes]
    except ValidationError as error:
        findings = [_explain_invalid(detail, data, layers) for detail in error.errors()]
    return Reading(layers, None, findings)


def _explain_unreadable(error: UnreadableFileError) -> Finding:
    file, cause = str(error.path), str(error.__cause__)
    if not isinstance(error.__cause__, tomllib.TOMLDecodeError):
        return Finding(file, "file", "is not UTF-8 text", "Save it again with the encoding UTF-8")
    line = _LINE.search(cause)
    return Finding(
        file,
        f"line {line[1]}" if line else "file",
        f"is not TOML: {_LINE.sub('', cause).strip()}",
        "Look there for a missing quotation mark, bracket or equals sign, or a name given twice",
    )


def _explain_mistake(layer: Layer, mistake: Mistake) -> Finding:
    where, _ = locate(mistake.loc, layer.data)
    return Finding(str(layer.path), where, mistake.problem, mistake.remedy)


def _explain_invalid(error: ErrorDetails, data: Mapping[str, Any], layers: Sequence[Layer]) -> Finding:
    path, where, keys = _locate_in_files(error["loc"], data, layers)
    file = str(path)
    key = ".".join(str(part) for part in keys)
    match error["type"]:
        case "missing":
            return Finding(
                file, where, f'"{key}" is missing', _explain_how_to_add(str(keys[-1]), where, layers)
            )
        case "extra_forbidden":
            return Finding(file, where, f'"{key}" is not a known key', "Remove it or correct its spelling")
        case "string_too_short" | "too_short":
            return Finding(file, where, f'"{key}" is empty', "Fill it in")
        case "value_error":
            reason = error["msg"].removeprefix("Value error, ")
            return Finding(file, where, f'"{key}" is wrong: {reason}', "Correct the value")
        case _:
            reason = error["msg"].removeprefix("Input ").removeprefix("should be ")
            problem = f'"{key}" is {error["input"]!r}'
            return Finding(file, where, problem, f"Correct the value; allowed: {reason}")


def _locate_in_files(loc: Loc, data: Mapping[str, Any], layers: Sequence[Layer]) -> tuple[Path, str, Loc]:
    """Return the file that writes the place, the place, and the keys from there.

    Where there is a base, a notice goes by its event: its number is that of the whole procedure, which
    nobody has written.
    """
    where, keys = locate(loc, data)
    match loc:
        case ("notices", int(number), *_) if keys and len(layers) > 1:
            name = name_entry("notices", data["notices"][number])
            for layer in layers:
                if name in [name_entry("notices", notice) for notice in layer.data.get("notices", ())]:
                    return layer.path, f"notice {data['notices'][number].get('when')}", keys
    return find_file(layers, where, keys), where, keys


def _explain_how_to_add(key: str, where: str, layers: Sequence[Layer]) -> str:
    if key in ("id", "en"):
        return "Give the words in Indonesian (id) and in English (en)"
    own, *bases = (dict(list_places(layer.data)) for layer in layers)
    if where in own and bases and not any(where in base for base in bases):
        return f"Add it; or correct the name, for the base has no {where}"
    return "Add it"
