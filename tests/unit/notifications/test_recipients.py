"""The people who are told of an event."""

import pytest

from chalicelib.domain.complaint.intake import Filed
from chalicelib.domain.complaint.outcome import Confirm, Confirmed, Replied
from chalicelib.domain.complaint.publishing import Delivered
from chalicelib.domain.complaint.reminding import OwnerReminded, Remind
from chalicelib.domain.complaint.routing import Forwarded
from chalicelib.domain.complaint.rungs import RungReached
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.domain.complaint.stored_event import StoredEvent
from chalicelib.domain.procedure.model import Notice, Procedure, StepKind
from chalicelib.domain.values.identity import Identity
from chalicelib.notifications.message import Addressee
from chalicelib.notifications.recipients import find_addressees
from tests import fakes, procedures
from tests.procedures import Life

IDENTITY = Identity(account="reporter-1", name="Siti Aminah", email="siti@example.com")


@pytest.fixture(params=procedures.every_procedure(), ids=lambda procedure: procedure.id)
def life(request: pytest.FixtureRequest) -> Life:
    return Life(request.param)


def find_told_of(life: Life, kind: type, procedure: Procedure | None = None) -> list[Addressee]:
    return find_people(life, [event for event in life.events if isinstance(event.event, kind)][-1], procedure)


def find_people(life: Life, event: StoredEvent, procedure: Procedure | None = None) -> list[Addressee]:
    directory = fakes.FakeWorld().directory
    return find_addressees(event, life.complaint, procedure or life.procedure, directory, IDENTITY)


def list_templates(people: list[Addressee]) -> set[tuple[str, str]]:
    return {(person.recipient, person.template) for person in people}


def replace_notices(procedure: Procedure, *notices: Notice) -> Procedure:
    return procedure.model_copy(update={"notices": notices})


def test_the_reporter_is_told_that_the_complaint_was_received(life: Life) -> None:
    (reporter,) = find_told_of(life, Filed)
    assert (reporter.recipient, reporter.template, reporter.contact.email) == (
        "reporter",
        "received",
        "siti@example.com",
    )


def test_an_erased_reporter_is_not_told(life: Life) -> None:
    directory = fakes.FakeWorld().directory
    assert find_addressees(life.events[0], life.complaint, life.procedure, directory, None) == []


def test_the_regions_admin_is_told_of_a_step_to_verify(life: Life) -> None:
    people = find_told_of(life.to(StepKind.VERIFY), StepOpened)
    assert list_templates(people) == {("admin", "to-verify")}
    assert all(person.owner for person in people)


def test_only_the_agencys_own_liaisons_are_told_to_answer(life: Life) -> None:
    people = find_told_of(life.to_exit("answer"), StepOpened)
    assert list_templates(people) == {("pupr-1", "to-answer"), ("pupr-2", "to-answer")}
    assert all(person.owner for person in people)


def test_a_forwarding_is_told_to_the_reporter_and_the_coordinator_who_own_nothing(life: Life) -> None:
    people = find_told_of(life.to(StepKind.RESPOND), Forwarded)
    assert list_templates(people) == {("reporter", "forwarded"), ("koordinator", "forwarded-coordinator")}
    assert not any(person.owner for person in people)


def test_a_notice_for_another_step_tells_nobody_of_this_one(life: Life) -> None:
    assert (
        find_people(life, next(event for event in life.events if isinstance(event.event, StepOpened))) == []
    )


def test_an_answer_makes_the_reporter_the_owner_of_the_open_step(life: Life) -> None:
    (reporter,) = find_told_of(life.to(StepKind.CONFIRM), Delivered)
    assert reporter.owner


def test_a_step_that_is_closed_again_tells_nobody(life: Life) -> None:
    opened = [event for event in life.to(StepKind.VERIFY).events if isinstance(event.event, StepOpened)][-1]
    life.to(StepKind.RESPOND)
    assert find_people(life, opened) == []


def test_an_earlier_visit_of_the_open_step_tells_nobody(life: Life) -> None:
    opened = [event for event in life.to_exit("return").events if isinstance(event.event, StepOpened)][-1]
    life.do(procedures.RETURN, life.owner)
    life.go_on()
    assert life.step.visit == 2
    assert find_people(life, opened) == []
    assert {person for person, _ in list_templates(find_told_of(life, StepOpened))} == {"pupr-1", "pupr-2"}


