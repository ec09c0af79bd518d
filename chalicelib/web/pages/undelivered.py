"""Messages about a complaint that did not arrive, for officers who can reach the person in another way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.bootstrap import application
from chalicelib.domain.procedure.model import Role
from chalicelib.services.ports import MessageRecord
from chalicelib.services.views.models import ComplaintView
from chalicelib.web.pages.page_call import PageCall

MOST_MESSAGES = 20
"""The latest that a page shows."""

_NOT_DELIVERED = ("waiting", "failed", "bounced", "complained")
_READERS = (Role.COORDINATOR, Role.REGIONAL_ADMIN, Role.INSPECTORATE)


@dataclass(frozen=True)
class UndeliveredMessage:
    """A message that did not arrive: whom it was for, through which channel, and what became of it."""

    at: datetime
    recipient: str
    channel: str
    outcome: str


def list_undelivered(call: PageCall, view: ComplaintView) -> list[UndeliveredMessage]:
    """Return the latest messages that reached nobody through any channel, the newest first.

    Officers who have no part in it get none.
    """
    officer = call.require_person().officer
    if officer is None or officer.role not in _READERS:
        return []
    records = list(_filter_undelivered(application().message_log.list_for_complaint(view.ticket)))
    return [
        UndeliveredMessage(
            record.at, _name_recipient(call, view, record.recipient), record.channel, record.outcome
        )
        for record in reversed(records[-MOST_MESSAGES:])
    ]


def _filter_undelivered(records: Iterable[MessageRecord]) -> Iterable[MessageRecord]:
    """Return the last attempt of each message of which no attempt arrived."""
    attempts: dict[str, list[MessageRecord]] = {}
    for record in records:
        attempts.setdefault(record.id.removesuffix(f".{record.channel}"), []).append(record)
    return (
        tried[-1] for tried in attempts.values() if all(record.outcome in _NOT_DELIVERED for record in tried)
    )


def _name_recipient(call: PageCall, view: ComplaintView, recipient: str) -> str:
    # Message records hold no account: the reporter's recipient id is their role.
    if recipient == Role.REPORTER:
        return call.get_text("pages.complaint.reporter")
    officer = application().directory.get_officer(view.region, recipient)
    return officer.title if officer else recipient
