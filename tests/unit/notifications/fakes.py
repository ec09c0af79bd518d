"""Providers that fail on demand, and a notifier that sends through them."""

import json
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from chalicelib.aws.ses_events import read_report, to_tag_value
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.notifications.channels.email import EmailChannel
from chalicelib.notifications.channels.sms import SmsChannel
from chalicelib.notifications.delivery import Delivery
from chalicelib.notifications.feedback import DeliveryFeedback
from chalicelib.notifications.notifier import Notifier
from chalicelib.services.ports import MessageRecord
from tests.fake_stores import FakeMessageLog
from tests.fakes import FakeWorld
from tests.paths import EVENTS


class Crash(BaseException):
    """The worker dies: none of our code catches this."""


@dataclass
class CrashingMessageLog(FakeMessageLog):
    """A log whose worker can die after it sent a message and before it notes that."""

    crash_after_sending: bool = False

    def settle(self, record: MessageRecord) -> None:
        if self.crash_after_sending:
            self.crash_after_sending = False
            raise Crash
        super().settle(record)


@dataclass
class FailingMailer:
    """A mailer that keeps what it sent; ``failures`` holds the error for an address."""

    sent: list[tuple[str, bytes, str]] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)

    def send(self, to: str, mime: bytes, message: str) -> str:
        if to in self.failures:
            raise self.failures[to]
        self.sent.append((to, mime, message))
        return f"mail-{len(self.sent)}"

    @property
    def to(self) -> list[str]:
        return [to for to, _, _ in self.sent]

    def get_mail(self, to: str) -> EmailMessage:
        """Return the last mail to that address, parsed as a mail program does."""
        (*_, mime) = (mime for address, mime, _ in self.sent if address == to)
        parsed = message_from_bytes(mime, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class FailingSmsSender:
    sent: list[tuple[str, str]] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)

    def send(self, phone: str, text: str) -> str:
        if phone in self.failures:
            raise self.failures[phone]
        self.sent.append((phone, text))
        return f"sms-{len(self.sent)}"

    @property
    def to(self) -> list[str]:
        return [phone for phone, _ in self.sent]


class PostOffice:
    """A ``FakeWorld`` with the real notifier and feedback, and providers that tests can make fail."""

    def __init__(self, sms_a_month: int = 100) -> None:
        self.world = FakeWorld()
        self.log = CrashingMessageLog(self.world.clock)
        self.mailer = FailingMailer()
        self.sms_sender = FailingSmsSender()
        channels = (
            EmailChannel(self.mailer, "tuntas@contoh.go.id"),
            SmsChannel(self.sms_sender, self.world.limits, sms_a_month, self.world.clock),
        )
        self.notifier = Notifier(
            self.world.complaints,
            self.world.directory,
            Delivery(self.log, channels, self.world.clock),
            issue_link=lambda officer, _: f"https://contoh.go.id/t/{officer.id}",
            get_reporter_page=lambda complaint: f"https://contoh.go.id/laporan/{complaint.ticket}",
            get_staff_page=lambda complaint: f"https://contoh.go.id/petugas/{complaint.ticket}",
        )
        self.feedback = DeliveryFeedback(self.log, self.notifier)

    def get_event(self, ticket: str, kind: type) -> StoredEvent:
        """Return the complaint's last event of that kind."""
        events = self.world.complaints.list_events(ticket)
        return [event for event in events if isinstance(event.event, kind)][-1]

    def notify(self, ticket: str, kind: type) -> list[MessageRecord]:
        return self.notifier.notify(ticket, self.get_event(ticket, kind).seq)

    def replace_officer(self, officer_id: str, **changes: object) -> None:
        officers = self.world.directory.officer_list
        self.world.directory.officer_list = [
            officer.model_copy(update=changes) if officer.id == officer_id else officer
            for officer in officers
        ]

    def replace_reporter(self, ticket: str, **changes: object) -> None:
        identities = self.world.complaints.identities
        identities[ticket] = identities[ticket].model_copy(update=changes)

    def get_outcome(self, ticket: str, message: str) -> tuple[str, str | None]:
        record = self.log.get(ticket, message)
        assert record, message
        return record.outcome, record.reason


def read_sample(name: str, record: MessageRecord | None = None) -> dict[str, Any]:
    """Read a recorded event and make it about this message."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    if record and "mail" in event:
        event["mail"]["tags"]["message"] = [to_tag_value(f"{record.ticket}.{record.id}")]
    return event


def handle_event(feedback: DeliveryFeedback, event: dict[str, Any]) -> list[MessageRecord]:
    """Handle an event of the mail service as the worker does; return the records written."""
    report = read_report(event)
    return feedback.handle(report) if report else []
