"""The books that offices keep: agenda numbers, an agency's register, a region's month."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.model import SILENCE, Role
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.ports import RegisterNumber
from chalicelib.services.records.recap import FEWEST_SHOWN, OUTCOMES, Recap, RecapPart
from chalicelib.services.records.register import MOST_LINES, RegisterBook
from chalicelib.services.routes import create_message
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.workers import steps
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, COORDINATOR, LIAISON, OTHER_LIAISON, REGION, officer
from tests.world import DRAFT, asks, citizen, decide, filed, forwarded, hire, recorded, system

CENTRAL = officer("pusat", Role.CENTRAL_ADMIN)
INSPECTOR = officer("inspektur", Role.INSPECTORATE)


def run_workers(world: FakeWorld, ticket: str) -> None:
    """Every opened step comes to its worker, again and again."""
    for event in world.complaints.list_events(ticket):
        if isinstance(event.event, StepOpened):
            steps.open_step(create_message(event))


def list_numbers(world: FakeWorld, ticket: str) -> dict[str, int]:
    return {entry.agency: entry.number for entry in world.register_numbers.list_for_complaint(ticket)}


def test_a_complaint_gets_its_number_once_when_the_agencys_step_opens(world: FakeWorld) -> None:
    ticket = recorded(world).ticket
    run_workers(world, ticket)
    assert list_numbers(world, ticket) == {}

    decide(world, ticket, ADMIN, "forward", agency="pupr")
    run_workers(world, ticket)
    run_workers(world, ticket)

    assert list_numbers(world, ticket) == {"pupr": 1}


def test_the_number_is_given_although_the_step_is_over_by_then(world: FakeWorld) -> None:
    ticket = forwarded(world).ticket
    decide(world, ticket, LIAISON, "return", reason="Bukan wewenang kami.")
    decide(world, ticket, ADMIN, "forward", agency="dlh")

    run_workers(world, ticket)

    assert list_numbers(world, ticket) == {"pupr": 1, "dlh": 1}


def test_the_year_is_that_of_the_opening_on_the_regions_clock(world: FakeWorld) -> None:
    world.clock.instant = world.clock.instant.replace(month=12, day=31, hour=17, minute=30)
    ticket = forwarded(world).ticket

    run_workers(world, ticket)

    (agenda,) = world.register_numbers.list_for_complaint(ticket)
    assert (agenda.year, agenda.at.year) == (2027, 2026)


def test_a_protected_report_comes_into_the_inspektorats_own_book(world: FakeWorld) -> None:
    hire(world, INSPECTOR)
    protected: dict[str, Any] = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
    ticket = recorded(world, replace(DRAFT, **protected)).ticket

    run_workers(world, ticket)

    assert list_numbers(world, ticket) == {"inspectorate": 1}
    assert [
        entry.ticket for entry in world.register_numbers.list_book(REGION.slug, "inspectorate", 2026)
    ] == [ticket]


def get_book(
    world: FakeWorld, who: Officer, agency: str = "", month: str = "", first: int = 1
) -> RegisterBook:
    return world.app.register.get_book(to_actor(who), agency, month, first)


def build_recap(world: FakeWorld, month: str = "") -> Recap:
    return world.app.register.build_recap(to_actor(COORDINATOR), month)


def file_many(world: FakeWorld, count: int, **more: Any) -> list[str]:
    """Filed and recorded."""
    tickets = []
    for _ in range(count):
        ticket = filed(world, replace(DRAFT, **more), key=f"file-{len(world.complaints.snapshots)}").ticket
        system(world, ticket, RecordComplaint(suggested_agency="pupr"))
        tickets.append(ticket)
    return tickets


def test_an_agencys_book_has_a_line_for_each_complaint_of_the_month(world: FakeWorld) -> None:
    first, second = file_many(world, 2)
    for ticket in (first, second):
        decide(world, ticket, ADMIN, "forward", agency="pupr")
        run_workers(world, ticket)

    book = get_book(world, LIAISON)

    assert (book.agency_name, book.month) == ("Dinas Pekerjaan Umum", "2026-11")
    assert [(line.number, line.ticket) for line in book.lines] == [(1, first), (2, second)]
    assert [line.summary.title for line in book.lines if line.summary] == [DRAFT.title] * 2
    assert get_book(world, LIAISON, month="2026-10").lines == ()


def test_a_line_says_when_the_answer_came_and_that_it_was_late(world: FakeWorld) -> None:
    (ticket,) = file_many(world, 1)
    decide(world, ticket, ADMIN, "forward", agency="pupr")
    run_workers(world, ticket)
    world.clock.forward(days=7)
    decide(world, ticket, LIAISON, "answer", text="Sudah ditambal.")
    (reviewed,) = get_book(world, LIAISON, month="2026-11").lines
    decide(world, ticket, ADMIN, "publish")
    system(world, ticket, Deliver())

    (line,) = get_book(world, LIAISON, month="2026-11").lines

    assert (reviewed.answered_at, reviewed.late) == (None, True)
    assert (line.answered_at, line.late) == (world.clock(), True)


def test_what_was_given_back_keeps_its_number_but_not_its_words(world: FakeWorld) -> None:
    (ticket,) = file_many(world, 1)
    decide(world, ticket, ADMIN, "forward", agency="pupr")
    run_workers(world, ticket)
    decide(world, ticket, LIAISON, "return", reason="Bukan wewenang kami.")

    (line,) = get_book(world, LIAISON).lines

    assert (line.number, line.ticket, line.summary) == (1, ticket, None)
    (at_the_admins,) = get_book(world, ADMIN, "pupr").lines
    assert at_the_admins.summary


def test_a_long_month_is_read_part_by_part(world: FakeWorld) -> None:
    for number in range(MOST_LINES + 3):
        world.register_numbers.books.append(
            RegisterNumber(REGION.slug, "pupr", 2026, number + 1, f"CTH-{number}", world.clock())
        )

    book = get_book(world, LIAISON)
    rest = get_book(world, LIAISON, first=book.following or 0)

    assert (len(book.lines), book.following) == (MOST_LINES, MOST_LINES + 1)
    assert ([line.number for line in rest.lines], rest.following) == (
        [MOST_LINES + 1, MOST_LINES + 2, MOST_LINES + 3],
        None,
    )


@pytest.mark.parametrize("who", [OTHER_LIAISON, CENTRAL, INSPECTOR])
def test_a_book_is_for_its_agency_and_those_who_look_after_the_region(world: FakeWorld, who: Officer) -> None:
    with pytest.raises(Refusal, match="not_your_role"):
        get_book(world, who, "pupr")


def test_the_inspektorats_book_is_its_own(world: FakeWorld) -> None:
    hire(world, INSPECTOR)
    (ticket,) = file_many(world, 1, anonymous=True, confidential=True, about_agency="pupr")
    run_workers(world, ticket)

    assert [line.ticket for line in get_book(world, INSPECTOR).lines] == [ticket]
    for who in (ADMIN, COORDINATOR):
        with pytest.raises(Refusal, match="not_your_role"):
            get_book(world, who, "inspectorate")


@pytest.mark.parametrize("month", ["2026-13", "november", "2026-1", "1999-01"])
def test_a_month_that_is_none_is_refused(world: FakeWorld, month: str) -> None:
    for read in (lambda: get_book(world, LIAISON, month=month), lambda: build_recap(world, month)):
        with pytest.raises(Refusal, match="month_unknown"):
            read()


def closed(world: FakeWorld, how: str, **answer: Any) -> str:
    """Answered and, by the reporter's word or silence, resolved."""
    (ticket,) = file_many(world, 1)
    decide(world, ticket, ADMIN, "forward", agency="pupr")
    decide(world, ticket, LIAISON, "answer", text="Sudah ditambal.", **answer)
    decide(world, ticket, ADMIN, "publish")
    system(world, ticket, Deliver())
    if how == "satisfied":
        world.app.command_handler.execute(ticket, Confirm(), asks(citizen(), f"confirm-{ticket}"))
    else:
        silence = next(
            clock for clock in world.app.command_handler.get(ticket).clocks if clock.name == SILENCE
        )
        last = silence.rungs[-1]
        reach = ReachRung(clock=SILENCE, visit=silence.visit, generation=silence.generation, rung=last.name)
        world.app.command_handler.execute(
            ticket, reach, asks(SYSTEM, f"silence-{ticket}"), not_before=last.nominal_at
        )
    return ticket


