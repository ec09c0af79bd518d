"""Virtual time: what will happen, in the order of its instants."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count


class Agenda:
    """Things put down for later; of two for one instant, the one that was put down first comes first."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()

    def add(self, at: datetime, happens: Callable[[], None]) -> None:
        """Put something down."""
        heapq.heappush(self._entries, (at, next(self._numbers), happens))

    def next(self, until: datetime) -> tuple[datetime, Callable[[], None]] | None:
        """Take the first thing off, if it comes before ``until``."""
        if not self._entries or self._entries[0][0] >= until:
            return None
        at, _, happens = heapq.heappop(self._entries)
        return at, happens
