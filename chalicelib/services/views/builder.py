"""The view of a complaint for one reader, built group by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.duplicates import SplitOff
from chalicelib.domain.complaint.state import AgencyAnswer, Complaint, Note
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import AGENCY_ROLES, Procedure, Role
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.value import Value
from chalicelib.services.ports import Complaints, Directory
from chalicelib.services.staff.delegation import list_acting_roles
from chalicelib.services.views.access import may_see_reporter
from chalicelib.services.views.models import (
    AnswerView,
    ArchiveView,
    ComplaintView,
    ContentView,
    DeadlineView,
    EndView,
    HandoverView,
    HeaderView,
    Holder,
    NoteView,
    PartiesView,
    ProgressView,
    ReplyView,
    RowView,
    WaitingView,
)
from chalicelib.services.views.names import (
    get_agency_name,
    get_category_name,
    get_role_title,
    get_unit_name,
)
from chalicelib.services.views.texts import Texts, find_place, find_text, get_answer_text
from chalicelib.services.views.timeline import build_timeline


@dataclass(frozen=True)
class ViewBuilder:
    """A complaint, its reader, and what was read for the view."""

    complaint: Complaint
    actor: Actor
    procedure: Procedure
    answers: tuple[AgencyAnswer, ...]
    events: Sequence[StoredEvent]
    texts: Texts
    complaints: Complaints
    directory: Directory
    now: datetime

    @property
    def for_reporter(self) -> bool:
        """Return whether the reader is the reporter."""
        return self.actor.role == Role.REPORTER

    def build(self) -> ComplaintView:
        """Return the view; the caller has checked that the actor may read the complaint."""
        groups: tuple[Value, ...] = (
            self._build_header(),
            self._build_parties(),
            self._build_content(),
            self._build_progress(),
            self._build_end(),
        )
        return ComplaintView.model_validate({name: value for group in groups for name, value in group})

    def _build_header(self) -> HeaderView:
        complaint = self.complaint
        region = self.directory.get_region(complaint.region)
        return HeaderView(
            ticket=complaint.ticket,
            tag=complaint.tag,
            region=complaint.region,
            region_name=region.name if region else complaint.region,
            zone=complaint.zone,
            procedure=self.procedure.title,
            state=complaint.state,
            category=complaint.category,
            category_name=get_category_name(self.directory, complaint),
            complaint_class=complaint.complaint_class,
            channel=complaint.channel,
            emergency=complaint.emergency,
            filed_at=complaint.filed_at,
            received_at=complaint.received_at,
        )

    def _build_parties(self) -> PartiesView:
        complaint = self.complaint
        supporters = (self._get_agency_name(agency) or agency for agency in complaint.supporters)
        return PartiesView(
            anonymous=complaint.anonymous,
            confidential=complaint.confidential,
            protected=complaint.protected,
            reporter_name=self._find_reporter_name(),
            about_agency=self._get_agency_name(complaint.about_agency),
            agency=complaint.agency,
            agency_name=self._get_agency_name(complaint.agency),
            suggested_agency=complaint.suggested_agency,
            unit=self._get_unit_name(complaint.unit),
            supporters=tuple(supporters),
            holder=_build_holder(complaint, self.procedure),
        )

    def _build_content(self) -> ContentView:
        complaint, texts = self.complaint, self.texts
        redacted = complaint.redacted if self.actor.role in AGENCY_ROLES else None
        forward_note = None if self.for_reporter else find_text(texts, complaint.forward_note)
        return ContentView(
            title=find_text(texts, complaint.title),
            narrative=find_text(texts, redacted or complaint.narrative),
            redacted=complaint.redacted is not None,
            place=find_place(texts, complaint.place),
            files=complaint.files,
            forward_note=forward_note or None,
            answers=tuple(self._build_answer(answer) for answer in self.answers),
            replies=_build_replies(complaint, texts),
            notes=self._build_notes(),
        )

    def _build_progress(self) -> ProgressView:
        complaint = self.complaint
        return ProgressView(
            waiting=_build_waiting(complaint, self.texts),
            deadlines=_build_deadlines(complaint),
            rows=_build_rows(complaint, self.procedure),
            timeline=build_timeline(
                self.events, self.procedure, self.directory, for_reporter=self.for_reporter
            ),
            acts=self._list_actions(),
            late_level=complaint.late_level,
            was_late=complaint.was_late,
        )

    def _build_end(self) -> EndView:
        complaint = self.complaint
        children, linked = self._list_relatives()
        return EndView(
            finished=complaint.finished,
            resolved_by=complaint.resolved_by,
            reopen_until=complaint.reopen_until,
            handover=_build_handover(complaint, self.texts),
            archive=self._build_archive(),
            parent=complaint.parent,
            children=children,
            linked=linked,
            rerouted_to=complaint.rerouted_to,
            referred_at=complaint.referred_at,
            consented_at=complaint.consented_at,
            withdrawn_at=complaint.withdrawn_at,
            withdrawal=find_text(self.texts, complaint.withdrawal),
        )

    def _find_reporter_name(self) -> str | None:
        if not may_see_reporter(self.complaint, self.actor, self.events, self.now):
            return None
        identity = self.complaints.get_identity(self.complaint.ticket)
        return identity.name if identity else None

    def _list_actions(self) -> tuple[str, ...]:
        actors = list_acting_roles(self.complaint, self.actor, self.directory)
        actions = (
            action
            for actor in actors
            for action in list_available_actions(self.complaint, actor, self.procedure, self.now)
        )
        return tuple(dict.fromkeys(actions))

    def _list_relatives(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the children and the linked complaints that this reader may know of."""
        complaint = self.complaint
        if self.for_reporter:
            return (), _list_own_relatives(complaint, self.events)
        hidden = frozenset() if complaint.protected else self._find_protected_relatives()
        return (
            tuple(ticket for ticket in complaint.children if ticket not in hidden),
            tuple(ticket for ticket in complaint.linked if ticket not in hidden),
        )

    def _find_protected_relatives(self) -> frozenset[str]:
        """Return the protected relatives: a number that cannot be opened any more would reveal them."""
        tickets = (*self.complaint.children, *self.complaint.linked)
        return frozenset(
            relative.ticket for relative in self.complaints.get_many(tickets) if relative.protected
        )

    def _build_answer(self, answer: AgencyAnswer) -> AnswerView:
        # The Inspektorat answers as a role of the region, not as an agency in the directory.
        role = self.procedure.roles.get(answer.agency)
        name = role.title.id if role else self._get_agency_name(answer.agency)
        return AnswerView(
            agency=name or answer.agency,
            at=answer.at,
            text=find_text(self.texts, answer.text),
            files=answer.files,
            late=answer.late,
            published_at=answer.published_at,
            sent_back=find_text(self.texts, answer.sent_back) or None,
            plan_date=answer.plan.date if answer.plan else None,
            plan_owner=find_text(self.texts, answer.plan.owner) if answer.plan else None,
            proof_note=find_text(self.texts, answer.proof_note) or None,
            on_behalf=answer.on_behalf,
        )

    def _build_notes(self) -> tuple[NoteView, ...]:
        """Return the notes; a reporter sees only who gave the complaint back, without the text."""
        if not self.for_reporter:
            return tuple(self._build_note(note, self.texts) for note in self.complaint.notes)
        return tuple(self._build_note(note, {}) for note in self.complaint.notes if note.kind == "return")

    def _build_note(self, note: Note, texts: Texts) -> NoteView:
        return NoteView(
            kind=note.kind,
            at=note.at,
            step=note.step,
            text=find_text(texts, note.text),
            files=note.files,
            agency=self._get_agency_name(note.agency),
            unit=self._get_unit_name(note.unit),
        )

    def _build_archive(self) -> ArchiveView | None:
        complaint, archive = self.complaint, self.complaint.archive
        if archive is None:
            return None
        earlier = self.complaints.get(archive.earlier) if archive.earlier else None
        is_own = earlier is not None and earlier.reporter == complaint.reporter
        answer, text = None, ""
        if earlier and earlier.published_answers and (is_own or not earlier.confidential):
            answer = earlier.published_answers[-1]
            text = get_answer_text(complaint.reporter, earlier, answer, self.complaints)
        return ArchiveView(
            reason=archive.reason,
            text=find_text(self.texts, archive.text),
            earlier=archive.earlier,
            answer=text,
            answered_by=self._get_agency_name(answer.agency) if answer and text else None,
        )

    def _get_agency_name(self, agency: str | None) -> str | None:
        return get_agency_name(self.directory, self.complaint.region, agency)

    def _get_unit_name(self, unit: str | None) -> str | None:
        return get_unit_name(self.directory, self.complaint, unit)


