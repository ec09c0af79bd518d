"""The complaints in the table: one transaction a change, and the reads."""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import cast

from pynamodb.exceptions import CancellationReason, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite
from typing_extensions import override

from chalicelib.aws.dynamodb import cursors
from chalicelib.aws.dynamodb.complaint_items import (
    EVENTS,
    ClockItem,
    CommandItem,
    EndItem,
    EventItem,
    FiledItem,
    MetaItem,
    PersonItem,
    StepItem,
    TextItem,
    case_key,
    clock_items,
    lately_ended,
    open_clocks,
    open_steps,
    step_items,
)
from chalicelib.aws.dynamodb.table import Item, RegionIndex, connection, find, under
from chalicelib.domain.audit.digest import Head
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.state import owner_key as owner_key_of
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.values.errors import Conflict
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.ports import Change, Complaints, Marker, OpenClock, Page, Repeated, TicketTaken

_TRIES = 5
_LONGEST_FIRST_PAUSE = 0.05
"""Seconds a writer waits, at most, before it tries again past another's transaction; then twice as long."""

_Put = tuple[Item, Condition | None]


class Verdict(Enum):
    """Why a transaction was cancelled."""

    REPEATED = auto()
    IN_THE_WAY = auto()
    STALE = auto()
    OTHER = auto()


class TableComplaints(Complaints):
    """``ports.Complaints``. Call ``table.bind`` before."""

    @override
    def get(self, ticket: str) -> Complaint | None:
        item = find(MetaItem, case_key(ticket), "META")
        return item.complaint() if item else None

    @override
    def get_many(self, tickets: Iterable[str]) -> Iterator[Complaint]:
        keys = [(case_key(ticket), "META") for ticket in tickets]
        return (item.complaint() for item in MetaItem.batch_get(keys, consistent_read=True))

    @override
    def commit(self, change: Change) -> None:
        """As the port says; ``Conflict`` too where others' transactions stay in the way: decide anew."""
        puts = _puts(change)
        for attempt in range(1, _TRIES + 1):
            try:
                _write(puts)
            except TransactWriteError as error:
                why = verdict(error.cancellation_reasons)
                if why is Verdict.REPEATED:
                    raise self._repeated(change.marker) from None
                if why is Verdict.STALE:
                    raise (Conflict() if change.before else TicketTaken()) from None
                if why is Verdict.OTHER:
                    raise
                if attempt == _TRIES:
                    raise Conflict from error
            else:
                return
            time.sleep(random.uniform(0, _LONGEST_FIRST_PAUSE * 2 ** (attempt - 1)))  # noqa: S311 (no secret)

    @override
    def get_marker(self, actor: str, key: str) -> Marker | None:
        item = find(CommandItem, CommandItem.partition(actor), key)
        return item.marker() if item else None

    @override
    def list_events(self, ticket: str) -> list[StoredEvent]:
        return [item.event() for item in under(EventItem, case_key(ticket), EVENTS)]

    @override
    def list_event_bodies(self, ticket: str) -> list[str]:
        return [item.body for item in under(EventItem, case_key(ticket), EVENTS)]

    @override
    def get_event(self, ticket: str, seq: int) -> StoredEvent | None:
        item = find(EventItem, case_key(ticket), EventItem.key(seq))
        return item.event() if item else None

    @override
    def get_texts(self, ticket: str, ids: Sequence[str]) -> dict[str, SealedText]:
        keys = [(case_key(ticket), TextItem.key(name)) for name in ids]
        found = (item.words() for item in TextItem.batch_get(keys, consistent_read=True))
        return {words.id: words for words in found}

    @override
    def get_identity(self, ticket: str) -> Identity | None:
        item = find(PersonItem, case_key(ticket), "PERSON")
        return item.identity() if item else None

    @override
    def list_for_reporter(self, account: str, limit: int, cursor: str | None) -> Page[Complaint]:
        start = cursors.start_key(cursor, ("reporter_key", account), "filed_at") if cursor else None
        found = MetaItem.reporter_index.query(
            account, scan_index_forward=False, limit=limit + 1, last_evaluated_key=start
        )
        places = [(item.pk, item.sk, item.filed_at) for item in cast(Iterator[MetaItem], found)]
        return _page(places, limit, lambda complaint: complaint.reporter == account)

    @override
    def list_inbox(self, owner_key: str, limit: int, cursor: str | None) -> Page[Complaint]:
        start = cursors.start_key(cursor, ("owner_key", owner_key), "due_at") if cursor else None
        found = StepItem.owner_index.query(owner_key, limit=limit + 1, last_evaluated_key=start)
        places = [(item.pk, item.sk, item.due_at) for item in cast(Iterator[StepItem], found)]
        return _page(places, limit, lambda complaint: _has_the_turn(complaint, owner_key))

    @override
    def list_open_tickets(self, region: str) -> Iterator[str]:
        found = StepItem.region_index.query(open_steps(region))
        return (item.ticket for item in cast(Iterator[StepItem], found))

    @override
    def list_filed(self, region: str, month: str) -> Iterator[str]:
        found = FiledItem.query(FiledItem.partition(region, month), consistent_read=True)
        return (item.sk for item in found)

    @override
    def list_heads(self, tickets: Iterable[str]) -> Iterator[Head]:
        keys = [(case_key(ticket), "META") for ticket in tickets]
        for item in MetaItem.batch_get(keys, consistent_read=True):
            # The whole snapshot is not asked for: making one takes ten times as long as reading its JSON.
            yield Head(ticket=item.ticket, seq=int(item.seq), hash=json.loads(item.body)["head"])

    @override
    def list_recently_ended(self, region: str) -> Iterator[str]:
        found = EndItem.region_index.query(lately_ended(region))
        return (item.ticket for item in cast(Iterator[EndItem], found))

    @override
    def list_open_clocks(self, region: str) -> Iterator[OpenClock]:
        found = ClockItem.region_index.query(open_clocks(region))
        return (item.open_clock() for item in cast(Iterator[ClockItem], found))

    @override
    def list_clocks_due_after(self, region: str, instant: datetime) -> Iterator[tuple[str, Clock]]:
        found = ClockItem.region_index.query(open_clocks(region), RegionIndex.due_at > instant)
        keys = [(item.pk, item.sk) for item in found]
        # The index holds no derivations: they would make each of its items ten times as large.
        for item in ClockItem.batch_get(keys, consistent_read=True):
            if item.open_region:
                yield item.ticket, Clock.model_validate_json(item.body)

    def _repeated(self, marker: Marker) -> Exception:
        stored = self.get_marker(marker.actor, marker.key)
        # It was there a moment ago; should its time have ended just now, deciding again is right.
        return Repeated(stored) if stored else Conflict()


