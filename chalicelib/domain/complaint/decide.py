"""The entrance to the rules: a complaint and a command in, events or a refusal out.

Nothing here knows of queues, tables or the wall clock; ``now`` is part of the context.
"""

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.duplicates import add_news_for_duplicates
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.intake import FileComplaint
from chalicelib.domain.complaint.overall_deadlines import add_overall_deadlines
from chalicelib.domain.complaint.state import Complaint


def file_complaint(command: FileComplaint, context: DecisionContext) -> list[DomainEvent]:
    """Return the events of a new complaint; raise ``Refusal`` where it may not be filed."""
    return add_overall_deadlines(None, command.decide(context), context)


def decide(complaint: Complaint, command: Command, context: DecisionContext) -> list[DomainEvent]:
    """Return the events that follow, none where nothing is left to do; raise ``Refusal`` where it may not."""
    events = add_news_for_duplicates(complaint, command.decide(complaint, context))
    return add_overall_deadlines(complaint, events, context)
