"""What can be decided about a complaint: each decision with its fields, and the domain's command it makes.

A decision's ``decision`` is its name in the API, in the forms, and among a complaint's ``acts``.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint.events import ArchiveReason, Missing, Plan
from chalicelib.domain.procedure.model import ComplaintClass
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.place import Place, check_place
from chalicelib.domain.values.sanitize import Lines, OneLine
from chalicelib.domain.values.sealed_text import LONGEST_TEXT, LONGEST_TITLE, SealedText, TextRef
from chalicelib.domain.values.ticket import TicketError, parse_ticket
from chalicelib.domain.values.value import Value
from chalicelib.services.complaints.sealed_text import seal

MOST_FILES = 5

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""The name of a region, category, agency or unit."""
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT), Lines
]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), OneLine]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TITLE), OneLine
]
UploadKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Uploads = Annotated[tuple[UploadKey, ...], Field(max_length=MOST_FILES)]
"""Keys of objects that were uploaded, as ``Files.create_upload_form`` gave them."""
Named = Annotated[tuple[Missing, ...], Field(max_length=6)]
"""What the reporter is asked for, by name."""


class NewPlace(Value):
    """Where it happened: both coordinates (WGS 84 degrees), an address, or all three."""

    # A latitude may be given up to 180 degrees, so that swapped coordinates get a sentence of their own.
    latitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), OneLine] = ""

    def checked(self) -> Place:
        """As it is kept; ``Refusal`` where that is nowhere in Indonesia."""
        place = Place(**self.model_dump())
        check_place(place)
        return place


class Given:
    """What a decision brings beside its fields: the files taken over, and its words, sealed one by one."""

    def __init__(self, files: tuple[FileRef, ...] = ()) -> None:
        self.files = files
        self.words: list[SealedText] = []

    def seal(self, kind: str, text: str) -> TextRef:
        """Keep the words; the reference that the facts hold."""
        words = seal(kind, text)
        self.words.append(words)
        return words.ref

    def maybe(self, kind: str, text: str | None) -> TextRef | None:
        """The same for words that need not be given."""
        return self.seal(kind, text) if text else None


class Decision(Value):
    """A decision. ``needs_tag``: it takes a turn, so it must say upon which state of the complaint."""

    needs_tag: ClassVar[bool] = True
    decision: str
    """Every kind narrows this to its own name."""

    @property
    def files(self) -> tuple[str, ...]:
        """The keys of its uploads."""
        return tuple(getattr(self, "uploads", ()))

    def command(self, given: Given) -> c.Command:
        """The domain's command."""
        raise NotImplementedError


class _Ticket(Value):
    """A decision that names another complaint."""

    @field_validator("ticket", "parent", "earlier", check_fields=False)
    @classmethod
    def _normalised(cls, given: str | None) -> str | None:
        try:
            return parse_ticket(given) if given else None
        except TicketError:
            raise PydanticCustomError("ticket_mistyped", "not a ticket number") from None


# The region's desk


class Verify(Decision):
    """The admin has checked it: class, category (``null``: as filed), confidential (``null``: as filed)."""

    decision: Literal["verify"] = "verify"
    complaint_class: ComplaintClass = "complaint"
    category: Code | None = None
    confidential: bool | None = None

    def command(self, _: Given) -> c.Verify:
        """The domain's command."""
        return c.Verify(
            complaint_class=self.complaint_class, category=self.category, confidential=self.confidential
        )


class Forward(Decision):
    """The admin hands it to one accountable agency; verifies it first where that has not been done."""

    decision: Literal["forward"] = "forward"
    agency: Code
    supporters: Annotated[tuple[Code, ...], Field(max_length=10)] = ()
    note: LongText | None = None
    consult: bool = False
    complaint_class: ComplaintClass = "complaint"
    category: Code | None = None
    confidential: bool | None = None

    def command(self, given: Given) -> c.Forward:
        """The domain's command."""
        checked = Verify(
            complaint_class=self.complaint_class, category=self.category, confidential=self.confidential
        )
        return c.Forward(
            agency=self.agency,
            supporters=self.supporters,
            note=given.maybe("note", self.note),
            consult=self.consult,
            verify=checked.command(given),
        )


class Ask(Decision):
    """The reporter is asked for what is missing, by name."""

    decision: Literal["ask"] = "ask"
    missing: Named = ()
    note: LongText | None = None

    def command(self, given: Given) -> c.Ask:
        """The domain's command."""
        return c.Ask(missing=self.missing, note=given.maybe("note", self.note))


class HandOver(Decision):
    """The admin sends the reporter to the body whose matter it is."""

    decision: Literal["hand_over"] = "hand_over"
    body: ShortText
    address: ShortText
    reason: LongText

    def command(self, given: Given) -> c.HandOver:
        """The domain's command."""
        return c.HandOver(body=self.body, address=self.address, reason=given.seal("reason", self.reason))


