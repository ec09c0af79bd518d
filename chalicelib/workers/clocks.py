"""Armed deadlines get their ladder; the ladder's rungs come back as escalations."""

from datetime import datetime
from typing import Any

from chalicelib.bootstrap import application
from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint.events import DeadlineArmed
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.routes import CLOCKS, next_queue
from chalicelib.workers.batch import Body, work_off


def start_ladders(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work off a batch of armed deadlines."""
    return work_off(event, context, start_ladder)


def start_ladder(body: Body) -> None:
    """Start the ladder of an armed deadline, unless its clock is closed or armed anew by now."""
    parts = application()
    ticket, seq = str(body["ticket"]), int(body["seq"])
    armed = parts.complaints.get_event(ticket, seq)
    complaint = parts.complaints.get(ticket)
    if armed is None or complaint is None or not isinstance(armed.event, DeadlineArmed):
        raise LookupError(f"{ticket} has no armed deadline {seq} yet")
    fact = armed.event
    clock = complaint.clock(fact.clock, fact.visit)
    if clock and clock.arming == fact.arming:
        parts.timers.start(complaint, fact.clock, fact.visit, fact.arming, parts.now())
    onward = next_queue(armed, CLOCKS)
    if onward:
        parts.queues.send(onward, body)
    parts.effects.mark_done(ticket, seq, CLOCKS, parts.now())


def reach_rungs(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work off a batch of rungs whose instant has come."""
    return work_off(event, context, reach_rung)


def reach_rung(body: Body) -> None:
    """Move the complaint to the rung; its true instant is the earliest time the complaint may then have."""
    clock, visit, arming, rung = (
        str(body["clock"]),
        int(body["visit"]),
        int(body["arming"]),
        str(body["rung"]),
    )
    ticket = str(body["ticket"])
    application().command_handler.execute(
        ticket,
        c.ReachRung(clock=clock, visit=visit, arming=arming, rung=rung),
        CommandRequest(actor=SYSTEM, key=f"rung.{ticket}.{clock}.{visit}.{arming}.{rung}"),
        not_before=datetime.fromisoformat(str(body["nominal_at"])),
    )
