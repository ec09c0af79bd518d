"""The command that changes a region's calendar."""

from datetime import date

import pytest

from infra.operations.calendar import main
from tests.fakes import FakeWorld
from tests.sample_region import REGION
from tests.world import recorded

TUESDAY = date(2026, 11, 24)
ADD = ["add", "2026-11-24", "--name", "Hari jadi", "--decree", "SK Bupati 12/2026"]
REMOVE = ["remove", "2026-11-24", "--decree", "SK Bupati 13/2026"]


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    """A complaint has to be verified until the end of Tuesday."""
    recorded(world)
    return world


def run(*arguments: str, region: str = REGION.slug) -> int:
    return main(["--region", region, *arguments])


def days_off(world: FakeWorld) -> dict[date, str]:
    return world.directory.regions_by_slug[REGION.slug].closing_days


def test_a_dry_run_says_what_would_move_and_changes_nothing(world, capsys):
    (ticket,) = world.complaints.snapshots
    assert run(*ADD, "--dry-run") == 0
    assert capsys.readouterr().out == (
        "2026-11-24: working -> closing_day Hari jadi\n"
        f"{ticket}  verify  Tuesday, 24 November 2026 -> Wednesday, 25 November 2026\n"
        "1 open deadlines would move; nothing was changed\n"
    )
    assert days_off(world) == {}
    assert world.queues.to("changes") == []


def test_a_day_is_taken_off_and_the_open_deadlines_are_counted_again(world, capsys):
    assert run(*ADD) == 0
    assert days_off(world) == {TUESDAY: "Hari jadi"}
    assert [body["id"] for body in world.queues.to("changes")] == [
        f"{REGION.slug}.1",
        f"{REGION.slug}.1.again",
    ]
    new = world.directory.get_region(REGION.slug).calendar.version
    assert capsys.readouterr().out.startswith(f"change 1: {REGION.calendar.version} -> {new}\n")


def test_a_day_is_worked_after_all(world):
    run(*ADD)
    assert run(*REMOVE) == 0
    assert days_off(world) == {}


def test_the_same_change_again_changes_nothing(world):
    assert (run(*ADD), run(*ADD)) == (0, 0)
    assert len(world.directory.list_calendar_changes(REGION.slug, 9)) == 1


@pytest.mark.usefixtures("world")
def test_the_year_is_shown_with_its_days_and_its_history(capsys):
    run(*ADD)
    capsys.readouterr()
    assert run("show") == 0
    shown = capsys.readouterr().out
    assert "2026-11-24  closing_day Hari jadi\n" in shown
    assert "2026-12-24  joint_leave Cuti Bersama" in shown
    assert "1. 2026-11-24 off: Hari jadi (SK Bupati 12/2026), 2026-11-23T10:00+07:00, system, " in shown
    assert run("show", "--year", "2029") == 0
    assert "(estimated)" in capsys.readouterr().out


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("arguments", "region", "sentence"),
    [
        (REMOVE, REGION.slug, "The calendar already says this. "),
        (["show", "--year", "1900"], REGION.slug, "There is no calendar for that year. "),
        (["add", "2099-01-01", *ADD[2:]], REGION.slug, "The date is too far away. "),
        (["add", "2026-11-24", "--name", " ", *ADD[4:]], REGION.slug, "name: "),
        (ADD, "nowhere", ""),
    ],
)
def test_an_impossible_change_is_refused_in_one_line(arguments, region, sentence, capsys):
    assert run(*arguments, region=region) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(sentence)
    assert captured.err.count("\n") == 1


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "arguments", [["add", "24/11/2026", *ADD[2:]], ADD[:4], ["add", *ADD[1:2], *ADD[4:]]]
)
def test_a_command_without_a_date_a_name_or_a_decree_is_refused(arguments):
    with pytest.raises(SystemExit):
        run(*arguments)
