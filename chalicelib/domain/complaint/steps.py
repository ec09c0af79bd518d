"""Take a complaint from step to step."""

from datetime import datetime
from typing import ClassVar, Literal

from chalicelib.domain.complaint.clocks import schedule, schedule_again
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.lateness import is_late, makes_late
from chalicelib.domain.complaint.state import Clock, Complaint, OpenStep, get_clock_name
from chalicelib.domain.procedure.model import (
    AGENCY_ROLES,
    BACK,
    ENDS,
    Procedure,
    Role,
    Step,
    StepKind,
)
from chalicelib.domain.time.deadlines import Pause, derive
from chalicelib.domain.values.errors import Refusal


class StepOpened(DomainEvent):
    """The next owner's step opened; the step before it is closed by this.

    ``resumed`` where a visit that waited for the reporter goes on.
    """

    type: Literal["step.opened"] = "step.opened"
    occurs: ClassVar = Occurrence()
    step: str
    kind: StepKind
    visit: int
    owner: str
    agency: str | None
    due_at: datetime
    unit: str | None = None
    resumed: bool = False

    def evolve(self, context: EvolveContext) -> Changes:
        complaint = context.complaint
        before, clock = _find_resumed(complaint) if self.resumed else (None, None)
        step = OpenStep(
            name=self.step,
            kind=self.kind,
            visit=self.visit,
            owner=self.owner,
            agency=self.agency,
            unit=self.unit,
            opened_at=before.opened_at if before else context.at,
            due_at=self.due_at,
        )
        clocks = context.list_lasting_clocks()
        return {
            "step": step,
            "waiting": None if self.resumed else complaint.waiting,
            "clocks": (*clocks, clock) if clock else clocks,
            "visits": complaint.visits | {self.step: self.visit},
            "was_late": complaint.was_late or is_late(complaint.step, context.at),
        }


def _find_resumed(complaint: Complaint) -> tuple[OpenStep | None, Clock | None]:
    """Return the visit that goes on, with its clock: that which waited for the reporter, or the open one."""
    waiting = complaint.waiting
    return (waiting.step, waiting.clock) if waiting else (complaint.step, complaint.step_clock)


def leave_step(
    complaint: Complaint,
    exit_: str,
    context: DecisionContext,
    *,
    agency: str | None = None,
    to: str | None = None,
) -> list[DomainEvent]:
    """Return the events that open the step behind an exit; none where the exit ends the complaint.

    ``agency`` is the agency that has it from now on, where that changes; ``to`` is a step that goes before
    the one the procedure names.
    """
    step = complaint.step
    if step is None:
        raise Refusal("already_closed")
    target = to or context.procedure.get_step(step.name).exits[exit_]
    if target == BACK:
        return resume_step(complaint, context)
    return [] if target in ENDS else open_step(target, complaint, context, agency=agency)


def open_step(
    name: str,
    complaint: Complaint | None,
    context: DecisionContext,
    *,
    agency: str | None = None,
) -> list[DomainEvent]:
    """Return the events by which a step opens, with its clock."""
    step = _choose_step(context.procedure.get_step(name), complaint, context)
    agency = agency or (complaint.agency if complaint else None)
    unit = complaint.unit if complaint else None
    owner = _choose_owner(step, agency, unit, context)
    visit = (complaint.visits.get(step.name, 0) if complaint else 0) + 1
    derivation = derive(context.now, step.standard_time, context.calendar, step.legal_basis)
    opened = StepOpened(
        step=step.name,
        kind=step.kind,
        visit=visit,
        owner=owner,
        agency=agency if owner in AGENCY_ROLES else None,
        unit=unit if owner == Role.UNIT else None,
        due_at=derivation.due_at,
    )
    ladder = context.procedure.find_step_ladder(step)
    if ladder is None:
        return [opened]
    return [opened, schedule(get_clock_name(step), visit, 1, derivation, ladder, context)]


def resume_step(complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
    """Return the events by which the step that waited for the reporter goes on, with the time that was left.

    The overall deadlines by which the government is late waited with it; the Ombudsman's went on.
    """
    waiting = complaint.waiting
    if waiting is None:
        raise ValueError("nothing waits for the reporter")
    pause = Pause(since=waiting.since, until=context.now)
    overall_clocks = [
        clock
        for clock in complaint.clocks
        if (overall := context.procedure.find_overall_deadline(clock.name))
        and makes_late(overall, context.procedure)
    ]
    return [
        *_continue_step(waiting.step, waiting.step.agency, waiting.clock, context, pause),
        *(schedule_again(clock, context, pause) for clock in overall_clocks),
    ]


def hand_to_successor(
    complaint: Complaint, step: OpenStep, successor: str, context: DecisionContext
) -> list[DomainEvent]:
    """Return the events by which an open step goes on at another agency that has nobody in its post."""
    if _choose_owner(context.procedure.get_step(step.name), successor, step.unit, context) == step.owner:
        return []
    return _continue_step(step, successor, complaint.step_clock, context)


def find_inspection_step(procedure: Procedure) -> str:
    """Return the step in which the Inspektorat has what nobody else may know of."""
    return procedure.get_first_step(StepKind.RECORD).exits["protect"]


def _continue_step(
    step: OpenStep, agency: str | None, clock: Clock | None, context: DecisionContext, *pauses: Pause
) -> list[DomainEvent]:
    if clock is None:
        raise ValueError(f"step {step.name} has no clock")
    scheduled = schedule_again(clock, context, *pauses)
    owner = _choose_owner(context.procedure.get_step(step.name), agency, step.unit, context)
    opened = StepOpened(
        step=step.name,
        kind=step.kind,
        visit=step.visit,
        owner=owner,
        agency=agency,
        unit=step.unit if owner == Role.UNIT else None,
        due_at=scheduled.derivation.due_at,
        resumed=True,
    )
    return [opened, scheduled]


def _choose_step(step: Step, complaint: Complaint | None, context: DecisionContext) -> Step:
    """Return the step, or its replacement where only the Inspektorat may know, or a letter is sent."""
    if complaint is None or step.kind is not StepKind.RESPOND:
        return step
    if complaint.protected:
        return context.procedure.get_step(find_inspection_step(context.procedure))
    if complaint.by_letter and step.owner in AGENCY_ROLES:
        verify = context.procedure.get_first_step(StepKind.VERIFY)
        return context.procedure.get_step(verify.exits["forward_by_letter"])
    return step


def _choose_owner(step: Step, agency: str | None, unit: str | None, context: DecisionContext) -> str:
    """Return the owner of a step: the liaison does what nobody else at the agency is appointed for."""
    if step.owner not in AGENCY_ROLES or step.owner == Role.LIAISON:
        return step.owner
    is_unit = step.owner == Role.UNIT
    if is_unit and unit is None:
        return Role.LIAISON
    return step.owner if context.is_staffed(step.owner, agency, unit if is_unit else None) else Role.LIAISON
