"""New complaints: filed by a citizen, typed in for them, split off from another, or moved here."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from chalicelib.domain.complaint.decide import file_complaint
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.fields import MOST_FILES
from chalicelib.domain.complaint.intake import FileComplaint, check_may_file
from chalicelib.domain.complaint.state import OFFLINE, Channel, Complaint, Origin
from chalicelib.domain.complaint.stored_event import GENESIS, chain_events
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Conflict, Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.place import Place, check_place
from chalicelib.domain.values.sealed_text import SealedText, TextRef
from chalicelib.domain.values.ticket import create_ticket
from chalicelib.services.complaints.command_handler import CommandRequest, check_same_request, evolve_from
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Change, Complaints, Directory, Files, Marker, Repeated, TicketTaken

_DRAWS = 8
"""The number of times that another number is drawn when one is taken."""
_OLDEST = timedelta(days=366)
"""The age at which a letter is too old to be typed in."""
_ANY_FILE = FileRef(sha256="0" * 64, media_type="image/jpeg", size=1)


@dataclass(frozen=True)
class Draft:
    """The form that a citizen filled in, or an officer for them. ``uploads`` are keys of uploaded objects.

    ``about_agency`` is the agency that it is about, ``received_at`` when a letter, visit or call came.
    """

    region: str
    category: str
    title: str
    narrative: str
    place: Place | None
    uploads: tuple[str, ...] = ()
    anonymous: bool = False
    confidential: bool = False
    language: Literal["id", "en"] = "id"
    channel: Channel = "web"
    received_at: datetime | None = None
    emergency: bool = False
    about_agency: str | None = None


@dataclass(frozen=True)
class SplitDraft:
    """The second matter in a complaint, in the admin's words."""

    category: str
    title: str
    narrative: str


MoveFiles = Callable[[str], tuple[FileRef, ...]]
"""Brings the files into the folder of a ticket."""


