"""What the API takes and gives. Every text has a maximum, every list a limit; no unknown field gets in."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, computed_field, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from chalicelib.domain.audit.digest import Digest
from chalicelib.domain.complaint.events import Channel
from chalicelib.domain.complaint.state import Complaint, State
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.calendar_change import CalendarChange
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Header, Procedure, Row, Text
from chalicelib.domain.time.calendar import DayReason
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.value import Value
from chalicelib.services.complaints.assisted_filing import OnBehalf
from chalicelib.services.complaints.decision_requests import Code, LongText, NewPlace, Title, Uploads
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.ports import Page
from chalicelib.services.staff.accounts import Person
from chalicelib.services.staff.calendars import Year
from chalicelib.services.views.models import AnswerView, ComplaintView, HandoverView, NoteView, Summary

Language = Literal["id", "en"]
Login = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
"""An e-mail address, or an Indonesian mobile number."""
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]
MediaType = Literal["image/jpeg", "image/png", "image/webp", "application/pdf"]


class NewAccount(Value):
    """A citizen registers. A code goes to the login."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
    login: Login
    password: Password
    language: Language = "id"


class Confirmation(Value):
    """The code that was sent."""

    login: Login
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12)]


class NewCode(Value):
    """Another code, please."""

    login: Login


class NewPassword(Value):
    """Another password, by the code that was sent."""

    login: Login
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12)]
    password: Password


class PendingAccount(Value):
    """The login as it is kept, to which a code has gone."""

    login: str


class NewSession(Value):
    """Sign in."""

    login: Login
    password: Password


class SignedIn(Value):
    """Who is signed in; for an officer with role, region and agency."""

    id: str
    name: str
    language: Language
    role: str
    region: str | None = None
    agency: str | None = None

    @classmethod
    def of(cls, person: Person) -> Self:
        """The person of a session."""
        account, actor = person.account, person.actor
        return cls(
            id=account.id,
            name=account.name,
            language=account.language,
            role=actor.role,
            region=actor.region,
            agency=actor.agency,
        )


class Session(Value):
    """A session token, to be sent as ``Authorization: Bearer``."""

    token: str
    expires_at: datetime
    person: SignedIn


class NewUpload(Value):
    """Ask for a form by which one file can be uploaded."""

    media_type: MediaType


class UploadForm(Value):
    """Post ``fields``, then ``file``, to ``url`` as multipart/form-data within an hour; ``key`` names it."""

    url: str
    fields: dict[str, str]
    key: str


class NewComplaint(Value):
    """A complaint to file. ``uploads`` are keys of files that were uploaded within the last day.

    ``about_agency`` is the agency whose officers it is about. All but the ``channel`` web are for officers
    who type in what ``reporter`` said or wrote, at ``received_at`` where that was before now.
    """

    region: Code
    category: Code
    title: Title
    narrative: LongText
    place: NewPlace | None = None
    uploads: Uploads = ()
    anonymous: bool = False
    confidential: bool = False
    emergency: bool = False
    about_agency: Code | None = None
    language: Language | None = None
    channel: Channel = "web"
    reporter: OnBehalf | None = Field(default=None, validate_default=True)
    received_at: AwareDatetime | None = None

    @field_validator("reporter", "received_at")
    @classmethod
    def _of_whoever_types_it_in(cls, given: object, info: ValidationInfo) -> object:
        online = info.data.get("channel", "web") == "web"
        if given is not None and online:
            raise PydanticCustomError("of_citizens", "only for what is typed in")
        if given is None and info.field_name == "reporter" and not online:
            raise PydanticCustomError("missing", "whose report is it")
        return given

    def draft(self, language: Language) -> Draft:
        """As the filing takes it; ``language`` where none was chosen."""
        return Draft(
            region=self.region,
            category=self.category,
            title=self.title,
            narrative=self.narrative,
            place=self.place.checked() if self.place else None,
            uploads=self.uploads,
            anonymous=self.anonymous,
            confidential=self.confidential,
            language=self.language or language,
            channel=self.channel,
            received_at=self.received_at,
            emergency=self.emergency,
            about_agency=self.about_agency,
        )


class NewReply(Value):
    """Something to say that decides nothing."""

    text: LongText


class NewVerdict(Value):
    """Whether the answer satisfies. Who is not satisfied says why; who is has no reason to give."""

    verdict: Literal["satisfied", "not_satisfied"]
    reason: LongText | None = Field(default=None, validate_default=True)

    @field_validator("reason")
    @classmethod
    def _reason_with_a_no(cls, reason: str | None, info: ValidationInfo) -> str | None:
        verdict = info.data.get("verdict")
        if verdict == "not_satisfied" and reason is None:
            raise PydanticCustomError("missing", "a reason is needed")
        if verdict == "satisfied" and reason is not None:
            raise PydanticCustomError("extra_forbidden", "a reason is for who is not satisfied")
        return reason


class Receipt(Value):
    """How a complaint stands after a request that changed it. ``tag`` is the ``ETag`` to decide upon next."""

    ticket: str
    tag: str
    state: State
    filed_at: datetime

    @classmethod
    def of(cls, complaint: Complaint) -> Self:
        """The receipt for a change."""
        return cls(
            ticket=complaint.ticket, tag=complaint.tag, state=complaint.state, filed_at=complaint.filed_at
        )


