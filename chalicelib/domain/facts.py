"""What can happen to a complaint. One class a fact; its fields are the schema of the stored event.

No fact holds personal data: words and files live elsewhere, and a fact holds only a reference to them
(``TextRef``, ``FileRef``) by which they can be proven unchanged.
"""

from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import Field

from chalicelib.domain.deadlines import Derivation
from chalicelib.domain.model import Value
from chalicelib.domain.procedure import StepKind

ComplaintClass = Literal["complaint", "aspiration", "information_request"]


class TextRef(Value):
    """Words kept apart. ``hmac`` is theirs under a salt stored with them: erase it and the link is gone."""

    id: str
    hmac: str


class FileRef(Value):
    """A stored picture or document; ``sha256`` is of its bytes, ``size`` in bytes."""

    sha256: str
    media_type: str
    size: int

    @property
    def extension(self) -> str:
        """How its name ends."""
        return EXTENSIONS[self.media_type]

    @property
    def name(self) -> str:
        """How the file is called in its complaint's folder."""
        return f"{self.sha256}.{self.extension}"


EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
"""The media types people may send, and how their files end."""


class RungInstant(Value):
    """A rung of one deadline with its true instant."""

    name: str
    nominal_at: datetime


class Filed(Value):
    """A citizen filed it; the procedure, its version, the calendar's and the zone are frozen into it."""

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


class Forwarded(Value):
    """The admin handed it to exactly one accountable agency."""

    type: Literal["complaint.forwarded"] = "complaint.forwarded"
    agency: str
    note: TextRef | None


class Accepted(Value):
    """The agency took it on."""

    type: Literal["complaint.accepted"] = "complaint.accepted"
    agency: str


class Answered(Value):
    """The agency answered to the admin; a late answer stays late."""

    type: Literal["complaint.answered"] = "complaint.answered"
    agency: str
    text: TextRef
    files: tuple[FileRef, ...]
    late: bool


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


class Confirmed(Value):
    """The reporter is satisfied."""

    type: Literal["complaint.confirmed"] = "complaint.confirmed"


class Disputed(Value):
    """The reporter is not satisfied."""

    type: Literal["complaint.disputed"] = "complaint.disputed"
    reason: TextRef


class ClosedBySilence(Value):
    """The reporter's time to object ran out; never counted as satisfied."""

    type: Literal["complaint.closed_by_silence"] = "complaint.closed_by_silence"


class StepOpened(Value):
    """The next owner's turn; the step before it is closed by this."""

    type: Literal["step.opened"] = "step.opened"
    step: str
    kind: StepKind
    visit: int
    owner: str
    agency: str | None
    due_at: datetime


class DeadlineArmed(Value):
    """A clock runs, or runs anew. Only this fact starts a timer."""

    type: Literal["deadline.armed"] = "deadline.armed"
    clock: str
    visit: int
    arming: int
    derivation: Derivation
    rungs: tuple[RungInstant, ...]


class RungReached(Value):
    """A moment on the way to a deadline, or after it, came."""

    type: Literal["rung.reached"] = "rung.reached"
    clock: str
    visit: int
    rung: str
    late_level: int | None


Fact = Annotated[
    Filed
    | Recorded
    | Verified
    | Forwarded
    | Accepted
    | Answered
    | SentBack
    | Published
    | Delivered
    | Replied
    | Confirmed
    | Disputed
    | ClosedBySilence
    | StepOpened
    | DeadlineArmed
    | RungReached,
    Field(discriminator="type"),
]

FACT_TYPES: frozenset[str] = frozenset(
    fact.model_fields["type"].default for fact in get_args(get_args(Fact)[0])
)
"""The names of all facts: what a procedure file may speak of."""
