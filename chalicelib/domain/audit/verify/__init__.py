"""The verifier: whether an exported complaint is what happened, by its file alone.

It recomputes the chain, every deadline with its rungs, what the events add up to, and the place in the
published digest. It believes the procedures and regions that stand beside it, and the digest somebody kept;
nothing else.
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
from chalicelib.domain.complaint.stored_event import canonical

__all__ = ["Report", "Unreadable", "published", "verify"]


class Unreadable(ValueError):
    """The file is not what it should be; each of ``findings`` is one sentence."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


@dataclass(frozen=True)
class Report:
    """What was found: ``findings`` is what is wrong, one line each; ``summary`` what the file is of."""

    summary: str
    findings: Sequence[str]


def verify(text: bytes, kept: Sequence[Digest] | None = None) -> Report:
    """Check an export; ``kept`` are published digests of one day that somebody kept, if they are at hand."""
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
    """The digests in a file as it was published; ``Unreadable`` where there are none."""
    try:
        body = _parse_json(text)
        digests = [Digest.model_validate_json(canonical(one)) for one in body["digests"]]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable([f"not a published digest: {_get_first_line(error)}"]) from error
    if broken := [one.region for one in digests if not one.is_whole]:
        raise Unreadable([f"the published digest of {one} does not have its own hash" for one in broken])
    return digests


def _parse_export(text: bytes) -> Export:
    try:
        body = _parse_json(text)
        export = Export.model_validate_json(canonical(body), strict=True)
    except ValidationError as error:
        raise Unreadable([_format_misfit(one["loc"], one["msg"]) for one in error.errors()]) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable([f"not an export: {_get_first_line(error)}"]) from error
    if differing := find_differences(body, export.model_dump(mode="json")):
        raise Unreadable([f"{path}: is not written as exports write it" for path in differing])
    return export


def _parse_json(text: bytes) -> Any:
    return json.loads(text, object_pairs_hook=_check_names_unique, parse_constant=_reject_constant)


def _check_names_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError(f"a name stands twice among {', '.join(names)[:200]}")
    return dict(pairs)


def _reject_constant(said: str) -> NoReturn:
    raise ValueError(f"{said} is no number")


def _format_misfit(loc: tuple[int | str, ...], message: str) -> str:
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
    mine = next((digest for digest in kept if digest.region == region), None)
    if mine is None:
        yield f"digest: the published one says nothing of {region}"
    elif proof is None or proof.digest != mine:
        shown = f"that of {proof.digest.date}" if proof else "none"
        yield (
            f"digest: the published one of {mine.date} with root {mine.root} does not prove this file, "
            f"which shows {shown}: the complaint is newer, or its latest events were cut off"
        )


def _check_proof(export: Export) -> Iterator[str]:
    proof = export.proof
    assert proof
    if not proof.digest.is_whole:
        yield "proof.digest: does not have its own hash"
    if proof.digest.region != export.complaint.get("region"):
        yield f"proof.digest.region: is {proof.digest.region}, not the complaint's"
    if not 1 <= proof.seq <= len(export.events):
        yield (
            f"proof: the digest of {proof.digest.date} holds event {proof.seq}, "
            f"but the file ends with event {len(export.events)}"
        )
        return
    said = str(export.events[proof.seq - 1].get("hash"))
    try:
        head = Head(ticket=export.ticket, seq=proof.seq, hash=said)
    except ValidationError:
        yield f"event {proof.seq}: has no hash"
        return
    if not proof.holds_for(head):
        yield f"proof: the digest of {proof.digest.date} was not made over event {proof.seq} as it is here"


def _summarise(export: Export, calendars: KnownCalendars) -> str:
    said = [f"{export.ticket} {len(export.events)} events, procedure {export.procedure.id}"]
    if export.proof:
        digest = export.proof.digest
        said.append(f"up to event {export.proof.seq} in the digest of {digest.date}, root {digest.root}")
    else:
        said.append("in no published digest yet")
    if export.withheld:
        said.append(f"{len(export.withheld)} events with fields withheld: their hashes are taken as given")
    if calendars.as_recorded:
        said.append(f"{calendars.as_recorded} deadlines by the days they record: their calendar is not here")
    return "; ".join(said)
