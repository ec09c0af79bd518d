"""The invariants of a complaint: they hold after every command, of any person and however late."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.event import DomainEvent, matches
from chalicelib.domain.complaint.handling import Returned
from chalicelib.domain.complaint.lateness import is_late, is_suspended
from chalicelib.domain.complaint.outcome import Disputed
from chalicelib.domain.complaint.publishing import SentBack
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.procedure.model import ENDS, Procedure, Role, StepKind
from chalicelib.domain.values.actor import Actor

Timer = tuple[str, int, int, str]
"""A clock's name, visit and generation, and the rung at which its timer rings."""

SILENT = (StepKind.COMPLETE, StepKind.CONFIRM)
"""Steps whose owner may never do anything: only the clock ends them."""

_OVER = ENDS | {"withdrawn"}
_DELAY = timedelta(days=2)
"""The longest that a timer may be late."""


@dataclass(frozen=True)
class Transition:
    """The complaint before and after one command, its events, and what is scheduled for it.

    ``owner`` is somebody whose turn it is afterwards, ``timers`` those still to ring, ``turn_at`` the instant
    at which the owner acts (``None`` where they never will).
    """

    before: Complaint | None
    after: Complaint
    events: Sequence[DomainEvent]
    procedure: Procedure
    now: datetime
    owner: Actor | None
    timers: Iterable[Timer]
    turn_at: datetime | None


def find_breaches(transition: Transition) -> Iterator[str]:
    """Yield a sentence for each invariant that does not hold."""
    for check in _CHECKS:
        yield from check(transition)


def find_lost(
    complaint: Complaint, complaints: Mapping[str, Complaint], coming: Iterable[datetime], now: datetime
) -> str | None:
    """Return a sentence if nothing will happen to an unfinished complaint any more.

    ``complaints`` are all by their tickets, ``coming`` the instants that are scheduled for this one.
    """
    if complaint.state == "duplicate":
        parent = complaints.get(complaint.parent or "")
        if parent is None or parent.finished or parent.state == "duplicate":
            return "waits for the answer of a complaint that is over"
    elif not complaint.finished and not any(at >= now - _DELAY for at in coming):
        return f"is lost: {complaint.state}, and nothing will happen to it any more"
    return None


def _check_turn(transition: Transition) -> Iterator[str]:
    at = transition.after
    if at.step is None and at.state not in _OVER:
        yield f"is {at.state}, and nobody has it any more"
    if at.step and at.step.kind is not StepKind.FOLLOW and at.state in _OVER:
        yield f"is {at.state}, and {at.step.owner} still has it"
    if (at.state == "duplicate") and at.parent is None:
        yield "is a duplicate of nothing"
    asked = at.step is not None and at.step.kind is StepKind.COMPLETE
    if (at.waiting is not None) != asked:
        yield "waits for a reporter who was not asked, or asks one for whom nothing waits"
    if len({clock.name for clock in at.clocks}) != len(at.clocks):
        yield "has two clocks of one name"


def _check_step_clock(transition: Transition) -> Iterator[str]:
    step, clock = transition.after.step, transition.after.step_clock
    if step is None or step.owner == Role.SYSTEM:
        return
    if clock is None:
        yield f"waits in {step.name} without a clock"
    elif clock.due_at != step.due_at:
        yield f"is due in {step.name} at another time than its clock says"
    elif step.kind in SILENT and not clock.ahead:
        yield f"waits in {step.name} for a reporter who may never come, and no rung is ahead"


def _check_timers(transition: Transition) -> Iterator[str]:
    pending = set(transition.timers)
    for clock in transition.after.clocks:
        if not clock.ahead:
            if clock.rungs[-1].name not in clock.reached:
                yield f"its clock {clock.name} has no rung ahead and has not reached its last"
        elif not (
            _list_timers(clock) & pending or is_suspended(transition.after, clock, transition.procedure)
        ):
            yield f"its clock {clock.name} has rungs ahead and no timer"


def _list_timers(clock: Clock) -> set[Timer]:
    return {(clock.name, clock.visit, clock.generation, rung.name) for rung in clock.ahead}


def _check_next_action(transition: Transition) -> Iterator[str]:
    step = transition.after.step
    if step is None or transition.owner is None:
        return
    if transition.turn_at is None and step.kind not in SILENT:
        yield f"{step.owner} has {step.name}, and nobody there will ever act"
    if step.owner != Role.SYSTEM and not list_available_actions(
        transition.after, transition.owner, transition.procedure, transition.now
    ):
        yield f"{step.owner} has {step.name} and may do nothing"


def _check_returns(transition: Transition) -> Iterator[str]:
    if transition.before is None or not any(
        isinstance(event, Returned | SentBack | Disputed) for event in transition.events
    ):
        return
    now = {clock.name: clock for clock in transition.after.clocks}
    for clock in transition.before.clocks:
        deadline = transition.procedure.find_overall_deadline(clock.name)
        if deadline is None or any(
            matches(stop, event) for stop in deadline.stops_on for event in transition.events
        ):
            continue
        runs = now.get(clock.name)
        if runs is None or (runs.visit, runs.derivation) != (clock.visit, clock.derivation):
            yield f"its clock {clock.name} did not survive being given back"


def _check_pauses(transition: Transition) -> Iterator[str]:
    waiting = transition.before.waiting if transition.before else None
    resumed = any(isinstance(event, StepOpened) and event.resumed for event in transition.events)
    step = transition.after.step
    if not (waiting and waiting.clock and resumed and step):
        return
    clock = transition.after.step_clock
    same = (
        clock is not None and clock.derivation.calendar_version == waiting.clock.derivation.calendar_version
    )
    if step.visit != waiting.step.visit or (same and step.due_at < waiting.step.due_at):
        yield f"{step.name} lost time while the reporter was asked"


def _check_lateness(transition: Transition) -> Iterator[str]:
    before, after = transition.before, transition.after
    if before is None:
        return
    if before.was_late and not after.was_late:
        yield "was late and is so no more"
    if (
        is_late(before.step, transition.now)
        and _get_visit(before) != _get_visit(after)
        and not after.was_late
    ):
        yield "left a step late and nobody noticed"
    if before.referred_at and after.referred_at != before.referred_at:
        yield "was referred to the Ombudsman a second time"


def _get_visit(complaint: Complaint) -> tuple[str, int] | None:
    return (complaint.step.name, complaint.step.visit) if complaint.step else None


def _check_history(transition: Transition) -> Iterator[str]:
    before, after = transition.before, transition.after
    if before is None:
        return
    if after.seq != before.seq + len(transition.events):
        yield "lost an event"
    if not before.rows_done.items() <= after.rows_done.items():
        yield "a row that was done is so no more"
    if len(after.answers) < len(before.answers) or after.received_at != before.received_at:
        yield "an answer or the date of receipt is gone"


def _check_protection(transition: Transition) -> Iterator[str]:
    step = transition.after.step
    allowed = (Role.REPORTER, Role.INSPECTORATE, Role.SYSTEM)
    if step and transition.after.protected and step.owner not in allowed:
        yield f"is protected, and {step.owner} has it"


def _check_answers(transition: Transition) -> Iterator[str]:
    if transition.after.state in ("answered", "resolved") and not transition.after.published_answers:
        yield f"is {transition.after.state} without an answer"


_CHECKS: tuple[Callable[[Transition], Iterator[str]], ...] = (
    _check_turn,
    _check_step_clock,
    _check_timers,
    _check_next_action,
    _check_returns,
    _check_pauses,
    _check_lateness,
    _check_history,
    _check_protection,
    _check_answers,
)
