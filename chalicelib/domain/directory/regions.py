"""The regions on file: one TOML file each in ``chalicelib/regions``, with the fields of ``Region``.

A file says who a government is and when it works; its agencies and officers are the directory's.
"""

import tomllib
from functools import lru_cache
from pathlib import Path

from chalicelib.domain.directory.entries import Region

REGIONS = Path(__file__).parents[2] / "regions"


def known() -> tuple[str, ...]:
    """The slugs of every region on file."""
    return tuple(sorted(path.stem for path in REGIONS.glob("*.toml")))


@lru_cache
def load(slug: str) -> Region:
    """The region on file under this slug.

    Raises KeyError for an unknown one, pydantic's ValidationError for a file that does not fit.
    """
    if slug not in known():
        raise KeyError(slug)
    return Region.model_validate(tomllib.loads((REGIONS / f"{slug}.toml").read_text(encoding="utf-8")))
