"""Stored events: events with their place in a complaint's history, chained by hash.

The hash of an event covers everything in it and the hash of the one before, so that an event changed,
removed, added or swapped afterwards shows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AliasChoices, ConfigDict, Field

from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.events import Event
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.value import Value

GENESIS = "0" * 64
"""The hash that the first event of every complaint has before it."""


class StoredEvent(Value):
    """An event of one complaint: ``seq`` counts from 1 without gaps, ``at`` is UTC, ``v`` the schema.

    The event itself is stored under the key ``fact``.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    v: int = 1
    ticket: str
    seq: int
    at: datetime
    actor: Actor
    event: Event = Field(validation_alias=AliasChoices("event", "fact"), serialization_alias="fact")
    prev: str
    hash: str = ""

    @property
    def type(self) -> str:
        """Return the event's type."""
        return self.event.type

    def digest(self) -> str:
        """Return the SHA-256 (hex) of the canonical JSON without ``hash`` itself."""
        return compute_digest(self.model_dump(mode="json"))


def compute_digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of a body, without ``hash`` itself.

    A stored event is digested as it was stored: fields that events got later would change the digest.
    """
    return hashlib.sha256(
        to_canonical_json({key: body[key] for key in body if key != "hash"}).encode()
    ).hexdigest()


def to_canonical_json(body: object) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces, characters as they are."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain_events(
    ticket: str, seq: int, head: str, events: Sequence[DomainEvent], at: datetime, actor: Actor
) -> list[StoredEvent]:
    """Return the events as stored events that follow number ``seq``, whose hash is ``head``."""
    chained = []
    for offset, event in enumerate(events, start=1):
        stored = StoredEvent(ticket=ticket, seq=seq + offset, at=at, actor=actor, event=event, prev=head)
        head = stored.digest()
        chained.append(stored.model_copy(update={"hash": head}))
    return chained


def find_broken_link(events: Iterable[StoredEvent]) -> int | None:
    """Return the number of the first event that does not follow from the one before it, or ``None``."""
    seq, head = 0, GENESIS
    for stored in events:
        if (stored.seq, stored.prev, stored.hash) != (seq + 1, head, stored.digest()):
            return seq + 1
        seq, head = stored.seq, stored.hash
    return None