class EndHandover(Decision):
    """The other body's answer is recorded, or the matter closed with a reason."""

    decision: Literal["end_handover"] = "end_handover"
    outcome: Literal["answered", "closed"]
    text: LongText
    uploads: Uploads = ()

    def command(self, given: Given) -> c.EndHandover:
        """The domain's command."""
        text = given.seal("answer", self.text)
        return c.EndHandover(outcome=self.outcome, text=text, files=given.files)


class Archive(Decision, _Ticket):
    """The admin files it away; ``earlier`` is the number of the complaint that was answered before."""

    decision: Literal["archive"] = "archive"
    reason: ArchiveReason
    text: LongText
    earlier: Code | None = None

    def command(self, given: Given) -> c.Archive:
        """The domain's command."""
        return c.Archive(reason=self.reason, text=given.seal("reason", self.text), earlier=self.earlier)


class Merge(Decision, _Ticket):
    """It is a duplicate of the complaint with that number."""

    decision: Literal["merge"] = "merge"
    parent: Code

    def command(self, _: Given) -> c.Merge:
        """The domain's command."""
        return c.Merge(parent=self.parent)


class Split(Decision):
    """A second matter in it gets a number of its own, with the date of receipt of the first."""

    decision: Literal["split"] = "split"
    category: Code
    title: Title
    narrative: LongText


class Redact(Decision):
    """Words of abuse are masked: this text goes on instead."""

    decision: Literal["redact"] = "redact"
    narrative: LongText

    def command(self, given: Given) -> c.Redact:
        """The domain's command."""
        return c.Redact(narrative=given.seal("narrative", self.narrative))


class Reclassify(Decision):
    """Class or category are corrected on the way."""

    decision: Literal["reclassify"] = "reclassify"
    needs_tag: ClassVar[bool] = False
    complaint_class: ComplaintClass | None = None
    category: Code | None = None

    def command(self, _: Given) -> c.Reclassify:
        """The domain's command."""
        return c.Reclassify(complaint_class=self.complaint_class, category=self.category)


class Link(Decision, _Ticket):
    """Another complaint, also of another region, is about the same."""

    decision: Literal["link"] = "link"
    needs_tag: ClassVar[bool] = False
    ticket: Code

    def command(self, _: Given) -> c.LinkTo:
        """The domain's command."""
        return c.LinkTo(ticket=self.ticket)


class Reroute(Decision):
    """The central admin moves it to the region whose matter it is."""

    decision: Literal["reroute"] = "reroute"
    region: Code
    reason: LongText

    def command(self, given: Given) -> c.Reroute:
        """The domain's command."""
        return c.Reroute(region=self.region, reason=given.seal("reason", self.reason))


class SeeIdentity(Decision):
    """Who must know asks who an anonymous reporter is, and says what for."""

    decision: Literal["see_identity"] = "see_identity"
    needs_tag: ClassVar[bool] = False
    reason: LongText

    def command(self, given: Given) -> c.SeeIdentity:
        """The domain's command."""
        return c.SeeIdentity(reason=given.seal("reason", self.reason))


class Advise(Decision):
    """The consultation's outcome."""

    decision: Literal["advise"] = "advise"
    text: LongText
    uploads: Uploads = ()

    def command(self, given: Given) -> c.Advise:
        """The domain's command."""
        return c.Advise(text=given.seal("note", self.text), files=given.files)


# The agency


class Accept(Decision):
    """The agency takes it on."""

    decision: Literal["accept"] = "accept"

    def command(self, _: Given) -> c.Accept:
        """The domain's command."""
        return c.Accept()


class Return(Decision):
    """ "Bukan wewenang kami": the agency gives it back with a reason."""

    decision: Literal["return"] = "return"
    reason: LongText

    def command(self, given: Given) -> c.Return:
        """The domain's command."""
        return c.Return(reason=given.seal("reason", self.reason))


class Dispose(Decision):
    """The head disposes it to a unit, with an instruction."""

    decision: Literal["dispose"] = "dispose"
    unit: Code | None = None
    instruction: LongText

    def command(self, given: Given) -> c.Dispose:
        """The domain's command."""
        return c.Dispose(unit=self.unit, instruction=given.seal("instruction", self.instruction))


class Proceed(Decision):
    """An inner row is worked off; a note and files for whoever comes next."""

    decision: Literal["proceed"] = "proceed"
    note: LongText | None = None
    uploads: Uploads = ()

    def command(self, given: Given) -> c.Proceed:
        """The domain's command."""
        return c.Proceed(note=given.maybe("note", self.note), files=given.files)


class Support(Decision):
    """A supporting agency gives its part."""

    decision: Literal["support"] = "support"
    needs_tag: ClassVar[bool] = False
    text: LongText
    uploads: Uploads = ()

    def command(self, given: Given) -> c.Support:
        """The domain's command."""
        return c.Support(text=given.seal("note", self.text), files=given.files)


class AskForTime(Decision):
    """The agency asks for time until a day; no deadline moves."""

    decision: Literal["ask_for_time"] = "ask_for_time"
    until: date
    reason: LongText

    def command(self, given: Given) -> c.AskForTime:
        """The domain's command."""
        return c.AskForTime(until=self.until, reason=given.seal("reason", self.reason))


