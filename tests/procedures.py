"""A complaint carried through a real procedure in memory, for every test that needs one in mid-life.

``Life`` decides, chains and folds as the use cases do, without a store.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar

import pytest

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.completion import AskReporter, Complete
from chalicelib.domain.complaint.decide import decide, file_complaint
from chalicelib.domain.complaint.decision_context import DecisionContext, IsStaffed, is_always_staffed
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.evolve import evolve, evolve_all
from chalicelib.domain.complaint.handling import Accept, AnswerComplaint, Dispose, Proceed, ReturnComplaint
from chalicelib.domain.complaint.intake import FileComplaint, RecordComplaint
from chalicelib.domain.complaint.outcome import AskQuestion, Confirm, Dispute, Reopen, Withdraw, WriteReply
from chalicelib.domain.complaint.publishing import Deliver, Publish, SendBack
from chalicelib.domain.complaint.routing import Advise, EndHandover, Forward, HandOver
from chalicelib.domain.complaint.state import OFFLINE, Clock, Complaint
from chalicelib.domain.complaint.stored_event import GENESIS, StoredEvent, chain_events
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.complaint.verification import Archive
from chalicelib.domain.directory import regions
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import AGENCY_ROLES, Procedure, Role, StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from tests.scenario import Scenario

T = TypeVar("T")

TICKET = "CTH-22222A"
MONDAY_MORNING = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""09.00 WIB (10.00 WITA, 11.00 WIT) in a week without a day off: offices are open in every zone."""
ONE_SECOND = timedelta(seconds=1)

REGION = "kabupaten-contoh"
REPORTER = Actor(role=Role.REPORTER, id="reporter-1")
ADMIN = Actor(role=Role.REGIONAL_ADMIN, id="admin-1", region=REGION)
COORDINATOR = Actor(role=Role.COORDINATOR, id="coordinator-1", region=REGION)
PPID = Actor(role=Role.PPID, id="ppid-1", region=REGION)
INSPECTORATE = Actor(role=Role.INSPECTORATE, id="inspector-1", region=REGION)
CENTRAL = Actor(role=Role.CENTRAL_ADMIN, id="central-1")
LIAISON = Actor(role=Role.LIAISON, id="liaison-1", region=REGION, agency="pupr")
SECRETARIAT = Actor(role=Role.SECRETARIAT, id="secretary-1", region=REGION, agency="pupr")
HEAD = Actor(role=Role.HEAD, id="head-1", region=REGION, agency="pupr")
UNIT = Actor(role=Role.UNIT, id="unit-1", region=REGION, agency="pupr", unit="bidang-1")
PEOPLE = (REPORTER, ADMIN, COORDINATOR, PPID, INSPECTORATE, LIAISON, SECRETARIAT, HEAD, UNIT)
"""Everybody who can have a turn in the complaint of :class:`Life`."""
STRANGERS = (
    Actor(role=Role.REPORTER, id="reporter-2"),
    Actor(role=Role.REGIONAL_ADMIN, id="admin-2", region="kota-lain"),
    Actor(role=Role.COORDINATOR, id="coordinator-2", region="kota-lain"),
    Actor(role=Role.INSPECTORATE, id="inspector-2", region="kota-lain"),
    Actor(role=Role.LIAISON, id="liaison-2", region=REGION, agency="dlh"),
    Actor(role=Role.LIAISON, id="liaison-3", region="kota-lain", agency="pupr"),
    Actor(role=Role.SECRETARIAT, id="secretary-2", region=REGION, agency="dlh"),
    Actor(role=Role.HEAD, id="head-2", region=REGION, agency="dlh"),
    Actor(role=Role.UNIT, id="unit-2", region=REGION, agency="pupr", unit="bidang-2"),
    CENTRAL,
)
"""People who may decide nothing about it, as long as it is the agency "pupr"'s and none supports it."""


def words(name: str) -> TextRef:
    return TextRef(id=name, hmac="ab" * 32)


