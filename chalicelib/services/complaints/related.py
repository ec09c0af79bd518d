"""What follows in other complaints: for duplicates, what is split off or moved, and when a region changes.

A change that touches many complaints becomes one message each, and each is its own transaction; every part
of it may happen twice.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.duplicates import (
    AdoptDuplicate,
    DuplicatesConcerned,
    InheritAnswer,
    Merged,
    NoteSplit,
    ReleaseDuplicate,
)
from chalicelib.domain.complaint.handling import SucceedAgency
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.routing import Rerouted
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.sealed_text import LONGEST_TEXT
from chalicelib.services.complaints.command_handler import CommandHandler, CommandRequest
from chalicelib.services.complaints.filing import FilingService
from chalicelib.services.complaints.reference_checks import has_answer
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.ports import Complaints, Directory, Effects, Files, Queues
from chalicelib.services.routes import CALENDAR, CHANGES, get_next_queue
from chalicelib.services.views.texts import get_answer_text

Body = Mapping[str, Any]


class RelatedComplaints:
    """The consequences for other complaints."""

    def __init__(  # noqa: PLR0913 -- it is where complaints meet
        self,
        *,
        complaints: Complaints,
        directory: Directory,
        effects: Effects,
        queues: Queues,
        files: Files,
        command_handler: CommandHandler,
        filing: FilingService,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._effects = effects
        self._queues = queues
        self._files = files
        self._command_handler = command_handler
        self._filing = filing
        self._now = now

    def follow_event(self, ticket: str, seq: int, body: Body) -> None:
        """What an event of one complaint means for another; then it goes on to be told."""
        event = self._complaints.get_event(ticket, seq)
        complaint = self._complaints.get(ticket)
        if event is None or complaint is None:
            raise LookupError(f"{ticket} has no event {seq} yet")
        if self._effects.is_done(ticket, seq, CHANGES):
            return
        self._consequence(event, complaint)
        onward = get_next_queue(event, CHANGES)
        if onward:
            self._queues.send(onward, body)
        self._effects.mark_done(ticket, seq, CHANGES, self._now())

    def apply_change(self, ticket: str, body: Body) -> None:
        """One complaint's part of a change that touches many."""
        match body:
            case {"parent": str(parent)}:
                self._tell_duplicate(ticket, parent)
            case {"change": "calendar", "id": str(change)}:
                self._directory.clear_cache()
                self._command(ticket, RecomputeDeadlines(), f"calendar.{change}.{ticket}")
            case {"change": "successor", "agency": agency, "successor": successor, "id": str(change)}:
                command = SucceedAgency(agency=agency, successor=successor)
                self._command(ticket, command, f"successor.{change}.{ticket}")
            case _:
                raise ValueError(f"an unknown change: {sorted(body)}")

    def spread_change(self, body: Body) -> None:
        """A change of a region, as one message a complaint that it may concern."""
        for ticket in self._concerned(str(body["change"]), str(body["region"])):
            self._queues.send(CHANGES, {**body, "ticket": ticket})

    def _concerned(self, change: str, region: str) -> Iterable[str]:
        if change == CALENDAR:
            return dict.fromkeys(clock.ticket for clock in self._complaints.list_open_clocks(region))
        return self._complaints.list_open_tickets(region)

    def _consequence(self, event: StoredEvent, complaint: Complaint) -> None:
        match event.event:
            case Merged(parent=parent) if complaint.parent == parent:
                self._follow_parent(complaint.ticket, parent)
            case DuplicatesConcerned(children=children):
                for child in children:
                    self._queues.send(CHANGES, {"v": 1, "ticket": child, "parent": complaint.ticket})
            case Filed(origin=origin) if origin:
                split = NoteSplit(ticket=complaint.ticket)
                self._command(origin.ticket, split, f"split.{complaint.ticket}")
            case Rerouted():
                key = f"reroute.{complaint.ticket}.{event.seq}"
                self._filing.move(complaint, CommandRequest(actor=SYSTEM, key=key))
            case _:
                pass

    def _follow_parent(self, child: str, parent: str) -> None:
        """The parent knows of it; what was over before that is told at once."""
        self._command(parent, AdoptDuplicate(child=child), f"adopt.{parent}.{child}")
        self._tell_duplicate(child, parent)

    def _tell_duplicate(self, child: str, parent: str) -> None:
        """The parent's published answer, or that there will be none; nothing while it is being handled.

        A parent that became a duplicate at the same moment gives its own back: nobody waits for who waits.
        """
        known, follower = self._command_handler.get(parent), self._command_handler.get(child)
        if has_answer(known):
            self._hand_on(follower, known)
        elif known.finished or known.state == "duplicate" or known.protected:
            self._command(child, ReleaseDuplicate(parent=parent), f"release.{child}.{follower.seq}")

    def _hand_on(self, child: Complaint, parent: Complaint) -> None:
        if child.parent != parent.ticket:
            return
        answer = parent.published_answers[-1]
        said = get_answer_text(child.reporter, parent, answer, self._complaints)
        for file in answer.files:
            self._files.copy(parent.ticket, file, child.ticket)
        words = seal("answer", said[:LONGEST_TEXT] or "-")
        command = InheritAnswer(
            parent=parent.ticket,
            agency=answer.agency,
            text=words.ref,
            files=answer.files,
            late=answer.late,
            by_letter=parent.by_letter,
        )
        # The key is the child's state: it may follow the same parent a second time.
        request = CommandRequest(actor=SYSTEM, key=f"inherit.{child.ticket}.{child.seq}")
        self._command_handler.execute(child.ticket, command, request, [words])

    def _command(self, ticket: str, command: Command, key: str) -> None:
        try:
            self._command_handler.execute(ticket, command, CommandRequest(actor=SYSTEM, key=key))
        except Refusal as refusal:
            if refusal.code != "too_many_links":
                raise
