"""A report about officers, by somebody who fears them: the Inspektorat's alone."""

import pytest

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.duplicates import LinkComplaint
from chalicelib.domain.complaint.handling import SucceedAgency
from chalicelib.domain.complaint.outcome import Confirm
from chalicelib.domain.complaint.referral import Consent
from chalicelib.domain.complaint.routing import Forward, Reroute
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.verification import SeeIdentity, Verify
from chalicelib.domain.procedure.model import Procedure, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from tests.procedures import (
    ADMIN,
    ANSWER,
    ASK,
    CENTRAL,
    COMPLETE,
    COORDINATOR,
    DISPUTE,
    FORWARD,
    HEAD,
    INSPECTORATE,
    LIAISON,
    PPID,
    PROTECTED,
    QUESTION,
    REOPEN,
    REPORTER,
    SECRETARIAT,
    TYPED_IN,
    UNIT,
    WITHDRAW,
    WRITE,
    Life,
    refused,
    types,
    words,
)

OUTSIDERS = [ADMIN, COORDINATOR, PPID, LIAISON, SECRETARIAT, HEAD, UNIT, CENTRAL]
ANONYMOUS = PROTECTED.model_copy(update={"confidential": False})


@pytest.fixture
def life(procedure: Procedure) -> Life:
    return Life(procedure, filed=PROTECTED)


def owners(life: Life) -> set[str]:
    return {event.event.owner for event in life.events if isinstance(event.event, StepOpened)}


def test_it_goes_past_everybody_to_the_inspectorate_and_back_to_the_reporter(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    assert owners(life) == {"system", "inspectorate", "reporter"}
    assert life.complaint.agency is None
    assert life.complaint.answers[0].published_at


def test_the_reporter_reads_that_it_is_being_worked_on(life: Life) -> None:
    life.to(StepKind.RESPOND)
    assert life.complaint.state == "in_progress"


def test_nothing_that_the_reporter_says_makes_it_leave_the_inspectorate(life: Life) -> None:
    life.to(StepKind.CONFIRM).do(QUESTION, REPORTER)
    life.to(StepKind.CONFIRM).do(DISPUTE, REPORTER)
    life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)
    life.do(REOPEN, REPORTER)
    assert life.step.name == "inspect"
    life.to(StepKind.CONFIRM)
    assert owners(life) == {"system", "inspectorate", "reporter"}


@pytest.mark.parametrize("actor", OUTSIDERS, ids=lambda actor: str(actor.role))
@pytest.mark.parametrize(
    "command",
    [ANSWER, FORWARD, WRITE, SeeIdentity(reason=words("why")), LinkComplaint(ticket="CTH-33333B")],
    ids=lambda command: type(command).__name__,
)
def test_nobody_else_decides_writes_looks_or_links(life: Life, command: Command, actor: Actor) -> None:
    life.to(StepKind.RESPOND)
    assert refused(life, command, actor) in {"not_your_step", "not_your_role"}


def test_the_central_admin_does_not_move_it(life: Life) -> None:
    assert refused(life, Reroute(region="kota-lain", reason=words("x")), CENTRAL) == "not_your_role"


def test_the_inspectorate_writes_asks_and_may_look_who_it_was(life: Life) -> None:
    life.to(StepKind.RESPOND)
    assert types(life.do(WRITE, INSPECTORATE)) == ["complaint.replied"]
    assert types(life.do(SeeIdentity(reason=words("why")), INSPECTORATE)) == ["identity.seen"]
    life.do(ASK, INSPECTORATE)
    life.do(COMPLETE, REPORTER)
    assert life.step.name == "inspect"


def test_it_goes_on_when_the_reporter_withdraws(life: Life) -> None:
    life.to(StepKind.RESPOND).do(ASK, INSPECTORATE)
    life.do(WITHDRAW, REPORTER)
    assert (life.step.name, life.complaint.finished) == ("inspect", False)
    assert life.complaint.withdrawn_at == life.now
    assert life.do(WITHDRAW, REPORTER) == []


@pytest.mark.parametrize("command", [Verify(confidential=True), FORWARD], ids=["verified", "forwarded"])
def test_a_report_that_turns_out_to_need_protection_is_the_inspectorates_from_then_on(
    procedure: Procedure, command: Command
) -> None:
    life = Life(procedure, filed=ANONYMOUS).to(StepKind.VERIFY)
    if isinstance(command, Forward):
        command = command.model_copy(update={"confidential": True})
    events = life.do(command, ADMIN)
    assert "complaint.forwarded" not in types(events)
    assert (life.step.name, life.owner, life.complaint.state) == ("inspect", INSPECTORATE, "in_progress")
    assert refused(life, FORWARD, ADMIN) == "not_your_step"
    assert life.to(StepKind.CONFIRM).do(Confirm(), REPORTER)


def test_an_anonymous_report_that_is_not_confidential_goes_the_usual_way(procedure: Procedure) -> None:
    life = Life(procedure, filed=ANONYMOUS).to(StepKind.VERIFY)
    assert life.owner == ADMIN


def test_the_inspectorate_speaks_for_a_protected_reporter_without_an_account(procedure: Procedure) -> None:
    visit = PROTECTED.model_copy(update={"channel": "visit", "reporter": TYPED_IN.reporter})
    life = Life(procedure, filed=visit).to(StepKind.CONFIRM)
    assert refused(life, Confirm(), ADMIN) == "not_your_step"
    life.do(Confirm(), INSPECTORATE)
    assert life.complaint.resolved_by == "reporter"


def test_an_ordinary_complaint_is_not_the_inspectorates(procedure: Procedure) -> None:
    life = Life(procedure).to(StepKind.RESPOND)
    assert refused(life, WRITE, INSPECTORATE) == "not_your_role"
    assert refused(life, SeeIdentity(reason=words("why")), INSPECTORATE) == "not_your_role"


def test_the_ombudsmans_time_runs_for_it_too(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("due", "ombudsman")
    assert life.complaint.referred_at
    assert types(life.do(Consent(with_identity=False), REPORTER)) == ["referral.consented"]


def test_a_renamed_agency_does_not_inherit_what_is_about_it(life: Life) -> None:
    life.to(StepKind.RESPOND)
    assert life.do(SucceedAgency(agency="pupr", successor="dinas-baru"), SYSTEM) == []
