"""The single table: what all its items have in common.

Every item has ``pk`` and ``sk``; each kind of item is a model of its own in the module of its concept, with
its keys in the docstring. The three indexes are sparse: an item is in one only while it has its hash key, and
holds only what its queries use (`Meta.projection`); the rest is read from the item itself, as it is now.

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
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model
from typing_extensions import override

_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


def instant_text(instant: datetime) -> str:
    """``2026-11-25T17:00:00.000000Z``: always UTC and as long, so that the texts sort as the instants do."""
    return instant.astimezone(UTC).strftime(_INSTANT)


def instant(text: str) -> datetime:
    """The UTC instant of :func:`instant_text`; ``ValueError`` for any other text."""
    return datetime.strptime(text, _INSTANT).replace(tzinfo=UTC)


class InstantAttribute(Attribute[datetime]):
    """A UTC instant to the microsecond, stored as sortable text."""

    attr_type = STRING

    @override
    def serialize(self, value: datetime) -> str:
        return instant_text(value)

    @override
    def deserialize(self, value: str) -> datetime:
        return instant(value)


class OwnerIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Open steps by owner, the nearest deadline first."""

    class Meta:
        """Its name, and the keys alone."""

        index_name = "OwnerIndex"
        projection = KeysOnlyProjection()

    owner_key = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class RegionIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Open steps, and open clocks, by region."""

    class Meta:
        """Its name, and what names a step or a clock."""

        index_name = "RegionIndex"
        projection = IncludeProjection(["ticket", "clock", "visit", "arming"])

    open_region = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class ReporterIndex(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]
    """Complaints by reporter, in the order they were filed."""

    class Meta:
        """Its name, and the keys alone."""

        index_name = "ReporterIndex"
        projection = KeysOnlyProjection()

    reporter_key = UnicodeAttribute(hash_key=True)
    filed_at = InstantAttribute(range_key=True)


class Item(Model):
    """Any item. All models share one connection, which knows all indexes: hence they are declared here."""

    class Meta:
        """Table and region come from ``bind``."""

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
    """Say which table all models mean; once a process, before the first call."""
    Item.Meta.table_name = table_name
    Item.Meta.region = region
    Item._connection = None  # noqa: SLF001 (a connection to another table would stay)
    connection()


def connection() -> Connection:
    """The one connection. Made on the base, it is inherited: else every model would open one of its own."""
    return Item._get_connection().connection  # noqa: SLF001 (what a transaction over models needs)


M = TypeVar("M", bound=Item)


def find(model: type[M], pk: str, sk: str) -> M | None:
    """The item as last written (a consistent read), or ``None``."""
    try:
        return model.get(pk, sk, consistent_read=True)
    except model.DoesNotExist:
        return None


def under(model: type[M], pk: str, prefix: str, **options: Any) -> Iterator[M]:
    """The items of a partition whose sort key begins so, in its order (consistent)."""
    return model.query(pk, model.sk.startswith(prefix), consistent_read=True, **options)
