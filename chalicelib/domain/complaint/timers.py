"""The commands of timers and operations: reach a rung, restart a timer, compute deadlines again."""

from chalicelib.domain.complaint.clocks import DeadlineArmed, recompute_deadline, reschedule
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.lateness import is_suspended
from chalicelib.domain.complaint.permissions import check_system
from chalicelib.domain.complaint.rungs import reach
from chalicelib.domain.complaint.state import Complaint


class ReachRung(Command):
    """A timer says that a rung's instant has come."""

    clock: str
    visit: int
    generation: int
    rung: str

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return what the rung does; nothing where the timer fires late, twice, or for a closed clock.

        A timer that fires early is a mistake of the caller, who knows the rung's instant: ``ValueError``.
        """
        check_system(context.actor)
        clock = complaint.find_clock(self.clock, self.visit)
        if clock is None or clock.generation != self.generation:
            return []
        instant = next((rung.nominal_at for rung in clock.ahead if rung.name == self.rung), None)
        if instant is None or is_suspended(complaint, clock, context.procedure):
            return []
        if context.now < instant:
            raise ValueError(f"rung {self.rung} is reached at {instant.isoformat()}, not before")
        return reach(complaint, clock, self.rung, context)


class RestartTimer(Command):
    """Operations restart the lost timer of an open clock; its deadline stays as it is."""

    clock: str
    visit: int

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the next generation of the clock; nothing where all its rungs are reached."""
        check_system(context.actor)
        clock = complaint.find_clock(self.clock, self.visit)
        if clock is None or not clock.ahead:
            return []
        if is_suspended(complaint, clock, context.procedure) and clock.ahead[-1].nominal_at <= context.now:
            return []
        return [
            DeadlineArmed(
                clock=clock.name,
                visit=clock.visit,
                generation=clock.generation + 1,
                derivation=clock.derivation,
                rungs=clock.rungs,
            )
        ]


class RecomputeDeadlines(Command):
    """The system computes every open deadline in the calendar as it is now."""

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the deadlines that move; a breach that was recorded stays recorded."""
        check_system(context.actor)
        events: list[DomainEvent] = []
        for clock in complaint.clocks:
            events += reschedule(clock, recompute_deadline(clock, context), context)
        return events
