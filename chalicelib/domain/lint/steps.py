"""Steps: their names, their owners and their exits."""

from collections.abc import Iterator, Mapping

from chalicelib.domain.lint.findings import Check, Defect, find_duplicates, join_with_and, join_with_or
from chalicelib.domain.procedure.model import (
    ACTS,
    ADVANCING_ACTS,
    AGENCY_ROLES,
    BACK,
    ENDS,
    PLAN,
    REQUIRED_ACTS,
    SILENCE,
    Procedure,
    Role,
    RoleTitle,
    Step,
    StepKind,
)

_ADMINS = frozenset({Role.REGIONAL_ADMIN, Role.COORDINATOR})

OWNERS: Mapping[StepKind, frozenset[Role]] = {
    StepKind.RECORD: frozenset({Role.SYSTEM}),
    StepKind.VERIFY: _ADMINS,
    StepKind.COMPLETE: frozenset({Role.REPORTER}),
    StepKind.CONSULT: _ADMINS | {Role.PPID},
    StepKind.RESPOND: AGENCY_ROLES | {Role.REGIONAL_ADMIN, Role.INSPECTORATE},
    StepKind.REVIEW: _ADMINS,
    StepKind.DELIVER: frozenset({Role.SYSTEM}),
    StepKind.CONFIRM: frozenset({Role.REPORTER}),
    StepKind.FOLLOW: _ADMINS,
}
"""The roles that can own a step of each kind."""

ONCE = (StepKind.RECORD, StepKind.CONFIRM)
"""The kinds of which a procedure has exactly one step."""


def _check_names(procedure: Procedure) -> Iterator[Defect]:
    steps = [step.name for step in procedure.steps]
    envelopes = [envelope.name for envelope in procedure.overall_deadlines]
    for name in find_duplicates(steps):
        yield Defect(f"step {name}", "is there twice", "Give each step a name of its own")
    for name in find_duplicates([*set(steps), *envelopes]):
        yield Defect(f"envelope {name}", "has the name of a step or another envelope", "Give it another name")
    for what, names in (("step", steps), ("envelope", envelopes)):
        for name in sorted({*ENDS, BACK, PLAN, SILENCE} & set(names)):
            yield Defect(f"{what} {name}", "has a name with a meaning of its own", "Give it another name")


def _check_owners(procedure: Procedure) -> Iterator[Defect]:
    for step in procedure.steps:
        if step.owner not in OWNERS[step.kind]:
            yield Defect(
                f"step {step.name}",
                f'its owner is "{step.owner}", who cannot own a step of kind {step.kind}',
                f"Let it be owned by {join_with_or(OWNERS[step.kind])}",
            )
        elif step.owner not in procedure.roles:
            yield Defect(
                f"step {step.name}",
                f'its owner "{step.owner}" has no title in this procedure',
                f"Add [roles.{step.owner}] with a title",
            )


def _check_stands_for(procedure: Procedure) -> Iterator[Defect]:
    responding = {step.name for step in procedure.steps if step.kind is StepKind.RESPOND}
    for step in procedure.steps:
        for name in step.stands_for:
            if step.kind is not StepKind.RESPOND or name not in responding - {step.name}:
                yield Defect(
                    f"step {step.name}",
                    f'stands for "{name}", which is no other answering step',
                    f"Let only answering steps stand for one another: {join_with_or(responding)}",
                )


def _check_roles(procedure: Procedure) -> Iterator[Defect]:
    for name, role in procedure.roles.items():
        if name not in set(Role):
            yield Defect(f"role {name}", "is not a known role", f"Use one of {join_with_or(Role)}")
        yield from _check_superior(procedure, name, role)


def _check_unused_roles(procedure: Procedure) -> Iterator[Defect]:
    notified = {to for ladder in procedure.ladders.values() for rung in ladder.rungs for to in rung.tell}
    notified |= {notice.to for notice in procedure.notices}
    used = notified | {step.owner for step in procedure.steps}
    used |= {role.superior for role in procedure.roles.values() if role.superior}
    used |= {role for row, _ in procedure.list_rows() for role in row.marked}
    used.add(Role.CENTRAL_ADMIN)  # moves reports to other regions under every procedure
    for name in sorted(procedure.roles.keys() - used):
        yield Defect(f"role {name}", "does nothing here and is told nothing", "Remove it", "warning")


def _check_superior(procedure: Procedure, name: str, role: RoleTitle) -> Iterator[Defect]:
    if role.superior == name:
        yield Defect(f"role {name}", "is its own superior", "Name the role above it, or none")
    elif role.superior and role.superior not in procedure.roles:
        yield Defect(
            f"role {name}",
            f'its superior "{role.superior}" has no title in this procedure',
            f"Add [roles.{role.superior}] with a title",
        )


def _check_kinds(procedure: Procedure) -> Iterator[Defect]:
    for kind in ONCE:
        count = sum(step.kind is kind for step in procedure.steps)
        if count != 1:
            yield Defect("file", f"has {count} steps of kind {kind}", "Let it have exactly one")


def _check_acts(procedure: Procedure) -> Iterator[Defect]:
    for step in procedure.steps:
        where, acts = f"step {step.name}", ACTS[step.kind]
        for act in sorted(REQUIRED_ACTS[step.kind] - step.exits.keys()):
            yield Defect(where, f'its exits lack "{act}"', f"Say where {act} leads")
        for act in sorted(step.exits.keys() - acts):
            yield Defect(
                where, f'"{act}" is not an act of kind {step.kind}', f"Use {join_with_and(acts)} in its exits"
            )
        yield from _check_needs_of_kind(where, step)


def _check_needs_of_kind(where: str, step: Step) -> Iterator[Defect]:
    if step.kind is StepKind.RESPOND and not ADVANCING_ACTS & step.exits.keys():
        yield Defect(where, "cannot go on", f"Give it one of the exits {join_with_or(ADVANCING_ACTS)}")
    if step.kind is StepKind.COMPLETE and len({"lapse", "expire"} & step.exits.keys()) != 1:
        yield Defect(
            where,
            "does not say what a reporter's silence means",
            f'Give it either lapse = "lapsed" or expire = "{BACK}"',
        )
    if step.proof and "answer" not in step.exits:
        yield Defect(where, "asks for proof, but nobody answers in it", "Ask in the step that has answer")
    if step.consults and "consult" not in step.exits:
        yield Defect(where, 'names classes to consult about, but lacks "consult"', "Say where consult leads")


def _check_protection(procedure: Procedure) -> Iterator[Defect]:
    """Check that a report about an officer's own unit has a way past that unit."""
    for step in procedure.steps:
        if step.kind is StepKind.RECORD and "protect" not in step.exits:
            yield Defect(
                f"step {step.name}",
                "leaves a confidential and anonymous report about an officer no way past that officer's unit",
                "Let protect lead to a step of kind respond that is owned by inspectorate",
            )


CHECKS: tuple[Check, ...] = (
    _check_names,
    _check_owners,
    _check_stands_for,
    _check_roles,
    _check_unused_roles,
    _check_kinds,
    _check_acts,
)
TODAYS_CHECKS: tuple[Check, ...] = (_check_protection,)
"""The checks of a procedure under which complaints can still be filed; a replaced one only ends its own."""
