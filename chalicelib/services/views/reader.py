"""Reading a complaint: what each who looks at it may see."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.complaint.available_actions import available_actions
from chalicelib.domain.complaint.events import DeadlineArmed, IdentitySeen, SplitOff
from chalicelib.domain.complaint.state import Answer, Complaint, Note, Reply
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import AGENCY_ROLES, Procedure, Role, Text
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.masking import Mask
from chalicelib.domain.values.place import Place
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.i18n.catalog import get_text
from chalicelib.services.ports import Complaints, Directory, Page
from chalicelib.services.staff.delegation import list_acting_roles
from chalicelib.services.views.models import (
    AnswerView,
    ArchiveView,
    ComplaintView,
    DeadlineView,
    HandoverView,
    Holder,
    Moment,
    NoteView,
    ReplyView,
    RowView,
    Summary,
    WaitingView,
)

_UNTOLD = frozenset({"step.opened", "duplicates.concerned"})
"""Events that only move the machine; the timeline tells the others."""
_INSIDE = frozenset(
    {
        "answer.sent_back",
        "complaint.answered",
        "answer.published",
        "complaint.disposed",
        "complaint.linked",
        "complaint.redacted",
        "consultation.given",
        "duplicate.adopted",
        "handling.progressed",
        "rung.reached",
        "support.given",
    }
)
"""Events between the government's desks: a reporter is told what comes of them."""
_LOOK_LASTS = timedelta(hours=1)
"""How long a recorded look at an anonymous reporter's name shows it, and a receipt what was typed in."""


def check_may_read(complaint: Complaint, actor: Actor) -> None:
    """``Refusal`` where this actor may not see the complaint: deny by default.

    Whoever learns nothing of it is told the same as about a number that does not exist: a citizen about
    another's, everybody but the Inspektorat about a protected one.
    """
    if actor.role == Role.REPORTER:
        if actor.id != complaint.reporter:
            raise Refusal("unknown_ticket")
        return
    if complaint.protected:
        if (actor.role, actor.region) != (Role.INSPECTORATE, complaint.region):
            raise Refusal("unknown_ticket")
        return
    if actor.role == Role.CENTRAL_ADMIN:
        return
    if actor.region != complaint.region or not _concerned(complaint, actor):
        raise Refusal("not_your_complaint")


def _concerned(complaint: Complaint, actor: Actor) -> bool:
    """Whether a complaint of their own region is this officer's to see."""
    if actor.role in (Role.REGIONAL_ADMIN, Role.COORDINATOR):
        return True
    if actor.role not in AGENCY_ROLES:
        return _has_the_step(complaint, actor)
    if actor.role == Role.SECRETARIAT and not _has_the_step(complaint, actor):
        return False
    if actor.agency in complaint.supporters and actor.role != Role.UNIT:
        return True
    mine = actor.agency is not None and actor.agency == complaint.agency
    return mine and (actor.role != Role.UNIT or actor.unit == complaint.unit)


def _has_the_step(complaint: Complaint, actor: Actor) -> bool:
    return complaint.step is not None and complaint.step.owner == actor.role


