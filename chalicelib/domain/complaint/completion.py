"""Asking the reporter for items, and what the reporter gives."""

from typing import ClassVar, Literal

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.command import Command, Decision
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.permissions import get_own_step, get_step_with_exit
from chalicelib.domain.complaint.state import Complaint, Missing, Reply, Waiting
from chalicelib.domain.complaint.steps import leave_step
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef

MOST_COMPLETIONS = 5


class AskedForItems(DomainEvent):
    """The base of the events by which the reporter is asked: the clock of the open step pauses."""

    missing: tuple[Missing, ...]
    note: TextRef | None

    def evolve(self, context: EvolveContext) -> Changes:
        complaint = context.complaint
        if complaint.step is None:
            return {"waiting": None}
        waiting = Waiting(
            step=complaint.step,
            clock=complaint.step_clock,
            since=context.at,
            missing=self.missing,
            note=self.note,
        )
        return {"waiting": waiting}


class CompletionAsked(AskedForItems):
    """The admin sent it back to be completed: the verification pauses."""

    type: Literal["completion.asked"] = "completion.asked"
    occurs: ClassVar = Occurrence(exits=("verify.ask",))

    def evolve(self, context: EvolveContext) -> Changes:
        asked = context.complaint.completions_asked + 1
        return {"state": "needs_completion", "completions_asked": asked, **super().evolve(context)}


class ItemsAsked(AskedForItems):
    """The owner of the open step asked the reporter for named items: their clock pauses, once a complaint."""

    type: Literal["items.asked"] = "items.asked"
    occurs: ClassVar = Occurrence(exits=("consult.ask", "respond.ask", "review.ask"))

    def evolve(self, context: EvolveContext) -> Changes:
        return {"items_asked": True, **super().evolve(context)}


class GaveItems(DomainEvent):
    """The base of the events by which the reporter gave what was asked for."""

    text: TextRef | None
    place: TextRef | None
    files: tuple[FileRef, ...]

    def evolve(self, context: EvolveContext) -> Changes:
        complaint = context.complaint
        reply = Reply(by="reporter", at=context.at, text=self.text) if self.text else None
        stored = {file.sha256 for file in complaint.files}
        new = tuple(file for file in self.files if file.sha256 not in stored)
        return {
            "files": (*complaint.files, *new),
            "place": self.place or complaint.place,
            **(context.add_reply(reply) if reply else {}),
        }


class Completed(GaveItems):
    """The reporter gave what was missing: the verification goes on with the time that was left."""

    type: Literal["complaint.completed"] = "complaint.completed"
    occurs: ClassVar = Occurrence(exits=("lapse",))

    def evolve(self, context: EvolveContext) -> Changes:
        return {"state": context.state_at_desk(), **super().evolve(context)}


class ItemsGiven(GaveItems):
    """The reporter gave the items: the handling goes on with the time that was left."""

    type: Literal["items.given"] = "items.given"
    occurs: ClassVar = Occurrence(exits=("expire",))


class Lapsed(DomainEvent):
    """It was not completed in time and counts as withdrawn."""

    type: Literal["complaint.lapsed"] = "complaint.lapsed"
    occurs: ClassVar = Occurrence(exits=("lapse",))

    def evolve(self, context: EvolveContext) -> Changes:
        return {"state": "lapsed", **context.close()}


class ItemsExpired(DomainEvent):
    """The items did not come in time: the handling goes on without them."""

    type: Literal["items.expired"] = "items.expired"
    occurs: ClassVar = Occurrence(exits=("expire",))

    def evolve(self, _: EvolveContext) -> Changes:
        return {}


def check_can_ask(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the reporter was asked often enough, or has withdrawn the complaint."""
    if complaint.withdrawn_at:
        raise Refusal("reporter_withdrew")
    if complaint.step and complaint.step.kind is StepKind.VERIFY:
        if complaint.completions_asked >= MOST_COMPLETIONS:
            raise Refusal("asked_too_often", {"most": str(MOST_COMPLETIONS)})
    elif complaint.items_asked:
        raise Refusal("items_asked_before")


_ASKING = (StepKind.VERIFY, StepKind.CONSULT, StepKind.RESPOND, StepKind.REVIEW)


class AskReporter(Command):
    """The owner of the open step asks the reporter for named items; meanwhile their clock pauses."""

    decision: ClassVar = Decision(
        name="ask",
        rank=35,
        at=_ASKING,
        exit="ask",
        check=check_can_ask,
        refusals=(
            "nothing_asked",
            "reporter_withdrew",
            "asked_too_often",
            "items_asked_before",
            "not_in_this_step",
        ),
    )
    missing: fields.MissingItems = ()
    note: fields.SealedNote | None = None

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        step = get_step_with_exit(complaint, context, "ask", *_ASKING)
        if not self.missing and self.note is None:
            raise Refusal("nothing_asked")
        check_can_ask(complaint)
        kind = CompletionAsked if step.kind is StepKind.VERIFY else ItemsAsked
        return [kind(missing=self.missing, note=self.note), *leave_step(complaint, "ask", context)]


class Complete(Command):
    """The reporter gives what they were asked for."""

    decision: ClassVar = Decision(
        name="complete",
        rank=10,
        at=(StepKind.COMPLETE,),
        exit="complete",
        takes_turn=False,
        by_reporter=True,
        refusals=(
            "missing_photo",
            "missing_place",
            "missing_time",
            "missing_details",
            "missing_identity",
            "missing_document",
            "nothing_given",
            "coordinates_incomplete",
            "place_outside",
            "place_swapped",
        ),
    )
    text: fields.SealedReply | None = None
    place: fields.SealedPlace | None = None
    files: fields.Files = ()

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return what was given; the one who asked goes on with the time that was left.

        However much was written before, the reporter may always give what was asked for.
        """
        get_own_step(complaint, context, StepKind.COMPLETE)
        waiting = complaint.waiting
        if waiting is None:
            raise ValueError("a completion step for which nobody waits")
        self._check_complete(waiting.missing)
        kind = Completed if waiting.step.kind is StepKind.VERIFY else ItemsGiven
        gave = kind(text=self.text, place=self.place, files=self.files)
        return [gave, *leave_step(complaint, "complete", context)]

    def _check_complete(self, missing: tuple[Missing, ...]) -> None:
        pictures = any(file.media_type.startswith("image/") for file in self.files)
        has = {"photo": pictures, "document": bool(self.files), "place": self.place is not None}
        anything = bool(self.text or self.files or self.place)
        for item in missing:
            if not has.get(item, anything):
                raise Refusal(f"missing_{item}")
        if not anything:
            raise Refusal("nothing_given")
