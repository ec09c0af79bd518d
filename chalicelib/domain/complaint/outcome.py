"""After the answer: the reporter's verdict, questions and replies, reopening, withdrawing, silence."""

from typing import ClassVar, Literal

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.clocks import derive_reopening, restart_silence_clock
from chalicelib.domain.complaint.command import Command, Decision, OfferContext
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.permissions import (
    check_can_be_answered_again,
    check_reporter,
    check_room_for_reply,
    check_unfinished,
    get_own_step,
    get_step_with_exit,
    speaks_for_government,
    speaks_for_reporter,
)
from chalicelib.domain.complaint.rungs import catch_up
from chalicelib.domain.complaint.state import Complaint, Reply
from chalicelib.domain.complaint.steps import leave_step, open_step, resume_step
from chalicelib.domain.procedure.model import Role, StepKind
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.sealed_text import TextRef


class Replied(DomainEvent):
    """Somebody wrote something that decides nothing."""

    type: Literal["complaint.replied"] = "complaint.replied"
    occurs: ClassVar = Occurrence()
    by: Literal["reporter", "government"]
    text: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        return context.add_reply(Reply(by=self.by, at=context.at, text=self.text))


class QuestionAsked(DomainEvent):
    """The reporter asked something about the answer: the agency has a step for it, and no silence counts."""

    type: Literal["question.asked"] = "question.asked"
    occurs: ClassVar = Occurrence(exits=("question",))
    text: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        question = Reply(by="reporter", at=context.at, text=self.text, asks=True)
        return {"question_open": True, **context.add_reply(question)}


class Confirmed(DomainEvent):
    """The reporter is satisfied; ``reopening`` derives until when they may change their mind."""

    type: Literal["complaint.confirmed"] = "complaint.confirmed"
    occurs: ClassVar = Occurrence(exits=("satisfied",))
    reopening: Derivation | None = None

    def evolve(self, context: EvolveContext) -> Changes:
        return {"state": "resolved", "resolved_by": "reporter", **context.close(self.reopening)}


class Disputed(DomainEvent):
    """The reporter is not satisfied."""

    type: Literal["complaint.disputed"] = "complaint.disputed"
    occurs: ClassVar = Occurrence(exits=("not_satisfied",))
    reason: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        reply = Reply(by="reporter", at=context.at, text=self.reason, disputes=True)
        return {
            "state": "in_progress",
            "clocks": context.list_clocks_without_plan(),
            **context.add_reply(reply),
        }


class Reopened(DomainEvent):
    """The reporter reopened it within the window."""

    type: Literal["complaint.reopened"] = "complaint.reopened"
    occurs: ClassVar = Occurrence(only_with="reopening")
    reason: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        reply = Reply(by="reporter", at=context.at, text=self.reason, disputes=True)
        return {
            "state": "received" if context.complaint.archive else "in_progress",
            "archive": None,
            "resolved_by": None,
            "reopen_until": None,
            "clocks": context.list_clocks_without_plan(),
            **context.add_reply(reply),
        }


class Withdrawn(DomainEvent):
    """The reporter withdrew it; a supervision-grade matter ``goes_on`` without them."""

    type: Literal["complaint.withdrawn"] = "complaint.withdrawn"
    occurs: ClassVar = Occurrence()
    reason: TextRef | None
    goes_on: bool

    def evolve(self, context: EvolveContext) -> Changes:
        withdrawal: Changes = {"withdrawn_at": context.at, "withdrawal": self.reason}
        if not self.goes_on:
            return {"state": "withdrawn", **withdrawal, **context.close()}
        if context.complaint.state == "needs_completion":
            return {"state": "verified", **withdrawal}
        return withdrawal