class ComplaintReader:
    """Complaints and lists of them, for a person to read."""

    def __init__(self, complaints: Complaints, directory: Directory, now: Callable[[], datetime]) -> None:
        self._complaints = complaints
        self._directory = directory
        self._now = now

    def read(self, ticket: str, actor: Actor) -> ComplaintView:
        """The complaint as this actor may see it; ``Refusal`` where they may not."""
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        check_may_read(complaint, actor)
        return self.build_view(complaint, actor)

    def read_receipt(self, ticket: str, actor: Actor) -> ComplaintView:
        """The complaint for its *tanda terima*: as ``read``, and for an hour to whoever typed it in.

        From then on it may be the Inspektorat's alone.
        """
        complaint, filed = self._complaints.get(ticket), self._complaints.get_event(ticket, 1)
        typed_in = complaint is not None and complaint.channel != "web"
        if complaint and filed and typed_in and filed.actor == actor and self._now() - filed.at < _LOOK_LASTS:
            return self.build_view(complaint, actor)
        return self.read(ticket, actor)

    def build_view(self, complaint: Complaint, actor: Actor) -> ComplaintView:
        """The complaint as this actor may see it, once it is known that they may."""
        procedure = load_procedure(complaint.procedure, complaint.procedure_version)
        region = self._directory.get_region(complaint.region)
        reporter, now = actor.role == Role.REPORTER, self._now()
        answers = complaint.published_answers if reporter else complaint.answers
        events = self._complaints.list_events(complaint.ticket)
        words = self._words(complaint, answers)
        masked = complaint.redacted if actor.role in AGENCY_ROLES else None
        hidden = frozenset() if reporter or complaint.protected else self._hidden_kin(complaint)
        return ComplaintView(
            ticket=complaint.ticket,
            tag=complaint.tag,
            region=complaint.region,
            region_name=region.name if region else complaint.region,
            zone=complaint.zone,
            procedure=procedure.title,
            state=complaint.state,
            category=complaint.category,
            category_name=self._category_name(complaint),
            complaint_class=complaint.complaint_class,
            anonymous=complaint.anonymous,
            confidential=complaint.confidential,
            emergency=complaint.emergency,
            protected=complaint.protected,
            about_agency=self._agency_name(complaint.region, complaint.about_agency),
            channel=complaint.channel,
            title=_said(words, complaint.title),
            narrative=_said(words, masked or complaint.narrative),
            redacted=complaint.redacted is not None,
            place=_place(words, complaint.place),
            files=complaint.files,
            reporter_name=self._reporter_name(complaint)
            if _may_know(complaint, actor, events, now)
            else None,
            filed_at=complaint.filed_at,
            received_at=complaint.received_at,
            agency=complaint.agency,
            agency_name=self._agency_name(complaint.region, complaint.agency),
            suggested_agency=complaint.suggested_agency,
            forward_note=None if reporter else _said(words, complaint.forward_note) or None,
            unit=self._unit_name(complaint, complaint.unit),
            supporters=tuple(self._agency_name(complaint.region, one) or one for one in complaint.supporters),
            holder=_holder(complaint, procedure),
            waiting=_waiting(complaint, words),
            deadlines=tuple(
                DeadlineView(
                    name=clock.name,
                    due_at=clock.due_at,
                    late_level=clock.late_level,
                    derivation=clock.derivation,
                )
                for clock in complaint.clocks
            ),
            rows=_rows(complaint, procedure),
            timeline=self._timeline(events, procedure, reporter),
            answers=tuple(self._answer(complaint.region, answer, words, procedure) for answer in answers),
            replies=tuple(_reply(reply, words) for reply in complaint.replies),
            notes=tuple(
                self._note(complaint, note, {} if reporter else words)
                for note in complaint.notes
                if not reporter or note.kind == "return"
            ),
            acts=self._acts(complaint, actor, procedure, now),
            late_level=complaint.late_level,
            was_late=complaint.was_late,
            finished=complaint.finished,
            resolved_by=complaint.resolved_by,
            reopen_until=complaint.reopen_until,
            handover=_handover(complaint, words),
            archive=self._archive(complaint, words),
            parent=complaint.parent,
            children=tuple(one for one in complaint.children if not (reporter or one in hidden)),
            linked=_kin(complaint, events)
            if reporter
            else tuple(one for one in complaint.linked if one not in hidden),
            rerouted_to=complaint.rerouted_to,
            referred_at=complaint.referred_at,
            consented_at=complaint.consented_at,
            withdrawn_at=complaint.withdrawn_at,
            withdrawal=_said(words, complaint.withdrawal),
        )

    def _acts(
        self, complaint: Complaint, actor: Actor, procedure: Procedure, now: datetime
    ) -> tuple[str, ...]:
        able = list_acting_roles(complaint, actor, self._directory)
        return tuple(
            dict.fromkeys(act for one in able for act in available_actions(complaint, one, procedure, now))
        )

    def _hidden_kin(self, complaint: Complaint) -> frozenset[str]:
        """The protected among its kin: a number that was there and cannot be opened any more would tell."""
        kin = (*complaint.children, *complaint.linked)
        return frozenset(one.ticket for one in self._complaints.get_many(kin) if one.protected)

    def list_own(self, account: str, limit: int, cursor: str | None) -> Page[Summary]:
        """A reporter's own complaints, newest first."""
        return self._summaries(self._complaints.list_for_reporter(account, limit, cursor))

    def list_inbox(self, owner_key: str, limit: int, cursor: str | None) -> Page[Summary]:
        """What lies on this desk, the nearest deadline first."""
        return self._summaries(self._complaints.list_inbox(owner_key, limit, cursor))

    def _summaries(self, page: Page[Complaint]) -> Page[Summary]:
        return Page(items=[self.build_summary(complaint) for complaint in page.items], cursor=page.cursor)

    def build_summary(self, complaint: Complaint) -> Summary:
        """The complaint as a line of a list, once it is known that they may see it."""
        words = self._complaints.get_texts(complaint.ticket, [complaint.title.id])
        title = words.get(complaint.title.id)
        return Summary(
            ticket=complaint.ticket,
            state=complaint.state,
            title=title.text if title else "",
            category=complaint.category,
            category_name=self._category_name(complaint),
            agency_name=self._agency_name(complaint.region, complaint.agency),
            filed_at=complaint.filed_at,
            due_at=complaint.step.due_at if complaint.step else None,
            holder=complaint.step.owner if complaint.step else None,
            late_level=complaint.late_level,
            resolved_by=complaint.resolved_by,
            zone=complaint.zone,
        )

    def _words(self, complaint: Complaint, answers: tuple[Answer, ...]) -> Mapping[str, str]:
        refs = [complaint.title, complaint.narrative, complaint.redacted, complaint.place]
        refs += [complaint.forward_note, complaint.waiting.note if complaint.waiting else None]
        refs.append(complaint.withdrawal)
        refs += [ref for answer in answers for ref in (answer.text, answer.sent_back, answer.proof_note)]
        refs += [answer.plan.owner for answer in answers if answer.plan]
        refs += [reply.text for reply in complaint.replies]
        refs += [note.text for note in complaint.notes]
        if complaint.handover:
            refs += [complaint.handover.reason, complaint.handover.text]
        if complaint.archive:
            refs.append(complaint.archive.text)
        found = self._complaints.get_texts(complaint.ticket, [ref.id for ref in refs if ref])
        return {name: words.text for name, words in found.items()}

    def _timeline(
        self, events: Sequence[StoredEvent], procedure: Procedure, reporter: bool
    ) -> tuple[Moment, ...]:
        untold = _UNTOLD | _INSIDE if reporter else _UNTOLD
        told = [event for event in events if event.type not in untold and _is_news(event)]
        posts = self._posts({event.actor for event in told})
        return tuple(_moment(event, procedure, posts) for event in told)

    def _posts(self, actors: Iterable[Actor]) -> Mapping[tuple[str, str], str]:
        """The titles of officers, and of those they stood in for: each is looked up once."""
        ids = {
            (actor.region, one)
            for actor in actors
            if actor.region
            for one in (actor.id, actor.acting_for)
            if one
        }
        known = {key: self._directory.get_officer(*key) for key in ids}
        return {key: officer.title for key, officer in known.items() if officer}

    def _answer(
        self, region: str, answer: Answer, words: Mapping[str, str], procedure: Procedure
    ) -> AnswerView:
        # The Inspektorat answers as a role of the region, not as an agency in the directory.
        by_role = procedure.roles.get(answer.agency)
        return AnswerView(
            agency=by_role.title.id if by_role else self._agency_name(region, answer.agency) or answer.agency,
            at=answer.at,
            text=_said(words, answer.text),
            files=answer.files,
            late=answer.late,
            published_at=answer.published_at,
            sent_back=_said(words, answer.sent_back) or None,
            plan_date=answer.plan.date if answer.plan else None,
            plan_owner=_said(words, answer.plan.owner) if answer.plan else None,
            proof_note=_said(words, answer.proof_note) or None,
            on_behalf=answer.on_behalf,
        )

    def _archive(self, complaint: Complaint, words: Mapping[str, str]) -> ArchiveView | None:
        archive = complaint.archive
        if archive is None:
            return None
        earlier = self._complaints.get(archive.earlier) if archive.earlier else None
        own = earlier is not None and earlier.reporter == complaint.reporter
        answer, said = None, ""
        if earlier and earlier.published_answers and (own or not earlier.confidential):
            answer = earlier.published_answers[-1]
            said = get_answer_text(complaint.reporter, earlier, answer, self._complaints)
        return ArchiveView(
            reason=archive.reason,
            text=_said(words, archive.text),
            earlier=archive.earlier,
            answer=said,
            answered_by=self._agency_name(complaint.region, answer.agency) if answer and said else None,
        )

    def _note(self, complaint: Complaint, note: Note, words: Mapping[str, str]) -> NoteView:
        return NoteView(
            kind=note.kind,
            at=note.at,
            step=note.step,
            text=_said(words, note.text),
            files=note.files,
            agency=self._agency_name(complaint.region, note.agency),
            unit=self._unit_name(complaint, note.unit),
        )

    def _agency_name(self, region: str, agency: str | None) -> str | None:
        found = self._directory.get_agency(region, agency) if agency else None
        return found.name if found else agency

    def _unit_name(self, complaint: Complaint, unit: str | None) -> str | None:
        found = self._directory.get_agency(complaint.region, complaint.agency) if complaint.agency else None
        names = {one.id: one.name for one in found.units} if found else {}
        return names.get(unit, unit) if unit else None

    def _category_name(self, complaint: Complaint) -> Text:
        category = self._directory.get_category(complaint.region, complaint.category)
        if category is None:
            return Text(id=complaint.category, en=complaint.category)
        return Text(id=category.name_id, en=category.name_en)

    def _reporter_name(self, complaint: Complaint) -> str | None:
        identity = self._complaints.get_identity(complaint.ticket)
        return identity.name if identity else None


