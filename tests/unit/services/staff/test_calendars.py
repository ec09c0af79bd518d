"""A decree changes the calendar: what it says of the day, whose deadlines move, and that it happens once."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from chalicelib.domain.complaint.clocks import DeadlineArmed
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.directory import regions
from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.time import calendar
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.calendars import CalendarService
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.workers import changes, clocks
from tests.fake_stores import FakeDirectory
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, COORDINATOR, LIAISON, REGION
from tests.world import DRAFT, filed, recorded

TUESDAY, WEDNESDAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 28)
CHRISTMAS_EVE = date(2026, 12, 24)
"""Joint leave (cuti bersama) in 2026."""
DECREE = "SK Bupati 12/2026"
BY = to_actor(ADMIN)


def create_day_off(day: date = TUESDAY, name: str = "Hari jadi", decree: str = DECREE) -> DayChange:
    return DayChange(day=day, working=False, name=name, decree=decree)


def create_working_day(day: date = TUESDAY, decree: str = DECREE) -> DayChange:
    return DayChange(day=day, working=True, decree=decree)


def get_end_of(day: int, month: int = 11) -> datetime:
    """The instant at which a day of 2026 ends, WIB."""
    return datetime(2026, month, day, 17, tzinfo=UTC)


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    """A complaint is with the admin, who has to verify it until the end of Tuesday."""
    recorded(world)
    return world


def run_workers(world: FakeWorld) -> None:
    """Let the worker of the queue take everything on it, and what it puts there itself."""
    while bodies := world.queues.to("changes"):
        world.queues.sent = [(queue, body) for queue, body in world.queues.sent if queue != "changes"]
        for body in bodies:
            changes.apply_change(body)


def get_due_at(world: FakeWorld) -> datetime:
    (complaint,) = world.complaints.snapshots.values()
    return complaint.step.due_at


def armings(world: FakeWorld) -> list[int]:
    (ticket,) = world.complaints.snapshots
    events = [event.event for event in world.complaints.list_events(ticket)]
    return [
        event.generation for event in events if isinstance(event, DeadlineArmed) and event.clock == "verify"
    ]


# What a decree says of a day


def test_a_day_that_is_taken_out_is_a_closing_day_of_the_region():
    region = create_day_off().apply_to(REGION)
    assert region.closing_days == {TUESDAY: "Hari jadi"}
    assert region.calendar.get_day(TUESDAY).reason == "closing_day"


def test_joint_leave_that_a_decree_adds_is_off_under_its_name():
    region = create_day_off(date(2026, 12, 28), "Cuti bersama Natal").apply_to(REGION)
    day = region.calendar.get_day(date(2026, 12, 28))
    assert (day.working, day.name) == (False, "Cuti bersama Natal")


def test_a_closing_day_that_is_worked_after_all_is_an_ordinary_working_day():
    region = create_working_day().apply_to(create_day_off().apply_to(REGION))
    assert region == REGION


@pytest.mark.parametrize("day", [CHRISTMAS_EVE, SATURDAY])
def test_a_holiday_or_weekend_that_is_worked_is_an_extra_working_day(day):
    region = create_working_day(day).apply_to(REGION)
    assert region.extra_working_days == {day}
    assert region.calendar.get_day(day).reason == "extra_working_day"


def test_a_closing_day_on_a_holiday_that_is_worked_after_all_is_worked():
    region = create_working_day(CHRISTMAS_EVE).apply_to(create_day_off(CHRISTMAS_EVE).apply_to(REGION))
    assert region.calendar.is_working(CHRISTMAS_EVE)
    assert region.closing_days == {}


def test_an_extra_working_day_can_be_taken_back():
    region = create_day_off(SATURDAY, "Batal masuk").apply_to(create_working_day(SATURDAY).apply_to(REGION))
    assert not region.calendar.is_working(SATURDAY)
    assert region.extra_working_days == frozenset()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"working": False}, "name"),
        ({"working": False, "name": " "}, "name"),
        ({"working": False, "name": "x" * 101}, "name"),
        ({"working": True, "name": "Hari jadi"}, "name"),
        ({"working": True, "decree": " "}, "decree"),
        ({"working": True, "decree": "x" * 201}, "decree"),
        ({"working": True, "day": "28/12/2026"}, "day"),
    ],
)
def test_a_change_that_does_not_say_enough_is_refused_at_its_field(fields, field):
    with pytest.raises(ValidationError) as refused:
        DayChange.model_validate({"day": TUESDAY, "decree": DECREE, **fields})
    assert refused.value.errors()[0]["loc"] == (field,)


# What would move


def test_a_preview_says_which_deadline_moves_from_when_to_when_and_changes_nothing(world):
    before = repr((world.complaints, world.directory.regions_by_slug, world.queues))
    preview = world.app.calendars.preview(REGION.slug, create_day_off())
    (move,) = preview.moves
    (ticket,) = world.complaints.snapshots
    assert (move.ticket, move.clock, move.old, move.new) == (ticket, "verify", get_end_of(24), get_end_of(25))
    assert (preview.before.reason, preview.after.reason) == ("working", "closing_day")
    assert repr((world.complaints, world.directory.regions_by_slug, world.queues)) == before


def test_a_day_after_the_deadline_moves_nothing(world):
    assert world.app.calendars.preview(REGION.slug, create_day_off(WEDNESDAY)).moves == ()


def test_a_preview_is_what_the_worker_then_does_in_either_direction(world):
    for number in range(5):
        filed(world, key=f"more-{number}")
    for change in (
        create_day_off(),
        create_day_off(WEDNESDAY),
        create_working_day(),
        create_working_day(WEDNESDAY),
        create_working_day(SATURDAY),
    ):
        before = list_open_clocks(world)
        moves = world.app.calendars.preview(REGION.slug, change).moves
        world.app.calendars.change(REGION.slug, change, BY)
        run_workers(world)
        after = list_open_clocks(world)
        moved = {key: (before[key], due) for key, due in after.items() if before[key] != due}
        assert {(move.ticket, move.clock): (move.old, move.new) for move in moves} == moved


def list_open_clocks(world: FakeWorld) -> dict[tuple[str, str], datetime]:
    return {
        (clock.ticket, clock.clock): clock.due_at for clock in world.complaints.list_open_clocks(REGION.slug)
    }


def test_a_protected_reports_deadline_moves_but_is_not_shown(world):
    (open_ticket,) = world.complaints.snapshots
    hidden = filed(world, DRAFT, "protected")
    clock = world.complaints.snapshots[open_ticket].step_clock
    feared = {"anonymous": True, "confidential": True, "about_agency": "pupr", "clocks": (clock,)}
    world.complaints.snapshots[hidden.ticket] = hidden.model_copy(update=feared)
    moves = world.app.calendars.preview(REGION.slug, create_day_off()).moves
    assert {move.ticket for move in moves} == {open_ticket, hidden.ticket}
    shown = world.app.calendars.list_visible_moves(moves)
    assert [move.ticket for move in shown] == [open_ticket]


# The change


def test_a_new_day_off_moves_the_deadline_and_starts_a_new_ladder(world):
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    run_workers(world)
    assert get_due_at(world) == get_end_of(25)
    assert armings(world) == [1, 2]


def test_a_day_off_that_is_worked_after_all_brings_the_deadline_nearer(world):
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    run_workers(world)
    world.app.calendars.change(REGION.slug, create_working_day(), BY)
    run_workers(world)
    assert get_due_at(world) == get_end_of(24)
    assert armings(world) == [1, 2, 3]


def test_the_same_decree_may_come_back_as_often_as_it_was_taken_back(world):
    for change in (
        create_day_off(),
        create_working_day(),
        create_day_off(),
        create_working_day(),
        create_day_off(),
    ):
        world.app.calendars.change(REGION.slug, change, BY)
        run_workers(world)
    assert get_due_at(world) == get_end_of(25)
    assert [entry.number for entry in world.directory.list_calendar_changes(REGION.slug, 9)] == [
        5,
        4,
        3,
        2,
        1,
    ]


def test_a_breach_that_was_recorded_stays_recorded(world):
    (ticket,) = world.complaints.snapshots
    clock = world.complaints.get(ticket).step_clock
    for rung in clock.rungs:
        if rung.nominal_at <= get_end_of(24):
            reach = {"ticket": ticket, "clock": "verify", "visit": 1, "arming": 1, "rung": rung.name}
            clocks.reach_rung({**reach, "nominal_at": rung.nominal_at.isoformat()})
    world.clock.instant = get_end_of(24)
    assert world.complaints.get(ticket).was_late
    recorded_before = [event for event in world.complaints.list_events(ticket) if is_late(event)]
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    run_workers(world)
    complaint = world.complaints.get(ticket)
    assert complaint.step.due_at == get_end_of(25)
    assert complaint.was_late
    assert (
        [event for event in world.complaints.list_events(ticket) if is_late(event)] == recorded_before != []
    )


def is_late(event) -> bool:
    return isinstance(event.event, RungReached) and bool(event.event.late_level)


def test_the_history_says_who_changed_what_when_by_which_decree(world):
    entry = world.app.calendars.change(REGION.slug, create_day_off(), BY)
    assert world.directory.list_calendar_changes(REGION.slug, 9) == [entry]
    assert (entry.number, entry.change, entry.at, entry.by) == (1, create_day_off(), world.clock(), BY)
    assert entry.old_version == REGION.calendar.version
    assert entry.new_version == world.directory.get_region(REGION.slug).calendar.version != entry.old_version


def test_the_region_is_counted_at_once_and_again_when_no_process_knows_the_old_calendar(world):
    world.queues.sent.clear()
    world.queues.delays.clear()
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    body = {"v": 1, "change": "calendar", "region": REGION.slug, "id": f"{REGION.slug}.1"}
    assert world.queues.to("changes") == [body, {**body, "id": f"{REGION.slug}.1.again"}]
    assert world.queues.delays == [0, 90]


def test_what_was_counted_by_the_old_calendar_meanwhile_is_counted_again(world):
    (ticket,) = world.complaints.snapshots
    by_the_old = world.complaints.get(ticket)
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    at_once, later = world.queues.to("changes")
    changes.apply_change({**at_once, "ticket": ticket})
    counted = world.complaints.get(ticket)
    # Another process, which knew the old calendar for a minute, has set the clock since.
    stale = {"seq": counted.seq, "head": counted.head}
    world.complaints.snapshots[ticket] = by_the_old.model_copy(update=stale)
    changes.apply_change({**later, "ticket": ticket})
    assert get_due_at(world) == get_end_of(25)


def test_the_same_change_again_is_no_other_entry_and_only_asks_for_the_counting_once_more(world):
    first = world.app.calendars.change(REGION.slug, create_day_off(), BY)
    asked = world.queues.to("changes")
    assert world.app.calendars.change(REGION.slug, create_day_off(), BY, version="long ago") == first
    assert world.queues.to("changes") == [*asked, *asked]
    run_workers(world)
    assert armings(world) == [1, 2]


def test_a_change_that_could_not_be_sent_is_sent_when_it_is_given_again(world):
    world.queues.broken.add("changes")
    with pytest.raises(ConnectionError):
        world.app.calendars.change(REGION.slug, create_day_off(), BY)
    world.queues.broken.clear()
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    run_workers(world)
    assert get_due_at(world) == get_end_of(25)
    assert len(world.directory.list_calendar_changes(REGION.slug, 9)) == 1


@pytest.mark.parametrize("change", [create_working_day(TUESDAY), create_working_day(WEDNESDAY)])
def test_what_the_calendar_says_already_is_no_change(world, change):
    for ask in (world.app.calendars.preview, lambda *fields: world.app.calendars.change(*fields, BY)):
        with pytest.raises(Refusal, match="calendar_unchanged"):
            ask(REGION.slug, change)
    assert world.queues.to("changes") == []


def test_another_decree_for_what_the_calendar_says_already_is_refused(world):
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    with pytest.raises(Refusal, match="calendar_unchanged"):
        world.app.calendars.change(REGION.slug, create_day_off(decree="SK Bupati 13/2026"), BY)


@pytest.mark.parametrize("day", [date(2025, 11, 21), date(2029, 11, 26), date(206, 12, 28)])
def test_a_day_too_far_away_is_a_slip(world, day):
    with pytest.raises(Refusal, match="day_out_of_range"):
        world.app.calendars.preview(REGION.slug, create_day_off(day))
    with pytest.raises(Refusal, match="day_out_of_range"):
        world.app.calendars.change(REGION.slug, create_day_off(day), BY)


def test_a_change_on_a_calendar_that_has_changed_meanwhile_is_looked_at_again(world):
    version = REGION.calendar.version
    world.app.calendars.change(REGION.slug, create_day_off(), BY, version=version)
    with pytest.raises(Refusal, match="calendar_changed"):
        world.app.calendars.change(REGION.slug, create_day_off(WEDNESDAY), BY, version=version)
    assert world.directory.get_region(REGION.slug).closing_days == {TUESDAY: "Hari jadi"}


class InterruptedDirectory(FakeDirectory):
    """Lets somebody else's change come right after one of the reads, once."""

    def __init__(self, after_reading: str) -> None:
        super().__init__({REGION.slug: REGION})
        self.after_reading = after_reading
        self.others: CalendarService | None = None

    def get_region(self, slug):
        return self._interrupted("region", super().get_region(slug))

    def list_calendar_changes(self, region, most):
        return self._interrupted("calendar_changes", super().list_calendar_changes(region, most))

    def _interrupted(self, read, found):
        if read == self.after_reading and self.others:
            others, self.others = self.others, None
            others.change(REGION.slug, create_day_off(WEDNESDAY), to_actor(COORDINATOR))
        return found


