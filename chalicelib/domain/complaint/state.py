"""A complaint as it stands: what its events add up to.

``apply`` is the only way a complaint changes, so that folding its events always gives its snapshot.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Any, Literal, get_args

from pydantic import Field

from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import (
    PLAN,
    SILENCE,
    ComplaintClass,
    OverallDeadline,
    Procedure,
    Role,
    Step,
    StepKind,
)
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.domain.values.value import Value

State = Literal[
    "received",
    "needs_completion",
    "verified",
    "forwarded",
    "in_progress",
    "answer_review",
    "answered",
    "resolved",
    "handed_over",
    "archived",
    "withdrawn",
    "lapsed",
    "duplicate",
]

STATES: tuple[State, ...] = get_args(State)

OFFLINE = "offline/"
"""How the ``reporter`` of a complaint begins whose reporter has no account: it was typed in for them."""


class OpenStep(Value):
    """Whose turn it is, which time, since when and until when."""

    name: str
    kind: StepKind
    visit: int
    owner: str
    agency: str | None
    unit: str | None = None
    opened_at: datetime
    due_at: datetime


class Clock(Value):
    """An open deadline. ``reached`` are the rungs already behind it, ``late_level`` what they came to."""

    name: str
    visit: int
    arming: int
    derivation: Derivation
    rungs: tuple[f.RungInstant, ...]
    reached: tuple[str, ...] = ()
    late_level: int = 0

    @property
    def due_at(self) -> datetime:
        """When the time is over (UTC)."""
        return self.derivation.due_at

    @property
    def ahead(self) -> tuple[f.RungInstant, ...]:
        """The rungs after the last one reached, in order of time: one that was overtaken comes no more."""
        behind = [place for place, rung in enumerate(self.rungs, start=1) if rung.name in self.reached]
        return self.rungs[max(behind, default=0) :]


class Waiting(Value):
    """The step and its clock that wait, since when, for what the reporter was asked for."""

    step: OpenStep
    clock: Clock | None
    since: datetime
    missing: tuple[f.Missing, ...]
    note: TextRef | None


class Answer(Value):
    """What an agency answered; the reporter sees it once it is published."""

    agency: str
    at: datetime
    text: TextRef
    files: tuple[FileRef, ...]
    late: bool
    plan: f.Plan | None = None
    proof_note: TextRef | None = None
    on_behalf: bool = False
    published_at: datetime | None = None
    sent_back: TextRef | None = None


class Reply(Value):
    """What the reporter or the government wrote after an answer or along the way."""

    by: Literal["reporter", "government"]
    at: datetime
    text: TextRef
    disputes: bool = False
    asks: bool = False


class Note(Value):
    """What an agency or the consultation put down for those who come after: where, when, and its files.

    ``unit`` is whom the head disposed it to; ``agency`` who supported, or gave it back.
    """

    kind: Literal["progress", "disposition", "consultation", "support", "return", "time"]
    at: datetime
    step: str | None
    text: TextRef | None
    files: tuple[FileRef, ...] = ()
    agency: str | None = None
    unit: str | None = None


class Handover(Value):
    """Where the reporter was sent, and how that ended."""

    body: str
    address: str
    reason: TextRef
    outcome: Literal["answered", "closed"] | None = None
    text: TextRef | None = None
    files: tuple[FileRef, ...] = ()


class Archive(Value):
    """Why it was filed away."""

    reason: f.ArchiveReason
    text: TextRef
    earlier: str | None


class Complaint(Value):
    """The snapshot. ``seq`` and ``head`` are the last event's number and hash; ``revision`` is the number of
    the last event that a person would want to know of before deciding (timers and reminders do not count).
    """

    ticket: str
    seq: int
    head: str
    revision: int
    last_at: datetime

    region: str
    procedure: str
    procedure_version: str
    calendar_version: str
    zone: str
    language: Literal["id", "en"]
    reporter: str
    filed_at: datetime
    received_at: datetime
    channel: f.Channel = "web"
    origin: f.Origin | None = None

    state: State
    category: str
    filed_category: str
    suggested_agency: str | None = None
    complaint_class: ComplaintClass | None = None
    anonymous: bool
    confidential: bool
    emergency: bool = False
    about_agency: str | None = None
    agency: str | None = None
    by_letter: bool = False
    unit: str | None = None
    supporters: tuple[str, ...] = ()
    arbitrated: bool = False
    skipped: tuple[str, ...] = ()

    title: TextRef
    narrative: TextRef
    redacted: TextRef | None = None
    place: TextRef | None
    files: tuple[FileRef, ...]
    forward_note: TextRef | None = None
    answers: tuple[Answer, ...] = ()
    replies: tuple[Reply, ...] = ()
    notes: tuple[Note, ...] = ()

    parent: str | None = None
    children: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()

    step: OpenStep | None = None
    waiting: Waiting | None = None
    completions_asked: int = 0
    items_asked: bool = False
    question_open: bool = False
    clocks: tuple[Clock, ...] = ()
    visits: dict[str, int] = Field(default_factory=dict)
    rows_done: dict[int, datetime] = Field(default_factory=dict)

    was_late: bool = False
    resolved_by: Literal["reporter", "silence"] | None = None
    reopen_until: datetime | None = None
    handover: Handover | None = None
    archive: Archive | None = None
    rerouted_to: str | None = None
    withdrawn_at: datetime | None = None
    withdrawal: TextRef | None = None
    referred_at: datetime | None = None
    consented_at: datetime | None = None
    consented_with_identity: bool = False

    @property
    def tag(self) -> str:
        """What a decision is made upon: the step's visit and the revision. Changes whenever either does."""
        turn = f"{self.step.name}.{self.step.visit}" if self.step else "closed"
        return f"{turn}-{self.revision}"

    @property
    def finished(self) -> bool:
        """Whether nobody's turn comes any more; a duplicate still waits for its parent."""
        return self.step is None and self.state != "duplicate"

    @property
    def protected(self) -> bool:
        """Whether somebody reports officers in fear of them: then only the Inspektorat may know of it."""
        return self.anonymous and self.confidential and self.about_agency is not None

    @property
    def has_account(self) -> bool:
        """Whether the reporter can sign in; else the admin says for them what they say."""
        return not self.reporter.startswith(OFFLINE)

    @property
    def late_level(self) -> int:
        """How late it is now, 0 to 3: the worst of its open clocks."""
        return max((clock.late_level for clock in self.clocks), default=0)

    @property
    def disputes(self) -> int:
        """How often the reporter was not satisfied."""
        return sum(reply.disputes for reply in self.replies)

    @property
    def returns(self) -> int:
        """How often an agency gave it back."""
        return sum(note.kind == "return" for note in self.notes)

    @property
    def step_clock(self) -> Clock | None:
        """The clock of the open step."""
        return self.clock(clock_name(self.step), self.step.visit) if self.step else None

    def clock(self, name: str, visit: int) -> Clock | None:
        """The open clock of that name and visit."""
        return next((clock for clock in self.clocks if (clock.name, clock.visit) == (name, visit)), None)

    @property
    def published_answers(self) -> tuple[Answer, ...]:
        """The answers the reporter may see."""
        return tuple(answer for answer in self.answers if answer.published_at)


