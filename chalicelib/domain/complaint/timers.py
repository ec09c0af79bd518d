"""What timers and operations may do: reach a rung, arm a clock anew, count its deadline anew."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Clock, Complaint, is_suspended, matches
from chalicelib.domain.complaint.steps import (
    leave,
    only_system,
    recompute_deadline,
    reopening_window,
    reschedule,
    schedule,
)
from chalicelib.domain.procedure.model import ComplaintClass, OverallDeadline, Procedure, Rung
from chalicelib.domain.time.deadlines import derive


def reach_rung(complaint: Complaint, command: c.ReachRung, context: DecisionContext) -> list[f.Event]:
    """A timer may fire late, twice, or for a clock that is closed or re-armed: then nothing happens.

    One that fires early is a mistake of the caller, who knows the rung's instant: ``ValueError``.
    """
    only_system(context.actor)
    clock = complaint.clock(command.clock, command.visit)
    if clock is None or clock.arming != command.arming:
        return []
    instant = next((rung.nominal_at for rung in clock.ahead if rung.name == command.rung), None)
    if instant is None or is_suspended(complaint, clock, context.procedure):
        return []
    if context.now < instant:
        raise ValueError(f"rung {command.rung} is reached at {instant.isoformat()}, not before")
    return _reached(complaint, clock, _rung(clock, command.rung, context.procedure), context)


def catch_up(complaint: Complaint, context: DecisionContext, *, answered: bool) -> list[f.Event]:
    """What the envelopes' rungs do that came while the last word was the government's, and now is not.

    ``answered`` is whether the reporter still has an answer: a question is no complaint about it.
    """
    onward = complaint.model_copy(update={"step": None, "state": "answered" if answered else "in_progress"})
    facts: list[f.Event] = []
    for clock in complaint.clocks:
        rested = is_suspended(complaint, clock, context.procedure)
        if rested and not is_suspended(onward, clock, context.procedure):
            past = [rung for rung in clock.ahead if rung.nominal_at <= context.now]
            for instant in past[-1:]:
                facts += _reached(complaint, clock, _rung(clock, instant.name, context.procedure), context)
    return facts


def rearm(complaint: Complaint, command: c.Rearm, context: DecisionContext) -> list[f.Event]:
    """Operations start a lost timer again; a clock whose rungs are all behind it stays as it is."""
    only_system(context.actor)
    clock = complaint.clock(command.clock, command.visit)
    if clock is None or not clock.ahead:
        return []
    if is_suspended(complaint, clock, context.procedure) and clock.ahead[-1].nominal_at <= context.now:
        return []
    return [
        f.DeadlineArmed(
            clock=clock.name,
            visit=clock.visit,
            arming=clock.arming + 1,
            derivation=clock.derivation,
            rungs=clock.rungs,
        )
    ]


def recount(complaint: Complaint, _: c.Recount, context: DecisionContext) -> list[f.Event]:
    """Every open deadline by the calendar as it is now; a breach that was recorded stays recorded."""
    only_system(context.actor)
    facts: list[f.Event] = []
    for clock in complaint.clocks:
        facts += reschedule(clock, recompute_deadline(clock, context), context)
    return facts


def with_envelopes(
    complaint: Complaint | None, facts: Sequence[f.Event], context: DecisionContext
) -> list[f.Event]:
    """The facts, and after them the clocks over several steps that they start."""
    started = list(facts)
    for envelope in context.procedure.overall_deadlines:
        starting = any(matches(start, fact) for fact in facts for start in envelope.starts_on)
        running = _running(complaint, envelope, facts)
        if running and complaint:
            started += _reclassified(complaint, envelope, running, facts, context)
        elif starting or _comes_under(envelope, complaint, facts):
            started += _started(complaint, envelope, facts, context)
    return started


def _comes_under(envelope: OverallDeadline, complaint: Complaint | None, facts: Sequence[f.Event]) -> bool:
    """Whether a class that this envelope does not know was corrected to one that it does."""
    return (
        any(isinstance(fact, f.Reclassified) for fact in facts)
        and complaint is not None
        and complaint.step is not None
        and complaint.state != "handed_over"
        and envelope.find_time(complaint.complaint_class) is None
    )


def _running(
    complaint: Complaint | None, envelope: OverallDeadline, facts: Sequence[f.Event]
) -> Clock | None:
    stopped = any(matches(stop, fact) for fact in facts for stop in envelope.stops_on)
    if complaint is None or stopped or complaint.finished:
        return None
    return next((clock for clock in complaint.clocks if clock.name == envelope.name), None)


def _started(
    complaint: Complaint | None, envelope: OverallDeadline, facts: Sequence[f.Event], context: DecisionContext
) -> list[f.Event]:
    standard_time = envelope.find_time(_class_of(complaint, facts))
    if standard_time is None:
        return []
    received = complaint.received_at if complaint else _received(facts) or context.now
    again = any(isinstance(fact, f.Reopened) for fact in facts)
    trigger = received if envelope.counts_from == "receipt" and not again else context.now
    derivation = derive(trigger, standard_time, context.calendar, envelope.legal_basis)
    visit = (complaint.visits.get(envelope.name, 0) if complaint else 0) + 1
    return [
        schedule(envelope.name, visit, 1, derivation, context.procedure.ladders[envelope.ladder], context)
    ]


def _reclassified(
    complaint: Complaint,
    envelope: OverallDeadline,
    running: Clock,
    facts: Sequence[f.Event],
    context: DecisionContext,
) -> list[f.Event]:
    """Another class has another time, counted from where the old one was."""
    if not any(isinstance(fact, f.Verified | f.Reclassified) for fact in facts):
        return []
    standard_time = envelope.find_time(_class_of(complaint, facts))
    if standard_time is None:
        return []
    before = running.derivation
    anew = derive(before.trigger, standard_time, context.calendar, envelope.legal_basis, before.pauses)
    return reschedule(running, anew, context)


def _class_of(complaint: Complaint | None, facts: Sequence[f.Event]) -> ComplaintClass | None:
    said = [fact.complaint_class for fact in facts if isinstance(fact, f.Verified | f.Reclassified)]
    return said[-1] if said else complaint.complaint_class if complaint else None


def _received(facts: Sequence[f.Event]) -> datetime | None:
    return next((fact.received_at for fact in facts if isinstance(fact, f.Filed)), None)


def _reached(complaint: Complaint, clock: Clock, rung: Rung, context: DecisionContext) -> list[f.Event]:
    reached = f.RungReached(clock=clock.name, visit=clock.visit, rung=rung.name, late_level=rung.late_level)
    match rung.act:
        case "silence":
            closed = f.ClosedBySilence(reopening=reopening_window(context))
            return [reached, closed, *leave(complaint, "silence", context)]
        case "lapse":
            return [reached, f.Lapsed(), *leave(complaint, "lapse", context)]
        case "expire":
            return [reached, f.ItemsExpired(), *leave(complaint, "expire", context)]
        case "refer" if complaint.referred_at is None:
            return [reached, f.Referred()]
        case _:
            return [reached]


def _rung(clock: Clock, name: str, procedure: Procedure) -> Rung:
    ladder = procedure.find_ladder(clock.name)
    for rung in ladder.rungs if ladder else ():
        if rung.name == name:
            return rung
    raise KeyError(f"{clock.name} has no rung {name}")
