"""The officers who may act on an open step today: those at its desk, or their deputies.

Without deputies a step would wait for an officer who has left, and everybody else could only look at it.
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
    """Return the officers on duty at a desk, else those of its first deputy role with an officer on duty."""
    for deputy in procedure.list_duty_order(role):
        within = deputy in AGENCY_ROLES
        if within and agency is None:
            continue
        officers = directory.list_officers_on_duty(
            region, deputy, agency if within else None, unit if deputy == Role.UNIT else None
        )
        if officers:
            return officers
    return []


def find_step_officers(complaint: Complaint, procedure: Procedure, directory: Directory) -> Sequence[Officer]:
    """Return the officers who may act on the open step today; none where it is the reporter's."""
    step = complaint.step
    if step is None:
        return []
    return find_officers_for(directory, procedure, complaint.region, step.owner, step.agency, step.unit)


def list_acting_roles(complaint: Complaint, actor: Actor, directory: Directory) -> tuple[Actor, ...]:
    """Return the actors that somebody may act as: themselves and, as deputies, the owner of the open step.

    The record then shows the post, the officer who acted, and the officer they acted for.
    """
    procedure = load_procedure(complaint.procedure, complaint.procedure_version)
    step = complaint.step
    if step is None or actor.region != complaint.region or complaint.protected:
        return (actor,)
    if actor.role == step.owner or actor.role not in procedure.list_duty_order(step.owner):
        return (actor,)
    if actor.id not in {officer.id for officer in find_step_officers(complaint, procedure, directory)}:
        return (actor,)
    as_owner = Actor(
        role=step.owner,
        id=actor.id,
        region=complaint.region,
        agency=step.agency,
        unit=step.unit,
        acting_for=_find_absent_holder(directory, complaint.region, step),
    )
    return (actor, as_owner)


def _find_absent_holder(directory: Directory, region: str, step: OpenStep) -> str | None:
    """Return the id of the officer who holds the step's post and is away."""
    desk = (step.owner, step.agency, step.unit)
    holders = (
        officer for officer in directory.list_staff(region) if officer.active and officer.acting_for is None
    )
    return next(
        (officer.id for officer in holders if (officer.role, officer.agency, officer.unit) == desk), None
    )