def clock_name(step: OpenStep | Step) -> str:
    """A step's clock is called as the step; that of a reporter who has an answer is the silence clock."""
    return SILENCE if step.kind is StepKind.CONFIRM else step.name


def matches(pattern: str, fact: f.Event) -> bool:
    """Whether a fact is what a procedure names: an event, or one step's opening (``step.opened:<step>``)."""
    event, _, step = pattern.partition(":")
    return fact.type == event and (not step or getattr(fact, "step", None) == step)


def evolve(complaint: Complaint | None, event: StoredEvent, procedure: Procedure) -> Complaint:
    """The complaint after one more event."""
    changes = _filed(event) if complaint is None else _changes(complaint, event, procedure)
    turn = complaint.step.name if complaint and complaint.step else None
    rows = dict.fromkeys(procedure.list_rows_done_by(event.type, turn), event.at)
    done = complaint.rows_done if complaint else {}
    changes |= {
        "seq": event.seq,
        "head": event.hash,
        "last_at": event.at,
        "rows_done": rows | done,
    }
    if not isinstance(event.event, f.DeadlineArmed | f.RungReached):
        changes["revision"] = event.seq
    if complaint is None:
        return Complaint.model_validate(changes)
    return _clocks_stopped(complaint.model_copy(update=changes), event, procedure)