class Answer(Decision):
    """The agency answers to the admin; with ``plan_date`` and ``plan_owner`` the answer is a dated plan."""

    decision: Literal["answer"] = "answer"
    text: LongText
    uploads: Uploads = ()
    plan_date: date | None = None
    plan_owner: ShortText | None = None
    proof_note: LongText | None = None

    @model_validator(mode="after")
    def _whole_plan(self) -> "Answer":
        if (self.plan_date is None) != (self.plan_owner is None):
            raise PydanticCustomError("plan_half", "a plan needs a date and an owner")
        return self

    def command(self, given: Given) -> c.Answer:
        """The domain's command."""
        plan = None
        if self.plan_date and self.plan_owner:
            plan = Plan(date=self.plan_date, owner=given.seal("owner", self.plan_owner))
        return c.Answer(
            text=given.seal("answer", self.text),
            files=given.files,
            plan=plan,
            proof_note=given.maybe("reason", self.proof_note),
        )


# After the answer


class SendBack(Decision):
    """The admin returns the answer to the agency, with what is to be mended."""

    decision: Literal["send_back"] = "send_back"
    reason: LongText

    def command(self, given: Given) -> c.SendBack:
        """The domain's command."""
        return c.SendBack(reason=given.seal("reason", self.reason))


class Publish(Decision):
    """The admin passes the answer on."""

    decision: Literal["publish"] = "publish"

    def command(self, _: Given) -> c.Publish:
        """The domain's command."""
        return c.Publish()


class Reply(Decision):
    """The reporter, or the admin, writes something that decides nothing."""

    decision: Literal["reply"] = "reply"
    needs_tag: ClassVar[bool] = False
    text: LongText

    def command(self, given: Given) -> c.Write:
        """The domain's command."""
        return c.Write(text=given.seal("reply", self.text))


# The reporter


class _OfReporter(Decision):
    """What a reporter says needs no tag: it is about the answer they have read, whatever happened since."""

    needs_tag: ClassVar[bool] = False


class Complete(_OfReporter):
    """The reporter gives what they were asked for."""

    decision: Literal["complete"] = "complete"
    text: LongText | None = None
    place: NewPlace | None = None
    uploads: Uploads = ()

    def command(self, given: Given) -> c.Complete:
        """The domain's command."""
        place = given.seal("place", self.place.checked().model_dump_json()) if self.place else None
        return c.Complete(text=given.maybe("reply", self.text), place=place, files=given.files)


class Satisfied(_OfReporter):
    """The reporter is satisfied: the complaint is resolved."""

    decision: Literal["satisfied"] = "satisfied"

    def command(self, _: Given) -> c.Confirm:
        """The domain's command."""
        return c.Confirm()


class NotSatisfied(_OfReporter):
    """The reporter is not satisfied, and says why."""

    decision: Literal["not_satisfied"] = "not_satisfied"
    reason: LongText

    def command(self, given: Given) -> c.Dispute:
        """The domain's command."""
        return c.Dispute(reason=given.seal("reason", self.reason))


class Question(_OfReporter):
    """The reporter asks something about the answer."""

    decision: Literal["question"] = "question"
    text: LongText

    def command(self, given: Given) -> c.AskQuestion:
        """The domain's command."""
        return c.AskQuestion(text=given.seal("reply", self.text))


class Reopen(_OfReporter):
    """The reporter takes a finished complaint up again, within its window."""

    decision: Literal["reopen"] = "reopen"
    reason: LongText

    def command(self, given: Given) -> c.Reopen:
        """The domain's command."""
        return c.Reopen(reason=given.seal("reason", self.reason))


class Withdraw(_OfReporter):
    """The reporter withdraws it; they need not say why."""

    decision: Literal["withdraw"] = "withdraw"
    reason: LongText | None = None

    def command(self, given: Given) -> c.Withdraw:
        """The domain's command."""
        return c.Withdraw(reason=given.maybe("reason", self.reason))


class Consent(_OfReporter):
    """The reporter lets the bundle go to the Ombudsman, with or without saying who they are."""

    decision: Literal["consent"] = "consent"
    with_identity: bool

    def command(self, _: Given) -> c.Consent:
        """The domain's command."""
        return c.Consent(with_identity=self.with_identity)


AnyDecision = (
    Verify
    | Forward
    | Ask
    | HandOver
    | EndHandover
    | Archive
    | Merge
    | Split
    | Redact
    | Reclassify
    | Link
    | Reroute
    | SeeIdentity
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
    | Reply
    | Complete
    | Satisfied
    | NotSatisfied
    | Question
    | Reopen
    | Withdraw
    | Consent
)
"""Every kind of decision."""

KINDS: Mapping[str, type[Decision]] = {
    kind.model_fields["decision"].default: kind for kind in get_args(AnyDecision)
}
"""The kinds by their names."""
