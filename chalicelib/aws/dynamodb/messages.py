"""The record of each message to a person: who may send it now, and what became of it."""

from dataclasses import fields
from datetime import timedelta
from typing import cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition
from typing_extensions import override

from chalicelib.aws.dynamodb.complaint_items import case_key
from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find, under
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
"""What may follow what: feedback can overtake the note that a message was sent, which must not undo it."""


class MessageItem(Item):
    """pk ``CASE#<ticket>``, sk ``MESSAGE#<id>``. ``lease_until`` only while somebody sends it."""

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
        """The item of a record that nobody is sending."""
        values = {field.name: getattr(record, field.name) for field in fields(record)}
        return cls(case_key(record.ticket), f"{_MESSAGES}{record.id}", rank=_RANKS[record.outcome], **values)

    def record(self) -> MessageRecord:
        """The record it holds."""
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
    """``ports.MessageLog``."""

    @override
    def claim(self, record: MessageRecord, lease_seconds: int) -> bool:
        """As the port says; ``record.at`` is the instant of claiming. A failed message stays failed.

        One conditional write decides:

            worker A            table                            worker B
            claim 10:00:00  ──▶ sending, lease until 10:05:00
                                                        ◀── claim 10:00:01: False, A has it
            (sends, then crashes before it can settle)
                                                        ◀── claim 10:04:59: False, A may still be at it
                                sending, lease until 10:10:01
                                                        ◀── claim 10:05:01: True, B sends: maybe again
                                sent                    ◀── settle
            claim 10:05:02      False, it is sent

        That second sending is what a lease costs: for an SMS, give one longer than its queue keeps messages.
        """
        item = MessageItem.of(record)
        item.outcome = "sending"
        item.lease_until = record.at + timedelta(seconds=lease_seconds)
        abandoned = (MessageItem.outcome == "sending") & (MessageItem.lease_until <= record.at)
        free = MessageItem.pk.does_not_exist() | (MessageItem.outcome == "waiting") | abandoned
        return _saved(item, free)

    @override
    def settle(self, record: MessageRecord) -> None:
        """As the port says; an earlier outcome that comes late never undoes a later one."""
        item = MessageItem.of(record)
        _saved(item, MessageItem.pk.does_not_exist() | (MessageItem.rank <= item.rank))

    @override
    def get(self, ticket: str, message: str) -> MessageRecord | None:
        item = find(MessageItem, case_key(ticket), f"{_MESSAGES}{message}")
        return item.record() if item else None

    @override
    def list_for_complaint(self, ticket: str) -> list[MessageRecord]:
        """The complaint's messages, by the event they are about and then by time."""
        records = [item.record() for item in under(MessageItem, case_key(ticket), _MESSAGES)]
        return sorted(records, key=lambda record: (record.seq, record.at, record.id))


def _saved(item: MessageItem, condition: Condition) -> bool:
    try:
        item.save(condition=condition)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True
