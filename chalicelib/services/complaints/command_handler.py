"""Changes of a complaint: load, decide, append. Every request, worker and timer goes this way."""

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
from chalicelib.domain.complaint.stored_event import StoredEvent, chain_events
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Conflict, Refusal, Stale
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.complaints.reference_checks import ReferenceChecks
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Change, Complaints, Directory, Marker, Repeated
from chalicelib.services.staff.delegation import list_acting_roles

_ATTEMPTS = 5
"""The most times that a command is decided when others are written in between."""


@dataclass(frozen=True)
class CommandRequest:
    """A request for a command: who asks, and what identifies it when it comes twice.

    ``key`` is the caller's (an ``Idempotency-Key``, or a worker's event). ``body`` distinguishes a repetition
    from another request with the same key. ``tag`` is the state that the decision was based on.
    """

    actor: Actor
    key: str
    body: str = ""
    tag: str | None = None

    @property
    def who(self) -> str:
        """Return the owner of the key; two regions may each have an officer of the same id."""
        return f"{self.actor.region}/{self.actor.id}" if self.actor.region else self.actor.id

    def create_marker(self, ticket: str) -> Marker:
        """Return the trace that this request leaves."""
        digest = hashlib.sha256(self.body.encode()).hexdigest()
        return Marker(actor=self.who, key=self.key, digest=digest, ticket=ticket)


def check_same_request(stored: Marker, request: CommandRequest, ticket: str) -> None:
    """Raise ``Refusal`` where the key was used for something else, or for another complaint."""
    if stored != request.create_marker(ticket):
        raise Refusal("key_reused")


class CommandHandler:
    """Carries out commands on complaints that exist."""

    def __init__(self, complaints: Complaints, directory: Directory, now: Callable[[], datetime]) -> None:
        self._complaints = complaints
        self._directory = directory
        self._references = ReferenceChecks(complaints, directory)
        self.now = now

    def execute(
        self,
        ticket: str,
        command: Command,
        request: CommandRequest,
        texts: Sequence[SealedText] = (),
        not_before: datetime | None = None,
    ) -> Complaint:
        """Carry out a command and return the complaint as it is afterwards.

        A command that comes twice happens once. ``not_before`` is the true instant of a timer's rung: a
        complaint's time never runs backwards, so local timers may be quicker than the calendar.
        Raises ``Refusal`` (also ``key_reused``) and ``Stale``; nothing has changed then.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._attempt(ticket, command, request, texts, not_before)
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

    def execute_for_system(self, ticket: str, command: Command, key: str) -> None:
        """Carry out a command of the system's, unless the complaint has all the links it may have."""
        try:
            self.execute(ticket, command, CommandRequest(actor=SYSTEM, key=key))
        except Refusal as refusal:
            if refusal.code != "too_many_links":
                raise

    def get(self, ticket: str) -> Complaint:
        """Return the complaint; raise ``Refusal`` where there is none."""
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        return complaint

    def list_acting_roles(self, complaint: Complaint, actor: Actor) -> tuple[Actor, ...]:
        """Return the actors that somebody may act as: themselves, and the officer they are deputy of."""
        return list_acting_roles(complaint, actor, self._directory)

    def has_executed(self, ticket: str, request: CommandRequest) -> bool:
        """Return whether this request was carried out; raise ``Refusal`` for the key of another request."""
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
        texts: Sequence[SealedText],
        not_before: datetime | None,
    ) -> Complaint:
        before = self.get(ticket)
        if request.tag is not None and request.tag != before.tag:
            raise Stale(before.tag)
        region = find_region(self._directory, before.region)
        now = max(self.now(), before.last_at, not_before or before.last_at)
        context = DecisionContext(
            procedure=load_procedure(before.procedure, before.procedure_version),
            calendar=self._build_calendar(region, before, command),
            now=now,
            actor=request.actor,
            is_staffed=self._build_staff_check(region.slug),
        )
        # Check the permission before the references: otherwise refusals would tell of other complaints.
        events = decide(before, command, context)
        resolved = self._references.check_references(before, command)
        if resolved != command:
            events = decide(before, resolved, context)
        if not events:
            return before
        stored = chain_events(before.ticket, before.seq, before.head, events, now, request.actor)
        after = evolve_from(before, stored, context)
        self._complaints.commit(Change(before, after, stored, request.create_marker(ticket), texts))
        return after

    def _build_calendar(self, region: Region, before: Complaint, command: Command) -> Calendar:
        """Return the calendar with the hours of the agency that has the complaint, or gets it now."""
        name = command.agency if isinstance(command, Forward) else before.agency
        agency = self._directory.get_agency(region.slug, name) if name else None
        return region.build_calendar(agency.office_hours if agency else None)

    def _build_staff_check(self, region: str) -> IsStaffed:
        directory = self._directory
        return lambda role, agency, unit: bool(directory.list_officers_on_duty(region, role, agency, unit))


def evolve_from(
    before: Complaint | None, events: Sequence[StoredEvent], context: DecisionContext
) -> Complaint:
    """Return the complaint after these events."""
    after = before
    for event in events:
        after = evolve(after, event, context.procedure)
    if after is None:
        raise ValueError("no events, no complaint")
    return after
