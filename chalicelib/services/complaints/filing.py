"""A complaint begins: filed by a citizen, typed in for one, split off from another, or moved here."""

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
from chalicelib.domain.complaint.stored_event import GENESIS, chain
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
"""How often another number is drawn when one is taken."""
_OLDEST = timedelta(days=366)
"""How long ago a letter may have come that is typed in."""
_ANY_FILE = FileRef(sha256="0" * 64, media_type="image/jpeg", size=1)


@dataclass(frozen=True)
class Draft:
    """What a citizen filled in, or an officer for them. ``uploads`` are keys of objects they have uploaded.

    ``about_agency`` is whose officers it is about; ``received_at`` when a letter, visit or call came.
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
    """The second matter in a complaint, as the admin words it."""

    category: str
    title: str
    narrative: str


Moved = Callable[[str], tuple[FileRef, ...]]
"""Brings the files into the folder of a ticket."""


class FilingService:
    """The first row of every procedure."""

    def __init__(
        self, complaints: Complaints, directory: Directory, files: Files, now: Callable[[], datetime]
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._files = files
        self._now = now

    def file(self, draft: Draft, identity: Identity, request: CommandRequest) -> Complaint:
        """The new complaint, or the one this very request made before. ``Refusal`` says what is missing."""
        if (made := self._made_by(request)) is not None:
            return made
        region = find_region(self._directory, draft.region)
        words = [seal("title", draft.title), seal("narrative", draft.narrative)]
        if draft.place:
            check_place(draft.place)
            words.append(seal("place", draft.place.model_dump_json()))
        command = _command(
            words,
            region=region.slug,
            language=draft.language,
            category=draft.category,
            reporter=identity.account,
            anonymous=draft.anonymous,
            confidential=draft.confidential,
            channel=draft.channel,
            received_at=self._received(draft.received_at),
            emergency=draft.emergency,
            about_agency=draft.about_agency,
        )
        self._check(draft, region, command, request)
        return self._new(region, command, words, self._taken_over(draft.uploads), identity, request)

    def split(self, complaint: Complaint, draft: SplitDraft, request: CommandRequest) -> Complaint:
        """The second matter of a complaint as one of its own, received when the first was."""
        if (made := self._made_by(request)) is not None:
            return made
        region = find_region(self._directory, complaint.region)
        if self._directory.get_category(region.slug, draft.category) is None:
            raise Refusal("unknown_category")
        words = [seal("title", draft.title), seal("narrative", draft.narrative)]
        words += self._copy("place", complaint, complaint.place)
        return self._again(complaint, region, draft.category, words, "split", request)

    def move(self, complaint: Complaint, request: CommandRequest) -> Complaint:
        """What was filed in the wrong region, filed in the right one; nothing of it is lost."""
        if (made := self._made_by(request)) is not None:
            return made
        region = find_region(self._directory, complaint.rerouted_to or "")
        words = [*self._copy("title", complaint, complaint.title)]
        words += self._copy("narrative", complaint, complaint.narrative)
        words += self._copy("place", complaint, complaint.place)
        category = self._nearest_category(region, complaint.category)
        return self._again(complaint, region, category, words, "rerouted", request)

    def has_filed(self, request: CommandRequest) -> bool:
        """Whether this very request has filed something before."""
        return self._complaints.get_marker(request.who, request.key) is not None

    def _again(
        self,
        complaint: Complaint,
        region: Region,
        category: str,
        words: Sequence[SealedText],
        kind: Literal["split", "rerouted"],
        request: CommandRequest,
    ) -> Complaint:
        """A complaint that comes out of another: the same reporter, files, wishes and date of receipt."""
        identity = self._complaints.get_identity(complaint.ticket)
        if identity is None:
            raise Refusal("unknown_ticket")
        command = _command(
            words,
            region=region.slug,
            language=complaint.language,
            category=category,
            reporter=identity.account,
            anonymous=complaint.anonymous,
            confidential=complaint.confidential,
            channel=complaint.channel,
            received_at=complaint.received_at,
            emergency=complaint.emergency,
            # Whose officers it is about goes with the files that show it; another region has other agencies.
            about_agency=complaint.about_agency if kind == "split" else None,
            origin=Origin(kind=kind, ticket=complaint.ticket),
        )

        def copied(ticket: str) -> tuple[FileRef, ...]:
            for one in complaint.files:
                self._files.copy(complaint.ticket, one, ticket)
            return complaint.files

        return self._new(region, command, words, copied, identity, request)

    def _new(
        self,
        region: Region,
        command: FileComplaint,
        words: Sequence[SealedText],
        bring: Moved,
        identity: Identity,
        request: CommandRequest,
    ) -> Complaint:
        for _ in range(_DRAWS):
            ticket = create_ticket(region.prefix, secrets.randbelow)
            own = command.model_copy(
                update={"files": bring(ticket), "reporter": command.reporter or f"{OFFLINE}{ticket}"}
            )
            try:
                return self._commit(ticket, region, own, words, identity, request)
            except (TicketTaken, Conflict):
                continue
            except Repeated as repeated:
                return self._made_before(repeated.marker, request)
        raise Refusal("busy")

    def _made_by(self, request: CommandRequest) -> Complaint | None:
        stored = self._complaints.get_marker(request.who, request.key)
        return self._made_before(stored, request) if stored else None

    def _made_before(self, stored: Marker, request: CommandRequest) -> Complaint:
        check_same_request(stored, request, stored.ticket)
        complaint = self._complaints.get(stored.ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        return complaint

    def _check(self, draft: Draft, region: Region, command: FileComplaint, request: CommandRequest) -> None:
        """That all of it is good, before any file moves: none does for a draft that is refused."""
        known = command.model_copy(update={"files": (_ANY_FILE,) if draft.uploads else ()})
        check_may_file(load_procedure(region.procedure), request.actor, known)
        if self._directory.get_category(region.slug, draft.category) is None:
            raise Refusal("unknown_category")
        if draft.about_agency:
            self._check_own_unit(draft, region)
        if draft.channel == "letter" and not draft.uploads:
            raise Refusal("scan_missing")
        if len(draft.uploads) > MOST_FILES:
            raise Refusal("too_many_files", {"most": str(MOST_FILES)})
        for key in draft.uploads:
            self._files.check_upload(key)

    def _received(self, at: datetime | None) -> datetime | None:
        """In UTC; ``Refusal`` for what has not come yet, and for what nobody would type in any more."""
        if at is None:
            return None
        if at > self._now():
            raise Refusal("received_later")
        if at < self._now() - _OLDEST:
            raise Refusal("received_long_ago", {"most": str(_OLDEST.days)})
        return at.astimezone(UTC)

    def _check_own_unit(self, draft: Draft, region: Region) -> None:
        agency = self._directory.get_agency(region.slug, draft.about_agency or "")
        if agency is None:
            raise Refusal("unknown_agency", {"field": "about_agency"})
        protected = draft.anonymous and draft.confidential
        # A report that only the Inspektorat may see must find it there, and not be about it.
        if protected and not self._directory.list_officers_on_duty(region.slug, Role.INSPECTORATE):
            raise Refusal("inspectorate_unstaffed")
        if protected and agency.kind == "inspectorate":
            raise Refusal("about_inspectorate")

    def _taken_over(self, uploads: Sequence[str]) -> Moved:
        return lambda ticket: tuple(self._files.move_upload(ticket, key) for key in uploads)

    def _copy(self, kind: str, complaint: Complaint, ref: TextRef | None) -> list[SealedText]:
        """The words once more, under a salt of their own; none where there were none."""
        said = self._complaints.get_texts(complaint.ticket, [ref.id]).get(ref.id) if ref else None
        return [seal(kind, said.text)] if said else []

    def _nearest_category(self, region: Region, category: str) -> str:
        """The category of that name there, else the first that leads to no agency: the admin chooses."""
        there = self._directory.list_categories(region.slug)
        fitting = [one.code for one in there if one.code == category] or [
            one.code for one in there if one.agency is None
        ]
        if not (fitting or there):
            raise Refusal("unknown_category")
        return fitting[0] if fitting else there[0].code

    def _commit(
        self,
        ticket: str,
        region: Region,
        command: FileComplaint,
        words: Sequence[SealedText],
        identity: Identity,
        request: CommandRequest,
    ) -> Complaint:
        now = self._now()
        procedure = load_procedure(region.procedure)
        context = DecisionContext(procedure=procedure, calendar=region.calendar, now=now, actor=request.actor)
        events = chain(ticket, 0, GENESIS, file_complaint(command, context), now, request.actor)
        after = evolve_from(None, events, context)
        self._complaints.commit(
            Change(None, after, events, request.create_marker(ticket), tuple(words), identity)
        )
        return after


def _command(words: Sequence[SealedText], **known: object) -> FileComplaint:
    """The command, its words by what they are (``title-…``, ``narrative-…``, ``place-…``)."""
    refs = {one.id.partition("-")[0]: one.ref for one in words}
    return FileComplaint.model_validate({**known, **refs})
