"""Start the ladders of scheduled clocks, and move complaints to the rungs that the ladders report."""

from datetime import datetime
from typing import Any

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.routes import CLOCKS, get_next_queue
from chalicelib.workers.batch import MessageBody, process_batch


def start_ladders(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of scheduled clocks."""
    return process_batch(event, context, start_ladder)


def start_ladder(body: MessageBody) -> None:
    """Start the ladder of a scheduled clock, unless the clock is closed or was scheduled again since."""
    app = application()
    ticket, seq = str(body["ticket"]), int(body["seq"])
    stored = app.complaints.get_event(ticket, seq)
    complaint = app.complaints.get(ticket)
    if stored is None or complaint is None or not isinstance(stored.event, DeadlineArmed):
        raise LookupError(f"{ticket} has no scheduled clock in event {seq} yet")
    event = stored.event
    clock = complaint.find_clock(event.clock, event.visit)
    if clock and clock.generation == event.generation:
        app.timers.start(complaint, event.clock, event.visit, event.generation, app.now())
    queue = get_next_queue(stored, CLOCKS)
    if queue:
        app.queues.send(queue, body)
    app.effects.mark_done(ticket, seq, CLOCKS, app.now())


def reach_rungs(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of rungs whose time has come."""
    return process_batch(event, context, reach_rung)


def reach_rung(body: MessageBody) -> None:
    """Move the complaint to the rung, and its time to the rung's true instant or later."""
    clock, visit, generation, rung = (
        str(body["clock"]),
        int(body["visit"]),
        int(body["arming"]),
        str(body["rung"]),
    )
    ticket = str(body["ticket"])
    application().command_handler.execute(
        ticket,
        ReachRung(clock=clock, visit=visit, generation=generation, rung=rung),
        CommandRequest(actor=SYSTEM, key=f"rung.{ticket}.{clock}.{visit}.{generation}.{rung}"),
        not_before=datetime.fromisoformat(str(body["nominal_at"])),
    )
