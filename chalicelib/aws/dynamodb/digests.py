"""The daily digests, with the leaves they were made over."""

from collections.abc import Sequence
from datetime import date

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from typing_extensions import override

from chalicelib.aws.dynamodb.table import Item, find_item, query_prefix, save_if
from chalicelib.domain.audit.digest import Digest
from chalicelib.services.ports import Digests

_LEAF = 32
_PER_ITEM = 8_192
"""Leaves in an item: 256 KB, where DynamoDB allows 400."""


class DigestItem(Item):
    """A digest: pk ``DIGEST#<region>``, sk its day (``2026-11-23``); ``body`` is its JSON. Never deleted."""

    body = UnicodeAttribute()

    @staticmethod
    def build_partition(region: str) -> str:
        """Return the partition key of a region's digests."""
        return f"DIGEST#{region}"


class LeavesItem(Item):
    """Leaves of a digest: pk ``LEAVES#<root>``, sk ``LEAVES#0001``; up to 8,192 of 32 bytes each, in order.

    The key holds the root, so that two workers with different leaves do not overwrite each other's.
    """

    leaves = BinaryAttribute(legacy_encoding=False)

    @staticmethod
    def build_partition(digest: Digest) -> str:
        """Return the partition key of a digest's leaves."""
        return f"LEAVES#{digest.root}"


class TableDigests(Digests):
    """The digests in the table, as ``ports.Digests``."""

    @override
    def put(self, digest: Digest, leaves: Sequence[bytes]) -> None:
        partition = LeavesItem.build_partition(digest)
        for start in range(0, len(leaves), _PER_ITEM):
            part = b"".join(leaves[start : start + _PER_ITEM])
            LeavesItem(partition, f"LEAVES#{start // _PER_ITEM + 1:04}", leaves=part).save()
        item = DigestItem(
            DigestItem.build_partition(digest.region), digest.date.isoformat(), body=digest.model_dump_json()
        )
        save_if(item, DigestItem.pk.does_not_exist())

    @override
    def get(self, region: str, day: date) -> Digest | None:
        item = find_item(DigestItem, DigestItem.build_partition(region), day.isoformat())
        return Digest.model_validate_json(item.body) if item else None

    @override
    def get_latest(self, region: str) -> Digest | None:
        newest = DigestItem.query(
            DigestItem.build_partition(region), scan_index_forward=False, limit=1, consistent_read=True
        )
        item = next(iter(newest), None)
        return Digest.model_validate_json(item.body) if item else None

    @override
    def list_leaves(self, digest: Digest) -> list[bytes]:
        parts = query_prefix(LeavesItem, LeavesItem.build_partition(digest), "LEAVES#")
        joined = b"".join(item.leaves for item in parts)
        return [joined[start : start + _LEAF] for start in range(0, len(joined), _LEAF)]