def _list_own_relatives(complaint: Complaint, events: Sequence[StoredEvent]) -> tuple[str, ...]:
    """Return the reporter's own relatives: the complaint this came from, and those split off from it."""
    origin = [complaint.origin.ticket] if complaint.origin else []
    return (*origin, *(stored.event.ticket for stored in events if isinstance(stored.event, SplitOff)))


def _build_holder(complaint: Complaint, procedure: Procedure) -> Holder | None:
    step = complaint.step
    if step is None:
        return None
    clock = complaint.step_clock
    return Holder(
        role=step.owner,
        title=get_role_title(step.owner, procedure),
        step=step.name,
        since=step.opened_at,
        due_at=step.due_at,
        derivation=clock.derivation if clock else None,
    )


def _build_replies(complaint: Complaint, texts: Texts) -> tuple[ReplyView, ...]:
    return tuple(
        ReplyView(
            by=reply.by,
            at=reply.at,
            text=find_text(texts, reply.text),
            disputes=reply.disputes,
            asks=reply.asks,
        )
        for reply in complaint.replies
    )


def _build_waiting(complaint: Complaint, texts: Texts) -> WaitingView | None:
    waiting = complaint.waiting
    if waiting is None:
        return None
    return WaitingView(
        missing=waiting.missing,
        note=find_text(texts, waiting.note),
        since=waiting.since,
        step=waiting.step.name,
    )


def _build_deadlines(complaint: Complaint) -> tuple[DeadlineView, ...]:
    return tuple(
        DeadlineView(
            name=clock.name,
            due_at=clock.due_at,
            late_level=clock.late_level,
            derivation=clock.derivation,
        )
        for clock in complaint.clocks
    )


def _build_rows(complaint: Complaint, procedure: Procedure) -> tuple[RowView, ...]:
    return tuple(
        RowView(
            number=row.number,
            actor=row.actor,
            does=row.does,
            standard_time=row.standard_time,
            done_at=complaint.rows_done.get(row.number),
            step=step.name if step else None,
            skipped=step is not None and step.name in complaint.skipped,
        )
        for row, step in sorted(procedure.list_rows(), key=lambda pair: pair[0].number)
    )


def _build_handover(complaint: Complaint, texts: Texts) -> HandoverView | None:
    handover = complaint.handover
    if handover is None:
        return None
    return HandoverView(
        body=handover.body,
        address=handover.address,
        reason=find_text(texts, handover.reason),
        outcome=handover.outcome,
        text=find_text(texts, handover.text),
        files=handover.files,
    )