PHOTO = FileRef(sha256="cd" * 32, media_type="image/jpeg", size=2_000)
LETTER = FileRef(sha256="ef" * 32, media_type="application/pdf", size=3_000)

FILE = FileComplaint(
    region=REGION,
    language="id",
    category="jalan-rusak",
    reporter=REPORTER.id,
    title=words("title"),
    narrative=words("narrative"),
    place=words("place"),
    files=(PHOTO,),
)
PROTECTED = FILE.model_copy(update={"anonymous": True, "confidential": True, "about_agency": "pupr"})
"""A report about an officer's own house, by somebody who fears it: the Inspektorat's alone."""
TYPED_IN = FILE.model_copy(
    update={"channel": "letter", "reporter": f"{OFFLINE}1", "received_at": MONDAY_MORNING - timedelta(days=3)}
)
"""A letter that the admin types in for somebody without an account."""

RECORD = RecordComplaint(suggested_agency="pupr")
FORWARD = Forward(agency="pupr", note=words("note"))
ASK = AskReporter(missing=("photo", "place"), note=words("asked"))
COMPLETE = Complete(text=words("given"), place=words("corner"), files=(PHOTO,))
HAND_OVER = HandOver(body="PT PLN", address="Jalan Listrik 1", reason=words("not-ours"))
END_HANDOVER = EndHandover(outcome="answered", text=words("their-answer"))
ARCHIVE = Archive(reason="no_substance", text=words("why-archived"))
ADVISE = Advise(text=words("advice"))
DISPOSE = Dispose(unit="bidang-1", instruction=words("instruction"))
PROCEED = Proceed(note=words("progress"), files=(PHOTO,))
RETURN = ReturnComplaint(reason=words("not-our-task"))
ANSWER = AnswerComplaint(text=words("answer"), files=(PHOTO,))
SEND_BACK = SendBack(reason=words("mend"))
WRITE = WriteReply(text=words("reply"))
QUESTION = AskQuestion(text=words("question"))
DISPUTE = Dispute(reason=words("dispute"))
REOPEN = Reopen(reason=words("reopen"))
WITHDRAW = Withdraw(reason=words("withdraw"))

_ONWARD: dict[StepKind, Command] = {
    StepKind.RECORD: RECORD,
    StepKind.VERIFY: FORWARD,
    StepKind.COMPLETE: COMPLETE,
    StepKind.CONSULT: ADVISE,
    StepKind.REVIEW: Publish(),
    StepKind.DELIVER: Deliver(),
    StepKind.CONFIRM: Confirm(),
    StepKind.FOLLOW: END_HANDOVER,
}
"""What takes a complaint the shortest way on, at a step of each kind but an agency's."""
_WITHIN_THE_HOUSE: dict[str, Command] = {
    "answer": ANSWER,
    "accept": Accept(),
    "dispose": DISPOSE,
    "proceed": PROCEED,
}
"""How an agency's step is left, by the exit the procedure gives it."""


def onward(complaint: Complaint, procedure: Procedure) -> tuple[Command, Actor]:
    """What takes a complaint the shortest way on from its open step, and who does it."""
    step = complaint.step
    assert step, "nobody's turn"
    if step.kind is not StepKind.RESPOND:
        return _ONWARD[step.kind], owner_of(complaint)
    exits = procedure.get_step(step.name).exits
    command = next(command for exit_, command in _WITHIN_THE_HOUSE.items() if exit_ in exits)
    return command, owner_of(complaint)


def owner_of(complaint: Complaint) -> Actor:
    """Somebody whose turn it is, at whichever agency and unit has the complaint."""
    step = complaint.step
    assert step, "nobody's turn"
    if step.owner == Role.SYSTEM:
        return SYSTEM
    if step.owner == Role.REPORTER and not complaint.has_account:
        return INSPECTORATE if complaint.protected else ADMIN
    owner = next(actor for actor in PEOPLE if actor.role == step.owner)
    if step.owner in AGENCY_ROLES:
        return owner.model_copy(update={"agency": step.agency, "unit": step.unit or owner.unit})
    return owner


