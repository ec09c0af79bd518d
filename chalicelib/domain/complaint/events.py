"""What can happen to a complaint. One class a fact; its fields are the schema of the stored event.

No fact holds personal data: words and files live elsewhere, and a fact holds only a reference to them
(``TextRef``, ``FileRef``) by which they can be proven unchanged.
"""

from datetime import date, datetime
from typing import Annotated, Literal, get_args

from pydantic import Field

from chalicelib.domain.procedure.model import ComplaintClass, StepKind
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.domain.values.value import Value

Channel = Literal["web", "letter", "visit", "phone", "other"]
"""How it reached the government; all but ``web`` are typed in by an officer on behalf of the reporter."""

Missing = Literal["photo", "place", "time", "details", "identity", "document"]
"""What a report can lack, as the reporter is told it by name."""

ArchiveReason = Literal["no_substance", "in_court", "private", "already_handled"]
"""Why a report is filed away: abuse without substance, in court, a private matter, handled before."""


class Origin(Value):
    """The complaint this one came out of: split off from it, or moved here from another region."""

    kind: Literal["split", "rerouted"]
    ticket: str


class Plan(Value):
    """A dated plan (*rencana*): by when it will be done, and whose word that is."""

    date: date
    owner: TextRef


class RungInstant(Value):
    """A rung of one deadline with its true instant."""

    name: str
    nominal_at: datetime


class Filed(Value):
    """A citizen filed it; the procedure, its version, the calendar's and the zone are frozen into it.

    ``received_at`` is when the government got it: earlier than the event for a letter that is typed in, or
    for a matter split off. ``about_agency`` is whose officers it is about.
    """

    type: Literal["complaint.filed"] = "complaint.filed"
    region: str
    procedure: str
    procedure_version: str
    calendar_version: str
    zone: str
    language: Literal["id", "en"]
    reporter: str
    category: str
    anonymous: bool
    confidential: bool
    title: TextRef
    narrative: TextRef
    place: TextRef | None
    files: tuple[FileRef, ...]
    channel: Channel = "web"
    received_at: datetime | None = None
    emergency: bool = False
    about_agency: str | None = None
    origin: Origin | None = None


class Recorded(Value):
    """The system recorded it and, by its category, knows which agency is probably concerned."""

    type: Literal["complaint.recorded"] = "complaint.recorded"
    suggested_agency: str | None


class Verified(Value):
    """The admin checked it, and corrected its category where that was wrong."""

    type: Literal["complaint.verified"] = "complaint.verified"
    complaint_class: ComplaintClass
    category: str
    confidential: bool


class Reclassified(Value):
    """Class or category were corrected on the way; the date of receipt stays."""

    type: Literal["complaint.reclassified"] = "complaint.reclassified"
    complaint_class: ComplaintClass
    category: str


class Redacted(Value):
    """The admin masked words of abuse in a report with substance; the agency reads this text instead."""

    type: Literal["complaint.redacted"] = "complaint.redacted"
    narrative: TextRef


class Forwarded(Value):
    """The admin handed it to exactly one accountable agency; supporters help, and block nothing.

    ``skipped`` are the steps of the procedure that this complaint leaves out.
    """

    type: Literal["complaint.forwarded"] = "complaint.forwarded"
    agency: str
    note: TextRef | None
    supporters: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    by_letter: bool = False


class CompletionAsked(Value):
    """The admin sent it back to be completed: the verification pauses."""

    type: Literal["completion.asked"] = "completion.asked"
    missing: tuple[Missing, ...]
    note: TextRef | None


class Completed(Value):
    """The reporter gave what was missing: the verification goes on with the time that was left."""

    type: Literal["complaint.completed"] = "complaint.completed"
    text: TextRef | None
    place: TextRef | None
    files: tuple[FileRef, ...]


class Lapsed(Value):
    """It was not completed in time and counts as withdrawn."""

    type: Literal["complaint.lapsed"] = "complaint.lapsed"


class ItemsAsked(Value):
    """Whoever handles it asked the reporter for named items: their clock pauses, once a complaint."""

    type: Literal["items.asked"] = "items.asked"
    missing: tuple[Missing, ...]
    note: TextRef | None


class ItemsGiven(Value):
    """The reporter gave the items: the handling goes on with the time that was left."""

    type: Literal["items.given"] = "items.given"
    text: TextRef | None
    place: TextRef | None
    files: tuple[FileRef, ...]


