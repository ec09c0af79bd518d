"""Bringing a message to one person: by e-mail or SMS, once.

A message is claimed before it is sent and settled after. Between the two a worker can die::

    claim ──▶ send ──▶ settle          all well
    claim ──▶ send ──✗                 sent, and nobody knows

Who comes next finds the claim expired. An e-mail goes out again: twice is better than never. An SMS does not:
it is noted as failed with an unknown outcome, and the coordinator sees it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.phone import PhoneError, is_mobile, parse_phone
from chalicelib.notifications import rendering
from chalicelib.notifications.channels import email
from chalicelib.notifications.content import language_of
from chalicelib.notifications.errors import OVER_BUDGET, NotAllTold
from chalicelib.notifications.recipients import Addressee
from chalicelib.notifications.rendering import Known
from chalicelib.services.delivery_errors import MessageRefused, OutcomeUnknown, SendingFailed
from chalicelib.services.ports import Channel, Limits, Mailer, MessageLog, MessageRecord, Outcome, SmsSender

_Send = Callable[[], str]

LEASE_SECONDS = 120
"""How long a claim keeps others from sending: longer than any worker lives after it has claimed."""

TRANSIENT = ("Transient", "Undetermined")
"""How the reasons of bounces begin after which the address may still be good."""
NO_ADDRESS = "no_address"
UNKNOWN = "unknown"
"""The reason noted for an SMS of which nobody can say whether it was sent."""


@dataclass(frozen=True)
class Message:
    """What is to be said to whom: a ``template`` with what ``known`` gives it, asked only when it is sent.

    ``ticket`` and ``seq`` say what of; ``stem`` is the records' id without the channel.
    """

    ticket: str
    seq: int
    stem: str
    region: Region
    to: Addressee
    template: str
    known: Callable[[], Known]


@dataclass
class _Round:
    """One attempt: the records it wrote, and why it has to be repeated."""

    told: list[MessageRecord] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    error: Exception | None = None


@dataclass(frozen=True)
class Sender:
    """Sends messages. ``address`` is where all e-mail comes from, ``sms_a_month`` the most SMS a region may
    send in a calendar month.
    """

    log: MessageLog
    mailer: Mailer
    sms_sender: SmsSender
    limits: Limits
    now: Callable[[], datetime]
    address: str
    sms_a_month: int

    def send(self, messages: list[Message]) -> list[MessageRecord]:
        """Send each that is not done yet; the records this call wrote. Raises NotAllTold."""
        this = _Round()
        for message in messages:
            try:
                self._tell_one(message, this)
            except Exception as error:  # noqa: BLE001 - whatever befalls one addressee, the others are told
                this.again.append(type(error).__name__)
                this.error = this.error or error
        if this.again:
            raise NotAllTold(this.told, this.again) from this.error
        return this.told

    def _tell_one(self, message: Message, this: _Round) -> None:
        to, mobile = message.to, _mobile(message.to.phone)
        if not to.email and not mobile:
            self._note_unreachable(message, this)
            return
        mailed = self._once(message, "email", to.email, this) if to.email else None
        if mobile and (mailed is None or to.sms or in_vain(mailed)):
            self._once(message, "sms", mobile, this)

    def _once(self, message: Message, channel: Channel, address: str, this: _Round) -> MessageRecord:
        """Send the message by this channel unless that is done; its record as it then stands."""
        record = self._record(message, channel)
        # What went before matters for an SMS alone: an e-mail of unknown outcome goes out again.
        before = self.log.get(record.ticket, record.id) if channel == "sms" else None
        if not self.log.claim(record, LEASE_SECONDS):
            found = self.log.get(record.ticket, record.id) or record
            if found.outcome == "sending":
                this.again.append("being_sent")
            return found
        if before and before.outcome == "sending":
            return self._settle(record, this, "failed", UNKNOWN)
        if channel == "sms" and self._over_budget(message.region):
            return self._settle(record, this, "waiting", OVER_BUDGET)
        try:
            send = self._prepare(message, channel, address, record)
        except MessageRefused as refusal:
            return self._settle(record, this, "failed", refusal.code)
        except Exception as error:
            self._settle(record, this, "waiting", type(error).__name__)
            raise
        return self._send(send, record, this)

    def _send(self, send: _Send, record: MessageRecord, this: _Round) -> MessageRecord:
        try:
            provider_id = send()
        except MessageRefused as refusal:
            return self._settle(record, this, "failed", refusal.code)
        except SendingFailed as failure:
            if isinstance(failure, OutcomeUnknown) and record.channel == "sms":
                return self._settle(record, this, "failed", UNKNOWN)
            this.again.append(failure.code)
            return self._settle(record, this, "waiting", failure.code)
        return self._settle(record, this, "sent", provider_id=provider_id)

    def _prepare(self, message: Message, channel: Channel, address: str, record: MessageRecord) -> _Send:
        """Everything that can go wrong before the provider is asked; the asking itself as a call."""
        said, language = message.known(), language_of(message.to)
        if channel == "sms":
            text = rendering.text_message(message.template, language, said)
            return lambda: self.sms_sender.send(address, text)
        mime = email.build(
            rendering.letter(message.template, language, said),
            ticket=record.ticket,
            sender=self.address,
            sender_name=message.region.name,
            to=address,
            at=record.at,
        )
        return lambda: self.mailer.send(address, mime, f"{record.ticket}.{record.id}")

    def _over_budget(self, region: Region) -> bool:
        now = self.now()
        local = now.astimezone(ZoneInfo(region.zone))
        next_month = (local.replace(day=1) + timedelta(days=31)).replace(day=1)
        month_ends = datetime.combine(next_month.date(), time(), local.tzinfo)
        # A window as long as from 1970 to the end of the month ends there: windows are counted from 1970 on.
        window = int(month_ends.timestamp())
        taken = self.limits.take(f"sms-{local:%Y-%m}", region.slug, self.sms_a_month, window, now)
        return taken is not None

    def _note_unreachable(self, message: Message, this: _Round) -> None:
        record = self._record(message, "email")
        if self.log.claim(record, LEASE_SECONDS):
            self._settle(record, this, "failed", NO_ADDRESS)

    def _record(self, message: Message, channel: Channel) -> MessageRecord:
        return MessageRecord(
            ticket=message.ticket,
            id=f"{message.stem}.{channel}",
            seq=message.seq,
            recipient=message.to.recipient,
            channel=channel,
            template=message.to.template,
            outcome="sending",
            at=self.now(),
        )

    def _settle(
        self,
        record: MessageRecord,
        this: _Round,
        outcome: Outcome,
        reason: str | None = None,
        provider_id: str | None = None,
    ) -> MessageRecord:
        settled = replace(record, outcome=outcome, reason=reason, provider_id=provider_id, at=self.now())
        self.log.settle(settled)
        this.told.append(settled)
        return settled


def in_vain(mailed: MessageRecord) -> bool:
    """Whether this e-mail will never arrive, so that an SMS is worth its price."""
    transient = (mailed.reason or "").startswith(TRANSIENT)
    return mailed.outcome == "bounced" or (mailed.outcome == "failed" and not transient)


def _mobile(phone: str | None) -> str | None:
    """The number if an SMS can reach it."""
    try:
        number = parse_phone(phone) if phone else None
    except PhoneError:
        return None
    return number if number and is_mobile(number) else None
