"""The protocols through which the services reach the outside world. ``aws`` implements them."""

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
    """The trace of a command: its actor's key, the SHA-256 of its body, and its ticket.

    The same key with the same body is the same command and happens once; with another body it is a mistake.
    """

    actor: str
    key: str
    digest: str
    ticket: str


class Repeated(Exception):
    """The command's marker exists already: the command is a duplicate. Carries the stored marker."""

    def __init__(self, marker: Marker) -> None:
        super().__init__(marker.key)
        self.marker = marker


class TicketTaken(Exception):
    """Another complaint has this number: draw another."""


@dataclass(frozen=True)
class Change:
    """The events of one command, written whole or not at all."""

    before: Complaint | None
    after: Complaint
    events: Sequence[StoredEvent]
    marker: Marker
    texts: Sequence[SealedText] = ()
    identity: Identity | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list and, where there is more, the cursor of the next part."""

    items: Sequence[T]
    cursor: str | None = None


@dataclass(frozen=True)
class OpenClock:
    """An open clock as operations see it: without the reason for its deadline."""

    ticket: str
    clock: str
    visit: int
    generation: int
    due_at: datetime


class Complaints(Protocol):
    """The complaints, each with its events, texts and identity."""

    def get(self, ticket: str) -> Complaint | None:
        """Return the snapshot as last written (a consistent read)."""

    def get_many(self, tickets: Iterable[str]) -> Iterator[Complaint]:
        """Yield the snapshots of those tickets that exist, in any order (consistent)."""

    def commit(self, change: Change) -> None:
        """Write a change in one transaction.

        Raises ``Conflict`` when the complaint is no longer as ``change.before``, ``Repeated`` when the
        marker exists, ``TicketTaken`` when a new complaint's number does. Nothing is written then.
        """

    def get_marker(self, actor: str, key: str) -> Marker | None:
        """Return the trace of an earlier command."""

    def list_events(self, ticket: str) -> list[StoredEvent]:
        """Return all events, oldest first (consistent)."""

    def list_event_bodies(self, ticket: str) -> list[str]:
        """Return the JSON of all events as stored, oldest first (consistent), for the hashes."""

    def get_event(self, ticket: str, seq: int) -> StoredEvent | None:
        """Return one event (consistent)."""

    def get_texts(self, ticket: str, ids: Sequence[str]) -> dict[str, SealedText]:
        """Return the sealed texts of those ids; an erased text is absent."""

    def get_identity(self, ticket: str) -> Identity | None:
        """Return the reporter's identity. The caller checks that it may be shown."""

    def list_for_reporter(self, account: str, limit: int, cursor: str | None) -> Page[Complaint]:
        """Return a reporter's own complaints, newest first (an index: may be a moment behind)."""

    def list_inbox(self, owner_key: str, limit: int, cursor: str | None) -> Page[Complaint]:
        """Return the complaints whose open step this owner has, the nearest deadline first (an index)."""

    def list_open_tickets(self, region: str) -> Iterator[str]:
        """Yield every ticket of the region with an open step (an index)."""

    def list_filed(self, region: str, month: str) -> Iterator[str]:
        """Yield every ticket filed in the region in that month (``2026-11``) of its zone (consistent)."""

    def list_heads(self, tickets: Iterable[str]) -> Iterator[Head]:
        """Yield the last hashes of these complaints (consistent); one that does not exist is absent."""

    def list_recently_ended(self, region: str) -> Iterator[str]:
        """Yield every ticket without an open step and with an event of the last two weeks (an index)."""

    def list_open_clocks(self, region: str) -> Iterator[OpenClock]:
        """Yield every open clock of the region (an index)."""

    def list_clocks_due_after(self, region: str, instant: datetime) -> Iterator[tuple[str, Clock]]:
        """Yield the region's open clocks that are due later, each with its ticket.

        An index finds them; each is read as it is now.
        """


