"""The complaints in the table: each change is one transaction."""

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
    build_case_key,
    build_clock_items,
    build_open_clocks_key,
    build_open_steps_key,
    build_recently_ended_key,
    build_step_items,
)
from chalicelib.aws.dynamodb.table import Item, RegionIndex, find_item, get_connection, query_prefix
from chalicelib.domain.audit.digest import Head
from chalicelib.domain.complaint.state import Clock, Complaint, format_owner_key
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.values.errors import Conflict
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.ports import Change, Complaints, Marker, OpenClock, Page, Repeated, TicketTaken

_TRIES = 5
_LONGEST_FIRST_PAUSE = 0.05
"""Maximum seconds of the first wait for another writer's transaction; it doubles with each retry."""

_Put = tuple[Item, Condition | None]


class CancelCause(Enum):
    """The cause of a cancelled transaction."""

    REPEATED = auto()
    IN_THE_WAY = auto()
    STALE = auto()
    OTHER = auto()


class TableComplaints(Complaints):
    """The complaints in the table, as ``ports.Complaints``. Call ``table.bind`` first."""

    @override
    def get(self, ticket: str) -> Complaint | None:
        item = find_item(MetaItem, build_case_key(ticket), "META")
        return item.to_complaint() if item else None

    @override
    def get_many(self, tickets: Iterable[str]) -> Iterator[Complaint]:
        keys = [(build_case_key(ticket), "META") for ticket in tickets]
        return (item.to_complaint() for item in MetaItem.batch_get(keys, consistent_read=True))

    @override
    def commit(self, change: Change) -> None:
        """Write a change; ``Conflict`` too where other transactions stay in the way: decide it again."""
        puts = _build_puts(change)
        for attempt in range(1, _TRIES + 1):
            try:
                _write(puts)
            except TransactWriteError as error:
                cause = find_cancel_cause(error.cancellation_reasons)
                if cause is CancelCause.REPEATED:
                    raise self._create_repeated_error(change.marker) from None
                if cause is CancelCause.STALE:
                    raise (Conflict() if change.before else TicketTaken()) from None
                if cause is CancelCause.OTHER:
                    raise
                if attempt == _TRIES:
                    raise Conflict from error
            else:
                return
            time.sleep(random.uniform(0, _LONGEST_FIRST_PAUSE * 2 ** (attempt - 1)))  # noqa: S311 (no secret)

    @override
    def get_marker(self, actor: str, key: str) -> Marker | None:
        item = find_item(CommandItem, CommandItem.build_partition(actor), key)
        return item.to_marker() if item else None

    @override
    def list_events(self, ticket: str) -> list[StoredEvent]:
        return [item.to_event() for item in query_prefix(EventItem, build_case_key(ticket), EVENTS)]

    @override
    def list_event_bodies(self, ticket: str) -> list[str]:
        return [item.body for item in query_prefix(EventItem, build_case_key(ticket), EVENTS)]

    @override
    def get_event(self, ticket: str, seq: int) -> StoredEvent | None:
        item = find_item(EventItem, build_case_key(ticket), EventItem.build_key(seq))
        return item.to_event() if item else None

    @override
    def get_texts(self, ticket: str, ids: Sequence[str]) -> dict[str, SealedText]:
        keys = [(build_case_key(ticket), TextItem.build_key(name)) for name in ids]
        items = TextItem.batch_get(keys, consistent_read=True)
        return {text.id: text for text in (item.to_sealed_text() for item in items)}

    @override
    def get_identity(self, ticket: str) -> Identity | None:
        item = find_item(PersonItem, build_case_key(ticket), "PERSON")
        return item.to_identity() if item else None

    @override
    def list_for_reporter(self, account: str, limit: int, cursor: str | None) -> Page[Complaint]:
        start = cursors.build_start_key(cursor, ("reporter_key", account), "filed_at") if cursor else None
        items = MetaItem.reporter_index.query(
            account, scan_index_forward=False, limit=limit + 1, last_evaluated_key=start
        )
        places = [(item.pk, item.sk, item.filed_at) for item in cast(Iterator[MetaItem], items)]
        return _load_page(places, limit, lambda complaint: complaint.reporter == account)

    @override
    def list_inbox(self, owner_key: str, limit: int, cursor: str | None) -> Page[Complaint]:
        start = cursors.build_start_key(cursor, ("owner_key", owner_key), "due_at") if cursor else None
        items = StepItem.owner_index.query(owner_key, limit=limit + 1, last_evaluated_key=start)
        places = [(item.pk, item.sk, item.due_at) for item in cast(Iterator[StepItem], items)]
        return _load_page(places, limit, lambda complaint: _is_step_owner(complaint, owner_key))

    @override
    def list_open_tickets(self, region: str) -> Iterator[str]:
        items = StepItem.region_index.query(build_open_steps_key(region))
        return (item.ticket for item in cast(Iterator[StepItem], items))

    @override
    def list_filed(self, region: str, month: str) -> Iterator[str]:
        items = FiledItem.query(FiledItem.build_partition(region, month), consistent_read=True)
        return (item.sk for item in items)

    @override
    def list_heads(self, tickets: Iterable[str]) -> Iterator[Head]:
        keys = [(build_case_key(ticket), "META") for ticket in tickets]
        for item in MetaItem.batch_get(keys, consistent_read=True):
            # Not the whole snapshot: building it takes ten times as long as reading its JSON.
            yield Head(ticket=item.ticket, seq=int(item.seq), hash=json.loads(item.body)["head"])

    @override
    def list_recently_ended(self, region: str) -> Iterator[str]:
        items = EndItem.region_index.query(build_recently_ended_key(region))
        return (item.ticket for item in cast(Iterator[EndItem], items))

    @override
    def list_open_clocks(self, region: str) -> Iterator[OpenClock]:
        items = ClockItem.region_index.query(build_open_clocks_key(region))
        return (item.to_open_clock() for item in cast(Iterator[ClockItem], items))

    @override
    def list_clocks_due_after(self, region: str, instant: datetime) -> Iterator[tuple[str, Clock]]:
        items = ClockItem.region_index.query(build_open_clocks_key(region), RegionIndex.due_at > instant)
        keys = [(item.pk, item.sk) for item in items]
        # The index has no derivations: with them its items would be ten times as large.
        for item in ClockItem.batch_get(keys, consistent_read=True):
            if item.open_region:
                yield item.ticket, Clock.model_validate_json(item.body)

    def _create_repeated_error(self, marker: Marker) -> Exception:
        stored = self.get_marker(marker.actor, marker.key)
        # The marker existed a moment ago. If it expired just now, the command must be decided again.
        return Repeated(stored) if stored else Conflict()


