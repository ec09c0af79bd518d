"""Change a complaint through its events.

``evolve`` is the only way a complaint changes, so that its snapshot always equals the sum of its events.
"""

from collections.abc import Iterable
from functools import reduce

from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, matches
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Procedure


def evolve(complaint: Complaint | None, stored: StoredEvent, procedure: Procedure) -> Complaint:
    """Return the complaint after one more event; ``ValueError`` where the first one is not its filing."""
    if complaint is None:
        changes = _start(stored)
    else:
        changes = stored.event.evolve(EvolveContext(complaint, stored.at, procedure))
    step_name = complaint.step.name if complaint and complaint.step else None
    rows = dict.fromkeys(procedure.list_rows_done_by(stored.type, step_name), stored.at)
    done = complaint.rows_done if complaint else {}
    changes |= {
        "seq": stored.seq,
        "head": stored.hash,
        "last_at": stored.at,
        "rows_done": rows | done,
    }
    if stored.event.weighs:
        changes["revision"] = stored.seq
    if complaint is None:
        return Complaint.model_validate(changes)
    return _stop_clocks(complaint.model_copy(update=changes), stored.event, procedure)


def evolve_all(events: Iterable[StoredEvent], procedure: Procedure) -> Complaint:
    """Return the complaint that its events add up to; ``ValueError`` without any event."""
    complaint = reduce(lambda before, stored: evolve(before, stored, procedure), events, None)
    if complaint is None:
        raise ValueError("a complaint begins with its filing")
    return complaint


def _start(stored: StoredEvent) -> Changes:
    if not isinstance(stored.event, Filed):
        raise ValueError("a complaint begins with its filing")  # noqa: TRY004 -- it is about the order
    return stored.event.start(stored.ticket, stored.at)


def _stop_clocks(complaint: Complaint, event: DomainEvent, procedure: Procedure) -> Complaint:
    """Return the complaint without the overall deadlines that this event stops."""
    running = tuple(
        clock
        for clock in complaint.clocks
        if not (overall := procedure.find_overall_deadline(clock.name))
        or not any(matches(stop, event) for stop in overall.stops_on)
    )
    if len(running) == len(complaint.clocks):
        return complaint
    return complaint.model_copy(update={"clocks": running})
