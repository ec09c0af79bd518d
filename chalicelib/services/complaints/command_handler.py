"""Changing a complaint: load, decide, append. The one way every request, worker and timer goes."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decide import decide
from chalicelib.domain.complaint.decision_context import DecisionContext, IsStaffed
from chalicelib.domain.complaint.evolve import evolve
from chalicelib.domain.complaint.routing import Forward
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent, chain
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Conflict, Refusal, Stale
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.complaints.reference_checks import ReferenceChecks
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Change, Complaints, Directory, Marker, Repeated
from chalicelib.services.staff.delegation import list_acting_roles

_ATTEMPTS = 5
"""How often a decision is made anew when somebody else wrote in between."""


@dataclass(frozen=True)
class CommandRequest:
    """Who asks, and what makes the asking one and the same when it comes twice.

    ``key`` is the caller's (an ``Idempotency-Key``, or a worker's event); ``body`` what was asked, to tell
    a repetition from another request under the same key. ``tag`` is the state the decision was made upon.
    """

    actor: Actor
    key: str
    body: str = ""
    tag: str | None = None

    @property
    def who(self) -> str:
        """Whose key it is; two regions may each have an officer of the same id."""
        return f"{self.actor.region}/{self.actor.id}" if self.actor.region else self.actor.id

    def create_marker(self, ticket: str) -> Marker:
        """The trace this request leaves."""
        digest = hashlib.sha256(self.body.encode()).hexdigest()
        return Marker(actor=self.who, key=self.key, digest=digest, ticket=ticket)


def check_same_request(stored: Marker, request: CommandRequest, ticket: str) -> None:
    """``Refusal`` where the key was used for something else, or for another complaint."""
    if stored != request.create_marker(ticket):
        raise Refusal("key_reused")


class CommandHandler:
    """The use cases on a complaint that exists."""

    def __init__(self, complaints: Complaints, directory: Directory, now: Callable[[], datetime]) -> None:
        self._complaints = complaints
        self._directory = directory
        self._names = ReferenceChecks(complaints, directory)
        self.now = now

    def execute(
        self,
        ticket: str,
        command: Command,
        request: CommandRequest,
        words: Sequence[SealedText] = (),
        not_before: datetime | None = None,
    ) -> Complaint:
        """Carry out a command; the complaint as it is afterwards.

        A command that comes twice happens once. ``not_before`` is the true instant of a timer's rung: a
        complaint's time never runs backwards, so local timers may be quicker than the calendar.
        Raises ``Refusal`` (also ``key_reused``) and ``Stale``; nothing has changed then.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._attempt(ticket, command, request, words, not_before)
            except (Refusal, Stale):
                if not self.has_executed(ticket, request):
                    raise
                return self.get(ticket)
            except Repeated as repeated:
                check_same_request(repeated.marker, request, ticket)
                return self.get(ticket)
            except Conflict:
                continue
        raise Refusal("busy")

    def get(self, ticket: str) -> Complaint:
        """The complaint; ``Refusal`` where there is none."""
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        return complaint

    def list_acting_roles(self, complaint: Complaint, actor: Actor) -> tuple[Actor, ...]:
        """As whom somebody may act: as themselves, and as whom they stand in for."""
        return list_acting_roles(complaint, actor, self._directory)

    def has_executed(self, ticket: str, request: CommandRequest) -> bool:
        """Whether this request was carried out before; ``Refusal`` where its key was used for another."""
        stored = self._complaints.get_marker(request.who, request.key)
        if stored is None:
            return False
        check_same_request(stored, request, ticket)
        return True

    def _attempt(
        self,
        ticket: str,
        command: Command,
        request: CommandRequest,
        words: Sequence[SealedText],
        not_before: datetime | None,
    ) -> Complaint:
        before = self.get(ticket)
        if request.tag is not None and request.tag != before.tag:
            raise Stale(before.tag)
        region = find_region(self._directory, before.region)
        now = max(self.now(), before.last_at, not_before or before.last_at)
        context = DecisionContext(
            procedure=load_procedure(before.procedure, before.procedure_version),
            calendar=self._calendar(region, before, command),
            now=now,
            actor=request.actor,
            is_staffed=self._staffed(region.slug),
        )
        # First whether they may, then what they name: who may not, learns nothing of other complaints.
        facts = decide(before, command, context)
        resolved = self._names.check_references(before, command)
        if resolved != command:
            facts = decide(before, resolved, context)
        if not facts:
            return before
        events = chain(before.ticket, before.seq, before.head, facts, now, request.actor)
        after = evolve_from(before, events, context)
        self._complaints.commit(Change(before, after, events, request.create_marker(ticket), words))
        return after

    def _calendar(self, region: Region, before: Complaint, command: Command) -> Calendar:
        """The region's days, by the hours of the agency that has the complaint, or gets it now."""
        name = command.agency if isinstance(command, Forward) else before.agency
        agency = self._directory.get_agency(region.slug, name) if name else None
        return region.build_calendar(agency.office_hours if agency else None)

    def _staffed(self, region: str) -> IsStaffed:
        directory = self._directory
        return lambda role, agency, unit: bool(directory.list_officers_on_duty(region, role, agency, unit))


def evolve_from(
    before: Complaint | None, events: Sequence[StoredEvent], context: DecisionContext
) -> Complaint:
    """The complaint after these events."""
    after = before
    for event in events:
        after = evolve(after, event, context.procedure)
    if after is None:
        raise ValueError("no events, no complaint")
    return after
