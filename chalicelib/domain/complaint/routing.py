"""Sending a complaint on: to an agency, the consultation, another body or another region."""

from typing import ClassVar, Literal

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.command import Command, Decision, OfferContext
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.permissions import get_own_step, get_step_with_exit, has_open_step
from chalicelib.domain.complaint.state import Complaint, Handover, Note
from chalicelib.domain.complaint.steps import StepOpened, leave_step
from chalicelib.domain.complaint.verification import Verify
from chalicelib.domain.procedure.model import Role, Step, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef

MOST_SUPPORTERS = 10


class Forwarded(DomainEvent):
    """The admin handed it to exactly one accountable agency; supporters help, and block nothing.

    ``skipped`` are the steps of the procedure that this complaint leaves out.
    """

    type: Literal["complaint.forwarded"] = "complaint.forwarded"
    occurs: ClassVar = Occurrence(exits=("forward", "forward_by_letter", "consult"))
    agency: str
    note: TextRef | None
    supporters: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    by_letter: bool = False

    def evolve(self, context: EvolveContext) -> Changes:
        arbitration = context.procedure.arbitration
        return {
            "state": "forwarded",
            "agency": self.agency,
            "unit": None,
            "forward_note": self.note,
            "supporters": self.supporters,
            "skipped": self.skipped,
            "by_letter": self.by_letter,
            "arbitrated": arbitration is not None and context.step_name == arbitration.opens,
        }


class HandedOver(DomainEvent):
    """It is outside the government's authority: the reporter gets reason and address."""

    type: Literal["complaint.handed_over"] = "complaint.handed_over"
    occurs: ClassVar = Occurrence(exits=("hand_over",))
    body: str
    address: str
    reason: TextRef

    def evolve(self, _: EvolveContext) -> Changes:
        handover = Handover(body=self.body, address=self.address, reason=self.reason)
        return {"state": "handed_over", "handover": handover, "clocks": ()}


class HandoverEnded(DomainEvent):
    """The other body answered, or the admin closed the matter with a reason."""

    type: Literal["handover.ended"] = "handover.ended"
    occurs: ClassVar = Occurrence(exits=("end",))
    outcome: Literal["answered", "closed"]
    text: TextRef
    files: tuple[FileRef, ...]

    def evolve(self, context: EvolveContext) -> Changes:
        handover = context.complaint.handover
        if handover is None:
            return {}
        ended = {"outcome": self.outcome, "text": self.text, "files": self.files}
        return {"handover": handover.model_copy(update=ended), **context.close()}


class Rerouted(DomainEvent):
    """It was filed in the wrong region and goes on in another one under a new number."""

    type: Literal["complaint.rerouted"] = "complaint.rerouted"
    occurs: ClassVar = Occurrence()
    region: str
    reason: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        return {"state": "handed_over", "rerouted_to": self.region, **context.close()}


class Consulted(DomainEvent):
    """The consultation's outcome: information, documents, considerations."""

    type: Literal["consultation.given"] = "consultation.given"
    occurs: ClassVar = Occurrence(exits=("advise",))
    text: TextRef
    files: tuple[FileRef, ...]

    def evolve(self, context: EvolveContext) -> Changes:
        return context.add_note(
            Note(kind="consultation", at=context.at, step=context.step_name, text=self.text, files=self.files)
        )


