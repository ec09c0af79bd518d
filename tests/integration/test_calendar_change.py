"""A decree changes the calendar, on the real table, queues and ladders: every open deadline follows it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.aws.dynamodb.complaint_items import ClockItem, StepItem, build_case_key
from chalicelib.aws.dynamodb.complaints import TableComplaints
from chalicelib.aws.dynamodb.directory import TableDirectory
from chalicelib.aws.dynamodb.table import find_item
from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.calendar_change import CalendarChange, DayChange
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.errors import Conflict
from chalicelib.services.staff.officer_links import to_actor
from infra.local.demo_data import DIRECTORY, list_demo_regions
from infra.operations.directory import load_file
from tests import sample_region
from tests.integration.conftest import Case
from tests.integration.moto_world import MotoWorld
from tests.sample_region import REGION


def build_day_off(day: date) -> DayChange:
    return DayChange(day=day, working=False, name="Hari jadi", decree="SK Bupati 12/2026")


def build_entry(number: int, day: date) -> CalendarChange:
    return CalendarChange(
        number=number,
        change=build_day_off(day),
        at=datetime(2026, 11, 23, 3, tzinfo=UTC),
        by=SYSTEM,
        old_version="holidays-1+a",
        new_version="holidays-1+b",
    )


def get_last_day(complaint: Complaint) -> date:
    """Return the last day of the open step."""
    assert complaint.step
    return (complaint.step.due_at - timedelta.resolution).astimezone(REGION.calendar.zone).date()


def test_a_decree_moves_a_case_its_items_and_its_ladder_and_owner_and_reporter_are_told(
    world: MotoWorld,
) -> None:
    parts = world.app
    ticket = world.file_complaint()
    before = parts.command_handler.get(ticket)
    told_before = {record.id for record in parts.message_log.list_for_complaint(ticket)}
    assert before.step

    parts.calendars.change(REGION.slug, build_day_off(get_last_day(before)), to_actor(sample_region.ADMIN))
    world.pump.run()

    after = parts.command_handler.get(ticket)
    assert after.step
    assert after.step.due_at > before.step.due_at
    step = find_item(StepItem, build_case_key(ticket), "STEP#verify#1")
    clock = find_item(ClockItem, build_case_key(ticket), ClockItem.build_key("verify", 1))
    assert step
    assert clock
    assert (step.due_at, clock.due_at, clock.generation) == (after.step.due_at, after.step.due_at, 2)
    events = [event.event for event in parts.complaints.list_events(ticket)]
    armed = [event for event in events if isinstance(event, DeadlineArmed) and event.clock == "verify"]
    assert [(event.generation, event.moved_from) for event in armed] == [(1, None), (2, before.step.due_at)]
    assert f"{ticket}.verify.1.2" in world.list_running_ladders()
    records = parts.message_log.list_for_complaint(ticket)
    assert {record.recipient for record in records if record.id not in told_before} == {
        sample_region.ADMIN.id,
        "reporter",
    }


def test_a_preview_on_the_table_is_what_then_happens_to_every_case(
    world: MotoWorld,
) -> None:
    parts = world.app
    tickets = [world.file_complaint(f"file-{number}") for number in range(3)]
    before = {ticket: parts.command_handler.get(ticket) for ticket in tickets}
    holiday = build_day_off(get_last_day(before[tickets[0]]))
    moves = parts.calendars.preview(REGION.slug, holiday).moves

    parts.calendars.change(REGION.slug, holiday, to_actor(sample_region.ADMIN))
    world.pump.run()

    moved = {
        (ticket, clock.name, clock.due_at)
        for ticket in tickets
        for clock in parts.command_handler.get(ticket).clocks
        if clock.generation == 2
    }
    assert {(move.ticket, move.clock, move.new) for move in moves} == moved
    assert {ticket for ticket, _, _ in moved} == set(tickets)


def test_the_clocks_due_after_an_instant_are_the_open_ones_whole(complaints: TableComplaints) -> None:
    case = Case().go(complaints, StepKind.VERIFY)
    Case(ticket="CTH-22223B").go(complaints, None)
    assert case.complaint
    verify = case.complaint.step_clock
    assert verify
    just_before = verify.due_at - timedelta.resolution
    clocks = dict(complaints.list_clocks_due_after(case.region, just_before))
    assert clocks["CTH-22222A"] in case.complaint.clocks
    assert ("CTH-22222A", verify) in list(complaints.list_clocks_due_after(case.region, just_before))
    assert ("CTH-22222A", verify) not in list(complaints.list_clocks_due_after(case.region, verify.due_at))
    assert list(complaints.list_clocks_due_after("elsewhere", just_before)) == []


def test_a_change_is_stored_with_the_region_and_read_newest_first(directory: TableDirectory) -> None:
    for number, day in enumerate((date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)), 1):
        region = build_day_off(day).apply_to(directory.get_region(REGION.slug) or REGION)
        directory.change_calendar(region, build_entry(number, day))
    assert [change.number for change in directory.list_calendar_changes(REGION.slug, 2)] == [3, 2]
    assert directory.list_calendar_changes(REGION.slug, 9)[-1] == build_entry(1, date(2026, 11, 24))
    assert len((TableDirectory().get_region(REGION.slug) or REGION).closing_days) == 3
    assert directory.list_calendar_changes("elsewhere", 9) == []


def test_a_change_whose_number_is_taken_is_refused_and_the_region_stays(directory: TableDirectory) -> None:
    first = date(2026, 11, 24)
    directory.change_calendar(build_day_off(first).apply_to(REGION), build_entry(1, first))
    other = date(2026, 11, 25)
    with pytest.raises(Conflict):
        directory.change_calendar(build_day_off(other).apply_to(REGION), build_entry(1, other))
    stored = TableDirectory().get_region(REGION.slug)
    assert stored
    assert set(stored.closing_days) == {first}


@pytest.mark.usefixtures("table")
def test_loading_the_directory_again_keeps_a_regions_changed_calendar() -> None:
    directory = TableDirectory()
    load_file(DIRECTORY, directory)
    slug = list_demo_regions()[0]["slug"]
    region = directory.get_region(slug)
    assert region
    worked = DayChange(day=date(2026, 11, 28), working=True, decree="SE 7/2026")
    changed = worked.apply_to(build_day_off(date(2026, 11, 24)).apply_to(region))
    directory.change_calendar(changed, build_entry(1, date(2026, 11, 24)))
    load_file(DIRECTORY, TableDirectory())
    assert TableDirectory().get_region(slug) == changed
