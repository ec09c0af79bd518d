"""What a flowchart shows of a procedure: its lines, and the ways from one to another.

The printed rows keep their numbers. Steps without a row are ours and have letters; those of them that only
pass a complaint on are left out of the ways between rows, and say themselves between which rows they stand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from chalicelib.domain.procedure.model import (
    ADVANCING_ACTS,
    BACK,
    ENDS,
    Procedure,
    Role,
    Row,
    Step,
    StepKind,
    Text,
)
from chalicelib.i18n.catalog import get_text, has_text
from chalicelib.i18n.dates import Language

Shape = Literal["start", "box", "diamond", "end"]
Leads = Literal["down", "lane", "mark", "end"]

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look like numbers."""
_PASSING_ON = {StepKind.RECORD: "record", StepKind.REVIEW: "publish", StepKind.DELIVER: "deliver"}
"""The act by which a step passes a complaint on, for the kinds that do nothing else with it."""
_ONWARD = {
    **_PASSING_ON,
    StepKind.VERIFY: "forward",
    StepKind.CONSULT: "advise",
    StepKind.COMPLETE: "complete",
    StepKind.CONFIRM: "satisfied",
    StepKind.FOLLOW: "end",
}


@dataclass(frozen=True)
class Arrow:
    """An arrow: what it is called, to which mark or end, and how it is drawn.

    ``down`` goes to the next line, ``lane`` to another row of the table, ``mark`` names where it goes on,
    ``end`` is where a complaint ends.
    """

    label: str
    target: str
    leads: Leads


@dataclass(frozen=True)
class FlowchartLine:
    """A line of a flowchart's table. ``roles`` are its columns, the accountable one first; ``where`` says
    where a step of ours comes in, ``decisions`` are ours.
    """

    mark: str
    shape: Shape
    roles: tuple[str, ...]
    does: str
    where: str
    needs: str
    time: str
    output: str
    basis: str
    decisions: tuple[str, ...]
    ways: tuple[Arrow, ...]


@dataclass(frozen=True)
class RunningTime:
    """A time that runs over several lines, or after them."""

    name: str
    time: str
    basis: str
    decision: str


