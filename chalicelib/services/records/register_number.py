"""Entering complaints in the agencies' books."""

from zoneinfo import ZoneInfo

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Role
from chalicelib.services.ports import RegisterNumbers


def assign_register_number(
    register_numbers: RegisterNumbers, complaint: Complaint, opened: StoredEvent
) -> None:
    """Enter the complaint in the book of the agency whose step has opened; a second time changes nothing.

    The year is that of the opening on the region's clock, also where the number is given later.
    """
    agency = _keeper(opened)
    if agency is not None:
        year = opened.at.astimezone(ZoneInfo(complaint.zone)).year
        register_numbers.assign(complaint.region, agency, year, complaint.ticket, opened.at)


def _keeper(opened: StoredEvent) -> str | None:
    """Whose book it comes into: the Inspektorat handles protected reports as a role, and keeps one too."""
    fact = opened.event
    if not isinstance(fact, StepOpened):
        return None
    return fact.owner if fact.owner == Role.INSPECTORATE else fact.agency
