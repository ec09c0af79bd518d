"""The numbers that complaints get in the agencies' registers (*nomor agenda*)."""

from zoneinfo import ZoneInfo

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Role
from chalicelib.services.ports import RegisterNumbers


def assign_register_number(
    register_numbers: RegisterNumbers, complaint: Complaint, opened: StoredEvent
) -> None:
    """Give the complaint a number at the agency whose step has opened; a second time changes nothing.

    The year is that of the opening on the region's clock, also where the number is given later.
    """
    agency = _find_agency(opened)
    if agency is not None:
        year = opened.at.astimezone(ZoneInfo(complaint.zone)).year
        register_numbers.assign(complaint.region, agency, year, complaint.ticket, opened.at)


def _find_agency(opened: StoredEvent) -> str | None:
    """Return the register's agency. The Inspektorat handles protected reports as a role, and has one too."""
    event = opened.event
    if not isinstance(event, StepOpened):
        return None
    return event.owner if event.owner == Role.INSPECTORATE else event.agency
