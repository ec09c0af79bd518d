"""Any order of decisions, timers and changes of the calendar, in any procedure: what always holds."""

import copy
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import takewhile

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decision_context import IsStaffed, is_always_staffed
from chalicelib.domain.complaint.duplicates import (
    AdoptDuplicate,
    InheritAnswer,
    LinkComplaint,
    Merge,
    NoteSplit,
    ReleaseDuplicate,
)
from chalicelib.domain.complaint.event import DomainEvent, matches
from chalicelib.domain.complaint.evolve import evolve_all
from chalicelib.domain.complaint.handling import (
    Accept,
    AskForTime,
    Dispose,
    GiveSupport,
    Returned,
    SucceedAgency,
)
from chalicelib.domain.complaint.lateness import is_late
from chalicelib.domain.complaint.outcome import Confirm, Disputed
from chalicelib.domain.complaint.publishing import Deliver, Publish, SentBack
from chalicelib.domain.complaint.referral import Consent
from chalicelib.domain.complaint.reminding import Remind
from chalicelib.domain.complaint.routing import Forward, Reroute
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.state import Clock, Complaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent, find_broken_link
from chalicelib.domain.complaint.timers import RecomputeDeadlines, RestartTimer
from chalicelib.domain.complaint.verification import Archive, Reclassify, Redact, SeeIdentity, Verify
from chalicelib.domain.lint.events import list_events, list_events_in
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import PLAN, Role, StepKind
from chalicelib.domain.time.calendar import ONE_DAY, Calendar
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Refusal
from tests.procedures import (
    ADVISE,
    ANSWER,
    ASK,
    COMPLETE,
    DISPUTE,
    END_HANDOVER,
    FILE,
    HAND_OVER,
    MONDAY_MORNING,
    PEOPLE,
    PHOTO,
    PROCEED,
    PROTECTED,
    QUESTION,
    RECORD,
    REOPEN,
    RETURN,
    SEND_BACK,
    STRANGERS,
    TYPED_IN,
    WITHDRAW,
    WRITE,
    Life,
    calendar_of,
    ring,
    words,
)

PARENT = "CTH-33333B"
HEIR = "dinas-baru"
AGENCIES = ("pupr", "dlh", HEIR)
ANYBODY = (
    *(actor for actor in PEOPLE if actor.agency is None),
    *(
        actor.model_copy(update={"agency": agency, "id": f"{actor.id}-{agency}"})
        for actor in PEOPLE
        if actor.agency
        for agency in AGENCIES
    ),
    *STRANGERS,
)
FILED = {
    "plain": FILE,
    "protected": PROTECTED,
    "typed in": TYPED_IN,
    "anonymous": PROTECTED.model_copy(update={"confidential": False}),
    "protected and typed in": PROTECTED.model_copy(
        update={"channel": "visit", "reporter": TYPED_IN.reporter}
    ),
}


def only_liaisons(role: str, _agency: str | None, _unit: str | None) -> bool:
    return role == Role.LIAISON


CLASSES = st.sampled_from(["complaint", "aspiration", "information_request", "supervision"])
VERIFY = st.builds(Verify, complaint_class=CLASSES, confidential=st.sampled_from([None, True, False]))
AHEAD = st.integers(1, 40).map(lambda days: timedelta(days=days))
SOON = st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=20))
LATER = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=25))
ENDINGS = frozenset({"withdraw", "archive", "hand_over", "merge", "reroute", "satisfied"})
"""Decisions after which little happens: taken now and then, lest every complaint ends young."""
BY_THE_SYSTEM = (RECORD, Deliver(), AdoptDuplicate(child="CTH-55555D"), NoteSplit(ticket="CTH-66666E"))
TAKEN_THOUGH_NOT_OFFERED = frozenset({"verify", "consent"})


def command_for(act: str, life: Life, data: st.DataObject) -> Command:
    """The decision of that name, with arguments somebody could give."""
    return _COMMANDS[act](life, data)


def _forward(_: Life, data: st.DataObject) -> Command:
    agencies = st.sampled_from(AGENCIES[:2])
    verify = data.draw(VERIFY)
    return Forward(
        agency=data.draw(agencies),
        complaint_class=verify.complaint_class,
        confidential=verify.confidential,
        supporters=tuple(data.draw(st.lists(agencies, max_size=1))),
        by_letter=data.draw(st.booleans()),
    )


def _answer(life: Life, data: st.DataObject) -> Command:
    ahead = data.draw(st.none() | AHEAD)
    if ahead is None:
        return ANSWER
    return ANSWER.model_copy(update={"plan_date": _today(life) + ahead, "plan_owner": words("owner")})