def evolve_all(events: Iterable[StoredEvent], procedure: Procedure) -> Complaint:
    """The complaint its events add up to; ``ValueError`` without any event."""
    complaint = reduce(lambda so_far, event: evolve(so_far, event, procedure), events, None)
    if complaint is None:
        raise ValueError("a complaint begins with the event that it was filed")
    return complaint


def _filed(event: StoredEvent) -> dict[str, object]:
    if not isinstance(event.event, f.Filed):
        raise ValueError("a complaint begins with the event that it was filed")  # noqa: TRY004 -- about order
    given = {name: getattr(event.event, name) for name in f.Filed.model_fields if name != "type"}
    own = {
        "ticket": event.ticket,
        "filed_at": event.at,
        "received_at": event.event.received_at or event.at,
        "filed_category": event.event.category,
        "linked": (event.event.origin.ticket,) if event.event.origin else (),
        "state": "received",
    }
    return given | own


def _clocks_stopped(complaint: Complaint, event: StoredEvent, procedure: Procedure) -> Complaint:
    """The complaint without the envelopes that this event stops."""
    running = tuple(
        clock
        for clock in complaint.clocks
        if not (envelope := procedure.find_overall_deadline(clock.name))
        or not any(matches(stop, event.event) for stop in envelope.stops_on)
    )
    return (
        complaint
        if len(running) == len(complaint.clocks)
        else complaint.model_copy(update={"clocks": running})
    )


