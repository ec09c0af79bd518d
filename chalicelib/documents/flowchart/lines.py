"""The lines of a procedure's flowchart, and the arrows between them.

The printed rows keep their numbers. Steps without a row are our additions and have letters. Additions that
only pass a complaint to the next step are left out of the arrows between rows; each names the rows it is
between.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from chalicelib.domain.procedure.model import (
    ADVANCING_ACTS,
    BACK,
    ENDS,
    OverallDeadline,
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
"""The letters without those that look like numbers."""
_PASSING_ON = {StepKind.RECORD: "record", StepKind.REVIEW: "publish", StepKind.DELIVER: "deliver"}
"""The action that leaves the step, for the kinds of steps that have no other."""
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
    """An arrow: its label, the mark or end it leads to, and its drawing.

    ``down`` goes to the next line, ``lane`` to another row of the table, ``mark`` names where it goes on,
    ``end`` is where a complaint ends.
    """

    label: str
    target: str
    leads: Leads


@dataclass(frozen=True)
class FlowchartLine:
    """A line of a flowchart's table. ``roles`` are its columns, the accountable role first.

    ``where`` is the place of an addition between the rows, ``decisions`` are those of the procedure file.
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
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class RunningTime:
    """A time limit that runs over several lines, or after them."""

    name: str
    time: str
    basis: str
    decision: str


