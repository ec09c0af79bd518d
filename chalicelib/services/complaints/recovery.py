"""Making good what got lost on the way: effects without their mark, clocks without a running ladder."""

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
"""How old an event must be before its missing effect counts as lost and not as under way."""


class NotAllRepaired(Exception):
    """Some complaints could not be repaired; each was logged. ``done`` of the others were."""

    def __init__(self, done: int, failed: int) -> None:
        super().__init__(f"{failed} could not be repaired, {done} were")
        self.done = done
        self.failed = failed


class Recovery:
    """The daily reconciliation, and what operations run after a disaster. Running it twice does no harm.

    Both raise ``NotAllRepaired`` at their end where something was left.
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
        """Send the effects without a mark of the region's complaints, open or lately ended; how many.

        Only of events older than ``patience``, where given. Without it the events' times do not matter: where
        working days are short, a rung moves a complaint's time ahead of the wall's clock.
        """
        before = self._now() - patience if patience else None
        tickets = dict.fromkeys(self._complaints.list_open_tickets(region))
        # A duplicate has no step: it waits for its parent, and only its clock for the Ombudsman runs.
        tickets |= dict.fromkeys(clock.ticket for clock in self._complaints.list_open_clocks(region))
        # What just ended has people to be told of it.
        tickets |= dict.fromkeys(self._complaints.list_recently_ended(region))
        return _each(tickets, lambda ticket: self._replay_complaint(ticket, before))

    def restart_ladders(self, region: str) -> int:
        """Start a ladder anew for every open clock of the region that has none; how many were."""
        return _each(self._complaints.list_open_clocks(region), self._rearm_clock)

    def _replay_complaint(self, ticket: str, before: datetime | None) -> int:
        done, sent = self._effects.list_done(ticket), 0
        for event in self._complaints.list_events(ticket):
            missing = [queue for queue in list_queues(event) if (event.seq, queue) not in done]
            if missing and (before is None or event.at <= before):
                # The first alone: what comes after it follows from it.
                self._queues.send(missing[0], create_message(event))
                sent += 1
        return sent

    def _rearm_clock(self, known: OpenClock) -> int:
        ticket, clock, visit, generation = known.ticket, known.clock, known.visit, known.generation
        if self._timers.is_running(ticket, clock, visit, generation):
            return 0
        request = CommandRequest(actor=SYSTEM, key=f"rearm.{ticket}.{clock}.{visit}.{generation}")
        after = self._command_handler.execute(ticket, RestartTimer(clock=clock, visit=visit), request)
        armed = after.clock(clock, visit)
        # A clock whose rungs are all behind it stays as it is: its ladder has done its work.
        return 1 if armed and armed.generation > generation else 0


def _each(items: Iterable[T], repair: Callable[[T], int]) -> int:
    """What repairing each of them comes to; one that cannot be repaired does not hold up the others."""
    done = failed = 0
    for item in items:
        try:
            done += repair(item)
        except Exception as error:  # noqa: BLE001 -- said at the end
            log_failure("could not be repaired", error, item=str(item))
            failed += 1
    if failed:
        raise NotAllRepaired(done, failed)
    return done
