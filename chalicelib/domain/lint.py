"""The linter: proves a procedure file before it can be used.

A file without findings describes a procedure that runs: every name leads somewhere, every step can be
reached and has an owner who can act, every wait has a way out in time, and every path ends. Whoever writes a
file for a new government reads the findings: they are in plain English and each says what to do.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.domain.facts import FACT_TYPES
from chalicelib.domain.procedure import (
    ACTS,
    AGENCY_ROLES,
    ENDS,
    REGIONAL_ROLES,
    Procedure,
    Role,
    RoleTitle,
    Row,
    Rung,
    Step,
    StepKind,
)

T = TypeVar("T")


class Finding(NamedTuple):
    """One defect: the file, the row, step or other place in it, what is wrong there, and what to do."""

    file: str
    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.problem}. {self.remedy}."


class Problem(NamedTuple):
    """A finding that does not know its file."""

    where: str
    problem: str
    remedy: str


Check = Callable[[Procedure], Iterable[Problem]]

OWNERS: Mapping[StepKind, frozenset[Role]] = {
    StepKind.RECORD: frozenset({Role.SYSTEM}),
    StepKind.VERIFY: REGIONAL_ROLES,
    StepKind.CONSULT: REGIONAL_ROLES,
    StepKind.RESPOND: AGENCY_ROLES,
    StepKind.REVIEW: REGIONAL_ROLES,
    StepKind.DELIVER: frozenset({Role.SYSTEM}),
    StepKind.CONFIRM: frozenset({Role.REPORTER}),
}
"""Who can own a step of each kind, as :mod:`chalicelib.domain.decide` lets them act."""

EVENTS: Mapping[StepKind, frozenset[str]] = {
    StepKind.RECORD: frozenset({"complaint.recorded"}),
    StepKind.VERIFY: frozenset({"complaint.verified", "complaint.forwarded"}),
    StepKind.CONSULT: frozenset(),
    StepKind.RESPOND: frozenset({"complaint.accepted", "complaint.answered"}),
    StepKind.REVIEW: frozenset({"answer.sent_back", "answer.published"}),
    StepKind.DELIVER: frozenset({"answer.delivered"}),
    StepKind.CONFIRM: frozenset({"complaint.confirmed", "complaint.disputed", "complaint.closed_by_silence"}),
}
"""What can happen in a step of each kind: the events by which its rows are done."""

FILED = "complaint.filed"
ANYWHERE = frozenset({FILED, "complaint.replied", "step.opened", "deadline.armed"})
"""The events that every procedure has; not ``rung.reached``, for the rungs say themselves whom they tell."""

QUALIFIED = "complaint.replied"
WRITERS = frozenset({"reporter", "government"})
"""A notice may be for replies of one side only: ``complaint.replied:reporter``."""

CLOSING_ACTS = frozenset({"satisfied", "silence"})
"""The acts that finish a complaint; every other one leads to a step."""

SILENCE = "silence"
"""The only act a timer may do."""

NEEDED_BEFORE: Mapping[StepKind, str] = {
    StepKind.RESPOND: "forward",
    StepKind.REVIEW: "answer",
    StepKind.DELIVER: "publish",
    StepKind.CONFIRM: "deliver",
}
"""The act without which a step of each kind has nothing to work on."""

_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def lint(path: Path, templates: Collection[str]) -> list[Finding]:
    """Everything wrong with the file; ``templates`` are the names of the message templates there are.

    A file that cannot be read as a procedure gets only the findings about that: mend them and lint again.
    """
    return [Finding(str(path), *problem) for problem in _problems(path, templates)]


def _problems(path: Path, templates: Collection[str]) -> Iterator[Problem]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        procedure = Procedure.model_validate(raw)
    except OSError:
        yield Problem("file", "cannot be read", "Check its path and name")
    except UnicodeDecodeError:
        yield Problem("file", "is not UTF-8 text", "Save it again with the encoding UTF-8")
    except tomllib.TOMLDecodeError as error:
        yield _not_toml(error)
    except ValidationError as error:
        yield from (_not_a_procedure(detail, raw) for detail in error.errors())
    else:
        if procedure.id != path.stem.partition("@")[0]:
            yield Problem("file", f'has the id "{procedure.id}"', f"Call the file {procedure.id}.toml")
        for check in _CHECKS:
            yield from check(procedure)
        yield from _templates(procedure, templates)


def _not_toml(error: tomllib.TOMLDecodeError) -> Problem:
    line = _LINE.search(str(error))
    return Problem(
        f"line {line[1]}" if line else "file",
        f"is not TOML: {_LINE.sub('', str(error)).strip()}",
        "Look there for a missing quotation mark, bracket or equals sign, or a name given twice",
    )


# What pydantic says, in words for the writer of the file


def _not_a_procedure(error: ErrorDetails, raw: Mapping[str, Any]) -> Problem:
    where, keys = _place(error["loc"], raw)
    key = ".".join(str(part) for part in keys)
    match error["type"]:
        case "missing":
            return Problem(where, f'"{key}" is missing', _how_to_add(str(keys[-1])))
        case "extra_forbidden":
            return Problem(where, f'"{key}" is not a known key', "Remove it or correct its spelling")
        case "string_too_short" | "too_short":
            return Problem(where, f'"{key}" is empty', "Fill it in")
        case "value_error":
            reason = error["msg"].removeprefix("Value error, ")
            return Problem(where, f'"{key}" is wrong: {reason}', "Correct the value")
        case _:
            reason = error["msg"].removeprefix("Input ").removeprefix("should be ")
            return Problem(where, f'"{key}" is {error["input"]!r}', f"Correct the value; allowed: {reason}")


def _how_to_add(key: str) -> str:
    if key in ("id", "en"):
        return "Give the words in Indonesian (id) and in English (en)"
    return "Add it"


def _place(loc: tuple[int | str, ...], raw: Mapping[str, Any]) -> tuple[str, tuple[int | str, ...]]:
    """Where in the procedure an error is, in the file's own names, and the keys from there."""
    match loc:
        case ("steps", int(), "rows", int(), *keys) | ("filing", "rows", int(), *keys) if keys:
            return _called(raw, loc[: len(loc) - len(keys)], "row", "number"), tuple(keys)
        case ("steps", int(), *keys) if keys:
            return _called(raw, loc[:2], "step", "name"), tuple(keys)
        case ("ladders", str(name), "rungs", int(), *keys) if keys:
            return f"ladder {name}, " + _called(raw, loc[:4], "rung", "name"), tuple(keys)
        case ("notices", int(place), *keys) if keys:
            return f"notice {place + 1}", tuple(keys)
        case ("roles", str(name), *keys) if keys:
            return f"role {name}", tuple(keys)
        case ("ladders", str(name), *keys) if keys:
            return f"ladder {name}", tuple(keys)
        case ("header" | "filing" as section, *keys) if keys:
            return str(section), tuple(keys)
        case _:
            return "file", loc


