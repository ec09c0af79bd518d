"""After the answer: judging it, giving it to the reporter, and what the reporter says to it."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.outcome import Confirm, Withdraw
from chalicelib.domain.complaint.permissions import MOST_ANSWERS, MOST_REPLIES
from chalicelib.domain.complaint.publishing import Deliver, Publish
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import PLAN, Procedure, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ANSWER,
    ARCHIVE,
    DISPUTE,
    FORWARD,
    LIAISON,
    QUESTION,
    REOPEN,
    REPORTER,
    SEND_BACK,
    STRANGERS,
    TYPED_IN,
    WITHDRAW,
    WRITE,
    Life,
    every_procedure,
    refused,
    ring,
    the,
    types,
    words,
)

REVIEWED = [
    procedure
    for procedure in every_procedure()
    if any(step.kind is StepKind.REVIEW for step in procedure.steps)
]
by_review = pytest.mark.parametrize("procedure", REVIEWED, ids=lambda procedure: procedure.id)


def planned(life: Life, days: int = 20) -> Life:
    """The reporter has a dated plan for an answer."""
    life.to_exit("answer")
    day = life.calendar.to_local(life.now).date() + timedelta(days=days)
    life.do(ANSWER.model_copy(update={"plan_date": day, "plan_owner": words("owner")}), life.owner)
    return life.to(StepKind.CONFIRM)


# Judging


@by_review
def test_an_answer_sent_back_opens_the_agencys_step_again_with_a_fresh_clock(procedure: Procedure) -> None:
    life = Life(procedure).to(StepKind.REVIEW)
    life.now += timedelta(hours=2)
    life.do(SEND_BACK, ADMIN)
    assert (life.step.visit, life.step.agency) == (2, "pupr")
    assert life.clock.derivation.trigger == life.now
    assert life.complaint.answers[0].sent_back == SEND_BACK.reason
    assert life.complaint.state == "in_progress"
    assert life.complaint.published_answers == ()


@by_review
def test_the_admin_publishes_and_the_system_delivers_to_the_reporter(procedure: Procedure) -> None:
    life = Life(procedure).to(StepKind.REVIEW)
    life.do(Publish(), ADMIN)
    assert life.kind is StepKind.DELIVER
    life.do(Deliver(), SYSTEM)
    assert (life.complaint.state, life.kind) == ("answered", StepKind.CONFIRM)
    assert [answer.text for answer in life.complaint.published_answers] == [ANSWER.text]


# Content, or silent


def test_a_satisfied_reporter_finishes_the_complaint(life: Life) -> None:
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    complaint = life.complaint
    assert (complaint.state, complaint.resolved_by) == ("resolved", "reporter")
    assert (complaint.step, complaint.clocks) == (None, ())


def test_silence_finishes_it_too_but_is_counted_apart(life: Life) -> None:
    events = life.to(StepKind.CONFIRM).reach("due")
    assert types(events) == ["rung.reached", "complaint.closed_by_silence"]
    assert (life.complaint.state, life.complaint.resolved_by) == ("resolved", "silence")
    assert (life.complaint.step, life.complaint.clocks, life.complaint.was_late) == (None, (), False)


def test_silence_takes_ten_working_days(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert life.clock.derivation.days[-1].counted == 10
    assert life.clock.due_at == life.calendar.get_day_start(
        life.calendar.to_local(life.now).date() + timedelta(days=15)
    )


@pytest.mark.parametrize("writer", [REPORTER, ADMIN], ids=lambda actor: str(actor.role))
def test_a_persons_reply_restarts_the_silence(life: Life, writer: Actor) -> None:
    life.to(StepKind.CONFIRM)
    before = life.clock
    life.now += timedelta(days=3)
    assert types(life.do(WRITE, writer)) == ["complaint.replied", "deadline.armed"]
    assert (life.clock.generation, life.clock.visit) == (before.generation + 1, before.visit)
    assert before.due_at < life.clock.due_at == life.step.due_at


def test_a_machines_message_does_not_restart_it(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    due = life.clock.due_at
    life.reach("most")
    assert life.clock.due_at == due
    assert refused(life, WRITE, SYSTEM) == "not_your_role"


def test_the_silence_before_a_reply_closes_nothing(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    before = life.clock
    life.now += timedelta(days=3)
    life.do(WRITE, REPORTER)
    life.now = before.due_at
    assert life.do(ring(before, "due"), SYSTEM) == []
    assert life.complaint.state == "answered"


def test_a_reminder_of_silence_is_given_again_after_a_reply(life: Life) -> None:
    life.to(StepKind.CONFIRM).reach("most")
    life.do(WRITE, REPORTER)
    assert [rung.name for rung in life.clock.ahead] == ["most", "due"]


def test_a_reply_while_officers_work_moves_no_deadline(life: Life) -> None:
    life.to(StepKind.RESPOND)
    before = life.complaint.clocks
    assert types(life.do(WRITE, REPORTER)) == ["complaint.replied"]
    assert life.complaint.clocks == before


@pytest.mark.parametrize("actor", [*STRANGERS, LIAISON, SYSTEM], ids=lambda actor: str(actor.id))
def test_only_the_reporter_and_the_admin_write(life: Life, actor: Actor) -> None:
    life.to(StepKind.CONFIRM)
    assert refused(life, WRITE, actor) in {"not_your_complaint", "not_your_role"}


def test_a_finished_complaint_takes_no_reply(life: Life) -> None:
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    assert refused(life, WRITE, REPORTER) == "already_closed"


# Belum puas


def test_belum_puas_sends_it_back_with_a_fresh_clock_and_earlier_answers_stay(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    ombudsman = life.clock_of("ombudsman")
    life.now += timedelta(days=1)
    opened = the(StepOpened, life.do(DISPUTE, REPORTER))
    assert opened.step == life.procedure.get_step("confirm").exits["not_satisfied"]
    assert opened.visit == 2
    assert life.clock.derivation.trigger == life.now
    assert life.clock_of("ombudsman") == ombudsman
    assert life.complaint.state == "in_progress"
    assert (len(life.complaint.published_answers), life.complaint.disputes) == (1, 1)
    assert not life.runs("silence")


def test_belum_puas_a_second_time_is_counted_and_answered_again(life: Life) -> None:
    for times in (1, 2):
        life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
        assert life.complaint.disputes == times
    life.to(StepKind.CONFIRM)
    assert len(life.complaint.published_answers) == 3


def test_past_the_last_answer_no_new_one_is_asked_for_but_the_complaint_can_still_end(life: Life) -> None:
    for _ in range(MOST_ANSWERS - 1):
        life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    life.to(StepKind.CONFIRM)
    for more in (DISPUTE, QUESTION):
        assert refused(life, more, REPORTER) == "too_many_answers"
    life.do(Confirm(), REPORTER)
    assert life.complaint.state == "resolved"


@by_review
def test_past_the_last_answer_the_admin_can_only_publish(procedure: Procedure) -> None:
    life = Life(procedure)
    for _ in range(MOST_ANSWERS - 1):
        life.to(StepKind.REVIEW).do(SEND_BACK, ADMIN)
    assert refused(life.to(StepKind.REVIEW), SEND_BACK, ADMIN) == "too_many_answers"
    assert life.to(StepKind.CONFIRM)


def test_past_the_last_reply_the_reporter_can_still_be_satisfied(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    for _ in range(MOST_REPLIES):
        life.do(WRITE, REPORTER)
    for more in (WRITE, DISPUTE, QUESTION):
        assert refused(life, more, REPORTER) == "too_many_replies"
    life.do(Confirm(), REPORTER)
    assert life.complaint.state == "resolved"


# Questions


def test_a_question_opens_a_step_for_the_agency_and_no_silence_counts(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    silence = life.clock
    life.now += timedelta(days=1)
    life.do(QUESTION, REPORTER)
    assert (life.step.name, life.owner, life.complaint.state) == ("explain", LIAISON, "answered")
    assert life.clock.derivation.days[-1].counted == 5
    life.now = silence.due_at
    assert life.do(ring(silence, "due"), SYSTEM) == []
    life.to(StepKind.CONFIRM)
    assert life.clock.derivation.trigger == life.now
    assert len(life.complaint.published_answers) == 2
    assert (life.complaint.disputes, life.complaint.question_open) == (0, False)


@by_review
def test_an_explanation_that_is_sent_back_stays_an_explanation(procedure: Procedure) -> None:
    life = Life(procedure).to(StepKind.CONFIRM)
    life.do(QUESTION, REPORTER)
    life.to(StepKind.REVIEW).do(SEND_BACK, ADMIN)
    assert (life.step.name, life.step.visit, life.complaint.state) == ("explain", 2, "answered")
    life.to(StepKind.CONFIRM)


def test_a_question_about_an_answer_by_letter_goes_by_letter(life: Life) -> None:
    life.to(StepKind.VERIFY).do(FORWARD.model_copy(update={"by_letter": True}), ADMIN)
    life.to(StepKind.CONFIRM).do(QUESTION, REPORTER)
    assert life.owner == ADMIN


# Reopening


@pytest.mark.parametrize("way", ["confirmed", "silent"])
def test_a_finished_complaint_is_reopened_within_its_window(life: Life, way: str) -> None:
    life.to(StepKind.CONFIRM)
    if way == "confirmed":
        life.do(Confirm(), REPORTER)
    else:
        life.reach("due")
    until = life.complaint.reopen_until
    assert until
    life.now = until - timedelta(seconds=1)
    life.do(REOPEN, REPORTER)
    complaint = life.complaint
    assert (complaint.state, complaint.resolved_by, complaint.reopen_until) == ("in_progress", None, None)
    assert life.procedure.reopening
    assert (life.step.name, life.step.agency) == (life.procedure.reopening.opens, "pupr")
    assert life.clock_of("ombudsman").derivation.trigger == life.now
    assert life.to(StepKind.CONFIRM)


def test_after_its_window_it_stays_closed(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert refused(life, REOPEN, REPORTER) == "not_closed"
    life.do(Confirm(), REPORTER)
    assert life.complaint.reopen_until
    life.now = life.complaint.reopen_until
    assert refused(life, REOPEN, REPORTER) == "too_late_to_reopen"


def test_past_the_last_answer_nothing_is_reopened(life: Life) -> None:
    for _ in range(MOST_ANSWERS - 1):
        life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    assert refused(life, REOPEN, REPORTER) == "too_many_answers"
    assert "reopen" not in list_available_actions(life.complaint, REPORTER, life.procedure, life.now)


def test_a_reopened_complaint_has_a_fresh_time_to_be_resolved_in() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.CONFIRM)
    life.reach("due")
    life.now += timedelta(days=5)
    life.do(REOPEN, REPORTER)
    assert life.clock_of("resolution").derivation.trigger == life.now
    life.to(StepKind.CONFIRM)
    assert (life.complaint.was_late, life.complaint.answers[-1].late) == (False, False)


def test_the_admin_reopens_for_a_reporter_without_an_account(life: Life) -> None:
    life = Life(life.procedure, filed=TYPED_IN).to(StepKind.CONFIRM)
    life.do(Confirm(), ADMIN)
    life.do(REOPEN, ADMIN)
    assert life.step.agency == "pupr"


# Withdrawing


@pytest.mark.parametrize("kind", [StepKind.RECORD, StepKind.VERIFY, StepKind.RESPOND, StepKind.CONFIRM])
def test_the_reporter_withdraws_whenever_it_is_open_and_need_not_say_why(life: Life, kind: StepKind) -> None:
    life.to(kind).do(Withdraw(), REPORTER)
    complaint = life.complaint
    assert (complaint.state, complaint.finished, complaint.clocks) == ("withdrawn", True, ())
    assert refused(life, WITHDRAW, REPORTER) == "already_closed"
    assert refused(life, REOPEN, REPORTER) == "too_late_to_reopen"


def test_what_is_supervision_grade_goes_on_without_the_reporter(life: Life) -> None:
    life.to(StepKind.VERIFY)
    life.do(FORWARD.model_copy(update={"complaint_class": "supervision"}), ADMIN)
    before = life.complaint
    life.do(WITHDRAW, REPORTER)
    assert (life.complaint.state, life.complaint.step) == (before.state, before.step)
    assert life.complaint.withdrawn_at == life.now
    assert life.do(WITHDRAW, REPORTER) == []
    assert life.to(StepKind.CONFIRM).reach("due")


@pytest.mark.parametrize("actor", [ADMIN, LIAISON], ids=lambda actor: str(actor.role))
def test_nobody_withdraws_another_persons_complaint(life: Life, actor: Actor) -> None:
    assert refused(life, WITHDRAW, actor) == "not_your_complaint"


# Plans


def test_a_dated_plan_is_reminded_on_its_morning_even_after_the_end(life: Life) -> None:
    planned(life)
    life.do(Confirm(), REPORTER)
    (clock,) = life.complaint.clocks
    assert clock.name == PLAN
    morning = life.calendar.to_local(clock.rungs[0].nominal_at)
    assert (morning.hour, morning.date()) == (8, life.complaint.answers[0].plan.date)  # type: ignore[union-attr]
    assert types(life.reach("due-day", PLAN)) == ["rung.reached"]
    assert (life.complaint.was_late, life.complaint.state) == (False, "resolved")


def test_a_plan_that_does_not_content_the_reporter_is_watched_no_longer(life: Life) -> None:
    planned(life)
    assert life.runs(PLAN)
    life.do(DISPUTE, REPORTER)
    assert not life.runs(PLAN)


def test_a_plan_that_is_given_as_an_explanation_takes_the_place_of_the_one_before(life: Life) -> None:
    planned(life, 20)
    life.do(QUESTION, REPORTER)
    planned(life, 30)
    (clock,) = (one for one in life.complaint.clocks if one.name == PLAN)
    assert (clock.visit, clock.derivation.standard_time.calendar_days) == (2, 30)


def test_a_plan_whose_day_came_before_it_was_published_is_not_watched() -> None:
    life = Life(load_procedure("cirebon-2021")).to_exit("answer")
    tomorrow = life.calendar.to_local(life.now).date() + timedelta(days=1)
    life.do(ANSWER.model_copy(update={"plan_date": tomorrow, "plan_owner": words("owner")}), LIAISON)
    life.now += timedelta(days=1)
    assert not life.to(StepKind.CONFIRM).runs(PLAN)


def test_what_was_filed_away_watches_nothing(life: Life) -> None:
    life.to(StepKind.VERIFY).do(ARCHIVE, ADMIN)
    assert life.complaint.clocks == ()
