"""The items of a complaint, and which of them a change writes.

They are in the partition ``CASE#<ticket>``, except the command's marker and the month's list.
"""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.aws.dynamodb.table import InstantAttribute, Item
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.state import Clock, Complaint, OpenStep, format_owner_key
from chalicelib.domain.complaint.steps import StepOpened
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


def build_case_key(ticket: str) -> str:
    """Return the partition key of a complaint."""
    return f"CASE#{ticket}"


class MetaItem(Item):
    """The complaint itself: sk ``META``. ``body`` is the snapshot's JSON, ``seq`` its version.

    The snapshot's JSON, like a clock's, leaves out default values. This halves the bytes of every write, most
    of them days of derivations. Events keep all values, because defaults may change later.
    """

    ticket = UnicodeAttribute()
    seq = NumberAttribute()
    reporter_key = UnicodeAttribute()
    filed_at = InstantAttribute()
    body = UnicodeAttribute()

    @classmethod
    def of(cls, complaint: Complaint) -> "MetaItem":
        """Return the item of a complaint."""
        return cls(
            build_case_key(complaint.ticket),
            "META",
            ticket=complaint.ticket,
            seq=complaint.seq,
            reporter_key=complaint.reporter,
            filed_at=complaint.filed_at,
            body=complaint.model_dump_json(exclude_defaults=True),
        )

    def to_complaint(self) -> Complaint:
        return Complaint.model_validate_json(self.body)


class EventItem(Item):
    """An event: sk ``EVENT#000001``. ``body`` is its JSON; the relay uses the other attributes."""

    ticket = UnicodeAttribute()
    seq = NumberAttribute()
    type = UnicodeAttribute()
    body = UnicodeAttribute()

    @staticmethod
    def build_key(seq: int) -> str:
        """Return the sort key of the event with that number."""
        return f"{EVENTS}{seq:06}"

    @classmethod
    def of(cls, event: StoredEvent) -> "EventItem":
        """Return the item of an event."""
        return cls(
            build_case_key(event.ticket),
            cls.build_key(event.seq),
            ticket=event.ticket,
            seq=event.seq,
            type=event.type,
            body=event.model_dump_json(),
        )

    def to_event(self) -> StoredEvent:
        return StoredEvent.model_validate_json(self.body)


