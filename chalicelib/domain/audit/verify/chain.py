"""Check the chain: each event is as it was stored and in its place, and so are the texts it refers to."""

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.audit.export import WITHHELD, Export, list_masked_fields
from chalicelib.domain.complaint.stored_event import GENESIS, compute_digest


def find_problems(export: Export) -> Iterator[str]:
    """Generate the problems of the chain."""
    if not export.events:
        yield "events: the list is empty"
    head = GENESIS
    for seq, body in enumerate(export.events, start=1):
        yield from _check_event(export, seq, body, head)
        head = body.get("hash", "")
    for seq in sorted(export.withheld.keys() - set(range(1, len(export.events) + 1))):
        yield f"withheld.{seq}: no event has this number"
    yield from _check_words(export)


def _check_event(export: Export, seq: int, body: dict[str, Any], head: str) -> Iterator[str]:
    where = f"event {seq}"
    if body.get("seq") != seq:
        yield f"{where}: has the number {body.get('seq')}: an event was removed, added, repeated or moved"
    if body.get("ticket") != export.ticket:
        yield f"{where}: belongs to {body.get('ticket')}, not to {export.ticket}"
    if body.get("prev") != head:
        yield f"{where}: does not follow from the event before it"
    if seq in export.withheld:
        yield from _check_withheld(where, body, export.withheld[seq])
    elif compute_digest(body) != body.get("hash"):
        yield f"{where}: is not as it was stored: its hash is not the hash of its content"


def _check_withheld(where: str, body: dict[str, Any], fields: tuple[str, ...]) -> Iterator[str]:
    try:
        masked = list_masked_fields(body)
    except (AttributeError, KeyError, TypeError):
        masked = ()
    if not fields or fields != masked or not set(fields) <= WITHHELD:
        yield f"{where}: names {', '.join(fields)} as withheld, but masks {', '.join(masked) or 'nothing'}"


def _check_words(export: Export) -> Iterator[str]:
    referred = set(_find_refs(list(export.events)))
    seen: set[str] = set()
    for words in export.words:
        try:
            ref = (words.ref.id, words.ref.hmac)
        except ValueError:
            ref = (words.id, "")
        if ref not in referred:
            yield f"words {words.id}: are not the text that the events refer to"
        if words.id in seen:
            yield f"words {words.id}: occur twice"
        seen.add(words.id)


def _find_refs(tree: Any) -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        if tree.keys() == {"id", "hmac"}:
            yield str(tree["id"]), str(tree["hmac"])
        for value in tree.values():
            yield from _find_refs(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _find_refs(value)