def test_the_owner_alone_hears_at_half_time_and_the_superior_later(life: Life) -> None:
    life.to_exit("answer").reach("half")
    assert {person for person, _ in list_templates(find_told_of(life, RungReached))} == {"pupr-1", "pupr-2"}
    life.reach("most")
    people = find_told_of(life, RungReached)
    assert list_templates(people) == {
        ("pupr-1", "reminder"),
        ("pupr-2", "reminder"),
        ("pupr-kepala", "reminder"),
    }
    assert {person.recipient for person in people if person.owner} == {"pupr-1", "pupr-2"}


def test_who_is_superior_and_coordinator_at_once_is_told_once(life: Life) -> None:
    life.to(StepKind.VERIFY).reach("due")
    people = find_told_of(life, RungReached)
    assert [person.recipient for person in people] == ["admin", "koordinator"]
    assert {person.template for person in people} == {"overdue"}


def test_the_last_level_asks_for_an_sms_too(life: Life) -> None:
    life.to(StepKind.RESPOND).reach("due")
    assert not any(person.sms for person in find_told_of(life, RungReached))
    life.reach("level-3")
    assert all(person.sms for person in find_told_of(life, RungReached))


def test_a_rung_of_a_clock_that_is_closed_tells_nobody(life: Life) -> None:
    life.to_exit("answer").reach("half")
    rung = life.events[-1]
    life.go_on()
    assert find_people(life, rung) == []


def test_a_rung_of_a_silence_that_began_again_tells_nobody(life: Life) -> None:
    life.to(StepKind.CONFIRM).reach("most")
    rung = life.events[-1]
    assert list_templates(find_people(life, rung)) == {("reporter", "silence-reminder")}
    life.do(procedures.WRITE, procedures.REPORTER)
    assert find_people(life, rung) == []


def test_officers_are_not_told_of_what_they_did_themselves(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    life.do(procedures.WRITE, procedures.ADMIN.model_copy(update={"id": "admin"}))
    procedure = replace_notices(
        life.procedure, Notice(when="complaint.replied", to="regional_admin", template="reply")
    )
    assert find_told_of(life, Replied, procedure) == []


def test_a_notice_can_be_for_one_sides_replies_only(life: Life) -> None:
    life.to(StepKind.CONFIRM)
    procedure = replace_notices(
        life.procedure,
        Notice(when="complaint.replied:reporter", to="regional_admin", template="reply"),
        Notice(when="complaint.replied:government", to="reporter", template="government-reply"),
    )
    life.do(procedures.WRITE, procedures.REPORTER)
    assert list_templates(find_told_of(life, Replied, procedure)) == {("admin", "reply")}
    life.do(procedures.WRITE, procedures.ADMIN)
    assert list_templates(find_told_of(life, Replied, procedure)) == {("reporter", "government-reply")}


def test_the_agency_hears_that_the_reporter_is_satisfied(life: Life) -> None:
    life.to(StepKind.CONFIRM).do(Confirm(), procedures.REPORTER)
    people = find_told_of(life, Confirmed)
    assert {person for person, template in list_templates(people) if template == "resolved"} >= {
        "pupr-1",
        "pupr-2",
    }
    assert not any(person.owner for person in people)


def test_the_head_of_an_agency_that_nobody_chose_yet_is_not_told(life: Life) -> None:
    procedure = replace_notices(
        life.procedure, Notice(when="complaint.filed", to="head", template="received")
    )
    assert find_people(life, life.events[0], procedure) == []


def test_the_owner_of_the_open_step_is_told_of_a_reminder_even_without_a_notice(life: Life) -> None:
    life.to(StepKind.VERIFY).do(Remind(), procedures.COORDINATOR)
    people = find_told_of(life, OwnerReminded, replace_notices(life.procedure))
    assert [(person.recipient, person.template, person.owner) for person in people] == [
        ("admin", "reminder", True)
    ]


def test_a_reminder_of_a_step_that_has_closed_meanwhile_is_told_to_nobody(life: Life) -> None:
    life.to(StepKind.VERIFY).do(Remind(), procedures.COORDINATOR)
    reminded = life.events[-1]
    life.go_on()
    assert find_people(life, reminded) == []
