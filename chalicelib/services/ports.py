"""What the use cases need of the world, as protocols. ``storage``, ``clock`` and ``notify`` fill them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from chalicelib.domain.audit.digest import Digest, Head
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.calendar_change import CalendarChange
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.sealed_text import SealedText

T = TypeVar("T")


@dataclass(frozen=True)
class Marker:
    """The trace of a command: its actor's key, the SHA-256 of its body, and the ticket it was about.

    The same key with the same body is the same command and happens once; with another body it is a mistake.
    """

    actor: str
    key: str
    digest: str
    ticket: str


class Repeated(Exception):
    """The command's marker is there already: it happened. Carries the stored marker."""

    def __init__(self, marker: Marker) -> None:
        super().__init__(marker.key)
        self.marker = marker


class TicketTaken(Exception):
    """Another complaint has this number: draw another."""


@dataclass(frozen=True)
class Change:
    """One command's facts, written whole or not at all."""

    before: Complaint | None
    after: Complaint
    events: Sequence[StoredEvent]
    marker: Marker
    words: Sequence[SealedText] = ()
    identity: Identity | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a list and, where there is more, the cursor that asks for it."""

    items: Sequence[T]
    cursor: str | None = None


@dataclass(frozen=True)
class OpenClock:
    """An open clock as operations see it."""

    ticket: str
    clock: str
    visit: int
    arming: int
    due_at: datetime


class Complaints(Protocol):
    """The complaints, each with its events, words and identity."""

    def get(self, ticket: str) -> Complaint | None:
        """The snapshot as last written (a consistent read)."""

    def get_many(self, tickets: Iterable[str]) -> Iterator[Complaint]:
        """The snapshots of those tickets that exist, in any order (consistent)."""

    def commit(self, change: Change) -> None:
        """Write a change in one transaction.

        Raises ``Conflict`` when the complaint is no longer as ``change.before``, ``Repeated`` when the
        marker exists, ``TicketTaken`` when a new complaint's number does. Nothing is written then.
        """

    def get_marker(self, actor: str, key: str) -> Marker | None:
        """The trace of an earlier command, if there is one."""

    def list_events(self, ticket: str) -> list[StoredEvent]:
        """All events, oldest first (consistent)."""

    def list_event_bodies(self, ticket: str) -> list[str]:
        """The JSON of all events as they were stored, oldest first (consistent): what their hashes cover."""

    def get_event(self, ticket: str, seq: int) -> StoredEvent | None:
        """One event (consistent)."""

    def get_texts(self, ticket: str, ids: Sequence[str]) -> dict[str, SealedText]:
        """The words of those ids; an erased one is absent."""

    def get_identity(self, ticket: str) -> Identity | None:
        """Who filed; for those who may know."""

    def list_for_reporter(self, account: str, limit: int, cursor: str | None) -> Page[Complaint]:
        """A reporter's own complaints, newest first (an index: may be a moment behind)."""

    def list_inbox(self, owner_key: str, limit: int, cursor: str | None) -> Page[Complaint]:
        """The complaints whose open step this owner has, the nearest deadline first (an index)."""

    def list_open_tickets(self, region: str) -> Iterator[str]:
        """Every ticket of the region with an open step (an index)."""

    def list_filed(self, region: str, month: str) -> Iterator[str]:
        """Every ticket that was filed in the region in that month (``2026-11``) of its zone (consistent)."""

    def list_heads(self, tickets: Iterable[str]) -> Iterator[Head]:
        """Where these complaints stand (consistent); one that does not exist is absent."""

    def list_recently_ended(self, region: str) -> Iterator[str]:
        """Every ticket of the region without an open step that had an event within two weeks (an index)."""

    def list_open_clocks(self, region: str) -> Iterator[OpenClock]:
        """Every open clock of the region (an index)."""

    def list_clocks_due_after(self, region: str, instant: datetime) -> Iterator[tuple[str, Clock]]:
        """The region's open clocks that are due later, each with its ticket: found by an index, read as they
        are now.
        """


