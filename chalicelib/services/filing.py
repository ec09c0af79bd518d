"""A citizen files a complaint."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain import commands as c
from chalicelib.domain import procedure as procedures
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.decide import Frame, file, may_file
from chalicelib.domain.directory import Region
from chalicelib.domain.errors import Conflict, Refusal
from chalicelib.domain.events import GENESIS, chain
from chalicelib.domain.facts import FileRef
from chalicelib.domain.place import check_place
from chalicelib.domain.privacy import Identity, Place, Words
from chalicelib.domain.ticket import new_ticket
from chalicelib.services.handling import Request, grown, region_of, same_request
from chalicelib.services.ports import Change, Complaints, Directory, Files, Marker, Repeated, TicketTaken
from chalicelib.services.words import seal

MOST_FILES = 5
_DRAWS = 8
"""How often another number is drawn when one is taken."""


@dataclass(frozen=True)
class Draft:
    """What a citizen filled in. ``uploads`` are keys of objects they have uploaded."""

    region: str
    category: str
    title: str
    narrative: str
    place: Place | None
    uploads: tuple[str, ...] = ()
    anonymous: bool = False
    confidential: bool = False
    language: Literal["id", "en"] = "id"


class Filing:
    """The first row of every procedure."""

    def __init__(
        self, complaints: Complaints, directory: Directory, files: Files, now: Callable[[], datetime]
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._files = files
        self._now = now

    def file(self, draft: Draft, identity: Identity, request: Request) -> Complaint:
        """The new complaint, or the one this very request made before. ``Refusal`` says what is missing."""
        stored = self._complaints.marker(request.who, request.key)
        if stored:
            return self._made_before(stored, request)
        region = region_of(self._directory, draft.region)
        words = self._check(draft, region, request)
        for _ in range(_DRAWS):
            ticket = new_ticket(region.prefix, secrets.randbelow)
            files = self._take_over(ticket, draft)
            try:
                return self._commit(ticket, draft, region, words, files, identity, request)
            except (TicketTaken, Conflict):
                continue
            except Repeated as repeated:
                return self._made_before(repeated.marker, request)
        raise Refusal("busy")

    def _made_before(self, stored: Marker, request: Request) -> Complaint:
        same_request(stored, request, stored.ticket)
        complaint = self._complaints.get(stored.ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        return complaint

    def _check(self, draft: Draft, region: Region, request: Request) -> dict[str, Words]:
        """The draft's words, once all is known to be good: no file moves for a draft that is refused."""
        procedure = procedures.load(region.procedure)
        may_file(procedure, request.actor, place=draft.place is not None, photo=bool(draft.uploads))
        if self._directory.category(region.slug, draft.category) is None:
            raise Refusal("unknown_category")
        if len(draft.uploads) > MOST_FILES:
            raise Refusal("too_many_files", {"most": str(MOST_FILES)})
        for key in draft.uploads:
            self._files.check(key)
        words = {"title": seal("title", draft.title), "narrative": seal("narrative", draft.narrative)}
        if draft.place:
            check_place(draft.place)
            words["place"] = seal("place", draft.place.model_dump_json())
        return words

    def _take_over(self, ticket: str, draft: Draft) -> tuple[FileRef, ...]:
        return tuple(self._files.take_over(ticket, key) for key in draft.uploads)

    def _commit(
        self,
        ticket: str,
        draft: Draft,
        region: Region,
        words: dict[str, Words],
        files: tuple[FileRef, ...],
        identity: Identity,
        request: Request,
    ) -> Complaint:
        command = c.File(
            region=region.slug,
            language=draft.language,
            category=draft.category,
            anonymous=draft.anonymous,
            confidential=draft.confidential,
            title=words["title"].ref,
            narrative=words["narrative"].ref,
            place=words["place"].ref if "place" in words else None,
            files=files,
        )
        now = self._now()
        procedure = procedures.load(region.procedure)
        frame = Frame(procedure=procedure, calendar=region.calendar, now=now, actor=request.actor)
        events = chain(ticket, 0, GENESIS, file(command, frame), now, request.actor)
        after = grown(None, events, frame)
        self._complaints.commit(
            Change(None, after, events, request.marker(ticket), tuple(words.values()), identity)
        )
        return after
