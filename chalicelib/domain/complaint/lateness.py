"""Find out whether the government is late with a complaint."""

from datetime import datetime

from chalicelib.domain.complaint.state import Clock, Complaint, OpenStep
from chalicelib.domain.procedure.model import OverallDeadline, Procedure, StepKind

HANDLING = frozenset({StepKind.VERIFY, StepKind.CONSULT, StepKind.RESPOND, StepKind.REVIEW})
"""The steps in which the government can be late. An alarm watches the system; the reporter owes nothing."""


def is_overdue(complaint: Complaint, now: datetime, procedure: Procedure) -> bool:
    """Return whether the open step's time is over, or an overall deadline's that makes complaints late."""
    return is_late(complaint.step, now) or any(
        now >= clock.due_at and not is_suspended(complaint, clock, procedure)
        for clock in complaint.clocks
        if (overall := procedure.find_overall_deadline(clock.name)) and makes_late(overall, procedure)
    )


def is_late(step: OpenStep | None, now: datetime) -> bool:
    """Return whether the government let the step's time run out: now is at or after due."""
    return step is not None and step.kind in HANDLING and now >= step.due_at


def makes_late(overall: OverallDeadline, procedure: Procedure) -> bool:
    """Return whether the government is late after this deadline; the Ombudsman's makes nobody late."""
    return any(rung.late_level for rung in procedure.ladders[overall.ladder].rungs)


def is_suspended(complaint: Complaint, clock: Clock, procedure: Procedure) -> bool:
    """Return whether the rungs of an overall deadline do nothing now.

    Nobody is late while the reporter has an answer or is asked for something. The Ombudsman's time does not
    run out while the last word is the government's.
    """
    overall = procedure.find_overall_deadline(clock.name)
    if overall is None:
        return False
    if makes_late(overall, procedure):
        return complaint.state == "answered" or complaint.waiting is not None
    return complaint.step is not None and complaint.step.kind is StepKind.CONFIRM
