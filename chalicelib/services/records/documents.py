"""What offices still need on paper about a complaint: which papers there are, for whom, and what they say."""

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

_OF_THE_REGION = frozenset({Role.REGIONAL_ADMIN, Role.COORDINATOR})
_OFFICES = AGENCY_ROLES | _OF_THE_REGION | {Role.INSPECTORATE}
_EVERYBODY = frozenset(Role) - {Role.SYSTEM, Role.REPORTER}
_WHOSE: dict[DocumentKind, frozenset[Role]] = {
    "receipt": _EVERYBODY,
    "cover_letter": _OF_THE_REGION,
    "disposition": AGENCY_ROLES | {Role.INSPECTORATE},
    "answer": _OFFICES | {Role.REPORTER},
    "staff_report": _OFFICES - {Role.HEAD},
    "case_record": _EVERYBODY,
}
"""Whose papers they are, of a complaint that they may read; the head is who gets the staff's report."""

_LETTER_READER = "letter"
"""As whom an agency reads what is sent to it on paper: somebody who has looked at no identity."""


class Letterhead(Value):
    """A *kop surat*: the government's name, where it is its paper, and the office's lines below it."""

    government: str | None
    lines: tuple[str, ...]


class Signature(Value):
    """Who signs: the post (with Plt. or Plh. before it) and the name."""

    post: str
    name: str


class Document(Value):
    """One paper about one complaint, as whoever asks for it may read it.

    ``office`` is whose paper it is, ``addressee`` and ``address`` whom a letter goes to. Where nobody holds
    the post that signs, there is no ``signature``. The ``numbers`` are the agency's own or, on the region's
    papers, all. ``events`` and ``head`` (the last event's hash) say which
    state of the record it was printed from.
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
    """Makes papers."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        reading: ComplaintReader,
        registers: RegisterService,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._reading = reading
        self._registers = registers
        self._now = now

    def list_kinds(self, ticket: str, actor: Actor) -> tuple[DocumentKind, ...]:
        """The papers that there are of the complaint for somebody who may read it."""
        complaint = self._complaints.get(ticket)
        if complaint is None:
            return ()
        agency = self._agency(complaint, complaint.agency)
        return tuple(
            kind
            for kind in get_args(DocumentKind)
            if actor.role in _WHOSE[kind] and _is_there(kind, complaint, agency, actor)
        )

    def create_document(
        self, kind: DocumentKind, ticket: str, actor: Actor, officer: Officer | None
    ) -> Document:
        """A paper for this reader; ``officer`` is who prints it, if one does.

        Raises ``Refusal``: whatever reading does, ``not_your_role``, ``not_found`` where the complaint has no
        such paper yet.
        """
        view = self._read(kind, ticket, actor)
        complaint = self._complaints.get(view.ticket)
        if complaint is None or actor.role not in _WHOSE[kind]:
            raise Refusal("not_your_role")
        agency = self._agency(complaint, complaint.agency)
        if not _is_there(kind, complaint, agency, actor):
            raise Refusal("not_found")
        region, now = find_region(self._directory, complaint.region), self._now()
        issuer = self._issuer(kind, complaint, actor)
        answers = [answer for answer in view.answers if answer.published_at]
        book = Role.INSPECTORATE if actor.role == Role.INSPECTORATE else issuer.id if issuer else None
        return Document(
            kind=kind,
            view=view,
            letterhead=_letterhead(region, issuer),
            office=issuer.name if issuer else next(iter(region.letterhead), region.name),
            addressee=agency.name if kind == "cover_letter" and agency else "",
            address=(agency.address or "") if kind == "cover_letter" and agency else "",
            signature=self._signature(kind, complaint, issuer, officer),
            numbers=tuple(
                one for one in self._registers.list_numbers(view.ticket) if book in (None, one.book)
            ),
            units=tuple(unit.name for unit in issuer.units) if issuer else (),
            answer=answers[-1] if answers else None,
            printed_on=now.astimezone(ZoneInfo(region.zone)).date(),
            printed_at=now,
            events=complaint.seq,
            head=complaint.head,
        )

    def _read(self, kind: DocumentKind, ticket: str, actor: Actor) -> ComplaintView:
        if kind == "receipt":
            return self._reading.read_receipt(ticket, actor)
        if kind != "cover_letter":
            return self._reading.read(ticket, actor)
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        check_may_read(complaint, actor)
        desk = {"region": complaint.region, "agency": complaint.agency}
        return self._reading.build_view(complaint, Actor(role=Role.LIAISON, id=_LETTER_READER, **desk))

    def _issuer(self, kind: DocumentKind, complaint: Complaint, actor: Actor) -> Agency | None:
        """The agency whose paper it is; ``None`` for that of those who look after the region's complaints."""
        if kind == "answer" and not complaint.published_answers[-1].on_behalf:
            return self._agency(complaint, complaint.published_answers[-1].agency)
        if kind in ("receipt", "cover_letter", "answer"):
            return None
        if actor.role == Role.INSPECTORATE:
            return self._agency(complaint, Role.INSPECTORATE)
        return self._agency(complaint, actor.agency)

    def _agency(self, complaint: Complaint, agency: str | None) -> Agency | None:
        if agency == Role.INSPECTORATE:
            here = self._directory.list_agencies(complaint.region)
            return next((one for one in here if one.kind == "inspectorate"), None)
        return self._directory.get_agency(complaint.region, agency) if agency else None

    def _signature(
        self, kind: DocumentKind, complaint: Complaint, issuer: Agency | None, officer: Officer | None
    ) -> Signature | None:
        """An agency's letters are its head's, or whose who stands in for them; the rest is who prints it."""
        if kind == "case_record":
            return None
        if kind in ("answer", "disposition") and issuer:
            heads = self._directory.list_officers_on_duty(complaint.region, Role.HEAD, issuer.id)
            return _signed_by(heads[0]) if heads else None
        if officer:
            return _signed_by(officer)
        admins = self._directory.list_officers_on_duty(complaint.region, Role.REGIONAL_ADMIN)
        return _signed_by(admins[0]) if admins else None


def _is_there(kind: DocumentKind, complaint: Complaint, agency: Agency | None, actor: Actor) -> bool:
    """Whether the complaint has come so far that there is this paper of it."""
    match kind:
        case "cover_letter":
            return agency is not None and (complaint.by_letter or agency.kind == "vertical")
        case "disposition":
            mine = actor.agency is not None and actor.agency == complaint.agency
            return mine or (complaint.protected and actor.role == Role.INSPECTORATE)
        case "answer":
            return bool(complaint.published_answers)
        case _:
            return True


def _letterhead(region: Region, issuer: Agency | None) -> Letterhead:
    if issuer is None:
        return Letterhead(government=region.name, lines=region.letterhead)
    lines = issuer.letterhead or tuple(line for line in (issuer.name, issuer.address) if line)
    # A vertical agency is not the region's: its own lines name its ministry.
    return Letterhead(government=None if issuer.kind == "vertical" else region.name, lines=lines)


def _signed_by(officer: Officer) -> Signature:
    acting = officer.acting_as
    post = (
        officer.title if acting is None or officer.title.startswith(acting) else f"{acting} {officer.title}"
    )
    return Signature(post=post, name=officer.name)