def get_answer_text(reporter: str, complaint: Complaint, answer: Answer, complaints: Complaints) -> str:
    """What an answer says, to another reporter without what tells whose it was; empty where erased."""
    said = complaints.get_texts(complaint.ticket, [answer.text.id]).get(answer.text.id)
    if said is None or reporter == complaint.reporter:
        return said.text if said else ""
    return Mask(complaints.get_identity(complaint.ticket), complaint.reporter).apply(said.text)


def _may_know(complaint: Complaint, actor: Actor, events: Sequence[StoredEvent], now: datetime) -> bool:
    """Whether this actor sees who filed: an anonymous name only after a recorded look of their own."""
    if actor.role == Role.REPORTER or not complaint.anonymous:
        return True
    return any(
        isinstance(event.event, IdentitySeen)
        and (event.actor.region, event.actor.id) == (actor.region, actor.id)
        and now - event.at < _LOOK_LASTS
        for event in events
    )


def _kin(complaint: Complaint, events: Sequence[StoredEvent]) -> tuple[str, ...]:
    """The reporter's own among the linked: what this came out of, and what came out of it."""
    own = [complaint.origin.ticket] if complaint.origin else []
    return (*own, *(event.event.ticket for event in events if isinstance(event.event, SplitOff)))


def _is_news(event: StoredEvent) -> bool:
    """An armed deadline is news only where it moved."""
    return not isinstance(event.event, DeadlineArmed) or event.event.moved_from is not None