def _today(life: Life) -> date:
    return life.calendar.to_local(life.now).date()


_COMMANDS: dict[str, Callable[[Life, st.DataObject], Command]] = {
    "verify": lambda _, data: data.draw(VERIFY),
    "forward": _forward,
    "redact": lambda *_: Redact(narrative=words("masked")),
    "reclassify": lambda _, data: Reclassify(complaint_class=data.draw(CLASSES), category="sampah"),
    "ask": lambda *_: ASK,
    "complete": lambda *_: COMPLETE,
    "hand_over": lambda *_: HAND_OVER,
    "end_handover": lambda *_: END_HANDOVER,
    "archive": lambda _, data: Archive(
        reason=data.draw(st.sampled_from(["in_court", "already_handled"])),
        text=words("why"),
        earlier="CTH-44444C",
    ),
    "merge": lambda *_: Merge(parent=PARENT),
    "link": lambda life, _: LinkComplaint(ticket=f"CTH-{len(life.events)}"),
    "reroute": lambda *_: Reroute(region="kota-lain", reason=words("theirs")),
    "see_identity": lambda *_: SeeIdentity(reason=words("call-back")),
    "advise": lambda *_: ADVISE,
    "accept": lambda *_: Accept(),
    "proceed": lambda *_: PROCEED,
    "dispose": lambda _, data: Dispose(
        unit=data.draw(st.sampled_from(["bidang-1", None])), instruction=words("instruction")
    ),
    "return": lambda *_: RETURN,
    "support": lambda *_: GiveSupport(text=words("support")),
    "ask_for_time": lambda life, data: AskForTime(until=_today(life) + data.draw(AHEAD), reason=words("why")),
    "answer": _answer,
    "publish": lambda *_: Publish(),
    "send_back": lambda *_: SEND_BACK,
    "satisfied": lambda *_: Confirm(),
    "not_satisfied": lambda *_: DISPUTE,
    "question": lambda *_: QUESTION,
    "remind": lambda *_: Remind(),
    "reply": lambda *_: WRITE,
    "withdraw": lambda *_: WITHDRAW,
    "reopen": lambda *_: REOPEN,
    "consent": lambda _, data: Consent(with_identity=data.draw(st.booleans())),
}
# Splitting is two commands of the system's, on two complaints.
_NO_COMMAND = "split"

STATES_OF: dict[StepKind, frozenset[str]] = {
    StepKind.RECORD: frozenset({"received"}),
    StepKind.VERIFY: frozenset({"received", "verified"}),
    StepKind.CONSULT: frozenset({"forwarded"}),
    StepKind.RESPOND: frozenset({"forwarded", "in_progress", "answered"}),
    StepKind.REVIEW: frozenset({"answer_review", "answered"}),
    StepKind.DELIVER: frozenset({"answer_review", "answered"}),
    StepKind.CONFIRM: frozenset({"answered"}),
    StepKind.FOLLOW: frozenset({"handed_over"}),
}
"""What the reporter can be told while a step of a kind is open; while they are asked, all it was before."""


