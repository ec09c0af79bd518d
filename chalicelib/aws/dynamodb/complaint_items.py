"""The items of a complaint, and which of them a change writes.

All in the partition ``CASE#<ticket>``, but for the command's marker.
"""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.aws.dynamodb.table import InstantAttribute, Item
from chalicelib.domain.complaint.events import DeadlineArmed, StepOpened
from chalicelib.domain.complaint.state import Clock, Complaint, OpenStep, owner_key
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.ports import Change, Marker, OpenClock

MARKERS_LIVE = timedelta(days=90)
ENDS_LIVE = timedelta(days=14)

STEPS = "STEP#"
CLOCKS = "CLOCK#"
EVENTS = "EVENT#"


def case_key(ticket: str) -> str:
    """The partition of a complaint."""
    return f"CASE#{ticket}"


class MetaItem(Item):
    """The complaint itself: sk ``META``. ``body`` is the snapshot's JSON, ``seq`` its version.

    What is as by default is left out of it, as of a clock's: half the bytes of every write, most of them the
    days of derivations. Events keep all, for they outlive defaults.
    """

    ticket = UnicodeAttribute()
    seq = NumberAttribute()
    reporter_key = UnicodeAttribute()
    filed_at = InstantAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, complaint: Complaint) -> "MetaItem":
        """The item of a complaint."""
        return cls(
            case_key(complaint.ticket),
            "META",
            ticket=complaint.ticket,
            seq=complaint.seq,
            reporter_key=complaint.reporter,
            filed_at=complaint.filed_at,
            body=complaint.model_dump_json(exclude_defaults=True),
        )

    def complaint(self) -> Complaint:
        """The complaint it holds."""
        return Complaint.model_validate_json(self.body)


class EventItem(Item):
    """One event: sk ``EVENT#000001``. ``body`` is its JSON; the rest stands apart for the relay."""

    ticket = UnicodeAttribute()
    seq = NumberAttribute()
    type = UnicodeAttribute()
    body = UnicodeAttribute()

    @staticmethod
    def key(seq: int) -> str:
        """The sort key of the event with that number."""
        return f"{EVENTS}{seq:06}"

    @classmethod
    def of(cls, event: StoredEvent) -> "EventItem":
        """The item of an event."""
        return cls(
            case_key(event.ticket),
            cls.key(event.seq),
            ticket=event.ticket,
            seq=event.seq,
            type=event.type,
            body=event.model_dump_json(),
        )

    def event(self) -> StoredEvent:
        """The event it holds."""
        return StoredEvent.model_validate_json(self.body)


class StepItem(Item):
    """One visit of a step: sk ``STEP#<step>#<visit>``.

    While open it is in RegionIndex and, where an officer owns it, in OwnerIndex; then ``closed_at`` is set.
    """

    ticket = UnicodeAttribute()
    region = UnicodeAttribute()
    step = UnicodeAttribute()
    visit = NumberAttribute()
    kind = UnicodeAttribute()
    owner = UnicodeAttribute()
    agency = UnicodeAttribute(null=True)
    opened_at = InstantAttribute()
    due_at = InstantAttribute()
    closed_at = InstantAttribute(null=True)
    owner_key = UnicodeAttribute(null=True)
    open_region = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, complaint: Complaint, step: OpenStep, is_open: bool) -> "StepItem":
        """The item of a complaint's step; a step that is not open was closed by its last event."""
        item = cls(
            case_key(complaint.ticket),
            f"{STEPS}{step.name}#{step.visit}",
            ticket=complaint.ticket,
            region=complaint.region,
            step=step.name,
            visit=step.visit,
            kind=step.kind.value,
            owner=step.owner,
            agency=step.agency,
            opened_at=step.opened_at,
            due_at=step.due_at,
        )
        if not is_open:
            item.closed_at = complaint.last_at
            return item
        item.open_region = open_steps(complaint.region)
        if step.owner not in (Role.SYSTEM, Role.REPORTER):
            item.owner_key = owner_key(complaint.region, step.owner, step.agency, step.unit)
        return item


class ClockItem(Item):
    """One visit of a clock: sk ``CLOCK#<clock>#<visit>``.

    ``status`` ("open", "closed") and ``arming`` are what a ladder asks before it rings; ``body`` is the JSON
    with the rungs' true instants and the derivation, kept when it closes. In RegionIndex while open.
    """

    ticket = UnicodeAttribute()
    clock = UnicodeAttribute()
    visit = NumberAttribute()
    status = UnicodeAttribute()
    arming = NumberAttribute()
    due_at = InstantAttribute()
    closed_at = InstantAttribute(null=True)
    open_region = UnicodeAttribute(null=True)
    body = UnicodeAttribute()

    @staticmethod
    def key(clock: str, visit: int) -> str:
        """The sort key."""
        return f"{CLOCKS}{clock}#{visit}"

    @classmethod
    def of(cls, complaint: Complaint, clock: Clock, is_open: bool) -> "ClockItem":
        """The item of a complaint's clock, open or closed."""
        return cls(
            case_key(complaint.ticket),
            cls.key(clock.name, clock.visit),
            ticket=complaint.ticket,
            clock=clock.name,
            visit=clock.visit,
            status="open" if is_open else "closed",
            arming=clock.arming,
            due_at=clock.due_at,
            closed_at=None if is_open else complaint.last_at,
            open_region=open_clocks(complaint.region) if is_open else None,
            body=clock.model_dump_json(exclude_defaults=True),
        )

    def open_clock(self) -> OpenClock:
        """The clock as operations see it."""
        return OpenClock(
            ticket=self.ticket,
            clock=self.clock,
            visit=int(self.visit),
            arming=int(self.arming),
            due_at=self.due_at,
        )


