"""Which queue's work for which event is done."""

from datetime import datetime

from typing_extensions import override

from chalicelib.aws.dynamodb.complaint_items import case_key
from chalicelib.aws.dynamodb.table import InstantAttribute, Item, find, under
from chalicelib.services.ports import Effects

_EFFECTS = "EFFECT#"


class EffectItem(Item):
    """pk ``CASE#<ticket>``, sk ``EFFECT#<seq, six digits>#<queue>``."""

    at = InstantAttribute()

    @staticmethod
    def key(seq: int, queue: str) -> str:
        """The sort key."""
        return f"{_EFFECTS}{seq:06}#{queue}"


class TableEffects(Effects):
    """``ports.Effects``."""

    @override
    def is_done(self, ticket: str, seq: int, queue: str) -> bool:
        return find(EffectItem, case_key(ticket), EffectItem.key(seq, queue)) is not None

    @override
    def mark_done(self, ticket: str, seq: int, queue: str, now: datetime) -> None:
        EffectItem(case_key(ticket), EffectItem.key(seq, queue), at=now).save()

    @override
    def list_done(self, ticket: str) -> set[tuple[int, str]]:
        keys = [item.sk.split("#", 2) for item in under(EffectItem, case_key(ticket), _EFFECTS)]
        return {(int(seq), queue) for _, seq, queue in keys}
