"""The rules of a complaint's life, in every procedure there is."""

from datetime import timedelta

import pytest

from chalicelib.domain import commands as c
from chalicelib.domain import facts as f
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.complaint import Clock, Complaint, apply, fold
from chalicelib.domain.decide import MOST_ANSWERS, MOST_REPLIES, acts_of, file
from chalicelib.domain.errors import Refusal
from chalicelib.domain.events import SYSTEM, Actor
from chalicelib.domain.procedure import StepKind
from tests.procedures import (
    ADMIN,
    ANSWER,
    DISPUTE,
    FILE,
    FORWARD,
    LIAISON,
    MONDAY_MORNING,
    ONE_SECOND,
    RECORD,
    REPORTER,
    SEND_BACK,
    STRAIGHT,
    STRANGERS,
    WRITE,
    Life,
    every_procedure,
    ring,
    types,
)

PEOPLES_DECISIONS = [
    (StepKind.VERIFY, c.Verify()),
    (StepKind.VERIFY, FORWARD),
    (StepKind.RESPOND, c.Accept()),
    (StepKind.RESPOND, ANSWER),
    (StepKind.REVIEW, c.Publish()),
    (StepKind.REVIEW, SEND_BACK),
    (StepKind.CONFIRM, c.Confirm()),
    (StepKind.CONFIRM, DISPUTE),
]

OWNER = {kind: actor for kind, _, actor in STRAIGHT}


@pytest.fixture(params=every_procedure(), ids=lambda procedure: str(procedure.id))
def life(request: pytest.FixtureRequest) -> Life:
    return Life(request.param)


def refused(life: Life, command: c.Command, actor: Actor) -> str:
    """The reason of the refusal, after which nothing may have changed."""
    before, history = life.complaint, list(life.events)
    with pytest.raises(Refusal) as refusal:
        life.do(command, actor)
    assert (life.complaint, life.events) == (before, history)
    return refusal.value.code


def opened(facts: list[f.Fact]) -> f.StepOpened:
    (fact,) = (fact for fact in facts if isinstance(fact, f.StepOpened))
    return fact


def armed(facts: list[f.Fact]) -> f.DeadlineArmed:
    (fact,) = (fact for fact in facts if isinstance(fact, f.DeadlineArmed))
    return fact


# Filing and recording


def test_a_filed_complaint_waits_for_the_system_to_record_it(life: Life) -> None:
    assert (life.complaint.state, life.kind) == ("received", StepKind.RECORD)
    assert life.complaint.clocks == ()


def test_a_filed_complaint_keeps_the_procedure_and_the_calendar_it_was_filed_under(life: Life) -> None:
    complaint, procedure = life.complaint, life.procedure
    assert (complaint.procedure, complaint.procedure_version) == (procedure.id, procedure.version)
    assert (complaint.zone, complaint.calendar_version) == ("Asia/Jakarta", Calendar().version)


def test_filing_without_a_place_is_refused_where_the_procedure_asks_for_one(life: Life) -> None:
    with pytest.raises(Refusal) as refusal:
        file(FILE.model_copy(update={"place": None}), life.frame(REPORTER))
    assert refusal.value.code == "missing_place"


def test_filing_without_a_photo_is_refused_only_where_the_procedure_asks_for_one(life: Life) -> None:
    bare = FILE.model_copy(update={"files": ()})
    assert types(file(bare, life.frame(REPORTER)))[0] == "complaint.filed"
    filing = life.procedure.filing.model_copy(update={"requires": ("photo",)})
    life.procedure = life.procedure.model_copy(update={"filing": filing})
    with pytest.raises(Refusal) as refusal:
        file(bare, life.frame(REPORTER))
    assert refusal.value.code == "missing_photo"


@pytest.mark.parametrize("actor", [ADMIN, LIAISON, SYSTEM], ids=lambda actor: str(actor.role))
def test_only_a_reporter_files(life: Life, actor: Actor) -> None:
    with pytest.raises(Refusal) as refusal:
        file(FILE, life.frame(actor))
    assert refusal.value.code == "not_your_role"


def test_the_recorded_complaint_goes_to_the_regional_admin_with_the_agency_only_suggested(life: Life) -> None:
    facts = life.do(RECORD, SYSTEM)
    assert types(facts) == ["complaint.recorded", "step.opened", "deadline.armed"]
    assert (opened(facts).owner, opened(facts).agency) == ("regional_admin", None)
    assert (life.complaint.suggested_agency, life.complaint.agency) == ("pupr", None)


