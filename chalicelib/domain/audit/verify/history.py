"""Check the history: each event follows from those before it, and together they result in the state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from chalicelib.domain.audit.export import Export, dump_snapshot
from chalicelib.domain.audit.verify.clocks import check_schedule
from chalicelib.domain.audit.verify.counting import KnownCalendars
from chalicelib.domain.audit.verify.difference import find_differences
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.evolve import evolve
from chalicelib.domain.complaint.handling import Answered
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.lateness import is_overdue
from chalicelib.domain.complaint.outcome import Confirmed
from chalicelib.domain.complaint.rungs import ClosedBySilence, RungReached
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent, to_canonical_json
from chalicelib.domain.complaint.verification import Archived
from chalicelib.domain.lint.events import OPENED, list_events_in, list_events_of_exit
from chalicelib.domain.procedure.loading import parse_procedure
from chalicelib.domain.procedure.model import AGENCY_ROLES, SILENCE, Procedure, Role, StepKind
from chalicelib.domain.time.deadlines import Derivation, Pause

_INVALID_HISTORY = (ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError)
"""The errors that the domain's rules, which expect valid events, may raise for an invalid history."""


def find_problems(export: Export, calendars: KnownCalendars) -> Iterator[str]:
    """Generate the problems of the history, up to the first event that cannot be checked at all."""
    try:
        procedure = parse_procedure(export.procedure.text)
    except ValueError:
        return
    events = []
    for seq, body in enumerate(export.events, start=1):
        try:
            events.append(StoredEvent.model_validate_json(to_canonical_json(body)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            yield f"event {seq}: cannot be read: {where}: {first['msg']}"
            return
    checker = HistoryChecker(procedure, calendars, export)
    for stored, following in zip(events, [*events[1:], None], strict=True):
        try:
            yield from (f"event {stored.seq}: {problem}" for problem in checker.check_next(stored, following))
        except _INVALID_HISTORY as error:
            yield f"event {stored.seq}: cannot follow the events before it ({type(error).__name__}: {error})"
            return
    if checker.complaint is None:
        return
    for path in find_differences(export.complaint, dump_snapshot(checker.complaint)):
        yield f"complaint.{path}: is not the result of the events"


@dataclass
class HistoryChecker:
    """A check of a complaint's events, one after the other. ``complaint`` is their result so far."""

    procedure: Procedure
    calendars: KnownCalendars
    export: Export
    complaint: Complaint | None = None
    waited: tuple[Pause, ...] = ()
    """The pause that has just ended: the clocks that were paused are scheduled again with it."""
    types_in_step: frozenset[str] = frozenset()
    """The types of events since the open step was opened."""

    def check_next(self, stored: StoredEvent, following: StoredEvent | None) -> Iterator[str]:
        """Generate the problems of the next event; ``following`` is the one after it."""
        before = self.complaint
        if before is None:
            yield from self._check_filed(stored)
        else:
            yield from self._check_order(before, stored)
            yield from self._check_step(before, stored)
            yield from self._check_event(before, stored, following)
        self.types_in_step = frozenset() if stored.type == OPENED else self.types_in_step | {stored.type}
        self.complaint = evolve(before, stored, self.procedure)

    def _check_filed(self, stored: StoredEvent) -> Iterator[str]:
        event, procedure = stored.event, self.export.procedure
        if not isinstance(event, Filed):
            return
        if (event.procedure, event.procedure_version) != (procedure.id, procedure.version):
            yield (
                f"was filed under procedure {event.procedure} {event.procedure_version}, "
                "which is not the one in this file"
            )
        if event.received_at and event.received_at > stored.at:
            yield "was received after it was filed"

    def _check_order(self, before: Complaint, stored: StoredEvent) -> Iterator[str]:
        if stored.at < before.last_at:
            yield f"has the time {stored.at.isoformat()}, which is before the previous event"

    def _check_step(self, before: Complaint, stored: StoredEvent) -> Iterator[str]:
        """Check whether an event that a step's exits cause happens only in a step with such an exit."""
        if not any(stored.type in list_events_in(step, self.procedure) for step in self.procedure.steps):
            return
        name = before.step.name if before.step else None
        if name is None or stored.type not in list_events_in(self.procedure.get_step(name), self.procedure):
            yield f"{stored.type} cannot happen in step {name}"

    def _check_event(
        self, before: Complaint, stored: StoredEvent, following: StoredEvent | None
    ) -> Iterator[str]:
        match stored.event:
            case StepOpened() as event:
                yield from self._check_opened(before, event, stored.at, following)
            case DeadlineArmed() as event:
                yield from check_schedule(before, event, stored, self.procedure, self.calendars, self.waited)
            case RungReached() as event:
                yield from self._check_rung(before, event, stored.at)
            case Answered(late=late):
                if late != is_overdue(before, stored.at, self.procedure):
                    yield f"records that the answer was {'late' if late else 'in time'}, which is not true"
            case Confirmed(reopening=window) | ClosedBySilence(reopening=window):
                yield from self._check_reopening(window, stored.at, can_reopen=True)
            case Archived(reopening=window, reason=reason):
                yield from self._check_reopening(window, stored.at, can_reopen=reason == "already_handled")
            case _:
                pass

    def _check_opened(
        self, before: Complaint, event: StepOpened, at: datetime, following: StoredEvent | None
    ) -> Iterator[str]:
        step = self.procedure.get_step(event.step)
        self.waited = ()
        if event.resumed and before.waiting:
            self.waited = (Pause(since=before.waiting.since, until=at),)
        if event.kind is not step.kind:
            yield f"step {event.step} is of kind {step.kind}, not {event.kind}"
        if event.owner != step.owner and not (step.owner in AGENCY_ROLES and event.owner == Role.LIAISON):
            yield f"step {event.step} belongs to {step.owner}, not to {event.owner}"
        visits = before.visits.get(event.step, 0)
        if event.visit != (visits if event.resumed else visits + 1):
            yield f"step {event.step} opens with visit {event.visit}, but it had {visits} visits before"
        yield from self._check_way(before, event)
        yield from self._check_due(event, at, following)

    def _check_way(self, before: Complaint, event: StepOpened) -> Iterator[str]:
        """Check whether the open step has an event that an exit to the next step requires."""
        if before.step is None or event.resumed:
            return
        left = self.procedure.get_step(before.step.name)
        exits = [exit_ for exit_, target in left.exits.items() if target == event.step]
        leaving = frozenset[str]().union(*(list_events_of_exit(exit_, left.kind) for exit_ in exits))
        if exits and not leaving & self.types_in_step:
            yield f"step {event.step} opens, but nothing has happened in {before.step.name} that leads to it"

    def _check_due(self, event: StepOpened, at: datetime, following: StoredEvent | None) -> Iterator[str]:
        """Check whether a step is due when its clock is; the system's own steps have no clock."""
        step = self.procedure.get_step(event.step)
        minutes = step.standard_time.minutes
        if step.ladder:
            clock = SILENCE if step.kind is StepKind.CONFIRM else step.name
            scheduled = following.event if following else None
            if not (
                isinstance(scheduled, DeadlineArmed)
                and (scheduled.clock, scheduled.visit) == (clock, event.visit)
                and scheduled.derivation.due_at == event.due_at
            ):
                yield f"step {event.step} is due at {event.due_at.isoformat()}, but no clock is scheduled so"
        elif minutes and event.due_at != at + timedelta(minutes=minutes):
            yield f"step {event.step} is not due after {step.standard_time.format('en')}"

    def _check_rung(self, before: Complaint, event: RungReached, at: datetime) -> Iterator[str]:
        clock = before.find_clock(event.clock, event.visit)
        ahead = clock.ahead if clock else ()
        instant = next((rung for rung in ahead if rung.name == event.rung), None)
        if instant is None:
            yield f"clock {event.clock} of visit {event.visit} has no rung {event.rung} ahead"
            return
        if at < instant.nominal_at:
            yield f"rung {event.rung} was reached before {instant.nominal_at.isoformat()}"
        ladder = self.procedure.find_ladder(event.clock)
        level = next(rung.late_level for rung in (ladder.rungs if ladder else ()) if rung.name == event.rung)
        if event.late_level != level:
            yield f"rung {event.rung} means level {level}, not {event.late_level}"

    def _check_reopening(self, window: Derivation | None, at: datetime, *, can_reopen: bool) -> Iterator[str]:
        rule = self.procedure.reopening if can_reopen else None
        if window is None or rule is None:
            if window or rule:
                yield "has no time for reopening where it can be reopened, or has one where it cannot"
            return
        if (window.trigger, window.standard_time) != (at, rule.standard_time):
            yield "has a time for reopening that starts at another time, or is not the procedure's"
        if window.legal_basis != rule.legal_basis:
            yield "has a time for reopening with another legal basis than the procedure's"
        if not self.calendars.find_matching(window):
            yield f"can be reopened until {window.due_at.isoformat()}, but its days do not add up to that"
