"""Check each scheduled clock: its standard time, its start, its pauses, its deadline and its rungs."""

from collections.abc import Iterator

from chalicelib.domain.audit.verify.counting import KnownCalendars, RecordedCalendar
from chalicelib.domain.complaint import clocks
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import PLAN, SILENCE, Ladder, Procedure, StepKind
from chalicelib.domain.time.calendar import ONE_DAY, Calendar
from chalicelib.domain.time.deadlines import Pause, StandardTime


def check_schedule(
    before: Complaint,
    event: DeadlineArmed,
    stored: StoredEvent,
    procedure: Procedure,
    calendars: KnownCalendars,
    waited: tuple[Pause, ...],
) -> Iterator[str]:
    """Generate the problems of a scheduled clock; ``waited`` is the pause that has just ended."""
    running = before.find_clock(event.clock, event.visit)
    where, derivation = f"clock {event.clock}", event.derivation
    if event.generation != (running.generation + 1 if running else 1):
        yield f"{where} is scheduled with the wrong number {event.generation}"
    if running is None and event.visit != _get_expected_visit(before, event.clock):
        yield f"{where} starts with the wrong visit {event.visit}"
    if derivation.zone != before.zone:
        yield f"{where} is counted in zone {derivation.zone}, not in {before.zone}"
    yield from _check_standard_time(where, before, event, procedure)
    yield from _check_trigger(where, before, running, stored, event, procedure)
    yield from _check_pauses(where, running, event, stored, waited)
    yield from _check_moved_from(where, running, event, waited)
    matching = calendars.find_matching(derivation)
    if not matching:
        yield f"{where} is due at {derivation.due_at.isoformat()}, but its days do not add up to that"
    ladder = procedure.find_ladder(event.clock)
    if ladder is None:
        yield f"{where} has no rungs in the procedure"
    elif matching and not any(
        _has_same_rungs(event, stored, ladder, procedure, calendar) for calendar in matching
    ):
        yield f"{where} has rungs at other times than the procedure's"


def _get_expected_visit(before: Complaint, clock: str) -> int:
    step = before.step
    if step and clock in (step.name, SILENCE):
        return step.visit
    return before.visits.get(clock, 0) + 1


def _check_standard_time(
    where: str, before: Complaint, event: DeadlineArmed, procedure: Procedure
) -> Iterator[str]:
    expected = _find_rule(before, event, procedure)
    if expected is None:
        yield f"{where} is not a clock of the procedure at this point"
        return
    standard_time, legal_basis = expected
    if event.derivation.standard_time != standard_time:
        yield f"{where} runs {event.derivation.standard_time.format('en')}, not {standard_time.format('en')}"
    if event.derivation.legal_basis != legal_basis:
        yield f"{where} has another legal basis than the procedure's: {event.derivation.legal_basis}"


def _find_rule(
    before: Complaint, event: DeadlineArmed, procedure: Procedure
) -> tuple[StandardTime, str] | None:
    """Return the time that the procedure gives this clock now, and its legal basis."""
    if event.clock == PLAN:
        return _find_plan_rule(before, event, procedure)
    if overall := procedure.find_overall_deadline(event.clock):
        time = overall.find_time(before.complaint_class)
        return (time, overall.legal_basis) if time else None
    step = before.step
    if step is None or event.clock != (SILENCE if step.kind is StepKind.CONFIRM else step.name):
        return None
    planned = procedure.get_step(step.name)
    return planned.standard_time, planned.legal_basis


def _find_plan_rule(
    before: Complaint, event: DeadlineArmed, procedure: Procedure
) -> tuple[StandardTime, str] | None:
    """Return the time of a plan's clock: it ends with the day that the published answer promised."""
    running = before.find_clock(event.clock, event.visit)
    if procedure.planning is None:
        return None
    if running:
        return running.derivation.standard_time, procedure.planning.legal_basis
    plan = before.answers[-1].plan if before.answers else None
    if plan is None:
        return None
    began = Calendar(before.zone).to_local(event.derivation.trigger).date()
    days = (plan.date - began) // ONE_DAY
    return StandardTime(calendar_days=days), procedure.planning.legal_basis


def _check_trigger(
    where: str,
    before: Complaint,
    running: Clock | None,
    stored: StoredEvent,
    event: DeadlineArmed,
    procedure: Procedure,
) -> Iterator[str]:
    overall = procedure.find_overall_deadline(event.clock)
    possible = {stored.at} if running is None or event.clock == SILENCE else set()
    if running:
        possible.add(running.derivation.trigger)
    elif overall and overall.counts_from == "receipt":
        possible.add(before.received_at)
    if event.derivation.trigger not in possible:
        yield f"{where} counts from {event.derivation.trigger.isoformat()}, but nothing began at that time"


def _check_pauses(
    where: str,
    running: Clock | None,
    event: DeadlineArmed,
    stored: StoredEvent,
    waited: tuple[Pause, ...],
) -> Iterator[str]:
    earlier = running.derivation.pauses if running else ()
    possible = [earlier, tuple(sorted((*earlier, *waited), key=lambda pause: (pause.since, pause.until)))]
    if event.derivation.trigger == stored.at:
        possible.append(())
    if event.derivation.pauses not in possible:
        yield f"{where} was paused at other times than the complaint waited"


def _check_moved_from(
    where: str, running: Clock | None, event: DeadlineArmed, waited: tuple[Pause, ...]
) -> Iterator[str]:
    """Check the earlier deadline that the event records where a decree or another class moved it."""
    derivation, old = event.derivation, running.derivation if running else None
    same_count = old and (old.trigger, old.pauses) == (derivation.trigger, derivation.pauses)
    moved = old is not None and old.due_at != derivation.due_at
    recorded = event.moved_from is not None
    if recorded and (not moved or old is None or event.moved_from != old.due_at):
        yield f"{where} was not due at {event.moved_from.isoformat() if event.moved_from else ''} before"
    elif moved and same_count and not recorded and not waited:
        yield f"{where} is due at another time than before, but does not record the move"


def _has_same_rungs(
    event: DeadlineArmed, stored: StoredEvent, ladder: Ladder, procedure: Procedure, calendar: Calendar
) -> bool:
    context = DecisionContext(procedure, calendar, stored.at, stored.actor)
    expected = clocks.schedule(
        event.clock, event.visit, event.generation, event.derivation, ladder, context
    ).rungs
    if isinstance(calendar, RecordedCalendar):
        # A derivation does not record the days after the deadline, so these rungs cannot be recomputed.
        later = {rung.name for rung in ladder.rungs if rung.further_working_days}
        instants = [rung.nominal_at for rung in event.rungs]
        return instants == sorted(instants) and [(rung.name, rung) for rung in event.rungs] == [
            (wanted.name, actual if wanted.name in later else wanted)
            for wanted, actual in zip(expected, event.rungs, strict=False)
        ]
    return event.rungs == expected
