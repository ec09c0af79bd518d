"""After the answer: judging it, giving it to the reporter, and what the reporter says to it."""

from datetime import datetime

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import Frame
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import (
    armed,
    is_the_desk,
    leave,
    not_over,
    only_reporter,
    only_system,
    open_step,
    own_exit,
    own_step,
    reopening_window,
    resume,
    room_for_answer,
    room_for_reply,
    silence_anew,
    still_open,
)
from chalicelib.domain.complaint.timers import catch_up
from chalicelib.domain.procedure.model import PLAN, Role, StepKind
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.domain.time.deadlines import StandardTime, derive
from chalicelib.domain.values.errors import Refusal


def send_back(complaint: Complaint, command: c.SendBack, frame: Frame) -> list[f.Fact]:
    """The answer goes back to the agency, with what is to be mended: to a question, as an explanation."""
    own_step(complaint, frame, StepKind.REVIEW)
    room_for_answer(complaint)
    asked = frame.procedure.first(StepKind.CONFIRM).exits.get("question")
    to = asked if complaint.question_open else None
    return [f.SentBack(reason=command.reason), *leave(complaint, "send_back", frame, to=to)]


def publish(complaint: Complaint, _: c.Publish, frame: Frame) -> list[f.Fact]:
    """The admin passes the answer on; a dated plan in it is watched from now."""
    own_step(complaint, frame, StepKind.REVIEW)
    plan = complaint.answers[-1].plan
    return [f.Published(), *planned(complaint, plan, frame), *leave(complaint, "publish", frame)]


def planned(complaint: Complaint, plan: f.Plan | None, frame: Frame) -> list[f.Fact]:
    """The clock of a dated plan that is published before its day is over."""
    rule = frame.procedure.planning
    today = frame.calendar.local(frame.now).date()
    if plan is None or rule is None or plan.date <= today:
        return []
    days = StandardTime(calendar_days=(plan.date - today) // ONE_DAY)
    derivation = derive(frame.now, days, frame.calendar, rule.legal_basis)
    visit = complaint.visits.get(PLAN, 0) + 1
    return [armed(PLAN, visit, 1, derivation, frame.procedure.ladders[rule.ladder], frame)]


def deliver(complaint: Complaint, _: c.Deliver, frame: Frame) -> list[f.Fact]:
    """The system gives the answer to the reporter."""
    only_system(frame.actor)
    if not still_open(complaint, StepKind.DELIVER):
        return []
    return [f.Delivered(), *leave(complaint, "deliver", frame)]


def write(complaint: Complaint, command: c.Write, frame: Frame) -> list[f.Fact]:
    """Words that decide nothing; a person's reply starts the silence anew."""
    by_reporter = frame.actor.role == Role.REPORTER
    if by_reporter:
        only_reporter(complaint, frame.actor)
    elif not is_the_desk(complaint, frame.actor):
        raise Refusal("not_your_role")
    not_over(complaint)
    room_for_reply(complaint)
    replied = f.Replied(by="reporter" if by_reporter else "government", text=command.text)
    return [replied, *silence_anew(complaint, frame)]


def ask_question(complaint: Complaint, command: c.AskQuestion, frame: Frame) -> list[f.Fact]:
    """A question opens a step for the agency; no silence counts until it is answered."""
    own_exit(complaint, frame, "question", StepKind.CONFIRM)
    may_be_answered_again(complaint)
    onward = leave(complaint, "question", frame)
    return [f.QuestionAsked(text=command.text), *onward, *catch_up(complaint, frame, answered=True)]


def confirm(complaint: Complaint, _: c.Confirm, frame: Frame) -> list[f.Fact]:
    """The reporter is satisfied."""
    own_step(complaint, frame, StepKind.CONFIRM)
    return [f.Confirmed(reopening=reopening_window(frame)), *leave(complaint, "satisfied", frame)]


def dispute(complaint: Complaint, command: c.Dispute, frame: Frame) -> list[f.Fact]:
    """ "Belum puas": back to the agency with a fresh answer clock; the other clocks ran on."""
    own_step(complaint, frame, StepKind.CONFIRM)
    may_be_answered_again(complaint)
    onward = leave(complaint, "not_satisfied", frame)
    return [f.Disputed(reason=command.reason), *onward, *catch_up(complaint, frame, answered=False)]


def may_be_answered_again(complaint: Complaint) -> None:
    """``Refusal`` where there is no room for the reporter's words, or for another answer to them."""
    room_for_reply(complaint)
    room_for_answer(complaint)


def reopen(complaint: Complaint, command: c.Reopen, frame: Frame) -> list[f.Fact]:
    """A finished complaint is taken up again within its window; one filed away goes back to the admin."""
    only_reporter(complaint, frame.actor)
    rule = frame.procedure.reopening
    if not complaint.finished:
        raise Refusal("not_closed")
    if rule is None or complaint.reopen_until is None or frame.now >= complaint.reopen_until:
        raise Refusal("too_late_to_reopen")
    may_be_answered_again(complaint)
    target = frame.procedure.first(StepKind.VERIFY).name if complaint.archive else rule.opens
    return [f.Reopened(reason=command.reason), *open_step(target, complaint, frame)]


def withdraw(complaint: Complaint, command: c.Withdraw, frame: Frame) -> list[f.Fact]:
    """The reporter withdraws; what is supervision-grade goes on without them."""
    only_reporter(complaint, frame.actor)
    not_over(complaint)
    if complaint.withdrawn_at:
        return []
    goes_on = complaint.complaint_class == "supervision" or complaint.protected
    withdrawn = f.Withdrawn(reason=command.reason, goes_on=goes_on)
    return [withdrawn, *(resume(complaint, frame) if goes_on and complaint.waiting else [])]


def consent(complaint: Complaint, command: c.Consent, frame: Frame) -> list[f.Fact]:
    """The bundle may go to the Ombudsman (UU 37/2008: a *Laporan* is the victim's)."""
    only_reporter(complaint, frame.actor)
    if complaint.referred_at is None:
        raise Refusal("not_referred")
    if complaint.consented_at and complaint.consented_with_identity == command.with_identity:
        return []
    return [f.Consented(with_identity=command.with_identity)]


def may_reopen(complaint: Complaint, now: datetime) -> bool:
    """Whether its window is still open."""
    return complaint.finished and complaint.reopen_until is not None and now < complaint.reopen_until
