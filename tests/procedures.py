"""A complaint carried through a real procedure in memory, for every test that needs one in mid-life.

``Life`` decides, chains and folds as the use cases do, without a store.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from chalicelib.domain import commands as c
from chalicelib.domain import facts as f
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.complaint import Clock, apply, fold
from chalicelib.domain.decide import Frame, decide, file
from chalicelib.domain.events import GENESIS, SYSTEM, Actor, Event, chain
from chalicelib.domain.procedure import Procedure, Role, StepKind, known, load

TICKET = "CTH-22222A"
MONDAY_MORNING = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""09.00 WIB in a week without a day off."""
ONE_SECOND = timedelta(seconds=1)

REGION = "kabupaten-contoh"
REPORTER = Actor(role=Role.REPORTER, id="reporter-1")
ADMIN = Actor(role=Role.REGIONAL_ADMIN, id="admin-1", region=REGION)
COORDINATOR = Actor(role=Role.COORDINATOR, id="coordinator-1", region=REGION)
LIAISON = Actor(role=Role.LIAISON, id="liaison-1", region=REGION, agency="pupr")
HEAD = Actor(role=Role.HEAD, id="head-1", region=REGION, agency="pupr")
STRANGERS = (
    Actor(role=Role.REPORTER, id="reporter-2"),
    Actor(role=Role.REGIONAL_ADMIN, id="admin-2", region="kota-lain"),
    Actor(role=Role.LIAISON, id="liaison-2", region=REGION, agency="dlh"),
    Actor(role=Role.LIAISON, id="liaison-3", region="kota-lain", agency="pupr"),
    Actor(role=Role.CENTRAL_ADMIN, id="central-1"),
    COORDINATOR,
    HEAD,
)
"""People who may decide nothing about the complaint."""


def words(name: str) -> f.TextRef:
    return f.TextRef(id=name, hmac="ab" * 32)


PHOTO = f.FileRef(sha256="cd" * 32, media_type="image/jpeg", size=2_000)

FILE = c.File(
    region=REGION,
    language="id",
    category="jalan-rusak",
    title=words("title"),
    narrative=words("narrative"),
    place=words("place"),
    files=(PHOTO,),
)
RECORD = c.Record(suggested_agency="pupr")
FORWARD = c.Forward(agency="pupr", note=words("note"))
ANSWER = c.Answer(text=words("answer"), files=(PHOTO,))
SEND_BACK = c.SendBack(reason=words("mend"))
WRITE = c.Write(text=words("reply"))
DISPUTE = c.Dispute(reason=words("dispute"))

STRAIGHT: tuple[tuple[StepKind, c.Command, Actor], ...] = (
    (StepKind.RECORD, RECORD, SYSTEM),
    (StepKind.VERIFY, FORWARD, ADMIN),
    (StepKind.RESPOND, ANSWER, LIAISON),
    (StepKind.REVIEW, c.Publish(), ADMIN),
    (StepKind.DELIVER, c.Deliver(), SYSTEM),
    (StepKind.CONFIRM, c.Confirm(), REPORTER),
)
"""The shortest way through a procedure: at a step of this kind, this command by this actor."""


class Life:
    """One complaint, from its filing on. ``now`` is the test's to move."""

    def __init__(
        self, procedure: Procedure, now: datetime = MONDAY_MORNING, calendar: Calendar | None = None
    ) -> None:
        self.procedure = procedure
        self.calendar = calendar or Calendar()
        self.now = now
        self.events: list[Event] = chain(TICKET, 0, GENESIS, file(FILE, self.frame(REPORTER)), now, REPORTER)
        self.complaint = fold(self.events, procedure)

    def frame(self, actor: Actor) -> Frame:
        return Frame(procedure=self.procedure, calendar=self.calendar, now=self.now, actor=actor)

    def do(self, command: c.Command, actor: Actor) -> list[f.Fact]:
        """Carry the command out now; its facts. A ``Refusal`` leaves everything as it is."""
        facts = decide(self.complaint, command, self.frame(actor))
        at = self.complaint
        for event in chain(TICKET, at.seq, at.head, facts, self.now, actor):
            self.complaint = apply(self.complaint, event, self.procedure)
            self.events.append(event)
        return facts

    def to(self, kind: StepKind) -> "Life":
        """Go the shortest way, in no time, until a step of this kind is open."""
        for at, command, actor in STRAIGHT:
            if self.kind is kind:
                break
            if self.kind is at:
                self.do(command, actor)
        assert self.kind is kind, f"{kind} is not ahead"
        return self

    def reach(self, name: str) -> list[f.Fact]:
        """The timer of the open clock rings for a rung: at its instant, or now where that is later."""
        clock = self.clock
        rung = next(rung for rung in clock.rungs if rung.name == name)
        self.now = max(self.now, rung.nominal_at)
        return self.do(ring(clock, name), SYSTEM)

    @property
    def kind(self) -> StepKind | None:
        return self.complaint.step.kind if self.complaint.step else None

    @property
    def clock(self) -> Clock:
        """The clock of the open step."""
        (clock,) = self.complaint.clocks
        return clock


def ring(clock: Clock, rung: str) -> c.ReachRung:
    """The command of a timer that was started for the clock as it is."""
    return c.ReachRung(clock=clock.name, visit=clock.visit, arming=clock.arming, rung=rung)


def types(facts: Iterable[f.Fact]) -> list[str]:
    return [fact.type for fact in facts]


def every_procedure() -> list[Procedure]:
    return [load(name) for name in known()]