def _changes(  # noqa: C901, PLR0912, PLR0915 -- one case a fact
    complaint: Complaint, event: StoredEvent, procedure: Procedure
) -> dict[str, object]:
    at, turn = event.at, complaint.step.name if complaint.step else None
    match event.event:
        case f.Recorded(suggested_agency=agency):
            state = "in_progress" if complaint.protected else "received"
            return {"state": state, "suggested_agency": agency}
        case f.Verified(confidential=confidential) as fact:
            protected = complaint.model_copy(update={"confidential": confidential}).protected
            return {
                "state": "in_progress" if protected else "verified",
                "confidential": confidential,
                **_classed(complaint, fact, procedure),
            }
        case f.Reclassified() as fact:
            return _classed(complaint, fact, procedure)
        case f.Redacted(narrative=narrative):
            return {"redacted": narrative}
        case f.Forwarded() as fact:
            return {
                "state": "forwarded",
                "agency": fact.agency,
                "unit": None,
                "forward_note": fact.note,
                "supporters": fact.supporters,
                "skipped": fact.skipped,
                "by_letter": fact.by_letter,
                "arbitrated": procedure.arbitration is not None and turn == procedure.arbitration.opens,
            }
        case f.CompletionAsked() as fact:
            asked = complaint.completions_asked + 1
            waiting = _waiting(complaint, fact, at)
            return {"state": "needs_completion", "completions_asked": asked, "waiting": waiting}
        case f.Completed() as fact:
            return {"state": _at_the_desk(complaint), **_given(complaint, fact, at)}
        case f.ItemsAsked() as fact:
            return {"items_asked": True, "waiting": _waiting(complaint, fact, at)}
        case f.ItemsGiven() as fact:
            return _given(complaint, fact, at)
        case f.Lapsed():
            return {"state": "lapsed", **_over(complaint, at)}
        case f.HandedOver(body=body, address=address, reason=reason):
            return {
                "state": "handed_over",
                "handover": Handover(body=body, address=address, reason=reason),
                "clocks": (),
            }
        case f.HandoverEnded(outcome=outcome, text=text, files=files) if complaint.handover:
            ended = {"outcome": outcome, "text": text, "files": files}
            return {"handover": complaint.handover.model_copy(update=ended), **_over(complaint, at)}
        case f.Archived(reason=code, text=text, earlier=earlier, reopening=window):
            archive = Archive(reason=code, text=text, earlier=earlier)
            return {"state": "archived", "archive": archive, **_over(complaint, at, window)}
        case f.Merged(parent=parent):
            return {
                "state": "duplicate",
                "parent": parent,
                **_over(complaint, at),
                "clocks": _lasting(complaint, procedure),
            }
        case f.Adopted(child=child):
            return {"children": (*complaint.children, child)}
        case f.Inherited() as fact:
            answer = Answer(
                agency=fact.agency, at=at, text=fact.text, files=fact.files, late=fact.late, published_at=at
            )
            return {
                "state": "answered",
                "agency": fact.agency,
                "by_letter": fact.by_letter,
                "answers": (*complaint.answers, answer),
                "was_late": complaint.was_late or fact.late,
            }
        case f.Released():
            return {"state": _at_the_desk(complaint), "parent": None}
        case f.Linked(ticket=ticket) | f.SplitOff(ticket=ticket):
            return {"linked": (*complaint.linked, ticket)}
        case f.Rerouted(region=region):
            return {"state": "handed_over", "rerouted_to": region, **_over(complaint, at)}
        case f.Consulted(text=text, files=files):
            return _noted(complaint, Note(kind="consultation", at=at, step=turn, text=text, files=files))
        case f.Accepted():
            return {"state": "in_progress"}
        case f.Returned(agency=agency, reason=reason):
            note = Note(kind="return", at=at, step=turn, text=reason, agency=agency)
            return {"state": "verified", "agency": None, "unit": None, **_noted(complaint, note)}
        case f.Disposed(unit=unit, instruction=text):
            note = Note(kind="disposition", at=at, step=turn, text=text, unit=unit)
            return {"unit": unit, **_noted(complaint, note)}
        case f.Progressed(note=text, files=files):
            return _noted(complaint, Note(kind="progress", at=at, step=turn, text=text, files=files))
        case f.Supported(agency=agency, text=text, files=files):
            note = Note(kind="support", at=at, step=turn, text=text, files=files, agency=agency)
            return _noted(complaint, note)
        case f.TimeAsked(reason=reason):
            return _noted(complaint, Note(kind="time", at=at, step=turn, text=reason))
        case f.AgencySucceeded(agency=agency, successor=successor):
            return _succeeded(complaint, agency, successor)
        case f.Answered() as fact:
            given = {name: getattr(fact, name) for name in f.Answered.model_fields if name != "type"}
            return {
                "state": "answered" if complaint.question_open else "answer_review",
                "answers": (*complaint.answers, Answer(at=at, **given)),
                "was_late": complaint.was_late or fact.late,
            }
        case f.SentBack(reason=reason):
            state = "answered" if complaint.question_open else "in_progress"
            return {"state": state, "answers": _last_answer(complaint, sent_back=reason)}
        case f.Published():
            return {"answers": _last_answer(complaint, published_at=at)}
        case f.Delivered():
            return {"state": "answered", "question_open": False}
        case f.Replied(by=by, text=text):
            return _replied(complaint, Reply(by=by, at=at, text=text))
        case f.QuestionAsked(text=text):
            question = Reply(by="reporter", at=at, text=text, asks=True)
            return {"question_open": True, **_replied(complaint, question)}
        case f.Disputed(reason=reason):
            disputed = Reply(by="reporter", at=at, text=reason, disputes=True)
            return {"state": "in_progress", "clocks": _no_plan(complaint), **_replied(complaint, disputed)}
        case f.Confirmed(reopening=window):
            return {"state": "resolved", "resolved_by": "reporter", **_over(complaint, at, window)}
        case f.ClosedBySilence(reopening=window):
            return {"state": "resolved", "resolved_by": "silence", **_over(complaint, at, window)}
        case f.Reopened(reason=reason):
            again = Reply(by="reporter", at=at, text=reason, disputes=True)
            return {
                "state": "received" if complaint.archive else "in_progress",
                "archive": None,
                "resolved_by": None,
                "reopen_until": None,
                "clocks": _no_plan(complaint),
                **_replied(complaint, again),
            }
        case f.Withdrawn(reason=reason, goes_on=goes_on):
            said = {"withdrawn_at": at, "withdrawal": reason}
            if not goes_on:
                return {"state": "withdrawn", **said, **_over(complaint, at)}
            return said | ({"state": "verified"} if complaint.state == "needs_completion" else {})
        case f.Referred():
            return {"referred_at": at}
        case f.Consented(with_identity=with_identity):
            return {"consented_at": at, "consented_with_identity": with_identity}
        case f.StepOpened() as fact:
            return _step_opened(complaint, fact, at, procedure)
        case f.DeadlineArmed() as fact:
            return _deadline_armed(complaint, fact, at)
        case f.RungReached() as fact:
            return _rung_reached(complaint, fact)
        case f.Filed():
            raise ValueError("a complaint is filed once")
        case _:
            return {}


