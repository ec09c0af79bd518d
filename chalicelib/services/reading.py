"""Reading a complaint: what each who looks at it may see."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.domain import procedure as procedures
from chalicelib.domain.complaint import Answer, Complaint, Reply
from chalicelib.domain.deadlines import Derivation
from chalicelib.domain.decide import acts_of
from chalicelib.domain.errors import Refusal
from chalicelib.domain.events import Actor, Event
from chalicelib.domain.facts import FileRef, TextRef
from chalicelib.domain.model import Value
from chalicelib.domain.privacy import Place
from chalicelib.domain.procedure import AGENCY_ROLES, REGIONAL_ROLES, Procedure, Role, Text
from chalicelib.services.ports import Complaints, Directory, Page

_UNTOLD = frozenset({"step.opened", "deadline.armed"})
"""Events that only move the machine; the timeline tells the others."""
_INSIDE = frozenset({"answer.sent_back", "complaint.answered", "answer.published", "rung.reached"})
"""Events between the government's desks: a reporter is told what comes of them."""


class Holder(Value):
    """On whose desk it lies, since when and until when; ``derivation`` says why that date."""

    role: str
    title: Text
    step: str
    since: datetime
    due_at: datetime
    derivation: Derivation | None


class RowView(Value):
    """A printed row of the procedure and when it was worked off."""

    number: int
    actor: Text
    does: Text
    standard_time: Text | None
    done_at: datetime | None


class Moment(Value):
    """A line of the timeline. ``rung`` and ``late_level`` are given where a deadline was near or missed."""

    at: datetime
    type: str
    by: Text
    officer: str | None = None
    rung: str | None = None
    late_level: int | None = None


class AnswerView(Value):
    """An answer with its words; ``sent_back`` is the admin's reason, for officers."""

    agency: str
    at: datetime
    text: str
    files: tuple[FileRef, ...]
    late: bool
    published_at: datetime | None
    sent_back: str | None


class ReplyView(Value):
    """What the reporter or the admin wrote."""

    by: str
    at: datetime
    text: str
    disputes: bool


class ComplaintView(Value):
    """A complaint as one particular person may see it. ``tag`` is what a decision is made upon."""

    ticket: str
    tag: str
    region: str
    region_name: str
    zone: str
    procedure: Text
    state: str
    category: str
    category_name: Text
    complaint_class: str | None
    anonymous: bool
    confidential: bool
    title: str
    narrative: str
    place: Place | None
    files: tuple[FileRef, ...]
    reporter_name: str | None
    filed_at: datetime
    agency: str | None
    agency_name: str | None
    suggested_agency: str | None
    forward_note: str | None
    holder: Holder | None
    rows: tuple[RowView, ...]
    timeline: tuple[Moment, ...]
    answers: tuple[AnswerView, ...]
    replies: tuple[ReplyView, ...]
    acts: tuple[str, ...]
    late_level: int
    was_late: bool
    resolved_by: str | None


class Summary(Value):
    """A line in a list of complaints."""

    ticket: str
    state: str
    title: str
    category: str
    category_name: Text
    agency_name: str | None
    filed_at: datetime
    due_at: datetime | None
    late_level: int
    zone: str


def check_may_read(complaint: Complaint, actor: Actor) -> None:
    """``Refusal`` where this actor may not see the complaint: deny by default.

    A citizen is told the same about another's ticket as about one that does not exist.
    """
    if actor.role == Role.REPORTER:
        if actor.id != complaint.reporter:
            raise Refusal("unknown_ticket")
        return
    if actor.role == Role.CENTRAL_ADMIN:
        return
    if actor.role in REGIONAL_ROLES and actor.region == complaint.region:
        return
    if actor.role in AGENCY_ROLES and (actor.region, actor.agency) == (complaint.region, complaint.agency):
        return
    raise Refusal("not_your_complaint")


