"""Clocks: the events that schedule their timers, and how a deadline is computed again."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.state import Clock, Complaint, Generation, RungInstant, get_clock_name
from chalicelib.domain.procedure.model import Ladder, Rung, StepKind
from chalicelib.domain.time.deadlines import (
    Derivation,
    Pause,
    add_working_days,
    derive,
    find_instant_at_part,
)


class DeadlineArmed(DomainEvent):
    """A clock runs, or runs again. Only this event starts a timer.

    ``moved_from`` is the due instant before, where a change of the calendar or of the class moved it.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    type: Literal["deadline.armed"] = "deadline.armed"
    occurs: ClassVar = Occurrence()
    weighs: ClassVar = False
    clock: str
    visit: int
    generation: Generation
    derivation: Derivation
    rungs: tuple[RungInstant, ...]
    moved_from: datetime | None = None

    def evolve(self, context: EvolveContext) -> Changes:
        complaint = context.complaint
        clock = Clock(
            name=self.clock,
            visit=self.visit,
            generation=self.generation,
            derivation=self.derivation,
            rungs=self.rungs,
            **self._keep_progress(complaint.find_clock(self.clock, self.visit), context.at),
        )
        others = tuple(other for other in complaint.clocks if other.name != self.clock)
        visits = complaint.visits | {self.clock: self.visit}
        changes: Changes = {"clocks": (*others, clock), "visits": visits}
        if complaint.step and (get_clock_name(complaint.step), complaint.step.visit) == (
            clock.name,
            clock.visit,
        ):
            changes["step"] = complaint.step.model_copy(update={"due_at": clock.due_at})
        return changes

    def _keep_progress(self, before: Clock | None, at: datetime) -> dict[str, Any]:
        """Return what stays of the clock before: all for the same deadline, else what the new one passed."""
        if before is None:
            return {}
        if before.derivation == self.derivation:
            return {"reached": before.reached, "late_level": before.late_level}
        passed = {rung.name for rung in self.rungs if rung.nominal_at <= at}
        return {
            "reached": tuple(name for name in before.reached if name in passed),
            "late_level": before.late_level if self.derivation.due_at <= at else 0,
        }


def schedule(
    clock: str,
    visit: int,
    generation: int,
    derivation: Derivation,
    ladder: Ladder,
    context: DecisionContext,
    moved_from: datetime | None = None,
) -> DeadlineArmed:
    """Return the event that a clock runs towards that deadline, with the instants of its rungs."""
    return DeadlineArmed(
        clock=clock,
        visit=visit,
        generation=generation,
        derivation=derivation,
        rungs=tuple(
            RungInstant(name=rung.name, nominal_at=_compute_instant(rung, derivation, context))
            for rung in ladder.rungs
        ),
        moved_from=moved_from,
    )


def schedule_again(clock: Clock, context: DecisionContext, *pauses: Pause) -> DeadlineArmed:
    """Return the event that a clock goes on, with these pauses and those it had."""
    ladder = context.procedure.find_ladder(clock.name)
    if ladder is None:
        raise ValueError(f"clock {clock.name} has no ladder")
    derivation = recompute_deadline(clock, context, *pauses)
    return schedule(clock.name, clock.visit, clock.generation + 1, derivation, ladder, context)


def reschedule(clock: Clock, derivation: Derivation, context: DecisionContext) -> list[DomainEvent]:
    """Return the events by which an open clock gets another deadline; none where it stays the same."""
    ladder = context.procedure.find_ladder(clock.name)
    if ladder is None or derivation.due_at == clock.due_at:
        return []
    return [
        schedule(clock.name, clock.visit, clock.generation + 1, derivation, ladder, context, clock.due_at)
    ]


def recompute_deadline(clock: Clock, context: DecisionContext, *pauses: Pause) -> Derivation:
    """Return a clock's deadline from its trigger in the calendar as it is now, with these pauses added."""
    before = clock.derivation
    return derive(
        before.trigger,
        before.standard_time,
        context.calendar,
        before.legal_basis,
        (*before.pauses, *pauses),
    )


def restart_silence_clock(complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
    """Return the events that restart the silence after a person's reply (no automatic message comes here)."""
    step = complaint.step
    if step is None or step.kind is not StepKind.CONFIRM:
        return []
    running = complaint.find_clock(get_clock_name(step), step.visit)
    planned = context.procedure.get_step(step.name)
    ladder = context.procedure.find_step_ladder(planned)
    if running is None or ladder is None:
        return []
    derivation = derive(context.now, planned.standard_time, context.calendar, planned.legal_basis)
    return [schedule(running.name, step.visit, running.generation + 1, derivation, ladder, context)]


def derive_reopening(context: DecisionContext) -> Derivation | None:
    """Return until when a complaint that ends now may be reopened, where the procedure allows it."""
    rule = context.procedure.reopening
    return derive(context.now, rule.standard_time, context.calendar, rule.legal_basis) if rule else None


def _compute_instant(rung: Rung, derivation: Derivation, context: DecisionContext) -> datetime:
    if rung.part is not None:
        return find_instant_at_part(derivation, rung.part, context.calendar)
    if rung.last_day_at is not None:
        last_day = (context.calendar.to_local(derivation.due_at) - timedelta.resolution).date()
        return datetime.combine(last_day, rung.last_day_at, context.calendar.zone).astimezone(UTC)
    return add_working_days(derivation.due_at, rung.further_working_days or 0, context.calendar)
