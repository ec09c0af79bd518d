"""Telling people what has happened: to whom, by which way, once.

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

from chalicelib.domain import procedure as procedures
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.directory import Officer
from chalicelib.domain.phone import PhoneError, is_mobile, parse_phone
from chalicelib.domain.procedure import Procedure
from chalicelib.notify import contents, mail, render
from chalicelib.notify.audience import Addressee, addressees, owns
from chalicelib.notify.contents import Matter
from chalicelib.notify.errors import OVER_BUDGET, MessageRefused, NotAllTold, OutcomeUnknown, SendingFailed
from chalicelib.services.ports import (
    Channel,
    Complaints,
    Directory,
    Limits,
    Mailer,
    MessageLog,
    MessageRecord,
    Outcome,
    Texter,
)

_Send = Callable[[], str]

LEASE_SECONDS = 120
"""How long a claim keeps others from sending: longer than any worker lives after it has claimed."""

LINK_RENEWED = "link-renewed"
TRANSIENT = ("Transient", "Undetermined")
"""How the reasons of bounces begin after which the address may still be good."""
NO_ADDRESS = "no_address"
UNKNOWN = "unknown"
"""The reason noted for an SMS of which nobody can say whether it was sent."""


@dataclass(frozen=True)
class _Message:
    """What is to be said to whom; ``stem`` is the message records' id without the channel."""

    stem: str
    matter: Matter
    to: Addressee


@dataclass
class _Round:
    """One attempt: the records it wrote, and why it has to be repeated."""

    told: list[MessageRecord] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    error: Exception | None = None