def test_recording_twice_does_nothing(life: Life) -> None:
    life.do(RECORD, SYSTEM)
    assert life.do(RECORD, SYSTEM) == []


@pytest.mark.parametrize("command", [RECORD, c.Deliver()])
@pytest.mark.parametrize("actor", [REPORTER, ADMIN, LIAISON], ids=lambda actor: str(actor.role))
def test_nobody_does_the_systems_work_for_it(life: Life, command: c.Command, actor: Actor) -> None:
    life.to(StepKind.DELIVER if command == c.Deliver() else StepKind.RECORD)
    assert refused(life, command, actor) == "not_your_role"


# Verifying and forwarding


def test_the_admin_verifies_with_a_corrected_category_and_the_clock_runs_on(life: Life) -> None:
    life.to(StepKind.VERIFY)
    clock = life.clock
    life.do(c.Verify(complaint_class="aspiration", category="sampah", confidential=True), ADMIN)
    complaint = life.complaint
    assert (complaint.state, complaint.complaint_class) == ("verified", "aspiration")
    assert (complaint.category, complaint.confidential) == ("sampah", True)
    assert life.clock == clock


def test_verifying_keeps_what_the_admin_does_not_correct(life: Life) -> None:
    life.to(StepKind.VERIFY).do(c.Verify(), ADMIN)
    assert (life.complaint.category, life.complaint.confidential) == (FILE.category, FILE.confidential)


def test_forwarding_verifies_in_the_same_breath_but_not_a_second_time(life: Life) -> None:
    other = Life(life.procedure).to(StepKind.VERIFY)
    assert types(life.to(StepKind.VERIFY).do(FORWARD, ADMIN))[:2] == [
        "complaint.verified",
        "complaint.forwarded",
    ]
    other.do(c.Verify(category="sampah"), ADMIN)
    assert types(other.do(FORWARD, ADMIN))[0] == "complaint.forwarded"
    assert other.complaint.category == "sampah"


def test_the_complaint_is_forwarded_to_exactly_one_accountable_agency(life: Life) -> None:
    facts = life.to(StepKind.VERIFY).do(FORWARD, ADMIN)
    assert (opened(facts).owner, opened(facts).agency) == ("liaison", "pupr")
    assert (life.complaint.state, life.complaint.agency) == ("forwarded", "pupr")


def test_the_admin_has_one_working_day_to_forward(life: Life) -> None:
    life.to(StepKind.VERIFY)
    tuesday_midnight = MONDAY_MORNING.replace(day=24, hour=17)
    assert life.clock.due_at == tuesday_midnight
    assert [rung.nominal_at for rung in life.clock.rungs] == sorted(
        rung.nominal_at for rung in life.clock.rungs
    )


# Answering


def test_the_agency_accepts_once(life: Life) -> None:
    life.to(StepKind.RESPOND).do(c.Accept(), LIAISON)
    assert life.complaint.state == "in_progress"
    assert refused(life, c.Accept(), LIAISON) == "already_accepted"


def test_an_answer_accepts_the_complaint_where_that_was_not_done(life: Life) -> None:
    assert types(life.to(StepKind.RESPOND).do(ANSWER, LIAISON))[:2] == [
        "complaint.accepted",
        "complaint.answered",
    ]


def test_the_agency_answers_to_the_admin_never_straight_to_the_citizen(life: Life) -> None:
    facts = life.to(StepKind.RESPOND).do(ANSWER, LIAISON)
    assert (opened(facts).owner, opened(facts).agency) == ("regional_admin", None)
    assert life.complaint.state == "answer_review"
    assert life.complaint.published_answers == ()


def test_a_second_answer_of_the_same_agency_is_told_that_the_step_is_done(life: Life) -> None:
    life.to(StepKind.REVIEW)
    assert refused(life, ANSWER, LIAISON) == "step_is_done"


def test_an_answer_at_the_very_deadline_is_late_and_a_second_earlier_it_is_not(life: Life) -> None:
    on_time = Life(life.procedure).to(StepKind.RESPOND)
    life.to(StepKind.RESPOND)
    on_time.now = on_time.clock.due_at - ONE_SECOND
    life.now = life.clock.due_at
    on_time.do(ANSWER, LIAISON)
    life.do(ANSWER, LIAISON)
    assert (on_time.complaint.answers[0].late, on_time.complaint.was_late) == (False, False)
    assert (life.complaint.answers[0].late, life.complaint.was_late) == (True, True)