def _over(complaint: Complaint, at: datetime, reopening: Derivation | None = None) -> dict[str, object]:
    """Nobody's turn any more; only a dated plan is still watched."""
    return {
        "step": None,
        "waiting": None,
        "question_open": False,
        "clocks": tuple(clock for clock in complaint.clocks if clock.name == PLAN),
        "reopen_until": reopening.due_at if reopening else None,
        "was_late": complaint.was_late or is_late(complaint.step, at),
    }


def _at_the_desk(complaint: Complaint) -> State:
    """What the admin has before them: once verified stays verified."""
    return "verified" if complaint.complaint_class else "received"


def _classed(
    complaint: Complaint, fact: f.Verified | f.Reclassified, procedure: Procedure
) -> dict[str, object]:
    """Its class and category, without the envelopes that are not for that class."""
    clocks = tuple(
        clock
        for clock in complaint.clocks
        if not (envelope := procedure.find_overall_deadline(clock.name))
        or envelope.find_time(fact.complaint_class)
    )
    return {"complaint_class": fact.complaint_class, "category": fact.category, "clocks": clocks}


def _waiting(complaint: Complaint, fact: f.CompletionAsked | f.ItemsAsked, at: datetime) -> Waiting | None:
    if complaint.step is None:
        return None
    return Waiting(
        step=complaint.step, clock=complaint.step_clock, since=at, missing=fact.missing, note=fact.note
    )


def _lasting(complaint: Complaint, procedure: Procedure) -> tuple[Clock, ...]:
    return tuple(clock for clock in complaint.clocks if procedure.outlasts_steps(clock.name))


def _no_plan(complaint: Complaint) -> tuple[Clock, ...]:
    return tuple(clock for clock in complaint.clocks if clock.name != PLAN)


def _noted(complaint: Complaint, note: Note) -> dict[str, object]:
    return {"notes": (*complaint.notes, note)}


def _replied(complaint: Complaint, reply: Reply) -> dict[str, object]:
    return {"replies": (*complaint.replies, reply)}


def _given(complaint: Complaint, fact: f.Completed | f.ItemsGiven, at: datetime) -> dict[str, object]:
    said = _replied(complaint, Reply(by="reporter", at=at, text=fact.text)) if fact.text else {}
    known = {file.sha256 for file in complaint.files}
    new = tuple(file for file in fact.files if file.sha256 not in known)
    return {"files": (*complaint.files, *new), "place": fact.place or complaint.place, **said}


def _succeeded(complaint: Complaint, agency: str, successor: str) -> dict[str, object]:
    def heir(one: str | None) -> str | None:
        return successor if one == agency else one

    def moved(step: OpenStep) -> OpenStep:
        return step.model_copy(update={"agency": heir(step.agency)})

    waiting = complaint.waiting
    return {
        "agency": heir(complaint.agency),
        "supporters": tuple(
            dict.fromkeys(heir(one) for one in complaint.supporters if heir(one) != heir(complaint.agency))
        ),
        "step": moved(complaint.step) if complaint.step else None,
        "waiting": waiting.model_copy(update={"step": moved(waiting.step)}) if waiting else None,
    }


def _last_answer(complaint: Complaint, **changes: object) -> tuple[Answer, ...]:
    return (*complaint.answers[:-1], complaint.answers[-1].model_copy(update=changes))


def _step_opened(
    complaint: Complaint, fact: f.StepOpened, at: datetime, procedure: Procedure
) -> dict[str, object]:
    before, clock = _went_on(complaint) if fact.resumed else (None, None)
    step = OpenStep(
        name=fact.step,
        kind=fact.kind,
        visit=fact.visit,
        owner=fact.owner,
        agency=fact.agency,
        unit=fact.unit,
        opened_at=before.opened_at if before else at,
        due_at=fact.due_at,
    )
    clocks = _lasting(complaint, procedure)
    return {
        "step": step,
        "waiting": None if fact.resumed else complaint.waiting,
        "clocks": (*clocks, clock) if clock else clocks,
        "visits": complaint.visits | {fact.step: fact.visit},
        "was_late": complaint.was_late or is_late(complaint.step, at),
    }


