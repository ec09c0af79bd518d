"""Who did not hear of a complaint, for those who can tell them otherwise: a message that failed is seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.bootstrap import application
from chalicelib.domain.procedure.model import Role
from chalicelib.notifications.recipients import REPORTER
from chalicelib.services.ports import MessageRecord
from chalicelib.services.views.models import ComplaintView
from chalicelib.web.pages.rendering import Call

MOST = 20
"""The latest that a page shows."""

_LOST = ("waiting", "failed", "bounced", "complained")
_TOLD_TO = (Role.COORDINATOR, Role.REGIONAL_ADMIN, Role.INSPECTORATE)


@dataclass(frozen=True)
class Unheard:
    """A message that did not arrive: ``who`` it was for, by which ``channel``, and what became of it."""

    at: datetime
    who: str
    channel: str
    outcome: str


def unheard(call: Call, view: ComplaintView) -> list[Unheard]:
    """The latest messages that reached nobody, by no channel; none for officers who have no part in it."""
    officer = call.require().officer
    if officer is None or officer.role not in _TOLD_TO:
        return []
    lost = list(_lost(application().message_log.of_complaint(view.ticket)))[-MOST:]
    return [
        Unheard(one.at, _who(call, view, one.recipient), one.channel, one.outcome) for one in reversed(lost)
    ]


def _lost(records: Iterable[MessageRecord]) -> Iterable[MessageRecord]:
    """The last attempt of each message, where none arrived."""
    attempts: dict[str, list[MessageRecord]] = {}
    for one in records:
        attempts.setdefault(one.id.removesuffix(f".{one.channel}"), []).append(one)
    return (tried[-1] for tried in attempts.values() if all(one.outcome in _LOST for one in tried))


def _who(call: Call, view: ComplaintView, recipient: str) -> str:
    if recipient == REPORTER:
        return call.get_text("pages.complaint.reporter")
    officer = application().directory.officer(view.region, recipient)
    return officer.title if officer else recipient
