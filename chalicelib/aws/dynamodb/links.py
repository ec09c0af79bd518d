"""The links of officers."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from typing_extensions import override

from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find_item, save_if
from chalicelib.services.ports import Links, OfficerLink

_KEPT_AFTER = timedelta(days=90)
"""So that a page can tell an expired link from one that never existed."""


class LinkItem(Item):
    """A link: pk ``LINK#<digest>``, sk ``LINK``. ``valid_until`` ends it, ``expires_at`` (TTL) the item."""

    ticket = UnicodeAttribute()
    step = UnicodeAttribute()
    visit = NumberAttribute()
    region = UnicodeAttribute()
    officer = UnicodeAttribute()
    epoch = NumberAttribute()
    valid_until = InstantAttribute()
    expires_at = TTLAttribute()


class TableLinks(Links):
    """The links in the table, as ``ports.Links``.

    Of two links with the same digest the first stays: a retry must not extend a link's life.
    """

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
        save_if(item, LinkItem.pk.does_not_exist())

    @override
    def get(self, digest: str) -> OfficerLink | None:
        item = find_item(LinkItem, f"LINK#{digest}", "LINK")
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
