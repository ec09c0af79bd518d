"""Filing: by the reporter, by an officer on behalf of somebody, and out of another complaint."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decide import file_complaint
from chalicelib.domain.complaint.intake import FileComplaint, Filed
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.state import Origin
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.procedure.model import Role, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Refusal
from tests.procedures import (
    ADMIN,
    ASK,
    COMPLETE,
    FILE,
    INSPECTORATE,
    LIAISON,
    MONDAY_MORNING,
    RECORD,
    REPORTER,
    TYPED_IN,
    WRITE,
    Life,
    calendar_of,
    refused,
    the,
    types,
)

PEOPLE = [REPORTER, ADMIN, LIAISON, INSPECTORATE]
OTHER_ADMIN = Actor(role=Role.REGIONAL_ADMIN, id="admin-2", region="kota-lain")


def refused_to_file(life: Life, command: FileComplaint, actor: Actor) -> str:
    with pytest.raises(Refusal) as refusal:
        file_complaint(command, life.context(actor))
    return refusal.value.code


def test_a_filed_complaint_waits_for_the_system_to_record_it(life: Life) -> None:
    assert (life.complaint.state, life.kind) == ("received", StepKind.RECORD)
    assert [clock.name for clock in life.complaint.clocks] == ["ombudsman"]


def test_a_filed_complaint_keeps_the_procedure_and_the_calendar_it_was_filed_under(life: Life) -> None:
    complaint, procedure, calendar = life.complaint, life.procedure, calendar_of(life.procedure.id)
    assert (complaint.procedure, complaint.procedure_version) == (procedure.id, procedure.version)
    assert (complaint.zone, complaint.calendar_version) == (calendar.zone.key, calendar.version)


def test_filing_without_a_place_is_refused_where_the_procedure_asks_for_one(life: Life) -> None:
    assert refused_to_file(life, FILE.model_copy(update={"place": None}), REPORTER) == "missing_place"


def test_filing_without_a_photo_is_refused_only_where_the_procedure_asks_for_one(life: Life) -> None:
    bare = FILE.model_copy(update={"files": ()})
    assert types(file_complaint(bare, life.context(REPORTER)))[0] == "complaint.filed"
    filing = life.procedure.filing.model_copy(update={"requires": ("photo",)})
    life.procedure = life.procedure.model_copy(update={"filing": filing})
    assert refused_to_file(life, bare, REPORTER) == "missing_photo"


@pytest.mark.parametrize("actor", [ADMIN, LIAISON, SYSTEM], ids=lambda actor: str(actor.role))
def test_only_a_reporter_files_by_web(life: Life, actor: Actor) -> None:
    assert refused_to_file(life, FILE, actor) == "not_your_role"


def test_nobody_files_under_anothers_name(life: Life) -> None:
    assert refused_to_file(life, FILE.model_copy(update={"reporter": "x"}), REPORTER) == "not_your_role"


@pytest.mark.parametrize("actor", [REPORTER, LIAISON, OTHER_ADMIN], ids=lambda actor: str(actor.id))
def test_only_the_regions_admin_types_in_a_letter(life: Life, actor: Actor) -> None:
    assert refused_to_file(life, TYPED_IN, actor) == "not_your_role"


def test_a_letter_needs_neither_place_nor_photo_and_keeps_the_day_it_came(life: Life) -> None:
    letter = TYPED_IN.model_copy(update={"place": None, "files": ()})
    typed_in = Life(life.procedure, filed=letter).complaint
    assert typed_in.received_at == MONDAY_MORNING - timedelta(days=3)
    assert typed_in.filed_at == MONDAY_MORNING
    assert not typed_in.has_account


def test_the_admin_says_for_a_reporter_without_an_account_what_they_say(life: Life) -> None:
    typed_in = Life(life.procedure, filed=TYPED_IN).to(StepKind.VERIFY)
    typed_in.do(ASK, ADMIN)
    typed_in.do(COMPLETE, ADMIN)
    typed_in.to(StepKind.CONFIRM).do(Confirm(), ADMIN)
    assert typed_in.complaint.resolved_by == "reporter"


def test_the_admin_says_nothing_for_a_reporter_who_can_speak(life: Life) -> None:
    assert refused(life.to(StepKind.CONFIRM), Confirm(), ADMIN) == "not_your_step"


@pytest.mark.parametrize("kind", ["split", "rerouted"])
def test_what_comes_out_of_another_complaint_keeps_its_receipt_and_is_linked(life: Life, kind: str) -> None:
    received = MONDAY_MORNING - timedelta(days=2)
    origin = Origin(kind=kind, ticket="CTH-33333B")
    matter = FILE.model_copy(update={"origin": origin, "received_at": received, "place": None})
    events = file_complaint(matter, life.context(ADMIN))
    assert the(Filed, events).received_at == received
    assert refused_to_file(life, matter, REPORTER) == "not_your_role"


def test_the_recorded_complaint_goes_to_the_regional_admin_with_the_agency_only_suggested(life: Life) -> None:
    opened = the(StepOpened, life.do(RECORD, SYSTEM))
    assert (opened.owner, opened.agency) == ("regional_admin", None)
    assert (life.complaint.suggested_agency, life.complaint.agency) == ("pupr", None)


@pytest.mark.parametrize("command", [RECORD, Deliver()], ids=["record", "deliver"])
def test_the_systems_work_is_done_once(life: Life, command: Command) -> None:
    life.to(StepKind.CONFIRM)
    assert life.do(command, SYSTEM) == []


@pytest.mark.parametrize("command", [RECORD, Deliver()], ids=["record", "deliver"])
@pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: str(actor.role))
def test_nobody_does_the_systems_work_for_it(life: Life, command: Command, actor: Actor) -> None:
    life.to(StepKind.DELIVER if command == Deliver() else StepKind.RECORD)
    assert refused(life, command, actor) == "not_your_role"


def test_an_emergency_is_recorded_like_any_other(life: Life) -> None:
    urgent = Life(life.procedure, filed=FILE.model_copy(update={"emergency": True}))
    assert urgent.complaint.emergency
    assert urgent.to(StepKind.VERIFY).do(WRITE, REPORTER)
