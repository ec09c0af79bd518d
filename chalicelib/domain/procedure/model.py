"""A government's written procedure (SOP) as data.

A procedure has *steps*, the periods in which exactly one owner must act, and *rows*, the lines of the
printed table. A step has the rows that are done in it; a row is done when its event happens. A ``decision``
next to a value marks what the source does not say, so that nobody takes our decision for the source's.
"""

from collections.abc import Iterator, Mapping
from datetime import time
from enum import StrEnum
from typing import Literal

from pydantic import Field

from chalicelib.domain.time.deadlines import StandardTime
from chalicelib.domain.values.value import Value

Language = Literal["id", "en"]

ComplaintClass = Literal["complaint", "aspiration", "information_request", "supervision"]
"""The class of a report; ``supervision`` (*berkadar pengawasan*): abuse of office, corruption, discipline."""


class StepKind(StrEnum):
    """The kinds of step; each has a queue of its own."""

    RECORD = "record"
    VERIFY = "verify"
    COMPLETE = "complete"
    CONSULT = "consult"
    RESPOND = "respond"
    REVIEW = "review"
    DELIVER = "deliver"
    CONFIRM = "confirm"
    FOLLOW = "follow"


class Role(StrEnum):
    """The roles that can own a step or be notified; the procedure gives each its own title."""

    REPORTER = "reporter"
    SYSTEM = "system"
    CENTRAL_ADMIN = "central_admin"
    REGIONAL_ADMIN = "regional_admin"
    COORDINATOR = "coordinator"
    PPID = "ppid"
    INSPECTORATE = "inspectorate"
    LIAISON = "liaison"
    SECRETARIAT = "secretariat"
    HEAD = "head"
    UNIT = "unit"


REGIONAL_ROLES = frozenset({Role.REGIONAL_ADMIN, Role.COORDINATOR, Role.PPID, Role.INSPECTORATE})
"""Roles of a whole region: their officers belong to no agency."""
AGENCY_ROLES = frozenset({Role.LIAISON, Role.SECRETARIAT, Role.HEAD, Role.UNIT})
"""Roles within one agency; a unit's officers belong to their Bidang or Seksi."""

REQUIRED_ACTS: Mapping[StepKind, frozenset[str]] = {
    StepKind.RECORD: frozenset({"record"}),
    StepKind.VERIFY: frozenset({"forward"}),
    StepKind.COMPLETE: frozenset({"complete"}),
    StepKind.CONSULT: frozenset({"advise"}),
    StepKind.RESPOND: frozenset(),
    StepKind.REVIEW: frozenset({"publish", "send_back"}),
    StepKind.DELIVER: frozenset({"deliver"}),
    StepKind.CONFIRM: frozenset({"satisfied", "not_satisfied", "silence"}),
    StepKind.FOLLOW: frozenset({"end"}),
}
"""The acts that every step of a kind has; a procedure names the target of each."""

ACTS: Mapping[StepKind, frozenset[str]] = {
    kind: required | optional
    for (kind, required), optional in zip(
        REQUIRED_ACTS.items(),
        (
            frozenset({"protect"}),
            frozenset({"forward_by_letter", "consult", "ask", "hand_over", "archive", "merge"}),
            frozenset({"lapse", "expire"}),
            frozenset({"ask"}),
            frozenset({"accept", "proceed", "dispose", "answer", "return", "ask"}),
            frozenset({"ask"}),
            frozenset(),
            frozenset({"question"}),
            frozenset(),
        ),
        strict=True,
    )
}
"""Every act that can leave a step of a kind. A respond step must have one that advances the complaint."""

ADVANCING_ACTS = frozenset({"accept", "proceed", "dispose", "answer"})
"""The acts of an agency's step that advance the complaint; ``return`` and ``ask`` lead back."""

BACK = "back"
"""The target of a reporter's completion: the step that waited for it."""

SILENCE = "silence"
"""The clock of a reporter who has an answer; a handling step's clock has the name of its step."""

PLAN = "plan"
"""The clock of a dated plan."""

ENDS = frozenset({"resolved", "lapsed", "archived", "handed_over", "duplicate"})
"""The states in which a complaint's own steps are over (a duplicate waits for its parent)."""


