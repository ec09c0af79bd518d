"""Officers, and the accounts that people sign in with."""

from datetime import date
from typing import Literal

from pydantic import Field

from chalicelib.domain.directory.agencies import EntryId
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.value import Value

ActingAs = Literal["Plt.", "Plh."]
"""*Pelaksana tugas*: the post is vacant; *pelaksana harian*: its holder is away for a while."""


class Assignment(Value):
    """A *Surat Tugas*: ``expires`` is its last day, ``warned`` says whether its end was announced."""

    number: str = Field(min_length=1, max_length=100)
    dated: date
    expires: date
    warned: bool = False


class Officer(Value):
    """A person in office.

    ``epoch`` increases when they move to another post: links and sessions of an earlier epoch are invalid. A
    deputy for an absent or missing officer (Plt./Plh.) is an officer too, of the same role, agency and unit,
    with the other's id as ``acting_for``. First and last days (``…_from``, ``…_until``) are included, in the
    region's zone; an open end is ``None``.
    """

    id: EntryId
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

    def is_on_duty(self, today: date) -> bool:
        """Return whether they hold their post on this local day: only then may they act and get messages."""
        assigned = self.assignment is None or today <= self.assignment.expires
        absent = self.absent_from is not None and _is_within(self.absent_from, self.absent_until, today)
        serving = _is_within(self.serves_from, self.serves_until, today)
        return self.active and assigned and not absent and serving


def _is_within(first: date | None, last: date | None, today: date) -> bool:
    return (first is None or first <= today) and (last is None or today <= last)


class Account(Value):
    """The account of a person who signs in: a citizen, or the officer ``officer`` of ``region``."""

    id: str
    name: str
    email: str | None = None
    phone: str | None = None
    language: Literal["id", "en"] = "id"
    region: str | None = None
    officer: str | None = None
    epoch: int = 1