class Directory(Protocol):
    """Regions, agencies, categories and officers."""

    def list_regions(self) -> list[Region]:
        """Return every region of this installation."""

    def get_region(self, slug: str) -> Region | None:
        """Return the region of that slug."""

    def list_agencies(self, region: str) -> list[Agency]:
        """Return all agencies of a region, vertical agencies too."""

    def get_agency(self, region: str, agency: str) -> Agency | None:
        """Return the agency of that id."""

    def list_categories(self, region: str) -> list[Category]:
        """Return the region's tree of categories as a flat list."""

    def get_category(self, region: str, code: str) -> Category | None:
        """Return the category of that code."""

    def get_officer(self, region: str, officer: str) -> Officer | None:
        """Return one officer, on duty or not. Never cached: an officer who leaves loses access at once."""

    def get_officer_on_duty(self, region: str, officer: str) -> Officer | None:
        """Return one officer, if they are on duty today."""

    def list_officers_on_duty(
        self, region: str, role: str, agency: str | None = None, unit: str | None = None
    ) -> list[Officer]:
        """Return the officers of a role who are on duty today; agency and unit narrow the list."""

    def list_staff(self, region: str) -> list[Officer]:
        """Return every officer on file, on duty or not."""

    def put(self, item: Region | Agency | Category | Officer) -> None:
        """Add or replace an item."""

    def list_calendar_changes(self, region: str, most: int) -> list[CalendarChange]:
        """Return the latest changes of a region's calendar, the newest first (never cached)."""

    def change_calendar(self, region: Region, change: CalendarChange) -> None:
        """Replace the region and store the change, both or neither.

        Raises ``Conflict`` where a change of that number exists: somebody else may have changed the region.
        """

    def clear_cache(self) -> None:
        """Read everything from the table from now on, because something has just changed."""


class Accounts(Protocol):
    """The accounts by the identity provider's id."""

    def get(self, account: str) -> Account | None:
        """Return one account as it is now (never cached)."""

    def put(self, account: Account) -> None:
        """Add or replace an account."""


@dataclass(frozen=True)
class OfficerLink:
    """An officer's access to one visit of one step. ``digest`` is of the secret in the link's address."""

    digest: str
    ticket: str
    step: str
    visit: int
    region: str
    officer: str
    epoch: int
    expires_at: datetime


class Links(Protocol):
    """The officers' links that were issued."""

    def put(self, link: OfficerLink) -> None:
        """Store a link; storing the same link again changes nothing."""

    def get(self, digest: str) -> OfficerLink | None:
        """Return the link with this digest of its secret."""


@dataclass(frozen=True)
class Bundle:
    """The ZIP in the complaint's folder that was made after the consent that is event ``seq``.

    ``digest`` is of the secret in its link's address, ``expires_at`` ends the link.
    """

    digest: str
    ticket: str
    seq: int
    region: str
    file: FileRef
    expires_at: datetime


class Bundles(Protocol):
    """The bundles that were made for the Ombudsman."""

    def put(self, bundle: Bundle) -> None:
        """Store a bundle; of two with one digest the first is kept."""

    def get(self, digest: str) -> Bundle | None:
        """Return the bundle with this digest of its link's secret."""


@dataclass(frozen=True)
class RegisterNumber:
    """A complaint's *nomor agenda*: ``number`` counts from 1 without gaps in its agency's register of a year.

    ``at`` is when the complaint came to the agency (UTC).
    """

    region: str
    agency: str
    year: int
    number: int
    ticket: str
    at: datetime


class RegisterNumbers(Protocol):
    """The numbers in the agencies' registers."""

    def assign(self, region: str, agency: str, year: int, ticket: str, at: datetime) -> RegisterNumber:
        """Give the complaint the register's next number, unless that agency has given it a number before.

        Raises ``Conflict`` where too many others are writing in the register: retry later.
        """

    def list_for_complaint(self, ticket: str) -> list[RegisterNumber]:
        """Return the complaint's numbers, one for each agency that had it (consistent)."""

    def list_book(self, region: str, agency: str, year: int) -> Iterator[RegisterNumber]:
        """Yield a register's year in the order of its numbers (consistent)."""


