"""What people, the system and the timers may ask of a complaint."""

from typing import Literal

from chalicelib.domain.facts import ComplaintClass, FileRef, TextRef
from chalicelib.domain.model import Value


class File(Value):
    """A citizen files a complaint. The row of the procedure that begins everything."""

    region: str
    language: Literal["id", "en"]
    category: str
    anonymous: bool = False
    confidential: bool = False
    title: TextRef
    narrative: TextRef
    place: TextRef | None = None
    files: tuple[FileRef, ...] = ()


class Record(Value):
    """The system records a filed complaint; the category's agency is only a suggestion to the admin."""

    suggested_agency: str | None = None


class Verify(Value):
    """The admin has checked it: its class, the right category, and whether its content is confidential."""

    complaint_class: ComplaintClass = "complaint"
    category: str | None = None
    confidential: bool | None = None


class Forward(Value):
    """The admin hands it to exactly one agency, or vertical agency, of the region.

    Verifies it first, as given in ``verify``, where that has not been done.
    """

    agency: str
    note: TextRef | None = None
    verify: Verify = Verify()


class Accept(Value):
    """The agency takes it on."""


class Answer(Value):
    """The agency answers to the admin; without an ``Accept`` before it, this is one too."""

    text: TextRef
    files: tuple[FileRef, ...] = ()


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


class Confirm(Value):
    """The reporter is satisfied."""


class Dispute(Value):
    """The reporter is not satisfied, and says why."""

    reason: TextRef


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
    | Forward
    | Accept
    | Answer
    | SendBack
    | Publish
    | Deliver
    | Write
    | Confirm
    | Dispute
    | ReachRung
    | Rearm
)
"""Everything that can be asked of a complaint that exists."""
