"""A complaint as people read it: the values of pages and of the API."""

from datetime import date, datetime

from chalicelib.domain.procedure.model import Text
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.place import Place
from chalicelib.domain.values.value import Value


class Holder(Value):
    """The role whose turn it is, since when and until when; ``derivation`` explains the deadline."""

    role: str
    title: Text
    step: str
    since: datetime
    due_at: datetime
    derivation: Derivation | None


class DeadlineView(Value):
    """An open deadline with its derivation; ``name`` is its step's, its overall deadline's, or "silence"."""

    name: str
    due_at: datetime
    late_level: int
    derivation: Derivation


class WaitingView(Value):
    """The named items that the reporter is asked for, and since when a clock waits for them."""

    missing: tuple[str, ...]
    note: str
    since: datetime
    step: str


class HandoverView(Value):
    """The body that the reporter was sent to, and the outcome."""

    body: str
    address: str
    reason: str
    outcome: str | None
    text: str
    files: tuple[FileRef, ...]


class ArchiveView(Value):
    """The reason for filing it away; ``earlier`` is the number of the complaint that was answered.

    ``answer`` is the text that ``answered_by`` gave there, masked where it identifies another reporter. It is
    empty where the earlier complaint is confidential.
    """

    reason: str
    text: str
    earlier: str | None
    answer: str = ""
    answered_by: str | None = None


class NoteView(Value):
    """A note between the government's desks."""

    kind: str
    at: datetime
    step: str | None
    text: str
    files: tuple[FileRef, ...]
    agency: str | None
    unit: str | None


class RowView(Value):
    """A printed row of the procedure: when it was done, or that this complaint skips it.

    ``step`` is the step that does it; filing has none.
    """

    number: int
    actor: Text
    does: Text
    standard_time: Text | None
    done_at: datetime | None
    step: str | None
    skipped: bool = False


class TimelineEntry(Value):
    """A line of the timeline.

    ``rung`` and ``late_level`` are set where a deadline was near or missed, ``due_from`` and ``due_to`` where
    it moved. ``acting_for`` is the post of the officer who was away.
    """

    at: datetime
    type: str
    by: Text
    officer: str | None = None
    acting_for: str | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    rung: str | None = None
    late_level: int | None = None


class AnswerView(Value):
    """An answer with its text; ``sent_back`` is the admin's reason, for officers."""

    agency: str
    at: datetime
    text: str
    files: tuple[FileRef, ...]
    late: bool
    published_at: datetime | None
    sent_back: str | None
    plan_date: date | None
    plan_owner: str | None
    proof_note: str | None
    on_behalf: bool


class ReplyView(Value):
    """A message of the reporter or the admin."""

    by: str
    at: datetime
    text: str
    disputes: bool
    asks: bool


class HeaderView(Value):
    """The number, place and kind of a complaint. A decision names the ``tag`` of the state it is based on."""

    ticket: str
    tag: str
    region: str
    region_name: str
    zone: str
    procedure: Text
    state: str
    category: str
    category_name: Text
    complaint_class: str | None
    channel: str
    emergency: bool
    filed_at: datetime
    received_at: datetime


class PartiesView(Value):
    """The reporter, as far as the reader may know them, and the agencies."""

    anonymous: bool
    confidential: bool
    protected: bool
    reporter_name: str | None
    about_agency: str | None
    agency: str | None
    agency_name: str | None
    suggested_agency: str | None
    unit: str | None
    supporters: tuple[str, ...]
    holder: Holder | None


class ContentView(Value):
    """The texts and files of the report, of its answers and notes.

    For an agency, ``narrative`` is the masked text if it was ``redacted``. Of the ``notes``, a reporter
    sees only who gave the complaint back.
    """

    title: str
    narrative: str
    redacted: bool
    place: Place | None
    files: tuple[FileRef, ...]
    forward_note: str | None
    answers: tuple[AnswerView, ...]
    replies: tuple[ReplyView, ...]
    notes: tuple[NoteView, ...]


class ProgressView(Value):
    """The rows done, the events, the deadlines, and the actions (``acts``) that the reader may take now."""

    waiting: WaitingView | None
    deadlines: tuple[DeadlineView, ...]
    rows: tuple[RowView, ...]
    timeline: tuple[TimelineEntry, ...]
    acts: tuple[str, ...]
    late_level: int
    was_late: bool


class EndView(Value):
    """The end of a complaint and its relatives.

    The ``children`` are for officers. Of the ``linked``, a reporter sees their own.
    """

    finished: bool
    resolved_by: str | None
    reopen_until: datetime | None
    handover: HandoverView | None
    archive: ArchiveView | None
    parent: str | None
    children: tuple[str, ...]
    linked: tuple[str, ...]
    rerouted_to: str | None
    referred_at: datetime | None
    consented_at: datetime | None
    withdrawn_at: datetime | None
    withdrawal: str


class ComplaintView(EndView, ProgressView, ContentView, PartiesView, HeaderView):
    """A complaint as one particular person may see it."""

    @property
    def every_file(self) -> tuple[FileRef, ...]:
        """Return all files that this person may see."""
        parts = (self, *self.answers, *self.notes, *((self.handover,) if self.handover else ()))
        return tuple(file for part in parts for file in part.files)

    def find_file(self, name: str) -> FileRef | None:
        """Return the file of that name among all that this person may see."""
        return next((file for file in self.every_file if file.name == name), None)


class Summary(Value):
    """A line in a list of complaints; ``holder`` is the role whose turn it is."""

    ticket: str
    state: str
    title: str
    category: str
    category_name: Text
    agency_name: str | None
    filed_at: datetime
    due_at: datetime | None
    holder: str | None
    late_level: int
    resolved_by: str | None
    zone: str
