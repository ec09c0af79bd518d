"""Reminding the officer who holds a complaint."""

from datetime import timedelta
from typing import ClassVar, Literal

from chalicelib.domain.complaint.command import Command, Decision, OfferContext
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.lateness import HANDLING
from chalicelib.domain.complaint.permissions import check_unfinished, takes_part
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Procedure, Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal

REMINDER_INTERVAL = timedelta(hours=1)
"""Between two reminders of one complaint, so that nobody's mailbox is filled in anger."""


class OwnerReminded(DomainEvent):
    """Somebody who answers for it reminded the owner of the open step, who gets the notice again."""

    type: Literal["owner.reminded"] = "owner.reminded"
    occurs: ClassVar = Occurrence()
    weighs: ClassVar = False
    step: str
    visit: int

    def evolve(self, context: EvolveContext) -> Changes:
        return {"reminded_at": context.at}


def _may_remind(complaint: Complaint, actor: Actor, procedure: Procedure) -> bool:
    """Return whether the actor is the Koordinator or the superior of an officer who holds the complaint."""
    step = complaint.step
    if step is None or step.kind not in HANDLING or actor.role == step.owner:
        return False
    owner = procedure.roles.get(Role(step.owner))
    superior = owner.superior if owner else None
    return actor.role in (Role.COORDINATOR, superior) and takes_part(complaint, actor)


def _is_offered(complaint: Complaint, actor: Actor, context: OfferContext) -> bool:
    before = complaint.reminded_at
    rested = before is None or context.now >= before + REMINDER_INTERVAL
    return rested and _may_remind(complaint, actor, context.procedure)


class Remind(Command):
    """The Koordinator or the superior reminds the officer who holds it; at most once an hour."""

    decision: ClassVar = Decision(
        name="remind",
        rank=89,
        outside_steps=_is_offered,
        awaited=False,
        takes_turn=False,
        repeatable=True,
        refusals=("already_closed", "reminded_recently"),
    )

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the reminder of the open step; its owner is told at once, and no deadline moves."""
        check_unfinished(complaint)
        step = complaint.step
        if step is None or not _may_remind(complaint, context.actor, context.procedure):
            raise Refusal("not_your_role")
        before = complaint.reminded_at
        if before and context.now < before + REMINDER_INTERVAL:
            wait = before + REMINDER_INTERVAL - context.now
            raise Refusal("reminded_recently", {"minutes": str(-(-wait // timedelta(minutes=1)))})
        return [OwnerReminded(step=step.name, visit=step.visit)]
