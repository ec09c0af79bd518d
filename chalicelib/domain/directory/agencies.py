"""Agencies with their units, and the categories of complaints that are routed to them."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.time.hours import OfficeHours
from chalicelib.domain.values.value import Value

EntryId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""The name of an entry within its region: it is part of keys and addresses."""


class Unit(Value):
    """A Bidang or Seksi of an agency. The agency's head disposes complaints to it."""

    id: EntryId
    name: str = Field(min_length=1, max_length=200)


class Agency(Value):
    """An agency of the region (SKPD/OPD), a vertical agency connected to the system, or the Inspektorat.

    ``successor`` is the agency it was renamed to or merged into, which now has its open steps. ``by_letter``
    is true for an agency that gets complaints in a *surat* and answers with one, which the regional admin
    enters. ``letterhead`` are the lines of its *kop surat* below the government's name. ``office_hours`` are
    its own where they differ from the region's.
    """

    id: EntryId
    region: str
    name: str = Field(min_length=1, max_length=200)
    kind: Literal["agency", "vertical", "inspectorate"]
    units: tuple[Unit, ...] = Field(default=(), max_length=50)
    successor: str | None = None
    by_letter: bool = False
    address: str | None = Field(default=None, max_length=300)
    letterhead: tuple[str, ...] = Field(default=(), max_length=6)
    office_hours: OfficeHours | None = None


class Category(Value):
    """A subject of complaints; a leaf of the tree names the agency they are usually routed to."""

    code: str
    region: str
    name_id: str
    name_en: str
    parent: str | None = None
    agency: str | None = None
