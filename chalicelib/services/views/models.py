"""A complaint as people read it: the values that pages and the API show."""

from datetime import date, datetime

from chalicelib.domain.procedure.model import Text
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.place import Place
from chalicelib.domain.values.value import Value


class Holder(Value):
    """On whose desk it lies, since when and until when; ``derivation`` says why that date."""

    role: str
    title: Text
    step: str
    since: datetime
    due_at: datetime
    derivation: Derivation | None


class DeadlineView(Value):
    """An open deadline and why it is when it is; ``name`` is its step's, its envelope's, or "silence"."""

    name: str
    due_at: datetime
    late_level: int
    derivation: Derivation


class WaitingView(Value):
    """What the reporter is asked for, by name, and since when somebody's clock waits for it."""

    missing: tuple[str, ...]
    note: str
    since: datetime
    step: str


class HandoverView(Value):
    """To whom the reporter was sent, and how that ended."""

    body: str
    address: str
    reason: str
    outcome: str | None
    text: str
    files: tuple[FileRef, ...]


class ArchiveView(Value):
    """Why it was filed away; ``earlier`` is the number of the complaint that was answered.

    ``answer`` is what ``answered_by`` said there, without what identifies another reporter; empty where it is
    confidential.
    """

    reason: str
    text: str
    earlier: str | None
    answer: str = ""
    answered_by: str | None = None


class NoteView(Value):
    """What was put down between the government's desks."""

    kind: str
    at: datetime
    step: str | None
    text: str
    files: tuple[FileRef, ...]
    agency: str | None
    unit: str | None


class RowView(Value):
    """A printed row of the procedure and when it was worked off, or that this complaint leaves it out.

    ``step`` is the step that works it off; filing has none.
    """

    number: int
    actor: Text
    does: Text
    standard_time: Text | None
    done_at: datetime | None
    step: str | None
    skipped: bool = False


class Moment(Value):
    """A line of the timeline. ``rung`` and ``late_level`` are given where a deadline was near or missed,
    ``acting_for`` the post of who was away, ``due_from`` and ``due_to`` where a deadline moved.
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
    """An answer with its words; ``sent_back`` is the admin's reason, for officers."""

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
    """What the reporter or the admin wrote."""

    by: str
    at: datetime
    text: str
    disputes: bool
    asks: bool


class ComplaintView(Value):
    """A complaint as one particular person may see it. ``tag`` is what a decision is made upon.

    ``narrative`` is what an agency reads where the admin masked words (``redacted``). ``children`` are for
    officers; of the ``notes`` a reporter sees who gave it back, of the ``linked`` their own.
    """

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
    anonymous: bool
    confidential: bool
    emergency: bool
    protected: bool
    about_agency: str | None
    channel: str
    title: str
    narrative: str
    redacted: bool
    place: Place | None
    files: tuple[FileRef, ...]
    reporter_name: str | None
    filed_at: datetime
    received_at: datetime
    agency: str | None
    agency_name: str | None
    suggested_agency: str | None
    forward_note: str | None
    unit: str | None
    supporters: tuple[str, ...]
    holder: Holder | None
    waiting: WaitingView | None
    deadlines: tuple[DeadlineView, ...]
    rows: tuple[RowView, ...]
    timeline: tuple[Moment, ...]
    answers: tuple[AnswerView, ...]
    replies: tuple[ReplyView, ...]
    notes: tuple[NoteView, ...]
    acts: tuple[str, ...]
    late_level: int
    was_late: bool
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

    @property
    def every_file(self) -> tuple[FileRef, ...]:
        """All files that this person may see."""
        holders = (self, *self.answers, *self.notes, *((self.handover,) if self.handover else ()))
        return tuple(file for holder in holders for file in holder.files)

    def file(self, name: str) -> FileRef | None:
        """The file of that name among all that this person may see."""
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
