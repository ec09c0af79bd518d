"""The consequences for other complaints: of duplicates, splits and moves, and of changes of a region.

A change that concerns many complaints becomes one message each, and each is its own transaction. Every part
of it may happen twice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.complaint.duplicates import DuplicatesConcerned, Merged, NoteSplit
from chalicelib.domain.complaint.handling import SucceedAgency
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.routing import Rerouted
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.command_handler import CommandHandler, CommandRequest
from chalicelib.services.complaints.duplicates import DuplicateService
from chalicelib.services.complaints.filing import FilingService
from chalicelib.services.ports import Complaints, Directory, Effects, Queues
from chalicelib.services.routes import CALENDAR, CHANGES, get_next_queue

Body = Mapping[str, Any]


class RelatedComplaints:
    """The complaints that an event of another, or a change of their region, concerns."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        effects: Effects,
        queues: Queues,
        command_handler: CommandHandler,
        filing: FilingService,
        duplicates: DuplicateService,
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._effects = effects
        self._queues = queues
        self._command_handler = command_handler
        self._filing = filing
        self._duplicates = duplicates

    def follow_event(self, ticket: str, seq: int, body: Body) -> None:
        """Carry out what an event of one complaint means for others; then send it to its next queue."""
        stored = self._complaints.get_event(ticket, seq)
        complaint = self._complaints.get(ticket)
        if stored is None or complaint is None:
            raise LookupError(f"{ticket} has no event {seq} yet")
        if self._effects.is_done(ticket, seq, CHANGES):
            return
        self._follow(stored, complaint)
        queue = get_next_queue(stored, CHANGES)
        if queue:
            self._queues.send(queue, body)
        self._effects.mark_done(ticket, seq, CHANGES, self._command_handler.now())

    def apply_change(self, ticket: str, body: Body) -> None:
        """Carry out one complaint's part of a change that concerns many."""
        match body:
            case {"parent": str(parent)}:
                self._duplicates.update_duplicate(ticket, parent)
            case {"change": "calendar", "id": str(change)}:
                self._directory.clear_cache()
                self._command_handler.execute_for_system(
                    ticket, RecomputeDeadlines(), f"calendar.{change}.{ticket}"
                )
            case {"change": "successor", "agency": agency, "successor": successor, "id": str(change)}:
                command = SucceedAgency(agency=agency, successor=successor)
                self._command_handler.execute_for_system(ticket, command, f"successor.{change}.{ticket}")
            case _:
                raise ValueError(f"an unknown change: {sorted(body)}")

    def spread_change(self, body: Body) -> None:
        """Send a change of a region to each complaint that it may concern, one message each."""
        for ticket in self._list_concerned(str(body["change"]), str(body["region"])):
            self._queues.send(CHANGES, {**body, "ticket": ticket})

    def _list_concerned(self, change: str, region: str) -> Iterable[str]:
        if change == CALENDAR:
            return dict.fromkeys(clock.ticket for clock in self._complaints.list_open_clocks(region))
        return self._complaints.list_open_tickets(region)

    def _follow(self, stored: StoredEvent, complaint: Complaint) -> None:
        match stored.event:
            case Merged(parent=parent) if complaint.parent == parent:
                self._duplicates.add_duplicate(complaint.ticket, parent)
            case DuplicatesConcerned(children=children):
                for child in children:
                    self._queues.send(CHANGES, {"v": 1, "ticket": child, "parent": complaint.ticket})
            case Filed(origin=origin) if origin:
                split = NoteSplit(ticket=complaint.ticket)
                self._command_handler.execute_for_system(origin.ticket, split, f"split.{complaint.ticket}")
            case Rerouted():
                key = f"reroute.{complaint.ticket}.{stored.seq}"
                self._filing.move(complaint, CommandRequest(actor=SYSTEM, key=key))
            case _:
                pass
