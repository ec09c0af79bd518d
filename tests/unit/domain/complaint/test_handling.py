"""In the agency: taking on, passing on within the house, giving back, answering."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.handling import (
    MOST_REQUESTS_FOR_TIME,
    Accept,
    AnswerComplaint,
    AskForTime,
    Dispose,
    GiveSupport,
    SucceedAgency,
)
from chalicelib.domain.complaint.outcome import Confirm, Reopen
from chalicelib.domain.complaint.permissions import MOST_NOTES
from chalicelib.domain.complaint.routing import Forward
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ANSWER,
    ARCHIVE,
    COORDINATOR,
    DISPUTE,
    FORWARD,
    HEAD,
    LETTER,
    LIAISON,
    PROCEED,
    REPORTER,
    RETURN,
    SECRETARIAT,
    SEND_BACK,
    UNIT,
    Life,
    every_procedure,
    refused,
    the,
    types,
    words,
)

OTHER = Actor(role=Role.LIAISON, id="liaison-2", region=LIAISON.region, agency="dlh")
REVIEWED = [
    procedure
    for procedure in every_procedure()
    if any(step.kind is StepKind.REVIEW for step in procedure.steps)
]
SUPPORT = GiveSupport(text=words("our-part"))
TO_OTHER = Forward(agency="dlh")


def returned_twice(life: Life) -> Life:
    for agency in ("pupr", "dlh"):
        life.to(StepKind.VERIFY).do(Forward(agency=agency), ADMIN)
        life.do(RETURN, life.owner)
    return life


# Taking it on


def test_the_agency_accepts_once_and_the_reporter_can_be_told(life: Life) -> None:
    life.to(StepKind.RESPOND)
    assert types(life.do(Accept(), LIAISON))[0] == "complaint.accepted"
    assert life.complaint.state == "in_progress"
    assert refused(life, Accept(), LIAISON) in {"already_accepted", "not_your_step"}


def test_a_step_that_is_left_by_accepting_can_be_left_so_a_second_time() -> None:
    source = load_procedure("tarakan-2024")
    confirm = source.get_step("confirm")
    again = confirm.model_copy(update={"exits": confirm.exits | {"not_satisfied": "receive"}})
    steps = tuple(again if step == confirm else step for step in source.steps)
    life = Life(source.model_copy(update={"steps": steps})).to(StepKind.CONFIRM)
    life.do(DISPUTE, REPORTER)
    assert (life.step.name, life.complaint.state) == ("receive", "in_progress")
    life.do(Accept(), LIAISON)
    assert life.step.name == "follow-up"


def test_an_answer_accepts_the_complaint_where_that_was_not_done(life: Life) -> None:
    life.to(StepKind.REVIEW if life.procedure.id != "disporbudpar" else StepKind.DELIVER)
    assert types(event.event for event in life.events).count("complaint.accepted") == 1


@pytest.mark.parametrize("procedure", REVIEWED, ids=lambda procedure: procedure.id)
def test_the_agency_answers_to_the_admin_never_straight_to_the_citizen(procedure: Procedure) -> None:
    life = Life(procedure).to_exit("answer")
    opened = the(StepOpened, life.go_on())
    assert (opened.owner, opened.agency) == ("regional_admin", None)
    assert life.complaint.state == "answer_review"
    assert life.complaint.published_answers == ()


def test_where_nobody_judges_the_answer_it_is_published_by_the_same_act() -> None:
    life = Life(load_procedure("disporbudpar")).to_exit("answer")
    assert types(life.go_on())[:2] == ["complaint.answered", "answer.published"]
    assert life.kind is StepKind.DELIVER


def test_a_second_answer_of_the_same_agency_is_told_that_the_step_is_done(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert refused(life, ANSWER, LIAISON) == "step_is_done"


# Inner rows


def test_the_head_disposes_to_a_unit_with_an_instruction_and_the_unit_carries_it_out() -> None:
    life = Life(load_procedure("disporbudpar")).to_step("dispose")
    assert refused(life, PROCEED, HEAD) == "not_in_this_step"
    life.go_on()
    life.to_step("carry-out")
    assert (life.step.owner, life.step.unit) == ("unit", "bidang-1")
    other = UNIT.model_copy(update={"unit": "bidang-2"})
    assert refused(life, PROCEED, other) == "not_your_step"
    life.do(PROCEED, UNIT)
    kinds = [note.kind for note in life.complaint.notes]
    assert kinds == ["progress", "disposition", "progress", "progress"]
    assert life.complaint.notes[1].unit == "bidang-1"


def test_the_sekretariat_follows_up_between_two_turns_of_the_liaison() -> None:
    life = Life(load_procedure("tarakan-2024")).to_step("follow-up")
    assert life.owner == SECRETARIAT
    assert refused(life, PROCEED, LIAISON) == "not_your_step"
    life.do(PROCEED, SECRETARIAT)
    assert (life.step.name, life.owner) == ("report", LIAISON)


@pytest.mark.parametrize(
    ("name", "step"),
    [("disporbudpar", "dispose"), ("disporbudpar", "carry-out"), ("tarakan-2024", "follow-up")],
)
def test_what_a_role_that_nobody_holds_would_do_is_done_by_the_liaison(name: str, step: str) -> None:
    life = Life(load_procedure(name), staffed=lambda role, _agency, _unit: role == Role.LIAISON).to_step(step)
    assert (life.step.owner, life.step.unit) == ("liaison", None)
    assert life.to(StepKind.CONFIRM).complaint.rows_done.keys() >= {1, 4, 5, 6}


def test_what_the_head_disposed_to_nobody_in_particular_is_done_by_the_liaison() -> None:
    life = Life(load_procedure("disporbudpar")).to_step("dispose")
    life.do(Dispose(instruction=words("do-it")), HEAD)
    assert life.to_step("carry-out").owner == LIAISON


def test_notes_of_supporters_never_keep_the_house_from_going_on() -> None:
    life = Life(load_procedure("disporbudpar")).to(StepKind.VERIFY)
    life.do(FORWARD.model_copy(update={"supporters": ("dlh",)}), ADMIN)
    for _ in range(MOST_NOTES):
        life.do(SUPPORT, OTHER)
    assert refused(life, SUPPORT, OTHER) == "too_many_notes"
    assert life.to(StepKind.CONFIRM)


# Supporters


def test_a_supporter_gives_its_part_and_nothing_waits_for_it(life: Life) -> None:
    life.to(StepKind.VERIFY).do(FORWARD.model_copy(update={"supporters": ("dlh",)}), ADMIN)
    before = life.complaint
    assert types(life.do(SUPPORT, OTHER)) == ["support.given"]
    assert (life.complaint.step, life.complaint.clocks) == (before.step, before.clocks)
    assert (life.complaint.notes[-1].kind, life.complaint.notes[-1].agency) == ("support", "dlh")
    assert refused(life, SUPPORT, LIAISON) == "not_your_complaint"
    assert refused(life, SUPPORT, ADMIN) == "not_your_role"


def test_what_becomes_protected_is_no_supporters_any_more(life: Life) -> None:
    life.to(StepKind.VERIFY).do(FORWARD.model_copy(update={"supporters": ("dlh",)}), ADMIN)
    fearing = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
    life.complaint = life.complaint.model_copy(update=fearing)
    assert refused(life, SUPPORT, OTHER) == "not_your_complaint"
    assert list_available_actions(life.complaint, OTHER, life.procedure, life.now) == ()


def test_a_supporter_answers_nothing(life: Life) -> None:
    life.to(StepKind.VERIFY).do(FORWARD.model_copy(update={"supporters": ("dlh",)}), ADMIN)
    life.to_exit("answer")
    assert refused(life, ANSWER, OTHER) == "not_your_step"


# Giving it back


def test_a_wrong_agency_returns_it_with_a_reason_and_the_next_one_begins_afresh(life: Life) -> None:
    life.to(StepKind.RESPOND)
    ombudsman, was = life.clock_of("ombudsman"), life.step
    life.now += timedelta(hours=1)
    events = life.do(RETURN, LIAISON)
    assert types(events)[:2] == ["complaint.returned", "step.opened"]
    assert (life.complaint.state, life.complaint.agency, life.owner) == ("verified", None, ADMIN)
    assert life.complaint.notes[-1].text == RETURN.reason
    life.now += timedelta(hours=1)
    life.do(TO_OTHER, ADMIN)
    assert (life.step.agency, life.step.name, life.step.visit) == ("dlh", was.name, 2)
    assert life.clock.derivation.trigger == life.now
    assert life.clock_of("ombudsman") == ombudsman


def test_the_resolution_clock_runs_on_when_an_agency_returns_it() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.RESPOND)
    before = life.clock_of("resolution")
    life.do(RETURN, LIAISON)
    life.now += timedelta(days=1)
    life.do(TO_OTHER, ADMIN)
    assert life.clock_of("resolution") == before


@pytest.mark.parametrize(
    ("name", "clock"), [("tarakan-2024", "follow-up-time"), ("disporbudpar", "coordination")]
)
def test_the_agencys_own_envelope_begins_afresh_for_the_next_one(name: str, clock: str) -> None:
    life = Life(load_procedure(name)).to(StepKind.RESPOND)
    life.do(RETURN, LIAISON)
    assert not life.runs(clock)
    life.now += timedelta(days=1)
    life.do(TO_OTHER, ADMIN)
    assert (life.clock_of(clock).visit, life.clock_of(clock).derivation.trigger) == (2, life.now)


def test_after_two_returns_the_koordinator_decides_and_that_cannot_be_returned(life: Life) -> None:
    returned_twice(life)
    assert (life.step.name, life.owner) == ("arbitrate", COORDINATOR)
    assert refused(life, TO_OTHER, ADMIN) == "not_your_step"
    life.do(TO_OTHER, COORDINATOR)
    assert refused(life, RETURN, life.owner) == "decided_by_coordinator"
    assert life.to(StepKind.CONFIRM).complaint.answers[0].agency == "dlh"


def test_the_koordinator_may_decide_that_nobody_here_has_to_answer_it(life: Life) -> None:
    returned_twice(life).do(ARCHIVE, COORDINATOR)
    assert life.complaint.state == "archived"


def test_only_what_the_koordinator_decided_cannot_be_returned(life: Life) -> None:
    returned_twice(life)
    handled = ARCHIVE.model_copy(update={"reason": "already_handled", "earlier": "CTH-33333B"})
    life.do(handled, COORDINATOR)
    life.do(Reopen(reason=words("not-handled")), REPORTER)
    life.do(FORWARD, ADMIN)
    life.do(RETURN, life.owner)
    assert life.step.name == "arbitrate"


def test_a_consultation_that_was_left_out_stays_recorded_after_the_koordinators_decision() -> None:
    life = returned_twice(Life(load_procedure("tarakan-2024")))
    life.do(TO_OTHER, COORDINATOR)
    assert life.complaint.skipped == ("consult",)


# Proof, plans, time


def test_an_answer_without_the_required_proof_is_refused() -> None:
    life = Life(load_procedure("tarakan-2024")).to_step("report")
    for answer in (
        AnswerComplaint(text=words("done")),
        AnswerComplaint(text=words("done"), files=(LETTER,)),
        AnswerComplaint(text=words("done"), proof_note=words("invisible")),
    ):
        assert refused(life, answer, LIAISON) == "proof_missing"
    invisible = AnswerComplaint(text=words("done"), files=(LETTER,), proof_note=words("invisible"))
    assert life.do(invisible, LIAISON)


def test_a_plan_needs_no_proof_for_nothing_is_done_yet() -> None:
    life = Life(load_procedure("tarakan-2024")).to_step("report")
    day = life.calendar.to_local(life.now).date() + timedelta(days=9)
    plan = AnswerComplaint(text=words("plan"), plan_date=day, plan_owner=words("owner"))
    assert life.do(plan, LIAISON)


@pytest.mark.parametrize("name", [name.id for name in REVIEWED if name.id != "tarakan-2024"])
def test_other_procedures_ask_for_no_proof(name: str) -> None:
    life = Life(load_procedure(name)).to_exit("answer")
    assert life.do(AnswerComplaint(text=words("done")), LIAISON)


@pytest.mark.parametrize(("days", "code"), [(0, "date_passed"), (367, "date_too_far")])
def test_a_plan_names_a_day_to_come_within_a_year(life: Life, days: int, code: str) -> None:
    life.to_exit("answer")
    today = life.calendar.to_local(life.now).date()
    plan = {"plan_date": today + timedelta(days=days), "plan_owner": words("owner")}
    assert refused(life, ANSWER.model_copy(update=plan), life.owner) == code


def test_asking_for_time_moves_no_deadline(life: Life) -> None:
    life.to(StepKind.RESPOND)
    before = life.complaint
    today = life.calendar.to_local(life.now).date()
    asking = AskForTime(until=today + timedelta(days=5), reason=words("rain"))
    assert types(life.do(asking, LIAISON)) == ["time.asked"]
    assert (life.complaint.step, life.complaint.clocks) == (before.step, before.clocks)
    assert refused(life, asking.model_copy(update={"until": today}), LIAISON) == "date_passed"
    for _ in range(MOST_REQUESTS_FOR_TIME - 1):
        life.do(asking, LIAISON)
    assert refused(life, asking, LIAISON) == "asked_too_often"


# Successors


def test_a_successor_inherits_the_open_step_with_its_deadline(life: Life) -> None:
    life.to(StepKind.RESPOND)
    before = life.step
    life.now += timedelta(hours=1)
    life.do(SucceedAgency(agency="pupr", successor="dinas-baru"), SYSTEM)
    assert (life.step.agency, life.complaint.agency) == ("dinas-baru", "dinas-baru")
    assert (life.step.name, life.step.visit, life.step.due_at) == (before.name, before.visit, before.due_at)
    assert refused(life, Accept(), LIAISON) == "not_your_step"
    assert life.to(StepKind.CONFIRM).complaint.answers[0].agency == "dinas-baru"


def test_a_successor_without_that_post_has_its_liaison_do_it() -> None:
    life = Life(load_procedure("disporbudpar")).to_step("carry-out")
    before = life.complaint.step
    assert before
    life.now += timedelta(days=1)
    clock = life.clock
    life.staffed = lambda role, agency, _unit: role == Role.LIAISON or agency == "pupr"
    life.do(SucceedAgency(agency="pupr", successor="dinas-baru"), SYSTEM)
    assert (life.step.owner, life.step.agency, life.step.unit) == ("liaison", "dinas-baru", None)
    assert (life.step.visit, life.step.due_at) == (before.visit, before.due_at)
    assert life.step.opened_at == before.opened_at
    assert life.clock == clock.model_copy(update={"generation": 2})
    assert life.to(StepKind.CONFIRM)


def test_a_supporter_is_succeeded_too_and_never_supports_itself(life: Life) -> None:
    life.to(StepKind.VERIFY).do(FORWARD.model_copy(update={"supporters": ("dlh", "perkim")}), ADMIN)
    life.do(SucceedAgency(agency="dlh", successor="perkim"), SYSTEM)
    assert life.complaint.supporters == ("perkim",)
    life.do(SucceedAgency(agency="perkim", successor="pupr"), SYSTEM)
    assert life.complaint.supporters == ()


def test_a_change_of_agencies_that_does_not_concern_it_changes_nothing(life: Life) -> None:
    life.to(StepKind.RESPOND)
    assert life.do(SucceedAgency(agency="dlh", successor="dinas-baru"), SYSTEM) == []
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    assert life.do(SucceedAgency(agency="pupr", successor="dinas-baru"), SYSTEM) == []


@pytest.mark.parametrize("procedure", REVIEWED, ids=lambda procedure: procedure.id)
def test_an_answer_sent_back_or_disputed_goes_to_the_agency_that_gave_it(procedure: Procedure) -> None:
    life = Life(procedure).to(StepKind.REVIEW)
    life.do(SEND_BACK, ADMIN)
    assert life.step.agency == "pupr"
    life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    assert life.step.agency == "pupr"
