"""Regions, and the files they are loaded from: one TOML file each in ``chalicelib/regions``.

A file has the fields of :class:`Region`: who a government is and when it works. Its agencies and officers are
in the directory.
"""

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.hours import OfficeHours
from chalicelib.domain.values.value import Value

REGIONS = Path(__file__).parents[2] / "regions"


class Region(Value):
    """A government that handles complaints: ``code`` is Kemendagri's, ``prefix`` begins its tickets.

    ``letterhead`` are the lines of the *kop surat* below its name, on the documents of the officers who
    coordinate its complaints. ``office_hours`` are those of its agencies where they differ from the national
    ones. ``ombudsman_email`` is where the Ombudsman's office for the region receives bundles; without it an
    officer delivers them.
    """

    slug: str
    name: str
    code: str
    zone: str
    prefix: str
    procedure: str
    letterhead: tuple[str, ...] = Field(default=(), max_length=6)
    closing_days: dict[date, str] = Field(default_factory=dict)
    extra_working_days: frozenset[date] = frozenset()
    office_hours: OfficeHours | None = None
    ombudsman_email: str | None = Field(default=None, max_length=254)

    @property
    def calendar(self) -> Calendar:
        """Return the region's working days and office hours."""
        return self.build_calendar(None)

    def build_calendar(self, hours: OfficeHours | None) -> Calendar:
        """Return the region's working days with an agency's own office hours, where it has any."""
        days = tuple(self.closing_days.items())
        return _build_calendar(self.zone, days, self.extra_working_days, hours or self.office_hours)


@lru_cache
def _build_calendar(
    zone: str,
    closing_days: tuple[tuple[date, str], ...],
    extra_working_days: frozenset[date],
    hours: OfficeHours | None,
) -> Calendar:
    """Return one calendar object for each set of rules: deadlines cache what they count for each calendar."""
    return Calendar(zone, dict(closing_days), extra_working_days, hours)


def list_slugs() -> tuple[str, ...]:
    """Return the slugs of all regions on file, sorted."""
    return tuple(sorted(path.stem for path in REGIONS.glob("*.toml")))


@lru_cache
def load(slug: str) -> Region:
    """Return the region with this slug from its file.

    Raise KeyError for an unknown slug, pydantic's ValidationError for a file with wrong content.
    """
    if slug not in list_slugs():
        raise KeyError(slug)
    return Region.model_validate(tomllib.loads((REGIONS / f"{slug}.toml").read_text(encoding="utf-8")))