class ItemsExpired(Value):
    """The items did not come in time: the handling goes on without them."""

    type: Literal["items.expired"] = "items.expired"


class HandedOver(Value):
    """It is outside the government's authority: the reporter gets reason and address."""

    type: Literal["complaint.handed_over"] = "complaint.handed_over"
    body: str
    address: str
    reason: TextRef


class HandoverEnded(Value):
    """The other body answered, or the admin closed the matter with a reason."""

    type: Literal["handover.ended"] = "handover.ended"
    outcome: Literal["answered", "closed"]
    text: TextRef
    files: tuple[FileRef, ...]


class Archived(Value):
    """The admin filed it away; the reporter reads why. ``earlier`` is the ticket with the earlier answer."""

    type: Literal["complaint.archived"] = "complaint.archived"
    reason: ArchiveReason
    text: TextRef
    earlier: str | None = None
    reopening: Derivation | None = None


class Merged(Value):
    """It is a duplicate: it waits for its parent's answer."""

    type: Literal["complaint.merged"] = "complaint.merged"
    parent: str


class Adopted(Value):
    """A duplicate follows this complaint."""

    type: Literal["duplicate.adopted"] = "duplicate.adopted"
    child: str


class DuplicatesConcerned(Value):
    """The complaint's answer goes to its duplicates, or it ended without one."""

    type: Literal["duplicates.concerned"] = "duplicates.concerned"
    children: tuple[str, ...]
    outcome: Literal["answered", "ended"]


class Inherited(Value):
    """The parent's answer reached its duplicate."""

    type: Literal["answer.inherited"] = "answer.inherited"
    parent: str
    agency: str
    text: TextRef
    files: tuple[FileRef, ...]
    late: bool
    by_letter: bool = False


class Released(Value):
    """The parent ended without an answer: the duplicate is the admin's again."""

    type: Literal["duplicate.released"] = "duplicate.released"
    parent: str


class Linked(Value):
    """Another complaint, perhaps of another region, is about the same; each goes its own way."""

    type: Literal["complaint.linked"] = "complaint.linked"
    ticket: str


class SplitOff(Value):
    """A second matter in it became a complaint of its own."""

    type: Literal["complaint.split_off"] = "complaint.split_off"
    ticket: str


class Rerouted(Value):
    """It was filed in the wrong region and goes on in another one under a new number."""

    type: Literal["complaint.rerouted"] = "complaint.rerouted"
    region: str
    reason: TextRef


class Consulted(Value):
    """The consultation's outcome: information, documents, considerations."""

    type: Literal["consultation.given"] = "consultation.given"
    text: TextRef
    files: tuple[FileRef, ...]


class Accepted(Value):
    """The agency took it on."""

    type: Literal["complaint.accepted"] = "complaint.accepted"
    agency: str


class Returned(Value):
    """The agency says that it is not its to handle ("bukan wewenang kami")."""

    type: Literal["complaint.returned"] = "complaint.returned"
    agency: str
    reason: TextRef


class Disposed(Value):
    """The head disposed it to a unit (Bidang/Seksi) with an instruction."""

    type: Literal["complaint.disposed"] = "complaint.disposed"
    unit: str | None
    instruction: TextRef


class Progressed(Value):
    """An inner row of the agency is worked off; the next one's turn."""

    type: Literal["handling.progressed"] = "handling.progressed"
    note: TextRef | None
    files: tuple[FileRef, ...]


class Supported(Value):
    """A supporting agency gave its part."""

    type: Literal["support.given"] = "support.given"
    agency: str
    text: TextRef
    files: tuple[FileRef, ...]


class TimeAsked(Value):
    """The agency asked for time: those concerned are told, no deadline moves."""

    type: Literal["time.asked"] = "time.asked"
    until: date
    reason: TextRef


class AgencySucceeded(Value):
    """The agency was renamed or merged: its successor has the step now, with the same deadline."""

    type: Literal["agency.succeeded"] = "agency.succeeded"
    agency: str
    successor: str


class Answered(Value):
    """The agency answered to the admin; a late answer stays late.

    ``plan`` is given where the answer is a dated plan, ``proof_note`` where what was done cannot be
    photographed, ``on_behalf`` where the admin typed in a letter of the agency.
    """

    type: Literal["complaint.answered"] = "complaint.answered"
    agency: str
    text: TextRef
    files: tuple[FileRef, ...]
    late: bool
    plan: Plan | None = None
    proof_note: TextRef | None = None
    on_behalf: bool = False


