"""Bring a message to one person, once: by e-mail, and by SMS where the e-mail is not enough.

A message is claimed before it is sent and settled after. Between the two a worker can die::

    claim ──▶ send ──▶ settle          all well
    claim ──▶ send ──✗                 sent, and nobody knows

The next worker finds the claim expired. An e-mail goes out again: twice is better than never. An SMS does
not: it is noted as failed with an unknown outcome, and the coordinator sees it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.notifications.channels.channel import Channel, RenderedMessage
from chalicelib.notifications.errors import OVER_BUDGET, DeliveryIncomplete
from chalicelib.notifications.message import Message
from chalicelib.services.delivery_errors import MessageRefused, OutcomeUnknown, SendingFailed
from chalicelib.services.ports import ChannelName, DeliveryOutcome, MessageLog, MessageRecord

LEASE_SECONDS = 120
"""The time for which a claim keeps others from sending: longer than any worker lives after it has claimed."""

TRANSIENT = ("Transient", "Undetermined")
"""The beginnings of bounce reasons after which the address may still be good."""
NO_ADDRESS = "no_address"
UNKNOWN = "unknown"
"""The reason noted for an SMS of which nobody can say whether it was sent."""


@dataclass
class Attempt:
    """One attempt to send the messages of an event: the records it wrote, and why it needs a retry."""

    records: list[MessageRecord] = field(default_factory=list)
    retry_codes: list[str] = field(default_factory=list)
    first_error: Exception | None = None

    @contextmanager
    def isolate_error(self) -> Iterator[None]:
        """Keep an error with one addressee until the end, so that the others are told."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - an error with one addressee must not stop the others
            self.retry_codes.append(type(error).__name__)
            self.first_error = self.first_error or error

    def finish(self) -> list[MessageRecord]:
        """Return the records that the attempt wrote. Raise DeliveryIncomplete when it needs a retry."""
        if self.retry_codes:
            raise DeliveryIncomplete(self.records, self.retry_codes) from self.first_error
        return self.records


@dataclass(frozen=True)
class Delivery:
    """The delivery of messages. ``channels`` are in order of preference: e-mail, then SMS."""

    log: MessageLog
    channels: Sequence[Channel[Any]]
    now: Callable[[], datetime]

    def claim_channels(self, message: Message, attempt: Attempt) -> Iterator["Claim"]:
        """Yield a claim for each channel that the message must be sent on now.

        The caller sends a claim before it takes the next: the SMS depends on what became of the e-mail.
        """
        previous: MessageRecord | None = None
        for channel in self.channels:
            if previous and not (message.addressee.sms or is_lost(previous)):
                return
            address = channel.get_address(message.addressee.contact)
            if not address:
                continue
            claim = Claim(
                self, channel, address, message, attempt, self._create_record(message, channel.name)
            )
            if claim.open():
                yield claim
            previous = claim.record
        if previous is None:
            self._note_unreachable(message, attempt)

    def settle(
        self,
        record: MessageRecord,
        attempt: Attempt,
        outcome: DeliveryOutcome,
        reason: str | None = None,
        provider_id: str | None = None,
    ) -> MessageRecord:
        """Note what became of a message; return its record."""
        settled = replace(record, outcome=outcome, reason=reason, provider_id=provider_id, at=self.now())
        self.log.settle(settled)
        attempt.records.append(settled)
        return settled

    def _note_unreachable(self, message: Message, attempt: Attempt) -> None:
        record = self._create_record(message, "email")
        if self.log.claim(record, LEASE_SECONDS):
            self.settle(record, attempt, "failed", NO_ADDRESS)

    def _create_record(self, message: Message, channel: ChannelName) -> MessageRecord:
        return MessageRecord(
            ticket=message.ticket,
            id=f"{message.stem}.{channel}",
            seq=message.seq,
            recipient=message.addressee.recipient,
            channel=channel,
            template=message.addressee.template,
            outcome="sending",
            at=self.now(),
        )


@dataclass
class Claim:
    """The right of this worker to send a message on one channel. ``record`` is as it now stands."""

    delivery: Delivery
    channel: Channel[Any]
    address: str
    message: Message
    attempt: Attempt
    record: MessageRecord

    def open(self) -> bool:
        """Claim the message; return whether this worker has to send it."""
        log, record = self.delivery.log, self.record
        # Only a channel that never repeats a message must know what was before the claim.
        before = None if self.channel.may_repeat else log.get(record.ticket, record.id)
        if not log.claim(record, LEASE_SECONDS):
            self.record = log.get(record.ticket, record.id) or record
            if self.record.outcome == "sending":
                self.attempt.retry_codes.append("being_sent")
            return False
        if before and before.outcome == "sending":
            self._settle("failed", UNKNOWN)
            return False
        if not self.channel.take_budget(self.message.region):
            self._settle("waiting", OVER_BUDGET)
            return False
        return True

    @contextmanager
    def wait_on_error(self) -> Iterator[None]:
        """Let the message wait for a retry where an error of ours stops it before the provider is asked."""
        try:
            yield
        except MessageRefused:
            raise
        except Exception as error:
            self._settle("waiting", type(error).__name__)
            raise

    def send(self, words: RenderedMessage) -> None:
        """Send the message, and note what became of it."""
        record = self.record
        try:
            with self.wait_on_error():
                form = self.channel.build_form(words, self.address, record, self.message.region)
            provider_id = self.channel.send(self.address, form, f"{record.ticket}.{record.id}")
        except MessageRefused as refusal:
            self._settle("failed", refusal.code)
        except SendingFailed as failure:
            if isinstance(failure, OutcomeUnknown) and not self.channel.may_repeat:
                self._settle("failed", UNKNOWN)
                return
            self.attempt.retry_codes.append(failure.code)
            self._settle("waiting", failure.code)
        else:
            self._settle("sent", provider_id=provider_id)

    def _settle(
        self, outcome: DeliveryOutcome, reason: str | None = None, provider_id: str | None = None
    ) -> None:
        self.record = self.delivery.settle(self.record, self.attempt, outcome, reason, provider_id)


def is_lost(email: MessageRecord) -> bool:
    """Tell whether an e-mail will never arrive, so that an SMS is worth its price."""
    transient = (email.reason or "").startswith(TRANSIENT)
    return email.outcome == "bounced" or (email.outcome == "failed" and not transient)
