"""A complaint as its events leave it: the snapshot and its parts.

Nothing here knows of commands or events. ``evolve`` makes a snapshot from events, the rules read it.
"""

from datetime import date, datetime
from typing import Annotated, Literal, get_args

from pydantic import AliasChoices, ConfigDict, Field

from chalicelib.domain.procedure.model import SILENCE, ComplaintClass, Role, Step, StepKind
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.domain.values.value import Value

State = Literal[
    "received",
    "needs_completion",
    "verified",
    "forwarded",
    "in_progress",
    "answer_review",
    "answered",
    "resolved",
    "handed_over",
    "archived",
    "withdrawn",
    "lapsed",
    "duplicate",
]

STATES: tuple[State, ...] = get_args(State)

Channel = Literal["web", "letter", "visit", "phone", "other"]
"""The way a complaint came; an officer types in all but ``web`` on behalf of the reporter."""

Missing = Literal["photo", "place", "time", "details", "identity", "document"]
"""An item that a report can lack, as the reporter is asked for it."""

ArchiveReason = Literal["no_substance", "in_court", "private", "already_handled"]
"""Why a report is archived: abuse without substance, in court, a private matter, handled before."""

OFFLINE = "offline/"
"""The beginning of ``reporter`` where the reporter has no account: an officer typed the complaint in."""


class Origin(Value):
    """The complaint from which this one was split off or moved to another region."""

    kind: Literal["split", "rerouted"]
    ticket: str


class OpenStep(Value):
    """The step that waits for its owner: how often it was open (``visit``), since when and until when."""

    name: str
    kind: StepKind
    visit: int
    owner: str
    agency: str | None
    unit: str | None = None
    opened_at: datetime
    due_at: datetime


class RungInstant(Value):
    """A rung of one deadline with its true instant."""

    name: str
    nominal_at: datetime


Generation = Annotated[
    int, Field(validation_alias=AliasChoices("generation", "arming"), serialization_alias="arming")
]
"""The number that counts how often a clock's timer was scheduled; stored as ``arming``."""


class Clock(Value):
    """An open deadline. ``reached`` are the rungs already passed, ``late_level`` the level they led to.

    ``generation`` counts how often its timer was scheduled: a timer of an earlier generation does nothing.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    visit: int
    generation: Generation
    derivation: Derivation
    rungs: tuple[RungInstant, ...]
    reached: tuple[str, ...] = ()
    late_level: int = 0

    @property
    def due_at(self) -> datetime:
        """Return when the time is over (UTC)."""
        return self.derivation.due_at

    @property
    def ahead(self) -> tuple[RungInstant, ...]:
        """Return the rungs after the last one reached, in order of time: an overtaken rung never comes."""
        passed = [place for place, rung in enumerate(self.rungs, start=1) if rung.name in self.reached]
        return self.rungs[max(passed, default=0) :]


class Waiting(Value):
    """The step and its clock that wait while the reporter is asked for items."""

    step: OpenStep
    clock: Clock | None
    since: datetime
    missing: tuple[Missing, ...]
    note: TextRef | None


class Plan(Value):
    """A dated plan (*rencana*): until when it will be done, and who promises it."""

    date: date
    owner: TextRef


class AgencyAnswer(Value):
    """An agency's answer; the reporter sees it once it is published."""

    agency: str
    at: datetime
    text: TextRef
    files: tuple[FileRef, ...]
    late: bool
    plan: Plan | None = None
    proof_note: TextRef | None = None
    on_behalf: bool = False
    published_at: datetime | None = None
    sent_back: TextRef | None = None


class Reply(Value):
    """A text of the reporter or the government, after an answer or along the way."""

    by: Literal["reporter", "government"]
    at: datetime
    text: TextRef
    disputes: bool = False
    asks: bool = False


class Note(Value):
    """A note that an agency or the consultation leaves for those who continue, with its files.

    ``unit`` is where the head disposed the complaint to; ``agency`` the one that supported or returned it.
    """

    kind: Literal["progress", "disposition", "consultation", "support", "return", "time"]
    at: datetime
    step: str | None
    text: TextRef | None
    files: tuple[FileRef, ...] = ()
    agency: str | None = None
    unit: str | None = None


class Handover(Value):
    """The body to which the reporter was sent, and how that ended."""

    body: str
    address: str
    reason: TextRef
    outcome: Literal["answered", "closed"] | None = None
    text: TextRef | None = None
    files: tuple[FileRef, ...] = ()


class ArchiveRecord(Value):
    """The reason why a complaint was archived."""

    reason: ArchiveReason
    text: TextRef
    earlier: str | None


class ComplaintRecord(Value):
    """The part of a complaint that says under which rules it runs, and how far its history goes.

    ``seq`` and ``head`` are the number and the hash of the last event. ``revision`` is the number of the last
    event that a person would want to know before deciding: timers and reminders do not count.
    """

    ticket: str
    seq: int
    head: str
    revision: int
    last_at: datetime

    region: str
    procedure: str
    procedure_version: str
    calendar_version: str
    zone: str
    language: Literal["id", "en"]
    filed_at: datetime
    received_at: datetime
    channel: Channel = "web"
    origin: Origin | None = None