def _said(words: Mapping[str, str], ref: TextRef | None) -> str:
    return words.get(ref.id, "") if ref else ""


def _place(words: Mapping[str, str], ref: TextRef | None) -> Place | None:
    said = _said(words, ref)
    return Place.model_validate_json(said) if said else None


def _moment(event: StoredEvent, procedure: Procedure, posts: Mapping[tuple[str, str], str]) -> Moment:
    actor, fact = event.actor, event.event
    moved = isinstance(fact, DeadlineArmed)
    region = actor.region or ""
    return Moment(
        at=event.at,
        type="deadline.moved" if moved else event.type,
        by=get_role_title(actor.role, procedure),
        officer=posts.get((region, actor.id)),
        acting_for=posts.get((region, actor.acting_for or "")),
        rung=getattr(fact, "rung", None),
        late_level=getattr(fact, "late_level", None),
        due_from=fact.moved_from if isinstance(fact, DeadlineArmed) else None,
        due_to=fact.derivation.due_at if isinstance(fact, DeadlineArmed) else None,
    )


def get_role_title(role: str, procedure: Procedure) -> Text:
    """What this government calls the role; where it does not know it, everybody's word."""
    known = procedure.roles.get(role)
    return (
        known.title if known else Text(id=get_text("id", f"roles.{role}"), en=get_text("en", f"roles.{role}"))
    )


def _reply(reply: Reply, words: Mapping[str, str]) -> ReplyView:
    return ReplyView(
        by=reply.by, at=reply.at, text=_said(words, reply.text), disputes=reply.disputes, asks=reply.asks
    )


def _waiting(complaint: Complaint, words: Mapping[str, str]) -> WaitingView | None:
    waiting = complaint.waiting
    if waiting is None:
        return None
    return WaitingView(
        missing=waiting.missing,
        note=_said(words, waiting.note),
        since=waiting.since,
        step=waiting.step.name,
    )


def _handover(complaint: Complaint, words: Mapping[str, str]) -> HandoverView | None:
    handover = complaint.handover
    if handover is None:
        return None
    return HandoverView(
        body=handover.body,
        address=handover.address,
        reason=_said(words, handover.reason),
        outcome=handover.outcome,
        text=_said(words, handover.text),
        files=handover.files,
    )


def _holder(complaint: Complaint, procedure: Procedure) -> Holder | None:
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


def _rows(complaint: Complaint, procedure: Procedure) -> tuple[RowView, ...]:
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
