"""Clocks: the ladders of steps, overall deadlines and plans, and the effects that their rungs may have."""

from collections.abc import Collection, Iterator
from itertools import pairwise

from chalicelib.domain.lint.events import FILED, check_event_name
from chalicelib.domain.lint.findings import Check, Defect, find_duplicates, join_with_or
from chalicelib.domain.lint.notices import check_recipient
from chalicelib.domain.lint.steps import OWNERS
from chalicelib.domain.procedure.model import OverallDeadline, Procedure, Role, Rung, Step, StepKind

SHORT = 30
"""Minutes: a shorter standard time has no reminder, only the mark that it is over."""

OF_THE_STEP = frozenset({"owner", "superior"})
"""The recipients of a rung that only the clock of one step has."""

CLASS_UNKNOWN = frozenset({FILED, "complaint.recorded"})
"""The events before the admin has given a report its class."""


def _check_steps(procedure: Procedure) -> Iterator[Defect]:
    for step in procedure.steps:
        where = f"step {step.name}"
        if Role.SYSTEM in OWNERS[step.kind]:
            if step.ladder:
                yield Defect(where, "is the system's own, but has a ladder", "Remove it: an alarm watches it")
        elif not step.ladder:
            ladders = join_with_or(procedure.ladders)
            yield Defect(where, "nothing happens when its time runs out", f"Give it a ladder: {ladders}")
        elif step.ladder not in procedure.ladders:
            yield _explain_unknown_ladder(where, step.ladder, procedure)
        else:
            yield from _check_wait(step, procedure.ladders[step.ladder].rungs, procedure)


def _explain_unknown_ladder(where: str, ladder: str, procedure: Procedure) -> Defect:
    return Defect(where, f'its ladder "{ladder}" does not exist', f"Use {join_with_or(procedure.ladders)}")


def _check_wait(step: Step, rungs: Collection[Rung], procedure: Procedure) -> Iterator[Defect]:
    yield from _check_superior(step, rungs, procedure)
    yield from _check_minutes(step, rungs)
    match step.kind:
        case StepKind.CONFIRM | StepKind.COMPLETE:
            yield from _check_reporters_wait(step, rungs)
        case StepKind.FOLLOW:
            yield from _check_handover_wait(step, rungs)
        case _:
            yield from _check_officers_wait(step, rungs)


def _check_superior(step: Step, rungs: Collection[Rung], procedure: Procedure) -> Iterator[Defect]:
    owner = procedure.roles.get(step.owner)
    for rung in rungs:
        if "superior" in rung.tell and owner and owner.superior is None:
            yield Defect(
                f"step {step.name}",
                f"rung {rung.name} tells the superior, but nobody stands above {step.owner}",
                f"Give [roles.{step.owner}] a superior, or do not tell one",
            )
        if step.owner == Role.INSPECTORATE and set(rung.tell) - {"owner", Role.INSPECTORATE}:
            yield Defect(
                f"step {step.name}",
                f'rung {rung.name} of its ladder "{step.ladder}" tells others of a protected report',
                "Give it a ladder that tells only the owner",
            )


def _check_minutes(step: Step, rungs: Collection[Rung]) -> Iterator[Defect]:
    minutes = step.standard_time.minutes or step.standard_time.office_minutes
    if minutes is None:
        return
    for rung in rungs:
        if rung.last_day_at:
            yield Defect(
                f"step {step.name}",
                f"rung {rung.name} names an hour of the last day, but its time is minutes",
                "Use part instead",
            )
        elif minutes < SHORT and rung.part is not None and rung.part < 1:
            yield Defect(
                f"step {step.name}",
                f"rung {rung.name} reminds within {minutes} minutes",
                f"Give times below {SHORT} minutes a ladder that begins at the deadline",
            )