@pytest.mark.parametrize("read", ["calendar_changes", "region"])
def test_of_two_changes_at_the_same_time_none_is_lost(world, read):
    directory = InterruptedDirectory(read)
    calendars = CalendarService(world.complaints, directory, world.queues, world.clock)
    directory.others = calendars
    with pytest.raises(Refusal, match="calendar_changed"):
        calendars.change(REGION.slug, create_day_off(), BY)
    assert directory.get_region(REGION.slug).closing_days == {WEDNESDAY: "Hari jadi"}


@pytest.mark.parametrize(
    "by",
    [
        BY.model_copy(update={"region": "kabupaten-lain"}),
        to_actor(COORDINATOR).model_copy(update={"region": "kabupaten-lain"}),
        to_actor(LIAISON),
        Actor(role="reporter", id="account-siti"),
        Actor(role="central_admin", id="pusat"),
    ],
    ids=["admin elsewhere", "coordinator elsewhere", "liaison", "reporter", "central admin"],
)
def test_only_the_regions_own_admins_and_coordinators_change_its_calendar(world, by):
    with pytest.raises(Refusal, match="not_your_role"):
        world.app.calendars.change(REGION.slug, create_day_off(), by)
    assert world.directory.regions_by_slug[REGION.slug] == REGION


@pytest.mark.parametrize("by", [BY, to_actor(COORDINATOR), SYSTEM], ids=lambda actor: actor.role)
def test_who_may_change_it_does(world, by):
    assert world.app.calendars.change(REGION.slug, create_day_off(), by).by == by


