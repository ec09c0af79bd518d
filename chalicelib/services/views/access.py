"""Access: who may read a complaint, and who may see its reporter's name. The default is to deny."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.verification import IdentitySeen
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal

LOOK_DURATION = timedelta(hours=1)
"""The time that a recorded look shows an anonymous reporter's name, and a receipt its complaint."""


def check_may_read(complaint: Complaint, actor: Actor) -> None:
    """Raise ``Refusal`` where this actor may not see the complaint.

    Those who may not even know that it exists get the refusal of an unknown number: a citizen for another's
    complaint, everybody but the Inspektorat for a protected one.
    """
    if actor.role == Role.REPORTER:
        if actor.id != complaint.reporter:
            raise Refusal("unknown_ticket")
        return
    if complaint.protected:
        if (actor.role, actor.region) != (Role.INSPECTORATE, complaint.region):
            raise Refusal("unknown_ticket")
        return
    if actor.role == Role.CENTRAL_ADMIN:
        return
    if actor.region != complaint.region or not _is_concerned(complaint, actor):
        raise Refusal("not_your_complaint")


def may_see_reporter(
    complaint: Complaint, actor: Actor, events: Sequence[StoredEvent], now: datetime
) -> bool:
    """Return whether this actor sees the reporter's name: an anonymous one only after a recorded look."""
    if actor.role == Role.REPORTER or not complaint.anonymous:
        return True
    return any(
        isinstance(stored.event, IdentitySeen)
        and (stored.actor.region, stored.actor.id) == (actor.region, actor.id)
        and now - stored.at < LOOK_DURATION
        for stored in events
    )


def _is_concerned(complaint: Complaint, actor: Actor) -> bool:
    """Return whether an officer may see a complaint of their own region."""
    if actor.role in (Role.REGIONAL_ADMIN, Role.COORDINATOR):
        return True
    if actor.role not in AGENCY_ROLES:
        return _has_step(complaint, actor)
    if actor.role == Role.SECRETARIAT and not _has_step(complaint, actor):
        return False
    if actor.agency in complaint.supporters and actor.role != Role.UNIT:
        return True
    is_own = actor.agency is not None and actor.agency == complaint.agency
    return is_own and (actor.role != Role.UNIT or actor.unit == complaint.unit)


def _has_step(complaint: Complaint, actor: Actor) -> bool:
    return complaint.step is not None and complaint.step.owner == actor.role
