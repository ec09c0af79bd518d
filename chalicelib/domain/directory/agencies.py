"""Agencies with their units, and the categories of complaints that are routed to them."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.time.hours import OfficeHours
from chalicelib.domain.values.value import Value

EntryId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""The name of an entry within its region: it is part of keys and addresses."""


class Unit(Value):
    """A Bidang or Seksi of an agency, to whose desk its head disposes complaints."""

    id: EntryId
    name: str = Field(min_length=1, max_length=200)


class Agency(Value):
    """An agency of the region (SKPD/OPD), a vertical agency connected to the system, or the Inspektorat.

    ``successor`` is the agency it was renamed to or merged into, which has its open steps now. ``by_letter``:
    it is reached by a *surat* and answers by one, which the regional admin types in. ``letterhead`` are the
    lines of its *kop surat* below the government's name. ``office_hours`` are its own where the region's are
    not.
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
    """What a complaint is about; a leaf names the agency it is usually routed to."""

    code: str
    region: str
    name_id: str
    name_en: str
    parent: str | None = None
    agency: str | None = None
