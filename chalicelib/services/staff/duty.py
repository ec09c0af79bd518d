"""Duty: an open step follows the post, not the person who held it when it opened.

No comings and goings are stored. An officer on duty without a link to an open step of their desk has no
message about it yet: they are the deputy, they are back, or they are new. So running this again does no harm,
and the next run repairs a day that was missed.
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

ASSIGNMENT_NOTICE = timedelta(days=30)
"""The time before the end of a Surat Tugas at which it is announced."""

ASSIGNMENT_ENDS = "assignment-ends"
DESK_EMPTY = "desk-empty"


@dataclass(frozen=True)
class Desk:
    """The place of a step: a role of the region, of an agency, or of one of its units."""

    role: str
    agency: str | None = None
    unit: str | None = None

    @classmethod
    def of(cls, step: OpenStep) -> "Desk":
        """Return the desk that has this step."""
        return cls(step.owner, step.agency, step.unit)


@dataclass(frozen=True)
class HandOverReport:
    """The number of links sent, and the open steps of each desk where nobody is on duty."""

    links: int
    empty: Mapping[Desk, int]


class DutyRoster:
    """The daily round that sends open steps to the officers on duty, and reports empty desks in time."""

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
        """Hand over, and announce the Surat Tugas that end within 30 days; return the number of messages."""
        return self.hand_over(region).links + self._announce_ends(region)

    def hand_over(self, slug: str) -> HandOverReport:
        """Send a link to each officer on duty who has none to an open step of a desk they hold or cover.

        Where nobody is on duty, the officers who cover the desk get a message, once a working day. Raises
        ``Refusal`` for an unknown region.
        """
        region = find_region(self._directory, slug)
        today, links, empty = self._get_today(region), 0, Counter[Desk]()
        list_present = cache(
            lambda desk: self._directory.list_officers_on_duty(slug, desk.role, desk.agency, desk.unit)
        )
        find_officers = cache(lambda desk: self._find_officers(region, desk))
        for complaint, step in self._list_open_steps(slug):
            desk = Desk.of(step)
            links += self._send_links(find_officers(desk), complaint, today)
            # Nobody else may learn that the Inspektorat has a report.
            is_counted = desk.role != Role.INSPECTORATE and not self._is_reached_by_letter(slug, desk)
            if is_counted and not list_present(desk):
                empty[desk] += 1
        if region.calendar.is_working(today):
            self._report_empty_inspectorate(region, today)
            for desk, steps in empty.items():
                self._report_empty_desk(region, desk, steps, today)
        return HandOverReport(links, empty)

    def _list_open_steps(self, region: str) -> Iterator[tuple[Complaint, OpenStep]]:
        for ticket in self._complaints.list_open_tickets(region):
            complaint = self._complaints.get(ticket)
            step = complaint.step if complaint else None
            if complaint and step and step.owner in AGENCY_ROLES | REGIONAL_ROLES:
                yield complaint, step

    def _send_links(self, officers: Sequence[Officer], complaint: Complaint, today: date) -> int:
        without_link = [officer for officer in officers if not self._links.has_link(officer, complaint)]
        for officer in without_link:
            self._queues.send(MESSAGES, create_link_message(officer, complaint, today))
        return len(without_link)

    def _is_reached_by_letter(self, region: str, desk: Desk) -> bool:
        agency = self._directory.get_agency(region, desk.agency) if desk.agency else None
        return agency is not None and agency.by_letter

    def _report_empty_desk(self, region: Region, desk: Desk, steps: int, today: date) -> None:
        place = {"role": desk.role, "agency": desk.agency, "unit": desk.unit}
        for officer in self._list_covering_officers(region, desk):
            about = {"request": today.isoformat(), "desk": place, "open": steps}
            self._send_notice(region.slug, officer.id, DESK_EMPTY, about)

    def _report_empty_inspectorate(self, region: Region, today: date) -> None:
        """Send the notice whether or not a report waits there, so that the notice does not reveal one."""
        staff = self._directory.list_staff(region.slug)
        exists = any(officer.role == Role.INSPECTORATE for officer in staff)
        if not exists or self._directory.list_officers_on_duty(region.slug, Role.INSPECTORATE):
            return
        place = {"role": Role.INSPECTORATE, "agency": None, "unit": None}
        for officer in self._find_officers(region, Desk(Role.COORDINATOR)):
            about = {"request": today.isoformat(), "desk": place, "open": None}
            self._send_notice(region.slug, officer.id, DESK_EMPTY, about)

    def _find_officers(self, region: Region, desk: Desk) -> Sequence[Officer]:
        procedure = load_procedure(region.procedure)
        return find_officers_for(self._directory, procedure, region.slug, desk.role, desk.agency, desk.unit)

    def _list_covering_officers(self, region: Region, desk: Desk) -> list[Officer]:
        title = load_procedure(region.procedure).roles.get(desk.role)
        superior = title.superior if title else None
        agency = desk.agency if superior in AGENCY_ROLES else None
        above = self._directory.list_officers_on_duty(region.slug, superior, agency) if superior else []
        officers = [*self._find_officers(region, desk), *above]
        return list({officer.id: officer for officer in officers}.values())

    def _announce_ends(self, region: str) -> int:
        today, sent = self._get_today(find_region(self._directory, region)), 0
        coordinators = [
            officer.id for officer in self._directory.list_officers_on_duty(region, Role.COORDINATOR)
        ]
        for officer in self._directory.list_staff(region):
            letter = officer.assignment
            if (
                not officer.active
                or not letter
                or letter.warned
                or letter.expires - today > ASSIGNMENT_NOTICE
            ):
                continue
            for to in dict.fromkeys([officer.id, *coordinators]):
                about = {"request": letter.expires.isoformat(), "about": officer.id}
                self._send_notice(region, to, ASSIGNMENT_ENDS, about)
                sent += 1
            warned = letter.model_copy(update={"warned": True})
            self._directory.put(officer.model_copy(update={"assignment": warned}))
        return sent

    def _send_notice(self, region: str, officer: str, template: str, more: Mapping[str, object]) -> None:
        body = {"region": region, "id": officer, "template": template, **more}
        self._queues.send(MESSAGES, {"v": 1, "officer": body})

    def _get_today(self, region: Region) -> date:
        return self._now().astimezone(ZoneInfo(region.zone)).date()
