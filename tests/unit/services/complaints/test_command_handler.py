"""A command changes a complaint once, for the owner of the step, on the state that they saw."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.handling import Accept
from chalicelib.domain.complaint.routing import Forward
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.complaint.verification import Verify
from chalicelib.domain.procedure.loading import SOPS, list_procedure_ids, load_procedure, read_procedure
from chalicelib.domain.procedure.toml_text import format_procedure
from chalicelib.domain.time.hours import OfficeHours, Week
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.domain.values.errors import Conflict, Refusal, Stale
from chalicelib.services.complaints.command_handler import CommandHandler
from chalicelib.services.ports import Change
from tests.fake_stores import FakeComplaints
from tests.sample_region import ADMIN, LIAISON, OTHER_LIAISON, REGION
from tests.world import asks, forwarded, recorded


def test_a_command_that_comes_twice_happens_once(world):
    complaint = forwarded(world)
    again = world.app.command_handler.execute(
        complaint.ticket, Forward(agency="pupr"), asks(ADMIN, "forward")
    )
    assert again == complaint


def test_the_same_key_with_another_body_is_refused_even_when_the_step_is_done(world):
    complaint = forwarded(world)
    with pytest.raises(Refusal, match="key_reused"):
        world.app.command_handler.execute(
            complaint.ticket, Forward(agency="dlh"), asks(ADMIN, "forward", body="to another")
        )


def test_a_second_decision_on_a_done_step_is_refused_and_changes_nothing(world):
    complaint = forwarded(world)
    with pytest.raises(Refusal, match="step_is_done"):
        world.app.command_handler.execute(complaint.ticket, Forward(agency="dlh"), asks(ADMIN, "another"))
    assert world.complaints.get(complaint.ticket) == complaint


def test_a_decision_on_an_older_state_is_stale(world):
    seen = recorded(world)
    world.app.command_handler.execute(seen.ticket, Verify(), asks(ADMIN, "verify"))
    with pytest.raises(Stale):
        world.app.command_handler.execute(
            seen.ticket, Forward(agency="pupr"), asks(ADMIN, "forward", tag=seen.tag)
        )


def test_a_reminder_in_between_makes_no_decision_stale(world):
    seen = recorded(world)
    rung = ReachRung(clock="verify", visit=1, generation=1, rung="half")
    half = seen.clocks[0].rungs[0].nominal_at
    world.app.command_handler.execute(seen.ticket, rung, asks(SYSTEM, "rung"), not_before=half)
    after = world.app.command_handler.execute(
        seen.ticket, Forward(agency="pupr"), asks(ADMIN, "forward", tag=seen.tag)
    )
    assert after.state == "forwarded"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Forward(agency="nowhere"), "unknown_agency"),
        (Forward(agency="pupr", category="nothing"), "unknown_category"),
        (Verify(category="nothing"), "unknown_category"),
    ],
)
def test_a_name_that_the_region_does_not_know_is_refused(world, command, code):
    complaint = recorded(world)
    with pytest.raises(Refusal, match=code):
        world.app.command_handler.execute(complaint.ticket, command, asks(ADMIN, "wrong name"))
    assert world.complaints.get(complaint.ticket) == complaint


def test_an_unknown_ticket_is_refused(world):
    with pytest.raises(Refusal, match="unknown_ticket"):
        world.app.command_handler.execute("CTH-NOTHING", Accept(), asks(LIAISON, "accept"))


def test_another_agencys_officer_cannot_take_the_step(world):
    complaint = forwarded(world)
    with pytest.raises(Refusal, match="not_your_step"):
        world.app.command_handler.execute(complaint.ticket, Accept(), asks(OTHER_LIAISON, "accept"))
    assert world.complaints.get(complaint.ticket) == complaint


def test_a_complaints_time_never_runs_backwards(world):
    complaint = recorded(world)
    due = complaint.step.due_at
    rung = ReachRung(clock="verify", visit=1, generation=1, rung="due")
    late = world.app.command_handler.execute(complaint.ticket, rung, asks(SYSTEM, "due"), not_before=due)
    assert (late.last_at, late.late_level) == (due, 1)
    world.clock.forward(minutes=1)
    after = world.app.command_handler.execute(
        complaint.ticket, Forward(agency="pupr"), asks(ADMIN, "forward")
    )
    assert after.last_at == due
    assert after.step.due_at >= due + timedelta(days=1)


class ContestedComplaints(FakeComplaints):
    """Somebody else is quicker, as often as ``rivals`` says."""

    rivals = 2

    def commit(self, change: Change) -> None:
        if self.rivals:
            self.rivals -= 1
            raise Conflict(change.after.ticket)
        super().commit(change)


def test_a_writer_who_was_beaten_decides_again(world):
    complaint = recorded(world)
    contested = ContestedComplaints(**vars(world.complaints))
    command_handler = CommandHandler(contested, world.directory, world.clock)
    assert (
        command_handler.execute(complaint.ticket, Forward(agency="pupr"), asks(ADMIN, "f")).state
        == "forwarded"
    )


def test_a_writer_who_is_always_beaten_is_told_to_come_back(world):
    complaint = recorded(world)
    contested = ContestedComplaints(**vars(world.complaints))
    contested.rivals = 100
    command_handler = CommandHandler(contested, world.directory, world.clock)
    with pytest.raises(Refusal, match="busy"):
        command_handler.execute(complaint.ticket, Forward(agency="pupr"), asks(ADMIN, "f"))


def test_a_complaint_ends_under_the_procedure_it_began_under(tmp_path):
    today = SOPS / f"{list_procedure_ids()[0]}.toml"
    procedure = read_procedure(today)
    version, own_text = procedure.version, today.read_text(encoding="utf-8")
    frozen = tmp_path / "earlier" / f"{today.stem}@{version}.toml"
    frozen.parent.mkdir()
    frozen.write_text(format_procedure(procedure), encoding="utf-8")
    (tmp_path / today.name).write_text(own_text.replace(version, "next"), encoding="utf-8")

    assert load_procedure(today.stem, None, tmp_path).version == "next"
    assert load_procedure(today.stem, version, tmp_path).version == version
    with pytest.raises(FileNotFoundError):
        load_procedure(today.stem, "never", tmp_path)


def test_nothing_is_forwarded_to_an_agency_where_nobody_could_answer(world):
    complaint = recorded(world)
    with pytest.raises(Refusal, match="agency_unstaffed"):
        world.app.command_handler.execute(complaint.ticket, Forward(agency="bpn"), asks(ADMIN, "forward"))
    assert world.complaints.get(complaint.ticket) == complaint


def test_an_agencys_deadline_is_counted_by_its_own_office_hours(world):
    hours = OfficeHours(ordinary=Week(sat=("08:00-12:00",)), ramadan=Week(sat=("08:00-12:00",)))
    pupr = world.directory.get_agency(REGION.slug, "pupr")
    world.directory.put(pupr.model_copy(update={"office_hours": hours}))
    at_the_desk, at_the_agency = recorded(world), forwarded(world)
    assert at_the_desk.step_clock.derivation.calendar_version == REGION.calendar.version
    assert at_the_agency.step_clock.derivation.calendar_version == REGION.build_calendar(hours).version
