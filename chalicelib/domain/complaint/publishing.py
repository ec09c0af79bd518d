"""Reviewing an answer and giving it to the reporter."""

from typing import ClassVar, Literal

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.clocks import schedule
from chalicelib.domain.complaint.command import Command, Decision
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.permissions import (
    check_room_for_answer,
    check_system,
    get_own_step,
    has_open_step,
)
from chalicelib.domain.complaint.state import Complaint, Plan
from chalicelib.domain.complaint.steps import leave_step
from chalicelib.domain.procedure.model import PLAN, StepKind
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.domain.time.deadlines import StandardTime, derive
from chalicelib.domain.values.sealed_text import TextRef


class SentBack(DomainEvent):
    """The admin returned the answer, with what is to be corrected."""

    type: Literal["answer.sent_back"] = "answer.sent_back"
    occurs: ClassVar = Occurrence(exits=("send_back",))
    reason: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        state = "answered" if context.complaint.question_open else "in_progress"
        return {"state": state, "answers": context.change_last_answer(sent_back=self.reason)}


class Published(DomainEvent):
    """The admin passed the answer on to the system."""

    type: Literal["answer.published"] = "answer.published"
    occurs: ClassVar = Occurrence(exits=("publish",))

    def evolve(self, context: EvolveContext) -> Changes:
        return {"answers": context.change_last_answer(published_at=context.at)}


class Delivered(DomainEvent):
    """The system gave the answer to the reporter."""

    type: Literal["answer.delivered"] = "answer.delivered"
    occurs: ClassVar = Occurrence(exits=("deliver",))

    def evolve(self, _: EvolveContext) -> Changes:
        return {"state": "answered", "question_open": False}


class SendBack(Command):
    """The admin returns the answer to the agency, with what is to be corrected."""

    decision: ClassVar = Decision(
        name="send_back",
        rank=20,
        at=(StepKind.REVIEW,),
        exit="send_back",
        check=check_room_for_answer,
        refusals=("too_many_answers",),
    )
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return that the answer goes back: where the reporter asked a question, to the explanation."""
        get_own_step(complaint, context, StepKind.REVIEW)
        check_room_for_answer(complaint)
        explain = context.procedure.get_first_step(StepKind.CONFIRM).exits.get("question")
        to = explain if complaint.question_open else None
        return [SentBack(reason=self.reason), *leave_step(complaint, "send_back", context, to=to)]


class Publish(Command):
    """The admin passes the answer on to the system ("Teruskan")."""

    decision: ClassVar = Decision(name="publish", rank=10, at=(StepKind.REVIEW,), exit="publish")

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the publication; a dated plan in the answer is watched from now on."""
        get_own_step(complaint, context, StepKind.REVIEW)
        watched = watch_plan(complaint, complaint.answers[-1].plan, context)
        return [Published(), *watched, *leave_step(complaint, "publish", context)]


class Deliver(Command):
    """The system gives a published answer to the reporter."""

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        check_system(context.actor)
        if not has_open_step(complaint, StepKind.DELIVER):
            return []
        return [Delivered(), *leave_step(complaint, "deliver", context)]


def watch_plan(complaint: Complaint, plan: Plan | None, context: DecisionContext) -> list[DomainEvent]:
    """Return the clock of a dated plan that is published before its day is over."""
    rule = context.procedure.planning
    today = context.calendar.to_local(context.now).date()
    if plan is None or rule is None or plan.date <= today:
        return []
    days = StandardTime(calendar_days=(plan.date - today) // ONE_DAY)
    derivation = derive(context.now, days, context.calendar, rule.legal_basis)
    visit = complaint.visits.get(PLAN, 0) + 1
    return [schedule(PLAN, visit, 1, derivation, context.procedure.ladders[rule.ladder], context)]
