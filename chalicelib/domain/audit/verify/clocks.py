"""A clock that is armed: for the procedure's time, from the right instant, to a deadline that counts so."""

from collections.abc import Iterator

from chalicelib.domain.audit.verify.counting import KnownCalendars, RecordedCalendar
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint import steps
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import PLAN, SILENCE, Ladder, Procedure, StepKind
from chalicelib.domain.time.calendar import ONE_DAY, Calendar
from chalicelib.domain.time.deadlines import Pause, StandardTime


def check_schedule(
    before: Complaint,
    fact: f.DeadlineArmed,
    event: StoredEvent,
    procedure: Procedure,
    calendars: KnownCalendars,
    waited: tuple[Pause, ...],
) -> Iterator[str]:
    """What is wrong with it; ``waited`` is the wait that has just ended, in which it stood still."""
    running = before.clock(fact.clock, fact.visit)
    where, derivation = f"clock {fact.clock}", fact.derivation
    if fact.arming != (running.arming + 1 if running else 1):
        yield f"{where} is armed for the {fact.arming}. time"
    if running is None and fact.visit != _expected_visit(before, fact.clock):
        yield f"{where} runs for the {fact.visit}. time"
    if derivation.zone != before.zone:
        yield f"{where} is counted in {derivation.zone}, not in {before.zone}"
    yield from _check_standard_time(where, before, fact, procedure)
    yield from _check_trigger(where, before, running, event, fact, procedure)
    yield from _check_pauses(where, running, fact, event, waited)
    yield from _check_moved_from(where, running, fact, waited)
    counted_by = calendars.counted_by(derivation)
    if not counted_by:
        yield f"{where} is due at {derivation.due_at.isoformat()}, which is not how its days count"
    ladder = procedure.find_ladder(fact.clock)
    if ladder is None:
        yield f"{where} has no rungs in the procedure"
    elif counted_by and not any(_has_same_rungs(fact, event, ladder, procedure, one) for one in counted_by):
        yield f"{where} has rungs at other instants than the procedure's"


def _expected_visit(before: Complaint, clock: str) -> int:
    step = before.step
    if step and clock in (step.name, SILENCE):
        return step.visit
    return before.visits.get(clock, 0) + 1


def _check_standard_time(
    where: str, before: Complaint, fact: f.DeadlineArmed, procedure: Procedure
) -> Iterator[str]:
    expected = _find_rule(before, fact, procedure)
    if expected is None:
        yield f"{where} is none that the procedure has now"
        return
    standard_time, legal_basis = expected
    if fact.derivation.standard_time != standard_time:
        yield f"{where} runs {fact.derivation.standard_time.format('en')}, not {standard_time.format('en')}"
    if fact.derivation.legal_basis != legal_basis:
        yield f"{where} has another legal basis than the procedure's: {fact.derivation.legal_basis}"


def _find_rule(
    before: Complaint, fact: f.DeadlineArmed, procedure: Procedure
) -> tuple[StandardTime, str] | None:
    """The time the procedure gives this clock now, and what that comes from."""
    if fact.clock == PLAN:
        return _find_plan_rule(before, fact, procedure)
    if envelope := procedure.find_overall_deadline(fact.clock):
        time = envelope.find_time(before.complaint_class)
        return (time, envelope.legal_basis) if time else None
    step = before.step
    if step is None or fact.clock != (SILENCE if step.kind is StepKind.CONFIRM else step.name):
        return None
    planned = procedure.get_step(step.name)
    return planned.standard_time, planned.legal_basis


def _find_plan_rule(
    before: Complaint, fact: f.DeadlineArmed, procedure: Procedure
) -> tuple[StandardTime, str] | None:
    """A plan's clock ends with its day, which the answer named that is published."""
    running = before.clock(fact.clock, fact.visit)
    if procedure.planning is None:
        return None
    if running:
        return running.derivation.standard_time, procedure.planning.legal_basis
    plan = before.answers[-1].plan if before.answers else None
    if plan is None:
        return None
    began = Calendar(before.zone).to_local(fact.derivation.trigger).date()
    days = (plan.date - began) // ONE_DAY
    return StandardTime(calendar_days=days), procedure.planning.legal_basis


def _check_trigger(
    where: str,
    before: Complaint,
    running: Clock | None,
    event: StoredEvent,
    fact: f.DeadlineArmed,
    procedure: Procedure,
) -> Iterator[str]:
    envelope = procedure.find_overall_deadline(fact.clock)
    possible = {event.at} if running is None or fact.clock == SILENCE else set()
    if running:
        possible.add(running.derivation.trigger)
    elif envelope and envelope.counts_from == "receipt":
        possible.add(before.received_at)
    if fact.derivation.trigger not in possible:
        yield f"{where} counts from {fact.derivation.trigger.isoformat()}, when nothing began"


def _check_pauses(
    where: str, running: Clock | None, fact: f.DeadlineArmed, event: StoredEvent, waited: tuple[Pause, ...]
) -> Iterator[str]:
    had = running.derivation.pauses if running else ()
    possible = [had, tuple(sorted((*had, *waited), key=lambda pause: (pause.since, pause.until)))]
    if fact.derivation.trigger == event.at:
        possible.append(())
    if fact.derivation.pauses not in possible:
        yield f"{where} stood still at other times than the complaint waited"


def _check_moved_from(
    where: str, running: Clock | None, fact: f.DeadlineArmed, waited: tuple[Pause, ...]
) -> Iterator[str]:
    """Where a decree or another class moved a deadline, the fact says from when."""
    derivation, old = fact.derivation, running.derivation if running else None
    same_count = old and (old.trigger, old.pauses) == (derivation.trigger, derivation.pauses)
    moved = old is not None and old.due_at != derivation.due_at
    told = fact.moved_from is not None
    if told and (not moved or old is None or fact.moved_from != old.due_at):
        yield f"{where} was not due at {fact.moved_from.isoformat() if fact.moved_from else ''} before"
    elif moved and same_count and not told and not waited:
        yield f"{where} is due at another time than before, and does not say so"


def _has_same_rungs(
    fact: f.DeadlineArmed, event: StoredEvent, ladder: Ladder, procedure: Procedure, calendar: Calendar
) -> bool:
    context = DecisionContext(procedure, calendar, event.at, event.actor)
    right = steps.schedule(fact.clock, fact.visit, fact.arming, fact.derivation, ladder, context).rungs
    if isinstance(calendar, RecordedCalendar):
        # Days after the deadline are not among those it records.
        later = {rung.name for rung in ladder.rungs if rung.further_working_days}
        instants = [rung.nominal_at for rung in fact.rungs]
        return instants == sorted(instants) and [(one.name, one) for one in fact.rungs] == [
            (one.name, given if one.name in later else one)
            for one, given in zip(right, fact.rungs, strict=False)
        ]
    return fact.rungs == right
