"""When time runs out: rungs, lateness, envelopes, and the Ombudsman's sixty days."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.completion import Complete
from chalicelib.domain.complaint.lateness import is_overdue
from chalicelib.domain.complaint.outcome import Confirm, Reopen, WriteReply
from chalicelib.domain.complaint.referral import Consent
from chalicelib.domain.complaint.timers import RecomputeDeadlines, RestartTimer
from chalicelib.domain.complaint.verification import Reclassify, Verify
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure, StepKind
from chalicelib.domain.time.deadlines import add_working_days
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ANSWER,
    ASK,
    DISPUTE,
    FORWARD,
    HAND_OVER,
    LIAISON,
    ONE_SECOND,
    QUESTION,
    REPORTER,
    RETURN,
    SEND_BACK,
    Life,
    every_procedure,
    refused,
    ring,
    types,
)

ENVELOPES = [
    ("tarakan-2024", "follow-up-time", 10),
    ("disporbudpar", "coordination", 5),
    ("sp4n-national", "resolution", 14),
]
HANDLING = [
    (procedure, step.name)
    for procedure in every_procedure()
    for step in procedure.steps
    if step.ladder == "handling" and step.name not in {"letter", "explain"}
]
each_step = pytest.mark.parametrize(
    ("procedure", "step"), HANDLING, ids=[f"{procedure.id}-{step}" for procedure, step in HANDLING]
)


# Rungs


@each_step
def test_every_rung_of_every_step_comes_in_its_turn_and_does_none_of_the_work(
    procedure: Procedure, step: str
) -> None:
    life = Life(procedure).to_step(step)
    state, due = life.complaint.state, life.clock.due_at
    levels = []
    for rung in life.clock.rungs:
        life.reach(rung.name)
        levels.append(life.clock.late_level)
    assert [rung.name for rung in life.clock.rungs] == ["half", "most", "due", "level-2", "level-3"]
    assert levels == [0, 0, 1, 2, 3]
    instants = [rung.nominal_at for rung in life.clock.rungs]
    assert instants == sorted(instants)
    assert instants[2:] == [due, *(add_working_days(due, further, life.calendar) for further in (2, 4))]
    assert (life.step.name, life.complaint.state, life.complaint.was_late) == (step, state, True)
    assert life.clock.ahead == ()


def test_half_the_time_gone_is_noted_without_marking_anybody_late(life: Life) -> None:
    life.to(StepKind.VERIFY).reach("half")
    assert (life.complaint.late_level, life.complaint.was_late) == (0, False)
    assert life.clock.reached == ("half",)


def test_a_standard_of_less_than_half_an_hour_is_only_marked_due() -> None:
    life = Life(load_procedure("disporbudpar")).to_step("receive")
    assert [rung.name for rung in life.clock.rungs] == ["due", "level-2", "level-3"]
    assert life.clock.due_at == life.now + timedelta(minutes=20)


def test_a_rung_that_rings_twice_does_nothing_the_second_time(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("due")
    assert life.reach("due") == []


def test_a_rung_that_was_overtaken_does_nothing_any_more(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("level-2")
    assert life.reach("due") == []
    assert life.complaint.late_level == 2
    assert [rung.name for rung in life.clock.ahead] == ["level-3"]


def test_a_rung_of_a_step_that_is_done_does_nothing(life: Life) -> None:
    left = life.to(StepKind.RESPOND).clock
    life.go_on()
    life.now = left.due_at
    assert life.do(ring(left, "due"), SYSTEM) == []


def test_a_rung_of_an_earlier_visit_does_nothing(life: Life) -> None:
    first = life.to(StepKind.RESPOND).clock
    life.do(RETURN, LIAISON)
    life.do(FORWARD, ADMIN)
    life.now = first.due_at + timedelta(days=30)
    assert life.do(ring(first, "due"), SYSTEM) == []


def test_a_rung_of_a_re_armed_clock_does_nothing(life: Life) -> None:
    before = life.to(StepKind.RESPOND).clock
    life.do(RestartTimer(clock=before.name, visit=before.visit), SYSTEM)
    life.now = before.due_at
    assert life.do(ring(before, "due"), SYSTEM) == []
    assert types(life.reach("due")) == ["rung.reached"]


def test_rescheduling_a_clock_keeps_its_deadline_and_the_rungs_behind_it(life: Life) -> None:
    life.to(StepKind.VERIFY).reach("half")
    before = life.clock
    life.do(RestartTimer(clock=before.name, visit=before.visit), SYSTEM)
    assert life.clock == before.model_copy(update={"generation": 2})


def test_arming_a_closed_clock_does_nothing(life: Life) -> None:
    clock = life.to(StepKind.RESPOND).clock
    life.go_on()
    assert life.do(RestartTimer(clock=clock.name, visit=clock.visit), SYSTEM) == []


def test_a_rung_unknown_to_the_clock_does_nothing(life: Life) -> None:
    life.to(StepKind.RESPOND)
    assert life.do(ring(life.clock, "no-such-rung"), SYSTEM) == []


def test_a_rung_before_its_instant_is_the_callers_mistake(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    life.now = life.clock.due_at - ONE_SECOND
    with pytest.raises(ValueError, match="not before"):
        life.do(ring(life.clock, "due"), SYSTEM)
    assert life.complaint.state == "answered"


@pytest.mark.parametrize("actor", [REPORTER, ADMIN, LIAISON], ids=lambda actor: str(actor.role))
def test_nobody_rings_or_re_arms_or_recounts_a_clock_by_hand(life: Life, actor: Actor) -> None:
    clock = life.to(StepKind.CONFIRM).clock
    life.now = clock.due_at
    assert refused(life, ring(clock, "due"), actor) == "not_your_role"
    assert refused(life, RestartTimer(clock=clock.name, visit=clock.visit), actor) == "not_your_role"
    assert refused(life, RecomputeDeadlines(), actor) == "not_your_role"


# Late answers


def test_an_answer_at_the_very_deadline_is_late_and_a_second_earlier_it_is_not(life: Life) -> None:
    on_time = Life(life.procedure).to_exit("answer")
    life.to_exit("answer")
    on_time.now = on_time.clock.due_at - ONE_SECOND
    life.now = life.clock.due_at
    on_time.go_on()
    life.go_on()
    assert (on_time.complaint.answers[0].late, on_time.complaint.was_late) == (False, False)
    assert (life.complaint.answers[0].late, life.complaint.was_late) == (True, True)


def test_a_late_answer_is_accepted_marked_late_and_stays_late(life: Life) -> None:
    life.to_exit("answer").reach("level-3")
    life.go_on()
    assert life.complaint.answers[0].late
    life.to(StepKind.CONFIRM)
    assert life.complaint.step_clock
    assert life.complaint.step_clock.late_level == 0
    life.do(Confirm(), REPORTER)
    assert (life.complaint.state, life.complaint.was_late) == ("resolved", True)


def test_a_late_forwarding_makes_the_complaint_late_but_not_the_agencys_answer(life: Life) -> None:
    life.to(StepKind.VERIFY)
    life.now = life.clock.due_at
    life.to(StepKind.CONFIRM)
    assert (life.complaint.was_late, life.complaint.answers[0].late) == (True, False)


@pytest.mark.parametrize(("name", "envelope", "days"), ENVELOPES)
def test_the_envelope_makes_an_answer_late_too(name: str, envelope: str, days: int) -> None:
    life = Life(load_procedure(name)).to(StepKind.RESPOND)
    clock = life.clock_of(envelope)
    assert clock.derivation.days[-1].counted == days
    life.now = clock.due_at - ONE_SECOND
    if "answer" in life.exits:
        life.do(RETURN, LIAISON)
    life.to_exit("answer")
    assert life.step.due_at > clock.due_at
    assert not is_overdue(life.complaint, life.now, life.procedure)
    life.now = clock.due_at
    assert is_overdue(life.complaint, life.now, life.procedure)
    life.go_on()
    assert life.complaint.answers[0].late


@pytest.mark.parametrize(("name", "envelope", "_days"), ENVELOPES)
def test_the_envelopes_rungs_mark_the_complaint_late(name: str, envelope: str, _days: int) -> None:
    life = Life(load_procedure(name)).to(StepKind.RESPOND)
    life.reach("due", envelope)
    assert (life.clock_of(envelope).late_level, life.complaint.was_late) == (1, True)


@pytest.mark.parametrize("name", ["tarakan-2024", "disporbudpar"])
def test_the_agencys_envelope_ends_with_its_first_answer_and_no_dispute_starts_it_again(name: str) -> None:
    life = Life(load_procedure(name)).to(StepKind.CONFIRM)
    names = {clock.name for clock in life.complaint.clocks}
    assert names == {"ombudsman", "silence"}
    life.do(DISPUTE, REPORTER)
    assert {clock.name for clock in life.complaint.clocks} == {"ombudsman", life.step.name}


def test_nobody_is_late_while_the_reporter_has_the_answer_and_a_dispute_catches_up() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.CONFIRM)
    resolution = life.clock_of("resolution")
    life.do(WriteReply(text=ANSWER.text), ADMIN)
    life.now = resolution.due_at + timedelta(hours=1)
    assert life.do(ring(resolution, "due"), SYSTEM) == []
    assert not is_overdue(life.complaint, life.now, life.procedure)
    events = life.do(DISPUTE, REPORTER)
    assert types(events)[-1] == "rung.reached"
    assert (life.complaint.was_late, life.clock_of("resolution").late_level) == (True, 1)
    assert [rung.name for rung in life.clock_of("resolution").ahead] == ["level-2", "level-3"]


def test_a_question_about_an_answer_makes_nobody_late_but_by_its_own_clock() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.CONFIRM)
    resolution = life.clock_of("resolution")
    life.now = resolution.due_at
    life.do(QUESTION, REPORTER)
    assert not life.complaint.was_late
    assert life.do(ring(resolution, "due"), SYSTEM) == []
    life.go_on()
    assert not life.complaint.answers[-1].late


def test_a_question_that_is_given_back_instead_of_explained_catches_up() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.VERIFY)
    life.do(FORWARD.model_copy(update={"by_letter": True}), ADMIN)
    life.to(StepKind.CONFIRM)
    resolution = life.clock_of("resolution")
    life.now = resolution.due_at + timedelta(hours=1)
    life.do(QUESTION, REPORTER)
    assert life.do(ring(resolution, "due"), SYSTEM) == []
    events = life.do(RETURN, ADMIN)
    assert types(events)[-1] == "rung.reached"
    assert (life.complaint.was_late, life.clock_of("resolution").late_level) == (True, 1)


# The class decides


def test_each_class_has_its_own_time_to_be_resolved_counted_from_the_receipt() -> None:
    times = {}
    for complaint_class in ("information_request", "complaint", "supervision"):
        life = Life(load_procedure("sp4n-national")).to(StepKind.VERIFY)
        life.now += timedelta(days=1)
        life.do(Verify(complaint_class=complaint_class), ADMIN)
        clock = life.clock_of("resolution")
        assert clock.derivation.trigger == life.complaint.received_at
        times[complaint_class] = clock.derivation.standard_time.working_days
    assert times == {"information_request": 5, "complaint": 14, "supervision": 60}


def test_an_aspiration_has_no_time_to_be_resolved_in() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.VERIFY)
    life.do(Verify(complaint_class="aspiration"), ADMIN)
    assert not life.runs("resolution")


def test_another_class_moves_the_deadline_stops_it_or_starts_it() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.RESPOND)
    before = life.clock_of("resolution")
    life.do(Reclassify(complaint_class="supervision"), ADMIN)
    after = life.clock_of("resolution")
    moved = life.events[-1].event
    assert moved.moved_from == before.due_at < after.due_at  # type: ignore[union-attr]
    assert (after.visit, after.derivation.trigger) == (before.visit, before.derivation.trigger)
    life.do(Reclassify(complaint_class="aspiration"), ADMIN)
    assert not life.runs("resolution")
    life.do(Reclassify(complaint_class="complaint"), ADMIN)
    assert life.clock_of("resolution").due_at == before.due_at


def test_what_was_handed_over_comes_under_no_time_to_be_resolved_in() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.VERIFY)
    life.do(Verify(complaint_class="aspiration"), ADMIN)
    life.do(HAND_OVER, ADMIN)
    life.do(Reclassify(complaint_class="complaint"), ADMIN)
    assert not life.runs("resolution")


def test_another_class_keeps_the_pauses_there_were() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.RESPOND)
    life.do(ASK, LIAISON)
    life.now += timedelta(days=8)
    life.do(Complete(text=ANSWER.text, place=ANSWER.text, files=ANSWER.files), REPORTER)
    paused = life.clock_of("resolution").derivation.pauses
    life.do(Reclassify(complaint_class="supervision"), ADMIN)
    assert life.clock_of("resolution").derivation.pauses == paused != ()


# The Ombudsman


def test_after_sixty_days_it_is_for_the_ombudsman_once_and_the_duty_stays(life: Life) -> None:
    life.to(StepKind.RESPOND)
    before = life.complaint
    clock = life.clock_of("ombudsman")
    assert clock.due_at == life.calendar.get_day_start(
        life.calendar.to_local(life.now).date() + timedelta(days=61)
    )
    assert types(life.reach("due", "ombudsman")) == ["rung.reached", "complaint.referred"]
    assert life.complaint.referred_at == life.now
    assert (life.complaint.state, life.complaint.step) == (before.state, before.step)
    assert life.reach("due", "ombudsman") == []
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    life.do(Reopen(reason=ANSWER.text), REPORTER)
    assert types(life.reach("due", "ombudsman")) == ["rung.reached"]


def test_it_is_not_the_ombudsmans_while_the_reporter_has_the_answer(life: Life) -> None:
    life.to(StepKind.RESPOND)
    clock = life.clock_of("ombudsman")
    life.now = clock.due_at - timedelta(days=2)
    life.to(StepKind.CONFIRM)
    life.now = clock.due_at
    assert life.do(ring(clock, "due"), SYSTEM) == []
    assert life.complaint.referred_at is None
    assert life.do(RestartTimer(clock="ombudsman", visit=1), SYSTEM) == []


@pytest.mark.parametrize("words", [DISPUTE, QUESTION], ids=["belum puas", "question"])
def test_it_is_caught_up_when_the_last_word_is_the_reporters_again(life: Life, words: Command) -> None:
    life.to(StepKind.RESPOND)
    life.now = life.clock_of("ombudsman").due_at - timedelta(days=2)
    life.to(StepKind.CONFIRM)
    life.now = life.clock_of("ombudsman").due_at + timedelta(hours=1)
    assert types(life.do(words, REPORTER)).count("complaint.referred") == 1
    assert life.complaint.referred_at == life.now


def test_an_earlier_dispute_waits_for_its_sixty_days(life: Life) -> None:
    life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    assert life.complaint.referred_at is None
    life.reach("due", "ombudsman")
    assert life.complaint.referred_at


def test_it_goes_to_the_ombudsman_with_the_reporters_consent_only(life: Life) -> None:
    consent = Consent(with_identity=True)
    assert refused(life, consent, REPORTER) == "not_referred"
    life.to(StepKind.RESPOND).reach("due", "ombudsman")
    assert life.complaint.consented_at is None
    for actor in (ADMIN, LIAISON):
        assert refused(life, consent, actor) == "not_your_complaint"
    life.do(consent, REPORTER)
    assert (life.complaint.consented_at, life.complaint.consented_with_identity) == (life.now, True)
    assert life.do(consent, REPORTER) == []


def test_the_ombudsmans_time_runs_on_through_returns_and_corrected_answers(life: Life) -> None:
    before = life.clock_of("ombudsman")
    life.to(StepKind.RESPOND).do(RETURN, LIAISON)
    life.do(FORWARD, ADMIN)
    if life.procedure.id != "disporbudpar":
        life.to(StepKind.REVIEW).do(SEND_BACK, ADMIN)
    life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    assert life.clock_of("ombudsman") == before


def test_a_clock_that_a_return_stops_reaches_no_more_rungs() -> None:
    life = Life(load_procedure("disporbudpar")).to(StepKind.RESPOND)
    life.now = life.clock_of("coordination").rungs[0].nominal_at
    events = life.do(RETURN, LIAISON)
    assert "rung.reached" not in types(events)
    assert not life.runs("coordination")
