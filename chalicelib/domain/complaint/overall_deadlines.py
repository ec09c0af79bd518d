"""Overall deadlines: the clocks over several steps, which events start and stop."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.complaint.clocks import reschedule, schedule
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import DomainEvent, matches
from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.outcome import Reopened
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.verification import Reclassified, Verified
from chalicelib.domain.procedure.model import ComplaintClass, OverallDeadline
from chalicelib.domain.time.deadlines import derive


def add_overall_deadlines(
    complaint: Complaint | None, events: Sequence[DomainEvent], context: DecisionContext
) -> list[DomainEvent]:
    """Return the events, and after them the overall deadlines that they start or move."""
    added = list(events)
    for overall in context.procedure.overall_deadlines:
        starts = any(matches(start, event) for event in events for start in overall.starts_on)
        running = _find_running(complaint, overall, events)
        if running and complaint:
            added += _adapt_to_class(complaint, overall, running, events, context)
        elif starts or _applies_since_now(overall, complaint, events):
            added += _start(complaint, overall, events, context)
    return added


def _applies_since_now(
    overall: OverallDeadline, complaint: Complaint | None, events: Sequence[DomainEvent]
) -> bool:
    """Return whether a class that this deadline does not know was corrected to one that it does."""
    return (
        any(isinstance(event, Reclassified) for event in events)
        and complaint is not None
        and complaint.step is not None
        and complaint.state != "handed_over"
        and overall.find_time(complaint.complaint_class) is None
    )


def _find_running(
    complaint: Complaint | None, overall: OverallDeadline, events: Sequence[DomainEvent]
) -> Clock | None:
    stopped = any(matches(stop, event) for event in events for stop in overall.stops_on)
    if complaint is None or stopped or complaint.finished:
        return None
    return next((clock for clock in complaint.clocks if clock.name == overall.name), None)


def _start(
    complaint: Complaint | None,
    overall: OverallDeadline,
    events: Sequence[DomainEvent],
    context: DecisionContext,
) -> list[DomainEvent]:
    standard_time = overall.find_time(_find_class(complaint, events))
    if standard_time is None:
        return []
    received = complaint.received_at if complaint else _find_receipt(events) or context.now
    reopened = any(isinstance(event, Reopened) for event in events)
    trigger = received if overall.counts_from == "receipt" and not reopened else context.now
    derivation = derive(trigger, standard_time, context.calendar, overall.legal_basis)
    visit = (complaint.visits.get(overall.name, 0) if complaint else 0) + 1
    return [schedule(overall.name, visit, 1, derivation, context.procedure.ladders[overall.ladder], context)]


def _adapt_to_class(
    complaint: Complaint,
    overall: OverallDeadline,
    running: Clock,
    events: Sequence[DomainEvent],
    context: DecisionContext,
) -> list[DomainEvent]:
    """Return the move of a running deadline: another class has another time, from the same trigger."""
    if not any(isinstance(event, Verified | Reclassified) for event in events):
        return []
    standard_time = overall.find_time(_find_class(complaint, events))
    if standard_time is None:
        return []
    before = running.derivation
    derivation = derive(before.trigger, standard_time, context.calendar, overall.legal_basis, before.pauses)
    return reschedule(running, derivation, context)


def _find_class(complaint: Complaint | None, events: Sequence[DomainEvent]) -> ComplaintClass | None:
    classes = [event.complaint_class for event in events if isinstance(event, Verified | Reclassified)]
    return classes[-1] if classes else complaint.complaint_class if complaint else None


def _find_receipt(events: Sequence[DomainEvent]) -> datetime | None:
    return next((event.received_at for event in events if isinstance(event, Filed)), None)