class Digests(Protocol):
    """The daily digests of the regions, each with the leaves of its tree."""

    def put(self, digest: Digest, leaves: Sequence[bytes]) -> None:
        """Store a digest; of two of one region and day the first is kept."""

    def get(self, region: str, day: date) -> Digest | None:
        """Return a region's digest of a day."""

    def get_latest(self, region: str) -> Digest | None:
        """Return a region's newest digest."""

    def list_leaves(self, digest: Digest) -> list[bytes]:
        """Return the leaves of the digest's tree, in their order."""


ChannelName = Literal["email", "sms"]
DeliveryOutcome = Literal["sending", "sent", "failed", "bounced", "complained", "delivered", "waiting"]


@dataclass(frozen=True)
class MessageRecord:
    """One message to one person about one event, and its outcome. It holds no address and no text."""

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
    """The delivery of messages. A message is claimed before it is sent, so that no two workers send it."""

    def claim(self, record: MessageRecord, lease_seconds: int) -> bool:
        """Return whether this worker may send: the message is not sent, and no lease on it is unexpired."""

    def settle(self, record: MessageRecord) -> None:
        """Store the outcome of a message."""

    def get(self, ticket: str, message: str) -> MessageRecord | None:
        """Return one message by its id."""

    def list_for_complaint(self, ticket: str) -> list[MessageRecord]:
        """Return every message about a complaint."""


class Effects(Protocol):
    """The marks of the queues that have handled an event. The daily reconciliation reads them."""

    def is_done(self, ticket: str, seq: int, queue: str) -> bool:
        """Return whether the queue has handled the event."""

    def mark_done(self, ticket: str, seq: int, queue: str, now: datetime) -> None:
        """Store that the queue has handled the event."""

    def list_done(self, ticket: str) -> set[tuple[int, str]]:
        """Return every (event, queue) of the complaint that is done."""


class Limits(Protocol):
    """Counts of actions in a window of time."""

    def take(self, what: str, who: str, most: int, window_seconds: int, now: datetime) -> int | None:
        """Count one more action; return ``None`` within the limit, else the seconds to wait."""


class Queues(Protocol):
    """The queues by their short names: the kinds of step, clocks, escalations, messages, relay-dead."""

    def send(self, queue: str, body: Mapping[str, Any], delay: int = 0) -> None:
        """Put a JSON body on a queue, visible after ``delay`` seconds (0 to 900); raise where that fails."""

    def delay_retry(self, queue: str, receipt: str, seconds: int) -> None:
        """Make a message that failed visible again after so many seconds."""


class Timers(Protocol):
    """The running ladders."""

    def start(self, complaint: Complaint, clock: str, visit: int, generation: int, now: datetime) -> None:
        """Start the ladder of an open clock; a ladder that runs already is left alone."""

    def is_running(self, ticket: str, clock: str, visit: int, generation: int) -> bool:
        """Return whether the ladder of this generation runs."""


class Files(Protocol):
    """Pictures and documents."""

    def check_upload(self, key: str) -> None:
        """Check an upload's size and first bytes without moving it; raise what ``move_upload`` raises."""

    def move_upload(self, ticket: str, key: str) -> FileRef:
        """Move an uploaded object into the complaint's folder after reading its size and first bytes.

        Raises ``Refusal``: ``upload_missing``, ``file_too_large``, ``file_type``, ``file_type_mismatch``.
        """

    def create_upload_form(self, media_type: str, redirect: str | None) -> dict[str, Any]:
        """Return a presigned POST: ``url``, ``fields``, ``key``. S3 refuses other types and over 10 MB."""

    def create_address(self, ticket: str, file: FileRef) -> str:
        """Return a short-lived address of the file."""

    def copy(self, ticket: str, file: FileRef, to: str) -> None:
        """Copy a file of one complaint into another's folder; doing it again changes nothing."""

    def put(self, ticket: str, body: bytes, media_type: str) -> FileRef:
        """Store a file that the system itself made (a bundle) in the complaint's folder."""


class Mailer(Protocol):
    """Sends e-mail."""

    def send(self, to: str, mime: bytes, message: str) -> str:
        """Send a message and return the provider's id. ``message`` is the tag that reports come back with."""


class SmsSender(Protocol):
    """Sends SMS."""

    def send(self, phone: str, text: str) -> str:
        """Send one SMS to an E.164 mobile number and return the provider's id."""
