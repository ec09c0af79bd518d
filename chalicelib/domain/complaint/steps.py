"""Whose turn it is, and how the turn passes: what every rule is made of."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Clock, Complaint, OpenStep, clock_name, makes_late
from chalicelib.domain.procedure.model import (
    AGENCY_ROLES,
    BACK,
    ENDS,
    Ladder,
    Procedure,
    Role,
    Rung,
    Step,
    StepKind,
)
from chalicelib.domain.time.deadlines import Derivation, Pause, add_working_days, derive, find_instant_at_part
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal

MOST_REPLIES = 50
"""So that one complaint stays readable, and one item in the table."""
MOST_ANSWERS = 20
"""Past these no new answer is asked for. One that was asked for is always accepted: its step must end."""
MOST_NOTES = 100
"""Of inner rows, supporters, requests for time: far more than any procedure has."""


# Who may


def only_system(actor: Actor) -> None:
    """Recording, delivering, the timers and what follows from another complaint are nobody's to command."""
    if actor.role != Role.SYSTEM:
        raise Refusal("not_your_role")


def only_reporter(complaint: Complaint, actor: Actor) -> None:
    """``Refusal`` for anybody but the reporter, or the admin who speaks for one without an account."""
    if not speaks_for_reporter(complaint, actor):
        raise Refusal("not_your_complaint")


def speaks_for_reporter(complaint: Complaint, actor: Actor) -> bool:
    """Whether this actor is the reporter, or types in what a reporter without an account says."""
    if actor.role == Role.REPORTER:
        return actor.id == complaint.reporter
    return not complaint.has_account and is_the_desk(complaint, actor)


def is_the_desk(complaint: Complaint, actor: Actor) -> bool:
    """Whether this actor speaks for the government: the admin, or of a protected one the Inspektorat."""
    desk = Role.INSPECTORATE if complaint.protected else Role.REGIONAL_ADMIN
    return actor.role == desk and takes_part(complaint, actor)


def takes_part(complaint: Complaint, actor: Actor) -> bool:
    """Whether it is this actor's complaint, region's or agency's."""
    if actor.role == Role.REPORTER:
        return actor.id == complaint.reporter
    if actor.region != complaint.region:
        return False
    if complaint.protected:
        return actor.role == Role.INSPECTORATE
    if actor.role == Role.UNIT and actor.unit != complaint.unit:
        return False
    return actor.role not in AGENCY_ROLES or actor.agency == complaint.agency


def owns(complaint: Complaint, step: OpenStep, actor: Actor) -> bool:
    """Whether the open step is this actor's to do."""
    if step.owner == Role.REPORTER:
        return speaks_for_reporter(complaint, actor)
    return actor.role == step.owner and takes_part(complaint, actor)


def own_step(complaint: Complaint, context: DecisionContext, *kinds: StepKind) -> OpenStep:
    """The open step, if it is of such a kind and this actor's; else the refusal that says why not.

    Only those whose step it would be hear that it is over: a stranger learns nothing of how it stands.
    """
    if not _has_steps(kinds, complaint, context):
        raise Refusal("not_your_step")
    step = complaint.step
    if step is None:
        raise Refusal("already_closed")
    if step.kind not in kinds:
        raise Refusal("step_is_done")
    if not owns(complaint, step, context.actor):
        raise Refusal("not_your_step")
    return step


def own_exit(complaint: Complaint, context: DecisionContext, act: str, *kinds: StepKind) -> OpenStep:
    """The open step, if it is this actor's and the procedure lets it be left by this act."""
    step = own_step(complaint, context, *kinds)
    if act not in context.procedure.get_step(step.name).exits:
        raise Refusal("not_in_this_step")
    return step


def desk_of_region(complaint: Complaint, actor: Actor, *roles: Role) -> None:
    """``Refusal`` for anybody but the region's officers of these roles who take part in the complaint."""
    if actor.role not in roles or not takes_part(complaint, actor):
        raise Refusal("not_your_role")


def still_open(complaint: Complaint, kind: StepKind) -> bool:
    """Whether the system's own step is still to be done; a message that comes twice finds it done."""
    return complaint.step is not None and complaint.step.kind is kind


def not_over(complaint: Complaint) -> None:
    """``Refusal`` where the complaint is finished."""
    if complaint.finished:
        raise Refusal("already_closed")


def room_for_reply(complaint: Complaint) -> None:
    """``Refusal`` where it has as many replies as it can hold."""
    if len(complaint.replies) >= MOST_REPLIES:
        raise Refusal("too_many_replies", {"most": str(MOST_REPLIES)})


