"""Making good what got lost on the way: effects without their mark, clocks without a running ladder."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain import commands as c
from chalicelib.domain.events import SYSTEM
from chalicelib.services.handling import Handling, Request
from chalicelib.services.ports import Complaints, Effects, Queues, Timers
from chalicelib.services.routes import effects_of, message_of

PATIENCE = timedelta(minutes=15)
"""How old an event must be before its missing effect counts as lost and not as under way."""


class Recovery:
    """The daily reconciliation, and what operations run after a disaster. Running it twice does no harm."""

    def __init__(
        self,
        complaints: Complaints,
        effects: Effects,
        queues: Queues,
        timers: Timers,
        handling: Handling,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._effects = effects
        self._queues = queues
        self._timers = timers
        self._handling = handling
        self._now = now

    def replay(self, region: str, patience: timedelta | None = None) -> int:
        """Send the effects of the region's open complaints that have no mark; how many were sent.

        Only of events older than ``patience``, where given. Without it the events' times do not matter: where
        working days are short, a rung moves a complaint's time ahead of the wall's clock.
        """
        before = self._now() - patience if patience else None
        return sum(self._replay_complaint(ticket, before) for ticket in self._complaints.open_tickets(region))

    def rearm(self, region: str) -> int:
        """Start a ladder anew for every open clock of the region that has none; how many were."""
        return sum(
            self._rearm_clock(clock.ticket, clock.clock, clock.visit, clock.arming)
            for clock in self._complaints.open_clocks(region)
        )

    def _replay_complaint(self, ticket: str, before: datetime | None) -> int:
        done, sent = self._effects.done(ticket), 0
        for event in self._complaints.events(ticket):
            missing = [queue for queue in effects_of(event) if (event.seq, queue) not in done]
            if missing and (before is None or event.at <= before):
                # The first alone: what comes after it follows from it.
                self._queues.send(missing[0], message_of(event))
                sent += 1
        return sent

    def _rearm_clock(self, ticket: str, clock: str, visit: int, arming: int) -> int:
        if self._timers.is_running(ticket, clock, visit, arming):
            return 0
        request = Request(actor=SYSTEM, key=f"rearm.{ticket}.{clock}.{visit}.{arming}")
        after = self._handling.handle(ticket, c.Rearm(clock=clock, visit=visit), request)
        armed = after.clock(clock, visit)
        # A clock whose rungs are all behind it stays as it is: its ladder has done its work.
        return 1 if armed and armed.arming > arming else 0