class SentBack(Value):
    """The admin returned the answer, with what is to be mended."""

    type: Literal["answer.sent_back"] = "answer.sent_back"
    reason: TextRef


class Published(Value):
    """The admin passed the answer on to the system."""

    type: Literal["answer.published"] = "answer.published"


class Delivered(Value):
    """The system gave the answer to the reporter."""

    type: Literal["answer.delivered"] = "answer.delivered"


class Replied(Value):
    """Somebody wrote something that decides nothing."""

    type: Literal["complaint.replied"] = "complaint.replied"
    by: Literal["reporter", "government"]
    text: TextRef


class QuestionAsked(Value):
    """The reporter asked something about the answer: the agency has a step for it, and no silence counts."""

    type: Literal["question.asked"] = "question.asked"
    text: TextRef


class Confirmed(Value):
    """The reporter is satisfied; ``reopening`` derives until when they may think better of it."""

    type: Literal["complaint.confirmed"] = "complaint.confirmed"
    reopening: Derivation | None = None


class Disputed(Value):
    """The reporter is not satisfied."""

    type: Literal["complaint.disputed"] = "complaint.disputed"
    reason: TextRef


class ClosedBySilence(Value):
    """The reporter's time to object ran out; never counted as satisfied."""

    type: Literal["complaint.closed_by_silence"] = "complaint.closed_by_silence"
    reopening: Derivation | None = None


class Reopened(Value):
    """The reporter took it up again within the window."""

    type: Literal["complaint.reopened"] = "complaint.reopened"
    reason: TextRef


class Withdrawn(Value):
    """The reporter withdrew it; a supervision-grade matter ``goes_on`` without them."""

    type: Literal["complaint.withdrawn"] = "complaint.withdrawn"
    reason: TextRef | None
    goes_on: bool


class Referred(Value):
    """Sixty days without follow-up: for the Ombudsman, with the reporter's consent. Once a complaint."""

    type: Literal["complaint.referred"] = "complaint.referred"


class Consented(Value):
    """The reporter lets the bundle go to the Ombudsman, with or without saying who they are."""

    type: Literal["referral.consented"] = "referral.consented"
    with_identity: bool


class IdentitySeen(Value):
    """An officer looked at who an anonymous reporter is."""

    type: Literal["identity.seen"] = "identity.seen"
    reason: TextRef


class StepOpened(Value):
    """The next owner's turn; the step before it is closed by this.

    ``resumed`` where a visit that waited for the reporter goes on.
    """

    type: Literal["step.opened"] = "step.opened"
    step: str
    kind: StepKind
    visit: int
    owner: str
    agency: str | None
    due_at: datetime
    unit: str | None = None
    resumed: bool = False


class DeadlineArmed(Value):
    """A clock runs, or runs anew. Only this fact starts a timer.

    ``moved_from`` is the due instant before, where a change of the calendar or of the class moved it.
    """

    type: Literal["deadline.armed"] = "deadline.armed"
    clock: str
    visit: int
    arming: int
    derivation: Derivation
    rungs: tuple[RungInstant, ...]
    moved_from: datetime | None = None


class RungReached(Value):
    """A moment on the way to a deadline, or after it, came."""

    type: Literal["rung.reached"] = "rung.reached"
    clock: str
    visit: int
    rung: str
    late_level: int | None


Event = Annotated[
    Filed
    | Recorded
    | Verified
    | Reclassified
    | Redacted
    | Forwarded
    | CompletionAsked
    | Completed
    | Lapsed
    | ItemsAsked
    | ItemsGiven
    | ItemsExpired
    | HandedOver
    | HandoverEnded
    | Archived
    | Merged
    | Adopted
    | DuplicatesConcerned
    | Inherited
    | Released
    | Linked
    | SplitOff
    | Rerouted
    | Consulted
    | Accepted
    | Returned
    | Disposed
    | Progressed
    | Supported
    | TimeAsked
    | AgencySucceeded
    | Answered
    | SentBack
    | Published
    | Delivered
    | Replied
    | QuestionAsked
    | Confirmed
    | Disputed
    | ClosedBySilence
    | Reopened
    | Withdrawn
    | Referred
    | Consented
    | IdentitySeen
    | StepOpened
    | DeadlineArmed
    | RungReached,
    Field(discriminator="type"),
]

EVENT_TYPES: frozenset[str] = frozenset(
    fact.model_fields["type"].default for fact in get_args(get_args(Event)[0])
)
"""The names of all facts: what a procedure file may speak of."""
