"""The bundles that were made for the Ombudsman."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from typing_extensions import override

from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find
from chalicelib.domain.values.files import FileRef
from chalicelib.services.ports import Bundle, Bundles


class BundleItem(Item):
    """pk ``BUNDLE#<digest>``, sk ``BUNDLE``; ``file`` is the reference's JSON. Kept for good: it says what
    went out, and an expired link is to be told from one that never was.
    """

    ticket = UnicodeAttribute()
    seq = NumberAttribute()
    region = UnicodeAttribute()
    file = UnicodeAttribute()
    valid_until = InstantAttribute()


class TableBundles(Bundles):
    """``ports.Bundles``."""

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
        try:
            item.save(condition=BundleItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise

    @override
    def get(self, digest: str) -> Bundle | None:
        item = find(BundleItem, f"BUNDLE#{digest}", "BUNDLE")
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
