"""Procedures on file: today's in ``chalicelib/sops``, replaced versions in ``earlier`` there."""

import tomllib
from functools import lru_cache
from pathlib import Path

from chalicelib.domain.procedure.model import Procedure

SOPS = Path(__file__).parents[2] / "sops"


@lru_cache
def load_procedure(procedure_id: str, version: str | None = None, folder: Path = SOPS) -> Procedure:
    """The procedure of that id from ``chalicelib/sops``: today's, or the version a complaint was filed under.

    A version that is replaced moves to ``earlier/<id>@<version>.toml``, for complaints end under the
    procedure they began under. ``FileNotFoundError`` where there is none.
    """
    today = read_procedure(folder / f"{procedure_id}.toml")
    if version in (None, today.version):
        return today
    return read_procedure(folder / "earlier" / f"{procedure_id}@{version}.toml")


def find_procedure_file(procedure_id: str, version: str) -> Path:
    """The file of that version of a procedure, whether there is one or not."""
    if procedure_id not in list_procedure_ids() or load_procedure(procedure_id).version == version:
        return SOPS / f"{procedure_id}.toml"
    return SOPS / "earlier" / f"{procedure_id}@{version}.toml"


def read_procedure(path: Path) -> Procedure:
    """The procedure in the file; pydantic's ``ValidationError`` where it is not one."""
    return parse_procedure(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=16)
def parse_procedure(text: str) -> Procedure:
    """The procedure that a file's text says; ``ValueError`` where it says none."""
    return Procedure.model_validate(tomllib.loads(text))


def list_procedure_ids() -> tuple[str, ...]:
    """The ids of every procedure on file."""
    return tuple(sorted(path.stem for path in SOPS.glob("*.toml")))
