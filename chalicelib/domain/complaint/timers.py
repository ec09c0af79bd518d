"""What timers and operations may do: reach a rung, arm a clock anew, count its deadline anew."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import Frame
from chalicelib.domain.complaint.state import Clock, Complaint, at_rest, happens
from chalicelib.domain.complaint.steps import (
    armed,
    counted_anew,
    leave,
    only_system,
    rearmed,
    reopening_window,
)
from chalicelib.domain.procedure.model import ComplaintClass, Envelope, Procedure, Rung
from chalicelib.domain.time.deadlines import derive


def reach_rung(complaint: Complaint, command: c.ReachRung, frame: Frame) -> list[f.Fact]:
    """A timer may fire late, twice, or for a clock that is closed or re-armed: then nothing happens.

    One that fires early is a mistake of the caller, who knows the rung's instant: ``ValueError``.
    """
    only_system(frame.actor)
    clock = complaint.clock(command.clock, command.visit)
    if clock is None or clock.arming != command.arming:
        return []
    instant = next((rung.nominal_at for rung in clock.ahead if rung.name == command.rung), None)
    if instant is None or at_rest(complaint, clock, frame.procedure):
        return []
    if frame.now < instant:
        raise ValueError(f"rung {command.rung} is reached at {instant.isoformat()}, not before")
    return _reached(complaint, clock, _rung(clock, command.rung, frame.procedure), frame)


def catch_up(complaint: Complaint, frame: Frame, *, answered: bool) -> list[f.Fact]:
    """What the envelopes' rungs do that came while the last word was the government's, and now is not.

    ``answered`` is whether the reporter still has an answer: a question is no complaint about it.
    """
    onward = complaint.model_copy(update={"step": None, "state": "answered" if answered else "in_progress"})
    facts: list[f.Fact] = []
    for clock in complaint.clocks:
        rested = at_rest(complaint, clock, frame.procedure)
        if rested and not at_rest(onward, clock, frame.procedure):
            past = [rung for rung in clock.ahead if rung.nominal_at <= frame.now]
            for instant in past[-1:]:
                facts += _reached(complaint, clock, _rung(clock, instant.name, frame.procedure), frame)
    return facts


def rearm(complaint: Complaint, command: c.Rearm, frame: Frame) -> list[f.Fact]:
    """Operations start a lost timer again; a clock whose rungs are all behind it stays as it is."""
    only_system(frame.actor)
    clock = complaint.clock(command.clock, command.visit)
    if clock is None or not clock.ahead:
        return []
    if at_rest(complaint, clock, frame.procedure) and clock.ahead[-1].nominal_at <= frame.now:
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


def recount(complaint: Complaint, _: c.Recount, frame: Frame) -> list[f.Fact]:
    """Every open deadline by the calendar as it is now; a breach that was recorded stays recorded."""
    only_system(frame.actor)
    facts: list[f.Fact] = []
    for clock in complaint.clocks:
        facts += rearmed(clock, counted_anew(clock, frame), frame)
    return facts


def with_envelopes(complaint: Complaint | None, facts: Sequence[f.Fact], frame: Frame) -> list[f.Fact]:
    """The facts, and after them the clocks over several steps that they start."""
    started = list(facts)
    for envelope in frame.procedure.envelopes:
        starting = any(happens(start, fact) for fact in facts for start in envelope.starts_on)
        running = _running(complaint, envelope, facts)
        if running and complaint:
            started += _reclassified(complaint, envelope, running, facts, frame)
        elif starting or _comes_under(envelope, complaint, facts):
            started += _started(complaint, envelope, facts, frame)
    return started


def _comes_under(envelope: Envelope, complaint: Complaint | None, facts: Sequence[f.Fact]) -> bool:
    """Whether a class that this envelope does not know was corrected to one that it does."""
    return (
        any(isinstance(fact, f.Reclassified) for fact in facts)
        and complaint is not None
        and complaint.step is not None
        and complaint.state != "handed_over"
        and envelope.time_for(complaint.complaint_class) is None
    )


def _running(complaint: Complaint | None, envelope: Envelope, facts: Sequence[f.Fact]) -> Clock | None:
    stopped = any(happens(stop, fact) for fact in facts for stop in envelope.stops_on)
    if complaint is None or stopped or complaint.finished:
        return None
    return next((clock for clock in complaint.clocks if clock.name == envelope.name), None)


def _started(
    complaint: Complaint | None, envelope: Envelope, facts: Sequence[f.Fact], frame: Frame
) -> list[f.Fact]:
    standard_time = envelope.time_for(_class_of(complaint, facts))
    if standard_time is None:
        return []
    received = complaint.received_at if complaint else _received(facts) or frame.now
    again = any(isinstance(fact, f.Reopened) for fact in facts)
    trigger = received if envelope.counts_from == "receipt" and not again else frame.now
    derivation = derive(trigger, standard_time, frame.calendar, envelope.legal_basis)
    visit = (complaint.visits.get(envelope.name, 0) if complaint else 0) + 1
    return [armed(envelope.name, visit, 1, derivation, frame.procedure.ladders[envelope.ladder], frame)]


def _reclassified(
    complaint: Complaint, envelope: Envelope, running: Clock, facts: Sequence[f.Fact], frame: Frame
) -> list[f.Fact]:
    """Another class has another time, counted from where the old one was."""
    if not any(isinstance(fact, f.Verified | f.Reclassified) for fact in facts):
        return []
    standard_time = envelope.time_for(_class_of(complaint, facts))
    if standard_time is None:
        return []
    before = running.derivation
    anew = derive(before.trigger, standard_time, frame.calendar, envelope.legal_basis, before.pauses)
    return rearmed(running, anew, frame)


def _class_of(complaint: Complaint | None, facts: Sequence[f.Fact]) -> ComplaintClass | None:
    said = [fact.complaint_class for fact in facts if isinstance(fact, f.Verified | f.Reclassified)]
    return said[-1] if said else complaint.complaint_class if complaint else None


def _received(facts: Sequence[f.Fact]) -> datetime | None:
    return next((fact.received_at for fact in facts if isinstance(fact, f.Filed)), None)


def _reached(complaint: Complaint, clock: Clock, rung: Rung, frame: Frame) -> list[f.Fact]:
    reached = f.RungReached(clock=clock.name, visit=clock.visit, rung=rung.name, late_level=rung.late_level)
    match rung.act:
        case "silence":
            closed = f.ClosedBySilence(reopening=reopening_window(frame))
            return [reached, closed, *leave(complaint, "silence", frame)]
        case "lapse":
            return [reached, f.Lapsed(), *leave(complaint, "lapse", frame)]
        case "expire":
            return [reached, f.ItemsExpired(), *leave(complaint, "expire", frame)]
        case "refer" if complaint.referred_at is None:
            return [reached, f.Referred()]
        case _:
            return [reached]


def _rung(clock: Clock, name: str, procedure: Procedure) -> Rung:
    ladder = procedure.ladder_for(clock.name)
    for rung in ladder.rungs if ladder else ():
        if rung.name == name:
            return rung
    raise KeyError(f"{clock.name} has no rung {name}")