@dataclass(frozen=True)
class Teller:
    """Tells people of events, by e-mail and SMS.

    ``link_to`` gives the owner of the open step a link of their own, ``page_of`` is the reporter's page of a
    complaint, ``staff_page_of`` the one for officers who only need to know. ``sender`` is the address all
    e-mail comes from, ``sms_a_month`` the most SMS a region may send in a calendar month.
    """

    complaints: Complaints
    directory: Directory
    log: MessageLog
    mailer: Mailer
    texter: Texter
    limits: Limits
    link_to: Callable[[Officer, Complaint], str]
    page_of: Callable[[Complaint], str]
    staff_page_of: Callable[[Complaint], str]
    now: Callable[[], datetime]
    sender: str
    sms_a_month: int
    procedure_of: Callable[[str, str], Procedure] = procedures.load

    def tell(self, ticket: str, seq: int) -> list[MessageRecord]:
        """Tell everybody of event ``seq``; the records this call wrote, none for what was done before.

        Raises LookupError for an event that does not exist, NotAllTold when somebody is to be told again.
        """
        return self._tell_all(self._messages(self._matter(ticket, seq)))

    def renew_link(self, ticket: str, seq: int, officer: str, request: str) -> list[MessageRecord]:
        """Send an officer the fresh link they asked for, if the open step is theirs; once per ``request``.

        ``seq`` is the complaint's last event at the time of asking. Raises as :meth:`tell`.
        """
        stem = f"{seq:06d}.{officer}.link-{request}"
        return self._tell_all(self._link_messages(self._matter(ticket, seq), officer, stem))

    def fall_back(self, record: MessageRecord) -> list[MessageRecord]:
        """Send an SMS in place of an e-mail that bounced, if the person still has to be told; once.

        Raises as :meth:`tell`.
        """
        matter = self._matter(record.ticket, record.seq)
        stem = record.id.removesuffix(f".{record.channel}")
        if record.template == LINK_RENEWED:
            return self._tell_all(self._link_messages(matter, record.recipient, stem))
        return self._tell_all([message for message in self._messages(matter) if message.stem == stem])

    def _tell_all(self, messages: list[_Message]) -> list[MessageRecord]:
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

    def _tell_one(self, message: _Message, this: _Round) -> None:
        to, mobile = message.to, _mobile(message.to.phone)
        if not to.email and not mobile:
            self._note_unreachable(message, this)
            return
        mailed = self._once(message, "email", to.email, this) if to.email else None
        if mobile and (mailed is None or to.sms or in_vain(mailed)):
            self._once(message, "sms", mobile, this)

    def _once(self, message: _Message, channel: Channel, address: str, this: _Round) -> MessageRecord:
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
        if channel == "sms" and self._over_budget(message.matter.complaint):
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

    def _prepare(self, message: _Message, channel: Channel, address: str, record: MessageRecord) -> _Send:
        """Everything that can go wrong before the provider is asked; the asking itself as a call."""
        to, matter = message.to, message.matter
        said = contents.known(matter, to, self._link(to, matter.complaint))
        template, language = contents.template_for(to, matter.complaint), contents.language_of(to)
        if channel == "sms":
            text = render.text_message(template, language, said)
            return lambda: self.texter.send(address, text)
        mime = mail.build(
            render.letter(template, language, said),
            ticket=record.ticket,
            sender=self.sender,
            sender_name=matter.region.name,
            to=address,
            at=record.at,
        )
        return lambda: self.mailer.send(address, mime, f"{record.ticket}.{record.id}")

    def _matter(self, ticket: str, seq: int) -> Matter:
        complaint, event = self.complaints.get(ticket), self.complaints.event(ticket, seq)
        region = self.directory.region(complaint.region) if complaint else None
        if complaint is None or event is None or region is None:
            raise LookupError(f"{ticket} event {seq}: not there, or its region is not")
        title = self.complaints.words(ticket, [complaint.title.id]).get(complaint.title.id)
        return Matter(
            event=event,
            complaint=complaint,
            procedure=self.procedure_of(complaint.procedure, complaint.procedure_version),
            region=region,
            agency=self.directory.agency(region.slug, complaint.agency) if complaint.agency else None,
            title=title.text if title else None,
        )

    def _messages(self, matter: Matter) -> list[_Message]:
        identity = self.complaints.identity(matter.complaint.ticket)
        people = addressees(matter.event, matter.complaint, matter.procedure, self.directory, identity)
        return [_Message(f"{matter.event.seq:06d}.{to.recipient}", matter, to) for to in people]

    def _link_messages(self, matter: Matter, officer_id: str, stem: str) -> list[_Message]:
        officer = self.directory.officer(matter.region.slug, officer_id)
        if officer is None or not officer.active or not owns(officer, matter.complaint):
            return []
        to = Addressee(officer.id, officer.role, LINK_RENEWED, owner=True, officer=officer)
        return [_Message(stem, matter, to)]

    def _link(self, to: Addressee, complaint: Complaint) -> str:
        if to.officer is None:
            return self.page_of(complaint)
        return self.link_to(to.officer, complaint) if to.owner else self.staff_page_of(complaint)

    def _over_budget(self, complaint: Complaint) -> bool:
        now = self.now()
        local = now.astimezone(ZoneInfo(complaint.zone))
        next_month = (local.replace(day=1) + timedelta(days=31)).replace(day=1)
        month_ends = datetime.combine(next_month.date(), time(), local.tzinfo)
        # A window as long as from 1970 to the end of the month ends there: windows are counted from 1970 on.
        window = int(month_ends.timestamp())
        return (
            self.limits.take(f"sms-{local:%Y-%m}", complaint.region, self.sms_a_month, window, now)
            is not None
        )

    def _note_unreachable(self, message: _Message, this: _Round) -> None:
        record = self._record(message, "email")
        if self.log.claim(record, LEASE_SECONDS):
            self._settle(record, this, "failed", NO_ADDRESS)

    def _record(self, message: _Message, channel: Channel) -> MessageRecord:
        return MessageRecord(
            ticket=message.matter.complaint.ticket,
            id=f"{message.stem}.{channel}",
            seq=message.matter.event.seq,
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


def _mobile(phone: str | None) -> str | None:
    """The number if an SMS can reach it."""
    try:
        number = parse_phone(phone) if phone else None
    except PhoneError:
        return None
    return number if number and is_mobile(number) else None


def in_vain(mailed: MessageRecord) -> bool:
    """Whether this e-mail will never arrive, so that an SMS is worth its price."""
    transient = (mailed.reason or "").startswith(TRANSIENT)
    return mailed.outcome == "bounced" or (mailed.outcome == "failed" and not transient)
