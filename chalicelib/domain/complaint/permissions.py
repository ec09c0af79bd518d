"""Check who may do what with a complaint, and how much it can hold."""

from collections.abc import Collection

from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal

MOST_REPLIES = 50
"""So that one complaint stays readable, and one item in the table."""
MOST_ANSWERS = 20
"""After so many no new answer is asked for. One that was asked for is always accepted: its step must end."""
MOST_NOTES = 100
"""The notes of inner rows, supporters, requests for time: far more than any procedure has."""


def check_system(actor: Actor) -> None:
    """Raise ``Refusal`` for anybody but the system.

    Recording, delivering, the timers and what follows from another complaint are nobody's to command.
    """
    if actor.role != Role.SYSTEM:
        raise Refusal("not_your_role")


def check_reporter(complaint: Complaint, actor: Actor) -> None:
    """Raise ``Refusal`` for anybody but the reporter, or the admin who speaks for one without an account."""
    if not speaks_for_reporter(complaint, actor):
        raise Refusal("not_your_complaint")


def speaks_for_reporter(complaint: Complaint, actor: Actor) -> bool:
    """Return whether the actor is the reporter, or types in what a reporter without an account says."""
    if actor.role == Role.REPORTER:
        return actor.id == complaint.reporter
    return not complaint.has_account and speaks_for_government(complaint, actor)


def speaks_for_government(complaint: Complaint, actor: Actor) -> bool:
    """Return whether the actor is the admin, or the Inspektorat where the complaint is protected."""
    desk = Role.INSPECTORATE if complaint.protected else Role.REGIONAL_ADMIN
    return actor.role == desk and takes_part(complaint, actor)


def takes_part(complaint: Complaint, actor: Actor) -> bool:
    """Return whether the complaint is the actor's own, their region's or their agency's."""
    if actor.role == Role.REPORTER:
        return actor.id == complaint.reporter
    if actor.region != complaint.region:
        return False
    if complaint.protected:
        return actor.role == Role.INSPECTORATE
    if actor.role == Role.UNIT and actor.unit != complaint.unit:
        return False
    return actor.role not in AGENCY_ROLES or actor.agency == complaint.agency


def owns_step(complaint: Complaint, step: OpenStep, actor: Actor) -> bool:
    if step.owner == Role.REPORTER:
        return speaks_for_reporter(complaint, actor)
    return actor.role == step.owner and takes_part(complaint, actor)


def get_own_step(complaint: Complaint, context: DecisionContext, *kinds: StepKind) -> OpenStep:
    """Return the open step if it is of such a kind and the actor's; else raise the refusal that says why.

    Only those who could own the step hear that it is over: a stranger learns nothing of its state.
    """
    if not _has_steps(kinds, complaint, context):
        raise Refusal("not_your_step")
    step = complaint.step
    if step is None:
        raise Refusal("already_closed")
    if step.kind not in kinds:
        raise Refusal("step_is_done")
    if not owns_step(complaint, step, context.actor):
        raise Refusal("not_your_step")
    return step


def get_step_with_exit(
    complaint: Complaint, context: DecisionContext, exit_: str, *kinds: StepKind
) -> OpenStep:
    """Return the open step if it is the actor's and the procedure gives it this exit; else raise."""
    step = get_own_step(complaint, context, *kinds)
    if exit_ not in context.procedure.get_step(step.name).exits:
        raise Refusal("not_in_this_step")
    return step


def check_role(complaint: Complaint, actor: Actor, *roles: Role) -> None:
    """Raise ``Refusal`` for anybody but officers of these roles who take part in the complaint."""
    if actor.role not in roles or not takes_part(complaint, actor):
        raise Refusal("not_your_role")


def has_open_step(complaint: Complaint, kind: StepKind) -> bool:
    """Return whether the system's own step is still to be done; a repeated message finds it done."""
    return complaint.step is not None and complaint.step.kind is kind


def check_unfinished(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the complaint is finished."""
    if complaint.finished:
        raise Refusal("already_closed")


def check_room_for_reply(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the complaint has as many replies as it can hold."""
    if len(complaint.replies) >= MOST_REPLIES:
        raise Refusal("too_many_replies", {"most": str(MOST_REPLIES)})


def check_room_for_answer(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the complaint has as many answers as it can hold."""
    if len(complaint.answers) >= MOST_ANSWERS:
        raise Refusal("too_many_answers", {"most": str(MOST_ANSWERS)})


def check_room_for_note(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the complaint has as many notes as it can hold."""
    if len(complaint.notes) >= MOST_NOTES:
        raise Refusal("too_many_notes", {"most": str(MOST_NOTES)})


def check_can_be_answered_again(complaint: Complaint) -> None:
    """Raise ``Refusal`` where there is no room for the reporter's words, or for another answer to them."""
    check_room_for_reply(complaint)
    check_room_for_answer(complaint)


def _has_steps(kinds: Collection[StepKind], complaint: Complaint, context: DecisionContext) -> bool:
    """Return whether the procedure gives the actor steps of such a kind in this complaint."""
    owners = {step.owner for step in context.procedure.steps if step.kind in kinds}
    if owners & AGENCY_ROLES:
        owners.add(Role.LIAISON)
    if Role.REPORTER in owners and speaks_for_reporter(complaint, context.actor):
        return True
    return context.actor.role in owners and takes_part(complaint, context.actor)
