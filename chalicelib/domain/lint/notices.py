"""What people are told: notices, whom they name, and the templates there are."""

from collections.abc import Collection, Iterator, Mapping

from chalicelib.domain.complaint.events import EVENT_CLASSES
from chalicelib.domain.lint.events import OPENED, named
from chalicelib.domain.lint.findings import Check, Defect, either, twice
from chalicelib.domain.procedure.model import Procedure, Role, Step, StepKind

QUALIFIERS: Mapping[str, frozenset[str]] = {
    "complaint.replied": frozenset({"reporter", "government"}),
    "complaint.disputed": frozenset({"again"}),
    "deadline.armed": frozenset({"moved"}),
}
"""What may stand after the colon of a notice's ``when``, beside the step after ``step.opened``."""

IN_THE_FACT: Mapping[str, frozenset[str]] = {
    field: frozenset(
        event.model_fields["type"].default for event in EVENT_CLASSES.values() if field in event.model_fields
    )
    for field in ("agency", "supporters")
}
"""Whom a notice may tell besides roles: agencies that the event itself names, with the events that do."""


def addressee(where: str, to: str, procedure: Procedure) -> Iterator[Defect]:
    """What is wrong with whom a rung or notice tells."""
    known = {"owner", "superior", *procedure.roles}
    if to not in known:
        yield Defect(where, f'tells "{to}", who has no title in this procedure', f"Use {either(known)}")


def _notices(procedure: Procedure) -> Iterator[Defect]:
    for notice in twice(procedure.notices):
        yield Defect(f"notice {notice.when}", f"tells {notice.to} the same twice", "Remove one of them")
    for notice in procedure.notices:
        where = f"notice {notice.when}"
        yield from named(where, notice.when, procedure, QUALIFIERS)
        if notice.to not in IN_THE_FACT:
            yield from addressee(where, notice.to, procedure)
        elif notice.when not in IN_THE_FACT[notice.to]:
            yield Defect(
                where,
                f'tells "{notice.to}", which this event does not name',
                f"Use it with {either(IN_THE_FACT[notice.to])}",
            )


def _turns(procedure: Procedure) -> Iterator[Defect]:
    """Steps whose owner would never hear that it is their turn."""
    told = {(notice.when, notice.to) for notice in procedure.notices}
    for step in procedure.steps:
        announcing = _announcing(step)
        heard = {(event, to) for event in announcing for to in ("owner", step.owner)}
        if step.owner != Role.SYSTEM and not heard & told:
            yield Defect(
                f"step {step.name}",
                "nobody tells its owner that it is their turn",
                f"Add a notice to the {'reporter' if step.owner == Role.REPORTER else 'owner'} "
                f"when {announcing[0]}",
            )


def _announcing(step: Step) -> tuple[str, ...]:
    opened = (f"{OPENED}:{step.name}", OPENED)
    match step.kind:
        case StepKind.COMPLETE:
            return ("completion.asked" if "lapse" in step.exits else "items.asked", *opened)
        case StepKind.CONFIRM:
            return ("answer.delivered", *opened)
        case _:
            return opened


CHECKS: tuple[Check, ...] = (_notices, _turns)


def templates_of(procedure: Procedure, templates: Collection[str]) -> Iterator[Defect]:
    """The templates that it names and that are not there."""
    for where, template in _named_templates(procedure):
        if template not in templates:
            yield Defect(where, f'its template "{template}" does not exist', f"Use {either(templates)}")


def _named_templates(procedure: Procedure) -> Iterator[tuple[str, str]]:
    for name, ladder in procedure.ladders.items():
        for rung in ladder.rungs:
            if rung.template:
                yield f"ladder {name}, rung {rung.name}", rung.template
    for notice in procedure.notices:
        yield f"notice {notice.when}", notice.template
