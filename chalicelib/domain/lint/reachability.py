"""The way through the steps: the targets of acts, steps that nothing reaches, paths that never end."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from chalicelib.domain.lint.findings import Check, Defect, join_with_or
from chalicelib.domain.lint.steps import OWNERS
from chalicelib.domain.procedure.model import (
    ACTS,
    AGENCY_ROLES,
    BACK,
    ENDS,
    Procedure,
    Role,
    Step,
    StepKind,
)

LEADS_TO: Mapping[str, frozenset[StepKind]] = {
    "record": frozenset({StepKind.VERIFY}),
    "protect": frozenset({StepKind.RESPOND}),
    "forward": frozenset({StepKind.RESPOND}),
    "forward_by_letter": frozenset({StepKind.RESPOND}),
    "consult": frozenset({StepKind.CONSULT}),
    "hand_over": frozenset({StepKind.FOLLOW}),
    "advise": frozenset({StepKind.RESPOND}),
    "accept": frozenset({StepKind.RESPOND}),
    "proceed": frozenset({StepKind.RESPOND}),
    "dispose": frozenset({StepKind.RESPOND}),
    "answer": frozenset({StepKind.REVIEW, StepKind.DELIVER}),
    "return": frozenset({StepKind.VERIFY}),
    "publish": frozenset({StepKind.DELIVER}),
    "send_back": frozenset({StepKind.RESPOND}),
    "deliver": frozenset({StepKind.CONFIRM}),
    "not_satisfied": frozenset({StepKind.RESPOND}),
    "question": frozenset({StepKind.RESPOND}),
}
"""The kinds of step that an act can open: a step of another kind would have no work.

The target of ``ask`` depends on the step that asks.
"""

LEADS_ONLY_TO: Mapping[str, str] = {
    "archive": "archived",
    "merge": "duplicate",
    "lapse": "lapsed",
    "complete": BACK,
    "expire": BACK,
    "end": "handed_over",
    "satisfied": "resolved",
    "silence": "resolved",
}
"""The acts that have only one possible target: an end, or the step that waits."""

OF_OTHERS: Mapping[str, Role] = {
    "protect": Role.INSPECTORATE,
    "forward_by_letter": Role.REGIONAL_ADMIN,
}
"""The acts that open a respond step of a role outside the agencies."""

NOT_ADVANCING = frozenset({"archive", "ask", "hand_over", "merge", "return"})
"""The acts that bring a complaint no nearer to its answer."""


def _check_targets(procedure: Procedure) -> Iterator[Defect]:
    yield from _check_target(
        "filing", procedure.filing.opens, _list_names(procedure, StepKind.RECORD), procedure
    )
    for step in procedure.steps:
        for act, target in step.exits.items():
            if act in ACTS[step.kind]:
                yield from _check_target(
                    f"step {step.name}",
                    target,
                    _list_allowed_targets(step, act, procedure),
                    procedure,
                    f"{act} leads to",
                )
    if procedure.reopening:
        agency_steps = _list_names(procedure, StepKind.RESPOND, AGENCY_ROLES)
        yield from _check_target("reopening", procedure.reopening.opens, agency_steps, procedure)


def _check_target(
    where: str, target: str, allowed: Collection[str], procedure: Procedure, verb: str = "opens"
) -> Iterator[Defect]:
    if target in allowed:
        return
    targets = {*ENDS, BACK, *(step.name for step in procedure.steps)}
    what = "which cannot come next" if target in targets else "which is no step"
    yield Defect(where, f'{verb} "{target}", {what}', f"Use {join_with_or(allowed)}")


def _list_allowed_targets(step: Step, act: str, procedure: Procedure) -> list[str]:
    if act in LEADS_ONLY_TO:
        return [LEADS_ONLY_TO[act]]
    if act == "ask":
        exit_ = "lapse" if step.kind is StepKind.VERIFY else "expire"
        return [other.name for other in _list_steps(procedure, StepKind.COMPLETE) if exit_ in other.exits]
    owners = {OF_OTHERS[act]} if act in OF_OTHERS else AGENCY_ROLES
    return [
        name
        for kind in LEADS_TO[act]
        for name in _list_names(procedure, kind, owners if kind is StepKind.RESPOND else OWNERS[kind])
    ]


def _list_names(procedure: Procedure, kind: StepKind, owners: Collection[str] | None = None) -> list[str]:
    return [step.name for step in _list_steps(procedure, kind) if owners is None or step.owner in owners]


def _list_steps(procedure: Procedure, kind: StepKind) -> list[Step]:
    return [step for step in procedure.steps if step.kind is kind]


def _check_verifying_steps(procedure: Procedure) -> Iterator[Defect]:
    """Check that every report goes to the first verifying step, and that the coordinator has another."""
    verifying = _list_names(procedure, StepKind.VERIFY)
    recording = _list_steps(procedure, StepKind.RECORD)
    if verifying and recording and recording[0].exits.get("record") in verifying[1:]:
        yield Defect(
            f"step {verifying[0]}",
            "stands before the step that verifies every report",
            f"Put step {recording[0].exits['record']} before it in the file",
        )
    if procedure.arbitration:
        deciding = [
            step.name for step in _list_steps(procedure, StepKind.VERIFY) if step.owner == Role.COORDINATOR
        ]
        yield from _check_target("arbitration", procedure.arbitration.opens, deciding, procedure)


def _check_reached(procedure: Procedure) -> Iterator[Defect]:
    starts = {procedure.filing.opens}
    if procedure.arbitration:
        starts.add(procedure.arbitration.opens)
    if procedure.reopening:
        starts.add(procedure.reopening.opens)
    reached = _find_reached(starts, _map_ways(procedure))
    for step in procedure.steps:
        if step.name not in reached:
            yield Defect(
                f"step {step.name}",
                "is never reached",
                "Let an exit of an earlier step lead to it, or remove it",
            )


def _check_endings(procedure: Procedure) -> Iterator[Defect]:
    """Find the steps from which a complaint can only go in circles."""
    back: dict[str, set[str]] = {}
    for name, targets in _map_ways(procedure, without=NOT_ADVANCING).items():
        for target in targets:
            back.setdefault(target, set()).add(name)
    ending = _find_reached(ENDS, back)
    for step in procedure.steps:
        if step.name not in ending:
            yield Defect(
                f"step {step.name}",
                "no path from it ends",
                f"Let an exit of it, or of a step after it, come to {join_with_or(ENDS)}",
            )


def _map_ways(procedure: Procedure, without: Collection[str] = ()) -> dict[str, set[str]]:
    """Return the targets of each step's acts except ``without``; a completion leads to the steps that ask."""
    asking: dict[str, set[str]] = {}
    for step in procedure.steps:
        asking.setdefault(step.exits.get("ask", ""), set()).add(step.name)
    ways: dict[str, set[str]] = {}
    for step in procedure.steps:
        targets = {target for act, target in step.exits.items() if act not in without}
        ways[step.name] = targets - {BACK} | (asking.get(step.name, set()) if BACK in targets else set())
    return ways


def _find_reached(starts: Iterable[str], ways: Mapping[str, Collection[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += ways.get(name, ())
    return reached


CHECKS: tuple[Check, ...] = (_check_targets, _check_verifying_steps, _check_reached, _check_endings)