def room_for_answer(complaint: Complaint) -> None:
    """``Refusal`` where it has as many answers as it can hold."""
    if len(complaint.answers) >= MOST_ANSWERS:
        raise Refusal("too_many_answers", {"most": str(MOST_ANSWERS)})


def room_for_note(complaint: Complaint) -> None:
    """``Refusal`` where it has as many notes as it can hold."""
    if len(complaint.notes) >= MOST_NOTES:
        raise Refusal("too_many_notes", {"most": str(MOST_NOTES)})


def _has_steps(kinds: Collection[StepKind], complaint: Complaint, context: DecisionContext) -> bool:
    """Whether the procedure gives this actor steps of such a kind in this complaint."""
    owners = {step.owner for step in context.procedure.steps if step.kind in kinds}
    if owners & AGENCY_ROLES:
        owners.add(Role.LIAISON)
    if Role.REPORTER in owners and speaks_for_reporter(complaint, context.actor):
        return True
    return context.actor.role in owners and takes_part(complaint, context.actor)


# How the turn passes


def leave(
    complaint: Complaint,
    act: str,
    context: DecisionContext,
    *,
    agency: str | None = None,
    to: str | None = None,
) -> list[f.Event]:
    """The facts that open what the procedure says comes after this act; none where it ends the complaint.

    ``agency`` is who has it from now on, where that changes; ``to`` is a step that goes before the exit the
    procedure names.
    """
    step = complaint.step
    if step is None:
        raise Refusal("already_closed")
    target = to or context.procedure.get_step(step.name).exits[act]
    if target == BACK:
        return resume(complaint, context)
    return [] if target in ENDS else open_step(target, complaint, context, agency=agency)


