"""Exports of complaints without a store, and the changes a forger might make."""

import copy
import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from chalicelib.domain.audit.digest import Digest, Head, Proof, create_digest, create_proof
from chalicelib.domain.audit.export import FORMAT, Export, ProcedureFile, dump_snapshot
from chalicelib.domain.audit.verify import Report, verify
from chalicelib.domain.complaint.evolve import evolve_all
from chalicelib.domain.complaint.stored_event import GENESIS, StoredEvent, compute_digest
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.procedure.toml_text import format_procedure
from chalicelib.domain.values.ticket import create_ticket
from tests.procedures import MONDAY_MORNING, Life

TICKET = create_ticket("CTH", lambda _: 0)
OTHERS = [Head(ticket=create_ticket("CTH", lambda _, n=n: n), seq=n, hash=f"{n:064x}") for n in range(1, 7)]
"""Six other complaints of the region."""

Document = dict[str, Any]


def build_document(life: Life, proof: Proof | None = None) -> Document:
    """Return the export of a life, as JSON."""
    text = format_procedure(load_procedure(life.procedure.id, life.procedure.version))
    export = Export(
        format=FORMAT,
        ticket=life.complaint.ticket,
        procedure=ProcedureFile(
            id=life.procedure.id,
            version=life.procedure.version,
            sha256=sha256(text.encode()).hexdigest(),
            text=text,
        ),
        calendars={},
        complaint=dump_snapshot(life.complaint),
        events=tuple(event.model_dump(mode="json") for event in life.events),
        withheld={},
        words=(),
        proof=proof,
    )
    return export.model_dump(mode="json")


def create_digest_for(life: Life, previous: Digest | None = None) -> tuple[Digest, Proof]:
    """Return tonight's digest over this complaint and six others, with the complaint's proof."""
    head = Head(ticket=life.complaint.ticket, seq=life.complaint.seq, hash=life.complaint.head)
    day = date(2026, 11, 23) if previous is None else date(2026, 11, 24)
    digest, leaves = create_digest(life.complaint.region, day, MONDAY_MORNING, [head, *OTHERS], previous)
    proof = create_proof(digest, leaves, [head])
    assert proof
    return digest, proof


def verify_document(document: Document, kept: list[Digest] | None = None) -> Report:
    return verify(json.dumps(document).encode(), kept)


def generate_changes(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every way to change one thing in a JSON value, each with the whole value as it is then: another value,
    a name or an item removed, added, an item doubled, two neighbours swapped.
    """
    match tree:
        case dict():
            for name, value in tree.items():
                place = f"{path}.{name}"
                yield f"{place} removed", {key: tree[key] for key in tree if key != name}
                for what, changed in generate_changes(value, place):
                    yield what, {**tree, name: changed}
            yield f"{path}.added added", {**tree, "added": None}
        case list():
            for n, value in enumerate(tree):
                place = f"{path}.{n}"
                yield f"{place} removed", [*tree[:n], *tree[n + 1 :]]
                yield f"{place} doubled", [*tree[: n + 1], value, *tree[n + 1 :]]
                if n and value != tree[n - 1]:
                    yield f"{place} swapped", [*tree[: n - 1], value, tree[n - 1], *tree[n + 1 :]]
                for what, changed in generate_changes(value, place):
                    yield what, [*tree[:n], changed, *tree[n + 1 :]]
        case _:
            yield f"{path} changed", _change_value(tree)


def _change_value(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return "something"
        case str() if value and value[-1] in "0123456789":
            return value[:-1] + str((int(value[-1]) + 1) % 10)
        case _:
            return f"{value[:-1]}x" if value and value[-1] != "x" else f"{value}y"


def forge(document: Document, procedure: Procedure) -> Document:
    """Return what a forger who can compute hashes would hand out: events chained again, the snapshot folded
    from them, and no proof. Raises where their events make no complaint at all.
    """
    forgery = copy.deepcopy(document)
    head = GENESIS
    for seq, body in enumerate(forgery["events"], start=1):
        body |= {"seq": seq, "prev": head}
        head = body["hash"] = compute_digest(body)
    events = [StoredEvent.model_validate_json(json.dumps(body)) for body in forgery["events"]]
    forgery["complaint"] = dump_snapshot(evolve_all(events, procedure))
    forgery["proof"] = None
    return forgery
