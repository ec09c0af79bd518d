"""A complaint as a file that proves itself, for those who may read the complaint."""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from chalicelib.domain.audit.digest import Head
from chalicelib.domain.audit.export import (
    FORMAT,
    CalendarRules,
    Export,
    ProcedureFile,
    dump_snapshot,
    list_masked_fields,
    mask_secrets,
    withhold,
)
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.procedure.toml_text import format_procedure
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.masking import Mask
from chalicelib.domain.values.sealed_text import SealedText
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Complaints, Directory
from chalicelib.services.records.digests import DigestPublisher
from chalicelib.services.records.dossier import list_readable_refs
from chalicelib.services.views.models import ComplaintView
from chalicelib.services.views.reader import ComplaintReader


class ComplaintExporter:
    """Exports complaints."""

    def __init__(
        self,
        complaints: Complaints,
        directory: Directory,
        reader: ComplaintReader,
        digest_publisher: DigestPublisher,
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._reader = reader
        self._digest_publisher = digest_publisher

    def export(self, ticket: str, actor: Actor) -> Export:
        """Return the complaint as this actor may have it; raise ``Refusal`` where they may not read it.

        Its reporter gets the texts that they wrote or could read, but no tickets of other people. Officers
        get no texts. Of an anonymous reporter they do not even get the account, which would show that two
        complaints are the same person's.
        """
        view = self._reader.read(ticket, actor)
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        bodies = [json.loads(body) for body in self._complaints.list_event_bodies(ticket)][: complaint.seq]
        secrets = _find_secrets(complaint, view, actor) | self._find_protected_parents(bodies)
        events = [withhold(body, secrets) for body in bodies]
        masked = {seq: list_masked_fields(body) for seq, body in enumerate(events, start=1)}
        return Export(
            format=FORMAT,
            ticket=ticket,
            procedure=_build_procedure_file(complaint),
            calendars=self._list_calendars(complaint, bodies),
            complaint=mask_secrets(dump_snapshot(complaint), secrets),
            events=tuple(events),
            withheld={seq: fields for seq, fields in masked.items() if fields},
            words=self._list_texts(complaint, secrets) if actor.role == Role.REPORTER else (),
            proof=self._digest_publisher.prove(complaint, [_build_head(body) for body in bodies]),
        )

    def _find_protected_parents(self, bodies: Sequence[dict[str, Any]]) -> frozenset[str]:
        """Return the complaints it was a duplicate of that only the Inspektorat may know of now."""
        parents = {str(body["fact"]["parent"]) for body in bodies if body["fact"].get("parent")}
        return frozenset(parent.ticket for parent in self._complaints.get_many(parents) if parent.protected)

    def _list_calendars(
        self, complaint: Complaint, bodies: Sequence[dict[str, Any]]
    ) -> dict[str, CalendarRules]:
        """Return the calendars that its deadlines were computed with, as far as the region still has them."""
        region = find_region(self._directory, complaint.region)
        agencies = self._directory.list_agencies(complaint.region)
        hours = {None, *(agency.office_hours for agency in agencies)}
        by_version = {(rules := CalendarRules.of(region, office)).calendar.version: rules for office in hours}
        used = set(_list_calendar_versions(bodies))
        return {version: rules for version, rules in sorted(by_version.items()) if version in used}

    def _list_texts(self, complaint: Complaint, secrets: Iterable[str]) -> tuple[SealedText, ...]:
        stored = self._complaints.get_texts(
            complaint.ticket, [ref.id for ref in list_readable_refs(complaint)]
        )
        mask = Mask(None, *secrets)
        return tuple(text for text in stored.values() if mask.apply(text.text) == text.text)


def _build_head(body: dict[str, Any]) -> Head:
    return Head(ticket=body["ticket"], seq=body["seq"], hash=body["hash"])


def _find_secrets(complaint: Complaint, view: ComplaintView, actor: Actor) -> frozenset[str]:
    # Officers link other people's reports and make them duplicates of this one. Its reporter may not know of
    # them, and nobody may know of those that became protected.
    others = {*complaint.children, *complaint.linked} - {*view.children, *view.linked}
    if actor.role == Role.REPORTER or view.reporter_name:
        return frozenset(others)
    return frozenset(others | {complaint.reporter})


def _build_procedure_file(complaint: Complaint) -> ProcedureFile:
    text = format_procedure(load_procedure(complaint.procedure, complaint.procedure_version))
    return ProcedureFile(
        id=complaint.procedure,
        version=complaint.procedure_version,
        sha256=sha256(text.encode()).hexdigest(),
        text=text,
    )


def _list_calendar_versions(bodies: Iterable[dict[str, Any]]) -> Iterable[str]:
    for body in bodies:
        for part in ("derivation", "reopening"):
            if derivation := body["fact"].get(part):
                yield derivation["calendar_version"]
