"""Apply changes of a complaint, a calendar or an agency to other complaints, with one message for each."""

from typing import Any

from chalicelib.bootstrap import application
from chalicelib.workers.batch import MessageBody, process_batch


def apply_changes(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of changes that concern other complaints."""
    return process_batch(event, context, apply_change)


def apply_change(body: MessageBody) -> None:
    """Apply the consequences of an event, or a region's change to one complaint, or queue it for each one."""
    changes = application().related_complaints
    if "seq" in body:
        changes.follow_event(str(body["ticket"]), int(body["seq"]), body)
    elif "ticket" in body:
        changes.apply_change(str(body["ticket"]), body)
    else:
        changes.spread_change(body)
