"""Officers' links."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from typing_extensions import override

from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find
from chalicelib.services.ports import Links, OfficerLink

_KEPT_AFTER = timedelta(days=90)
"""So that the door can tell an expired link from one that never was."""


class LinkItem(Item):
    """pk ``LINK#<digest>``, sk ``LINK``. ``valid_until`` ends the link, ``expires_at`` (TTL) the item."""

    ticket = UnicodeAttribute()
    step = UnicodeAttribute()
    visit = NumberAttribute()
    region = UnicodeAttribute()
    officer = UnicodeAttribute()
    epoch = NumberAttribute()
    valid_until = InstantAttribute()
    expires_at = TTLAttribute()


class TableLinks(Links):
    """``ports.Links``. The first of two equal digests stays: a retry must not lengthen a link's life."""

    @override
    def put(self, link: OfficerLink) -> None:
        item = LinkItem(
            f"LINK#{link.digest}",
            "LINK",
            ticket=link.ticket,
            step=link.step,
            visit=link.visit,
            region=link.region,
            officer=link.officer,
            epoch=link.epoch,
            valid_until=link.expires_at,
            expires_at=link.expires_at + _KEPT_AFTER,
        )
        try:
            item.save(condition=LinkItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    @override
    def get(self, digest: str) -> OfficerLink | None:
        item = find(LinkItem, f"LINK#{digest}", "LINK")
        if item is None:
            return None
        return OfficerLink(
            digest=digest,
            ticket=item.ticket,
            step=item.step,
            visit=int(item.visit),
            region=item.region,
            officer=item.officer,
            epoch=int(item.epoch),
            expires_at=item.valid_until,
        )