def _called(raw: Any, loc: tuple[int | str, ...], what: str, key: str) -> str:
    """``row 5`` or ``step verify``; by its place in the file where it has no usable name."""
    entry = raw
    for part in loc:
        entry = entry[part]
    if isinstance(entry, dict) and isinstance(entry.get(key), int | str):
        return f"{what} {entry[key]}"
    within = f" of {_called(raw, loc[:2], 'step', 'name')}" if "rows" in loc and loc[0] == "steps" else ""
    return f"{what} (number {int(loc[-1]) + 1} in the file{within})"


# Steps: names, owners, acts


def _step_names(procedure: Procedure) -> Iterator[Problem]:
    for name in _twice(step.name for step in procedure.steps):
        yield Problem(f"step {name}", "is there twice", "Give each step a name of its own")
    for step in procedure.steps:
        if step.name in ENDS:
            yield Problem(f"step {step.name}", "has the name of an end", "Give it another name")


def _owners(procedure: Procedure) -> Iterator[Problem]:
    for step in procedure.steps:
        if step.owner not in OWNERS[step.kind]:
            yield Problem(
                f"step {step.name}",
                f'its owner is "{step.owner}", who cannot own a step of kind {step.kind}',
                f"Let it be owned by {_or(OWNERS[step.kind])}",
            )
        elif step.owner not in procedure.roles:
            yield Problem(
                f"step {step.name}",
                f'its owner "{step.owner}" has no title in this procedure',
                f"Add [roles.{step.owner}] with a title",
            )


def _roles(procedure: Procedure) -> Iterator[Problem]:
    for name, role in procedure.roles.items():
        if name not in set(Role):
            yield Problem(f"role {name}", "is not a known role", f"Use one of {_or(Role)}")
        yield from _superior(procedure, name, role)