def open_step(
    name: str,
    complaint: Complaint | None,
    context: DecisionContext,
    *,
    agency: str | None = None,
) -> list[f.Event]:
    """The facts by which a step opens, with its clock."""
    step = _own_way(context.procedure.get_step(name), complaint, context)
    agency = agency or (complaint.agency if complaint else None)
    unit = complaint.unit if complaint else None
    owner = _owner(step, agency, unit, context)
    visit = (complaint.visits.get(step.name, 0) if complaint else 0) + 1
    derivation = derive(context.now, step.standard_time, context.calendar, step.legal_basis)
    opened = f.StepOpened(
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
    return [opened, schedule(clock_name(step), visit, 1, derivation, ladder, context)]


def resume(complaint: Complaint, context: DecisionContext) -> list[f.Event]:
    """The facts by which the step that waited for the reporter goes on, with the time that was left.

    The envelopes by which the government is late waited with it; the Ombudsman's ran on.
    """
    waiting = complaint.waiting
    if waiting is None:
        raise ValueError("nothing waits for the reporter")
    pause = Pause(since=waiting.since, until=context.now)
    envelopes = [
        clock
        for clock in complaint.clocks
        if (envelope := context.procedure.find_overall_deadline(clock.name))
        and makes_late(envelope, context.procedure)
    ]
    return [
        *_resume_step(waiting.step, waiting.step.agency, waiting.clock, context, pause),
        *(_schedule_again(clock, context, pause) for clock in envelopes),
    ]


def hand_to_successor(
    complaint: Complaint, step: OpenStep, successor: str, context: DecisionContext
) -> list[f.Event]:
    """The facts by which an open step goes on at another agency, where its post is not filled there."""
    if _owner(context.procedure.get_step(step.name), successor, step.unit, context) == step.owner:
        return []
    return _resume_step(step, successor, complaint.step_clock, context)


def _resume_step(
    step: OpenStep, agency: str | None, clock: Clock | None, context: DecisionContext, *pauses: Pause
) -> list[f.Event]:
    if clock is None:
        raise ValueError(f"step {step.name} has no clock")
    rearming = _schedule_again(clock, context, *pauses)
    owner = _owner(context.procedure.get_step(step.name), agency, step.unit, context)
    opened = f.StepOpened(
        step=step.name,
        kind=step.kind,
        visit=step.visit,
        owner=owner,
        agency=agency,
        unit=step.unit if owner == Role.UNIT else None,
        due_at=rearming.derivation.due_at,
        resumed=True,
    )
    return [opened, rearming]


def _schedule_again(clock: Clock, context: DecisionContext, *pauses: Pause) -> f.DeadlineArmed:
    """The fact that a clock goes on, with the pauses it had."""
    ladder = context.procedure.find_ladder(clock.name)
    if ladder is None:
        raise ValueError(f"clock {clock.name} has no ladder")
    derivation = recompute_deadline(clock, context, *pauses)
    return schedule(clock.name, clock.visit, clock.arming + 1, derivation, ladder, context)


def recompute_deadline(clock: Clock, context: DecisionContext, *pauses: Pause) -> Derivation:
    """A clock's deadline from its trigger by the calendar as it is now, with these pauses beside its own."""
    before = clock.derivation
    return derive(
        before.trigger,
        before.standard_time,
        context.calendar,
        before.legal_basis,
        (*before.pauses, *pauses),
    )


def schedule(
    clock: str,
    visit: int,
    arming: int,
    derivation: Derivation,
    ladder: Ladder,
    context: DecisionContext,
    moved_from: datetime | None = None,
) -> f.DeadlineArmed:
    """The fact that a clock runs towards that deadline, with the instants of its rungs."""
    return f.DeadlineArmed(
        clock=clock,
        visit=visit,
        arming=arming,
        derivation=derivation,
        rungs=tuple(
            f.RungInstant(name=rung.name, nominal_at=_instant(rung, derivation, context))
            for rung in ladder.rungs
        ),
        moved_from=moved_from,
    )


def reschedule(clock: Clock, derivation: Derivation, context: DecisionContext) -> list[f.Event]:
    """The facts by which an open clock runs towards another deadline; none where it stays the same."""
    ladder = context.procedure.find_ladder(clock.name)
    if ladder is None or derivation.due_at == clock.due_at:
        return []
    return [schedule(clock.name, clock.visit, clock.arming + 1, derivation, ladder, context, clock.due_at)]


def restart_silence_clock(complaint: Complaint, context: DecisionContext) -> list[f.Event]:
    """A person's reply starts the silence anew (a machine's message never comes this way)."""
    step = complaint.step
    if step is None or step.kind is not StepKind.CONFIRM:
        return []
    running = complaint.clock(clock_name(step), step.visit)
    planned = context.procedure.get_step(step.name)
    ladder = context.procedure.find_step_ladder(planned)
    if running is None or ladder is None:
        return []
    derivation = derive(context.now, planned.standard_time, context.calendar, planned.legal_basis)
    return [schedule(running.name, step.visit, running.arming + 1, derivation, ladder, context)]


def reopening_window(context: DecisionContext) -> Derivation | None:
    """Until when a complaint that ends now may be taken up again, where the procedure lets it be."""
    rule = context.procedure.reopening
    return derive(context.now, rule.standard_time, context.calendar, rule.legal_basis) if rule else None


def _own_way(step: Step, complaint: Complaint | None, context: DecisionContext) -> Step:
    """The step itself, or the one in its place where only the Inspektorat may know, or a letter goes out."""
    if complaint is None or step.kind is not StepKind.RESPOND:
        return step
    if complaint.protected:
        return context.procedure.get_step(inspection(context.procedure))
    if complaint.by_letter and step.owner in AGENCY_ROLES:
        return context.procedure.get_step(
            context.procedure.get_first_step(StepKind.VERIFY).exits["forward_by_letter"]
        )
    return step


def inspection(procedure: Procedure) -> str:
    """The step in which the Inspektorat has what nobody else may know of."""
    return procedure.get_first_step(StepKind.RECORD).exits["protect"]


def _owner(step: Step, agency: str | None, unit: str | None, context: DecisionContext) -> str:
    """Whose turn it is: the liaison does what nobody else at the agency is appointed for."""
    if step.owner not in AGENCY_ROLES or step.owner == Role.LIAISON:
        return step.owner
    of_unit = step.owner == Role.UNIT
    known = unit is not None or not of_unit
    staffed = known and context.staffed(step.owner, agency, unit if of_unit else None)
    return step.owner if staffed else Role.LIAISON


def _instant(rung: Rung, derivation: Derivation, context: DecisionContext) -> datetime:
    if rung.part is not None:
        return find_instant_at_part(derivation, rung.part, context.calendar)
    if rung.last_day_at is not None:
        last_day = (context.calendar.to_local(derivation.due_at) - timedelta.resolution).date()
        return datetime.combine(last_day, rung.last_day_at, context.calendar.zone).astimezone(UTC)
    return add_working_days(derivation.due_at, rung.further_working_days or 0, context.calendar)