def test_many_complaints_are_counted_on_one_calendar_whose_holidays_are_listed_once(world):
    for number in range(30):
        filed(world, key=f"more-{number}")
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    calendars = regions._build_calendar.cache_info().misses
    years = calendar._load_national_holidays.cache_info().misses
    run_workers(world)
    assert regions._build_calendar.cache_info().misses == calendars
    assert calendar._load_national_holidays.cache_info().misses - years <= 1


# The year


def test_a_year_has_every_day_off_with_its_reason_and_the_extra_working_days(world):
    world.app.calendars.change(REGION.slug, create_day_off(), BY)
    world.app.calendars.change(REGION.slug, create_working_day(SATURDAY), BY)
    found = world.app.calendars.get_year(REGION.slug)
    days = {day.date: day for day in found.days}
    assert found.year == 2026
    assert days[TUESDAY].reason == "closing_day"
    assert days[CHRISTMAS_EVE].reason == "joint_leave"
    assert days[date(2026, 12, 25)].reason == "holiday"
    assert days[date(2026, 11, 29)].reason == "weekend"
    assert days[SATURDAY].reason == "extra_working_day"
    assert WEDNESDAY not in days
    assert {day.date.year for day in found.days} == {2026}
    assert [entry.number for entry in found.changes] == [2, 1]


@pytest.mark.parametrize("year", ["2009", "2032", "duaribu", "-2026", "20260", "²026"])
def test_a_year_that_is_none_or_too_far_away_is_refused(world, year):
    with pytest.raises(Refusal, match="year_out_of_range"):
        world.app.calendars.get_year(REGION.slug, year)


def test_a_holiday_whose_date_is_an_estimate_is_marked(world):
    found = world.app.calendars.get_year(REGION.slug, "2029")
    assert any(day.estimated for day in found.days)
