"""Counters for rate limits."""

import math
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute
from typing_extensions import override

from chalicelib.aws.dynamodb.table import InstantAttribute, Item
from chalicelib.services.ports import Limits

_KEPT_AFTER = timedelta(days=1)


class LimitItem(Item):
    """A counter: pk ``LIMIT#<what>#<who>``, sk the window's length and start. Deleted a day after the window.

    ``who`` is a digest or an id, never an address, because it is part of a key.
    """

    taken = NumberAttribute()
    ends_at = InstantAttribute()
    expires_at = TTLAttribute()


class TableLimits(Limits):
    """The counters in the table, as ``ports.Limits``; windows have no gaps and are counted from 1970 on."""

    @override
    def take(self, what: str, who: str, most: int, window_seconds: int, now: datetime) -> int | None:
        window = int(now.timestamp()) // window_seconds
        ends_at = datetime.fromtimestamp((window + 1) * window_seconds, UTC)
        item = LimitItem(f"LIMIT#{what}#{who}", f"{window_seconds}#{window * window_seconds}")
        item.update(
            [
                LimitItem.taken.add(1),
                LimitItem.ends_at.set(ends_at),
                LimitItem.expires_at.set(ends_at + _KEPT_AFTER),
            ]
        )
        if item.taken <= most:
            return None
        return max(1, math.ceil((ends_at - now).total_seconds()))