def _superior(procedure: Procedure, name: str, role: RoleTitle) -> Iterator[Problem]:
    if role.superior == name:
        yield Problem(f"role {name}", "is its own superior", "Name the role above it, or none")
    elif role.superior and role.superior not in procedure.roles:
        yield Problem(
            f"role {name}",
            f'its superior "{role.superior}" has no title in this procedure',
            f"Add [roles.{role.superior}] with a title",
        )


def _acts(procedure: Procedure) -> Iterator[Problem]:
    for step in procedure.steps:
        acts = ACTS.get(step.kind)
        if acts is None:
            yield Problem(f"step {step.name}", f"steps of kind {step.kind} cannot be run yet", "Leave it out")
            continue
        for act in sorted(acts - step.exits.keys()):
            yield Problem(f"step {step.name}", f'its exits lack "{act}"', f"Say where {act} leads")
        for act in sorted(step.exits.keys() - acts):
            yield Problem(
                f"step {step.name}",
                f'"{act}" is not an act of kind {step.kind}',
                f"Use {_and(acts)} in its exits",
            )


def _targets(procedure: Procedure) -> Iterator[Problem]:
    names = {step.name for step in procedure.steps}
    if procedure.filing.opens not in names:
        yield Problem("filing", f'opens "{procedure.filing.opens}", which is no step', f"Use {_or(names)}")
    for step in procedure.steps:
        for act, target in step.exits.items():
            yield from _target(step, act, target, names)


def _target(step: Step, act: str, target: str, names: Collection[str]) -> Iterator[Problem]:
    where = f"step {step.name}"
    if target not in {*names, *ENDS}:
        yield Problem(where, f'{act} leads to "{target}", which is no step', f"Use {_or({*names, *ENDS})}")
    elif act in CLOSING_ACTS and target not in ENDS:
        yield Problem(where, f"{act} leads to another step, but finishes the complaint", f"Use {_or(ENDS)}")
    elif act not in CLOSING_ACTS and target in ENDS:
        yield Problem(
            where,
            f"{act} would end the complaint, which only {_and(CLOSING_ACTS)} may",
            f"Let it lead to {_or(names)}",
        )


# The way through the steps


def _unreachable(procedure: Procedure) -> Iterator[Problem]:
    reached = _reached({procedure.filing.opens}, _ways(procedure))
    for step in procedure.steps:
        if step.name not in reached:
            yield Problem(
                f"step {step.name}",
                "is never reached",
                "Let an exit of an earlier step lead to it, or remove it",
            )


def _endless(procedure: Procedure) -> Iterator[Problem]:
    back: dict[str, set[str]] = {}
    for name, targets in _ways(procedure).items():
        for target in targets:
            back.setdefault(target, set()).add(name)
    ending = _reached(ENDS, back)
    for step in procedure.steps:
        if step.name not in ending:
            yield Problem(
                f"step {step.name}",
                "no path from it ends",
                f"Let an exit of it, or of a step after it, come to {_or(ENDS)}",
            )


def _too_early(procedure: Procedure) -> Iterator[Problem]:
    """Steps that can be reached before there is anything to do in them."""
    for step in procedure.steps:
        needed = NEEDED_BEFORE.get(step.kind)
        if needed and step.name in _reached({procedure.filing.opens}, _ways(procedure, needed)):
            yield Problem(
                f"step {step.name}",
                f'can be reached without the act "{needed}", which it needs',
                f'Let every path to it pass a step that is left by "{needed}"',
            )


def _ways(procedure: Procedure, without: str | None = None) -> dict[str, set[str]]:
    """Where each step leads; ``without`` is an act that nobody does."""
    return {
        step.name: {target for act, target in step.exits.items() if act != without}
        for step in procedure.steps
    }


