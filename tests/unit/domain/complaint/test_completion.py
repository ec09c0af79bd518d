"""The reporter is asked for something, and everybody waits."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.completion import MOST_COMPLETIONS, AskReporter, Complete
from chalicelib.domain.complaint.handling import SucceedAgency
from chalicelib.domain.complaint.lateness import makes_late
from chalicelib.domain.complaint.permissions import MOST_REPLIES
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.verification import Verify
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ASK,
    COMPLETE,
    FORWARD,
    LETTER,
    LIAISON,
    PHOTO,
    REPORTER,
    STRANGERS,
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

ENVELOPED = [
    procedure
    for procedure in every_procedure()
    if any(makes_late(envelope, procedure) for envelope in procedure.overall_deadlines)
]


def asked(life: Life) -> Life:
    """The admin has asked for a photo and the place."""
    life.to(StepKind.VERIFY).do(ASK, ADMIN)
    return life


def asked_in_the_agency(life: Life) -> Life:
    """The agency that handles it has asked for them."""
    life.to(StepKind.RESPOND).to_exit("ask").do(ASK, life.owner)
    return life


def test_the_reporter_is_asked_for_named_items_and_has_thirty_days(life: Life) -> None:
    asked(life)
    assert (life.complaint.state, life.step.owner) == ("needs_completion", "reporter")
    assert life.complaint.waiting
    assert life.complaint.waiting.missing == ("photo", "place")
    days = (life.clock.due_at - life.now).days
    assert days == 30


def test_the_verification_goes_on_with_the_time_that_was_left(life: Life) -> None:
    life.to(StepKind.VERIFY)
    due = life.clock.due_at
    life.now += timedelta(hours=1)
    life.do(ASK, ADMIN)
    life.now += timedelta(days=7)
    events = life.do(COMPLETE, REPORTER)
    resumed = the(StepOpened, events)
    assert (resumed.step, resumed.visit, resumed.resumed) == ("verify", 1, True)
    # A week later as much is left: the rest of that weekday, and the days after it.
    assert life.clock.due_at == due + timedelta(days=7) == life.step.due_at
    assert life.complaint.waiting is None
    assert life.complaint.state == "received"


def test_asking_and_completing_on_one_day_moves_nothing(life: Life) -> None:
    life.to(StepKind.VERIFY)
    due = life.clock.due_at
    life.do(ASK, ADMIN)
    life.now += timedelta(hours=2)
    life.do(COMPLETE, REPORTER)
    assert life.clock.due_at == due


def test_nobody_is_late_while_the_reporter_is_asked(life: Life) -> None:
    life.to(StepKind.VERIFY)
    verification = life.clock
    life.do(ASK, ADMIN)
    life.now = verification.due_at
    assert life.do(ring(verification, "due"), SYSTEM) == []
    life.now += timedelta(days=10)
    life.do(COMPLETE, REPORTER)
    assert not life.complaint.was_late


def test_a_second_pause_adds_to_the_first(life: Life) -> None:
    life.to(StepKind.VERIFY)
    for _ in range(2):
        life.do(ASK, ADMIN)
        life.now += timedelta(days=7)
        life.do(COMPLETE, REPORTER)
        life.now += timedelta(minutes=1)
    assert len(life.clock.derivation.pauses) == 2
    paused = [day for day in life.clock.derivation.days if day.reason == "paused"]
    assert len(paused) == 9, "two weeks but for the day it began on"


def test_what_was_given_is_kept_next_to_what_was_filed(life: Life) -> None:
    asked(life).do(COMPLETE.model_copy(update={"files": (PHOTO, LETTER)}), REPORTER)
    assert [file.sha256 for file in life.complaint.files] == [PHOTO.sha256, LETTER.sha256]
    assert life.complaint.place == COMPLETE.place
    assert life.complaint.replies[-1].text == COMPLETE.text


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Complete(place=words("place")), "missing_photo"),
        (Complete(place=words("place"), files=(LETTER,)), "missing_photo"),
        (Complete(files=(PHOTO,)), "missing_place"),
    ],
)
def test_each_item_that_is_still_missing_is_named(life: Life, given: Complete, code: str) -> None:
    assert refused(asked(life), given, REPORTER) == code


def test_a_question_without_named_items_is_completed_by_words(life: Life) -> None:
    life.to(StepKind.VERIFY)
    assert refused(life, AskReporter(missing=()), ADMIN) == "nothing_asked"
    life.do(AskReporter(missing=(), note=words("when")), ADMIN)
    assert refused(life, Complete(), REPORTER) == "nothing_given"
    assert life.do(Complete(text=words("monday")), REPORTER)


@pytest.mark.parametrize("actor", [*STRANGERS, ADMIN, LIAISON], ids=lambda actor: str(actor.id))
def test_only_the_reporter_completes(life: Life, actor: Actor) -> None:
    assert refused(asked(life), COMPLETE, actor) == "not_your_step"


def test_what_is_not_completed_in_thirty_days_lapses(life: Life) -> None:
    events = asked(life).reach("due")
    assert types(events) == ["rung.reached", "complaint.lapsed"]
    complaint = life.complaint
    assert (complaint.state, complaint.finished, complaint.clocks) == ("lapsed", True, ())
    assert not complaint.was_late
    assert refused(life, COMPLETE, REPORTER) == "already_closed"


def test_a_completion_can_always_be_given_however_much_was_written(life: Life) -> None:
    asked(life)
    for _ in range(MOST_REPLIES):
        life.do(WRITE, ADMIN)
    assert life.do(COMPLETE, REPORTER)


def test_the_admin_asks_a_few_times_only(life: Life) -> None:
    life.to(StepKind.VERIFY)
    for _ in range(MOST_COMPLETIONS):
        life.do(ASK, ADMIN)
        life.do(COMPLETE, REPORTER)
    assert refused(life, ASK, ADMIN) == "asked_too_often"


def test_a_verified_complaint_that_is_completed_stays_verified(life: Life) -> None:
    life.to(StepKind.VERIFY).do(Verify(complaint_class="aspiration"), ADMIN)
    life.do(ASK, ADMIN)
    life.do(COMPLETE, REPORTER)
    life.do(FORWARD, ADMIN)
    assert life.complaint.complaint_class == "aspiration"


def test_the_ombudsmans_time_begins_when_the_file_is_complete(life: Life) -> None:
    asked(life)
    assert not life.runs("ombudsman")
    life.now += timedelta(days=20)
    life.do(COMPLETE, REPORTER)
    assert life.clock_of("ombudsman").derivation.trigger == life.now


# In the agency


def test_the_agency_asks_once_and_its_clock_pauses_while_the_ombudsmans_runs(life: Life) -> None:
    life.to(StepKind.RESPOND).to_exit("ask")
    name, due, ombudsman = life.step.name, life.clock.due_at, life.clock_of("ombudsman")
    life.do(ASK, life.owner)
    assert (life.complaint.state, life.step.name) == ("forwarded", "items")
    assert life.clock_of("ombudsman") == ombudsman
    life.now += timedelta(days=7)
    events = life.do(COMPLETE, REPORTER)
    assert types(events)[0] == "items.given"
    assert (life.step.name, life.step.visit) == (name, 1)
    assert life.clock.due_at > due
    assert life.clock_of("ombudsman") == ombudsman
    assert refused(life, ASK, life.owner) == "items_asked_before"


def test_items_that_do_not_come_in_ten_working_days_are_done_without(life: Life) -> None:
    asked_in_the_agency(life)
    name = life.complaint.waiting.step.name if life.complaint.waiting else None
    days = [day for day in life.clock.derivation.days if day.counted]
    assert len(days) == 10
    events = life.reach("due")
    assert types(events)[:3] == ["rung.reached", "items.expired", "step.opened"]
    assert life.step.name == name
    assert life.step.due_at > life.now
    assert not life.complaint.was_late


@pytest.mark.parametrize("procedure", ENVELOPED, ids=lambda procedure: procedure.id)
def test_the_envelope_waits_with_the_agency(procedure: Procedure) -> None:
    (name,) = (one.name for one in procedure.overall_deadlines if makes_late(one, procedure))
    life = Life(procedure).to(StepKind.RESPOND)
    due = life.clock_of(name).due_at
    life.do(ASK, life.owner)
    life.now = due
    assert life.do(ring(life.clock_of(name), "due"), SYSTEM) == []
    events = life.do(COMPLETE, REPORTER)
    assert types(events).count("deadline.armed") == 2
    assert life.clock_of(name).due_at > due
    assert not life.complaint.was_late


def test_an_agency_that_was_renamed_meanwhile_goes_on_as_the_new_one(life: Life) -> None:
    asked_in_the_agency(life)
    life.do(SucceedAgency(agency="pupr", successor="dinas-baru"), SYSTEM)
    life.do(COMPLETE, REPORTER)
    assert life.step.agency == "dinas-baru"
    assert life.go_on()


def test_a_reporter_who_withdrew_what_goes_on_without_them_is_asked_no_more() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.VERIFY)
    life.do(Verify(complaint_class="supervision"), ADMIN)
    life.do(ASK, ADMIN)
    life.do(WITHDRAW, REPORTER)
    assert (life.step.name, life.complaint.state, life.complaint.waiting) == ("verify", "verified", None)
    assert refused(life, ASK, ADMIN) == "reporter_withdrew"
