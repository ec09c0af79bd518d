"""The ports that store something, in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from chalicelib.domain.audit.digest import Digest, Head
from chalicelib.domain.complaint.state import Clock, Complaint, OpenStep, format_owner_key
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.calendar_change import CalendarChange
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.errors import Conflict, Refusal
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.ports import (
    Bundle,
    Change,
    Marker,
    MessageRecord,
    OfficerLink,
    OpenClock,
    Page,
    RegisterNumber,
    Repeated,
    TicketTaken,
)

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10.00 WIB: no holiday near."""


class FakeClock:
    """The time, which only tests move."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.instant = now

    def __call__(self) -> datetime:
        return self.instant

    def forward(self, **span: float) -> datetime:
        self.instant += timedelta(**span)
        return self.instant


@dataclass
class FakeComplaints:
    snapshots: dict[str, Complaint] = field(default_factory=dict)
    histories: dict[str, list[StoredEvent]] = field(default_factory=dict)
    markers: dict[tuple[str, str], Marker] = field(default_factory=dict)
    texts: dict[str, dict[str, SealedText]] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)

    def get(self, ticket: str) -> Complaint | None:
        return self.snapshots.get(ticket)

    def get_many(self, tickets: Iterable[str]) -> Iterator[Complaint]:
        return (self.snapshots[ticket] for ticket in tickets if ticket in self.snapshots)

    def commit(self, change: Change) -> None:
        ticket, marker = change.after.ticket, change.marker
        if stored := self.markers.get((marker.actor, marker.key)):
            raise Repeated(stored)
        if change.before is None and ticket in self.snapshots:
            raise TicketTaken(ticket)
        if change.before is not None and self.snapshots[ticket].seq != change.before.seq:
            raise Conflict(ticket)
        self.markers[marker.actor, marker.key] = marker
        self.snapshots[ticket] = change.after
        self.histories.setdefault(ticket, []).extend(change.events)
        self.texts.setdefault(ticket, {}).update({words.id: words for words in change.texts})
        if change.identity:
            self.identities[ticket] = change.identity

    def get_marker(self, actor: str, key: str) -> Marker | None:
        return self.markers.get((actor, key))

    def list_events(self, ticket: str) -> list[StoredEvent]:
        return list(self.histories.get(ticket, ()))

    def list_event_bodies(self, ticket: str) -> list[str]:
        return [event.model_dump_json() for event in self.list_events(ticket)]

    def get_event(self, ticket: str, seq: int) -> StoredEvent | None:
        return next((event for event in self.list_events(ticket) if event.seq == seq), None)

    def get_texts(self, ticket: str, ids: Sequence[str]) -> dict[str, SealedText]:
        stored = self.texts.get(ticket, {})
        return {name: stored[name] for name in ids if name in stored}

    def get_identity(self, ticket: str) -> Identity | None:
        return self.identities.get(ticket)

    def list_for_reporter(self, account: str, limit: int, cursor: str | None) -> Page[Complaint]:
        own = [complaint for complaint in self.snapshots.values() if complaint.reporter == account]
        return _page(sorted(own, key=lambda one: one.filed_at, reverse=True), limit, cursor)

    def list_inbox(self, owner: str, limit: int, cursor: str | None) -> Page[Complaint]:
        mine = [
            (complaint.step.due_at, complaint)
            for complaint in self.snapshots.values()
            if complaint.step and _desk_of(complaint.region, complaint.step) == owner
        ]
        return _page([complaint for _, complaint in sorted(mine, key=lambda pair: pair[0])], limit, cursor)

    def list_filed(self, region: str, month: str) -> Iterator[str]:
        return (
            one.ticket
            for one in self.snapshots.values()
            if one.region == region and f"{one.filed_at.astimezone(ZoneInfo(one.zone)):%Y-%m}" == month
        )

    def list_heads(self, tickets: Iterable[str]) -> Iterator[Head]:
        for one in (self.snapshots[ticket] for ticket in tickets):
            yield Head(ticket=one.ticket, seq=one.seq, hash=one.head)

    def list_recently_ended(self, region: str) -> Iterator[str]:
        return (one.ticket for one in self.snapshots.values() if one.region == region and not one.step)

    def list_open_tickets(self, region: str) -> Iterator[str]:
        return (one.ticket for one in self.snapshots.values() if one.region == region and one.step)

    def list_open_clocks(self, region: str) -> Iterator[OpenClock]:
        for one in self.snapshots.values():
            if one.region == region:
                for clock in one.clocks:
                    yield OpenClock(one.ticket, clock.name, clock.visit, clock.generation, clock.due_at)

    def list_clocks_due_after(self, region: str, instant: datetime) -> Iterator[tuple[str, Clock]]:
        for one in self.snapshots.values():
            if one.region == region:
                yield from ((one.ticket, clock) for clock in one.clocks if clock.due_at > instant)


def _desk_of(region: str, step: OpenStep) -> str:
    return format_owner_key(region, step.owner, step.agency, step.unit)


def _page(found: list[Complaint], limit: int, cursor: str | None) -> Page[Complaint]:
    start = int(cursor or 0)
    end = start + limit
    return Page(items=found[start:end], cursor=str(end) if end < len(found) else None)


@dataclass
class FakeDirectory:
    regions_by_slug: dict[str, Region] = field(default_factory=dict)
    agency_list: list[Agency] = field(default_factory=list)
    category_list: list[Category] = field(default_factory=list)
    officer_list: list[Officer] = field(default_factory=list)
    now: Callable[[], datetime] = lambda: MONDAY
    forgotten: int = 0
    calendars: dict[tuple[str, int], CalendarChange] = field(default_factory=dict)

    def list_regions(self) -> list[Region]:
        return list(self.regions_by_slug.values())

    def get_region(self, slug: str) -> Region | None:
        return self.regions_by_slug.get(slug)

    def list_agencies(self, region: str) -> list[Agency]:
        return [agency for agency in self.agency_list if agency.region == region]

    def get_agency(self, region: str, agency: str) -> Agency | None:
        return next((one for one in self.list_agencies(region) if one.id == agency), None)

    def list_categories(self, region: str) -> list[Category]:
        return [category for category in self.category_list if category.region == region]

    def get_category(self, region: str, code: str) -> Category | None:
        return next((one for one in self.list_categories(region) if one.code == code), None)

    def get_officer(self, region: str, officer: str) -> Officer | None:
        return next((one for one in self.officer_list if (one.region, one.id) == (region, officer)), None)

    def get_officer_on_duty(self, region: str, officer: str) -> Officer | None:
        return next((one for one in self._present(region) if one.id == officer), None)

    def list_officers_on_duty(
        self, region: str, role: str, agency: str | None = None, unit: str | None = None
    ) -> list[Officer]:
        return [
            one
            for one in self._present(region)
            if one.role == role and agency in (None, one.agency) and unit in (None, one.unit)
        ]

    def list_staff(self, region: str) -> list[Officer]:
        return [one for one in self.officer_list if one.region == region]

    def _present(self, region: str) -> list[Officer]:
        zone = ZoneInfo(self.regions_by_slug[region].zone) if region in self.regions_by_slug else UTC
        return [one for one in self.list_staff(region) if one.is_on_duty(self.now().astimezone(zone).date())]

    def put(self, item: Region | Agency | Category | Officer) -> None:
        match item:
            case Region():
                self.regions_by_slug[item.slug] = item
            case Agency(region=region, id=id):
                others = [one for one in self.agency_list if (one.region, one.id) != (region, id)]
                self.agency_list = [*others, item]
            case Category(region=region, code=code):
                alike = [one for one in self.category_list if (one.region, one.code) != (region, code)]
                self.category_list = [*alike, item]
            case Officer(region=region, id=id):
                rest = [one for one in self.officer_list if (one.region, one.id) != (region, id)]
                self.officer_list = [*rest, item]

    def list_calendar_changes(self, region: str, most: int) -> list[CalendarChange]:
        numbered = sorted(self.calendars.items(), reverse=True)
        return [change for (slug, _), change in numbered if slug == region][:most]

    def change_calendar(self, region: Region, change: CalendarChange) -> None:
        if (region.slug, change.number) in self.calendars:
            raise Conflict
        self.calendars[region.slug, change.number] = change
        self.put(region)

    def clear_cache(self) -> None:
        self.forgotten += 1


@dataclass
class FakeAccounts:
    stored: dict[str, Account] = field(default_factory=dict)

    def get(self, account: str) -> Account | None:
        return self.stored.get(account)

    def put(self, account: Account) -> None:
        self.stored[account.id] = account


@dataclass
class FakeProvider:
    """An identity provider whose every code is 123456, and 654321 for another password."""

    passwords: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    codes_sent: list[str] = field(default_factory=list)
    reset_codes_sent: list[str] = field(default_factory=list)

    def register(self, login: str, password: str) -> str:
        if login in self.ids:
            raise Refusal("login_taken")
        if len(password) < 8:
            raise Refusal("weak_password")
        self.ids[login] = f"account-{len(self.ids) + 1}"
        self.passwords[login] = password
        self.codes_sent.append(login)
        return self.ids[login]

    def confirm(self, login: str, code: str) -> None:
        if code != "123456":
            raise Refusal("wrong_code")
        self.confirmed.add(login)

    def resend_code(self, login: str) -> None:
        self.codes_sent.append(login)

    def sign_in(self, login: str, password: str) -> str:
        if self.passwords.get(login) != password:
            raise Refusal("wrong_password")
        if login not in self.confirmed:
            raise Refusal("not_confirmed")
        return self.ids[login]

    def send_reset_code(self, login: str) -> None:
        if login in self.ids:
            self.reset_codes_sent.append(login)

    def reset_password(self, login: str, code: str, password: str) -> str:
        if code != "654321" or login not in self.reset_codes_sent:
            raise Refusal("wrong_code")
        self.reset_codes_sent = [each for each in self.reset_codes_sent if each != login]
        self.passwords[login] = password
        self.confirmed.add(login)
        return self.ids[login]


@dataclass
class FakeLinks:
    stored: dict[str, OfficerLink] = field(default_factory=dict)

    def put(self, link: OfficerLink) -> None:
        self.stored.setdefault(link.digest, link)

    def get(self, digest: str) -> OfficerLink | None:
        return self.stored.get(digest)


@dataclass
class FakeBundles:
    stored: dict[str, Bundle] = field(default_factory=dict)

    def put(self, bundle: Bundle) -> None:
        self.stored.setdefault(bundle.digest, bundle)

    def get(self, digest: str) -> Bundle | None:
        return self.stored.get(digest)


@dataclass
class FakeRegisterNumbers:
    books: list[RegisterNumber] = field(default_factory=list)

    def assign(self, region: str, agency: str, year: int, ticket: str, at: datetime) -> RegisterNumber:
        for before in self.list_for_complaint(ticket):
            if before.agency == agency:
                return before
        number = len(list(self.list_book(region, agency, year))) + 1
        self.books.append(RegisterNumber(region, agency, year, number, ticket, at))
        return self.books[-1]

    def list_for_complaint(self, ticket: str) -> list[RegisterNumber]:
        return [one for one in self.books if one.ticket == ticket]

    def list_book(self, region: str, agency: str, year: int) -> Iterator[RegisterNumber]:
        return (one for one in self.books if (one.region, one.agency, one.year) == (region, agency, year))


@dataclass
class FakeDigests:
    made: dict[tuple[str, date], tuple[Digest, list[bytes]]] = field(default_factory=dict)

    def put(self, digest: Digest, leaves: Sequence[bytes]) -> None:
        self.made.setdefault((digest.region, digest.date), (digest, list(leaves)))

    def get(self, region: str, day: date) -> Digest | None:
        return self.made[region, day][0] if (region, day) in self.made else None

    def get_latest(self, region: str) -> Digest | None:
        days = [day for slug, day in self.made if slug == region]
        return self.get(region, max(days)) if days else None

    def list_leaves(self, digest: Digest) -> list[bytes]:
        return self.made[digest.region, digest.date][1]


@dataclass
class FakeMessageLog:
    clock: FakeClock
    records: dict[tuple[str, str], MessageRecord] = field(default_factory=dict)
    leases: dict[tuple[str, str], datetime] = field(default_factory=dict)
    ranks: ClassVar = {
        "sending": 0,
        "waiting": 0,
        "failed": 1,
        "sent": 1,
        "delivered": 2,
        "bounced": 3,
        "complained": 4,
    }

    def claim(self, record: MessageRecord, lease_seconds: int) -> bool:
        key = (record.ticket, record.id)
        stored = self.records.get(key)
        held = stored and stored.outcome == "sending" and self.leases[key] > self.clock()
        if held or (stored and stored.outcome not in ("sending", "waiting")):
            return False
        self.records[key] = replace(record, outcome="sending")
        self.leases[key] = self.clock() + timedelta(seconds=lease_seconds)
        return True

    def settle(self, record: MessageRecord) -> None:
        stored = self.records.get((record.ticket, record.id))
        if stored is None or self.ranks[stored.outcome] <= self.ranks[record.outcome]:
            self.records[record.ticket, record.id] = record

    def get(self, ticket: str, message: str) -> MessageRecord | None:
        return self.records.get((ticket, message))

    def list_for_complaint(self, ticket: str) -> list[MessageRecord]:
        return [record for (owner, _), record in self.records.items() if owner == ticket]


@dataclass
class FakeEffects:
    marks: set[tuple[str, int, str]] = field(default_factory=set)

    def is_done(self, ticket: str, seq: int, queue: str) -> bool:
        return (ticket, seq, queue) in self.marks

    def mark_done(self, ticket: str, seq: int, queue: str, now: datetime) -> None:
        self.marks.add((ticket, seq, queue))

    def list_done(self, ticket: str) -> set[tuple[int, str]]:
        return {(seq, queue) for owner, seq, queue in self.marks if owner == ticket}


@dataclass
class FakeLimits:
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, what: str, who: str, most: int, window_seconds: int, now: datetime) -> int | None:
        self.counts[what, who] = self.counts.get((what, who), 0) + 1
        return None if self.counts[what, who] <= most else window_seconds
