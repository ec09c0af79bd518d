"""What every procedure has, and what is our decision in it."""

from datetime import time

import pytest

from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Role, StepKind
from tests.unit.domain.procedure.sources import (
    AGENCY,
    ANSWERING_STEPS,
    CITY,
    EVERY,
    NATIONAL,
    PRINTED,
    PROVINCE,
    REGENCY,
    get_overall_deadline,
    list_decisions,
)


@EVERY
def test_the_admin_can_forward_complete_hand_over_archive_and_merge(name: str) -> None:
    exits = dict(load_procedure(name).get_step("verify").exits)
    assert exits.pop("forward") in {"respond", "receive"}
    assert exits.pop("consult", "consult") == "consult"
    assert exits == {
        "forward_by_letter": "letter",
        "ask": "completion",
        "hand_over": "follow-handover",
        "archive": "archived",
        "merge": "duplicate",
    }


@EVERY
def test_the_first_step_at_the_agency_can_give_it_back_and_ask_for_items(name: str) -> None:
    first = load_procedure(name).get_step(load_procedure(name).get_step("verify").exits["forward"])
    assert (first.owner, first.exits["return"], first.exits["ask"]) == (Role.LIAISON, "verify", "items")


@EVERY
def test_after_two_returns_the_coordinator_decides(name: str) -> None:
    procedure = load_procedure(name)
    assert procedure.arbitration
    assert procedure.arbitration.after_returns == 2
    arbitrate = procedure.get_step(procedure.arbitration.opens)
    assert (arbitrate.owner, arbitrate.kind) == (Role.COORDINATOR, StepKind.VERIFY)
    assert arbitrate.exits["forward"] == procedure.get_step("verify").exits["forward"]


@EVERY
def test_a_reporter_has_thirty_days_to_complete_and_ten_working_days_for_items(name: str) -> None:
    completion, items = load_procedure(name).get_step("completion"), load_procedure(name).get_step("items")
    assert completion.standard_time.calendar_days == 30
    assert completion.legal_basis.startswith("UU 25/2009")
    assert items.standard_time.working_days == 10
    assert (completion.exits["lapse"], items.exits["expire"]) == ("lapsed", "back")


@EVERY
def test_a_letter_has_the_time_of_the_agency_and_the_admin_answers_in_its_name(name: str) -> None:
    times = {REGENCY: 1, PROVINCE: 1, CITY: 10, AGENCY: 5, NATIONAL: 5}
    letter = load_procedure(name).get_step("letter")
    assert (letter.owner, letter.standard_time.working_days) == (Role.REGIONAL_ADMIN, times[name])


@EVERY
def test_what_is_handed_over_is_watched_for_fourteen_days_and_is_never_late(name: str) -> None:
    follow = load_procedure(name).get_step("follow-handover")
    ladder = load_procedure(name).find_step_ladder(follow)
    assert (follow.owner, follow.standard_time.working_days) == (Role.REGIONAL_ADMIN, 14)
    assert ladder
    assert [rung.further_working_days for rung in ladder.rungs] == [None, 14, 28]


@EVERY
def test_a_protected_report_is_the_inspectorates_alone_from_recording_to_delivery(name: str) -> None:
    procedure = load_procedure(name)
    inspect = procedure.get_step(procedure.get_step("record").exits["protect"])
    ladder = procedure.find_step_ladder(inspect)
    assert (inspect.owner, inspect.standard_time.working_days) == (Role.INSPECTORATE, 60)
    assert inspect.exits["answer"] == "deliver"
    assert ladder
    assert {to for rung in ladder.rungs for to in rung.tell} == {"owner"}


@EVERY
def test_a_dispute_and_a_reopening_begin_where_the_answer_takes_shape(name: str) -> None:
    procedure = load_procedure(name)
    confirm = procedure.get_step("confirm")
    assert procedure.reopening
    assert procedure.reopening.standard_time.working_days == 10
    assert procedure.reopening.opens == confirm.exits["not_satisfied"]
    assert confirm.exits["not_satisfied"] in ANSWERING_STEPS
    assert confirm.exits["question"] == "explain"
    assert procedure.get_step("explain").standard_time.working_days == 5


