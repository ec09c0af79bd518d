"""What a complaint, a calendar or an agency means for other complaints: one message and transaction each."""

from typing import Any

from chalicelib.bootstrap import application
from chalicelib.workers.batch import Body, work_off


def apply_changes(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work off a batch of what concerns other complaints."""
    return work_off(event, context, apply_change)


def apply_change(body: Body) -> None:
    """An event's consequences, or a change of the region's, for one complaint or sent on to each of many."""
    changes = application().related_complaints
    if "seq" in body:
        changes.follow_event(str(body["ticket"]), int(body["seq"]), body)
    elif "ticket" in body:
        changes.apply_change(str(body["ticket"]), body)
    else:
        changes.spread_change(body)
