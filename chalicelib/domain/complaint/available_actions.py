"""The decisions that somebody may make now: the buttons of a page, and ``acts`` in the API."""

from datetime import datetime

from chalicelib.domain.complaint.command import Decision, OfferContext
from chalicelib.domain.complaint.decisions import list_declarations
from chalicelib.domain.complaint.permissions import owns_step
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Procedure, Step
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal


def list_available_actions(
    complaint: Complaint, actor: Actor, procedure: Procedure, now: datetime
) -> tuple[str, ...]:
    """Return every decision that this actor could make now, most expected first.

    Two more are accepted though they are not offered: verifying again, and consenting again differently.
    """
    step = procedure.get_step(complaint.step.name) if complaint.step else None
    own = step if step and complaint.step and owns_step(complaint, complaint.step, actor) else None
    context = OfferContext(now, procedure)
    offered = [
        decision
        for decision in list_declarations()
        if (
            (own and own.kind in decision.at and _is_possible(decision, complaint, own))
            or (decision.outside_steps and decision.outside_steps(complaint, actor, context))
        )
        and _has_room(decision, complaint)
    ]
    return tuple(decision.name for decision in sorted(offered, key=lambda each: _rank(each, step)))


def _is_possible(decision: Decision, complaint: Complaint, step: Step) -> bool:
    if decision.exit and decision.exit not in step.exits:
        return False
    return decision.allowed is None or decision.allowed(complaint, step)


def _has_room(decision: Decision, complaint: Complaint) -> bool:
    try:
        if decision.check:
            decision.check(complaint)
    except Refusal:
        return False
    return True


def _rank(decision: Decision, step: Step | None) -> float:
    if callable(decision.rank):
        return decision.rank(step) if step else 0
    return decision.rank