@EVERY
def test_sixty_calendar_days_after_the_file_is_complete_it_is_the_ombudsmans(name: str) -> None:
    ombudsman = get_overall_deadline(name, "ombudsman")
    assert ombudsman.standard_time
    assert ombudsman.standard_time.calendar_days == 60
    assert "UU 37/2008" in ombudsman.legal_basis
    assert ombudsman.starts_on == ("complaint.filed", "complaint.completed", "complaint.reopened")
    assert ombudsman.stops_on == ("completion.asked",)
    assert [rung.act for rung in load_procedure(name).ladders[ombudsman.ladder].rungs] == ["refer"]


@EVERY
def test_liaison_and_admin_are_reminded_on_the_morning_of_a_plans_day(name: str) -> None:
    ladder = load_procedure(name).find_ladder("plan")
    assert ladder
    assert [(rung.last_day_at, rung.tell) for rung in ladder.rungs] == [
        (time(8), ("liaison", "regional_admin"))
    ]


@EVERY
def test_reminders_come_at_half_and_most_of_the_time_and_lateness_in_three_levels(name: str) -> None:
    rungs = load_procedure(name).ladders["handling"].rungs
    assert [(rung.part, rung.further_working_days, rung.late_level) for rung in rungs] == [
        (0.5, None, None),
        (0.8, None, None),
        (1.0, None, 1),
        (None, 2, 2),
        (None, 4, 3),
    ]
    assert [rung.tell for rung in rungs[:2]] == [("owner",), ("owner", "superior")]
    assert all(rung.tell == ("owner", "superior", "coordinator") for rung in rungs[2:])
    assert [rung.sms for rung in rungs] == [False] * 4 + [True]


def test_only_the_agencys_shortest_row_is_marked_without_reminders() -> None:
    procedure = load_procedure(AGENCY)
    assert {step.name for step in procedure.steps if step.ladder == "brief"} == {"receive"}
    assert [rung.late_level for rung in procedure.ladders["brief"].rungs] == [1, 2, 3]


@EVERY
def test_the_reporter_is_told_of_every_outcome_of_a_report(name: str) -> None:
    notified = {notice.when for notice in load_procedure(name).notices if notice.to == "reporter"}
    assert {
        "complaint.filed",
        "completion.asked",
        "complaint.lapsed",
        "complaint.forwarded",
        "complaint.handed_over",
        "complaint.archived",
        "complaint.merged",
        "complaint.returned",
        "items.asked",
        "answer.delivered",
        "answer.inherited",
        "complaint.withdrawn",
        "complaint.referred",
        "deadline.armed:moved",
    } <= notified


@EVERY
def test_silence_finishes_after_ten_working_days_and_no_row_waits_for_it(name: str) -> None:
    confirm = load_procedure(name).get_step("confirm")
    assert confirm.rows == ()
    assert confirm.standard_time.working_days == 10
    assert confirm.decision


@pytest.mark.parametrize("name", [REGENCY, PROVINCE, CITY])
def test_what_is_added_after_the_last_row_is_marked_as_the_national_frames(name: str) -> None:
    decision = load_procedure(name).get_step("confirm").decision
    assert decision
    assert "kerangka nasional" in decision.id


@EVERY
def test_what_the_source_does_not_know_carries_a_decision(name: str) -> None:
    procedure = load_procedure(name)
    assert all(step.decision for step in procedure.steps if not step.rows)
    assert all(ladder.decision for ladder in procedure.ladders.values())
    assert all(clock.decision for clock in procedure.overall_deadlines)
    assert procedure.arbitration
    assert procedure.arbitration.decision
    assert procedure.reopening
    assert procedure.reopening.decision
    assert procedure.planning
    assert procedure.planning.decision


@PRINTED
def test_roles_that_the_source_does_not_name_carry_a_decision(name: str) -> None:
    in_the_source = {CITY: {Role.COORDINATOR}}
    added = {Role.COORDINATOR, Role.HEAD, Role.INSPECTORATE} - in_the_source.get(name, set())
    assert all(load_procedure(name).roles[role].decision for role in added)


@EVERY
def test_a_decision_of_ours_is_written_once(name: str) -> None:
    texts = list(list_decisions(load_procedure(name)))
    assert len(texts) >= 20
    assert len(set(texts)) == len(texts)


def test_rows_whose_scan_shows_130_minutes_say_how_we_read_them() -> None:
    marked = [
        row.number
        for row, _ in load_procedure(AGENCY).list_rows()
        if row.decision and "130 - 60" in row.decision.id
    ]
    assert marked == [4, 6]
