"""What offices keep books of: an agency's *buku inventarisasi*, and a region's monthly *rekapitulasi*.

A book has a line for each complaint that came to the agency. Who may not read a complaint sees that its
number was given and when; nobody's book has a gap. A recapitulation counts what was filed in the region in a
month, as it stands now. Protected reports are in none of its counts: what they add would tell of them.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint.lateness import is_overdue
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import AGENCY_ROLES, ComplaintClass, Role, Text
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.value import Value
from chalicelib.i18n.catalog import get_text
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Complaints, Directory, RegisterNumber, RegisterNumbers
from chalicelib.services.views.access import check_may_read
from chalicelib.services.views.models import Summary
from chalicelib.services.views.reader import ComplaintReader

MOST_LINES = 500
"""Lines of a book that are read at once; past them the reader asks for those that follow."""
FEWEST_TOLD = 5
"""A smaller number of protected reports is not told: whoever knows of one would know that it is there."""

ComplaintOutcome = Literal[
    "satisfied",
    "silence",
    "planned_satisfied",
    "planned_silence",
    "handed_over",
    "rerouted",
    "archived",
    "withdrawn",
    "lapsed",
    "duplicate",
    "open",
]
"""How a complaint ended, or that it has not. The reporter's word and their silence are never one number, and
what ended on a plan (*rencana*) is counted apart from what was done.
"""
OUTCOMES: tuple[ComplaintOutcome, ...] = get_args(ComplaintOutcome)

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
    """A line of a book; ``ticket`` is for who may know of the complaint, the rest for who may read it.

    ``late`` is whether it is or ever was, ``answered_at`` when the last answer reached the reporter.
    """

    number: int
    at: datetime
    ticket: str | None
    summary: Summary | None
    unit: str | None = None
    late: bool = False
    answered_at: datetime | None = None


class RegisterBook(Value):
    """An agency's month; ``following`` is the number that the rest begins with, where this is not all."""

    region: Region
    agency: str
    agency_name: str
    month: str
    lines: tuple[RegisterLine, ...]
    following: int | None


class Tally(Value):
    """How many complaints, how many of them late or ever late, and how they ended."""

    total: int
    late: int
    outcomes: Mapping[ComplaintOutcome, int]

    def of(self, outcome: ComplaintOutcome) -> int:
        """How many ended so."""
        return self.outcomes.get(outcome, 0)


class RecapPart(Value):
    """The complaints of one class, category or agency; without a ``name``, of none."""

    name: Text | None
    tally: Tally


class Recap(Value):
    """A region's month as it stands at ``as_of``; ``protected`` is ``None`` below ``FEWEST_TOLD``."""

    region: Region
    month: str
    as_of: datetime
    whole: Tally
    by_class: tuple[RecapPart, ...]
    by_category: tuple[RecapPart, ...]
    by_agency: tuple[RecapPart, ...]
    protected: int | None


