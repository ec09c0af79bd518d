"""Who may do an open step today: where nobody of its desk is on duty, those who stand in for it.

Without this a step would wait for whoever has left, and everybody who is told of it could only look.
"""

from collections.abc import Sequence

from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import AGENCY_ROLES, Procedure, Role
from chalicelib.domain.values.actor import Actor
from chalicelib.services.ports import Directory


def find_officers_for(
    directory: Directory, procedure: Procedure, region: str, role: str, agency: str | None, unit: str | None
) -> Sequence[Officer]:
    """The officers on duty at a desk, else of the first role that stands in for it; none where nobody is."""
    for one in procedure.list_deputies(role):
        within = one in AGENCY_ROLES
        if within and agency is None:
            continue
        found = directory.list_officers_on_duty(
            region, one, agency if within else None, unit if one == Role.UNIT else None
        )
        if found:
            return found
    return []


def find_step_officers(complaint: Complaint, procedure: Procedure, directory: Directory) -> Sequence[Officer]:
    """Whose the open step is today; nobody's where there is none, or where it is the reporter's."""
    step = complaint.step
    if step is None:
        return []
    return find_officers_for(directory, procedure, complaint.region, step.owner, step.agency, step.unit)


def list_acting_roles(complaint: Complaint, actor: Actor, directory: Directory) -> tuple[Actor, ...]:
    """As whom somebody may act: as themselves and, where they stand in for it, as the owner of the open step.

    The record then shows the post that was theirs to do, who did it, and in whose absence.
    """
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    step = complaint.step
    if step is None or actor.region != complaint.region or complaint.protected:
        return (actor,)
    if actor.role == step.owner or actor.role not in procedure.list_deputies(step.owner):
        return (actor,)
    if actor.id not in {one.id for one in find_step_officers(complaint, procedure, directory)}:
        return (actor,)
    as_owner = Actor(
        role=step.owner,
        id=actor.id,
        region=complaint.region,
        agency=step.agency,
        unit=step.unit,
        acting_for=_absent(directory, complaint.region, step),
    )
    return (actor, as_owner)


def _absent(directory: Directory, region: str, step: OpenStep) -> str | None:
    """Who holds the post and is away, if anybody does."""
    desk = (step.owner, step.agency, step.unit)
    holders = (one for one in directory.list_staff(region) if one.active and one.acting_for is None)
    return next((one.id for one in holders if (one.role, one.agency, one.unit) == desk), None)
