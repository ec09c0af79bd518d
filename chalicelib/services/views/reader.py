"""Complaints and lists of them for a person to read."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.ports import Complaints, Directory, Page
from chalicelib.services.views.access import LOOK_DURATION, check_may_read
from chalicelib.services.views.builder import ViewBuilder
from chalicelib.services.views.models import ComplaintView, Summary
from chalicelib.services.views.names import get_agency_name, get_category_name
from chalicelib.services.views.texts import load_texts


class ComplaintReader:
    """The reader of complaints: each person sees of them what they may."""

    def __init__(self, complaints: Complaints, directory: Directory, now: Callable[[], datetime]) -> None:
        self._complaints = complaints
        self._directory = directory
        self._now = now

    def read(self, ticket: str, actor: Actor) -> ComplaintView:
        """Return the complaint as this actor may see it; raise ``Refusal`` where they may not."""
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        check_may_read(complaint, actor)
        return self.build_view(complaint, actor)

    def read_receipt(self, ticket: str, actor: Actor) -> ComplaintView:
        """Return the complaint for its *tanda terima*: as ``read``, and for an hour to its typist.

        After that hour it may be the Inspektorat's alone.
        """
        complaint, filed = self._complaints.get(ticket), self._complaints.get_event(ticket, 1)
        is_typed = complaint is not None and complaint.channel != "web"
        if complaint and filed and is_typed and filed.actor == actor and self._is_recent(filed):
            return self.build_view(complaint, actor)
        return self.read(ticket, actor)

    def build_view(self, complaint: Complaint, actor: Actor) -> ComplaintView:
        """Return the complaint as this actor may see it. The caller has checked that they may."""
        is_reporter = actor.role == Role.REPORTER
        answers = complaint.published_answers if is_reporter else complaint.answers
        builder = ViewBuilder(
            complaint=complaint,
            actor=actor,
            procedure=load_procedure(complaint.procedure, complaint.procedure_version),
            answers=answers,
            events=self._complaints.list_events(complaint.ticket),
            texts=load_texts(self._complaints, complaint, answers),
            complaints=self._complaints,
            directory=self._directory,
            now=self._now(),
        )
        return builder.build()

    def list_own(self, account: str, limit: int, cursor: str | None) -> Page[Summary]:
        """Return a reporter's own complaints, newest first."""
        return self._summarise(self._complaints.list_for_reporter(account, limit, cursor))

    def list_inbox(self, owner_key: str, limit: int, cursor: str | None) -> Page[Summary]:
        """Return the complaints of a desk, the nearest deadline first."""
        return self._summarise(self._complaints.list_inbox(owner_key, limit, cursor))

    def build_summary(self, complaint: Complaint) -> Summary:
        """Return the complaint as a line of a list. The caller has checked that they may see it."""
        texts = self._complaints.get_texts(complaint.ticket, [complaint.title.id])
        title = texts.get(complaint.title.id)
        return Summary(
            ticket=complaint.ticket,
            state=complaint.state,
            title=title.text if title else "",
            category=complaint.category,
            category_name=get_category_name(self._directory, complaint),
            agency_name=get_agency_name(self._directory, complaint.region, complaint.agency),
            filed_at=complaint.filed_at,
            due_at=complaint.step.due_at if complaint.step else None,
            holder=complaint.step.owner if complaint.step else None,
            late_level=complaint.late_level,
            resolved_by=complaint.resolved_by,
            zone=complaint.zone,
        )

    def _is_recent(self, filed: StoredEvent) -> bool:
        return self._now() - filed.at < LOOK_DURATION

    def _summarise(self, page: Page[Complaint]) -> Page[Summary]:
        return Page(items=[self.build_summary(complaint) for complaint in page.items], cursor=page.cursor)
