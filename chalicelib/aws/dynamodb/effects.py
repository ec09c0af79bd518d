"""The record of which queue has processed which event."""

from datetime import datetime

from typing_extensions import override

from chalicelib.aws.dynamodb.complaint_items import build_case_key
from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find_item, query_prefix
from chalicelib.services.ports import Effects

_EFFECTS = "EFFECT#"


class EffectItem(Item):
    """A processed event: pk ``CASE#<ticket>``, sk ``EFFECT#<seq, six digits>#<queue>``."""

    at = InstantAttribute()

    @staticmethod
    def build_key(seq: int, queue: str) -> str:
        """Return the sort key."""
        return f"{_EFFECTS}{seq:06}#{queue}"


class TableEffects(Effects):
    """The processed events in the table, as ``ports.Effects``."""

    @override
    def is_done(self, ticket: str, seq: int, queue: str) -> bool:
        return find_item(EffectItem, build_case_key(ticket), EffectItem.build_key(seq, queue)) is not None

    @override
    def mark_done(self, ticket: str, seq: int, queue: str, now: datetime) -> None:
        EffectItem(build_case_key(ticket), EffectItem.build_key(seq, queue), at=now).save()

    @override
    def list_done(self, ticket: str) -> set[tuple[int, str]]:
        keys = [item.sk.split("#", 2) for item in query_prefix(EffectItem, build_case_key(ticket), _EFFECTS)]
        return {(int(seq), queue) for _, seq, queue in keys}
