"""Complaints about the same matter: duplicates and their parent, links, and matters split off."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.command import Command, Decision, OfferContext
from chalicelib.domain.complaint.completion import Lapsed
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.outcome import Withdrawn
from chalicelib.domain.complaint.permissions import (
    check_role,
    check_system,
    get_own_step,
    get_step_with_exit,
    takes_part,
)
from chalicelib.domain.complaint.publishing import Delivered
from chalicelib.domain.complaint.routing import HandoverEnded, Rerouted
from chalicelib.domain.complaint.state import AgencyAnswer, Complaint
from chalicelib.domain.complaint.steps import leave_step, open_step
from chalicelib.domain.complaint.verification import Archived, Verified
from chalicelib.domain.procedure.model import Role, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef

MOST_LINKS = 100


class Merged(DomainEvent):
    """It is a duplicate: it waits for its parent's answer."""

    type: Literal["complaint.merged"] = "complaint.merged"
    occurs: ClassVar = Occurrence(exits=("merge",))
    parent: str

    def evolve(self, context: EvolveContext) -> Changes:
        return {
            "state": "duplicate",
            "parent": self.parent,
            **context.close(),
            "clocks": context.list_lasting_clocks(),
        }


class Adopted(DomainEvent):
    """A duplicate follows this complaint."""

    type: Literal["duplicate.adopted"] = "duplicate.adopted"
    occurs: ClassVar = Occurrence(only_with="merging")
    child: str

    def evolve(self, context: EvolveContext) -> Changes:
        return {"children": (*context.complaint.children, self.child)}


class DuplicatesConcerned(DomainEvent):
    """The complaint's answer goes to its duplicates, or it ended without one."""

    type: Literal["duplicates.concerned"] = "duplicates.concerned"
    occurs: ClassVar = Occurrence(only_with="merging")
    children: tuple[str, ...]
    outcome: Literal["answered", "ended"]

    def evolve(self, _: EvolveContext) -> Changes:
        return {}


class Inherited(DomainEvent):
    """The parent's answer reached its duplicate."""

    type: Literal["answer.inherited"] = "answer.inherited"
    occurs: ClassVar = Occurrence(only_with="merging")
    parent: str
    agency: str
    text: TextRef
    files: tuple[FileRef, ...]
    late: bool
    by_letter: bool = False

    def evolve(self, context: EvolveContext) -> Changes:
        complaint = context.complaint
        answer = AgencyAnswer(
            agency=self.agency,
            at=context.at,
            text=self.text,
            files=self.files,
            late=self.late,
            published_at=context.at,
        )
        return {
            "state": "answered",
            "agency": self.agency,
            "by_letter": self.by_letter,
            "answers": (*complaint.answers, answer),
            "was_late": complaint.was_late or self.late,
        }


class Released(DomainEvent):
    """The parent ended without an answer: the duplicate is the admin's again."""

    type: Literal["duplicate.released"] = "duplicate.released"
    occurs: ClassVar = Occurrence(only_with="merging")
    parent: str

    def evolve(self, context: EvolveContext) -> Changes:
        return {"state": context.state_at_desk(), "parent": None}


class RelatedNoted(DomainEvent):
    """The base of the events that note another complaint's number."""

    ticket: str

    def evolve(self, context: EvolveContext) -> Changes:
        return {"linked": (*context.complaint.linked, self.ticket)}


class Linked(RelatedNoted):
    """Another complaint, perhaps of another region, is about the same; each goes its own way."""

    type: Literal["complaint.linked"] = "complaint.linked"
    occurs: ClassVar = Occurrence()


class SplitOff(RelatedNoted):
    """A second matter in it became a complaint of its own."""

    type: Literal["complaint.split_off"] = "complaint.split_off"
    occurs: ClassVar = Occurrence()


def check_can_merge(complaint: Complaint) -> None:
    """Raise ``Refusal`` where others are its duplicates: they would wait for a complaint that waits."""
    if complaint.children:
        raise Refusal("has_duplicates")


class Merge(Command):
    """The admin says that it is a duplicate of another complaint of the region."""

    decision: ClassVar = Decision(
        name="merge",
        rank=50,
        at=(StepKind.VERIFY,),
        exit="merge",
        check=check_can_merge,
        refusals=(
            "has_duplicates",
            "not_in_this_step",
            "other_region_link_only",
            "own_duplicate",
            "parent_is_duplicate",
            "parent_unanswered",
            "too_many_duplicates",
            "unknown_other_ticket",
        ),
    )
    parent: fields.TicketNumber

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the merge: a duplicate gets its parent's answer, and keeps its own verdict on it."""
        get_step_with_exit(complaint, context, "merge", StepKind.VERIFY)
        check_can_merge(complaint)
        if self.parent == complaint.ticket:
            raise Refusal("own_duplicate")
        return [Merged(parent=self.parent), *leave_step(complaint, "merge", context)]