class RegisterService:
    """Reads the books."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        register_numbers: RegisterNumbers,
        reading: ComplaintReader,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._register_numbers = register_numbers
        self._reading = reading
        self._now = now

    def list_numbers(self, ticket: str) -> tuple[AgendaNumber, ...]:
        """The complaint's numbers, for who may read it."""
        return tuple(
            AgendaNumber(
                book=one.agency,
                agency=self._name_of(one.region, one.agency),
                year=one.year,
                number=one.number,
                at=one.at,
            )
            for one in self._register_numbers.list_for_complaint(ticket)
        )

    def list_books(self, actor: Actor) -> list[tuple[str, str]]:
        """The books that this officer may read, each with its agency's name; their own region's only."""
        region = actor.region or ""
        if actor.role == Role.INSPECTORATE:
            return [(Role.INSPECTORATE, self._name_of(region, Role.INSPECTORATE))]
        if actor.role in _SEE_THE_REGION:
            return [(one.id, one.name) for one in self._directory.list_agencies(region)]
        if actor.role in AGENCY_ROLES and actor.agency:
            return [(actor.agency, self._name_of(region, actor.agency))]
        return []

    def get_book(self, actor: Actor, agency: str = "", month: str = "", first: int = 1) -> RegisterBook:
        """A month (``2026-11``) of an agency's book, from that number on; without a name, the first they may
        read and the month that runs there.

        Raises ``Refusal`` with ``not_your_role`` where the book is not theirs, or ``month_unknown``.
        """
        names = dict(self.list_books(actor))
        agency = agency or next(iter(names), "")
        if agency not in names:
            raise Refusal("not_your_role")
        region = find_region(self._directory, actor.region or "")
        month = self._month(region, month)
        entries = (
            one
            for one in self._register_numbers.list_book(region.slug, agency, int(month[:4]))
            if one.number >= first and _month_of(one.at, region) == month
        )
        read = list(islice(entries, MOST_LINES + 1))
        shown = read[:MOST_LINES]
        found = {one.ticket: one for one in self._complaints.get_many(one.ticket for one in shown)}
        return RegisterBook(
            region=region,
            agency=agency,
            agency_name=names[agency],
            month=month,
            lines=tuple(self._line(one, found.get(one.ticket), actor) for one in shown),
            following=read[MOST_LINES].number if len(read) > MOST_LINES else None,
        )

    def build_recap(self, actor: Actor, month: str = "") -> Recap:
        """What was filed in the officer's region in a month; without one, in that which runs there.

        Costs one read a complaint. Raises ``Refusal`` with ``not_your_role`` or ``month_unknown``.
        """
        if actor.role not in _SEE_THE_REGION:
            raise Refusal("not_your_role")
        region = find_region(self._directory, actor.region or "")
        month, now = self._month(region, month), self._now()
        counts = _Counts(now)
        for complaint in self._complaints.get_many(self._complaints.list_filed(region.slug, month)):
            counts.add(complaint)
        agencies = {
            one.id: Text(id=one.name, en=one.name) for one in self._directory.list_agencies(region.slug)
        }
        categories = {
            one.code: Text(id=one.name_id, en=one.name_en)
            for one in self._directory.list_categories(region.slug)
        }
        classes = {
            one: Text(id=get_text("id", f"classes.{one}"), en=get_text("en", f"classes.{one}"))
            for one in get_args(ComplaintClass)
        }
        return Recap(
            region=region,
            month=month,
            as_of=now,
            whole=counts.whole.tally(),
            by_class=_parts(counts.by_class, classes),
            by_category=_parts(counts.by_category, categories),
            by_agency=_parts(counts.by_agency, agencies),
            protected=counts.protected if counts.protected >= FEWEST_TOLD else None,
        )

    def _month(self, region: Region, asked: str) -> str:
        if asked and not _MONTH.fullmatch(asked):
            raise Refusal("month_unknown")
        return asked or _month_of(self._now(), region)

    def _line(self, entry: RegisterNumber, complaint: Complaint | None, actor: Actor) -> RegisterLine:
        known, readable = _may_know(complaint, actor)
        line = RegisterLine(
            number=entry.number, at=entry.at, ticket=entry.ticket if known else None, summary=None
        )
        if complaint is None or not readable:
            return line
        answers = complaint.published_answers
        read = {
            "summary": self._reading.build_summary(complaint),
            "unit": self._unit_name(complaint),
            "late": complaint.was_late or complaint.late_level > 0,
            "answered_at": answers[-1].published_at if answers else None,
        }
        return line.model_copy(update=read)

    def _unit_name(self, complaint: Complaint) -> str | None:
        agency = self._directory.get_agency(complaint.region, complaint.agency or "")
        units = {unit.id: unit.name for unit in agency.units} if agency else {}
        return units.get(complaint.unit or "", complaint.unit)

    def _name_of(self, region: str, agency: str) -> str:
        if agency == Role.INSPECTORATE:
            return get_text("id", f"roles.{agency}")
        found = self._directory.get_agency(region, agency)
        return found.name if found else agency


class _Count:
    """A tally that is being counted."""

    def __init__(self) -> None:
        self._late = 0
        self._outcomes: Counter[ComplaintOutcome] = Counter()

    def add(self, outcome: ComplaintOutcome, *, late: bool) -> None:
        self._outcomes[outcome] += 1
        self._late += late

    def tally(self) -> Tally:
        return Tally(total=self._outcomes.total(), late=self._late, outcomes=dict(self._outcomes))


class _Counts:
    """A month that is being counted."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.whole = _Count()
        self.by_class: dict[str | None, _Count] = {}
        self.by_category: dict[str | None, _Count] = {}
        self.by_agency: dict[str | None, _Count] = {}
        self.protected = 0

    def add(self, complaint: Complaint) -> None:
        if complaint.protected:
            self.protected += 1
            return
        procedure = load_procedure(complaint.procedure, complaint.procedure_version)
        outcome = get_outcome(complaint)
        late = complaint.was_late or is_overdue(complaint, self._now, procedure)
        for counts, key in (
            (self.by_class, complaint.complaint_class),
            (self.by_category, complaint.category),
            (self.by_agency, complaint.agency),
        ):
            counts.setdefault(key, _Count()).add(outcome, late=late)
        self.whole.add(outcome, late=late)


def get_outcome(complaint: Complaint) -> ComplaintOutcome:
    """How the complaint ended, or that it has not."""
    if complaint.rerouted_to:
        return "rerouted"
    match complaint.state:
        case "handed_over" | "archived" | "withdrawn" | "lapsed" | "duplicate":
            return complaint.state
        case "resolved":
            planned = complaint.published_answers and complaint.published_answers[-1].plan
            if complaint.resolved_by == "silence":
                return "planned_silence" if planned else "silence"
            return "planned_satisfied" if planned else "satisfied"
        case _:
            return "open"


def _parts(counts: Mapping[str | None, _Count], names: Mapping[str, Text]) -> tuple[RecapPart, ...]:
    """In the order of the names; a key that is not among them keeps itself as its name, none comes last."""
    order = {key: place for place, key in enumerate(names)}
    keys = sorted(counts, key=lambda key: (key is None, order.get(key or "", len(order)), key or ""))
    return tuple(
        RecapPart(name=names.get(key, Text(id=key, en=key)) if key else None, tally=counts[key].tally())
        for key in keys
    )


def _may_know(complaint: Complaint | None, actor: Actor) -> tuple[bool, bool]:
    """Whether they may know the number, and whether they may read the complaint."""
    if complaint is None:
        return False, False
    try:
        check_may_read(complaint, actor)
    except Refusal as refusal:
        return refusal.code == "not_your_complaint", False
    return True, True


def _month_of(instant: datetime, region: Region) -> str:
    return f"{instant.astimezone(ZoneInfo(region.zone)):%Y-%m}"