def test_a_late_answer_is_accepted_marked_late_and_stays_late(life: Life) -> None:
    life.to(StepKind.RESPOND)
    for rung in ("due", "level-2", "level-3"):
        life.reach(rung)
    assert life.complaint.late_level == 3
    life.do(ANSWER, LIAISON)
    assert (life.complaint.answers[0].late, life.complaint.late_level) == (True, 0)
    life.to(StepKind.CONFIRM).do(c.Confirm(), REPORTER)
    assert (life.complaint.state, life.complaint.was_late) == ("resolved", True)


def test_a_late_forwarding_makes_the_complaint_late_but_not_the_agencys_answer(life: Life) -> None:
    life.to(StepKind.VERIFY)
    life.now = life.clock.due_at
    life.to(StepKind.REVIEW)
    assert (life.complaint.was_late, life.complaint.answers[0].late) == (True, False)


# Reviewing and delivering


def test_an_answer_sent_back_opens_the_agencys_step_again_with_a_fresh_clock(life: Life) -> None:
    life.to(StepKind.REVIEW)
    life.now += timedelta(hours=2)
    facts = life.do(SEND_BACK, ADMIN)
    assert (opened(facts).visit, opened(facts).agency) == (2, "pupr")
    assert armed(facts).derivation.trigger == life.now
    assert life.complaint.answers[0].sent_back == SEND_BACK.reason
    assert life.complaint.state == "in_progress"


def test_the_admin_publishes_and_the_system_delivers_to_the_reporter(life: Life) -> None:
    life.to(StepKind.REVIEW).do(c.Publish(), ADMIN)
    assert life.kind is StepKind.DELIVER
    life.do(c.Deliver(), SYSTEM)
    assert (life.complaint.state, life.kind) == ("answered", StepKind.CONFIRM)
    assert [answer.text for answer in life.complaint.published_answers] == [ANSWER.text]