def _may_reply(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    speaks = speaks_for_reporter(complaint, actor) or speaks_for_government(complaint, actor)
    return speaks and not complaint.finished


class WriteReply(Command):
    """The reporter or the admin writes something that decides nothing."""

    decision: ClassVar = Decision(
        name="reply",
        rank=80,
        awaited=False,
        outside_steps=_may_reply,
        check=check_room_for_reply,
        takes_turn=False,
        refusals=("already_closed", "too_many_replies"),
    )
    text: fields.SealedReply

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the reply; a person's reply restarts the silence."""
        is_reporter = context.actor.role == Role.REPORTER
        if is_reporter:
            check_reporter(complaint, context.actor)
        elif not speaks_for_government(complaint, context.actor):
            raise Refusal("not_your_role")
        check_unfinished(complaint)
        check_room_for_reply(complaint)
        replied = Replied(by="reporter" if is_reporter else "government", text=self.text)
        return [replied, *restart_silence_clock(complaint, context)]


class AskQuestion(Command):
    """The reporter asks something about the answer they have."""

    decision: ClassVar = Decision(
        name="question",
        rank=30,
        at=(StepKind.CONFIRM,),
        exit="question",
        check=check_can_be_answered_again,
        takes_turn=False,
        by_reporter=True,
        refusals=("too_many_replies", "too_many_answers", "not_in_this_step"),
    )
    text: fields.SealedReply

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the question: it opens a step for the agency, and no silence counts until it is answered."""
        get_step_with_exit(complaint, context, "question", StepKind.CONFIRM)
        check_can_be_answered_again(complaint)
        opened = leave_step(complaint, "question", context)
        return [QuestionAsked(text=self.text), *opened, *catch_up(complaint, context, answered=True)]


class Confirm(Command):
    """The reporter is satisfied: the complaint is resolved."""

    decision: ClassVar = Decision(
        name="satisfied",
        rank=10,
        at=(StepKind.CONFIRM,),
        exit="satisfied",
        takes_turn=False,
        by_reporter=True,
    )

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        get_own_step(complaint, context, StepKind.CONFIRM)
        confirmed = Confirmed(reopening=derive_reopening(context))
        return [confirmed, *leave_step(complaint, "satisfied", context)]


class Dispute(Command):
    """The reporter is not satisfied ("belum puas"), and says why."""

    decision: ClassVar = Decision(
        name="not_satisfied",
        rank=20,
        at=(StepKind.CONFIRM,),
        exit="not_satisfied",
        check=check_can_be_answered_again,
        takes_turn=False,
        by_reporter=True,
        refusals=("too_many_replies", "too_many_answers"),
    )
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the way back to the agency, with a fresh answer clock; the other clocks ran on."""
        get_own_step(complaint, context, StepKind.CONFIRM)
        check_can_be_answered_again(complaint)
        opened = leave_step(complaint, "not_satisfied", context)
        return [Disputed(reason=self.reason), *opened, *catch_up(complaint, context, answered=False)]


def _may_reopen(complaint: Complaint, actor: Actor, context: OfferContext) -> bool:
    return (
        speaks_for_reporter(complaint, actor)
        and complaint.finished
        and complaint.reopen_until is not None
        and context.now < complaint.reopen_until
    )


class Reopen(Command):
    """The reporter reopens a finished complaint within its window, and says why."""

    decision: ClassVar = Decision(
        name="reopen",
        rank=82,
        outside_steps=_may_reopen,
        check=check_can_be_answered_again,
        takes_turn=False,
        by_reporter=True,
        refusals=("not_closed", "too_late_to_reopen", "too_many_replies", "too_many_answers"),
    )
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the reopening; an archived complaint goes back to the admin."""
        check_reporter(complaint, context.actor)
        rule = context.procedure.reopening
        if not complaint.finished:
            raise Refusal("not_closed")
        if rule is None or complaint.reopen_until is None or context.now >= complaint.reopen_until:
            raise Refusal("too_late_to_reopen")
        check_can_be_answered_again(complaint)
        target = context.procedure.get_first_step(StepKind.VERIFY).name if complaint.archive else rule.opens
        return [Reopened(reason=self.reason), *open_step(target, complaint, context)]


def _may_withdraw(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    return speaks_for_reporter(complaint, actor) and not complaint.finished and not complaint.withdrawn_at


class Withdraw(Command):
    """The reporter withdraws it; they need not say why."""

    decision: ClassVar = Decision(
        name="withdraw",
        rank=81,
        outside_steps=_may_withdraw,
        takes_turn=False,
        by_reporter=True,
        refusals=("already_closed",),
    )
    reason: fields.SealedReason | None = None

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the withdrawal; a supervision-grade matter goes on without the reporter."""
        check_reporter(complaint, context.actor)
        check_unfinished(complaint)
        if complaint.withdrawn_at:
            return []
        goes_on = complaint.complaint_class == "supervision" or complaint.protected
        withdrawn = Withdrawn(reason=self.reason, goes_on=goes_on)
        return [withdrawn, *(resume_step(complaint, context) if goes_on and complaint.waiting else [])]
