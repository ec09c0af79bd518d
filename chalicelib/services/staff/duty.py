"""Who is on duty: an open step follows the post, not the person who held it when it opened.

Nothing is kept of who came and went. An officer on duty without a link to an open step of their desk has not
been told of it, whatever the reason: they are the deputy, they are back, they are new. So running any of this
again does no harm, and a day that was missed is made good on the next.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import AGENCY_ROLES, REGIONAL_ROLES, Role
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Complaints, Directory, Queues
from chalicelib.services.routes import MESSAGES
from chalicelib.services.staff.delegation import find_officers_for
from chalicelib.services.staff.officer_links import OfficerLinks, create_link_message

NOTICE = timedelta(days=30)
"""How long before its end a Surat Tugas is spoken of."""

ASSIGNMENT_ENDS = "assignment-ends"
DESK_EMPTY = "desk-empty"


@dataclass(frozen=True)
class Desk:
    """Where a step lies: a role of the region, of an agency, or of one of its units."""

    role: str
    agency: str | None = None
    unit: str | None = None

    @classmethod
    def of(cls, step: OpenStep) -> "Desk":
        """The desk that has this step."""
        return cls(step.owner, step.agency, step.unit)


@dataclass(frozen=True)
class HandOverReport:
    """How many links were sent, and the desks where nobody is on duty with their number of open steps."""

    links: int
    empty: Mapping[Desk, int]


class DutyRoster:
    """Brings open steps to whoever is on duty today, and says in time where nobody will be."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        links: OfficerLinks,
        queues: Queues,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._links = links
        self._queues = queues
        self._now = now

    def run_daily(self, region: str) -> int:
        """Hand over, and announce the Surat Tugas that end within 30 days; how many messages were sent."""
        return self.hand_over(region).links + self._announce_ends(region)

    def hand_over(self, region: str) -> HandOverReport:
        """Send a link to everyone on duty who has none to an open step that is theirs, or theirs meanwhile.

        Of desks where nobody is, whoever takes over is told, once a working day. ``Refusal`` for an unknown
        region.
        """
        here = find_region(self._directory, region)
        today, links, empty = self._today(here), 0, Counter[Desk]()
        present = cache(
            lambda desk: self._directory.list_officers_on_duty(region, desk.role, desk.agency, desk.unit)
        )
        answering = cache(lambda desk: self._answering(here, desk))
        for complaint, step in self._on_desks(region):
            desk = Desk.of(step)
            links += self._give_links(answering(desk), complaint, today)
            # That something lies at the Inspektorat is known to nobody else.
            counted = desk.role != Role.INSPECTORATE and not self._goes_by_letter(region, desk)
            if counted and not present(desk):
                empty[desk] += 1
        if here.calendar.is_working(today):
            self._tell_of_empty_inspectorate(here, today)
            for desk, steps in empty.items():
                self._tell_of_empty(here, desk, steps, today)
        return HandOverReport(links, empty)

    def _on_desks(self, region: str) -> Iterator[tuple[Complaint, OpenStep]]:
        for ticket in self._complaints.list_open_tickets(region):
            complaint = self._complaints.get(ticket)
            step = complaint.step if complaint else None
            if complaint and step and step.owner in AGENCY_ROLES | REGIONAL_ROLES:
                yield complaint, step

    def _give_links(self, officers: Sequence[Officer], complaint: Complaint, today: date) -> int:
        untold = [officer for officer in officers if not self._links.has_link(officer, complaint)]
        for officer in untold:
            self._queues.send(MESSAGES, create_link_message(officer, complaint, today))
        return len(untold)

    def _goes_by_letter(self, region: str, desk: Desk) -> bool:
        agency = self._directory.get_agency(region, desk.agency) if desk.agency else None
        return agency is not None and agency.by_letter

    def _tell_of_empty(self, region: Region, desk: Desk, steps: int, today: date) -> None:
        where = {"role": desk.role, "agency": desk.agency, "unit": desk.unit}
        for officer in self._who_take_over(region, desk):
            told = {"request": today.isoformat(), "desk": where, "open": steps}
            self._tell(region.slug, officer.id, DESK_EMPTY, told)

    def _tell_of_empty_inspectorate(self, region: Region, today: date) -> None:
        """Whether or not anything waits there, so that nobody can tell from it that something does."""
        known = any(one.role == Role.INSPECTORATE for one in self._directory.list_staff(region.slug))
        if not known or self._directory.list_officers_on_duty(region.slug, Role.INSPECTORATE):
            return
        where = {"role": Role.INSPECTORATE, "agency": None, "unit": None}
        for officer in self._answering(region, Desk(Role.COORDINATOR)):
            told = {"request": today.isoformat(), "desk": where, "open": None}
            self._tell(region.slug, officer.id, DESK_EMPTY, told)

    def _answering(self, region: Region, desk: Desk) -> Sequence[Officer]:
        procedure = load_procedure(region.procedure)
        return find_officers_for(self._directory, procedure, region.slug, desk.role, desk.agency, desk.unit)

    def _who_take_over(self, region: Region, desk: Desk) -> list[Officer]:
        title = load_procedure(region.procedure).roles.get(desk.role)
        superior = title.superior if title else None
        agency = desk.agency if superior in AGENCY_ROLES else None
        above = self._directory.list_officers_on_duty(region.slug, superior, agency) if superior else []
        found = [*self._answering(region, desk), *above]
        return list({officer.id: officer for officer in found}.values())

    def _announce_ends(self, region: str) -> int:
        today, told = self._today(find_region(self._directory, region)), 0
        coordinators = [
            officer.id for officer in self._directory.list_officers_on_duty(region, Role.COORDINATOR)
        ]
        for officer in self._directory.list_staff(region):
            letter = officer.assignment
            if not officer.active or not letter or letter.warned or letter.expires - today > NOTICE:
                continue
            for to in dict.fromkeys([officer.id, *coordinators]):
                about = {"request": letter.expires.isoformat(), "about": officer.id}
                self._tell(region, to, ASSIGNMENT_ENDS, about)
                told += 1
            warned = letter.model_copy(update={"warned": True})
            self._directory.put(officer.model_copy(update={"assignment": warned}))
        return told

    def _tell(self, region: str, officer: str, template: str, more: Mapping[str, object]) -> None:
        body = {"region": region, "id": officer, "template": template, **more}
        self._queues.send(MESSAGES, {"v": 1, "officer": body})

    def _today(self, region: Region) -> date:
        return self._now().astimezone(ZoneInfo(region.zone)).date()
