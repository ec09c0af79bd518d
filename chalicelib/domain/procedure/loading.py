"""Procedures on file: today's in ``chalicelib/sops``, replaced ones in ``earlier``, bases in ``base``."""

import tomllib
from functools import lru_cache
from pathlib import Path

from chalicelib.domain.procedure.extends import read_layers, resolve
from chalicelib.domain.procedure.model import Procedure

SOPS = Path(__file__).parents[2] / "sops"


@lru_cache
def load_procedure(procedure_id: str, version: str | None = None, folder: Path = SOPS) -> Procedure:
    """Return the procedure of that id: today's, or the version a complaint was filed under.

    A version that is replaced moves to ``earlier/<id>@<version>.toml``, for complaints end under the
    procedure they began under. ``FileNotFoundError`` where there is none.
    """
    today = read_procedure(folder / f"{procedure_id}.toml")
    if version in (None, today.version):
        return today
    return read_procedure(folder / "earlier" / f"{procedure_id}@{version}.toml")


def read_procedure(path: Path) -> Procedure:
    """Return the procedure in the file, with what its base gives it; ``ValueError`` where it is none."""
    return Procedure.model_validate(resolve(read_layers(path)))


@lru_cache(maxsize=16)
def parse_procedure(text: str) -> Procedure:
    """Return the procedure that a text says without any base; ``ValueError`` where it says none."""
    return Procedure.model_validate(tomllib.loads(text))


def list_procedure_ids() -> tuple[str, ...]:
    """Return the ids of today's procedures."""
    return tuple(sorted(path.stem for path in SOPS.glob("*.toml")))


def list_procedure_files() -> tuple[Path, ...]:
    """Return the files of every version on file, today's and earlier ones."""
    return tuple(sorted([*SOPS.glob("*.toml"), *(SOPS / "earlier").glob("*.toml")]))