class AdoptDuplicate(Command):
    """The system notes on a complaint that a duplicate follows it."""

    child: str

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        check_system(context.actor)
        return [] if self.child in complaint.children else [Adopted(child=self.child)]


class InheritAnswer(Command):
    """The system gives the parent's answer to its duplicate; its own reporter is asked about it."""

    parent: str
    agency: str
    text: TextRef
    files: tuple[FileRef, ...] = ()
    late: bool = False
    by_letter: bool = False

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        check_system(context.actor)
        if complaint.state != "duplicate" or complaint.parent != self.parent:
            return []
        inherited = Inherited(**{name: getattr(self, name) for name in InheritAnswer.model_fields})
        confirm = context.procedure.get_first_step(StepKind.CONFIRM)
        return [inherited, *open_step(confirm.name, complaint, context, agency=self.agency)]


class ReleaseDuplicate(Command):
    """The system gives a duplicate back to the admin: its parent ended without an answer."""

    parent: str

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        check_system(context.actor)
        if complaint.state != "duplicate" or complaint.parent != self.parent:
            return []
        verify = context.procedure.get_first_step(StepKind.VERIFY)
        return [Released(parent=self.parent), *open_step(verify.name, complaint, context)]


def check_room_for_link(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the complaint is linked with as many as it can hold."""
    if len(complaint.linked) >= MOST_LINKS:
        raise Refusal("too_many_links", {"most": str(MOST_LINKS)})


def _may_link(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    return actor.role in (Role.REGIONAL_ADMIN, Role.COORDINATOR) and takes_part(complaint, actor)


class LinkComplaint(Command):
    """The admin notes another complaint, also of another region, about the same matter."""

    decision: ClassVar = Decision(
        name="link",
        rank=90,
        awaited=False,
        outside_steps=_may_link,
        check=check_room_for_link,
        takes_turn=False,
        refusals=("own_duplicate", "too_many_links", "unknown_other_ticket"),
    )
    ticket: fields.TicketNumber

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        check_role(complaint, context.actor, Role.REGIONAL_ADMIN, Role.COORDINATOR)
        if self.ticket == complaint.ticket:
            raise Refusal("own_duplicate")
        return _note_related(complaint, Linked(ticket=self.ticket))


class SplitComplaint(Command):
    """A second matter in it gets a number of its own, with the date of receipt of the first."""

    decision: ClassVar = Decision(
        name="split", rank=72, at=(StepKind.VERIFY,), refusals=("unknown_category",)
    )
    category: fields.CategoryCode
    title: fields.SealedTitle
    narrative: fields.SealedNarrative

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return no events: filing the second matter makes the system note it here (``NoteSplit``)."""
        get_own_step(complaint, context, StepKind.VERIFY)
        return []


class NoteSplit(Command):
    """The system notes on a complaint that a second matter was split off from it."""

    ticket: str

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        check_system(context.actor)
        return _note_related(complaint, SplitOff(ticket=self.ticket))


def _note_related(complaint: Complaint, event: Linked | SplitOff) -> list[DomainEvent]:
    if event.ticket in complaint.linked:
        return []
    check_room_for_link(complaint)
    return [event]


_ENDINGS = (Archived, HandoverEnded, Lapsed, Rerouted, Withdrawn)


def add_news_for_duplicates(complaint: Complaint, events: Sequence[DomainEvent]) -> list[DomainEvent]:
    """Return the events, and after them that the duplicates get the answer now, or will not get one."""
    if not complaint.children:
        return list(events)
    if any(isinstance(event, Delivered) for event in events):
        return [*events, DuplicatesConcerned(children=complaint.children, outcome="answered")]
    if any(_ends_without_answer(complaint, event) for event in events):
        return [*events, DuplicatesConcerned(children=complaint.children, outcome="ended")]
    return list(events)


def _ends_without_answer(complaint: Complaint, event: DomainEvent) -> bool:
    """Return whether duplicates will get no answer: only its reporter reads that of a protected report."""
    if isinstance(event, Verified):
        return complaint.model_copy(update={"confidential": event.confidential}).protected
    return isinstance(event, _ENDINGS) and not getattr(event, "goes_on", False)