class Reading:
    """Complaints and lists of them, for a person to read."""

    def __init__(self, complaints: Complaints, directory: Directory) -> None:
        self._complaints = complaints
        self._directory = directory

    def read(self, ticket: str, actor: Actor) -> ComplaintView:
        """The complaint as this actor may see it; ``Refusal`` where they may not."""
        complaint = self._complaints.get(ticket)
        if complaint is None:
            raise Refusal("unknown_ticket")
        check_may_read(complaint, actor)
        return self.view(complaint, actor)

    def view(self, complaint: Complaint, actor: Actor) -> ComplaintView:
        """The complaint as this actor may see it, once it is known that they may."""
        procedure = procedures.load(complaint.procedure, complaint.procedure_version)
        region = self._directory.region(complaint.region)
        reporter = actor.role == Role.REPORTER
        answers = complaint.published_answers if reporter else complaint.answers
        words = self._words(complaint, answers)
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
            title=_said(words, complaint.title),
            narrative=_said(words, complaint.narrative),
            place=_place(words, complaint.place),
            files=complaint.files,
            reporter_name=None if complaint.anonymous and not reporter else self._reporter_name(complaint),
            filed_at=complaint.filed_at,
            agency=complaint.agency,
            agency_name=self._agency_name(complaint.region, complaint.agency),
            suggested_agency=complaint.suggested_agency,
            forward_note=None if reporter else _said(words, complaint.forward_note) or None,
            holder=_holder(complaint, procedure),
            rows=_rows(complaint, procedure),
            timeline=self._timeline(complaint, procedure, reporter),
            answers=tuple(self._answer(complaint.region, answer, words) for answer in answers),
            replies=tuple(_reply(reply, words) for reply in complaint.replies),
            acts=acts_of(complaint, actor),
            late_level=complaint.late_level,
            was_late=complaint.was_late,
            resolved_by=complaint.resolved_by,
        )

    def own(self, account: str, limit: int, cursor: str | None) -> Page[Summary]:
        """A reporter's own complaints, newest first."""
        return self._summaries(self._complaints.of_reporter(account, limit, cursor))

    def inbox(self, owner_key: str, limit: int, cursor: str | None) -> Page[Summary]:
        """What lies on this desk, the nearest deadline first."""
        return self._summaries(self._complaints.inbox(owner_key, limit, cursor))

    def _summaries(self, page: Page[Complaint]) -> Page[Summary]:
        return Page(items=[self._summary(complaint) for complaint in page.items], cursor=page.cursor)

    def _summary(self, complaint: Complaint) -> Summary:
        words = self._complaints.words(complaint.ticket, [complaint.title.id])
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
            late_level=complaint.late_level,
            zone=complaint.zone,
        )

    def _words(self, complaint: Complaint, answers: tuple[Answer, ...]) -> Mapping[str, str]:
        refs = [complaint.title, complaint.narrative, complaint.place, complaint.forward_note]
        refs += [ref for answer in answers for ref in (answer.text, answer.sent_back)]
        refs += [reply.text for reply in complaint.replies]
        found = self._complaints.words(complaint.ticket, [ref.id for ref in refs if ref])
        return {name: words.text for name, words in found.items()}

    def _timeline(self, complaint: Complaint, procedure: Procedure, reporter: bool) -> tuple[Moment, ...]:
        untold = _UNTOLD | _INSIDE if reporter else _UNTOLD
        events = [event for event in self._complaints.events(complaint.ticket) if event.type not in untold]
        posts = self._posts({event.actor for event in events})
        return tuple(_moment(event, procedure, posts.get(event.actor)) for event in events)

    def _posts(self, actors: Iterable[Actor]) -> Mapping[Actor, str]:
        """The officers' titles: each officer is looked up once, however much they did."""
        known = {actor: self._directory.officer(actor.region, actor.id) for actor in actors if actor.region}
        return {actor: officer.title for actor, officer in known.items() if officer}

    def _answer(self, region: str, answer: Answer, words: Mapping[str, str]) -> AnswerView:
        return AnswerView(
            agency=self._agency_name(region, answer.agency) or answer.agency,
            at=answer.at,
            text=_said(words, answer.text),
            files=answer.files,
            late=answer.late,
            published_at=answer.published_at,
            sent_back=_said(words, answer.sent_back) or None,
        )

    def _agency_name(self, region: str, agency: str | None) -> str | None:
        found = self._directory.agency(region, agency) if agency else None
        return found.name if found else agency

    def _category_name(self, complaint: Complaint) -> Text:
        category = self._directory.category(complaint.region, complaint.category)
        if category is None:
            return Text(id=complaint.category, en=complaint.category)
        return Text(id=category.name_id, en=category.name_en)

    def _reporter_name(self, complaint: Complaint) -> str | None:
        identity = self._complaints.identity(complaint.ticket)
        return identity.name if identity else None


def _said(words: Mapping[str, str], ref: TextRef | None) -> str:
    return words.get(ref.id, "") if ref else ""


def _place(words: Mapping[str, str], ref: TextRef | None) -> Place | None:
    said = _said(words, ref)
    return Place.model_validate_json(said) if said else None


def _moment(event: Event, procedure: Procedure, post: str | None) -> Moment:
    return Moment(
        at=event.at,
        type=event.type,
        by=procedure.roles[event.actor.role].title,
        officer=post,
        rung=getattr(event.fact, "rung", None),
        late_level=getattr(event.fact, "late_level", None),
    )


def _reply(reply: Reply, words: Mapping[str, str]) -> ReplyView:
    return ReplyView(by=reply.by, at=reply.at, text=_said(words, reply.text), disputes=reply.disputes)


def _holder(complaint: Complaint, procedure: Procedure) -> Holder | None:
    step = complaint.step
    if step is None:
        return None
    clock = complaint.clocks[0] if complaint.clocks else None
    return Holder(
        role=step.owner,
        title=procedure.roles[step.owner].title,
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
        )
        for row, _ in sorted(procedure.rows(), key=lambda pair: pair[0].number)
    )
