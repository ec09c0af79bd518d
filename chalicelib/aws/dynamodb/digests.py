"""The daily digests, and the leaves they were made over."""

from collections.abc import Sequence
from datetime import date

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from typing_extensions import override

from chalicelib.aws.dynamodb.table import Item, find, under
from chalicelib.domain.audit.digest import Digest
from chalicelib.services.ports import Digests

_LEAF = 32
_PER_ITEM = 8_192
"""Leaves in an item: 256 KB, where DynamoDB takes 400."""


class DigestItem(Item):
    """pk ``DIGEST#<region>``, sk its day (``2026-11-23``); ``body`` is its JSON. Kept for good."""

    body = UnicodeAttribute()

    @staticmethod
    def partition(region: str) -> str:
        """The partition of a region's digests."""
        return f"DIGEST#{region}"


class LeavesItem(Item):
    """pk ``LEAVES#<root>``, sk ``LEAVES#0001``; ``leaves`` are up to 8,192 of 32 bytes each, in order.

    Under the root they have, so that of two workers with different leaves neither spoils the other's.
    """

    leaves = BinaryAttribute(legacy_encoding=False)

    @staticmethod
    def partition(digest: Digest) -> str:
        """The partition of a digest's leaves."""
        return f"LEAVES#{digest.root}"


class TableDigests(Digests):
    """``ports.Digests``."""

    @override
    def put(self, digest: Digest, leaves: Sequence[bytes]) -> None:
        for at in range(0, len(leaves), _PER_ITEM):
            part = b"".join(leaves[at : at + _PER_ITEM])
            LeavesItem(LeavesItem.partition(digest), f"LEAVES#{at // _PER_ITEM + 1:04}", leaves=part).save()
        item = DigestItem(
            DigestItem.partition(digest.region), digest.date.isoformat(), body=digest.model_dump_json()
        )
        try:
            item.save(condition=DigestItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    @override
    def get(self, region: str, day: date) -> Digest | None:
        item = find(DigestItem, DigestItem.partition(region), day.isoformat())
        return Digest.model_validate_json(item.body) if item else None

    @override
    def get_latest(self, region: str) -> Digest | None:
        found = DigestItem.query(
            DigestItem.partition(region), scan_index_forward=False, limit=1, consistent_read=True
        )
        item = next(iter(found), None)
        return Digest.model_validate_json(item.body) if item else None

    @override
    def list_leaves(self, digest: Digest) -> list[bytes]:
        parts = under(LeavesItem, LeavesItem.partition(digest), "LEAVES#")
        joined = b"".join(item.leaves for item in parts)
        return [joined[at : at + _LEAF] for at in range(0, len(joined), _LEAF)]