def test_satisfaction_silence_and_plans_are_never_one_number(world: FakeWorld) -> None:
    plan = {"plan_date": "2026-12-10", "plan_owner": "Kepala Bidang"}
    closed(world, "satisfied")
    closed(world, "satisfied", **plan)
    closed(world, "silence")
    closed(world, "silence", **plan)
    file_many(world, 1)

    recap = build_recap(world)

    assert {
        outcome: recap.whole.get_count(outcome) for outcome in OUTCOMES if recap.whole.get_count(outcome)
    } == {
        "satisfied": 1,
        "silence": 1,
        "planned_satisfied": 1,
        "planned_silence": 1,
        "open": 1,
    }
    assert recap.whole.total == 5


def test_the_recapitulation_counts_each_complaint_once_in_every_table(world: FakeWorld) -> None:
    roads, waste = file_many(world, 2), file_many(world, 1, category="sampah")
    decide(world, roads[0], ADMIN, "forward", agency="pupr", complaint_class="aspiration")
    decide(world, waste[0], ADMIN, "forward", agency="dlh")

    recap = build_recap(world)

    def counted(parts: tuple[RecapPart, ...]) -> dict[str | None, int]:
        return {part.name.id if part.name else None: part.tally.total for part in parts}

    assert counted(recap.by_category) == {"Jalan rusak": 2, "Sampah": 1}
    assert counted(recap.by_agency) == {"Dinas Pekerjaan Umum": 1, "Dinas Lingkungan Hidup": 1, None: 1}
    assert sum(counted(recap.by_class).values()) == recap.whole.total == 3


def test_what_was_or_is_late_is_counted(world: FakeWorld) -> None:
    file_many(world, 2)
    world.clock.forward(days=30)
    file_many(world, 1)

    assert build_recap(world, "2026-11").whole.late == 2
    assert build_recap(world, "2026-12").whole.late == 0


def test_a_month_is_the_regions_own(world: FakeWorld) -> None:
    world.clock.instant = world.clock.instant.replace(day=30, hour=17, minute=30)
    file_many(world, 1)

    assert (build_recap(world, "2026-11").whole.total, build_recap(world, "2026-12").whole.total) == (0, 1)


def test_a_few_protected_reports_show_in_no_number(world: FakeWorld) -> None:
    hire(world, INSPECTOR)
    file_many(world, 3)
    before = build_recap(world)
    protected = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
    file_many(world, FEWEST_SHOWN - 1, **protected)

    assert build_recap(world) == before
    file_many(world, 1, **protected)
    assert build_recap(world) == before.model_copy(update={"protected": FEWEST_SHOWN})


@pytest.mark.parametrize("who", [LIAISON, INSPECTOR, CENTRAL])
def test_the_recapitulation_is_for_those_who_look_after_the_region(world: FakeWorld, who: Officer) -> None:
    with pytest.raises(Refusal, match="not_your_role"):
        world.app.register.build_recap(to_actor(who))
