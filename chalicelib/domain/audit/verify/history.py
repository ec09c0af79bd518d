"""The history: each event as the procedure has it after those before, and what they add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from chalicelib.domain.audit.export import Export, dump_snapshot
from chalicelib.domain.audit.verify.clocks import check_schedule
from chalicelib.domain.audit.verify.counting import KnownCalendars
from chalicelib.domain.audit.verify.difference import find_differences
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.state import Complaint, evolve, is_overdue
from chalicelib.domain.complaint.stored_event import StoredEvent, canonical
from chalicelib.domain.lint.events import BY_ACT, OPENED, events_in
from chalicelib.domain.procedure.loading import parse_procedure
from chalicelib.domain.procedure.model import AGENCY_ROLES, SILENCE, Procedure, Role, StepKind
from chalicelib.domain.time.deadlines import Derivation, Pause

LEAVES = {
    **BY_ACT,
    "accept": frozenset({"complaint.accepted"}),
    "ask": frozenset({"completion.asked", "items.asked"}),
}
"""What has happened when a step is left by an act."""
_UNFIT = (ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError)
"""What rules written for events that were decided raise for some that never were."""


def find_problems(export: Export, calendars: KnownCalendars) -> Iterator[str]:
    """What could not have happened so, up to the first event that cannot be followed at all."""
    try:
        procedure = parse_procedure(export.procedure.text)
    except ValueError:
        return
    events = []
    for seq, body in enumerate(export.events, start=1):
        try:
            events.append(StoredEvent.model_validate_json(canonical(body)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            yield f"event {seq}: cannot be read: {where}: {first['msg']}"
            return
    follower = Follower(procedure, calendars, export)
    for event, after in zip(events, [*events[1:], None], strict=True):
        try:
            yield from (f"event {event.seq}: {problem}" for problem in follower.follow(event, after))
        except _UNFIT as error:
            yield f"event {event.seq}: cannot follow what was before it ({type(error).__name__}: {error})"
            return
    if follower.complaint is None:
        return
    for path in find_differences(export.complaint, dump_snapshot(follower.complaint)):
        yield f"complaint.{path}: is not what the events come to"


@dataclass
class Follower:
    """Goes along with a complaint's events. ``complaint`` is what those so far add up to."""

    procedure: Procedure
    calendars: KnownCalendars
    export: Export
    complaint: Complaint | None = None
    waited: tuple[Pause, ...] = ()
    """The wait that has just ended: the clocks that stood still are armed anew with it."""
    here: frozenset[str] = frozenset()
    """What has happened since the open step opened."""

    def follow(self, event: StoredEvent, after: StoredEvent | None) -> Iterator[str]:
        """What is wrong with the event that comes next; ``after`` is the one after it."""
        before = self.complaint
        if before is None:
            yield from self._filed(event)
        else:
            yield from self._in_time(before, event)
            yield from self._in_step(before, event)
            yield from self._fact(before, event, after)
        self.here = frozenset() if event.type == OPENED else self.here | {event.type}
        self.complaint = evolve(before, event, self.procedure)

    def _filed(self, event: StoredEvent) -> Iterator[str]:
        fact, given = event.event, self.export.procedure
        if not isinstance(fact, f.Filed):
            return
        if (fact.procedure, fact.procedure_version) != (given.id, given.version):
            yield f"was filed under {fact.procedure} {fact.procedure_version}, not the procedure given"
        if fact.received_at and fact.received_at > event.at:
            yield "was received after it was filed"

    def _in_time(self, before: Complaint, event: StoredEvent) -> Iterator[str]:
        if event.at < before.last_at:
            yield f"is of {event.at.isoformat()}, earlier than the event before it"

    def _in_step(self, before: Complaint, event: StoredEvent) -> Iterator[str]:
        """What a step's exits bring about happens only in a step that has them."""
        if not any(event.type in events_in(step, self.procedure) for step in self.procedure.steps):
            return
        name = before.step.name if before.step else None
        if name is None or event.type not in events_in(self.procedure.get_step(name), self.procedure):
            yield f"{event.type} cannot happen in step {name}"

    def _fact(self, before: Complaint, event: StoredEvent, after: StoredEvent | None) -> Iterator[str]:
        match event.event:
            case f.StepOpened() as fact:
                yield from self._opened(before, fact, event.at, after)
            case f.DeadlineArmed() as fact:
                yield from check_schedule(before, fact, event, self.procedure, self.calendars, self.waited)
            case f.RungReached() as fact:
                yield from self._rung(before, fact, event.at)
            case f.Answered(late=late):
                if late != is_overdue(before, event.at, self.procedure):
                    yield f"says that the answer was {'late' if late else 'in time'}, which it was not"
            case f.Confirmed(reopening=window) | f.ClosedBySilence(reopening=window):
                yield from self._window(window, event.at, can_be=True)
            case f.Archived(reopening=window, reason=reason):
                yield from self._window(window, event.at, can_be=reason == "already_handled")
            case _:
                pass

    def _opened(
        self, before: Complaint, fact: f.StepOpened, at: datetime, after: StoredEvent | None
    ) -> Iterator[str]:
        step = self.procedure.get_step(fact.step)
        self.waited = ()
        if fact.resumed and before.waiting:
            self.waited = (Pause(since=before.waiting.since, until=at),)
        if fact.kind is not step.kind:
            yield f"step {fact.step} is of kind {step.kind}, not {fact.kind}"
        if fact.owner != step.owner and not (step.owner in AGENCY_ROLES and fact.owner == Role.LIAISON):
            yield f"step {fact.step} is the {step.owner}'s, not the {fact.owner}'s"
        visits = before.visits.get(fact.step, 0)
        if fact.visit != (visits if fact.resumed else visits + 1):
            yield f"step {fact.step} is open for the {fact.visit}. time after {visits}"
        yield from self._left(before, fact)
        yield from self._due(fact, at, after)

    def _left(self, before: Complaint, fact: f.StepOpened) -> Iterator[str]:
        """Where an exit of the open step leads to the next one, what that exit is must have happened."""
        if before.step is None or fact.resumed:
            return
        exits = self.procedure.get_step(before.step.name).exits
        acts = [act for act, target in exits.items() if target == fact.step]
        leaving = frozenset[str]().union(*(LEAVES[act] for act in acts))
        if acts and not leaving & self.here:
            yield f"step {fact.step} opens, and nothing has happened that leads there from {before.step.name}"

    def _due(self, fact: f.StepOpened, at: datetime, after: StoredEvent | None) -> Iterator[str]:
        """A step is due when the clock says that is armed with it; the system's own have none."""
        step = self.procedure.get_step(fact.step)
        minutes = step.standard_time.minutes
        if step.ladder:
            clock = SILENCE if step.kind is StepKind.CONFIRM else step.name
            armed_with_it = after.event if after else None
            if not (
                isinstance(armed_with_it, f.DeadlineArmed)
                and (armed_with_it.clock, armed_with_it.visit) == (clock, fact.visit)
                and armed_with_it.derivation.due_at == fact.due_at
            ):
                yield f"step {fact.step} is due at {fact.due_at.isoformat()}, and no clock is armed for that"
        elif minutes and fact.due_at != at + timedelta(minutes=minutes):
            yield f"step {fact.step} is not due after {step.standard_time.format('en')}"

    def _rung(self, before: Complaint, fact: f.RungReached, at: datetime) -> Iterator[str]:
        clock = before.clock(fact.clock, fact.visit)
        instant = next((one for one in clock.ahead if one.name == fact.rung), None) if clock else None
        if instant is None:
            yield f"no clock {fact.clock} of visit {fact.visit} has a rung {fact.rung} ahead"
            return
        if at < instant.nominal_at:
            yield f"rung {fact.rung} came before {instant.nominal_at.isoformat()}"
        ladder = self.procedure.find_ladder(fact.clock)
        level = next(rung.late_level for rung in (ladder.rungs if ladder else ()) if rung.name == fact.rung)
        if fact.late_level != level:
            yield f"rung {fact.rung} comes to level {level}, not {fact.late_level}"

    def _window(self, window: Derivation | None, at: datetime, *, can_be: bool) -> Iterator[str]:
        rule = self.procedure.reopening if can_be else None
        if window is None or rule is None:
            if window or rule:
                yield "does not say until when it can be reopened, or says so where it cannot be"
            return
        if (window.trigger, window.standard_time) != (at, rule.standard_time):
            yield "its time to be reopened is not counted from then, or is not the procedure's"
        if window.legal_basis != rule.legal_basis:
            yield "its time to be reopened has another legal basis than the procedure's"
        if not self.calendars.counted_by(window):
            yield f"can be reopened until {window.due_at.isoformat()}, which is not how it counts"
