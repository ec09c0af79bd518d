"""Any order of commands, in any procedure: what must hold of a complaint holds after every one of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain import commands as c
from chalicelib.domain.complaint import HANDLING, Clock, Complaint, fold, is_late
from chalicelib.domain.errors import Refusal
from chalicelib.domain.events import SYSTEM, Actor, Event, broken_link
from chalicelib.domain.lint import EVENTS
from chalicelib.domain.procedure import Procedure, StepKind
from tests.procedures import (
    ADMIN,
    ANSWER,
    DISPUTE,
    FORWARD,
    LIAISON,
    MONDAY_MORNING,
    RECORD,
    REPORTER,
    SEND_BACK,
    STRANGERS,
    WRITE,
    Life,
    every_procedure,
    ring,
)

BY_STEP: dict[StepKind, tuple[Actor, tuple[c.Command, ...]]] = {
    StepKind.RECORD: (SYSTEM, (RECORD,)),
    StepKind.VERIFY: (ADMIN, (c.Verify(), FORWARD)),
    StepKind.RESPOND: (LIAISON, (c.Accept(), ANSWER)),
    StepKind.REVIEW: (ADMIN, (c.Publish(), SEND_BACK)),
    StepKind.DELIVER: (SYSTEM, (c.Deliver(),)),
    StepKind.CONFIRM: (REPORTER, (c.Confirm(), DISPUTE)),
}
"""Whose turn it is at a step of each kind, and what they may do."""
DECISIONS = tuple(command for owner, commands in BY_STEP.values() if owner != SYSTEM for command in commands)
PARTIES = (REPORTER, ADMIN, LIAISON)

SOON = st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=20))
LATER = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=40))


class ComplaintLife(RuleBasedStateMachine):
    """People, the system and timers act upon one complaint in whatever order Hypothesis thinks of."""

    life: Life
    before: Complaint
    timers: list[Clock]
    """Every clock as it was when its timer was started: the timers that may still ring."""

    @initialize(
        procedure=st.sampled_from(every_procedure()), after=st.timedeltas(timedelta(), timedelta(days=800))
    )
    def file(self, procedure: Procedure, after: timedelta) -> None:
        self.life = Life(procedure, MONDAY_MORNING + after)
        self.before = self.life.complaint
        self.timers = []

    def act(self, command: c.Command, actor: Actor) -> None:
        """Carry a legal command out, remembering the timers it starts."""
        kind, at = self.life.kind, len(self.life.events)
        self.life.do(command, actor)
        self.timers += [clock for clock in self.life.complaint.clocks if clock not in self.timers]
        assert kind is not None or len(self.life.events) == at, "a finished complaint goes on"
        for event in self.life.events[at:]:
            _happens_where_the_linter_expects_it(event, kind)

    # The ways on

    @rule(wait=SOON | LATER)
    def time_passes(self, wait: timedelta) -> None:
        self.life.now += wait

    @precondition(lambda self: self.life.kind is not None)
    @rule(choice=st.integers(0, 1), wait=SOON)
    def the_owner_acts(self, choice: int, wait: timedelta) -> None:
        assert self.life.kind
        self.life.now += wait
        owner, commands = BY_STEP[self.life.kind]
        command = commands[choice % len(commands)]
        if command == c.Accept() and self.life.complaint.state != "forwarded":
            self.refused(command, owner, "already_accepted")
            return
        overdue, turn = is_late(self.life.complaint.step, self.life.now), self.life.complaint.step
        self.act(command, owner)
        assert self.life.complaint.was_late or not overdue or self.life.complaint.step == turn

    @precondition(lambda self: self.life.kind is not None)
    @rule(writer=st.sampled_from([REPORTER, ADMIN]))
    def somebody_writes(self, writer: Actor) -> None:
        before = self.life.complaint.clocks
        self.act(WRITE, writer)
        if self.life.kind is StepKind.CONFIRM:
            assert self.life.clock.arming == before[0].arming + 1
            assert self.life.clock.derivation.trigger == self.life.now
        else:
            assert self.life.complaint.clocks == before

    @precondition(lambda self: self.life.complaint.clocks)
    @rule()
    def the_next_rung_rings(self) -> None:
        clock = self.life.clock
        if clock.ahead:
            self.life.now = max(self.life.now, clock.ahead[0].nominal_at)
            self.act(ring(clock, clock.ahead[0].name), SYSTEM)

    @precondition(lambda self: self.life.complaint.clocks)
    @rule()
    def operations_re_arm_the_clock(self) -> None:
        clock = self.life.clock
        self.act(c.Rearm(clock=clock.name, visit=clock.visit), SYSTEM)
        # A clock with no rung ahead has nothing to ring for: it stays as it is.
        armed = clock.arming + 1 if clock.ahead else clock.arming
        assert self.life.clock == clock.model_copy(update={"arming": armed})

    # What changes nothing

    @precondition(lambda self: self.timers)
    @rule(data=st.data())
    def any_timer_rings_late_or_twice(self, data: st.DataObject) -> None:
        timer = data.draw(st.sampled_from(self.timers))
        rung = data.draw(st.sampled_from(timer.rungs))
        current = self.life.complaint.clock(timer.name, timer.visit)
        alive = current is not None and current.arming == timer.arming and rung.name not in current.reached
        self.life.now = max(self.life.now, rung.nominal_at)
        at = self.life.complaint.seq
        self.act(ring(timer, rung.name), SYSTEM)
        assert (self.life.complaint.seq > at) == alive

    @rule(command=st.sampled_from([RECORD, c.Deliver()]))
    def the_system_is_asked_twice(self, command: c.Command) -> None:
        turn = (
            self.life.kind in BY_STEP and command in BY_STEP[self.life.kind][1] if self.life.kind else False
        )
        if not turn:
            self.nothing_changes(lambda: self.life.do(command, SYSTEM))

    @rule(command=st.sampled_from(DECISIONS), actor=st.sampled_from(STRANGERS))
    def a_stranger_decides(self, command: c.Command, actor: Actor) -> None:
        self.refused(command, actor, "not_your_step")

    @rule(command=st.sampled_from(DECISIONS), actor=st.sampled_from(PARTIES))
    def somebody_decides_out_of_turn(self, command: c.Command, actor: Actor) -> None:
        owner, commands = BY_STEP[self.life.kind] if self.life.kind else (None, ())
        if actor != owner or command not in commands:
            self.refused(command, actor, "not_your_step", "step_is_done", "already_closed")

    @rule(actor=st.sampled_from(STRANGERS))
    def a_stranger_writes(self, actor: Actor) -> None:
        self.refused(WRITE, actor, "not_your_complaint", "not_your_role")

    def refused(self, command: c.Command, actor: Actor, *codes: str) -> None:
        def refuse() -> None:
            with pytest.raises(Refusal) as refusal:
                self.life.do(command, actor)
            assert refusal.value.code in codes

        self.nothing_changes(refuse)

    def nothing_changes(self, attempt: Callable[[], object]) -> None:
        before, events = self.life.complaint, len(self.life.events)
        attempt()
        assert (self.life.complaint, len(self.life.events)) == (before, events)

    # What always holds

    @invariant()
    def there_is_one_open_step_or_an_end(self) -> None:
        complaint = self.life.complaint
        assert (complaint.step is None) == (complaint.state == "resolved")
        assert (complaint.resolved_by is None) == (complaint.state != "resolved")
        assert complaint.step or not complaint.clocks

    @invariant()
    def every_wait_for_a_person_has_a_clock_with_a_rung_ahead_or_its_last_one_reached(self) -> None:
        step = self.life.complaint.step
        if step is None or step.owner == SYSTEM.role:
            return
        clock = self.life.clock
        assert clock.visit == step.visit
        assert clock.due_at == step.due_at
        assert clock.ahead or "level-3" in clock.reached
        assert clock.ahead or step.kind in HANDLING, "a silent reporter would wait for ever"

    @invariant()
    def the_history_is_gapless_and_its_chain_unbroken(self) -> None:
        assert [event.seq for event in self.life.events] == list(range(1, len(self.life.events) + 1))
        assert broken_link(self.life.events) is None
        assert (self.life.complaint.seq, self.life.complaint.head) == (
            len(self.life.events),
            self.life.events[-1].hash,
        )

    @invariant()
    def the_events_add_up_to_the_snapshot(self) -> None:
        assert fold(self.life.events, self.life.procedure) == self.life.complaint

    @invariant()
    def events_and_snapshot_survive_being_stored_as_json(self) -> None:
        for event in self.life.events[self.before.seq :]:
            assert Event.model_validate_json(event.model_dump_json()) == event
        stored = self.life.complaint.model_dump_json()
        assert Complaint.model_validate_json(stored) == self.life.complaint

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
        self.before = now

    @invariant()
    def the_reporter_gets_no_answer_that_the_admin_did_not_publish(self) -> None:
        complaint = self.life.complaint
        if complaint.state in ("answered", "resolved"):
            assert complaint.answers[-1].published_at


def _happens_where_the_linter_expects_it(event: Event, kind: StepKind | None) -> None:
    """The linter proves rows by what it believes can happen in a step of each kind."""
    of_some_step = frozenset().union(*EVENTS.values())
    if event.type in of_some_step:
        assert kind
        assert event.type in EVENTS[kind]


TestComplaintLife = ComplaintLife.TestCase
TestComplaintLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
