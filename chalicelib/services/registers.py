"""What offices keep books of: an agency's *buku inventarisasi*, and a region's monthly *rekapitulasi*."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint import Complaint
from chalicelib.domain.events import Event
from chalicelib.domain.facts import StepOpened
from chalicelib.domain.procedure import Role
from chalicelib.services.ports import Agendas, Complaints, Directory


class Registers:
    """Keeps the books, and reads them."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        agendas: Agendas,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._agendas = agendas
        self._now = now

    def enter(self, complaint: Complaint, opened: Event) -> None:
        """Enter the complaint in the book of the agency whose step has opened; a second time changes nothing.

        The year is that of the opening on the region's clock, also where the number is given later.
        """
        agency = _keeper(opened)
        if agency is not None:
            year = opened.at.astimezone(ZoneInfo(complaint.zone)).year
            self._agendas.enter(complaint.region, agency, year, complaint.ticket, opened.at)


def _keeper(opened: Event) -> str | None:
    """Whose book it comes into: the Inspektorat handles protected reports as a role, and keeps one too."""
    fact = opened.fact
    if not isinstance(fact, StepOpened):
        return None
    return fact.owner if fact.owner == Role.INSPECTORATE else fact.agency
