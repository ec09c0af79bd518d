"""Verify an exported complaint with nothing but its file.

The verifier recomputes the chain, every deadline with its rungs, the state that the events result in, and the
place in the published digest. It trusts only the procedure and region files of this package, and a digest
that the caller kept.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from chalicelib.domain.audit.digest import Digest, Head
from chalicelib.domain.audit.export import Export
from chalicelib.domain.audit.verify import chain, history, origin
from chalicelib.domain.audit.verify.counting import KnownCalendars
from chalicelib.domain.audit.verify.difference import find_differences
from chalicelib.domain.complaint.stored_event import to_canonical_json

__all__ = ["Report", "Unreadable", "parse_published_digests", "verify"]


class Unreadable(ValueError):
    """A file with unexpected content; each of ``findings`` is one sentence."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


@dataclass(frozen=True)
class Report:
    """The result of a check: ``findings`` has a line for each problem, ``summary`` describes the file."""

    summary: str
    findings: Sequence[str]


def verify(text: bytes, kept: Sequence[Digest] | None = None) -> Report:
    """Check an export; ``kept`` are the published digests of one day that the caller kept, if any."""
    try:
        export = _parse_export(text)
    except Unreadable as error:
        return Report("", error.findings)
    calendars = KnownCalendars(export)
    findings = [
        *origin.find_problems(export),
        *chain.find_problems(export),
        *history.find_problems(export, calendars),
        *_check_published_digest(export, kept),
    ]
    return Report(_summarise(export, calendars), findings)


def parse_published_digests(text: bytes) -> list[Digest]:
    """Return the digests in a published file. Raise ``Unreadable`` where it has none."""
    try:
        body = _parse_json(text)
        digests = [Digest.model_validate_json(to_canonical_json(digest)) for digest in body["digests"]]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable([f"not a published digest: {_get_first_line(error)}"]) from error
    if broken := [digest.region for digest in digests if not digest.is_whole]:
        raise Unreadable([f"the published digest of {region} has a wrong hash" for region in broken])
    return digests


def _parse_export(text: bytes) -> Export:
    try:
        body = _parse_json(text)
        export = Export.model_validate_json(to_canonical_json(body), strict=True)
    except ValidationError as error:
        problems = [_format_problem(problem["loc"], problem["msg"]) for problem in error.errors()]
        raise Unreadable(problems) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable([f"not an export: {_get_first_line(error)}"]) from error
    if paths := find_differences(body, export.model_dump(mode="json")):
        raise Unreadable([f"{path}: is not in the form that exports have" for path in paths])
    return export


def _parse_json(text: bytes) -> Any:
    return json.loads(text, object_pairs_hook=_check_names_unique, parse_constant=_reject_constant)


def _check_names_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError(f"a name occurs twice among {', '.join(names)[:200]}")
    return dict(pairs)


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _format_problem(loc: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(str(part) for part in loc)}: {message}"


def _get_first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _check_published_digest(export: Export, kept: Sequence[Digest] | None) -> Iterator[str]:
    proof = export.proof
    if proof:
        yield from _check_proof(export)
    if kept is None:
        return
    region = export.complaint.get("region")
    published = next((digest for digest in kept if digest.region == region), None)
    if published is None:
        yield f"digest: the published file has none for {region}"
    elif proof is None or proof.digest != published:
        proven = f"the digest of {proof.digest.date}" if proof else "no digest"
        yield (
            f"digest: the published one of {published.date} with root {published.root} does not prove this "
            f"file, which has {proven}: the complaint is newer, or its latest events were cut off"
        )


def _check_proof(export: Export) -> Iterator[str]:
    proof = export.proof
    assert proof
    if not proof.digest.is_whole:
        yield "proof.digest: has a wrong hash"
    if proof.digest.region != export.complaint.get("region"):
        yield f"proof.digest.region: is {proof.digest.region}, not the complaint's"
    if not 1 <= proof.seq <= len(export.events):
        yield (
            f"proof: the digest of {proof.digest.date} covers event {proof.seq}, "
            f"but the file ends with event {len(export.events)}"
        )
        return
    last_hash = str(export.events[proof.seq - 1].get("hash"))
    try:
        head = Head(ticket=export.ticket, seq=proof.seq, hash=last_hash)
    except ValidationError:
        yield f"event {proof.seq}: has no hash"
        return
    if not proof.is_proof_of(head):
        yield f"proof: the digest of {proof.digest.date} does not cover event {proof.seq} as it is here"


def _summarise(export: Export, calendars: KnownCalendars) -> str:
    parts = [f"{export.ticket} {len(export.events)} events, procedure {export.procedure.id}"]
    if export.proof:
        digest = export.proof.digest
        parts.append(f"up to event {export.proof.seq} in the digest of {digest.date}, root {digest.root}")
    else:
        parts.append("in no published digest yet")
    if export.withheld:
        parts.append(f"{len(export.withheld)} events with fields withheld: their hashes cannot be checked")
    if calendars.as_recorded:
        parts.append(
            f"{calendars.as_recorded} deadlines counted with the days they record: their calendar is not here"
        )
    return "; ".join(parts)