class EndItem(Item):
    """That nobody's turn is to come for now: sk ``END``.

    In RegionIndex for two weeks after the last event, so that what follows from it is not lost with it.
    """

    ticket = UnicodeAttribute()
    due_at = InstantAttribute()
    open_region = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def of(cls, complaint: Complaint) -> "EndItem":
        """The item of a complaint without an open step."""
        return cls(
            case_key(complaint.ticket),
            "END",
            ticket=complaint.ticket,
            due_at=complaint.last_at,
            open_region=lately_ended(complaint.region),
            expires_at=complaint.last_at + ENDS_LIVE,
        )


class FiledItem(Item):
    """That a complaint was filed in a region in a month of its own zone: pk ``FILED#<region>#<yyyy-mm>``, sk
    its ticket. What registers, recapitulations and exports go by.
    """

    filed_at = InstantAttribute()

    @staticmethod
    def partition(region: str, month: str) -> str:
        """The partition of a region's month (``2026-11``)."""
        return f"FILED#{region}#{month}"

    @classmethod
    def of(cls, complaint: Complaint) -> "FiledItem":
        """The item of a new complaint."""
        month = f"{complaint.filed_at.astimezone(ZoneInfo(complaint.zone)):%Y-%m}"
        return cls(cls.partition(complaint.region, month), complaint.ticket, filed_at=complaint.filed_at)


class PersonItem(Item):
    """Who filed: sk ``PERSON``."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, ticket: str, identity: Identity) -> "PersonItem":
        """The item of an identity."""
        return cls(case_key(ticket), "PERSON", body=identity.model_dump_json())

    def identity(self) -> Identity:
        """The identity it holds."""
        return Identity.model_validate_json(self.body)


class TextItem(Item):
    """Words with their salt: sk ``TEXT#<id>``. Deleting the item erases both."""

    salt = UnicodeAttribute()
    text = UnicodeAttribute()

    @staticmethod
    def key(name: str) -> str:
        """The sort key of the words with that id."""
        return f"TEXT#{name}"

    @classmethod
    def of(cls, ticket: str, words: SealedText) -> "TextItem":
        """The item of words."""
        return cls(case_key(ticket), cls.key(words.id), salt=words.salt, text=words.text)

    def words(self) -> SealedText:
        """The words it holds."""
        return SealedText(id=self.sk.removeprefix("TEXT#"), salt=self.salt, text=self.text)


class CommandItem(Item):
    """The marker of a command that happened: pk ``COMMAND#<actor>``, sk its key. Gone after 90 days."""

    ticket = UnicodeAttribute()
    digest = UnicodeAttribute()
    expires_at = TTLAttribute()

    @staticmethod
    def partition(actor: str) -> str:
        """The partition of an actor's commands."""
        return f"COMMAND#{actor}"

    @classmethod
    def of(cls, change: Change) -> "CommandItem":
        """The item of a change's marker."""
        marker = change.marker
        return cls(
            cls.partition(marker.actor),
            marker.key,
            ticket=marker.ticket,
            digest=marker.digest,
            expires_at=change.after.last_at + MARKERS_LIVE,
        )

    def marker(self) -> Marker:
        """The marker it is."""
        actor = self.pk.removeprefix("COMMAND#")
        return Marker(actor=actor, key=self.sk, digest=self.digest, ticket=self.ticket)


def open_steps(region: str) -> str:
    """The partition of RegionIndex that holds the region's open steps."""
    return f"{STEPS}{region}"


def open_clocks(region: str) -> str:
    """The partition of RegionIndex that holds the region's open clocks."""
    return f"{CLOCKS}{region}"


def lately_ended(region: str) -> str:
    """The partition of RegionIndex that holds the region's complaints without an open step."""
    return f"END#{region}"


def step_items(change: Change) -> Iterator[StepItem]:
    """The steps that the change opens, closes or gives another deadline."""
    before, after = change.before, change.after
    turns = [before.step] if before and before.step else []
    turns += [_opened(event) for event in change.events if isinstance(event.event, StepOpened)]
    turns += [after.step] if after.step else []
    unchanged = before is not None and before.step == after.step
    for step in {(step.name, step.visit): step for step in turns}.values():
        if not (step is after.step and unchanged):
            yield StepItem.of(after, step, is_open=step is after.step)


def clock_items(change: Change) -> Iterator[ClockItem]:
    """The clocks that the change opens, closes, arms anew or sees reach a rung."""
    before, after = change.before, change.after
    known = before.clocks if before else ()
    armed = [_armed(event) for event in change.events if isinstance(event.event, DeadlineArmed)]
    for clock in {(clock.name, clock.visit): clock for clock in (*known, *armed, *after.clocks)}.values():
        is_open = after.clock(clock.name, clock.visit) is not None
        if not (is_open and clock in known):
            yield ClockItem.of(after, clock, is_open)


def _opened(event: StoredEvent) -> OpenStep:
    fact = event.event
    assert isinstance(fact, StepOpened)
    return OpenStep(
        name=fact.step,
        kind=fact.kind,
        visit=fact.visit,
        owner=fact.owner,
        agency=fact.agency,
        unit=fact.unit,
        opened_at=event.at,
        due_at=fact.due_at,
    )


def _armed(event: StoredEvent) -> Clock:
    fact = event.event
    assert isinstance(fact, DeadlineArmed)
    return Clock(
        name=fact.clock,
        visit=fact.visit,
        arming=fact.arming,
        derivation=fact.derivation,
        rungs=fact.rungs,
    )