class Directory(Protocol):
    """Regions, agencies, categories and officers."""

    def list_regions(self) -> list[Region]:
        """All of them."""

    def get_region(self, slug: str) -> Region | None:
        """The region of that slug."""

    def list_agencies(self, region: str) -> list[Agency]:
        """All agencies of a region, vertical ones too."""

    def get_agency(self, region: str, agency: str) -> Agency | None:
        """One agency."""

    def list_categories(self, region: str) -> list[Category]:
        """The region's tree of categories, flat."""

    def get_category(self, region: str, code: str) -> Category | None:
        """One category."""

    def get_officer(self, region: str, officer: str) -> Officer | None:
        """One officer as they are now (never cached: who moved is out at once), on duty or not."""

    def get_officer_on_duty(self, region: str, officer: str) -> Officer | None:
        """One officer, if they are on duty today."""

    def list_officers_on_duty(
        self, region: str, role: str, agency: str | None = None, unit: str | None = None
    ) -> list[Officer]:
        """The officers of a role who are on duty today, of one agency and unit where given."""

    def list_staff(self, region: str) -> list[Officer]:
        """Every officer on file, on duty or not."""

    def put(self, item: Region | Agency | Category | Officer) -> None:
        """Add or replace one."""

    def list_calendar_changes(self, region: str, most: int) -> list[CalendarChange]:
        """The latest changes of a region's calendar, the newest first (never cached)."""

    def change_calendar(self, region: Region, change: CalendarChange) -> None:
        """Replace the region and note the change, both or neither.

        Raises ``Conflict`` where there is a change of that number: the region may be another by now.
        """

    def clear_cache(self) -> None:
        """Read everything anew: something has just changed."""


class Accounts(Protocol):
    """Who may sign in, by the identity provider's id."""

    def get(self, account: str) -> Account | None:
        """One account as it is now (never cached)."""

    def put(self, account: Account) -> None:
        """Add or replace one."""


@dataclass(frozen=True)
class OfficerLink:
    """An officer's way to one visit of one step. ``digest`` is of the secret in its address."""

    digest: str
    ticket: str
    step: str
    visit: int
    region: str
    officer: str
    epoch: int
    expires_at: datetime


class Links(Protocol):
    """The links that were issued."""

    def put(self, link: OfficerLink) -> None:
        """Store it; storing the same again changes nothing."""

    def get(self, digest: str) -> OfficerLink | None:
        """The link with this digest of its secret."""


@dataclass(frozen=True)
class Bundle:
    """What was made after the consent that is event ``seq``: a ZIP in the complaint's folder.

    ``digest`` is of the secret in its link's address, ``expires_at`` ends the link.
    """

    digest: str
    ticket: str
    seq: int
    region: str
    file: FileRef
    expires_at: datetime


class Bundles(Protocol):
    """The bundles that were made."""

    def put(self, bundle: Bundle) -> None:
        """Store it; of two with one digest the first stays."""

    def get(self, digest: str) -> Bundle | None:
        """The bundle with this digest of its link's secret."""


@dataclass(frozen=True)
class RegisterNumber:
    """A complaint's *nomor agenda*: ``number`` counts from 1 without gaps in its agency's book of a year.

    ``at`` is when the complaint came to the agency (UTC).
    """

    region: str
    agency: str
    year: int
    number: int
    ticket: str
    at: datetime


class RegisterNumbers(Protocol):
    """The agencies' books."""

    def assign(self, region: str, agency: str, year: int, ticket: str, at: datetime) -> RegisterNumber:
        """Give the complaint the book's next number, unless that agency has given it one before.

        Raises ``Conflict`` where too many others are writing in the book: try again later.
        """

    def list_for_complaint(self, ticket: str) -> list[RegisterNumber]:
        """The complaint's numbers, one an agency that had it (consistent)."""

    def list_book(self, region: str, agency: str, year: int) -> Iterator[RegisterNumber]:
        """A year's book in the order of its numbers (consistent)."""


class Digests(Protocol):
    """The daily digests of the regions, with the leaves they were made over."""

    def put(self, digest: Digest, leaves: Sequence[bytes]) -> None:
        """Store it; of two of one region and day the first stays."""

    def get(self, region: str, day: date) -> Digest | None:
        """A region's digest of a day."""

    def get_latest(self, region: str) -> Digest | None:
        """A region's newest."""

    def list_leaves(self, digest: Digest) -> list[bytes]:
        """The leaves it was made over, in their order."""