class FilingService:
    """Files complaints: the first row of every procedure."""

    def __init__(
        self, complaints: Complaints, directory: Directory, files: Files, now: Callable[[], datetime]
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._files = files
        self._now = now

    def file(self, draft: Draft, identity: Identity, request: CommandRequest) -> Complaint:
        """File a complaint, unless the same request has filed it already; refuse a bad draft."""
        if (earlier := self._find_earlier(request)) is not None:
            return earlier
        region = find_region(self._directory, draft.region)
        texts = [seal("title", draft.title), seal("narrative", draft.narrative)]
        if draft.place:
            check_place(draft.place)
            texts.append(seal("place", draft.place.model_dump_json()))
        command = _create_command(
            texts,
            region=region.slug,
            language=draft.language,
            category=draft.category,
            reporter=identity.account,
            anonymous=draft.anonymous,
            confidential=draft.confidential,
            channel=draft.channel,
            received_at=self._check_received_at(draft.received_at),
            emergency=draft.emergency,
            about_agency=draft.about_agency,
        )
        self._check_draft(draft, region, command, request)
        move_files = self._create_mover(draft.uploads)
        return self._file_under_new_number(region, command, texts, move_files, identity, request)

    def split(self, complaint: Complaint, draft: SplitDraft, request: CommandRequest) -> Complaint:
        """File the second matter of a complaint as one of its own, received when the first was."""
        if (earlier := self._find_earlier(request)) is not None:
            return earlier
        region = find_region(self._directory, complaint.region)
        if self._directory.get_category(region.slug, draft.category) is None:
            raise Refusal("unknown_category")
        texts = [seal("title", draft.title), seal("narrative", draft.narrative)]
        texts += self._copy_text("place", complaint, complaint.place)
        return self._file_derived(complaint, region, draft.category, texts, "split", request)

    def move(self, complaint: Complaint, request: CommandRequest) -> Complaint:
        """File in the right region what was filed in the wrong one; no part of it is lost."""
        if (earlier := self._find_earlier(request)) is not None:
            return earlier
        region = find_region(self._directory, complaint.rerouted_to or "")
        texts = [*self._copy_text("title", complaint, complaint.title)]
        texts += self._copy_text("narrative", complaint, complaint.narrative)
        texts += self._copy_text("place", complaint, complaint.place)
        category = self._find_nearest_category(region, complaint.category)
        return self._file_derived(complaint, region, category, texts, "rerouted", request)

    def has_filed(self, request: CommandRequest) -> bool:
        """Return whether the same request has filed something before."""
        return self._complaints.get_marker(request.who, request.key) is not None

    def _file_derived(
        self,
        complaint: Complaint,
        region: Region,
        category: str,
        texts: Sequence[SealedText],
        kind: Literal["split", "rerouted"],
        request: CommandRequest,
    ) -> Complaint:
        """File a complaint that comes from another: the same reporter, files, wishes and date of receipt."""
        identity = self._complaints.get_identity(complaint.ticket)
        if identity is None:
            raise Refusal("unknown_ticket")
        command = _create_command(
            texts,
            region=region.slug,
            language=complaint.language,
            category=category,
            reporter=identity.account,
            anonymous=complaint.anonymous,
            confidential=complaint.confidential,
            channel=complaint.channel,
            received_at=complaint.received_at,
            emergency=complaint.emergency,
            # The agency it is about goes with the files that show it; another region has other agencies.
            about_agency=complaint.about_agency if kind == "split" else None,
            origin=Origin(kind=kind, ticket=complaint.ticket),
        )

        def copy_files(ticket: str) -> tuple[FileRef, ...]:
            for attachment in complaint.files:
                self._files.copy(complaint.ticket, attachment, ticket)
            return complaint.files

        return self._file_under_new_number(region, command, texts, copy_files, identity, request)

    def _file_under_new_number(
        self,
        region: Region,
        command: FileComplaint,
        texts: Sequence[SealedText],
        move_files: MoveFiles,
        identity: Identity,
        request: CommandRequest,
    ) -> Complaint:
        for _ in range(_DRAWS):
            ticket = create_ticket(region.prefix, secrets.randbelow)
            numbered = command.model_copy(
                update={"files": move_files(ticket), "reporter": command.reporter or f"{OFFLINE}{ticket}"}
            )
            try:
                return self._commit(ticket, region, numbered, texts, identity, request)
            except (TicketTaken, Conflict):
                continue
            except Repeated as repeated:
                return self._get_earlier(repeated.marker, request)
        raise Refusal("busy")

    def _find_earlier(self, request: CommandRequest) -> Complaint | None:
        stored = self._complaints.get_marker(request.who, request.key)
        return self._get_earlier(stored, request) if stored else None

    def _get_earlier(self, stored: Marker, request: CommandRequest) -> Complaint:
        check_same_request(stored, request, stored.ticket)
        complaint = self._complaints.get(stored.ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        return complaint

    def _check_draft(
        self, draft: Draft, region: Region, command: FileComplaint, request: CommandRequest
    ) -> None:
        """Check everything before any file moves: no file moves for a draft that is refused."""
        with_files = command.model_copy(update={"files": (_ANY_FILE,) if draft.uploads else ()})
        check_may_file(load_procedure(region.procedure), request.actor, with_files)
        if self._directory.get_category(region.slug, draft.category) is None:
            raise Refusal("unknown_category")
        if draft.about_agency:
            self._check_accused_agency(draft, region)
        if draft.channel == "letter" and not draft.uploads:
            raise Refusal("scan_missing")
        if len(draft.uploads) > MOST_FILES:
            raise Refusal("too_many_files", {"most": str(MOST_FILES)})
        for key in draft.uploads:
            self._files.check_upload(key)

    def _check_received_at(self, at: datetime | None) -> datetime | None:
        """Return the instant in UTC; raise ``Refusal`` where it is in the future or too long ago."""
        if at is None:
            return None
        if at > self._now():
            raise Refusal("received_later")
        if at < self._now() - _OLDEST:
            raise Refusal("received_long_ago", {"most": str(_OLDEST.days)})
        return at.astimezone(UTC)

    def _check_accused_agency(self, draft: Draft, region: Region) -> None:
        agency = self._directory.get_agency(region.slug, draft.about_agency or "")
        if agency is None:
            raise Refusal("unknown_agency", {"field": "about_agency"})
        protected = draft.anonymous and draft.confidential
        # A report that only the Inspektorat may see needs officers there, and must not be about it.
        if protected and not self._directory.list_officers_on_duty(region.slug, Role.INSPECTORATE):
            raise Refusal("inspectorate_unstaffed")
        if protected and agency.kind == "inspectorate":
            raise Refusal("about_inspectorate")

    def _create_mover(self, uploads: Sequence[str]) -> MoveFiles:
        return lambda ticket: tuple(self._files.move_upload(ticket, key) for key in uploads)

    def _copy_text(self, kind: str, complaint: Complaint, ref: TextRef | None) -> list[SealedText]:
        """Return a copy of the text under a salt of its own; none where there is no text."""
        sealed = self._complaints.get_texts(complaint.ticket, [ref.id]).get(ref.id) if ref else None
        return [seal(kind, sealed.text)] if sealed else []

    def _find_nearest_category(self, region: Region, category: str) -> str:
        """Return the region's category of that code, else the first without an agency: the admin chooses."""
        entries = self._directory.list_categories(region.slug)
        same = [entry.code for entry in entries if entry.code == category]
        general = [entry.code for entry in entries if entry.agency is None]
        codes = [*same, *general, *(entry.code for entry in entries)]
        if not codes:
            raise Refusal("unknown_category")
        return codes[0]

    def _commit(
        self,
        ticket: str,
        region: Region,
        command: FileComplaint,
        texts: Sequence[SealedText],
        identity: Identity,
        request: CommandRequest,
    ) -> Complaint:
        now = self._now()
        procedure = load_procedure(region.procedure)
        context = DecisionContext(procedure=procedure, calendar=region.calendar, now=now, actor=request.actor)
        events = chain_events(ticket, 0, GENESIS, file_complaint(command, context), now, request.actor)
        after = evolve_from(None, events, context)
        self._complaints.commit(
            Change(None, after, events, request.create_marker(ticket), tuple(texts), identity)
        )
        return after


def _create_command(texts: Sequence[SealedText], **fields: object) -> FileComplaint:
    """Return the command; the id of each text begins with its field (``title-…``, ``place-…``)."""
    refs = {text.id.partition("-")[0]: text.ref for text in texts}
    return FileComplaint.model_validate({**fields, **refs})
