"""Bundles for the Ombudsman."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from typing_extensions import override

from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find_item, save_if
from chalicelib.domain.values.files import FileRef
from chalicelib.services.ports import Bundle, Bundles


class BundleItem(Item):
    """A bundle: pk ``BUNDLE#<digest>``, sk ``BUNDLE``; ``file`` is the reference's JSON.

    It is never deleted: it records what was sent, and tells an expired link from one that never existed.
    """

    ticket = UnicodeAttribute()
    seq = NumberAttribute()
    region = UnicodeAttribute()
    file = UnicodeAttribute()
    valid_until = InstantAttribute()


class TableBundles(Bundles):
    """The bundles in the table, as ``ports.Bundles``."""

    @override
    def put(self, bundle: Bundle) -> None:
        item = BundleItem(
            f"BUNDLE#{bundle.digest}",
            "BUNDLE",
            ticket=bundle.ticket,
            seq=bundle.seq,
            region=bundle.region,
            file=bundle.file.model_dump_json(),
            valid_until=bundle.expires_at,
        )
        save_if(item, BundleItem.pk.does_not_exist())

    @override
    def get(self, digest: str) -> Bundle | None:
        item = find_item(BundleItem, f"BUNDLE#{digest}", "BUNDLE")
        if item is None:
            return None
        return Bundle(
            digest=digest,
            ticket=item.ticket,
            seq=int(item.seq),
            region=item.region,
            file=FileRef.model_validate_json(item.file),
            expires_at=item.valid_until,
        )
