"""Virtual time: everything that will happen, in the order of its instants."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Callback = Callable[[], None]


class EventQueue:
    """Callbacks with the instants at which they run; of two for one instant, the first added comes first."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Callback]] = []
        self._numbers = count()

    def add(self, at: datetime, callback: Callback) -> None:
        heapq.heappush(self._entries, (at, next(self._numbers), callback))

    def take_next(self, until: datetime) -> tuple[datetime, Callback] | None:
        """Remove and return the first entry, if it comes before ``until``."""
        if not self._entries or self._entries[0][0] >= until:
            return None
        at, _, callback = heapq.heappop(self._entries)
        return at, callback
