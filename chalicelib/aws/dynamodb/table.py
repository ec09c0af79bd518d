"""The single table: the base model of all items, its indexes, and how to read and write them.

Every item has ``pk`` and ``sk``. Each kind of item is a model in the module of its concept, with its keys in
the docstring. The three indexes are sparse: an item is in an index only while it has the hash key. An index
holds only what its queries use (`Meta.projection`); the rest is read from the current item.

| index         | hash key       | range key  | holds                                           |
|---------------|----------------|------------|-------------------------------------------------|
| OwnerIndex    | `owner_key`    | `due_at`   | open steps of officers, by owner                |
| RegionIndex   | `open_region`  | `due_at`   | open steps (`STEP#<region>`), clocks (`CLOCK#…`) |
| ReporterIndex | `reporter_key` | `filed_at` | complaints, by the account that filed them      |
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.constants import STRING
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model
from typing_extensions import override

_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


def format_instant(instant: datetime) -> str:
    """Return ``2026-11-25T17:00:00.000000Z``: in UTC and of one length, so that texts sort by time."""
    return instant.astimezone(UTC).strftime(_INSTANT)


def parse_instant(text: str) -> datetime:
    """Return the UTC instant of :func:`format_instant`. Raise ``ValueError`` for another text."""
    return datetime.strptime(text, _INSTANT).replace(tzinfo=UTC)


class InstantAttribute(Attribute[datetime]):
    """A UTC instant to the microsecond, stored as sortable text."""

    attr_type = STRING

    @override
    def serialize(self, value: datetime) -> str:
        return format_instant(value)

    @override
    def deserialize(self, value: str) -> datetime:
        return parse_instant(value)


class OwnerIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Open steps by owner, the nearest deadline first."""

    class Meta:
        """The index's name; it holds only keys."""

        index_name = "OwnerIndex"
        projection = KeysOnlyProjection()

    owner_key = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class RegionIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Open steps, open clocks and recently ended complaints, by region."""

    class Meta:
        """The index's name; it holds keys and what names a step or a clock."""

        index_name = "RegionIndex"
        projection = IncludeProjection(["ticket", "clock", "visit", "arming"])

    open_region = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class ReporterIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Complaints by reporter, in the order they were filed."""

    class Meta:
        """The index's name; it holds only keys."""

        index_name = "ReporterIndex"
        projection = KeysOnlyProjection()

    reporter_key = UnicodeAttribute(hash_key=True)
    filed_at = InstantAttribute(range_key=True)


class Item(Model):
    """The base of all items. All models share one connection, which must know all indexes: they are here."""

    class Meta:
        """The settings of the table; ``bind`` sets its name and region."""

        table_name = ""
        region = ""
        connect_timeout_seconds = 2
        read_timeout_seconds = 5
        max_retry_attempts = 2

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    owner_index = OwnerIndex()
    region_index = RegionIndex()
    reporter_index = ReporterIndex()


def bind(table_name: str, region: str) -> None:
    """Set the table of all models; call it once in a process, before the first request."""
    Item.Meta.table_name = table_name
    Item.Meta.region = region
    Item._connection = None  # noqa: SLF001 (else a connection to another table would stay)
    get_connection()


def get_connection() -> Connection:
    """Return the shared connection. The base model has it: otherwise every model would open its own."""
    return Item._get_connection().connection  # noqa: SLF001 (a transaction over several models needs it)


M = TypeVar("M", bound=Item)


def find_item(model: type[M], pk: str, sk: str) -> M | None:
    """Return the item as last written (a consistent read), or ``None``."""
    try:
        return model.get(pk, sk, consistent_read=True)
    except model.DoesNotExist:
        return None


def query_prefix(model: type[M], pk: str, prefix: str, **options: Any) -> Iterator[M]:
    """Return the items of a partition whose sort key has the prefix, in its order (consistent)."""
    return model.query(pk, model.sk.startswith(prefix), consistent_read=True, **options)


def save_if(item: Item, condition: Condition) -> bool:
    """Save the item where the condition holds. Return False where it does not hold."""
    try:
        item.save(condition=condition)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def is_conflict(error: TransactWriteError) -> bool:
    """Return whether a condition of the transaction failed, or another transaction was in the way."""
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    return bool(codes & {"ConditionalCheckFailed", "TransactionConflict"})