class Text(Value):
    """A text in Indonesian and English."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def get_words(self, language: Language) -> str:
        return self.id if language == "id" else self.en


class Law(Value):
    """A legal basis as printed in the procedure; ``replaced_by`` names the law in force today."""

    text: str
    replaced_by: str | None = None


class Header(Value):
    """The printed head of the procedure. Blank in the source is blank here; ``division`` is the *bidang*."""

    government: str
    office: str
    division: str = ""
    number: str = ""
    made: str = ""
    revised: str = ""
    effective: str = ""
    approved_by: str = ""
    legal_basis: tuple[Law, ...] = Field(min_length=1)
    qualification: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    warning: str = ""
    recording: str = ""


class RoleTitle(Value):
    """A government's title of a role, and the role above it, which is notified when time runs out."""

    title: Text
    superior: Role | None = None
    decision: Text | None = None


class Row(Value):
    """A printed row, with its time as printed. ``done_by`` is the event after which the row is done.

    ``marked`` are the roles in whose columns the table has a mark, the accountable one first. Where it is
    empty, they are the owners of the row's steps.
    """

    number: int = Field(ge=1)
    actor: Text
    marked: tuple[Role, ...] = ()
    does: Text
    needs: Text | None = None
    standard_time: Text | None = None
    output: Text | None = None
    done_by: str
    decision: Text | None = None


class Rung(Value):
    """A moment on the way to a deadline, with its effect.

    Exactly one of ``part`` (0..1 of the time that has passed; 1 is the deadline), ``further_working_days``
    (after the deadline) and ``last_day_at`` (local time of the deadline's last day) gives the moment.
    ``tell`` are roles, or "owner" and "superior" of the step. ``late_level`` marks the complaint late;
    ``act`` is the timer's own act.
    """

    name: str = Field(pattern=r"^[a-z0-9-]{1,20}$")
    part: float | None = Field(default=None, gt=0, le=1)
    further_working_days: int | None = Field(default=None, ge=1)
    last_day_at: time | None = None
    tell: tuple[str, ...] = ()
    template: str | None = None
    sms: bool = False
    late_level: int | None = Field(default=None, ge=1, le=3)
    act: Literal["silence", "lapse", "expire", "refer"] | None = None


class Ladder(Value):
    """The rungs of a deadline, in order of time."""

    rungs: tuple[Rung, ...] = Field(min_length=1)
    decision: Text | None = None


class Step(Value):
    """A period in which one owner must act.

    ``standard_time`` is the owner's time, ``legal_basis`` its source, ``ladder`` the reminders of its clock.
    A step of the system has a standard time but no ladder: an alarm watches it. ``proof`` requires a photo
    with this step's answer, or another file and the reason why there is no photo. ``consults`` are the
    classes whose ``forward`` is a ``consult``. ``stands_for`` are the steps that this one replaces: their
    rows are done in it too.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    kind: StepKind
    owner: str
    standard_time: StandardTime
    legal_basis: str = Field(min_length=1)
    ladder: str | None = None
    exits: Mapping[str, str]
    proof: bool = False
    consults: tuple[ComplaintClass, ...] = ()
    stands_for: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    decision: Text | None = None


class OverallDeadline(Value):
    """A deadline over several steps (``envelopes`` in the file): returns and second answers do not stop it.

    It starts at an event of ``starts_on`` if it is not running, and stops at an event of ``stops_on`` or when
    the complaint ends. ``by_class`` gives each class its own time; a class that is missing there has none.
    ``counts_from`` says whether the time counts from the event or from the receipt of the complaint.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    standard_time: StandardTime | None = None
    by_class: Mapping[ComplaintClass, StandardTime] = Field(default_factory=dict)
    counts_from: Literal["event", "receipt"] = "event"
    legal_basis: str = Field(min_length=1)
    ladder: str
    starts_on: tuple[str, ...] = Field(min_length=1)
    stops_on: tuple[str, ...] = ()
    decision: Text | None = None

    def find_time(self, complaint_class: ComplaintClass | None) -> StandardTime | None:
        """Return the time of a complaint of that class; ``None`` if the deadline is not for it."""
        if not self.by_class:
            return self.standard_time
        return self.by_class.get(complaint_class) if complaint_class else None


class Arbitration(Value):
    """After how many returns ("bukan wewenang kami") who decides; that decision cannot be returned."""

    after_returns: int = Field(ge=1)
    opens: str
    decision: Text | None = None


class Reopening(Value):
    """The time in which a reporter may reopen a finished complaint, and the step that opens then."""

    standard_time: StandardTime
    legal_basis: str = Field(min_length=1)
    opens: str
    decision: Text | None = None