ChannelName = Literal["email", "sms"]
DeliveryOutcome = Literal["sending", "sent", "failed", "bounced", "complained", "delivered", "waiting"]


@dataclass(frozen=True)
class MessageRecord:
    """One message to one person about one event, and what became of it. No address, no words."""

    ticket: str
    id: str
    seq: int
    recipient: str
    channel: ChannelName
    template: str
    outcome: DeliveryOutcome
    at: datetime
    provider_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class DeliveryReport:
    """The provider's report on one e-mail. ``message`` is the tag that ``Mailer.send`` gave it."""

    message: str
    outcome: DeliveryOutcome
    reason: str | None
    at: datetime


class MessageLog(Protocol):
    """The delivery of messages. A message is claimed before it is sent, so that not two workers send it."""

    def claim(self, record: MessageRecord, lease_seconds: int) -> bool:
        """Whether this worker may send: nobody has sent it, and nobody holds an unexpired lease."""

    def settle(self, record: MessageRecord) -> None:
        """Note what became of it."""

    def get(self, ticket: str, message: str) -> MessageRecord | None:
        """One message by its id."""

    def list_for_complaint(self, ticket: str) -> list[MessageRecord]:
        """Every message about a complaint."""


class Effects(Protocol):
    """Which queue's work for which event is done: what the daily reconciliation goes by."""

    def is_done(self, ticket: str, seq: int, queue: str) -> bool:
        """Whether the queue's work for the event is done."""

    def mark_done(self, ticket: str, seq: int, queue: str, now: datetime) -> None:
        """Note that it is."""

    def list_done(self, ticket: str) -> set[tuple[int, str]]:
        """Every (event, queue) of the complaint that is done."""


class Limits(Protocol):
    """How often something may happen in a window of time."""

    def take(self, what: str, who: str, most: int, window_seconds: int, now: datetime) -> int | None:
        """Count one more; ``None`` where it is within the limit, else the seconds to wait."""


class Queues(Protocol):
    """The queues by their short names: the kinds of step, clocks, escalations, messages, relay-dead."""

    def send(self, queue: str, body: Mapping[str, Any], delay: int = 0) -> None:
        """Put a JSON body on a queue, to come after ``delay`` seconds (0 to 900); raises where that fails."""

    def delay_retry(self, queue: str, receipt: str, seconds: int) -> None:
        """Let a message that could not be worked off come again after so many seconds."""


class Timers(Protocol):
    """The ladders that run."""

    def start(self, complaint: Complaint, clock: str, visit: int, arming: int, now: datetime) -> None:
        """Start the ladder of an open clock; one that exists already is as good."""

    def is_running(self, ticket: str, clock: str, visit: int, arming: int) -> bool:
        """Whether this arming's ladder runs."""


class Files(Protocol):
    """Pictures and documents."""

    def check_upload(self, key: str) -> None:
        """Look at an upload's size and first bytes; raises what ``move_upload`` would, and moves nothing."""

    def move_upload(self, ticket: str, key: str) -> FileRef:
        """Move an uploaded object into the complaint's folder after reading its size and first bytes.

        Raises ``Refusal`` with ``upload_missing``, ``file_too_large``, ``file_type`` or ``file_lies``.
        """

    def create_upload_form(self, media_type: str, redirect: str | None) -> dict[str, Any]:
        """A presigned POST: ``url``, ``fields``, ``key``. S3 itself refuses another type or over 10 MB."""

    def create_address(self, ticket: str, file: FileRef) -> str:
        """A short-lived address of the file."""

    def copy(self, ticket: str, file: FileRef, to: str) -> None:
        """Put a file of one complaint into another's folder too; doing it again changes nothing."""

    def put(self, ticket: str, body: bytes, media_type: str) -> FileRef:
        """Keep what the system itself made (a bundle) in the complaint's folder."""


class Mailer(Protocol):
    """Sends e-mail."""

    def send(self, to: str, mime: bytes, message: str) -> str:
        """Send a built message; ``message`` tags it so that feedback finds it. Returns the provider's id."""


class SmsSender(Protocol):
    """Sends SMS."""

    def send(self, phone: str, text: str) -> str:
        """Send one SMS to an E.164 mobile number. Returns the provider's id."""
