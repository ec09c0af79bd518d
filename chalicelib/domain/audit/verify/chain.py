"""The chain: each event as it was stored, in its place, and the words that it refers to."""

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.audit.export import WITHHELD, Export, list_masked_fields
from chalicelib.domain.complaint.stored_event import GENESIS, digest_of


def find_problems(export: Export) -> Iterator[str]:
    """What does not hold together."""
    if not export.events:
        yield "events: there are none"
    head = GENESIS
    for seq, body in enumerate(export.events, start=1):
        yield from _check_event(export, seq, body, head)
        head = body.get("hash", "")
    for seq in sorted(export.withheld.keys() - set(range(1, len(export.events) + 1))):
        yield f"withheld.{seq}: there is no such event"
    yield from _check_words(export)


def _check_event(export: Export, seq: int, body: dict[str, Any], head: str) -> Iterator[str]:
    where = f"event {seq}"
    if body.get("seq") != seq:
        yield f"{where}: is numbered {body.get('seq')}: one was removed, added, doubled or moved"
    if body.get("ticket") != export.ticket:
        yield f"{where}: is of {body.get('ticket')}, not of {export.ticket}"
    if body.get("prev") != head:
        yield f"{where}: does not follow from the event before it"
    if seq in export.withheld:
        yield from _check_withheld(where, body, export.withheld[seq])
    elif digest_of(body) != body.get("hash"):
        yield f"{where}: is not as it was stored: its content does not have its hash"


def _check_withheld(where: str, body: dict[str, Any], fields: tuple[str, ...]) -> Iterator[str]:
    try:
        masked = list_masked_fields(body)
    except (AttributeError, KeyError, TypeError):
        masked = ()
    if not fields or fields != masked or not set(fields) <= WITHHELD:
        yield f"{where}: withholds {', '.join(fields)}, and masks {', '.join(masked) or 'nothing'}"


def _check_words(export: Export) -> Iterator[str]:
    known = set(_find_refs(list(export.events)))
    seen: set[str] = set()
    for words in export.words:
        try:
            ref = (words.ref.id, words.ref.hmac)
        except ValueError:
            ref = (words.id, "")
        if ref not in known:
            yield f"words {words.id}: are not those that the events refer to"
        if words.id in seen:
            yield f"words {words.id}: stand there twice"
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
