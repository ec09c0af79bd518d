"""The calendar changes by decree: open deadlines move, with old and new kept; a breach does not vanish."""

from datetime import date, timedelta

import pytest

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.timers import RecomputeDeadlines
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import SYSTEM
from tests.procedures import ASK, COMPLETE, REPORTER, Life, calendar_of, ring, types

TUESDAY = date(2026, 11, 24)
WEEK = {TUESDAY + timedelta(days=day): "Libur baru" for day in range(4)}


def decreed(life: Life, *, closed: dict[date, str] = WEEK, worked: frozenset[date] = frozenset()) -> None:
    life.calendar = Calendar(calendar_of(life.procedure.id).zone.key, closed, worked)


def test_a_new_holiday_moves_the_open_deadline_and_old_and_new_are_kept(life: Life) -> None:
    life.to(StepKind.VERIFY)
    before = life.clock
    decreed(life)
    moved = [event for event in life.do(RecomputeDeadlines(), SYSTEM) if isinstance(event, DeadlineArmed)]
    (verification,) = (event for event in moved if event.clock == before.name)
    assert verification.moved_from == before.due_at
    assert verification.derivation.due_at == life.clock.due_at == life.step.due_at > before.due_at
    assert verification.derivation.calendar_version == life.calendar.version
    assert "closing_day" in {day.reason for day in verification.derivation.days}
    assert life.clock.derivation.trigger == before.derivation.trigger


def test_the_timer_of_the_old_deadline_rings_in_vain(life: Life) -> None:
    before = life.to(StepKind.VERIFY).clock
    decreed(life)
    life.do(RecomputeDeadlines(), SYSTEM)
    life.now = before.due_at
    assert life.do(ring(before, "due"), SYSTEM) == []
    assert not life.complaint.was_late
    assert types(life.reach("due")) == ["rung.reached"]


def test_reminders_that_came_too_early_come_again(life: Life) -> None:
    life.to(StepKind.VERIFY).reach("most")
    decreed(life)
    life.do(RecomputeDeadlines(), SYSTEM)
    assert life.clock.ahead[0].name in {"half", "most"}
    assert life.clock.ahead[0].nominal_at > life.now


def test_a_breach_already_recorded_does_not_vanish(life: Life) -> None:
    life.to(StepKind.VERIFY).reach("due")
    assert life.complaint.late_level == 1
    decreed(life)
    life.do(RecomputeDeadlines(), SYSTEM)
    assert (life.complaint.late_level, life.complaint.was_late) == (0, True)
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    assert life.complaint.was_late


def test_a_calendar_day_is_a_calendar_day(life: Life) -> None:
    before = life.clock_of("ombudsman")
    decreed(life)
    life.do(RecomputeDeadlines(), SYSTEM)
    assert life.clock_of("ombudsman") == before


def test_counting_twice_moves_nothing_more(life: Life) -> None:
    life.to(StepKind.RESPOND)
    decreed(life)
    life.do(RecomputeDeadlines(), SYSTEM)
    assert life.do(RecomputeDeadlines(), SYSTEM) == []


def test_every_open_clock_is_counted_again() -> None:
    life = Life(load_procedure("tarakan-2024")).to(StepKind.RESPOND)
    decreed(life)
    moved = {
        event.clock for event in life.do(RecomputeDeadlines(), SYSTEM) if isinstance(event, DeadlineArmed)
    }
    assert moved == {"receive", "follow-up-time"}


def test_the_silence_of_a_reporter_is_counted_again_too(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    before = life.clock.due_at
    decreed(life)
    life.do(RecomputeDeadlines(), SYSTEM)
    assert life.clock.due_at > before


def test_a_saturday_that_is_worked_brings_a_deadline_nearer() -> None:
    life = Life(load_procedure("sp4n-national")).to(StepKind.RESPOND)
    before = life.clock.due_at
    decreed(life, closed={}, worked=frozenset({date(2026, 11, 28)}))
    life.do(RecomputeDeadlines(), SYSTEM)
    assert life.clock.due_at < before


def test_a_clock_that_waits_goes_on_by_the_calendar_as_it_is_then(life: Life) -> None:
    life.to(StepKind.RESPOND).do(ASK, life.owner)
    decreed(life)
    life.do(RecomputeDeadlines(), SYSTEM)
    life.do(COMPLETE, REPORTER)
    assert life.clock.derivation.calendar_version == life.calendar.version


@pytest.mark.parametrize("closed", [{}, WEEK], ids=["same", "changed"])
def test_a_finished_complaint_has_nothing_to_count(life: Life, closed: dict[date, str]) -> None:
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    decreed(life, closed=closed)
    assert life.do(RecomputeDeadlines(), SYSTEM) == []
