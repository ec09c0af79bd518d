"""After the answer: judging it, giving it to the reporter, and what the reporter says to it."""

from datetime import datetime

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import (
    is_the_desk,
    leave,
    not_over,
    only_reporter,
    only_system,
    open_step,
    own_exit,
    own_step,
    reopening_window,
    restart_silence_clock,
    resume,
    room_for_answer,
    room_for_reply,
    schedule,
    still_open,
)
from chalicelib.domain.complaint.timers import catch_up
from chalicelib.domain.procedure.model import PLAN, Role, StepKind
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.domain.time.deadlines import StandardTime, derive
from chalicelib.domain.values.errors import Refusal


def send_back(complaint: Complaint, command: c.SendBack, context: DecisionContext) -> list[f.Event]:
    """The answer goes back to the agency, with what is to be mended: to a question, as an explanation."""
    own_step(complaint, context, StepKind.REVIEW)
    room_for_answer(complaint)
    asked = context.procedure.get_first_step(StepKind.CONFIRM).exits.get("question")
    to = asked if complaint.question_open else None
    return [f.SentBack(reason=command.reason), *leave(complaint, "send_back", context, to=to)]


def publish(complaint: Complaint, _: c.Publish, context: DecisionContext) -> list[f.Event]:
    """The admin passes the answer on; a dated plan in it is watched from now."""
    own_step(complaint, context, StepKind.REVIEW)
    plan = complaint.answers[-1].plan
    return [f.Published(), *planned(complaint, plan, context), *leave(complaint, "publish", context)]


def planned(complaint: Complaint, plan: f.Plan | None, context: DecisionContext) -> list[f.Event]:
    """The clock of a dated plan that is published before its day is over."""
    rule = context.procedure.planning
    today = context.calendar.to_local(context.now).date()
    if plan is None or rule is None or plan.date <= today:
        return []
    days = StandardTime(calendar_days=(plan.date - today) // ONE_DAY)
    derivation = derive(context.now, days, context.calendar, rule.legal_basis)
    visit = complaint.visits.get(PLAN, 0) + 1
    return [schedule(PLAN, visit, 1, derivation, context.procedure.ladders[rule.ladder], context)]


def deliver(complaint: Complaint, _: c.Deliver, context: DecisionContext) -> list[f.Event]:
    """The system gives the answer to the reporter."""
    only_system(context.actor)
    if not still_open(complaint, StepKind.DELIVER):
        return []
    return [f.Delivered(), *leave(complaint, "deliver", context)]


def write(complaint: Complaint, command: c.Write, context: DecisionContext) -> list[f.Event]:
    """Words that decide nothing; a person's reply starts the silence anew."""
    by_reporter = context.actor.role == Role.REPORTER
    if by_reporter:
        only_reporter(complaint, context.actor)
    elif not is_the_desk(complaint, context.actor):
        raise Refusal("not_your_role")
    not_over(complaint)
    room_for_reply(complaint)
    replied = f.Replied(by="reporter" if by_reporter else "government", text=command.text)
    return [replied, *restart_silence_clock(complaint, context)]


def ask_question(complaint: Complaint, command: c.AskQuestion, context: DecisionContext) -> list[f.Event]:
    """A question opens a step for the agency; no silence counts until it is answered."""
    own_exit(complaint, context, "question", StepKind.CONFIRM)
    may_be_answered_again(complaint)
    onward = leave(complaint, "question", context)
    return [f.QuestionAsked(text=command.text), *onward, *catch_up(complaint, context, answered=True)]


def confirm(complaint: Complaint, _: c.Confirm, context: DecisionContext) -> list[f.Event]:
    """The reporter is satisfied."""
    own_step(complaint, context, StepKind.CONFIRM)
    return [f.Confirmed(reopening=reopening_window(context)), *leave(complaint, "satisfied", context)]


def dispute(complaint: Complaint, command: c.Dispute, context: DecisionContext) -> list[f.Event]:
    """ "Belum puas": back to the agency with a fresh answer clock; the other clocks ran on."""
    own_step(complaint, context, StepKind.CONFIRM)
    may_be_answered_again(complaint)
    onward = leave(complaint, "not_satisfied", context)
    return [f.Disputed(reason=command.reason), *onward, *catch_up(complaint, context, answered=False)]


def may_be_answered_again(complaint: Complaint) -> None:
    """``Refusal`` where there is no room for the reporter's words, or for another answer to them."""
    room_for_reply(complaint)
    room_for_answer(complaint)


def reopen(complaint: Complaint, command: c.Reopen, context: DecisionContext) -> list[f.Event]:
    """A finished complaint is taken up again within its window; one filed away goes back to the admin."""
    only_reporter(complaint, context.actor)
    rule = context.procedure.reopening
    if not complaint.finished:
        raise Refusal("not_closed")
    if rule is None or complaint.reopen_until is None or context.now >= complaint.reopen_until:
        raise Refusal("too_late_to_reopen")
    may_be_answered_again(complaint)
    target = context.procedure.get_first_step(StepKind.VERIFY).name if complaint.archive else rule.opens
    return [f.Reopened(reason=command.reason), *open_step(target, complaint, context)]


def withdraw(complaint: Complaint, command: c.Withdraw, context: DecisionContext) -> list[f.Event]:
    """The reporter withdraws; what is supervision-grade goes on without them."""
    only_reporter(complaint, context.actor)
    not_over(complaint)
    if complaint.withdrawn_at:
        return []
    goes_on = complaint.complaint_class == "supervision" or complaint.protected
    withdrawn = f.Withdrawn(reason=command.reason, goes_on=goes_on)
    return [withdrawn, *(resume(complaint, context) if goes_on and complaint.waiting else [])]


def consent(complaint: Complaint, command: c.Consent, context: DecisionContext) -> list[f.Event]:
    """The bundle may go to the Ombudsman (UU 37/2008: a *Laporan* is the victim's)."""
    only_reporter(complaint, context.actor)
    if complaint.referred_at is None:
        raise Refusal("not_referred")
    if complaint.consented_at and complaint.consented_with_identity == command.with_identity:
        return []
    return [f.Consented(with_identity=command.with_identity)]


def may_reopen(complaint: Complaint, now: datetime) -> bool:
    """Whether its window is still open."""
    return complaint.finished and complaint.reopen_until is not None and now < complaint.reopen_until