def test_delivering_twice_does_nothing(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert life.do(c.Deliver(), SYSTEM) == []


def test_the_governments_own_procedure_has_ended_when_the_reporter_has_the_answer(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert sorted(life.complaint.rows_done) == list(range(1, life.procedure.last_row + 1))


def test_a_row_is_done_when_it_was_done_first(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    first = life.complaint.rows_done
    life.now += timedelta(hours=3)
    life.do(DISPUTE, REPORTER)
    life.to(StepKind.CONFIRM)
    assert life.complaint.rows_done == first


# The reporter's last word


def test_a_satisfied_reporter_finishes_the_complaint(life: Life) -> None:
    life.to(StepKind.CONFIRM).do(c.Confirm(), REPORTER)
    complaint = life.complaint
    assert (complaint.state, complaint.resolved_by) == ("resolved", "reporter")
    assert (complaint.step, complaint.clocks) == (None, ())


def test_silence_finishes_it_too_but_is_counted_apart(life: Life) -> None:
    facts = life.to(StepKind.CONFIRM).reach("due")
    assert types(facts) == ["rung.reached", "complaint.closed_by_silence"]
    assert (life.complaint.state, life.complaint.resolved_by) == ("resolved", "silence")
    assert (life.complaint.step, life.complaint.clocks, life.complaint.was_late) == (None, (), False)


def test_silence_takes_ten_working_days(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert life.clock.derivation.days[-1].counted == 10
    assert life.clock.due_at == MONDAY_MORNING.replace(month=12, day=7, hour=17)


def test_a_reporter_who_is_not_satisfied_sends_it_back_and_earlier_answers_stay(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    facts = life.do(DISPUTE, REPORTER)
    assert (opened(facts).step, opened(facts).visit) == ("respond", 2)
    assert life.complaint.state == "in_progress"
    assert len(life.complaint.published_answers) == 1
    assert life.complaint.replies[-1].disputes


@pytest.mark.parametrize("writer", [REPORTER, ADMIN], ids=lambda actor: str(actor.role))
def test_a_persons_reply_restarts_the_silence(life: Life, writer: Actor) -> None:
    life.to(StepKind.CONFIRM)
    before = life.clock
    life.now += timedelta(days=3)
    facts = life.do(WRITE, writer)
    assert types(facts) == ["complaint.replied", "deadline.armed"]
    assert (life.clock.arming, life.clock.visit) == (before.arming + 1, before.visit)
    assert life.clock.due_at > before.due_at
    assert life.complaint.step is not None
    assert life.complaint.step.due_at == life.clock.due_at


def test_the_silence_before_a_reply_closes_nothing(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    before = life.clock
    life.now += timedelta(days=3)
    life.do(WRITE, REPORTER)
    life.now = before.due_at
    assert life.do(ring(before, "due"), SYSTEM) == []
    assert life.complaint.state == "answered"


def test_a_reminder_of_silence_is_given_anew_after_a_reply(life: Life) -> None:
    life.to(StepKind.CONFIRM).reach("most")
    life.do(WRITE, REPORTER)
    assert [rung.name for rung in life.clock.ahead] == ["most", "due"]


def test_a_reply_while_officers_work_moves_no_deadline(life: Life) -> None:
    life.to(StepKind.RESPOND)
    before = life.clock
    assert types(life.do(WRITE, REPORTER)) == ["complaint.replied"]
    assert life.clock == before


@pytest.mark.parametrize("actor", [*STRANGERS, LIAISON, SYSTEM], ids=lambda actor: str(actor.id))
def test_only_the_reporter_and_the_admin_write(life: Life, actor: Actor) -> None:
    life.to(StepKind.CONFIRM)
    assert refused(life, WRITE, actor) in {"not_your_complaint", "not_your_role"}


# Who may not


@pytest.mark.parametrize(("kind", "command"), PEOPLES_DECISIONS)
@pytest.mark.parametrize("actor", STRANGERS, ids=lambda actor: str(actor.id))
def test_a_strangers_decision_is_refused_and_changes_nothing(
    life: Life, kind: StepKind, command: c.Command, actor: Actor
) -> None:
    assert refused(life.to(kind), command, actor) == "not_your_step"


@pytest.mark.parametrize(("kind", "command"), PEOPLES_DECISIONS)
@pytest.mark.parametrize("actor", [REPORTER, ADMIN, LIAISON, SYSTEM], ids=lambda actor: str(actor.role))
def test_a_decision_belongs_to_the_owner_of_its_step_alone(
    life: Life, kind: StepKind, command: c.Command, actor: Actor
) -> None:
    owner = OWNER[kind]
    if actor == owner:
        assert life.to(kind).do(command, actor)
    else:
        assert refused(life.to(kind), command, actor) == "not_your_step"


@pytest.mark.parametrize(("kind", "command"), PEOPLES_DECISIONS)
def test_a_decision_out_of_its_turn_hears_that_the_step_is_not_open(
    life: Life, kind: StepKind, command: c.Command
) -> None:
    owner = OWNER[kind]
    life.to(StepKind.DELIVER)
    assert refused(life, command, owner) == "step_is_done"


@pytest.mark.parametrize(("kind", "command"), PEOPLES_DECISIONS)
def test_a_finished_complaint_takes_no_decision(life: Life, kind: StepKind, command: c.Command) -> None:
    owner = OWNER[kind]
    life.to(StepKind.CONFIRM).do(c.Confirm(), REPORTER)
    assert refused(life, command, owner) == "already_closed"


def test_a_finished_complaint_takes_no_reply(life: Life) -> None:
    life.to(StepKind.CONFIRM).do(c.Confirm(), REPORTER)
    assert refused(life, WRITE, REPORTER) == "already_closed"


def test_the_buttons_a_page_offers_are_those_that_work(life: Life) -> None:
    offered = {}
    for kind, command, owner in STRAIGHT:
        assert life.kind is kind
        everyone = (REPORTER, ADMIN, LIAISON, *STRANGERS)
        offered[kind] = {actor.id: acts_of(life.complaint, actor) for actor in everyone if actor != owner}
        if owner != SYSTEM:
            assert acts_of(life.complaint, owner)
        life.do(command, owner)
    assert all(acts == () for others in offered.values() for acts in others.values())
    assert acts_of(life.complaint, REPORTER) == ()


# Timers


def test_half_the_time_gone_is_noted_without_marking_anybody_late(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("half")
    assert (life.complaint.late_level, life.complaint.was_late) == (0, False)
    assert life.clock.reached == ("half",)


def test_the_deadline_marks_late_but_never_does_the_overdue_work(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("due")
    assert (life.complaint.late_level, life.complaint.was_late) == (1, True)
    assert (life.complaint.state, life.kind) == ("forwarded", StepKind.RESPOND)


def test_the_levels_follow_every_two_working_days(life: Life) -> None:
    life.to(StepKind.RESPOND)
    due, second, third = (rung.nominal_at for rung in life.clock.rungs[2:])
    assert due == MONDAY_MORNING.replace(day=24, hour=17)
    assert (second - due, third - due) == (timedelta(days=2), timedelta(days=6))


def test_a_rung_that_rings_twice_does_nothing_the_second_time(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("due")
    assert life.reach("due") == []


def test_a_rung_that_comes_late_after_higher_ones_does_not_lower_the_level(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("level-2")
    life.reach("due")
    assert life.complaint.late_level == 2


def test_a_rung_of_a_step_that_is_done_does_nothing(life: Life) -> None:
    life.to(StepKind.RESPOND)
    left: Clock = life.clock
    life.do(ANSWER, LIAISON)
    life.now = left.due_at
    assert life.do(ring(left, "due"), SYSTEM) == []


def test_a_rung_of_an_earlier_visit_does_nothing(life: Life) -> None:
    life.to(StepKind.RESPOND)
    first: Clock = life.clock
    life.to(StepKind.REVIEW).do(SEND_BACK, ADMIN)
    life.now = first.due_at + timedelta(days=30)
    assert life.do(ring(first, "due"), SYSTEM) == []


def test_a_rung_of_a_re_armed_clock_does_nothing(life: Life) -> None:
    life.to(StepKind.RESPOND)
    before = life.clock
    life.do(c.Rearm(clock=before.name, visit=before.visit), SYSTEM)
    life.now = before.due_at
    assert life.do(ring(before, "due"), SYSTEM) == []
    assert types(life.reach("due")) == ["rung.reached"]


def test_arming_a_clock_anew_keeps_its_deadline_and_the_rungs_behind_it(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("half")
    before = life.clock
    life.do(c.Rearm(clock=before.name, visit=before.visit), SYSTEM)
    assert life.clock == before.model_copy(update={"arming": 2})


def test_arming_a_closed_clock_does_nothing(life: Life) -> None:
    life.to(StepKind.RESPOND)
    clock = life.clock
    life.do(ANSWER, LIAISON)
    assert life.do(c.Rearm(clock=clock.name, visit=clock.visit), SYSTEM) == []


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
def test_nobody_rings_or_re_arms_a_clock_by_hand(life: Life, actor: Actor) -> None:
    life.to(StepKind.CONFIRM)
    clock = life.clock
    life.now = clock.due_at
    assert refused(life, ring(clock, "due"), actor) == "not_your_role"
    assert refused(life, c.Rearm(clock=clock.name, visit=clock.visit), actor) == "not_your_role"


# Limits that must not lock anything


def test_past_the_last_answer_no_new_one_is_asked_for_but_the_complaint_can_still_end(life: Life) -> None:
    life.to(StepKind.REVIEW)
    for _ in range(MOST_ANSWERS - 1):
        life.do(SEND_BACK, ADMIN)
        life.do(ANSWER, LIAISON)
    assert refused(life, SEND_BACK, ADMIN) == "too_many_answers"
    life.to(StepKind.CONFIRM)
    assert refused(life, DISPUTE, REPORTER) == "too_many_answers"
    life.do(c.Confirm(), REPORTER)
    assert life.complaint.state == "resolved"


def test_past_the_last_reply_the_reporter_can_still_be_satisfied(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    for _ in range(MOST_REPLIES):
        life.do(WRITE, REPORTER)
    assert refused(life, WRITE, REPORTER) == "too_many_replies"
    assert refused(life, DISPUTE, REPORTER) == "too_many_replies"
    life.do(c.Confirm(), REPORTER)
    assert life.complaint.state == "resolved"


# What a decision is made upon


def test_a_reminder_leaves_the_tag_that_a_decision_is_made_upon(life: Life) -> None:
    life.to(StepKind.RESPOND)
    before = life.complaint.tag
    life.reach("half")
    assert life.complaint.tag == before


def test_a_reply_and_a_new_step_change_the_tag(life: Life) -> None:
    life.to(StepKind.RESPOND)
    tags = {life.complaint.tag}
    life.do(WRITE, REPORTER)
    tags.add(life.complaint.tag)
    life.do(ANSWER, LIAISON)
    tags.add(life.complaint.tag)
    assert len(tags) == 3


# Folding


def test_a_complaint_is_filed_exactly_once(life: Life) -> None:
    with pytest.raises(ValueError, match="filed once"):
        apply(life.complaint, life.events[0], life.procedure)
    with pytest.raises(ValueError, match="begins with"):
        fold(life.events[1:], life.procedure)
    with pytest.raises(ValueError, match="begins with"):
        fold([], life.procedure)


def test_a_snapshot_survives_being_stored_as_json(life: Life) -> None:
    life.to(StepKind.CONFIRM).reach("most")
    stored = life.complaint.model_dump_json()
    assert Complaint.model_validate_json(stored) == life.complaint
