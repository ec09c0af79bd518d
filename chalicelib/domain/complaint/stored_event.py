"""Events: facts with their place in a complaint's history, chained by hash.

The hash of an event covers everything in it and the hash of the one before, so that an event changed,
removed, added or swapped afterwards shows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AliasChoices, ConfigDict, Field

from chalicelib.domain.complaint.events import Event
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.value import Value

GENESIS = "0" * 64
"""What the first event of every complaint has for the hash before it."""


class StoredEvent(Value):
    """A fact of one complaint: ``seq`` counts from 1 without gaps, ``at`` is UTC, ``v`` the schema."""

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
        """The fact's name."""
        return self.event.type

    def digest(self) -> str:
        """SHA-256 (hex) of the event's canonical JSON without ``hash`` itself."""
        return digest_of(self.model_dump(mode="json"))


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON of what stands there, without ``hash`` itself.

    Of a stored event it is taken as it stands: fields that facts got later would change it.
    """
    return hashlib.sha256(canonical({key: body[key] for key in body if key != "hash"}).encode()).hexdigest()


def canonical(body: object) -> str:
    """The one JSON text of a value: keys sorted, no spaces, characters as they are."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain(
    ticket: str, seq: int, head: str, facts: Sequence[Event], at: datetime, actor: Actor
) -> list[StoredEvent]:
    """The facts as events that follow number ``seq``, whose hash is ``head``."""
    events = []
    for offset, fact in enumerate(facts, start=1):
        event = StoredEvent(ticket=ticket, seq=seq + offset, at=at, actor=actor, event=fact, prev=head)
        head = event.digest()
        events.append(event.model_copy(update={"hash": head}))
    return events


def broken_link(events: Iterable[StoredEvent]) -> int | None:
    """The number of the first event that does not follow from the one before it, or ``None``."""
    seq, head = 0, GENESIS
    for event in events:
        if (event.seq, event.prev, event.hash) != (seq + 1, head, event.digest()):
            return seq + 1
        seq, head = event.seq, event.hash
    return None