def _reached(starts: Collection[str], ways: Mapping[str, Collection[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += ways.get(name, ())
    return reached


# Waits: ladders and their rungs


def _waits(procedure: Procedure) -> Iterator[Problem]:
    for step in procedure.steps:
        where, known = f"step {step.name}", _or(procedure.ladders)
        if Role.SYSTEM in OWNERS[step.kind]:
            if step.ladder:
                yield Problem(
                    where, "is the system's own, but has a ladder", "Remove it: an alarm watches it"
                )
        elif not step.ladder:
            yield Problem(where, "nothing happens when its time runs out", f"Give it a ladder: {known}")
        elif step.ladder not in procedure.ladders:
            yield Problem(where, f'its ladder "{step.ladder}" does not exist', f"Use {known}")
        else:
            rungs = procedure.ladders[step.ladder].rungs
            reporters = step.kind is StepKind.CONFIRM
            yield from _reporters_wait(step, rungs) if reporters else _officers_wait(step, rungs, procedure)


def _reporters_wait(step: Step, rungs: Collection[Rung]) -> Iterator[Problem]:
    where = f"step {step.name}"
    if not any(rung.act == SILENCE for rung in rungs):
        yield Problem(
            where,
            f'its ladder "{step.ladder}" never ends it: a silent reporter would keep it open for ever',
            f'Give the rung at the deadline act = "{SILENCE}"',
        )
    for rung in rungs:
        if rung.late_level:
            yield Problem(
                where,
                f'rung {rung.name} of its ladder "{step.ladder}" marks the reporter late',
                "Remove late_level: a reporter owes nothing",
            )


def _officers_wait(step: Step, rungs: Collection[Rung], procedure: Procedure) -> Iterator[Problem]:
    where = f"step {step.name}"
    if not any(rung.late_level for rung in rungs if rung.part == 1):
        yield Problem(
            where,
            f'no rung at the deadline of its ladder "{step.ladder}" marks it late',
            "Give that rung a late_level",
        )
    owner = procedure.roles.get(step.owner)
    for rung in rungs:
        if rung.act:
            yield Problem(
                where,
                f'rung {rung.name} of its ladder "{step.ladder}" would do an officer\'s work by timer',
                "Remove act: timers escalate, they never mark overdue work as done",
            )
        if "superior" in rung.tell and owner and owner.superior is None:
            yield Problem(
                where,
                f"rung {rung.name} tells the superior, but nobody stands above {step.owner}",
                f"Give [roles.{step.owner}] a superior, or do not tell one",
            )


def _ladders(procedure: Procedure) -> Iterator[Problem]:
    used = {step.ladder for step in procedure.steps}
    for name, ladder in procedure.ladders.items():
        where = f"ladder {name}"
        if name not in used:
            yield Problem(where, "no step uses it", "Name it in a step, or remove it")
        if not any(rung.part == 1 for rung in ladder.rungs):
            yield Problem(where, "has no rung at the deadline", "Add a rung with part = 1.0")
        for twice in _twice(rung.name for rung in ladder.rungs):
            yield Problem(f"{where}, rung {twice}", "is there twice", "Give each rung a name of its own")
        for earlier, rung in pairwise(ladder.rungs):
            yield from _order(f"{where}, rung {rung.name}", earlier, rung)
        for rung in ladder.rungs:
            yield from _moment_of(f"{where}, rung {rung.name}", rung)
            yield from _effect_of(f"{where}, rung {rung.name}", rung, procedure)


def _order(where: str, earlier: Rung, rung: Rung) -> Iterator[Problem]:
    if _moment(rung) <= _moment(earlier):
        yield Problem(where, f"is not later than {earlier.name} before it", "Put the rungs in order of time")
    if earlier.late_level and (rung.late_level or 0) <= earlier.late_level:
        yield Problem(where, f"its late_level does not rise after {earlier.name}", "Raise it by one")


def _moment(rung: Rung) -> tuple[int, float]:
    """When a rung is, to compare within its ladder: parts of the time come before days after the deadline."""
    return (1, rung.further_working_days) if rung.further_working_days is not None else (0, rung.part or 0)


def _moment_of(where: str, rung: Rung) -> Iterator[Problem]:
    if (rung.part is None) == (rung.further_working_days is None):
        yield Problem(where, "its moment is not clear", "Give either part or further_working_days")
    early = rung.part is not None and rung.part < 1
    if early and rung.late_level:
        yield Problem(where, "marks the complaint late before the deadline", "Remove late_level")
    if early and rung.act:
        yield Problem(where, "ends the step before the deadline", "Move act to the rung with part = 1.0")


def _effect_of(where: str, rung: Rung, procedure: Procedure) -> Iterator[Problem]:
    if rung.act and rung.act != SILENCE:
        yield Problem(where, f'"{rung.act}" is nothing a timer can do', f'Use act = "{SILENCE}"')
    if rung.tell and not rung.template:
        yield Problem(where, "tells people, but not what", "Give it a template")
    if rung.template and not rung.tell:
        yield Problem(where, "has a template, but tells nobody", "Say in tell who gets it")
    if not (rung.tell or rung.act or rung.late_level):
        yield Problem(where, "does nothing", "Let it tell somebody, or remove it")
    for to in rung.tell:
        yield from _addressee(where, to, procedure)


# What people are told


def _notices(procedure: Procedure) -> Iterator[Problem]:
    for notice in _twice(procedure.notices):
        yield Problem(f"notice {notice.when}", f"tells {notice.to} the same twice", "Remove one of them")
    for notice in procedure.notices:
        where = f"notice {notice.when}"
        yield from _when(where, notice.when, procedure)
        yield from _addressee(where, notice.to, procedure)


def _when(where: str, when: str, procedure: Procedure) -> Iterator[Problem]:
    event, _, qualifier = when.partition(":")
    happening = _events(procedure)
    qualifiers = {"step.opened": {step.name for step in procedure.steps}, QUALIFIED: set(WRITERS)}
    if event not in FACT_TYPES:
        yield Problem(where, f'"{event}" is not a known event', f"Use {_or(happening)}")
    elif event not in happening:
        yield Problem(where, f"{event} never happens in this procedure", f"Use {_or(happening)}")
    elif qualifier and event not in qualifiers:
        yield Problem(where, f'nothing can stand after "{event}"', f"Write {event} alone")
    elif qualifier and qualifier not in qualifiers[event]:
        yield Problem(where, f'"{qualifier}" is unknown after "{event}"', f"Use {_or(qualifiers[event])}")


def _events(procedure: Procedure) -> set[str]:
    """Every event this procedure can have that a notice may wait for."""
    return set(ANYWHERE).union(*(EVENTS[step.kind] for step in procedure.steps))


def _addressee(where: str, to: str, procedure: Procedure) -> Iterator[Problem]:
    known = {"owner", "superior", *procedure.roles}
    if to not in known:
        yield Problem(where, f'tells "{to}", who has no title in this procedure', f"Use {_or(known)}")


def _templates(procedure: Procedure, templates: Collection[str]) -> Iterator[Problem]:
    for where, template in _named_templates(procedure):
        if template not in templates:
            yield Problem(where, f'its template "{template}" does not exist', f"Use {_or(templates)}")


def _named_templates(procedure: Procedure) -> Iterator[tuple[str, str]]:
    for name, ladder in procedure.ladders.items():
        for rung in ladder.rungs:
            if rung.template:
                yield f"ladder {name}, rung {rung.name}", rung.template
    for notice in procedure.notices:
        yield f"notice {notice.when}", notice.template


# Rows


def _row_numbers(procedure: Procedure) -> Iterator[Problem]:
    numbers = [row.number for row, _ in procedure.rows()]
    for number in _twice(numbers):
        yield Problem(f"row {number}", "is there twice", "Number the rows as the printed table does")
    for number in sorted(set(range(1, max(numbers) + 1)) - set(numbers)):
        yield Problem(f"row {number}", "is missing", "Add it, or number the rows without gaps from 1")


def _rows_done(procedure: Procedure) -> Iterator[Problem]:
    for row, step in procedure.rows():
        events = EVENTS[step.kind] if step else {FILED}
        if row.done_by not in events:
            yield _never_done(row, step, events)


def _never_done(row: Row, step: Step | None, events: Collection[str]) -> Problem:
    where, within = f"row {row.number}", f"step {step.name}" if step else "filing"
    if row.done_by not in FACT_TYPES:
        return Problem(where, f'its done_by "{row.done_by}" is not a known event', f"Use {_or(events)}")
    return Problem(
        where,
        f"its done_by {row.done_by} never happens in {within}",
        f"Use {_or(events)}, or move the row to the step where it happens",
    )


_CHECKS: tuple[Check, ...] = (
    _step_names,
    _owners,
    _roles,
    _acts,
    _targets,
    _unreachable,
    _endless,
    _too_early,
    _waits,
    _ladders,
    _notices,
    _row_numbers,
    _rows_done,
)


def _twice(items: Iterable[T]) -> list[T]:
    """Those that are there more than once."""
    return [item for item, count in Counter(items).items() if count > 1]


def _or(names: Iterable[str]) -> str:
    return _listed(names, "or")


def _and(names: Iterable[str]) -> str:
    return _listed(names, "and")


def _listed(names: Iterable[str], last: str) -> str:
    *most, end = sorted(str(name) for name in names) or ["(there is none yet)"]
    return f"{', '.join(most)} {last} {end}" if most else end