class ComplaintParties(Value):
    """The part of a complaint that says who reports it, how protected they are, and who handles it."""

    reporter: str
    anonymous: bool
    confidential: bool
    about_agency: str | None = None
    suggested_agency: str | None = None
    agency: str | None = None
    by_letter: bool = False
    unit: str | None = None
    supporters: tuple[str, ...] = ()
    arbitrated: bool = False
    parent: str | None = None
    children: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


class ComplaintContent(Value):
    """The part of a complaint that people wrote: report, answers, replies, notes."""

    category: str
    filed_category: str
    complaint_class: ComplaintClass | None = None
    emergency: bool = False
    title: TextRef
    narrative: TextRef
    redacted: TextRef | None = None
    place: TextRef | None
    files: tuple[FileRef, ...]
    forward_note: TextRef | None = None
    answers: tuple[AgencyAnswer, ...] = ()
    replies: tuple[Reply, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def disputes(self) -> int:
        """Return how often the reporter was not satisfied."""
        return sum(reply.disputes for reply in self.replies)

    @property
    def returns(self) -> int:
        """Return how often an agency returned the complaint."""
        return sum(note.kind == "return" for note in self.notes)

    @property
    def published_answers(self) -> tuple[AgencyAnswer, ...]:
        """Return the answers the reporter may see."""
        return tuple(answer for answer in self.answers if answer.published_at)


class ComplaintProgress(Value):
    """The part of a complaint that says which step is open and which rows are done."""

    state: State
    step: OpenStep | None = None
    waiting: Waiting | None = None
    completions_asked: int = 0
    items_asked: bool = False
    question_open: bool = False
    skipped: tuple[str, ...] = ()
    visits: dict[str, int] = Field(default_factory=dict)
    rows_done: dict[int, datetime] = Field(default_factory=dict)
    reminded_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Return whether no step will open any more; a duplicate still waits for its parent."""
        return self.step is None and self.state != "duplicate"


class ComplaintDeadlines(Value):
    """The part of a complaint that says which deadlines are open, and whether it was ever late."""

    clocks: tuple[Clock, ...] = ()
    was_late: bool = False

    @property
    def late_level(self) -> int:
        """Return how late the complaint is now, 0 to 3: the worst of its open clocks."""
        return max((clock.late_level for clock in self.clocks), default=0)

    def find_clock(self, name: str, visit: int) -> Clock | None:
        """Return the open clock of that name and visit."""
        return next((clock for clock in self.clocks if (clock.name, clock.visit) == (name, visit)), None)


class ComplaintOutcome(Value):
    """The part of a complaint that says how it ended, and whether it can go on."""

    resolved_by: Literal["reporter", "silence"] | None = None
    reopen_until: datetime | None = None
    handover: Handover | None = None
    archive: ArchiveRecord | None = None
    rerouted_to: str | None = None
    withdrawn_at: datetime | None = None
    withdrawal: TextRef | None = None
    referred_at: datetime | None = None
    consented_at: datetime | None = None
    consented_with_identity: bool = False


class Complaint(
    ComplaintRecord,
    ComplaintParties,
    ComplaintContent,
    ComplaintProgress,
    ComplaintDeadlines,
    ComplaintOutcome,
):
    """The snapshot of a complaint: flat when stored, grouped here by what its fields are about."""

    @property
    def tag(self) -> str:
        """Return the state on which a decision is made: the open step's visit and the revision."""
        turn = f"{self.step.name}.{self.step.visit}" if self.step else "closed"
        return f"{turn}-{self.revision}"

    @property
    def protected(self) -> bool:
        """Return whether a frightened reporter accuses officers: only the Inspektorat may know of it."""
        return self.anonymous and self.confidential and self.about_agency is not None

    @property
    def has_account(self) -> bool:
        """Return whether the reporter can sign in; if not, the admin speaks for them."""
        return not self.reporter.startswith(OFFLINE)

    @property
    def step_clock(self) -> Clock | None:
        """Return the clock of the open step."""
        return self.find_clock(get_clock_name(self.step), self.step.visit) if self.step else None


def get_clock_name(step: OpenStep | Step) -> str:
    """Return the name of a step's clock: the step's own, or the silence after an answer."""
    return SILENCE if step.kind is StepKind.CONFIRM else step.name


def format_owner_key(region: str, owner: str, agency: str | None, unit: str | None = None) -> str:
    """Return the owner of a step as one string.

    ``unit@region/agency/unit``, ``regional_admin@region``, ``system`` are examples.
    """
    if owner in (Role.SYSTEM, Role.REPORTER):
        return owner
    return "/".join((f"{owner}@{region}", *(part for part in (agency, unit) if part)))
