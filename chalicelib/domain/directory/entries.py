"""Regions, their agencies, officers and categories: whom a complaint can meet."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.procedure.model import Role
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.time.hours import OfficeHours
from chalicelib.domain.values.value import Value

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""The name of an entry within its region: it stands in keys and addresses."""

ActingAs = Literal["Plt.", "Plh."]
"""*Pelaksana tugas*: the post is vacant; *pelaksana harian*: whoever holds it is away for a while."""


class Region(Value):
    """A government that handles complaints: ``code`` is Kemendagri's, ``prefix`` begins its tickets.

    ``letterhead`` are the lines of the *kop surat* below its name on the papers of those who look after its
    complaints. ``office_hours`` are its agencies' where they are not the national ones, ``ombudsman_email``
    is where the Ombudsman's office for the region takes bundles; without it somebody hands them over.
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
        """The region's working days and office hours."""
        return self.calendar_with(None)

    def calendar_with(self, hours: OfficeHours | None) -> Calendar:
        """The region's working days with an agency's own office hours, where it has any."""
        days = tuple(self.closing_days.items())
        return _calendar(self.zone, days, self.extra_working_days, hours or self.office_hours)


@lru_cache
def _calendar(
    zone: str,
    closing_days: tuple[tuple[date, str], ...],
    extra_working_days: frozenset[date],
    hours: OfficeHours | None,
) -> Calendar:
    """One calendar object per rule set: deadlines keep what they counted by the calendar they counted on."""
    return Calendar(zone, dict(closing_days), extra_working_days, hours)


class Unit(Value):
    """A Bidang or Seksi of an agency, to whose desk its head disposes complaints."""

    id: Id
    name: str = Field(min_length=1, max_length=200)


class Agency(Value):
    """An agency of the region (SKPD/OPD), a vertical agency connected to the system, or the Inspektorat.

    ``successor`` is the agency it was renamed to or merged into, which has its open steps now. ``by_letter``:
    it is reached by a *surat* and answers by one, which the regional admin types in. ``letterhead`` are the
    lines of its *kop surat* below the government's name. ``office_hours`` are its own where the region's are
    not.
    """

    id: Id
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


class Assignment(Value):
    """A *Surat Tugas*: ``expires`` is its last day, ``warned`` whether its end was announced."""

    number: str = Field(min_length=1, max_length=100)
    dated: date
    expires: date
    warned: bool = False


class Officer(Value):
    """A person in office. ``epoch`` rises when they move: links and sessions of the epoch before are dead.

    Who stands in for an absent or missing one (Plt./Plh.) is an officer too, of the same role, agency and
    unit, with the other's id as ``acting_for``. First and last days (``…_from``, ``…_until``) are included,
    in the region's zone; an open end is ``None``.
    """

    id: Id
    region: str
    role: Role
    agency: str | None = None
    unit: str | None = None
    name: str = Field(min_length=1, max_length=200)
    title: str = Field(min_length=1, max_length=200)
    email: str | None = None
    phone: str | None = None
    language: Literal["id", "en"] = "id"
    epoch: int = 1
    active: bool = True
    assignment: Assignment | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    acting_for: str | None = None
    acting_as: ActingAs | None = None
    serves_from: date | None = None
    serves_until: date | None = None

    def on_duty(self, today: date) -> bool:
        """Whether they hold their post on this day of the region's: only then may they act, or are told."""
        assigned = self.assignment is None or today <= self.assignment.expires
        absent = self.absent_from is not None and _within(self.absent_from, self.absent_until, today)
        return self.active and assigned and not absent and _within(self.serves_from, self.serves_until, today)


def _within(first: date | None, last: date | None, today: date) -> bool:
    return (first is None or first <= today) and (last is None or today <= last)


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