def _went_on(complaint: Complaint) -> tuple[OpenStep | None, Clock | None]:
    """The visit that goes on, with its clock: the one that waited for the reporter, or the open one."""
    waiting = complaint.waiting
    return (waiting.step, waiting.clock) if waiting else (complaint.step, complaint.step_clock)


def _deadline_armed(complaint: Complaint, fact: f.DeadlineArmed, at: datetime) -> dict[str, object]:
    before = complaint.clock(fact.clock, fact.visit)
    clock = Clock(
        name=fact.clock,
        visit=fact.visit,
        arming=fact.arming,
        derivation=fact.derivation,
        rungs=fact.rungs,
        **_carried_over(before, fact, at),
    )
    others = tuple(other for other in complaint.clocks if other.name != fact.clock)
    visits = complaint.visits | {fact.clock: fact.visit}
    changes: dict[str, object] = {"clocks": (*others, clock), "visits": visits}
    if complaint.step and (clock_name(complaint.step), complaint.step.visit) == (clock.name, clock.visit):
        changes["step"] = complaint.step.model_copy(update={"due_at": clock.due_at})
    return changes


def _carried_over(before: Clock | None, fact: f.DeadlineArmed, at: datetime) -> dict[str, Any]:
    """What stays of a clock armed anew: all for the same deadline, else what lies behind by the new one."""
    if before is None:
        return {}
    if before.derivation == fact.derivation:
        return {"reached": before.reached, "late_level": before.late_level}
    behind = {rung.name for rung in fact.rungs if rung.nominal_at <= at}
    return {
        "reached": tuple(name for name in before.reached if name in behind),
        "late_level": before.late_level if fact.derivation.due_at <= at else 0,
    }


def _rung_reached(complaint: Complaint, fact: f.RungReached) -> dict[str, object]:
    level = fact.late_level or 0
    clocks = tuple(
        clock.model_copy(
            update={
                "reached": (*clock.reached, fact.rung),
                "late_level": max(clock.late_level, level),
            }
        )
        if (clock.name, clock.visit) == (fact.clock, fact.visit)
        else clock
        for clock in complaint.clocks
    )
    return {"clocks": clocks, "was_late": complaint.was_late or level > 0}


HANDLING = frozenset({StepKind.VERIFY, StepKind.CONSULT, StepKind.RESPOND, StepKind.REVIEW})
"""The steps in which the government can be late. An alarm watches the system; the reporter owes nothing."""


def is_overdue(complaint: Complaint, now: datetime, procedure: Procedure) -> bool:
    """Whether the government's time is over: the open step's, or an envelope's that makes complaints late."""
    return is_late(complaint.step, now) or any(
        now >= clock.due_at and not is_suspended(complaint, clock, procedure)
        for clock in complaint.clocks
        if (envelope := procedure.find_overall_deadline(clock.name)) and makes_late(envelope, procedure)
    )


def makes_late(envelope: OverallDeadline, procedure: Procedure) -> bool:
    """Whether the government is late by this envelope; the Ombudsman's makes nobody late."""
    return any(rung.late_level for rung in procedure.ladders[envelope.ladder].rungs)


def is_suspended(complaint: Complaint, clock: Clock, procedure: Procedure) -> bool:
    """Whether an envelope's rungs do nothing now.

    Nobody is late while the reporter has an answer or is asked for something; the Ombudsman's time does not
    run out while the last word is the government's.
    """
    envelope = procedure.find_overall_deadline(clock.name)
    if envelope is None:
        return False
    if makes_late(envelope, procedure):
        return complaint.state == "answered" or complaint.waiting is not None
    return complaint.step is not None and complaint.step.kind is StepKind.CONFIRM


def is_late(step: OpenStep | None, now: datetime) -> bool:
    """Whether the government let the step's time run out: overdue is now at or after the due instant."""
    return step is not None and step.kind in HANDLING and now >= step.due_at


def owner_key(region: str, owner: str, agency: str | None, unit: str | None = None) -> str:
    """Who owns a step, as one string: ``unit@region/agency/unit``, ``regional_admin@region``, ``system``."""
    if owner in (Role.SYSTEM, Role.REPORTER):
        return owner
    return "/".join((f"{owner}@{region}", *(part for part in (agency, unit) if part)))
