"""A complaint as it stands: what its events add up to.

``apply`` is the only way a complaint changes, so that folding its events always gives its snapshot.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Literal, get_args

from pydantic import Field

from chalicelib.domain import facts as f
from chalicelib.domain.deadlines import Derivation
from chalicelib.domain.events import Event
from chalicelib.domain.model import Value
from chalicelib.domain.procedure import Procedure, Role, StepKind

State = Literal["received", "verified", "forwarded", "in_progress", "answer_review", "answered", "resolved"]

STATES: tuple[State, ...] = get_args(State)

SILENCE = "silence"
"""The clock of a reporter who has an answer; a handling step's clock has the name of its step."""


class OpenStep(Value):
    """Whose turn it is, which time, since when and until when."""

    name: str
    kind: StepKind
    visit: int
    owner: str
    agency: str | None
    opened_at: datetime
    due_at: datetime


class Clock(Value):
    """An open deadline. ``reached`` are the rungs already behind it."""

    name: str
    visit: int
    arming: int
    derivation: Derivation
    rungs: tuple[f.RungInstant, ...]
    reached: tuple[str, ...] = ()

    @property
    def due_at(self) -> datetime:
        """When the time is over (UTC)."""
        return self.derivation.due_at

    @property
    def ahead(self) -> tuple[f.RungInstant, ...]:
        """The rungs still to come, in order of time."""
        return tuple(rung for rung in self.rungs if rung.name not in self.reached)


class Answer(Value):
    """What an agency answered; the reporter sees it once it is published."""

    agency: str
    at: datetime
    text: f.TextRef
    files: tuple[f.FileRef, ...]
    late: bool
    published_at: datetime | None = None
    sent_back: f.TextRef | None = None


class Reply(Value):
    """What the reporter or the government wrote after an answer or along the way."""

    by: Literal["reporter", "government"]
    at: datetime
    text: f.TextRef
    disputes: bool = False


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

    state: State
    category: str
    suggested_agency: str | None = None
    complaint_class: f.ComplaintClass | None = None
    anonymous: bool
    confidential: bool
    agency: str | None = None

    title: f.TextRef
    narrative: f.TextRef
    place: f.TextRef | None
    files: tuple[f.FileRef, ...]
    forward_note: f.TextRef | None = None
    answers: tuple[Answer, ...] = ()
    replies: tuple[Reply, ...] = ()

    step: OpenStep | None = None
    clocks: tuple[Clock, ...] = ()
    visits: dict[str, int] = Field(default_factory=dict)
    rows_done: dict[int, datetime] = Field(default_factory=dict)

    late_level: int = 0
    was_late: bool = False
    resolved_by: Literal["reporter", "silence"] | None = None

    @property
    def tag(self) -> str:
        """What a decision is made upon: the step's visit and the revision. Changes whenever either does."""
        turn = f"{self.step.name}.{self.step.visit}" if self.step else "closed"
        return f"{turn}-{self.revision}"

    def clock(self, name: str, visit: int) -> Clock | None:
        """The open clock of that name and visit."""
        return next((clock for clock in self.clocks if (clock.name, clock.visit) == (name, visit)), None)

    @property
    def published_answers(self) -> tuple[Answer, ...]:
        """The answers the reporter may see."""
        return tuple(answer for answer in self.answers if answer.published_at)


def apply(complaint: Complaint | None, event: Event, procedure: Procedure) -> Complaint:
    """The complaint after one more event."""
    changes = _filed(event) if complaint is None else _changes(complaint, event)
    rows = dict.fromkeys(procedure.rows_done_by(event.type), event.at)
    done = complaint.rows_done if complaint else {}
    changes |= {
        "seq": event.seq,
        "head": event.hash,
        "last_at": event.at,
        "rows_done": rows | done,
    }
    if not isinstance(event.fact, f.DeadlineArmed | f.RungReached):
        changes["revision"] = event.seq
    if complaint is None:
        return Complaint.model_validate(changes)
    return complaint.model_copy(update=changes)


def fold(events: Iterable[Event], procedure: Procedure) -> Complaint:
    """The complaint its events add up to; ``ValueError`` without any event."""
    complaint = reduce(lambda so_far, event: apply(so_far, event, procedure), events, None)
    if complaint is None:
        raise ValueError("a complaint begins with the event that it was filed")
    return complaint


def _filed(event: Event) -> dict[str, object]:
    if not isinstance(event.fact, f.Filed):
        raise ValueError("a complaint begins with the event that it was filed")  # noqa: TRY004 -- about order
    given = {name: getattr(event.fact, name) for name in f.Filed.model_fields if name != "type"}
    return {"ticket": event.ticket, "filed_at": event.at, "state": "received", **given}