class FlowchartLines:
    """The flowchart lines of a procedure in one language."""

    def __init__(self, procedure: Procedure, language: Language) -> None:
        self._procedure = procedure
        self._language = language

    @cached_property
    def printed(self) -> tuple[FlowchartLine, ...]:
        """Return the rows of the printed table."""
        rows = sorted(self._procedure.list_rows(), key=lambda pair: pair[0].number)
        return tuple(self._build_row(row, step) for row, step in rows)

    @cached_property
    def additions(self) -> tuple[FlowchartLine, ...]:
        """Return the additions: the steps without a row in the printed table."""
        return tuple(
            self._build_step(step) for step in self._procedure.steps if self.get_mark(step.name).isalpha()
        )

    @cached_property
    def running_times(self) -> tuple[RunningTime, ...]:
        """Return the times that run over several lines, and the rules that no line shows."""
        return tuple(self._list_times())

    def get_mark(self, step: str) -> str:
        """Return a step's mark: its letter, or the number of its first row."""
        return self._marks[step]

    def list_row_numbers(self, step: Step | None) -> tuple[int, ...]:
        """Return the numbers of the rows that a step (``None``: filing) does or leads to."""
        if step is None:
            return tuple(row.number for row in self._procedure.filing.rows)
        return tuple(sorted(row.number for row in self._find_carrier(step).rows))

    @cached_property
    def _marks(self) -> dict[str, str]:
        letters = iter(_LETTERS)
        return {
            step.name: str(rows[0]) if (rows := self.list_row_numbers(step)) else next(letters)
            for step in self._procedure.steps
        }

    def _find_carrier(self, step: Step) -> Step:
        """Return the step whose row contains a step of an agency: the next step there that has a row."""
        at = step
        while not at.rows and at.kind is StepKind.RESPOND:
            target = at.exits[_find_onward_action(at)]
            if target in ENDS:
                break
            at = self._procedure.get_step(target)
        return at if at.kind is StepKind.RESPOND else step

    def _list_parts(self, step: Step) -> tuple[Step, ...]:
        """Return the steps that the rows of a step contain, itself the last."""
        parts = [
            part for part in self._procedure.steps if part is not step and self._find_carrier(part) is step
        ]
        return (*parts, step)

    def _build_row(self, row: Row, step: Step | None) -> FlowchartLine:
        is_last = row.number == max(self.list_row_numbers(step))
        parts = self._list_parts(step) if step else ()
        steps = parts if is_last else ()
        next_row = Arrow("", str(row.number + 1), "down")
        arrows = self._list_arrows(str(row.number), step, steps) if is_last else (next_row,)
        owners = [part.owner for part in reversed(parts)] if step else [str(Role.REPORTER)]
        decisions = [row.decision, *(part.decision for part in steps)]
        return FlowchartLine(
            mark=str(row.number),
            shape=self._choose_row_shape(row, arrows),
            roles=tuple(dict.fromkeys(map(str, row.marked or owners))),
            does=self._get_words(row.does),
            where="",
            needs=self._get_words(row.needs),
            time=self._get_words(row.standard_time),
            output=self._get_words(row.output),
            basis="",
            decisions=tuple(self._get_words(decision) for decision in decisions if decision),
            arrows=arrows,
        )

    def _build_step(self, step: Step) -> FlowchartLine:
        mark = self.get_mark(step.name)
        arrows = self._list_arrows(mark, step, (step,))
        named = f"flowchart.steps.{step.name}"
        return FlowchartLine(
            mark=mark,
            shape=_choose_shape(arrows),
            roles=(step.owner,),
            does=self._get_text(named if has_text(named) else f"flowchart.kinds.{step.kind}"),
            where=self._describe_place(step),
            needs="",
            time=step.standard_time.format(self._language),
            output="",
            basis=step.legal_basis,
            decisions=(self._get_words(step.decision),) if step.decision else (),
            arrows=arrows,
        )

    def _choose_row_shape(self, row: Row, arrows: tuple[Arrow, ...]) -> Shape:
        shape = _choose_shape(arrows)
        if shape == "box" and row.number == 1:
            return "start"
        return "end" if shape == "box" and row.number == self._procedure.last_row else shape

    def _list_arrows(self, mark: str, step: Step | None, steps: tuple[Step, ...]) -> tuple[Arrow, ...]:
        """Return the arrows that leave a line, the onward one first."""
        if step is None:
            return (self._build_arrow(mark, "", self._find_target(self._procedure.filing.opens, mark)),)
        exits = [leave for part in reversed(steps) for leave in _list_exits(part)]
        exits += self._list_rule_exits(exits)
        targets = [(act, self._find_target(target, mark)) for act, target in exits]
        ways = dict.fromkeys((act, target) for act, target in targets if target != mark)
        is_alone = len(ways) == 1
        arrows = [
            self._build_arrow(mark, "" if is_alone else self._get_label(act), target) for act, target in ways
        ]
        return _keep_one_down(arrows)

    def _list_rule_exits(self, exits: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the arrows that are no exit of a step: the arbitration after returns, and the reopening."""
        acts = {act for act, _ in exits}
        rules = []
        if "return" in acts and self._procedure.arbitration:
            rules.append(("arbitrate", self._procedure.arbitration.opens))
        if "satisfied" in acts and self._procedure.reopening:
            rules.append(("reopen", self._procedure.reopening.opens))
        return rules

    def _find_target(self, target: str, source: str) -> str:
        """Return the mark or end of an exit; a row's exit skips the additions that only pass it on."""
        if target == BACK or target in ENDS:
            return target
        next_row = self._find_next_row(self._procedure.get_step(target)) if source.isdigit() else ""
        return next_row or self.get_mark(target)

    def _find_next_row(self, step: Step) -> str:
        """Return the row after an addition that only passes a complaint on; else empty."""
        target = step.exits.get(_PASSING_ON.get(step.kind, ""), "")
        if step.rows or not target or target in ENDS:
            return ""
        mark = self.get_mark(target)
        return mark if mark.isdigit() else self._find_next_row(self._procedure.get_step(target))

    def _build_arrow(self, mark: str, label: str, target: str) -> Arrow:
        return Arrow(label, target, self._choose_course(mark, target))

    def _choose_course(self, mark: str, target: str) -> Leads:
        if target in ENDS:
            return "end"
        if not (mark.isdigit() and target.isdigit()):
            return "mark"
        return "down" if int(target) == int(mark) + 1 else "lane"

    def _describe_place(self, step: Step) -> str:
        """Return the rows that an addition is between, or the lines that lead to it."""
        sources = [
            self._get_last_mark(source)
            for source in self._procedure.steps
            if step.name in source.exits.values()
            or (step.name == self._arbitration_step and "return" in source.exits)
        ]
        if self._procedure.filing.opens == step.name:
            sources += [str(row.number) for row in self._procedure.filing.rows]
        marks = sorted(dict.fromkeys(sources), key=lambda mark: (mark.isalpha(), mark))
        if not marks:
            return ""
        if next_row := self._find_next_row(step):
            return self._get_text("flowchart.between", before=", ".join(marks), after=next_row)
        return self._get_text("flowchart.comes_from", marks=", ".join(marks))

    def _get_last_mark(self, step: Step) -> str:
        """Return the mark of the line that the step's arrows leave."""
        rows = self.list_row_numbers(step)
        return str(rows[-1]) if rows else self.get_mark(step.name)

    @property
    def _arbitration_step(self) -> str:
        return self._procedure.arbitration.opens if self._procedure.arbitration else ""

    def _list_times(self) -> Iterator[RunningTime]:
        for deadline in self._procedure.overall_deadlines:
            key = f"clocks.{deadline.name}"
            yield RunningTime(
                self._get_text(key if has_text(key) else "clocks.other"),
                self._format_times(deadline),
                deadline.legal_basis,
                self._get_words(deadline.decision),
            )
        if rule := self._procedure.arbitration:
            times_returned = self._get_text("flowchart.after_returns", count=rule.after_returns)
            yield RunningTime(
                self._get_text("flowchart.arbitration"), times_returned, "", self._get_words(rule.decision)
            )
        if window := self._procedure.reopening:
            lasts = window.standard_time.format(self._language)
            name = self._get_text("flowchart.reopening")
            yield RunningTime(name, lasts, window.legal_basis, self._get_words(window.decision))
        if plan := self._procedure.planning:
            yield RunningTime(
                self._get_text("clocks.plan"), "", plan.legal_basis, self._get_words(plan.decision)
            )

    def _format_times(self, deadline: OverallDeadline) -> str:
        if deadline.standard_time:
            return deadline.standard_time.format(self._language)
        times = (
            f"{self._get_text(f'classes.{name}')}: {time.format(self._language)}"
            for name, time in deadline.by_class.items()
        )
        return "; ".join(times)

    def _get_label(self, act: str) -> str:
        rule = self._procedure.arbitration
        return self._get_text(f"flowchart.ways.{act}", count=rule.after_returns if rule else "")

    def _get_text(self, key: str, /, **blanks: object) -> str:
        return get_text(self._language, key, **blanks)

    def _get_words(self, both: Text | None) -> str:
        return both.get_words(self._language) if both else ""


def _find_onward_action(step: Step) -> str:
    """Return the action that leads onward from a step."""
    if step.kind is StepKind.RESPOND:
        return next(act for act in step.exits if act in ADVANCING_ACTS)
    return _ONWARD[step.kind]


def _list_exits(step: Step) -> list[tuple[str, str]]:
    """Return the actions that leave a step with their targets, the onward one first."""
    onward = _find_onward_action(step)
    return [(onward, step.exits[onward]), *((act, to) for act, to in step.exits.items() if act != onward)]


def _keep_one_down(arrows: Sequence[Arrow]) -> tuple[Arrow, ...]:
    """Return the arrows; of those to the next line, only the first goes straight down."""
    first = next((arrow for arrow in arrows if arrow.leads == "down"), None)
    return tuple(
        replace(arrow, leads="lane") if arrow.leads == "down" and arrow is not first else arrow
        for arrow in arrows
    )


def _choose_shape(arrows: tuple[Arrow, ...]) -> Shape:
    return "diamond" if len(arrows) > 1 else "box"