class ComplaintLife(RuleBasedStateMachine):
    """People, the system, timers and calendars act on one complaint in any order."""

    life: Life
    before: Complaint
    timers: list[Clock]
    """Every clock as it was when its timer was started: the timers that may still ring."""

    @initialize(
        procedure=st.sampled_from(list_procedure_ids()),
        filed=st.sampled_from(sorted(FILED)),
        staffed=st.sampled_from([is_always_staffed, only_liaisons]),
        after=st.timedeltas(timedelta(), timedelta(days=400)),
    )
    def file(self, procedure: str, filed: str, staffed: IsStaffed, after: timedelta) -> None:
        now = MONDAY_MORNING + after
        self.life = Life(load_procedure(procedure), now, filed=FILED[filed], staffed=staffed)
        self.before = self.life.complaint
        self.timers = list(self.life.complaint.clocks)
        self.life.do(RECORD, SYSTEM)

    def act(self, command: Command, actor: Actor) -> list[DomainEvent]:
        """Carry a command out that must succeed, and look at what it did to the clocks."""
        before, at = self.life.complaint, len(self.life.events)
        events = self.life.do(command, actor)
        self.timers += [clock for clock in self.life.complaint.clocks if clock not in self.timers]
        for event in self.life.events[at:]:
            assert StoredEvent.model_validate_json(event.model_dump_json()) == event
        self.what_happens_is_what_the_linter_expects_there(before, events)
        self.envelopes_run_on(before, events)
        self.a_pause_costs_nobody_time(before, events)
        if is_late(before.step, self.life.now) and _turn(self.life.complaint) != _turn(before):
            assert self.life.complaint.was_late
        return events

    def what_happens_is_what_the_linter_expects_there(
        self, before: Complaint, events: list[DomainEvent]
    ) -> None:
        """It proves rows, envelopes and notices by what it believes can happen in each step."""
        procedure = self.life.procedure
        in_steps = {step.name: list_events_in(step, procedure) for step in procedure.steps}
        here = takewhile(lambda event: not isinstance(event, StepOpened), events)
        for event in here:
            assert event.type in list_events(procedure) or isinstance(event, RungReached)
            if any(event.type in types for types in in_steps.values()):
                assert before.step
                assert event.type in in_steps[before.step.name]

    def envelopes_run_on(self, before: Complaint, events: list[DomainEvent]) -> None:
        """A return, a corrected answer and a dispute leave them as they were, unless the file says so."""
        if not any(isinstance(event, Returned | SentBack | Disputed) for event in events):
            return
        for envelope in self.life.procedure.overall_deadlines:
            stopped = any(matches(stop, event) for stop in envelope.stops_on for event in events)
            ran = next((clock for clock in before.clocks if clock.name == envelope.name), None)
            if ran and not stopped:
                runs = self.life.clock_of(envelope.name)
                assert (runs.visit, runs.derivation) == (ran.visit, ran.derivation)

    def a_pause_costs_nobody_time(self, before: Complaint, events: list[DomainEvent]) -> None:
        waiting, version = before.waiting, self.life.calendar.version
        resumed = any(isinstance(event, StepOpened) and event.resumed for event in events)
        if waiting and waiting.clock and resumed and waiting.clock.derivation.calendar_version == version:
            assert self.life.step.due_at >= waiting.step.due_at
            assert self.life.step.visit == waiting.step.visit

    # What people do

    @rule(wait=SOON | LATER)
    def time_passes(self, wait: timedelta) -> None:
        self.life.now += wait

    @precondition(lambda self: self.life.complaint.step)
    @rule(wait=SOON)
    def the_owner_goes_on(self, wait: timedelta) -> None:
        self.life.now += wait
        if self.life.kind is not StepKind.CONFIRM:
            at = len(self.life.events)
            self.life.go_on()
            assert len(self.life.events) > at
            self.timers += [clock for clock in self.life.complaint.clocks if clock not in self.timers]

    @rule(actor=st.sampled_from(ANYBODY), ends=st.integers(0, 3), data=st.data())
    def somebody_does_what_is_offered(self, actor: Actor, ends: int, data: st.DataObject) -> None:
        self.does_what_is_offered(actor, ends, data)

    def does_what_is_offered(self, actor: Actor, ends: int, data: st.DataObject) -> None:
        offered = [act for act in self.offered(actor) if act not in ENDINGS or ends == 0]
        if offered:
            act = data.draw(st.sampled_from(offered))
            assert self.act(command_for(act, self.life, data), actor) or act == "reclassify"

    @precondition(lambda self: self.life.complaint.step)
    @rule(wait=SOON, ends=st.integers(0, 3), data=st.data())
    def the_owner_does_what_is_offered(self, wait: timedelta, ends: int, data: st.DataObject) -> None:
        self.life.now += wait
        if self.life.owner == SYSTEM:
            self.life.go_on()
        else:
            self.does_what_is_offered(self.life.owner, ends, data)

    @precondition(lambda self: self.life.kind is StepKind.CONFIRM)
    @rule(command=st.sampled_from([DISPUTE, QUESTION]))
    def the_reporter_is_not_content(self, command: Command) -> None:
        if "question" in self.offered(self.life.owner):
            self.act(command, self.life.owner)

    @rule(actor=st.sampled_from(ANYBODY), act=st.sampled_from(sorted(_COMMANDS)), data=st.data())
    def somebody_does_what_is_not_offered(self, actor: Actor, act: str, data: st.DataObject) -> None:
        if act in self.offered(actor) or act in TAKEN_THOUGH_NOT_OFFERED:
            return
        before, events = self.life.complaint, len(self.life.events)
        with suppress(Refusal):
            assert self.life.do(command_for(act, self.life, data), actor) == []
        assert (self.life.complaint, len(self.life.events)) == (before, events)

    def offered(self, actor: Actor) -> list[str]:
        acts = list_available_actions(self.life.complaint, actor, self.life.procedure, self.life.now)
        return [act for act in acts if act != _NO_COMMAND]

    # What the system does

    @precondition(lambda self: self.life.complaint.state == "duplicate")
    @rule(late=st.booleans(), by_letter=st.booleans())
    def the_parent_is_answered(self, late: bool, by_letter: bool) -> None:
        command = InheritAnswer(
            parent=PARENT, agency="dlh", text=words("answer"), files=(PHOTO,), late=late, by_letter=by_letter
        )
        assert self.act(command, SYSTEM)
        assert self.act(command, SYSTEM) == []

    @precondition(lambda self: self.life.complaint.state == "duplicate")
    @rule()
    def the_parent_ends_without_an_answer(self) -> None:
        assert self.act(ReleaseDuplicate(parent=PARENT), SYSTEM)

    @rule(data=st.data())
    def something_else_happens(self, data: st.DataObject) -> None:
        things = [
            self.the_system_does_its_part_perhaps_twice,
            self.an_agency_is_renamed,
            self.the_calendar_changes,
            self.operations_re_arm_a_clock,
            self.any_timer_rings_late_or_twice,
        ]
        data.draw(st.sampled_from(things))(data)

    def the_system_does_its_part_perhaps_twice(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(BY_THE_SYSTEM))
        self.act(command, SYSTEM)
        assert self.act(command, SYSTEM) == []

    def an_agency_is_renamed(self, data: st.DataObject) -> None:
        agency = data.draw(st.sampled_from(AGENCIES[:2]))
        due = self.life.complaint.step.due_at if self.life.complaint.step else None
        self.act(SucceedAgency(agency=agency, successor=HEIR), SYSTEM)
        assert self.life.complaint.finished or agency != self.life.complaint.agency
        assert due is None or self.life.step.due_at == due or self.calendar_changed

    def the_calendar_changes(self, data: st.DataObject) -> None:
        today = _today(self.life)
        closing, extra = (today + data.draw(st.integers(1, 30)) * ONE_DAY for _ in range(2))
        own = {} if closing == extra else {closing: "Hari tutup"}
        zone = calendar_of(self.life.procedure.id).zone.key
        self.life.calendar = Calendar(zone, own, frozenset({extra}))
        was_late, dues = self.life.complaint.was_late, self._dues()
        events = self.act(RecomputeDeadlines(), SYSTEM)
        assert self.life.complaint.was_late == was_late
        for event in events:
            assert isinstance(event, DeadlineArmed)
            assert event.moved_from == dues[event.clock] != event.derivation.due_at
        assert self.act(RecomputeDeadlines(), SYSTEM) == []

    def _dues(self) -> dict[str, object]:
        return {clock.name: clock.due_at for clock in self.life.complaint.clocks}

    @property
    def calendar_changed(self) -> bool:
        return self.life.calendar is not calendar_of(self.life.procedure.id)

    # What timers do

    @precondition(lambda self: any(clock.ahead for clock in self.life.complaint.clocks))
    @rule()
    def the_next_rung_rings(self) -> None:
        clock = min(
            (clock for clock in self.life.complaint.clocks if clock.ahead),
            key=lambda clock: clock.ahead[0].nominal_at,
        )
        self.life.now = max(self.life.now, clock.ahead[0].nominal_at)
        self.act(ring(clock, clock.ahead[0].name), SYSTEM)

    def any_timer_rings_late_or_twice(self, data: st.DataObject) -> None:
        timer = data.draw(st.sampled_from(self.timers))
        rung = data.draw(st.sampled_from(timer.rungs))
        current = self.life.complaint.find_clock(timer.name, timer.visit)
        alive = current is not None and current.generation == timer.generation and rung in current.ahead
        self.life.now = max(self.life.now, rung.nominal_at)
        at = self.life.complaint.seq
        self.act(ring(timer, rung.name), SYSTEM)
        assert alive or self.life.complaint.seq == at

    def operations_re_arm_a_clock(self, data: st.DataObject) -> None:
        if not self.life.complaint.clocks:
            return
        clock = data.draw(st.sampled_from(self.life.complaint.clocks))
        armed = self.act(RestartTimer(clock=clock.name, visit=clock.visit), SYSTEM)
        now = self.life.complaint.find_clock(clock.name, clock.visit)
        assert now == clock.model_copy(update={"generation": clock.generation + len(armed)})
        assert len(armed) <= len(clock.ahead)

    # What always holds

    @invariant()
    def it_is_finished_a_duplicate_or_somebodys_turn(self) -> None:
        complaint = self.life.complaint
        assert (complaint.step is None) == (complaint.finished or complaint.state == "duplicate")
        assert (complaint.state == "duplicate") == (
            complaint.step is None and complaint.parent == PARENT
        ) or (complaint.finished and complaint.parent == PARENT)
        assert (complaint.resolved_by is None) == (complaint.state != "resolved")
        if complaint.step and complaint.step.kind in STATES_OF:
            assert complaint.state in STATES_OF[complaint.step.kind]

    @invariant()
    def what_is_not_ours_is_never_our_breach(self) -> None:
        if self.life.kind is StepKind.FOLLOW:
            assert [clock.name for clock in self.life.complaint.clocks] == [self.life.step.name]
            assert self.life.complaint.late_level == 0

    @invariant()
    def only_a_plan_is_watched_after_the_end(self) -> None:
        if self.life.complaint.finished:
            assert {clock.name for clock in self.life.complaint.clocks} <= {PLAN}

    @invariant()
    def every_wait_for_a_person_has_a_clock_with_a_rung_ahead_or_its_last_one_reached(self) -> None:
        step = self.life.complaint.step
        for clock in self.life.complaint.clocks:
            assert clock.ahead or clock.rungs[-1].name in clock.reached
        names = [clock.name for clock in self.life.complaint.clocks]
        assert len(names) == len(set(names))
        if step is None or step.owner == SYSTEM.role:
            return
        assert (self.life.clock.visit, self.life.clock.due_at) == (step.visit, step.due_at)
        if step.kind in (StepKind.COMPLETE, StepKind.CONFIRM):
            assert self.life.clock.ahead, "a silent reporter would wait for ever"

    @invariant()
    def somebody_waits_only_while_the_reporter_is_asked(self) -> None:
        complaint = self.life.complaint
        asked = complaint.step is not None and complaint.step.kind is StepKind.COMPLETE
        assert (complaint.waiting is not None) == asked
        assert not complaint.question_open or self.life.kind is not StepKind.CONFIRM

    @invariant()
    def the_owner_can_go_on(self) -> None:
        if self.life.complaint.step and self.life.owner != SYSTEM:
            step = self.life.complaint.step
            assert self.life.owner.role == step.owner or not self.life.complaint.has_account
            assert step.agency in (None, self.life.complaint.agency)
            assert self.offered(self.life.owner)

    @invariant()
    def a_protected_report_is_the_reporters_and_the_inspectorates_alone(self) -> None:
        complaint = self.life.complaint
        if complaint.protected and complaint.step:
            assert complaint.step.owner in (Role.REPORTER, Role.INSPECTORATE, Role.SYSTEM)
            assert self.life.owner.role in (Role.REPORTER, Role.INSPECTORATE, Role.SYSTEM)

    @invariant()
    def what_happened_stays_happened(self) -> None:
        before, now = self.before, self.life.complaint
        assert now.seq >= before.seq
        assert now.revision >= before.revision
        assert now.last_at >= before.last_at
        assert now.was_late >= before.was_late
        assert before.rows_done.items() <= now.rows_done.items()
        assert all(now.visits[step] >= visits for step, visits in before.visits.items())
        assert len(now.answers) >= len(before.answers)
        assert now.replies[: len(before.replies)] == before.replies
        assert now.notes[: len(before.notes)] == before.notes
        assert (now.received_at, now.filed_category) == (before.received_at, before.filed_category)
        assert before.referred_at in (None, now.referred_at)
        self.before = now

    @invariant()
    def the_reporter_gets_no_answer_that_was_not_published(self) -> None:
        if self.life.complaint.state in ("answered", "resolved"):
            assert self.life.complaint.published_answers

    # What holds at the end, wherever that is

    def teardown(self) -> None:
        if not hasattr(self, "life"):
            return
        complaint, events = self.life.complaint, self.life.events
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert find_broken_link(events) is None
        assert (complaint.seq, complaint.head) == (len(events), events[-1].hash)
        assert evolve_all(events, self.life.procedure) == complaint
        assert Complaint.model_validate_json(complaint.model_dump_json()) == complaint
        self.it_can_still_come_to_an_end()

    def it_can_still_come_to_an_end(self) -> None:
        """Nowhere does a complaint lie from where nobody can take it on."""
        life = copy.copy(self.life)
        life.events = list(life.events)
        if life.complaint.state == "duplicate":
            life.do(ReleaseDuplicate(parent=PARENT), SYSTEM)
        for _ in range(30):
            if life.complaint.finished:
                return
            life.go_on()
        pytest.fail(f"{life.complaint.state}, {life.complaint.step}: no end")


def _turn(complaint: Complaint) -> tuple[str, int] | None:
    return (complaint.step.name, complaint.step.visit) if complaint.step else None