class Planning(Value):
    """The ladder of a dated plan that is given as an answer."""

    legal_basis: str = Field(min_length=1)
    ladder: str
    decision: Text | None = None


class FilingRules(Value):
    """The items that a citizen must give, the step that opens then, and the rows that filing completes."""

    requires: tuple[Literal["place", "photo"], ...] = ()
    opens: str
    rows: tuple[Row, ...] = ()


class Notice(Value):
    """The recipient and the template of a message about an event.

    ``when`` is the event's name. After a colon it can be narrowed: to a step (``step.opened``), to the author
    (``complaint.replied``), to a dispute after the first (``again``), to a later deadline (``moved``).
    """

    when: str
    to: str
    template: str


class Procedure(Value):
    """A whole procedure. Its file is the only place that knows a government's rules."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    version: str = Field(min_length=1)
    title: Text
    header: Header
    roles: Mapping[str, RoleTitle]
    filing: FilingRules
    steps: tuple[Step, ...] = Field(min_length=1)
    ladders: Mapping[str, Ladder]
    notices: tuple[Notice, ...]
    overall_deadlines: tuple[OverallDeadline, ...] = Field(default=(), alias="envelopes")
    arbitration: Arbitration | None = None
    reopening: Reopening | None = None
    planning: Planning | None = None
    supervision_to_inspectorate: bool = False

    def get_step(self, name: str) -> Step:
        """Return the step of that name; ``KeyError`` if there is none, which the linter excludes."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def find_overall_deadline(self, name: str) -> OverallDeadline | None:
        return next((deadline for deadline in self.overall_deadlines if deadline.name == name), None)

    def get_first_step(self, kind: StepKind) -> Step:
        """Return the first step of a kind; ``KeyError`` if there is none, which the linter excludes."""
        for step in self.steps:
            if step.kind is kind:
                return step
        raise KeyError(kind)

    def find_step_ladder(self, step: Step) -> Ladder | None:
        """Return the ladder of a step's clock; the system's steps have none."""
        return self.ladders[step.ladder] if step.ladder else None

    def find_ladder(self, clock: str) -> Ladder | None:
        """Return the ladder of a clock: a step's, an overall deadline's, the silence's or a plan's."""
        if clock == PLAN:
            return self.ladders[self.planning.ladder] if self.planning else None
        if clock == SILENCE:
            return self.find_step_ladder(self.get_first_step(StepKind.CONFIRM))
        overall = self.find_overall_deadline(clock)
        return self.ladders[overall.ladder] if overall else self.find_step_ladder(self.get_step(clock))

    def outlasts_steps(self, clock: str) -> bool:
        """Return whether the clock of that name continues when a step closes."""
        return clock == PLAN or self.find_overall_deadline(clock) is not None

    def list_duty_order(self, role: str) -> list[str]:
        """Return the role, then the roles that act for it while it has no officer on duty, nearest first.

        They are the agency's liaison, one superior after another, then the region's admin and coordinator.
        No other role acts for the Inspektorat: only it may know of a protected report.
        """
        if role == Role.INSPECTORATE or role not in AGENCY_ROLES | REGIONAL_ROLES:
            return [role]
        roles = [role]
        if role in AGENCY_ROLES and role != Role.LIAISON:
            roles.append(Role.LIAISON)
        while (title := self.roles.get(roles[-1])) and title.superior and title.superior not in roles:
            roles.append(title.superior)
        return list(dict.fromkeys([*roles, Role.REGIONAL_ADMIN, Role.COORDINATOR]))

    def list_rows(self) -> Iterator[tuple[Row, Step | None]]:
        """Return every printed row with the step in which it is done (``None``: at filing)."""
        for row in self.filing.rows:
            yield row, None
        for step in self.steps:
            for row in step.rows:
                yield row, step

    def list_rows_done_by(self, event: str, step: str | None) -> tuple[int, ...]:
        """Return the numbers of the rows that an event completes in that step (``None``: at filing)."""
        if step is None:
            rows = self.filing.rows
        else:
            names = (step, *self.get_step(step).stands_for)
            rows = tuple(row for name in names for row in self.get_step(name).rows)
        return tuple(row.number for row in rows if row.done_by == event)

    @property
    def last_row(self) -> int:
        """Return the number of the row with which the government's own procedure ends."""
        return max(row.number for row, _ in self.list_rows())