@cache
def calendar_of(procedure: str) -> Calendar:
    """The national calendar in the zone of the procedure's government."""
    zones = {region.procedure: region.zone for region in map(regions.load, regions.list_slugs())}
    return Calendar(zones.get(procedure, "Asia/Jakarta"))


class Life(Scenario):
    """One complaint, from its filing on. ``now`` and ``calendar`` are the test's to move."""

    def __init__(
        self,
        procedure: Procedure,
        now: datetime = MONDAY_MORNING,
        calendar: Calendar | None = None,
        *,
        filed: FileComplaint = FILE,
        ticket: str = TICKET,
        staffed: IsStaffed = is_always_staffed,
    ) -> None:
        self.procedure = procedure
        self.calendar = calendar or calendar_of(procedure.id)
        self.staffed = staffed
        self.now = now
        by = REPORTER if filed.channel == "web" else ADMIN
        self.events: list[StoredEvent] = chain_events(
            ticket, 0, GENESIS, file_complaint(filed, self.context(by)), now, by
        )
        self.complaint = evolve_all(self.events, procedure)

    def context(self, actor: Actor) -> DecisionContext:
        return DecisionContext(self.procedure, self.calendar, self.now, actor, self.staffed)

    def do(self, command: Command, actor: Actor) -> list[DomainEvent]:
        """Carry the command out now; its events. A ``Refusal`` leaves everything as it is."""
        events = decide(self.complaint, command, self.context(actor))
        at = self.complaint
        for stored in chain_events(at.ticket, at.seq, at.head, events, self.now, actor):
            self.complaint = evolve(self.complaint, stored, self.procedure)
            self.events.append(stored)
        return events

    def go_on(self) -> list[DomainEvent]:
        """Let the owner of the open step take the complaint the shortest way on."""
        return self.do(*onward(self.complaint, self.procedure))

    def reach(self, rung: str, clock: str | None = None) -> list[DomainEvent]:
        """The timer of a clock (the open step's) rings for a rung: at its instant, or now if that is past."""
        rings = self.clock_of(clock) if clock else self.clock
        instant = next(one for one in rings.rungs if one.name == rung)
        self.now = max(self.now, instant.nominal_at)
        return self.do(ring(rings, rung), SYSTEM)

    @property
    def owner(self) -> Actor:
        """Somebody whose turn it is."""
        return owner_of(self.complaint)

    @property
    def clock(self) -> Clock:
        """The clock of the open step."""
        clock = self.complaint.step_clock
        assert clock, "the system's own step: nobody watches it but an alarm"
        return clock

    def clock_of(self, name: str) -> Clock:
        """The open clock of that name: a step's, an envelope's, the plan's."""
        (clock,) = (one for one in self.complaint.clocks if one.name == name)
        return clock

    def runs(self, name: str) -> bool:
        """Whether a clock of that name is open."""
        return any(clock.name == name for clock in self.complaint.clocks)


def ring(clock: Clock, rung: str) -> ReachRung:
    """The command of a timer that was started for the clock as it is."""
    return ReachRung(clock=clock.name, visit=clock.visit, generation=clock.generation, rung=rung)


def types(events: Iterable[DomainEvent]) -> list[str]:
    return [event.type for event in events]


def every_procedure() -> list[Procedure]:
    return [load_procedure(name) for name in list_procedure_ids()]


def refused(life: Life, command: Command, actor: Actor) -> str:
    """The reason of the refusal, after which nothing may have changed."""
    before, history = life.complaint, list(life.events)
    with pytest.raises(Refusal) as refusal:
        life.do(command, actor)
    assert (life.complaint, life.events) == (before, history)
    return refusal.value.code


def the(kind: type[T], events: Iterable[DomainEvent]) -> T:
    """The one event of this kind among them."""
    (event,) = (event for event in events if isinstance(event, kind))
    return event
