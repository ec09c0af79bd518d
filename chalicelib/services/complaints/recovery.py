"""Recovery of what got lost: events without the mark of a queue, clocks without a running ladder."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain.complaint.timers import RestartTimer
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.command_handler import CommandHandler, CommandRequest
from chalicelib.services.ports import Complaints, Effects, OpenClock, Queues, Timers
from chalicelib.services.routes import create_message, list_queues
from chalicelib.telemetry import log_failure

T = TypeVar("T")

PATIENCE = timedelta(minutes=15)
"""The age of an event at which a missing mark means that its message is lost, not on its way."""


class NotAllRepaired(Exception):
    """Some complaints could not be repaired, and each is logged. ``done`` counts the others."""

    def __init__(self, done: int, failed: int) -> None:
        super().__init__(f"{failed} could not be repaired, {done} were")
        self.done = done
        self.failed = failed


class Recovery:
    """The daily reconciliation and the repairs after a disaster. Running them twice does no harm.

    Both methods raise ``NotAllRepaired`` at their end where something was left.
    """

    def __init__(
        self,
        complaints: Complaints,
        effects: Effects,
        queues: Queues,
        timers: Timers,
        command_handler: CommandHandler,
        now: Callable[[], datetime],
    ) -> None:
        self._complaints = complaints
        self._effects = effects
        self._queues = queues
        self._timers = timers
        self._command_handler = command_handler
        self._now = now

    def replay(self, region: str, patience: timedelta | None = None) -> int:
        """Send the unmarked events of the region's complaints, open or recently ended, to their queues again.

        Returns how many were sent. With ``patience`` only events older than that are sent. Without it the
        times of events do not matter: with short working days a rung moves a complaint's time ahead of the
        wall clock.
        """
        before = self._now() - patience if patience else None
        tickets = dict.fromkeys(self._complaints.list_open_tickets(region))
        # A duplicate has no step: it waits for its parent, and only its clock for the Ombudsman runs.
        tickets |= dict.fromkeys(clock.ticket for clock in self._complaints.list_open_clocks(region))
        # People may still need messages about a complaint that has just ended.
        tickets |= dict.fromkeys(self._complaints.list_recently_ended(region))
        return _repair_each(tickets, lambda ticket: self._replay_complaint(ticket, before))

    def restart_ladders(self, region: str) -> int:
        """Start a new ladder for every open clock of the region without one; return how many were started."""
        return _repair_each(self._complaints.list_open_clocks(region), self._restart_ladder)

    def _replay_complaint(self, ticket: str, before: datetime | None) -> int:
        done, sent = self._effects.list_done(ticket), 0
        for stored in self._complaints.list_events(ticket):
            missing = [queue for queue in list_queues(stored) if (stored.seq, queue) not in done]
            if missing and (before is None or stored.at <= before):
                # Only the first: its worker sends the event to the next queue.
                self._queues.send(missing[0], create_message(stored))
                sent += 1
        return sent

    def _restart_ladder(self, stopped: OpenClock) -> int:
        ticket, clock, visit, generation = stopped.ticket, stopped.clock, stopped.visit, stopped.generation
        if self._timers.is_running(ticket, clock, visit, generation):
            return 0
        request = CommandRequest(actor=SYSTEM, key=f"rearm.{ticket}.{clock}.{visit}.{generation}")
        after = self._command_handler.execute(ticket, RestartTimer(clock=clock, visit=visit), request)
        scheduled = after.find_clock(clock, visit)
        # A clock with no rung left stays as it is: its ladder has finished.
        return 1 if scheduled and scheduled.generation > generation else 0


def _repair_each(items: Iterable[T], repair: Callable[[T], int]) -> int:
    """Repair each item and return the sum; a failure does not stop the others."""
    done = failed = 0
    for item in items:
        try:
            done += repair(item)
        except Exception as error:  # noqa: BLE001 -- raised at the end
            log_failure("could not be repaired", error, item=str(item))
            failed += 1
    if failed:
        raise NotAllRepaired(done, failed)
    return done
