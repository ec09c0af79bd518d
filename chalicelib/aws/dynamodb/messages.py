"""The log of messages to people: which worker may send a message, and its outcome."""

from dataclasses import fields
from datetime import timedelta
from typing import cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from typing_extensions import override

from chalicelib.aws.dynamodb.complaint_items import build_case_key
from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find_item, query_prefix, save_if
from chalicelib.services.ports import ChannelName, DeliveryOutcome, MessageLog, MessageRecord

_MESSAGES = "MESSAGE#"

_RANKS: dict[DeliveryOutcome, int] = {
    "sending": 0,
    "waiting": 0,
    "failed": 1,
    "sent": 1,
    "delivered": 2,
    "bounced": 3,
    "complained": 4,
}
"""The order of outcomes: a delivery report may arrive before "sent", which must not overwrite it."""


class MessageItem(Item):
    """A message: pk ``CASE#<ticket>``, sk ``MESSAGE#<id>``. ``lease_until`` is set during sending."""

    ticket = UnicodeAttribute()
    id = UnicodeAttribute()
    seq = NumberAttribute()
    recipient = UnicodeAttribute()
    channel = UnicodeAttribute()
    template = UnicodeAttribute()
    outcome = UnicodeAttribute()
    at = InstantAttribute()
    provider_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    rank = NumberAttribute()
    lease_until = InstantAttribute(null=True)

    @classmethod
    def of(cls, record: MessageRecord) -> "MessageItem":
        """Return the item of a record without a lease."""
        values = {field.name: getattr(record, field.name) for field in fields(record)}
        return cls(
            build_case_key(record.ticket), f"{_MESSAGES}{record.id}", rank=_RANKS[record.outcome], **values
        )

    def to_record(self) -> MessageRecord:
        return MessageRecord(
            ticket=self.ticket,
            id=self.id,
            seq=int(self.seq),
            recipient=self.recipient,
            channel=cast(ChannelName, self.channel),
            template=self.template,
            outcome=cast(DeliveryOutcome, self.outcome),
            at=self.at,
            provider_id=self.provider_id,
            reason=self.reason,
        )


class TableMessageLog(MessageLog):
    """The messages in the table, as ``ports.MessageLog``."""

    @override
    def claim(self, record: MessageRecord, lease_seconds: int) -> bool:
        """Claim a message; ``record.at`` is the time of the claim. A failed message stays failed.

        One conditional write decides:

            worker A            table                            worker B
            claim 10:00:00  ──▶ sending, lease until 10:05:00
                                                        ◀── claim 10:00:01: False, A has it
            (sends, then crashes before it can settle)
                                                        ◀── claim 10:04:59: False, A may still send
                                sending, lease until 10:10:01
                                                        ◀── claim 10:05:01: True, B sends: maybe again
                                sent                    ◀── settle
            claim 10:05:02      False, it is sent

        A second sending is the price of a lease: for an SMS, use one longer than its queue keeps messages.
        """
        item = MessageItem.of(record)
        item.outcome = "sending"
        item.lease_until = record.at + timedelta(seconds=lease_seconds)
        abandoned = (MessageItem.outcome == "sending") & (MessageItem.lease_until <= record.at)
        free = MessageItem.pk.does_not_exist() | (MessageItem.outcome == "waiting") | abandoned
        return save_if(item, free)

    @override
    def settle(self, record: MessageRecord) -> None:
        """Store an outcome; an earlier outcome that arrives late never overwrites a later one."""
        item = MessageItem.of(record)
        save_if(item, MessageItem.pk.does_not_exist() | (MessageItem.rank <= item.rank))

    @override
    def get(self, ticket: str, message: str) -> MessageRecord | None:
        item = find_item(MessageItem, build_case_key(ticket), f"{_MESSAGES}{message}")
        return item.to_record() if item else None

    @override
    def list_for_complaint(self, ticket: str) -> list[MessageRecord]:
        """Return the complaint's messages, sorted by their event and then by time."""
        records = [item.to_record() for item in query_prefix(MessageItem, build_case_key(ticket), _MESSAGES)]
        return sorted(records, key=lambda record: (record.seq, record.at, record.id))
