"""What people, the system and the timers may ask of a complaint."""

from datetime import date, datetime
from typing import Literal

from chalicelib.domain.complaint.events import ArchiveReason, Channel, Missing, Origin, Plan
from chalicelib.domain.procedure.model import ComplaintClass
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.domain.values.value import Value


class File(Value):
    """A complaint is filed: by its reporter, or typed in by an officer on behalf of somebody.

    ``reporter`` is the account it belongs to; ``received_at`` when the government got it, where that was
    before now (a letter, a matter split off).
    """

    region: str
    language: Literal["id", "en"]
    category: str
    reporter: str
    anonymous: bool = False
    confidential: bool = False
    title: TextRef
    narrative: TextRef
    place: TextRef | None = None
    files: tuple[FileRef, ...] = ()
    channel: Channel = "web"
    received_at: datetime | None = None
    emergency: bool = False
    about_agency: str | None = None
    origin: Origin | None = None


class Record(Value):
    """The system records a filed complaint; the category's agency is only a suggestion to the admin."""

    suggested_agency: str | None = None


class Verify(Value):
    """The admin has checked it: its class, the right category, and whether its content is confidential."""

    complaint_class: ComplaintClass = "complaint"
    category: str | None = None
    confidential: bool | None = None


class Reclassify(Value):
    """The admin corrects class or category on the way; ``None`` leaves what is there."""

    complaint_class: ComplaintClass | None = None
    category: str | None = None


class Redact(Value):
    """The admin masks words of abuse before it goes on."""

    narrative: TextRef


class Forward(Value):
    """The admin hands it to exactly one agency, or vertical agency, of the region.

    Verifies it first, as given in ``verify``, where that has not been done. ``consult`` asks for the
    consultation before the agency's turn, ``by_letter`` says that the agency is reached by letter only.
    """

    agency: str
    note: TextRef | None = None
    verify: Verify = Verify()
    supporters: tuple[str, ...] = ()
    consult: bool = False
    by_letter: bool = False


class Ask(Value):
    """Whoever's turn it is asks the reporter for named items; meanwhile their clock pauses."""

    missing: tuple[Missing, ...]
    note: TextRef | None = None


class Complete(Value):
    """The reporter gives what was asked for."""

    text: TextRef | None = None
    place: TextRef | None = None
    files: tuple[FileRef, ...] = ()


class HandOver(Value):
    """The admin sends the reporter to the body whose matter it is, and follows it to its end."""

    body: str
    address: str
    reason: TextRef


class EndHandover(Value):
    """The admin records the other body's answer, or closes the matter with a reason."""

    outcome: Literal["answered", "closed"]
    text: TextRef
    files: tuple[FileRef, ...] = ()


class Archive(Value):
    """The admin files it away, with the reason the reporter will read."""

    reason: ArchiveReason
    text: TextRef
    earlier: str | None = None


class Merge(Value):
    """The admin says that it is a duplicate of another complaint of the region."""

    parent: str


class Adopt(Value):
    """The system notes on a complaint that a duplicate follows it."""

    child: str


class Inherit(Value):
    """The system hands the parent's answer to its duplicate."""

    parent: str
    agency: str
    text: TextRef
    files: tuple[FileRef, ...] = ()
    late: bool = False
    by_letter: bool = False


class Release(Value):
    """The system gives a duplicate back to the admin: its parent ended without an answer."""

    parent: str


class LinkTo(Value):
    """The admin notes another complaint about the same matter."""

    ticket: str


class NoteSplit(Value):
    """The system notes on a complaint that a second matter was split off from it."""

    ticket: str


class Reroute(Value):
    """The central admin moves it to the region whose matter it is."""

    region: str
    reason: TextRef


class Advise(Value):
    """The consultation's outcome."""

    text: TextRef
    files: tuple[FileRef, ...] = ()


class Accept(Value):
    """The agency takes it on."""


class Return(Value):
    """The agency gives it back: it is not its to handle."""

    reason: TextRef


class Dispose(Value):
    """The head disposes it to a unit (Bidang/Seksi), with an instruction."""

    unit: str | None = None
    instruction: TextRef


class Proceed(Value):
    """The owner of an inner row has done it: a note and files for whoever comes next."""

    note: TextRef | None = None
    files: tuple[FileRef, ...] = ()


class Support(Value):
    """A supporting agency gives its part."""

    text: TextRef
    files: tuple[FileRef, ...] = ()


class AskForTime(Value):
    """The agency asks for time until a local date; no deadline moves."""

    until: date
    reason: TextRef


class Answer(Value):
    """The agency answers to the admin; without an ``Accept`` before it, this is one too.

    ``plan`` makes it a dated plan; ``proof_note`` says why there is no photo of what was done.
    """

    text: TextRef
    files: tuple[FileRef, ...] = ()
    plan: Plan | None = None
    proof_note: TextRef | None = None


class SendBack(Value):
    """The admin returns the answer to the agency, with what is to be mended."""

    reason: TextRef


class Publish(Value):
    """The admin passes the answer on to the system ("Teruskan")."""


class Deliver(Value):
    """The system gives a published answer to the reporter."""


class Write(Value):
    """The reporter or the admin writes something that decides nothing."""

    text: TextRef


class AskQuestion(Value):
    """The reporter asks something about the answer they have."""

    text: TextRef


class Confirm(Value):
    """The reporter is satisfied."""


class Dispute(Value):
    """The reporter is not satisfied, and says why."""

    reason: TextRef


class Reopen(Value):
    """The reporter takes a finished complaint up again within its window, and says why."""

    reason: TextRef


class Withdraw(Value):
    """The reporter withdraws it; they need not say why."""

    reason: TextRef | None = None


class Consent(Value):
    """The reporter lets the bundle go to the Ombudsman."""

    with_identity: bool


class SeeIdentity(Value):
    """An officer who may asks who an anonymous reporter is, and says what for."""

    reason: TextRef


class Succeed(Value):
    """The system gives the open step of a renamed or merged agency to its successor."""

    agency: str
    successor: str


class Recount(Value):
    """The system counts every open deadline anew by the calendar as it is now."""


class ReachRung(Value):
    """A timer says that a rung's instant has come."""

    clock: str
    visit: int
    arming: int
    rung: str


class Rearm(Value):
    """Operations start the timer of an open clock anew; its deadline stays as it is."""

    clock: str
    visit: int


Command = (
    Record
    | Verify
    | Reclassify
    | Redact
    | Forward
    | Ask
    | Complete
    | HandOver
    | EndHandover
    | Archive
    | Merge
    | Adopt
    | Inherit
    | Release
    | LinkTo
    | NoteSplit
    | Reroute
    | Advise
    | Accept
    | Return
    | Dispose
    | Proceed
    | Support
    | AskForTime
    | Answer
    | SendBack
    | Publish
    | Deliver
    | Write
    | AskQuestion
    | Confirm
    | Dispute
    | Reopen
    | Withdraw
    | Consent
    | SeeIdentity
    | Succeed
    | Recount
    | ReachRung
    | Rearm
)
"""Everything that can be asked of a complaint that exists."""
