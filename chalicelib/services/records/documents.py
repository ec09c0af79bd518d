"""The printed documents about a complaint that offices need: their kinds, their readers, their content."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.value import Value
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Complaints, Directory
from chalicelib.services.records.register import AgendaNumber, RegisterService
from chalicelib.services.views.access import check_may_read
from chalicelib.services.views.models import AnswerView, ComplaintView
from chalicelib.services.views.reader import ComplaintReader

DocumentKind = Literal["receipt", "cover_letter", "disposition", "answer", "staff_report", "case_record"]
"""*Tanda terima*, *surat pengantar*, *lembar disposisi*, the answer, *laporan staf*, the case record."""

_REGION_DESK = frozenset({Role.REGIONAL_ADMIN, Role.COORDINATOR})
_OFFICES = AGENCY_ROLES | _REGION_DESK | {Role.INSPECTORATE}
_EVERY_OFFICER = frozenset(Role) - {Role.SYSTEM, Role.REPORTER}
_READERS: dict[DocumentKind, frozenset[Role]] = {
    "receipt": _EVERY_OFFICER,
    "cover_letter": _REGION_DESK,
    "disposition": AGENCY_ROLES | {Role.INSPECTORATE},
    "answer": _OFFICES | {Role.REPORTER},
    "staff_report": _OFFICES - {Role.HEAD},
    "case_record": _EVERY_OFFICER,
}
"""The roles that may print each kind, of a complaint they may read. The head gets the staff report."""

_LETTER_READER = "letter"
"""The reader of a letter to an agency: an officer who has looked at no identity."""


class Letterhead(Value):
    """A *kop surat*: the government's name, where the document is its own, and the office's lines."""

    government: str | None
    lines: tuple[str, ...]


class Signature(Value):
    """A signature: the post (with Plt. or Plh. before it) and the name."""

    post: str
    name: str


class Document(Value):
    """One document about one complaint, as its reader may see it.

    ``office`` is the issuer, ``addressee`` and ``address`` are those of a letter. Where nobody holds the post
    that signs, there is no ``signature``. The ``numbers`` are the agency's own or, on the region's documents,
    all. ``events`` and ``head`` (the last event's hash) identify the state of the record that was printed.
    """

    kind: DocumentKind
    view: ComplaintView
    letterhead: Letterhead
    office: str
    addressee: str
    address: str
    signature: Signature | None
    numbers: tuple[AgendaNumber, ...]
    units: tuple[str, ...]
    answer: AnswerView | None
    printed_on: date
    printed_at: datetime
    events: int
    head: str


class DocumentService:
    """Creates documents."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        reader: ComplaintReader,
        registers: RegisterService,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._reader = reader
        self._registers = registers
        self._now = now

    def list_kinds(self, ticket: str, actor: Actor) -> tuple[DocumentKind, ...]:
        """Return the kinds of documents that exist of the complaint for this actor, who may read it."""
        complaint = self._complaints.get(ticket)
        if complaint is None:
            return ()
        agency = self._find_agency(complaint, complaint.agency)
        return tuple(
            kind
            for kind in get_args(DocumentKind)
            if actor.role in _READERS[kind] and _is_available(kind, complaint, agency, actor)
        )

    def create_document(
        self, kind: DocumentKind, ticket: str, actor: Actor, officer: Officer | None
    ) -> Document:
        """Return a document for this reader; ``officer`` is the one who prints it.

        Raises ``Refusal``: what reading raises, ``not_your_role``, ``not_found`` where the complaint has no
        such document yet.
        """
        view = self._read_view(kind, ticket, actor)
        complaint = self._complaints.get(view.ticket)
        if complaint is None or actor.role not in _READERS[kind]:
            raise Refusal("not_your_role")
        agency = self._find_agency(complaint, complaint.agency)
        if not _is_available(kind, complaint, agency, actor):
            raise Refusal("not_found")
        region, now = find_region(self._directory, complaint.region), self._now()
        issuer = self._find_issuer(kind, complaint, actor)
        answers = [answer for answer in view.answers if answer.published_at]
        book = Role.INSPECTORATE if actor.role == Role.INSPECTORATE else issuer.id if issuer else None
        numbers = self._registers.list_numbers(view.ticket)
        return Document(
            kind=kind,
            view=view,
            letterhead=_build_letterhead(region, issuer),
            office=issuer.name if issuer else next(iter(region.letterhead), region.name),
            addressee=agency.name if kind == "cover_letter" and agency else "",
            address=(agency.address or "") if kind == "cover_letter" and agency else "",
            signature=self._build_signature(kind, complaint, issuer, officer),
            numbers=tuple(number for number in numbers if book in (None, number.book)),
            units=tuple(unit.name for unit in issuer.units) if issuer else (),
            answer=answers[-1] if answers else None,
            printed_on=now.astimezone(ZoneInfo(region.zone)).date(),
            printed_at=now,
            events=complaint.seq,
            head=complaint.head,
        )

    def _read_view(self, kind: DocumentKind, ticket: str, actor: Actor) -> ComplaintView:
        if kind == "receipt":
            return self._reader.read_receipt(ticket, actor)
        if kind != "cover_letter":
            return self._reader.read(ticket, actor)
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        check_may_read(complaint, actor)
        desk = {"region": complaint.region, "agency": complaint.agency}
        return self._reader.build_view(complaint, Actor(role=Role.LIAISON, id=_LETTER_READER, **desk))

    def _find_issuer(self, kind: DocumentKind, complaint: Complaint, actor: Actor) -> Agency | None:
        """Return the agency that issues the document; ``None`` where the region's complaints desk does."""
        if kind == "answer" and not complaint.published_answers[-1].on_behalf:
            return self._find_agency(complaint, complaint.published_answers[-1].agency)
        if kind in ("receipt", "cover_letter", "answer"):
            return None
        if actor.role == Role.INSPECTORATE:
            return self._find_agency(complaint, Role.INSPECTORATE)
        return self._find_agency(complaint, actor.agency)

    def _find_agency(self, complaint: Complaint, agency: str | None) -> Agency | None:
        if agency == Role.INSPECTORATE:
            agencies = self._directory.list_agencies(complaint.region)
            return next((entry for entry in agencies if entry.kind == "inspectorate"), None)
        return self._directory.get_agency(complaint.region, agency) if agency else None

    def _build_signature(
        self, kind: DocumentKind, complaint: Complaint, issuer: Agency | None, officer: Officer | None
    ) -> Signature | None:
        """Return the head's or their deputy's signature for an agency's letters, else that of the officer."""
        if kind == "case_record":
            return None
        if kind in ("answer", "disposition") and issuer:
            heads = self._directory.list_officers_on_duty(complaint.region, Role.HEAD, issuer.id)
            return _sign(heads[0]) if heads else None
        if officer:
            return _sign(officer)
        admins = self._directory.list_officers_on_duty(complaint.region, Role.REGIONAL_ADMIN)
        return _sign(admins[0]) if admins else None


def _is_available(kind: DocumentKind, complaint: Complaint, agency: Agency | None, actor: Actor) -> bool:
    """Return whether the complaint has come so far that this document exists."""
    match kind:
        case "cover_letter":
            return agency is not None and (complaint.by_letter or agency.kind == "vertical")
        case "disposition":
            is_own = actor.agency is not None and actor.agency == complaint.agency
            return is_own or (complaint.protected and actor.role == Role.INSPECTORATE)
        case "answer":
            return bool(complaint.published_answers)
        case _:
            return True


def _build_letterhead(region: Region, issuer: Agency | None) -> Letterhead:
    if issuer is None:
        return Letterhead(government=region.name, lines=region.letterhead)
    lines = issuer.letterhead or tuple(line for line in (issuer.name, issuer.address) if line)
    # A vertical agency is not the region's: its own lines name its ministry.
    return Letterhead(government=None if issuer.kind == "vertical" else region.name, lines=lines)


def _sign(officer: Officer) -> Signature:
    acting = officer.acting_as
    post = (
        officer.title if acting is None or officer.title.startswith(acting) else f"{acting} {officer.title}"
    )
    return Signature(post=post, name=officer.name)