class Forward(Command):
    """The admin hands it to one accountable agency; verifies it first where that has not been done.

    ``consult`` asks for the consultation before the agency's step, ``by_letter`` says that the agency is
    reached by letter only.
    """

    decision: ClassVar = Decision(
        name="forward",
        rank=10,
        at=(StepKind.VERIFY,),
        exit="forward",
        refusals=(
            "agency_succeeded",
            "agency_unstaffed",
            "goes_to_inspectorate",
            "nobody_at_inspectorate",
            "not_in_this_step",
            "protects_from_inspectorate",
            "too_many_supporters",
            "unknown_agency",
            "unknown_category",
        ),
    )
    agency: fields.AgencyId
    complaint_class: fields.ClassName = "complaint"
    category: fields.CategoryCode | None = None
    confidential: fields.Flag | None = None
    note: fields.SealedNote | None = None
    supporters: fields.SupporterIds = ()
    consult: fields.FoldedFlag = False
    by_letter: bool = False

    @property
    def verify(self) -> Verify:
        """Return the verification that goes before it."""
        return Verify(
            complaint_class=self.complaint_class, category=self.category, confidential=self.confidential
        )

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the way to the agency, through the consultation first where that is due or asked for.

        It is not forwarded where verifying it shows that only the Inspektorat may know of it.
        """
        step = get_own_step(complaint, context, StepKind.VERIFY)
        supporters = tuple(dict.fromkeys(agency for agency in self.supporters if agency != self.agency))
        if len(supporters) > MOST_SUPPORTERS:
            raise Refusal("too_many_supporters", {"most": str(MOST_SUPPORTERS)})
        verified = [] if complaint.state == "verified" else self.verify.decide(complaint, context)
        if any(isinstance(event, StepOpened) for event in verified):
            return verified
        planned = context.procedure.get_step(step.name)
        consult = self._goes_to_consultation(complaint, planned)
        exit_ = "forward_by_letter" if self.by_letter else "forward"
        if exit_ not in planned.exits:
            raise Refusal("not_in_this_step")
        forwarded = Forwarded(
            agency=self.agency,
            note=self.note,
            supporters=supporters,
            skipped=_find_skipped(complaint, planned, consult=consult),
            by_letter=self.by_letter,
        )
        onward = complaint.model_copy(update={"unit": None, "by_letter": self.by_letter})
        opened = leave_step(onward, "consult" if consult else exit_, context, agency=self.agency)
        return [*verified, forwarded, *opened]

    def _goes_to_consultation(self, complaint: Complaint, planned: Step) -> bool:
        verified = complaint.state == "verified"
        complaint_class = complaint.complaint_class if verified else self.complaint_class
        consult = "consult" in planned.exits and (self.consult or complaint_class in planned.consults)
        if self.consult and not consult:
            raise Refusal("not_in_this_step")
        return consult


def _find_skipped(complaint: Complaint, planned: Step, *, consult: bool) -> tuple[str, ...]:
    if "consult" not in planned.exits:
        return complaint.skipped
    consultation = planned.exits["consult"]
    return () if consult or consultation in complaint.visits else (consultation,)


class HandOver(Command):
    """The admin sends the reporter to the body whose matter it is, and follows it to its end."""

    decision: ClassVar = Decision(
        name="hand_over", rank=40, at=(StepKind.VERIFY,), exit="hand_over", refusals=("not_in_this_step",)
    )
    body: fields.Line
    address: fields.Line
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        get_step_with_exit(complaint, context, "hand_over", StepKind.VERIFY)
        handed = HandedOver(body=self.body, address=self.address, reason=self.reason)
        return [handed, *leave_step(complaint, "hand_over", context)]


class EndHandover(Command):
    """The admin records the other body's answer, or closes the matter with a reason; never "selesai"."""

    decision: ClassVar = Decision(name="end_handover", rank=10, at=(StepKind.FOLLOW,), exit="end")
    outcome: fields.HandoverOutcome
    text: fields.SealedAnswer
    files: fields.Files = ()

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        get_own_step(complaint, context, StepKind.FOLLOW)
        ended = HandoverEnded(outcome=self.outcome, text=self.text, files=self.files)
        return [ended, *leave_step(complaint, "end", context)]


def _may_reroute(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    unverified = complaint.state == "received" and has_open_step(complaint, StepKind.VERIFY)
    return actor.role == Role.CENTRAL_ADMIN and unverified and not complaint.protected


class Reroute(Command):
    """The central admin moves it to the region whose matter it is, as long as nobody has verified it."""

    decision: ClassVar = Decision(
        name="reroute",
        rank=96,
        outside_steps=_may_reroute,
        refusals=("same_region", "unknown_region", "region_not_ready"),
    )
    region: fields.RegionSlug
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        if context.actor.role != Role.CENTRAL_ADMIN or complaint.protected:
            raise Refusal("not_your_role")
        if complaint.state != "received" or not has_open_step(complaint, StepKind.VERIFY):
            raise Refusal("step_is_done")
        if self.region == complaint.region:
            raise Refusal("same_region")
        return [Rerouted(region=self.region, reason=self.reason)]


class Advise(Command):
    """The consultation gives its outcome: the agency's step follows."""

    decision: ClassVar = Decision(name="advise", rank=10, at=(StepKind.CONSULT,), exit="advise")
    text: fields.SealedNote
    files: fields.Files = ()

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        get_own_step(complaint, context, StepKind.CONSULT)
        consulted = Consulted(text=self.text, files=self.files)
        return [consulted, *leave_step(complaint, "advise", context)]