class StepItem(Item):
    """A visit of a step: sk ``STEP#<step>#<visit>``.

    An open step is in RegionIndex and, where an officer owns it, in OwnerIndex. A closed step has
    ``closed_at``.
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
        """Return the item of a complaint's step; a step that is not open was closed by the last event."""
        item = cls(
            build_case_key(complaint.ticket),
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
        item.open_region = build_open_steps_key(complaint.region)
        if step.owner not in (Role.SYSTEM, Role.REPORTER):
            item.owner_key = format_owner_key(complaint.region, step.owner, step.agency, step.unit)
        return item


class ClockItem(Item):
    """A visit of a clock: sk ``CLOCK#<clock>#<visit>``.

    A ladder reads ``status`` ("open", "closed") and ``arming`` before it acts. ``body`` is the JSON with the
    rungs' true instants and the derivation, also of a closed clock. An open clock is in RegionIndex.
    """

    ticket = UnicodeAttribute()
    clock = UnicodeAttribute()
    visit = NumberAttribute()
    status = UnicodeAttribute()
    generation = NumberAttribute(attr_name="arming")
    due_at = InstantAttribute()
    closed_at = InstantAttribute(null=True)
    open_region = UnicodeAttribute(null=True)
    body = UnicodeAttribute()

    @staticmethod
    def build_key(clock: str, visit: int) -> str:
        """Return the sort key."""
        return f"{CLOCKS}{clock}#{visit}"

    @classmethod
    def of(cls, complaint: Complaint, clock: Clock, is_open: bool) -> "ClockItem":
        """Return the item of a complaint's clock, open or closed."""
        return cls(
            build_case_key(complaint.ticket),
            cls.build_key(clock.name, clock.visit),
            ticket=complaint.ticket,
            clock=clock.name,
            visit=clock.visit,
            status="open" if is_open else "closed",
            generation=clock.generation,
            due_at=clock.due_at,
            closed_at=None if is_open else complaint.last_at,
            open_region=build_open_clocks_key(complaint.region) if is_open else None,
            body=clock.model_dump_json(exclude_defaults=True),
        )

    def to_open_clock(self) -> OpenClock:
        """Return the clock as operations see it."""
        return OpenClock(
            ticket=self.ticket,
            clock=self.clock,
            visit=int(self.visit),
            generation=int(self.generation),
            due_at=self.due_at,
        )


class EndItem(Item):
    """A complaint without an open step: sk ``END``.

    It is in RegionIndex for two weeks after the last event, so that lost effects of that event can be found.
    """

    ticket = UnicodeAttribute()
    due_at = InstantAttribute()
    open_region = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def of(cls, complaint: Complaint) -> "EndItem":
        """Return the item of a complaint without an open step."""
        return cls(
            build_case_key(complaint.ticket),
            "END",
            ticket=complaint.ticket,
            due_at=complaint.last_at,
            open_region=build_recently_ended_key(complaint.region),
            expires_at=complaint.last_at + ENDS_LIVE,
        )


class FiledItem(Item):
    """A complaint in the list of those filed in a region's month: pk ``FILED#<region>#<yyyy-mm>``, sk ticket.

    The month is that of the region's zone. Registers, recapitulations and exports use the list.
    """

    filed_at = InstantAttribute()

    @staticmethod
    def build_partition(region: str, month: str) -> str:
        """Return the partition key of a region's month (``2026-11``)."""
        return f"FILED#{region}#{month}"

    @classmethod
    def of(cls, complaint: Complaint) -> "FiledItem":
        """Return the item of a new complaint."""
        month = f"{complaint.filed_at.astimezone(ZoneInfo(complaint.zone)):%Y-%m}"
        return cls(
            cls.build_partition(complaint.region, month), complaint.ticket, filed_at=complaint.filed_at
        )


class PersonItem(Item):
    """The identity of the reporter: sk ``PERSON``."""

    body = UnicodeAttribute()

    @classmethod
    def of(cls, ticket: str, identity: Identity) -> "PersonItem":
        """Return the item of an identity."""
        return cls(build_case_key(ticket), "PERSON", body=identity.model_dump_json())

    def to_identity(self) -> Identity:
        return Identity.model_validate_json(self.body)


class TextItem(Item):
    """A sealed text with its salt: sk ``TEXT#<id>``. Deleting the item erases both."""

    salt = UnicodeAttribute()
    text = UnicodeAttribute()

    @staticmethod
    def build_key(name: str) -> str:
        """Return the sort key of the text with that id."""
        return f"TEXT#{name}"

    @classmethod
    def of(cls, ticket: str, sealed: SealedText) -> "TextItem":
        """Return the item of a sealed text."""
        return cls(build_case_key(ticket), cls.build_key(sealed.id), salt=sealed.salt, text=sealed.text)

    def to_sealed_text(self) -> SealedText:
        return SealedText(id=self.sk.removeprefix("TEXT#"), salt=self.salt, text=self.text)


class CommandItem(Item):
    """The marker of an executed command: pk ``COMMAND#<actor>``, sk its key. Deleted after 90 days."""

    ticket = UnicodeAttribute()
    digest = UnicodeAttribute()
    expires_at = TTLAttribute()

    @staticmethod
    def build_partition(actor: str) -> str:
        """Return the partition key of an actor's commands."""
        return f"COMMAND#{actor}"

    @classmethod
    def of(cls, change: Change) -> "CommandItem":
        """Return the item of a change's marker."""
        marker = change.marker
        return cls(
            cls.build_partition(marker.actor),
            marker.key,
            ticket=marker.ticket,
            digest=marker.digest,
            expires_at=change.after.last_at + MARKERS_LIVE,
        )

    def to_marker(self) -> Marker:
        actor = self.pk.removeprefix("COMMAND#")
        return Marker(actor=actor, key=self.sk, digest=self.digest, ticket=self.ticket)


def build_open_steps_key(region: str) -> str:
    """Return the key in RegionIndex of the region's open steps."""
    return f"{STEPS}{region}"


def build_open_clocks_key(region: str) -> str:
    """Return the key in RegionIndex of the region's open clocks."""
    return f"{CLOCKS}{region}"


def build_recently_ended_key(region: str) -> str:
    """Return the key in RegionIndex of the region's complaints without an open step."""
    return f"END#{region}"


def build_step_items(change: Change) -> Iterator[StepItem]:
    """Generate the items of the steps that the change opens, closes or gives another deadline."""
    before, after = change.before, change.after
    steps = [before.step] if before and before.step else []
    steps += [_build_open_step(event) for event in change.events if isinstance(event.event, StepOpened)]
    steps += [after.step] if after.step else []
    unchanged = before is not None and before.step == after.step
    for step in {(step.name, step.visit): step for step in steps}.values():
        if not (step is after.step and unchanged):
            yield StepItem.of(after, step, is_open=step is after.step)


def build_clock_items(change: Change) -> Iterator[ClockItem]:
    """Generate the items of the clocks that the change opens, closes, schedules again or moves to a rung."""
    before, after = change.before, change.after
    old = before.clocks if before else ()
    scheduled = [_build_clock(event) for event in change.events if isinstance(event.event, DeadlineArmed)]
    for clock in {(clock.name, clock.visit): clock for clock in (*old, *scheduled, *after.clocks)}.values():
        is_open = after.find_clock(clock.name, clock.visit) is not None
        if not (is_open and clock in old):
            yield ClockItem.of(after, clock, is_open)


def _build_open_step(stored: StoredEvent) -> OpenStep:
    event = stored.event
    assert isinstance(event, StepOpened)
    return OpenStep(
        name=event.step,
        kind=event.kind,
        visit=event.visit,
        owner=event.owner,
        agency=event.agency,
        unit=event.unit,
        opened_at=stored.at,
        due_at=event.due_at,
    )


def _build_clock(stored: StoredEvent) -> Clock:
    event = stored.event
    assert isinstance(event, DeadlineArmed)
    return Clock(
        name=event.clock,
        visit=event.visit,
        generation=event.generation,
        derivation=event.derivation,
        rungs=event.rungs,
    )