def _check_reporters_wait(step: Step, rungs: Collection[Rung]) -> Iterator[Defect]:
    where = f"step {step.name}"
    acts = {"silence", "lapse", "expire"} & step.exits.keys()
    if not any(rung.act in acts for rung in rungs):
        yield Defect(
            where,
            f'its ladder "{step.ladder}" never ends it: a silent reporter would keep it open for ever',
            f"Give the rung at the deadline the act {join_with_or(acts)}",
        )
    for rung in rungs:
        if rung.act and rung.act not in acts:
            yield Defect(
                where,
                f'rung {rung.name} of its ladder "{step.ladder}" does "{rung.act}", which is no exit of it',
                f"Let it do {join_with_or(acts)}",
            )
        if rung.late_level:
            yield Defect(
                where,
                f'rung {rung.name} of its ladder "{step.ladder}" marks the reporter late',
                "Remove late_level: a reporter owes nothing",
            )


def _check_handover_wait(step: Step, rungs: Collection[Rung]) -> Iterator[Defect]:
    for rung in rungs:
        if rung.late_level or rung.act:
            yield Defect(
                f"step {step.name}",
                f'rung {rung.name} of its ladder "{step.ladder}" does more than remind',
                "Remove late_level and act: another body's delay is never our breach",
            )


def _check_officers_wait(step: Step, rungs: Collection[Rung]) -> Iterator[Defect]:
    where = f"step {step.name}"
    if not any(rung.late_level for rung in rungs if rung.part == 1):
        yield Defect(
            where,
            f'no rung at the deadline of its ladder "{step.ladder}" marks it late',
            "Give that rung a late_level",
        )
    for rung in rungs:
        if rung.act:
            yield Defect(
                where,
                f'rung {rung.name} of its ladder "{step.ladder}" would do an officer\'s work by timer',
                "Remove act: timers escalate, they never mark overdue work as done",
            )


def _check_overall_deadlines(procedure: Procedure) -> Iterator[Defect]:
    for envelope in procedure.overall_deadlines:
        where = f"envelope {envelope.name}"
        if (envelope.standard_time is None) == (not envelope.by_class):
            yield Defect(where, "its time is not clear", "Give either standard_time or by_class")
        yield from _check_start_and_stop(where, envelope, procedure)
        if envelope.ladder in procedure.ladders:
            rungs = procedure.ladders[envelope.ladder].rungs
            yield from _check_recipients(where, rungs)
            yield from _check_overrun(where, rungs)
        else:
            yield _explain_unknown_ladder(where, envelope.ladder, procedure)


def _check_start_and_stop(where: str, envelope: OverallDeadline, procedure: Procedure) -> Iterator[Defect]:
    for event in (*envelope.starts_on, *envelope.stops_on):
        yield from check_event_name(where, event, procedure, {})
    for event in sorted({*envelope.starts_on} & {*envelope.stops_on}):
        yield Defect(where, f"starts and stops on {event}", "Name it in one of the two")
    for event in sorted({*envelope.starts_on} & CLASS_UNKNOWN):
        if envelope.by_class:
            yield Defect(
                where, f"starts on {event}, when no class is known yet", "Start it on complaint.verified"
            )


def _check_overrun(where: str, rungs: Collection[Rung]) -> Iterator[Defect]:
    if not any(rung.late_level or rung.act for rung in rungs if rung.part == 1):
        yield Defect(
            where,
            "its deadline has no effect but messages",
            'Give the rung there a late_level, or act = "refer"',
        )
    for rung in rungs:
        if rung.act not in (None, "refer"):
            yield Defect(
                where,
                f'rung {rung.name} does "{rung.act}", which ends a step',
                'Remove it: of the acts only "refer" is an envelope\'s',
            )


def _check_planning(procedure: Procedure) -> Iterator[Defect]:
    if procedure.planning is None:
        return
    if procedure.planning.ladder not in procedure.ladders:
        yield _explain_unknown_ladder("planning", procedure.planning.ladder, procedure)
        return
    rungs = procedure.ladders[procedure.planning.ladder].rungs
    yield from _check_recipients("planning", rungs)
    for rung in rungs:
        if rung.late_level or rung.act:
            yield Defect("planning", f"rung {rung.name} does more than remind", "Remove late_level and act")


