"""The admin's verification: checking a report, correcting its class, masking words, archiving it."""

from typing import ClassVar, Literal

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.clocks import derive_reopening
from chalicelib.domain.complaint.command import Command, Decision, OfferContext
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.permissions import (
    check_role,
    check_unfinished,
    get_own_step,
    get_step_with_exit,
    takes_part,
)
from chalicelib.domain.complaint.state import ArchiveReason, ArchiveRecord, Complaint
from chalicelib.domain.complaint.steps import find_inspection_step, leave_step, open_step
from chalicelib.domain.procedure.model import ComplaintClass, Role, StepKind
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.sealed_text import TextRef


class ClassAssigned(DomainEvent):
    """The base of the events that set class and category."""

    complaint_class: ComplaintClass
    category: str

    def evolve(self, context: EvolveContext) -> Changes:
        """Return class and category, without the overall deadlines that are not for that class."""
        clocks = tuple(
            clock
            for clock in context.complaint.clocks
            if not (overall := context.procedure.find_overall_deadline(clock.name))
            or overall.find_time(self.complaint_class)
        )
        return {"complaint_class": self.complaint_class, "category": self.category, "clocks": clocks}


class Verified(ClassAssigned):
    """The admin checked it, and corrected its category where that was wrong."""

    type: Literal["complaint.verified"] = "complaint.verified"
    occurs: ClassVar = Occurrence(steps=(StepKind.VERIFY,))
    confidential: bool

    def evolve(self, context: EvolveContext) -> Changes:
        protected = context.complaint.model_copy(update={"confidential": self.confidential}).protected
        state = "in_progress" if protected else "verified"
        return {"state": state, "confidential": self.confidential, **super().evolve(context)}


class Reclassified(ClassAssigned):
    """Class or category were corrected on the way; the date of receipt stays."""

    type: Literal["complaint.reclassified"] = "complaint.reclassified"
    occurs: ClassVar = Occurrence()


class Redacted(DomainEvent):
    """The admin masked words of abuse in a report with substance; the agency reads this text instead."""

    type: Literal["complaint.redacted"] = "complaint.redacted"
    occurs: ClassVar = Occurrence(steps=(StepKind.VERIFY,))
    narrative: TextRef

    def evolve(self, _: EvolveContext) -> Changes:
        return {"redacted": self.narrative}


class Archived(DomainEvent):
    """The admin archived it; the reporter reads why. ``earlier`` is the ticket with the earlier answer."""

    type: Literal["complaint.archived"] = "complaint.archived"
    occurs: ClassVar = Occurrence(exits=("archive",))
    reason: ArchiveReason
    text: TextRef
    earlier: str | None = None
    reopening: Derivation | None = None

    def evolve(self, context: EvolveContext) -> Changes:
        archive = ArchiveRecord(reason=self.reason, text=self.text, earlier=self.earlier)
        return {"state": "archived", "archive": archive, **context.close(self.reopening)}


class IdentitySeen(DomainEvent):
    """An officer looked at who an anonymous reporter is."""

    type: Literal["identity.seen"] = "identity.seen"
    occurs: ClassVar = Occurrence()
    reason: TextRef

    def evolve(self, _: EvolveContext) -> Changes:
        return {}


class Verify(Command):
    """The admin has checked it: class, category (``null``: as filed), confidential (``null``: as filed)."""

    decision: ClassVar = Decision(
        name="verify",
        rank=73,
        at=(StepKind.VERIFY,),
        allowed=lambda complaint, _: complaint.state != "verified",
        refusals=("unknown_category", "protects_from_inspectorate", "nobody_at_inspectorate"),
    )
    complaint_class: fields.ClassName = "complaint"
    category: fields.CategoryCode | None = None
    confidential: fields.Flag | None = None

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the verification; a report that it makes protected is now the Inspektorat's."""
        get_own_step(complaint, context, StepKind.VERIFY)
        confidential = complaint.confidential if self.confidential is None else self.confidential
        verified = Verified(
            complaint_class=self.complaint_class,
            category=self.category or complaint.category,
            confidential=confidential,
        )
        onward = complaint.model_copy(update={"confidential": confidential})
        if not onward.protected:
            return [verified]
        return [verified, *open_step(find_inspection_step(context.procedure), onward, context)]


def _may_reclassify(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    return (
        actor.role in (Role.REGIONAL_ADMIN, Role.COORDINATOR)
        and takes_part(complaint, actor)
        and complaint.complaint_class is not None
        and not complaint.finished
    )


class Reclassify(Command):
    """Class or category are corrected on the way; ``null`` leaves them as they are."""

    decision: ClassVar = Decision(
        name="reclassify",
        rank=91,
        awaited=False,
        outside_steps=_may_reclassify,
        takes_turn=False,
        refusals=("not_verified_yet", "already_closed", "unknown_category"),
    )
    complaint_class: fields.ClassName | None = None
    category: fields.CategoryCode | None = None

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the correction; the report is not sent back, and its date of receipt stays."""
        check_role(complaint, context.actor, Role.REGIONAL_ADMIN, Role.COORDINATOR)
        check_unfinished(complaint)
        if complaint.complaint_class is None:
            raise Refusal("not_verified_yet")
        corrected = Reclassified(
            complaint_class=self.complaint_class or complaint.complaint_class,
            category=self.category or complaint.category,
        )
        before = (complaint.complaint_class, complaint.category)
        return [] if (corrected.complaint_class, corrected.category) == before else [corrected]


class Redact(Command):
    """Words of abuse are masked: this text goes on instead, and the original stays on record."""

    decision: ClassVar = Decision(name="redact", rank=71, at=(StepKind.VERIFY,))
    narrative: fields.SealedNarrative

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        get_own_step(complaint, context, StepKind.VERIFY)
        return [Redacted(narrative=self.narrative)]


class Archive(Command):
    """The admin archives it; ``earlier`` is the number of the complaint that was answered before."""

    decision: ClassVar = Decision(
        name="archive",
        rank=60,
        at=(StepKind.VERIFY,),
        exit="archive",
        refusals=("earlier_missing", "earlier_unanswered", "unknown_other_ticket", "not_in_this_step"),
    )
    reason: fields.ArchiveReasonName
    text: fields.SealedReason
    earlier: fields.TicketNumber | None = None

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the archiving; a report that was handled before names the answer, and may be disputed."""
        get_step_with_exit(complaint, context, "archive", StepKind.VERIFY)
        handled = self.reason == "already_handled"
        if handled and not self.earlier:
            raise Refusal("earlier_missing")
        archived = Archived(
            reason=self.reason,
            text=self.text,
            earlier=self.earlier if handled else None,
            reopening=derive_reopening(context) if handled else None,
        )
        return [archived, *leave_step(complaint, "archive", context)]


def list_identity_roles(complaint: Complaint) -> tuple[Role, ...]:
    """Return the roles that must be able to know who an anonymous reporter is."""
    return (Role.INSPECTORATE,) if complaint.protected else (Role.REGIONAL_ADMIN, Role.COORDINATOR)


def _may_see_identity(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    return (
        complaint.anonymous and actor.role in list_identity_roles(complaint) and takes_part(complaint, actor)
    )


class SeeIdentity(Command):
    """An officer who must know asks who an anonymous reporter is, and says why."""

    decision: ClassVar = Decision(
        name="see_identity", rank=92, awaited=False, outside_steps=_may_see_identity, takes_turn=False
    )
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the look, so that it is on record."""
        check_role(complaint, context.actor, *list_identity_roles(complaint))
        return [IdentitySeen(reason=self.reason)] if complaint.anonymous else []
