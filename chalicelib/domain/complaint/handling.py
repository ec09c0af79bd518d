"""What an agency does: taking it on, passing it within the house, answering, giving it back."""

from datetime import date, timedelta

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.outcome import planned
from chalicelib.domain.complaint.state import Complaint, OpenStep, is_overdue
from chalicelib.domain.complaint.steps import (
    hand_to_successor,
    leave,
    not_over,
    only_system,
    own_exit,
    own_step,
    room_for_note,
)
from chalicelib.domain.complaint.timers import catch_up
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role, StepKind
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.domain.values.errors import Refusal

MOST_REQUESTS_FOR_TIME = 5
FURTHEST = timedelta(days=366)
"""Of a plan, or the time asked for: every day until then is counted and kept with the complaint."""
PICTURES = "image/"


def accept(complaint: Complaint, _: c.Accept, context: DecisionContext) -> list[f.Event]:
    """The agency takes it on; the reporter is told that it is being worked on."""
    step = own_step(complaint, context, StepKind.RESPOND)
    onward = "accept" in context.procedure.get_step(step.name).exits
    if complaint.state != "forwarded" and not onward:
        raise Refusal("already_accepted")
    accepted = f.Accepted(agency=_answering(complaint, step.owner))
    return [accepted, *(leave(complaint, "accept", context) if onward else [])]


def give_back(complaint: Complaint, command: c.Return, context: DecisionContext) -> list[f.Event]:
    """ "Bukan wewenang kami": the next agency begins afresh; after some returns the Koordinator decides.

    Returned instead of the explanation a reporter asked for, it leaves them without an answer again.
    """
    own_exit(complaint, context, "return", StepKind.RESPOND)
    may_return(complaint)
    arbitration = context.procedure.arbitration
    decided = arbitration is not None and complaint.returns + 1 >= arbitration.after_returns
    returned = f.Returned(agency=str(complaint.agency), reason=command.reason)
    onward = complaint.model_copy(update={"agency": None, "unit": None, "by_letter": False})
    to = arbitration.opens if arbitration and decided else None
    return [returned, *leave(onward, "return", context, to=to), *catch_up(complaint, context, answered=False)]


def may_return(complaint: Complaint) -> None:
    """``Refusal`` where the Koordinator has decided whose it is, or it was returned past all measure."""
    if complaint.arbitrated:
        raise Refusal("decided_by_coordinator")
    room_for_note(complaint)


def dispose(complaint: Complaint, command: c.Dispose, context: DecisionContext) -> list[f.Event]:
    """The head says which Bidang or Seksi does it, and how."""
    step = own_exit(complaint, context, "dispose", StepKind.RESPOND)
    disposed = f.Disposed(unit=command.unit, instruction=command.instruction)
    onward = complaint.model_copy(update={"unit": command.unit})
    return [*_accepted_by_the_way(complaint, step), disposed, *leave(onward, "dispose", context)]


def proceed(complaint: Complaint, command: c.Proceed, context: DecisionContext) -> list[f.Event]:
    """An inner row is worked off."""
    step = own_exit(complaint, context, "proceed", StepKind.RESPOND)
    accepted = _accepted_by_the_way(complaint, step)
    done = f.Progressed(note=command.note, files=command.files)
    return [*accepted, done, *leave(complaint, "proceed", context)]


def support(complaint: Complaint, command: c.Support, context: DecisionContext) -> list[f.Event]:
    """A supporting agency gives its part; nothing waits for it."""
    actor = context.actor
    if actor.role != Role.LIAISON or actor.region != complaint.region or not actor.agency:
        raise Refusal("not_your_role")
    if actor.agency not in complaint.supporters or complaint.protected:
        raise Refusal("not_your_complaint")
    not_over(complaint)
    room_for_note(complaint)
    return [f.Supported(agency=actor.agency, text=command.text, files=command.files)]


def ask_for_time(complaint: Complaint, command: c.AskForTime, context: DecisionContext) -> list[f.Event]:
    """Those concerned are told; no deadline moves."""
    own_step(complaint, context, StepKind.RESPOND)
    may_ask_for_time(complaint)
    _check_day(command.until, context)
    return [f.TimeAsked(until=command.until, reason=command.reason)]


def may_ask_for_time(complaint: Complaint) -> None:
    """``Refusal`` where that was asked for too often."""
    if sum(note.kind == "time" for note in complaint.notes) >= MOST_REQUESTS_FOR_TIME:
        raise Refusal("asked_too_often", {"most": str(MOST_REQUESTS_FOR_TIME)})


def answer(complaint: Complaint, command: c.Answer, context: DecisionContext) -> list[f.Event]:
    """The agency answers, with the proof its procedure asks for; a late answer is accepted and stays late.

    Where the procedure has nobody to look at it, the answer is published by the same act.
    """
    step = own_exit(complaint, context, "answer", StepKind.RESPOND)
    row = context.procedure.get_step(step.name)
    if command.plan:
        _check_day(command.plan.date, context)
    if row.proof and not command.plan:
        _check_proof(command)
    answered = f.Answered(
        agency=_answering(complaint, step.owner),
        text=command.text,
        files=command.files,
        late=is_overdue(complaint, context.now, context.procedure),
        plan=command.plan,
        proof_note=command.proof_note,
        on_behalf=step.owner == Role.REGIONAL_ADMIN,
    )
    accepted = _accepted_by_the_way(complaint, step)
    straight = context.procedure.get_step(row.exits["answer"]).kind is StepKind.DELIVER
    published: list[f.Event] = [f.Published(), *planned(complaint, command.plan, context)] if straight else []
    return [*accepted, answered, *published, *leave(complaint, "answer", context)]


def succeed(complaint: Complaint, command: c.Succeed, context: DecisionContext) -> list[f.Event]:
    """A renamed or merged agency's successor has its open step and its deadline.

    Where the successor has nobody in that post, its liaison has them.
    """
    only_system(context.actor)
    concerned = command.agency in (complaint.agency, *complaint.supporters)
    if complaint.finished or not concerned:
        return []
    succeeded = f.AgencySucceeded(agency=command.agency, successor=command.successor)
    step = complaint.step
    if step is None or step.agency != command.agency or step.owner not in AGENCY_ROLES:
        return [succeeded]
    return [succeeded, *hand_to_successor(complaint, step, command.successor, context)]


def _check_day(day: date, context: DecisionContext) -> None:
    ahead = day - context.calendar.to_local(context.now).date()
    if ahead < ONE_DAY:
        raise Refusal("date_passed")
    if ahead > FURTHEST:
        raise Refusal("date_too_far", {"most": str(FURTHEST.days)})


def _check_proof(command: c.Answer) -> None:
    """A photo of what was done, or another file and the reason why there is none (SOP 003, row 4)."""
    if any(file.media_type.startswith(PICTURES) for file in command.files):
        return
    if not (command.files and command.proof_note):
        raise Refusal("proof_missing")


def _accepted_by_the_way(complaint: Complaint, step: OpenStep) -> list[f.Event]:
    if complaint.state != "forwarded":
        return []
    return [f.Accepted(agency=_answering(complaint, step.owner))]


def _answering(complaint: Complaint, owner: str) -> str:
    return complaint.agency or owner
