"""Filing, and the system's recording of it."""

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import leave, only_system, open_step, still_open
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal


def file(command: c.File, context: DecisionContext) -> list[f.Event]:
    """The facts of a new complaint; refused where the procedure asks for more than was given."""
    may_file(context.procedure, context.actor, command)
    filed = f.Filed(
        **{name: getattr(command, name) for name in c.File.model_fields},
        procedure=context.procedure.id,
        procedure_version=context.procedure.version,
        calendar_version=context.calendar.version,
        zone=context.calendar.zone.key,
    )
    return [filed, *open_step(context.procedure.filing.opens, None, context)]


def may_file(procedure: Procedure, actor: Actor, command: c.File) -> None:
    """``Refusal`` where this actor may not file this, or the procedure asks for what is not given.

    What an officer types in, is split off or moved here was received already: it is completed later.
    """
    if command.origin is not None and actor.role != Role.REPORTER:
        return
    if command.channel != "web":
        if (actor.role, actor.region) != (Role.REGIONAL_ADMIN, command.region):
            raise Refusal("not_your_role")
        return
    if actor.role != Role.REPORTER or actor.id != command.reporter or command.origin is not None:
        raise Refusal("not_your_role")
    given = {"place": command.place is not None, "photo": bool(command.files)}
    for item in procedure.filing.requires:
        if not given[item]:
            raise Refusal(f"missing_{item}")


def record(complaint: Complaint, command: c.Record, context: DecisionContext) -> list[f.Event]:
    """The system records it; a protected report takes the way past everybody to the Inspektorat."""
    only_system(context.actor)
    if not still_open(complaint, StepKind.RECORD):
        return []
    recorded = f.Recorded(suggested_agency=command.suggested_agency)
    return [recorded, *leave(complaint, "protect" if complaint.protected else "record", context)]
