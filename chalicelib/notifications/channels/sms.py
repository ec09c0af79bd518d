"""SMS: one segment each, within the region's budget, never sent twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from typing_extensions import override

from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.phone import PhoneError, is_mobile, parse_phone
from chalicelib.notifications.channels.channel import Channel, Contact, RenderedMessage
from chalicelib.notifications.channels.gsm7 import compose_segment
from chalicelib.services.ports import ChannelName, Limits, MessageRecord, SmsSender


@dataclass(frozen=True)
class SmsChannel(Channel[str]):
    """SMS to mobile numbers. ``sms_a_month`` is the most that a region may send in a calendar month."""

    name: ClassVar[ChannelName] = "sms"
    may_repeat: ClassVar[bool] = False

    sms_sender: SmsSender
    limits: Limits
    sms_a_month: int
    now: Callable[[], datetime]

    @override
    def get_address(self, contact: Contact) -> str | None:
        """Return the person's number if an SMS can reach it."""
        try:
            number = parse_phone(contact.phone) if contact.phone else None
        except PhoneError:
            return None
        return number if number and is_mobile(number) else None

    @override
    def take_budget(self, region: Region) -> bool:
        now = self.now()
        local = now.astimezone(ZoneInfo(region.zone))
        next_month = (local.replace(day=1) + timedelta(days=31)).replace(day=1)
        month_ends = datetime.combine(next_month.date(), time(), local.tzinfo)
        # A window as long as from 1970 to the end of the month ends there: windows are counted from 1970 on.
        window = int(month_ends.timestamp())
        wait = self.limits.take(f"sms-{local:%Y-%m}", region.slug, self.sms_a_month, window, now)
        return wait is None

    @override
    def build_form(self, words: RenderedMessage, address: str, record: MessageRecord, region: Region) -> str:
        return compose_segment(words.sms.lead, words.sms.core, words.sms.link)

    @override
    def send(self, address: str, form: str, tag: str) -> str:
        return self.sms_sender.send(address, form)
