"""The rungs of a clock: the moments on the way to a deadline and after it, and what they do."""

from typing import ClassVar, Literal

from chalicelib.domain.complaint.clocks import derive_reopening
from chalicelib.domain.complaint.completion import ItemsExpired, Lapsed
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.lateness import is_suspended
from chalicelib.domain.complaint.referral import Referred
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.steps import leave_step
from chalicelib.domain.procedure.model import Procedure, Rung
from chalicelib.domain.time.deadlines import Derivation


class RungReached(DomainEvent):
    """A moment on the way to a deadline, or after it, came."""

    type: Literal["rung.reached"] = "rung.reached"
    occurs: ClassVar = Occurrence(only_with="rung")
    weighs: ClassVar = False
    clock: str
    visit: int
    rung: str
    late_level: int | None

    def evolve(self, context: EvolveContext) -> Changes:
        complaint, level = context.complaint, self.late_level or 0
        clocks = tuple(
            self._mark_reached(clock) if (clock.name, clock.visit) == (self.clock, self.visit) else clock
            for clock in complaint.clocks
        )
        return {"clocks": clocks, "was_late": complaint.was_late or level > 0}

    def _mark_reached(self, clock: Clock) -> Clock:
        level = max(clock.late_level, self.late_level or 0)
        return clock.model_copy(update={"reached": (*clock.reached, self.rung), "late_level": level})


class ClosedBySilence(DomainEvent):
    """The reporter's time to object ran out; never counted as satisfied."""

    type: Literal["complaint.closed_by_silence"] = "complaint.closed_by_silence"
    occurs: ClassVar = Occurrence(exits=("silence",))
    reopening: Derivation | None = None

    def evolve(self, context: EvolveContext) -> Changes:
        return {"state": "resolved", "resolved_by": "silence", **context.close(self.reopening)}


def reach(complaint: Complaint, clock: Clock, rung_name: str, context: DecisionContext) -> list[DomainEvent]:
    """Return what follows when a rung of a clock is reached."""
    rung = _find_rung(clock, rung_name, context.procedure)
    reached = RungReached(clock=clock.name, visit=clock.visit, rung=rung.name, late_level=rung.late_level)
    match rung.act:
        case "silence":
            closed = ClosedBySilence(reopening=derive_reopening(context))
            return [reached, closed, *leave_step(complaint, "silence", context)]
        case "lapse":
            return [reached, Lapsed(), *leave_step(complaint, "lapse", context)]
        case "expire":
            return [reached, ItemsExpired(), *leave_step(complaint, "expire", context)]
        case "refer" if complaint.referred_at is None:
            return [reached, Referred()]
        case _:
            return [reached]


def catch_up(complaint: Complaint, context: DecisionContext, *, answered: bool) -> list[DomainEvent]:
    """Return what the rungs of overall deadlines do that came while the last word was the government's.

    ``answered`` is whether the reporter still has an answer: a question does not dispute it.
    """
    onward = complaint.model_copy(update={"step": None, "state": "answered" if answered else "in_progress"})
    events: list[DomainEvent] = []
    for clock in complaint.clocks:
        was_suspended = is_suspended(complaint, clock, context.procedure)
        if was_suspended and not is_suspended(onward, clock, context.procedure):
            passed = [rung for rung in clock.ahead if rung.nominal_at <= context.now]
            for rung in passed[-1:]:
                events += reach(complaint, clock, rung.name, context)
    return events


def _find_rung(clock: Clock, name: str, procedure: Procedure) -> Rung:
    ladder = procedure.find_ladder(clock.name)
    for rung in ladder.rungs if ladder else ():
        if rung.name == name:
            return rung
    raise KeyError(f"{clock.name} has no rung {name}")