class FlowchartLines:
    """The lines of a procedure in one language."""

    def __init__(self, procedure: Procedure, language: Language) -> None:
        self._procedure = procedure
        self._language = language

    @cached_property
    def printed(self) -> tuple[FlowchartLine, ...]:
        """The rows of the printed table."""
        rows = sorted(self._procedure.list_rows(), key=lambda pair: pair[0].number)
        return tuple(self._row(row, step) for row, step in rows)

    @cached_property
    def ours(self) -> tuple[FlowchartLine, ...]:
        """The steps that no row of the table has."""
        return tuple(self._step(step) for step in self._procedure.steps if self.mark_of(step.name).isalpha())

    @cached_property
    def clocks(self) -> tuple[RunningTime, ...]:
        """What runs over several lines, and the rules that no line shows."""
        return tuple(self._clocks())

    def mark_of(self, step: str) -> str:
        """A step's mark: its letter, or the number of its first row."""
        return self._marks[step]

    def rows_of(self, step: Step | None) -> tuple[int, ...]:
        """The numbers of the rows that a step (``None``: filing) works off, its own and those it leads to."""
        if step is None:
            return tuple(row.number for row in self._procedure.filing.rows)
        return tuple(sorted(row.number for row in self._carrier(step).rows))

    @cached_property
    def _marks(self) -> dict[str, str]:
        letters = iter(_LETTERS)
        return {
            step.name: str(rows[0]) if (rows := self.rows_of(step)) else next(letters)
            for step in self._procedure.steps
        }

    def _carrier(self, step: Step) -> Step:
        """The step whose row a step of an agency is a part of: the next in the house that has one."""
        at = step
        while not at.rows and at.kind is StepKind.RESPOND:
            target = at.exits[_onward(at)]
            if target in ENDS:
                break
            at = self._procedure.get_step(target)
        return at if at.kind is StepKind.RESPOND else step

    def _within(self, step: Step) -> tuple[Step, ...]:
        """The steps that the rows of a step stand for, itself the last."""
        parts = [one for one in self._procedure.steps if one is not step and self._carrier(one) is step]
        return (*parts, step)

    def _row(self, row: Row, step: Step | None) -> FlowchartLine:
        last = row.number == max(self.rows_of(step))
        steps = self._within(step) if step and last else ()
        ways = self._ways(str(row.number), step, steps) if last else (self._straight(row.number + 1),)
        owners = [one.owner for one in reversed(self._within(step))] if step else [str(Role.REPORTER)]
        decisions = [row.decision, *(one.decision for one in steps)]
        return FlowchartLine(
            mark=str(row.number),
            shape=self._shape_of_row(row, ways),
            roles=tuple(dict.fromkeys(map(str, row.marked or owners))),
            does=self._words(row.does),
            where="",
            needs=self._words(row.needs),
            time=self._words(row.standard_time),
            output=self._words(row.output),
            basis="",
            decisions=tuple(self._words(one) for one in decisions if one),
            ways=ways,
        )

    def _step(self, step: Step) -> FlowchartLine:
        mark = self.mark_of(step.name)
        ways = self._ways(mark, step, (step,))
        named = f"flowchart.steps.{step.name}"
        return FlowchartLine(
            mark=mark,
            shape=_shape(ways),
            roles=(step.owner,),
            does=self._say(named if has_text(named) else f"flowchart.kinds.{step.kind}"),
            where=self._where(step),
            needs="",
            time=step.standard_time.format(self._language),
            output="",
            basis=step.legal_basis,
            decisions=(self._words(step.decision),) if step.decision else (),
            ways=ways,
        )

    def _shape_of_row(self, row: Row, ways: tuple[Arrow, ...]) -> Shape:
        shape = _shape(ways)
        if shape == "box" and row.number == 1:
            return "start"
        return "end" if shape == "box" and row.number == self._procedure.last_row else shape

    def _ways(self, mark: str, step: Step | None, steps: tuple[Step, ...]) -> tuple[Arrow, ...]:
        """The arrows out of a line, the one that goes on first."""
        if step is None:
            return (self._way(mark, "", self._landing(self._procedure.filing.opens, mark)),)
        leaving = [leave for one in reversed(steps) for leave in _exits(one)]
        landed = [(act, self._landing(target, mark)) for act, target in [*leaving, *self._rules(leaving)]]
        ways = dict.fromkeys((act, target) for act, target in landed if target != mark)
        alone = len(ways) == 1
        return _one_down(self._way(mark, "" if alone else self._called(act), target) for act, target in ways)

    def _rules(self, leaving: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The ways that are no exit of a step: who decides after returns, and the reopening."""
        acts = {act for act, _ in leaving}
        if "return" in acts and self._procedure.arbitration:
            yield "arbitrate", self._procedure.arbitration.opens
        if "satisfied" in acts and self._procedure.reopening:
            yield "reopen", self._procedure.reopening.opens

    def _landing(self, target: str, source: str) -> str:
        """The mark or end that an exit leads to; a row's goes past the steps of ours that only pass it on."""
        if target == BACK or target in ENDS:
            return target
        return (source.isdigit() and self._beyond(self._procedure.get_step(target))) or self.mark_of(target)

    def _beyond(self, step: Step) -> str:
        """The row that a step of ours passes a complaint on to, if that is all it does."""
        target = step.exits.get(_PASSING_ON.get(step.kind, ""), "")
        if step.rows or not target or target in ENDS:
            return ""
        mark = self.mark_of(target)
        return mark if mark.isdigit() else self._beyond(self._procedure.get_step(target))

    def _way(self, mark: str, label: str, target: str) -> Arrow:
        return Arrow(label, target, self._leads(mark, target))

    def _leads(self, mark: str, target: str) -> Leads:
        if target in ENDS:
            return "end"
        if not (mark.isdigit() and target.isdigit()):
            return "mark"
        return "down" if int(target) == int(mark) + 1 else "lane"

    def _straight(self, number: int) -> Arrow:
        return Arrow("", str(number), "down")

    def _where(self, step: Step) -> str:
        """Between which rows a step of ours stands, or from which lines it is come to."""
        sources = [
            self._left_at(one)
            for one in self._procedure.steps
            if step.name in one.exits.values() or (step.name == self._ruled and "return" in one.exits)
        ]
        if self._procedure.filing.opens == step.name:
            sources += [str(row.number) for row in self._procedure.filing.rows]
        marks = sorted(dict.fromkeys(sources), key=lambda mark: (mark.isalpha(), mark))
        if not marks:
            return ""
        if beyond := self._beyond(step):
            return self._say("flowchart.between", before=", ".join(marks), after=beyond)
        return self._say("flowchart.comes_from", marks=", ".join(marks))

    def _left_at(self, step: Step) -> str:
        """The mark of the line that the step's ways go out from."""
        rows = self.rows_of(step)
        return str(rows[-1]) if rows else self.mark_of(step.name)

    @property
    def _ruled(self) -> str:
        return self._procedure.arbitration.opens if self._procedure.arbitration else ""

    def _clocks(self) -> Iterator[RunningTime]:
        for envelope in self._procedure.overall_deadlines:
            key = f"clocks.{envelope.name}"
            times = (
                [envelope.standard_time.format(self._language)]
                if envelope.standard_time
                else [
                    f"{self._say(f'classes.{one}')}: {time.format(self._language)}"
                    for one, time in envelope.by_class.items()
                ]
            )
            yield RunningTime(
                self._say(key if has_text(key) else "clocks.other"),
                "; ".join(times),
                envelope.legal_basis,
                self._words(envelope.decision),
            )
        if rule := self._procedure.arbitration:
            times_returned = self._say("flowchart.after_returns", count=rule.after_returns)
            yield RunningTime(
                self._say("flowchart.arbitration"), times_returned, "", self._words(rule.decision)
            )
        if window := self._procedure.reopening:
            lasts = window.standard_time.format(self._language)
            name = self._say("flowchart.reopening")
            yield RunningTime(name, lasts, window.legal_basis, self._words(window.decision))
        if plan := self._procedure.planning:
            yield RunningTime(self._say("clocks.plan"), "", plan.legal_basis, self._words(plan.decision))

    def _called(self, act: str) -> str:
        rule = self._procedure.arbitration
        return self._say(f"flowchart.ways.{act}", count=rule.after_returns if rule else "")

    def _say(self, key: str, /, **blanks: object) -> str:
        return get_text(self._language, key, **blanks)

    def _words(self, both: Text | None) -> str:
        return both.get_words(self._language) if both else ""


def _onward(step: Step) -> str:
    """The act by which a step goes on."""
    if step.kind is StepKind.RESPOND:
        return next(act for act in step.exits if act in ADVANCING_ACTS)
    return _ONWARD[step.kind]


def _exits(step: Step) -> list[tuple[str, str]]:
    """The acts that a step is left by and where they lead, the one that goes on first."""
    onward = _onward(step)
    return [(onward, step.exits[onward]), *((act, to) for act, to in step.exits.items() if act != onward)]


def _one_down(ways: Iterable[Arrow]) -> tuple[Arrow, ...]:
    """The ways, of which only the first to the next line goes straight there."""
    found: list[Arrow] = []
    for way in ways:
        taken = way.leads == "down" and any(one.leads == "down" for one in found)
        found.append(replace(way, leads="lane") if taken else way)
    return tuple(found)


def _shape(ways: tuple[Arrow, ...]) -> Shape:
    return "diamond" if len(ways) > 1 else "box"
