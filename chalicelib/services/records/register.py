"""The registers of offices: an agency's *buku inventarisasi*, and a region's monthly *rekapitulasi*.

A register has a line for each complaint that came to the agency. Those who may not read a complaint see its
number and date, so that no register has a gap.
"""

import re
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.value import Value
from chalicelib.i18n.catalog import get_text
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Complaints, Directory, RegisterNumber, RegisterNumbers
from chalicelib.services.records.recap import Recap, build_recap
from chalicelib.services.views.access import check_may_read
from chalicelib.services.views.models import Summary
from chalicelib.services.views.reader import ComplaintReader

MOST_LINES = 500
"""The lines of a register that are read at once; the reader asks for those that follow."""
_MONTH = re.compile(r"(20[1-9][0-9])-(0[1-9]|1[0-2])")
_SEE_THE_REGION = frozenset({Role.REGIONAL_ADMIN, Role.COORDINATOR})


class AgendaNumber(Value):
    """A complaint's *nomor agenda* at one agency, as people read it; ``book`` is the agency's id."""

    book: str
    agency: str
    year: int
    number: int
    at: datetime


class RegisterLine(Value):
    """A line of a register. ``ticket`` is for those who may know of the complaint, the rest for its readers.

    ``late`` says whether it is or ever was late, ``answered_at`` when the last answer reached the reporter.
    """

    number: int
    at: datetime
    ticket: str | None
    summary: Summary | None
    unit: str | None = None
    late: bool = False
    answered_at: datetime | None = None


class RegisterBook(Value):
    """An agency's month; ``following`` is the number at which the rest begins, where there is more."""

    region: Region
    agency: str
    agency_name: str
    month: str
    lines: tuple[RegisterLine, ...]
    following: int | None


class RegisterService:
    """Reads the registers."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        register_numbers: RegisterNumbers,
        reader: ComplaintReader,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._register_numbers = register_numbers
        self._reader = reader
        self._now = now

    def list_numbers(self, ticket: str) -> tuple[AgendaNumber, ...]:
        """Return the complaint's numbers. The caller has checked that it may be read."""
        return tuple(
            AgendaNumber(
                book=entry.agency,
                agency=self._get_agency_name(entry.region, entry.agency),
                year=entry.year,
                number=entry.number,
                at=entry.at,
            )
            for entry in self._register_numbers.list_for_complaint(ticket)
        )

    def list_books(self, actor: Actor) -> list[tuple[str, str]]:
        """Return the registers of their own region that this officer may read, with the agencies' names."""
        region = actor.region or ""
        if actor.role == Role.INSPECTORATE:
            return [(Role.INSPECTORATE, self._get_agency_name(region, Role.INSPECTORATE))]
        if actor.role in _SEE_THE_REGION:
            return [(agency.id, agency.name) for agency in self._directory.list_agencies(region)]
        if actor.role in AGENCY_ROLES and actor.agency:
            return [(actor.agency, self._get_agency_name(region, actor.agency))]
        return []

    def get_book(self, actor: Actor, agency: str = "", month: str = "", first: int = 1) -> RegisterBook:
        """Return a month (``2026-11``) of an agency's register, from the number ``first`` on.

        The defaults are the first register that they may read and the current month there. Raises ``Refusal``
        with ``not_your_role`` where the register is not theirs, or ``month_unknown``.
        """
        names = dict(self.list_books(actor))
        agency = agency or next(iter(names), "")
        if agency not in names:
            raise Refusal("not_your_role")
        region = find_region(self._directory, actor.region or "")
        month = self._check_month(region, month)
        entries = (
            entry
            for entry in self._register_numbers.list_book(region.slug, agency, int(month[:4]))
            if entry.number >= first and _get_month(entry.at, region) == month
        )
        loaded = list(islice(entries, MOST_LINES + 1))
        shown = loaded[:MOST_LINES]
        read = self._complaints.get_many(entry.ticket for entry in shown)
        complaints = {complaint.ticket: complaint for complaint in read}
        return RegisterBook(
            region=region,
            agency=agency,
            agency_name=names[agency],
            month=month,
            lines=tuple(self._build_line(entry, complaints.get(entry.ticket), actor) for entry in shown),
            following=loaded[MOST_LINES].number if len(loaded) > MOST_LINES else None,
        )

    def build_recap(self, actor: Actor, month: str = "") -> Recap:
        """Count the complaints filed in the officer's region in a month; the default is the current one.

        Costs one read a complaint. Raises ``Refusal`` with ``not_your_role`` or ``month_unknown``.
        """
        if actor.role not in _SEE_THE_REGION:
            raise Refusal("not_your_role")
        region = find_region(self._directory, actor.region or "")
        month, now = self._check_month(region, month), self._now()
        complaints = self._complaints.get_many(self._complaints.list_filed(region.slug, month))
        return build_recap(region, month, complaints, self._directory, now)

    def _check_month(self, region: Region, month: str) -> str:
        if month and not _MONTH.fullmatch(month):
            raise Refusal("month_unknown")
        return month or _get_month(self._now(), region)

    def _build_line(self, entry: RegisterNumber, complaint: Complaint | None, actor: Actor) -> RegisterLine:
        is_known, is_readable = _check_access(complaint, actor)
        line = RegisterLine(
            number=entry.number, at=entry.at, ticket=entry.ticket if is_known else None, summary=None
        )
        if complaint is None or not is_readable:
            return line
        answers = complaint.published_answers
        details = {
            "summary": self._reader.build_summary(complaint),
            "unit": self._get_unit_name(complaint),
            "late": complaint.was_late or complaint.late_level > 0,
            "answered_at": answers[-1].published_at if answers else None,
        }
        return line.model_copy(update=details)

    def _get_unit_name(self, complaint: Complaint) -> str | None:
        agency = self._directory.get_agency(complaint.region, complaint.agency or "")
        units = {unit.id: unit.name for unit in agency.units} if agency else {}
        return units.get(complaint.unit or "", complaint.unit)

    def _get_agency_name(self, region: str, agency: str) -> str:
        if agency == Role.INSPECTORATE:
            return get_text("id", f"roles.{agency}")
        entry = self._directory.get_agency(region, agency)
        return entry.name if entry else agency


def _check_access(complaint: Complaint | None, actor: Actor) -> tuple[bool, bool]:
    """Return whether the actor may know the number, and whether they may read the complaint."""
    if complaint is None:
        return False, False
    try:
        check_may_read(complaint, actor)
    except Refusal as refusal:
        return refusal.code == "not_your_complaint", False
    return True, True


def _get_month(instant: datetime, region: Region) -> str:
    return f"{instant.astimezone(ZoneInfo(region.zone)):%Y-%m}"