def find_cancel_cause(reasons: Sequence[CancellationReason | None]) -> CancelCause:
    """Return the cause from the reasons: one for each item, the marker's first.

    An existing marker decides first: the command has happened, and it is the reason why the complaint has
    changed. Another unfinished transaction comes next: only a retry can tell if it was the same command.
    """
    codes = [reason.code if reason else None for reason in reasons]
    if not codes:
        return CancelCause.OTHER
    if codes[0] == "ConditionalCheckFailed":
        return CancelCause.REPEATED
    if {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"} & set(codes):
        return CancelCause.IN_THE_WAY
    return CancelCause.STALE if "ConditionalCheckFailed" in codes else CancelCause.OTHER


def _build_puts(change: Change) -> list[_Put]:
    """Return every item of the change with its condition, the marker first for :func:`find_cancel_cause`."""
    ticket = change.after.ticket
    is_new = Item.pk.does_not_exist()
    as_before = MetaItem.seq == change.before.seq if change.before else is_new
    puts: list[_Put] = [(CommandItem.of(change), is_new), (MetaItem.of(change.after), as_before)]
    puts += [(EventItem.of(event), is_new) for event in change.events]
    puts += [(item, None) for item in (*build_step_items(change), *build_clock_items(change))]
    puts += [(TextItem.of(ticket, text), None) for text in change.texts]
    if change.before is None:
        puts.append((FiledItem.of(change.after), None))
    if change.after.step is None:
        puts.append((EndItem.of(change.after), None))
    if change.identity:
        puts.append((PersonItem.of(ticket, change.identity), None))
    return puts


def _write(puts: Sequence[_Put]) -> None:
    with TransactWrite(connection=get_connection()) as transaction:
        for item, condition in puts:
            transaction.save(item, condition=condition)


def _load_page(
    places: Sequence[cursors.CursorPlace], limit: int, belongs: Callable[[Complaint], bool]
) -> Page[Complaint]:
    """Return a page of the complaints at the first ``limit`` places, read again because an index may lag.

    Complaints that no longer belong to the list are dropped, so a page may be short. One place more than the
    limit means that there is another page.
    """
    keys = [(pk, "META") for pk, _, _ in places[:limit]]
    now = {item.pk: item.to_complaint() for item in MetaItem.batch_get(keys, consistent_read=True)}
    complaints = [now[pk] for pk, _ in keys if pk in now and belongs(now[pk])]
    return Page(complaints, cursors.encode(places[limit - 1]) if len(places) > limit else None)


def _is_step_owner(complaint: Complaint, owner_key: str) -> bool:
    step = complaint.step
    return (
        step is not None
        and format_owner_key(complaint.region, step.owner, step.agency, step.unit) == owner_key
    )