def verdict(reasons: Sequence[CancellationReason | None]) -> Verdict:
    """What the reasons, one an item and the marker's first, come to.

    A marker that exists wins over all: the command happened, and that the complaint has moved on is its own
    doing. Then another's unfinished transaction: only a new try can tell whether it was this same command.
    """
    codes = [reason.code if reason else None for reason in reasons]
    if not codes:
        return Verdict.OTHER
    if codes[0] == "ConditionalCheckFailed":
        return Verdict.REPEATED
    if {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"} & set(codes):
        return Verdict.IN_THE_WAY
    return Verdict.STALE if "ConditionalCheckFailed" in codes else Verdict.OTHER


def _puts(change: Change) -> list[_Put]:
    """Every item of the change with its condition; the marker's first, as :func:`verdict` expects."""
    ticket = change.after.ticket
    is_new = Item.pk.does_not_exist()
    as_before = MetaItem.seq == change.before.seq if change.before else is_new
    puts: list[_Put] = [(CommandItem.of(change), is_new), (MetaItem.of(change.after), as_before)]
    puts += [(EventItem.of(event), is_new) for event in change.events]
    puts += [(item, None) for item in (*step_items(change), *clock_items(change))]
    puts += [(TextItem.of(ticket, words), None) for words in change.words]
    if change.before is None:
        puts.append((FiledItem.of(change.after), None))
    if change.after.step is None:
        puts.append((EndItem.of(change.after), None))
    if change.identity:
        puts.append((PersonItem.of(ticket, change.identity), None))
    return puts


def _write(puts: Sequence[_Put]) -> None:
    with TransactWrite(connection=connection()) as transaction:
        for item, condition in puts:
            transaction.save(item, condition=condition)


def _page(
    places: Sequence[cursors.Place], limit: int, belongs: Callable[[Complaint], bool]
) -> Page[Complaint]:
    """The complaints at the first ``limit`` places, as they are now, for an index may be behind.

    Those that no longer belong are dropped, so that a page may be short. One place beyond the limit says that
    there is more.
    """
    keys = [(pk, "META") for pk, _, _ in places[:limit]]
    now = {item.pk: item.complaint() for item in MetaItem.batch_get(keys, consistent_read=True)}
    complaints = [now[pk] for pk, _ in keys if pk in now and belongs(now[pk])]
    return Page(complaints, cursors.encode(places[limit - 1]) if len(places) > limit else None)


def _has_the_turn(complaint: Complaint, owner_key: str) -> bool:
    step = complaint.step
    return (
        step is not None and owner_key_of(complaint.region, step.owner, step.agency, step.unit) == owner_key
    )
