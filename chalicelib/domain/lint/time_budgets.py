"""Sums of standard times: the longest legal path, and steps that exceed their overall deadline."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.lint.events import OPENED, list_events_of_exit, list_events_of_kind
from chalicelib.domain.lint.findings import Check, Defect
from chalicelib.domain.procedure.model import OverallDeadline, Procedure, Step
from chalicelib.domain.time.deadlines import StandardTime

OFFICE_DAY = 450
"""Office minutes of a working day: 37.5 hours in five days (Perpres 21/2023)."""
_DAY = 24 * 60
_A_LITTLE = 0.01
"""Working days: the wall-clock minutes of the system's own steps are not a reason to warn."""
BACKWARDS = frozenset({"ask", "return", "send_back", "not_satisfied", "question"})
"""The acts after which work is done again."""


class TimedPath(NamedTuple):
    """Steps one after the other, with the sum of their standard times in working days."""

    days: float
    steps: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.days:.1f} working days: {', '.join(self.steps)}"


def count_working_days(time: StandardTime) -> float:
    """Return the time in working days; five of seven calendar days count as working days."""
    if time.working_days is not None:
        return time.working_days
    if time.calendar_days is not None:
        return time.calendar_days * 5 / 7
    if time.office_minutes is not None:
        return time.office_minutes / OFFICE_DAY
    return (time.minutes or 0) / _DAY


def find_longest_path(procedure: Procedure) -> TimedPath:
    """Return the longest path from the receipt to an end.

    No step is done twice, and everybody takes their whole time. So does the reporter, who is asked for items
    in every step that can ask.
    """
    steps = {step.name: step for step in procedure.steps}
    return _find_longest_from(procedure.filing.opens, steps, ())


def _find_longest_from(name: str, steps: dict[str, Step], before: tuple[str, ...]) -> TimedPath:
    step = steps[name]
    here = [name, *([asked] if (asked := step.exits.get("ask", "")) in steps and asked not in before else [])]
    targets = {target for act, target in step.exits.items() if act not in BACKWARDS}
    gone = (*before, *here)
    onward = [
        _find_longest_from(target, steps, gone)
        for target in targets
        if target in steps and target not in gone
    ]
    best = max(onward, default=TimedPath(0, ()))
    return TimedPath(
        best.days + sum(count_working_days(steps[step_name].standard_time) for step_name in here),
        (*here, *best.steps),
    )


def _check_overall_deadlines(procedure: Procedure) -> Iterator[Defect]:
    """Find the overall deadlines that are shorter than the sum of their steps."""
    for envelope in procedure.overall_deadlines:
        time = envelope.standard_time
        for start in envelope.starts_on:
            event, _, first = start.partition(":")
            if time is None or event != OPENED or first not in {step.name for step in procedure.steps}:
                continue
            path = _find_path_until_stopped(first, envelope, procedure, ())
            if path.days > count_working_days(time) + _A_LITTLE:
                yield Defect(
                    f"envelope {envelope.name}",
                    f"gives {time.format('en')}, and its steps take {path}",
                    "Shorten them or say in its decision which of the two counts",
                    "warning",
                )


def _find_path_until_stopped(
    name: str, envelope: OverallDeadline, procedure: Procedure, before: tuple[str, ...]
) -> TimedPath:
    step = procedure.get_step(name)
    days = count_working_days(step.standard_time)
    onward = [TimedPath(0, ())]
    for act, target in step.exits.items():
        events = list_events_of_exit(act, step.kind) or list_events_of_kind(step.kind)
        ahead = {other.name for other in procedure.steps} - {*before, name}
        if act not in BACKWARDS and target in ahead and not events & {*envelope.stops_on}:
            onward.append(_find_path_until_stopped(target, envelope, procedure, (*before, name)))
    best = max(onward)
    return TimedPath(days + best.days, (name, *best.steps))


CHECKS: tuple[Check, ...] = (_check_overall_deadlines,)
