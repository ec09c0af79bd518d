"""What must hold after everything that happens to a complaint, whoever did it and however late."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.available_actions import available_actions
from chalicelib.domain.complaint.state import Clock, Complaint, is_late, is_suspended, matches
from chalicelib.domain.procedure.model import ENDS, Procedure, Role, StepKind
from chalicelib.domain.values.actor import Actor

Timer = tuple[str, int, int, str]
"""A clock's name, visit and arming, and the rung at which its timer rings."""

SILENT = (StepKind.COMPLETE, StepKind.CONFIRM)
"""Steps whose owner may never do anything: only the clock ends them."""

_OVER = ENDS | {"withdrawn"}


@dataclass(frozen=True)
class Taken:
    """One thing that happened: the complaint before and after it, its facts, and what was put down to come.

    ``owner`` is somebody whose turn it is afterwards, ``timers`` those still to ring, ``turn_at`` when the
    owner acts (``None`` where they never will).
    """

    before: Complaint | None
    after: Complaint
    facts: Sequence[f.Event]
    procedure: Procedure
    now: datetime
    owner: Actor | None
    timers: Iterable[Timer]
    turn_at: datetime | None


def broken(taken: Taken) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    for check in _CHECKS:
        yield from check(taken)


def _has_one_turn(taken: Taken) -> Iterator[str]:
    at = taken.after
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


def _step_has_a_clock(taken: Taken) -> Iterator[str]:
    step, clock = taken.after.step, taken.after.step_clock
    if step is None or step.owner == Role.SYSTEM:
        return
    if clock is None:
        yield f"waits in {step.name} without a clock"
    elif clock.due_at != step.due_at:
        yield f"is due in {step.name} at another time than its clock says"
    elif step.kind in SILENT and not clock.ahead:
        yield f"waits in {step.name} for a reporter who may never come, and no rung is ahead"


def _clocks_ring(taken: Taken) -> Iterator[str]:
    pending = set(taken.timers)
    for clock in taken.after.clocks:
        if not clock.ahead:
            if clock.rungs[-1].name not in clock.reached:
                yield f"its clock {clock.name} has no rung ahead and has not reached its last"
        elif not (_timers_of(clock) & pending or is_suspended(taken.after, clock, taken.procedure)):
            yield f"its clock {clock.name} has rungs ahead and no timer"


def _timers_of(clock: Clock) -> set[Timer]:
    return {(clock.name, clock.visit, clock.arming, rung.name) for rung in clock.ahead}


def _somebody_acts_next(taken: Taken) -> Iterator[str]:
    step = taken.after.step
    if step is None or taken.owner is None:
        return
    if taken.turn_at is None and step.kind not in SILENT:
        yield f"{step.owner} has {step.name}, and nobody there will ever act"
    if step.owner != Role.SYSTEM and not available_actions(
        taken.after, taken.owner, taken.procedure, taken.now
    ):
        yield f"{step.owner} has {step.name} and may do nothing"


def _clocks_survive_returns(taken: Taken) -> Iterator[str]:
    if taken.before is None or not any(
        isinstance(fact, f.Returned | f.SentBack | f.Disputed) for fact in taken.facts
    ):
        return
    now = {clock.name: clock for clock in taken.after.clocks}
    for clock in taken.before.clocks:
        envelope = taken.procedure.find_overall_deadline(clock.name)
        if envelope is None or any(matches(stop, fact) for stop in envelope.stops_on for fact in taken.facts):
            continue
        runs = now.get(clock.name)
        if runs is None or (runs.visit, runs.derivation) != (clock.visit, clock.derivation):
            yield f"its clock {clock.name} did not survive being given back"


def _pauses_cost_no_time(taken: Taken) -> Iterator[str]:
    waiting = taken.before.waiting if taken.before else None
    resumed = any(isinstance(fact, f.StepOpened) and fact.resumed for fact in taken.facts)
    step = taken.after.step
    if not (waiting and waiting.clock and resumed and step):
        return
    clock = taken.after.step_clock
    same = (
        clock is not None and clock.derivation.calendar_version == waiting.clock.derivation.calendar_version
    )
    if step.visit != waiting.step.visit or (same and step.due_at < waiting.step.due_at):
        yield f"{step.name} lost time while the reporter was asked"


def _late_stays_late(taken: Taken) -> Iterator[str]:
    before, after = taken.before, taken.after
    if before is None:
        return
    if before.was_late and not after.was_late:
        yield "was late and is so no more"
    if is_late(before.step, taken.now) and _turn(before) != _turn(after) and not after.was_late:
        yield "left a step late and nobody noticed"
    if before.referred_at and after.referred_at != before.referred_at:
        yield "was referred to the Ombudsman a second time"


def _turn(complaint: Complaint) -> tuple[str, int] | None:
    return (complaint.step.name, complaint.step.visit) if complaint.step else None


def _nothing_is_undone(taken: Taken) -> Iterator[str]:
    before, after = taken.before, taken.after
    if before is None:
        return
    if after.seq != before.seq + len(taken.facts):
        yield "lost an event"
    if not before.rows_done.items() <= after.rows_done.items():
        yield "a row that was done is so no more"
    if len(after.answers) < len(before.answers) or after.received_at != before.received_at:
        yield "an answer or the date of receipt is gone"


def _protected_from_others(taken: Taken) -> Iterator[str]:
    step = taken.after.step
    allowed = (Role.REPORTER, Role.INSPECTORATE, Role.SYSTEM)
    if step and taken.after.protected and step.owner not in allowed:
        yield f"is protected, and {step.owner} has it"


def _answers_are_published(taken: Taken) -> Iterator[str]:
    if taken.after.state in ("answered", "resolved") and not taken.after.published_answers:
        yield f"is {taken.after.state} without an answer"


_CHECKS: tuple[Callable[[Taken], Iterator[str]], ...] = (
    _has_one_turn,
    _step_has_a_clock,
    _clocks_ring,
    _somebody_acts_next,
    _clocks_survive_returns,
    _pauses_cost_no_time,
    _late_stays_late,
    _nothing_is_undone,
    _protected_from_others,
    _answers_are_published,
)
