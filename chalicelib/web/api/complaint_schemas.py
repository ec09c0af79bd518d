"""The schemas of complaints. Every text has a maximum and every list a limit; unknown fields are refused."""

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field, computed_field, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from chalicelib.domain.complaint.fields import Code, LongText, NewPlace, Title, Uploads
from chalicelib.domain.complaint.state import Channel, Complaint, State
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.value import Value
from chalicelib.i18n.dates import Language
from chalicelib.services.complaints.assisted_filing import OnBehalf
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.ports import Page
from chalicelib.services.views.models import AnswerView, ComplaintView, HandoverView, NoteView, Summary

MediaType = Literal["image/jpeg", "image/png", "image/webp", "application/pdf"]


class NewUpload(Value):
    """A request for a form to upload one file."""

    media_type: MediaType


class UploadForm(Value):
    """A form for one file. Post ``fields``, then ``file``, to ``url`` as multipart/form-data within an hour.

    ``key`` is the file's name in later requests.
    """

    url: str
    fields: dict[str, str]
    key: str


class NewComplaint(Value):
    """A complaint to file. ``uploads`` are keys of files that were uploaded within the last day.

    ``about_agency`` is the agency whose officers it is about. Every ``channel`` except web is for
    officers who type in what ``reporter`` said or wrote; ``received_at`` is when, if that was before now.
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
    def _check_assisted_fields(cls, value: object, info: ValidationInfo) -> object:
        online = info.data.get("channel", "web") == "web"
        if value is not None and online:
            raise PydanticCustomError("of_citizens", "only for complaints that an officer types in")
        if value is None and info.field_name == "reporter" and not online:
            raise PydanticCustomError("missing", "the reporter is missing")
        return value

    def to_draft(self, language: Language) -> Draft:
        """Return the draft to file; ``language`` is used if none was chosen."""
        return Draft(
            region=self.region,
            category=self.category,
            title=self.title,
            narrative=self.narrative,
            place=self.place.to_place() if self.place else None,
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
    """A message that decides nothing."""

    text: LongText


class NewVerdict(Value):
    """Whether the answer satisfies the reporter. "not_satisfied" needs a reason, "satisfied" has none."""

    verdict: Literal["satisfied", "not_satisfied"]
    reason: LongText | None = Field(default=None, validate_default=True)

    @field_validator("reason")
    @classmethod
    def _check_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        verdict = info.data.get("verdict")
        if verdict == "not_satisfied" and reason is None:
            raise PydanticCustomError("missing", "a reason is needed")
        if verdict == "satisfied" and reason is not None:
            raise PydanticCustomError("extra_forbidden", "a reason is only for not_satisfied")
        return reason


class Receipt(Value):
    """A complaint's state after a request that changed it. ``tag`` is the ``ETag`` for the next decision."""

    ticket: str
    tag: str
    state: State
    filed_at: datetime

    @classmethod
    def of(cls, complaint: Complaint) -> Self:
        return cls(
            ticket=complaint.ticket, tag=complaint.tag, state=complaint.state, filed_at=complaint.filed_at
        )


class FileOut(FileRef):
    """A file; its ``name`` is the last part of its address."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated properties
    @property
    def name(self) -> str:
        """Return the file's name in its complaint's folder."""
        return f"{self.sha256}.{self.extension}"


class AnswerOut(AnswerView):
    """An answer of the agency."""

    files: tuple[FileOut, ...]


class NoteOut(NoteView):
    """A note that officers wrote to each other."""

    files: tuple[FileOut, ...]


class HandoverOut(HandoverView):
    """The body that a complaint was handed over to, and the outcome."""

    files: tuple[FileOut, ...]


class ComplaintOut(ComplaintView):
    """A complaint as the caller may see it."""

    files: tuple[FileOut, ...]
    answers: tuple[AnswerOut, ...]
    notes: tuple[NoteOut, ...]
    handover: HandoverOut | None


class SummaryPage(Value):
    """Part of a list; get the next part with ``?cursor=``, if there is one."""

    items: tuple[Summary, ...]
    cursor: str | None

    @classmethod
    def of(cls, page: Page[Summary]) -> Self:
        return cls(items=tuple(page.items), cursor=page.cursor)