class FileOut(FileRef):
    """A file; its ``name`` is the last part of its address."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated properties
    @property
    def name(self) -> str:
        """How the file is called in its complaint's folder."""
        return f"{self.sha256}.{self.extension}"


class AnswerOut(AnswerView):
    """An answer of the agency."""

    files: tuple[FileOut, ...]


class NoteOut(NoteView):
    """What was put down between the government's desks."""

    files: tuple[FileOut, ...]


class HandoverOut(HandoverView):
    """To whom the reporter was sent, and how that ended."""

    files: tuple[FileOut, ...]


class ComplaintOut(ComplaintView):
    """A complaint as the caller may see it."""

    files: tuple[FileOut, ...]
    answers: tuple[AnswerOut, ...]
    notes: tuple[NoteOut, ...]
    handover: HandoverOut | None


class SummaryPage(Value):
    """Part of a list; ask for the next part with ``?cursor=``, where there is one."""

    items: tuple[Summary, ...]
    cursor: str | None

    @classmethod
    def of(cls, page: Page[Summary]) -> Self:
        """A page of a list."""
        return cls(items=tuple(page.items), cursor=page.cursor)


class RegionOut(Value):
    """A government that handles complaints here. ``code`` is Kemendagri's."""

    slug: str
    name: str
    code: str
    zone: str
    procedure: str

    @classmethod
    def of(cls, region: Region) -> Self:
        """The public part of a region."""
        return cls(**region.model_dump(include={"slug", "name", "code", "zone", "procedure"}))


class RegionList(Value):
    """Every region."""

    items: tuple[RegionOut, ...]


class PublishedDigests(Value):
    """Every region's digest of one day."""

    date: date
    digests: tuple[Digest, ...]


class CategoryOut(Value):
    """What a complaint can be about."""

    code: str
    name: Text
    parent: str | None

    @classmethod
    def of(cls, category: Category) -> Self:
        """The public part of a category."""
        name = Text(id=category.name_id, en=category.name_en)
        return cls(code=category.code, name=name, parent=category.parent)


class AgencyOut(Value):
    """An agency that answers; ``vertical`` is one of the national government."""

    id: str
    name: str
    kind: Literal["agency", "vertical", "inspectorate"]

    @classmethod
    def of(cls, agency: Agency) -> Self:
        """The public part of an agency."""
        return cls(id=agency.id, name=agency.name, kind=agency.kind)


class RegionDetail(RegionOut):
    """A region with what a complaint there can be about and who answers."""

    categories: tuple[CategoryOut, ...]
    agencies: tuple[AgencyOut, ...]


class DayOut(Value):
    """A day that is off, or worked though it would be. ``estimated``: a holiday whose date is not final."""

    date: date
    working: bool
    reason: DayReason
    name: str | None
    estimated: bool


class CalendarChangeOut(Value):
    """How a decree changed one day of the calendar, and which version of it came of that."""

    number: int
    at: datetime
    role: str
    day: date
    working: bool
    name: str | None
    decree: str
    old_version: str
    new_version: str

    @classmethod
    def of(cls, entry: CalendarChange) -> Self:
        """The public part of a change: who made it by their role alone."""
        made = entry.model_dump(include={"number", "at", "old_version", "new_version"})
        return cls(role=entry.by.role, **entry.change.model_dump(), **made)


class CalendarOut(Value):
    """The days of a region's year that are no ordinary working days, and the latest changes, newest first."""

    region: str
    zone: str
    year: int
    version: str
    days: tuple[DayOut, ...]
    changes: tuple[CalendarChangeOut, ...]

    @classmethod
    def of(cls, found: Year) -> Self:
        """A year of a calendar."""
        return cls(
            region=found.region.slug,
            zone=found.region.zone,
            year=found.year,
            version=found.region.calendar.version,
            days=tuple(DayOut(**day.model_dump()) for day in found.days),
            changes=tuple(CalendarChangeOut.of(entry) for entry in found.changes),
        )


class DecisionNote(Value):
    """What the printed procedure leaves open, and what was decided about it; ``where`` names the place."""

    where: str
    text: Text


class ProcedureOut(Value):
    """A procedure as printed: its head, its rows, and what its source leaves open."""

    id: str
    version: str
    title: Text
    header: Header
    rows: tuple[Row, ...]
    decisions: tuple[DecisionNote, ...]

    @classmethod
    def of(cls, procedure: Procedure) -> Self:
        """The public part of a procedure."""
        rows = sorted((row for row, _ in procedure.list_rows()), key=lambda row: row.number)
        noted = [(f"roles.{name}", role.decision) for name, role in procedure.roles.items()]
        noted += [(f"rows.{row.number}", row.decision) for row in rows]
        noted += [(f"steps.{step.name}", step.decision) for step in procedure.steps]
        noted += [(f"ladders.{name}", ladder.decision) for name, ladder in procedure.ladders.items()]
        return cls(
            id=procedure.id,
            version=procedure.version,
            title=procedure.title,
            header=procedure.header,
            rows=tuple(rows),
            decisions=tuple(DecisionNote(where=where, text=text) for where, text in noted if text),
        )


class Health(Value):
    """The API answers; with ``?deep=1`` its table does too."""

    status: Literal["ok"] = "ok"


class FieldProblem(Value):
    """One field that is not right."""

    pointer: str
    detail: str


class ProblemOut(Value):
    """An error as RFC 9457 has it. ``instance`` is the request's number, ``errors`` the fields at fault."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[FieldProblem, ...] = ()
