"""Regions, their agencies, officers and categories: whom a complaint can meet."""

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import Field

from chalicelib.domain.calendar import Calendar
from chalicelib.domain.model import Value
from chalicelib.domain.procedure import Role


class Region(Value):
    """A government that handles complaints: ``code`` is Kemendagri's, ``prefix`` begins its tickets."""

    slug: str
    name: str
    code: str
    zone: str
    prefix: str
    procedure: str
    closing_days: dict[date, str] = Field(default_factory=dict)
    extra_working_days: frozenset[date] = frozenset()

    @property
    def calendar(self) -> Calendar:
        """The region's working days."""
        return _calendar(self.zone, tuple(self.closing_days.items()), self.extra_working_days)


@lru_cache
def _calendar(
    zone: str, closing_days: tuple[tuple[date, str], ...], extra_working_days: frozenset[date]
) -> Calendar:
    """One calendar object per rule set: deadlines keep what they counted by the calendar they counted on."""
    return Calendar(zone=zone, closing_days=dict(closing_days), extra_working_days=extra_working_days)


class Agency(Value):
    """An agency of the region (SKPD/OPD) or a vertical agency connected to the system."""

    id: str
    region: str
    name: str
    kind: Literal["agency", "vertical"]


class Category(Value):
    """What a complaint is about; a leaf names the agency it is usually routed to."""

    code: str
    region: str
    name_id: str
    name_en: str
    parent: str | None = None
    agency: str | None = None


class Officer(Value):
    """A person in office. ``epoch`` rises when they move: links and sessions of the epoch before are dead."""

    id: str
    region: str
    role: Role
    agency: str | None = None
    name: str
    title: str
    email: str | None = None
    phone: str | None = None
    language: Literal["id", "en"] = "id"
    epoch: int = 1
    active: bool = True


class Account(Value):
    """Someone who signs in: a citizen, or an officer (then ``officer`` is their id in ``region``)."""

    id: str
    name: str
    email: str | None = None
    phone: str | None = None
    language: Literal["id", "en"] = "id"
    region: str | None = None
    officer: str | None = None
    epoch: int = 1