def _changes(complaint: Complaint, event: Event) -> dict[str, object]:  # noqa: C901, PLR0912 -- one case a fact
    match event.fact:
        case f.Recorded(suggested_agency=agency):
            return {"suggested_agency": agency}
        case f.Verified() as fact:
            return {
                "state": "verified",
                "complaint_class": fact.complaint_class,
                "category": fact.category,
                "confidential": fact.confidential,
            }
        case f.Forwarded(agency=agency, note=note):
            return {"state": "forwarded", "agency": agency, "forward_note": note}
        case f.Accepted():
            return {"state": "in_progress"}
        case f.Answered(agency=agency, text=text, files=files, late=late):
            answer = Answer(agency=agency, at=event.at, text=text, files=files, late=late)
            return {
                "state": "answer_review",
                "answers": (*complaint.answers, answer),
                "was_late": complaint.was_late or late,
            }
        case f.SentBack(reason=reason):
            return {"state": "in_progress", "answers": _last_answer(complaint, sent_back=reason)}
        case f.Published():
            return {"answers": _last_answer(complaint, published_at=event.at)}
        case f.Delivered():
            return {"state": "answered"}
        case f.Replied(by=by, text=text):
            return {"replies": (*complaint.replies, Reply(by=by, at=event.at, text=text))}
        case f.Disputed(reason=reason):
            reply = Reply(by="reporter", at=event.at, text=reason, disputes=True)
            return {"state": "in_progress", "replies": (*complaint.replies, reply)}
        case f.Confirmed():
            return {"state": "resolved", "resolved_by": "reporter", **_NOTHING_OPEN}
        case f.ClosedBySilence():
            return {"state": "resolved", "resolved_by": "silence", **_NOTHING_OPEN}
        case f.StepOpened() as fact:
            return _step_opened(complaint, fact, event.at)
        case f.DeadlineArmed() as fact:
            return _deadline_armed(complaint, fact)
        case f.RungReached() as fact:
            return _rung_reached(complaint, fact)
        case f.Filed():
            raise ValueError("a complaint is filed once")


_NOTHING_OPEN: dict[str, object] = {"step": None, "clocks": (), "late_level": 0}


def _last_answer(complaint: Complaint, **changes: object) -> tuple[Answer, ...]:
    return (*complaint.answers[:-1], complaint.answers[-1].model_copy(update=changes))


def _step_opened(complaint: Complaint, fact: f.StepOpened, at: datetime) -> dict[str, object]:
    step = OpenStep(
        name=fact.step,
        kind=fact.kind,
        visit=fact.visit,
        owner=fact.owner,
        agency=fact.agency,
        opened_at=at,
        due_at=fact.due_at,
    )
    return {
        "step": step,
        "clocks": (),
        "late_level": 0,
        "visits": complaint.visits | {fact.step: fact.visit},
        "was_late": complaint.was_late or is_late(complaint.step, at),
    }


def _deadline_armed(complaint: Complaint, fact: f.DeadlineArmed) -> dict[str, object]:
    before = complaint.clock(fact.clock, fact.visit)
    same_deadline = before is not None and before.derivation == fact.derivation
    clock = Clock(
        name=fact.clock,
        visit=fact.visit,
        arming=fact.arming,
        derivation=fact.derivation,
        rungs=fact.rungs,
        reached=before.reached if before and same_deadline else (),
    )
    changes: dict[str, object] = {
        "clocks": (*(other for other in complaint.clocks if other is not before), clock)
    }
    if complaint.step:
        changes["step"] = complaint.step.model_copy(update={"due_at": clock.due_at})
    return changes


def _rung_reached(complaint: Complaint, fact: f.RungReached) -> dict[str, object]:
    clocks = tuple(
        clock.model_copy(update={"reached": (*clock.reached, fact.rung)})
        if (clock.name, clock.visit) == (fact.clock, fact.visit)
        else clock
        for clock in complaint.clocks
    )
    if fact.late_level is None:
        return {"clocks": clocks}
    return {"clocks": clocks, "late_level": max(complaint.late_level, fact.late_level), "was_late": True}


HANDLING = frozenset({StepKind.VERIFY, StepKind.CONSULT, StepKind.RESPOND, StepKind.REVIEW})
"""The steps in which the government can be late. An alarm watches the system; the reporter owes nothing."""


def is_late(step: OpenStep | None, now: datetime) -> bool:
    """Whether the government let the step's time run out: overdue is now at or after the due instant."""
    return step is not None and step.kind in HANDLING and now >= step.due_at


def owner_key(region: str, owner: str, agency: str | None) -> str:
    """Who owns a step, as one string: ``liaison@region/agency``, ``regional_admin@region``, ``system``."""
    if owner in (Role.SYSTEM, Role.REPORTER):
        return owner
    return f"{owner}@{region}/{agency}" if agency else f"{owner}@{region}"