def _check_recipients(where: str, rungs: Collection[Rung]) -> Iterator[Defect]:
    """Find rungs of a clock over several steps that tell "the owner": that may be the reporter, or nobody."""
    for rung in rungs:
        for to in sorted(OF_THE_STEP & {*rung.tell}):
            yield Defect(
                where, f"rung {rung.name} tells the {to}, who changes from step to step", "Name the role"
            )


def _check_ladders(procedure: Procedure) -> Iterator[Defect]:
    towards_deadlines = {
        *(step.ladder for step in procedure.steps),
        *(envelope.ladder for envelope in procedure.overall_deadlines),
    }
    plans = procedure.planning.ladder if procedure.planning else None
    for name, ladder in procedure.ladders.items():
        where = f"ladder {name}"
        if name not in {*towards_deadlines, plans}:
            yield Defect(where, "no step, envelope or plan uses it", "Name it in one, or remove it")
        if name != plans and not any(rung.part == 1 for rung in ladder.rungs):
            yield Defect(where, "has no rung at the deadline", "Add a rung with part = 1.0")
        for again in find_duplicates(rung.name for rung in ladder.rungs):
            yield Defect(f"{where}, rung {again}", "is there twice", "Give each rung a name of its own")
        for earlier, rung in pairwise(ladder.rungs):
            yield from _check_order(f"{where}, rung {rung.name}", earlier, rung)
        for rung in ladder.rungs:
            yield from _check_moment(f"{where}, rung {rung.name}", rung)
            yield from _check_effect(f"{where}, rung {rung.name}", rung, procedure)


def _check_order(where: str, earlier: Rung, rung: Rung) -> Iterator[Defect]:
    if _to_sort_key(rung) <= _to_sort_key(earlier):
        yield Defect(where, f"is not later than {earlier.name} before it", "Put the rungs in order of time")
    if earlier.late_level and (rung.late_level or 0) <= earlier.late_level:
        yield Defect(where, f"its late_level does not rise after {earlier.name}", "Raise it by one")


def _to_sort_key(rung: Rung) -> tuple[int, float]:
    """Return the moment of a rung within its ladder: part of the time, last day, deadline, days after it."""
    if rung.further_working_days is not None:
        return 3, rung.further_working_days
    if rung.last_day_at is not None:
        return 1, rung.last_day_at.hour * 60 + rung.last_day_at.minute
    part = rung.part or 0
    return (2, 0) if part == 1 else (0, part)


def _check_moment(where: str, rung: Rung) -> Iterator[Defect]:
    moments = (rung.part, rung.further_working_days, rung.last_day_at)
    if sum(moment is not None for moment in moments) != 1:
        yield Defect(
            where,
            "its moment is not clear",
            "Give exactly one of part, last_day_at and further_working_days",
        )
    early = rung.last_day_at is not None or (rung.part is not None and rung.part < 1)
    if early and rung.late_level:
        yield Defect(where, "marks the complaint late before the deadline", "Remove late_level")
    if early and rung.act:
        yield Defect(where, "acts before the deadline", "Move act to the rung with part = 1.0")


def _check_effect(where: str, rung: Rung, procedure: Procedure) -> Iterator[Defect]:
    if rung.tell and not rung.template:
        yield Defect(where, "tells people, but not what", "Give it a template")
    if rung.template and not rung.tell:
        yield Defect(where, "has a template, but tells nobody", "Say in tell who gets it")
    if not (rung.tell or rung.act or rung.late_level):
        yield Defect(where, "does nothing", "Let it tell somebody, or remove it")
    for to in rung.tell:
        yield from check_recipient(where, to, procedure)


CHECKS: tuple[Check, ...] = (_check_steps, _check_overall_deadlines, _check_planning, _check_ladders)
