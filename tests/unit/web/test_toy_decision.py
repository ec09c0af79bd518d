"""A decision that is only declared is offered, served, described, asked for by a form, and simulated."""

from collections.abc import Iterator
from random import Random
from typing import ClassVar

import pytest

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.command import Command, Decision
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.handling import Progressed
from chalicelib.domain.complaint.permissions import get_own_step
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import StepKind
from chalicelib.web.api.openapi import build_document
from chalicelib.web.pages.decision_forms import list_form_fields
from infra.simulation.filing import TEXT
from infra.simulation.simulated_action import SimulatedAction, build_command
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON
from tests.unit.web.api.api_client import Api, code_of, speaking_to
from tests.world import forwarded

PHOTO = "incoming/a/photo"


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> type[Command]:
    """Declare a toy decision; the registry forgets it with the test."""
    monkeypatch.setattr(Command, "classes", [*Command.classes])

    class Measure(Command):
        """The agency measures the hole before it fills it."""

        decision: ClassVar = Decision(
            name="measure", rank=-1, at=(StepKind.RESPOND,), refusals=("date_passed",)
        )
        finding: fields.SealedNote
        until: fields.Day | None = None
        files: fields.Files = ()

        def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
            get_own_step(complaint, context, StepKind.RESPOND)
            return [Progressed(note=self.finding, files=self.files)]

    return Measure


@pytest.fixture
def api() -> Iterator[Api]:
    world = FakeWorld()
    world.files.incoming[PHOTO] = ("image/jpeg", 10)
    with speaking_to(world) as api:
        yield api


@pytest.mark.usefixtures("toy")
def test_it_is_offered_to_the_owner_of_the_step_and_to_nobody_else(api: Api) -> None:
    ticket = forwarded(api.world).ticket
    acts = {
        who.id: api.get(f"/api/v1/complaints/{ticket}", who).json_body["acts"] for who in (LIAISON, ADMIN)
    }
    assert acts[LIAISON.id][0] == "measure"
    assert "measure" not in acts[ADMIN.id]


@pytest.mark.usefixtures("toy")
def test_the_api_takes_it_seals_its_words_and_keeps_its_files(api: Api) -> None:
    ticket = forwarded(api.world).ticket
    answer = api.decide(ticket, LIAISON, "measure", finding="Dua meter.", uploads=[PHOTO])
    assert answer.status_code == 200, answer.json_body
    (note,) = api.world.complaints.snapshots[ticket].notes
    assert len(note.files) == 1
    assert api.world.complaints.texts[ticket][note.text.id].text == "Dua meter."
    assert "Dua meter" not in repr(api.world.complaints.histories)


@pytest.mark.usefixtures("toy")
def test_the_api_refuses_wrong_fields_and_wrong_people(api: Api) -> None:
    ticket = forwarded(api.world).ticket
    wrong = api.decide(ticket, LIAISON, "measure", until="besok")
    assert (wrong.status_code, {error["pointer"] for error in wrong.json_body["errors"]}) == (
        422,
        {"#/finding", "#/until"},
    )
    assert code_of(api.decide(ticket, CITIZEN, "measure", finding="Dua meter.")) == "not_your_step"


@pytest.mark.usefixtures("toy")
def test_the_openapi_document_describes_it() -> None:
    document = build_document("https://toy.example")
    schema = document["components"]["schemas"]["Measure"]
    assert set(schema["properties"]) == {"decision", "finding", "until", "uploads"}
    assert schema["required"] == ["finding"]
    operation = document["paths"]["/api/v1/complaints/{ticket}/decisions"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body["discriminator"]["mapping"]["measure"] == "#/components/schemas/Measure"
    assert "date_passed" in operation["responses"]["422"]["description"]


@pytest.mark.usefixtures("toy")
def test_a_form_asks_for_its_fields() -> None:
    asked = [(field.name, field.kind.control, field.required) for field in list_form_fields("measure")]
    assert asked == [("finding", "text", True), ("until", "date", False), ("uploads", "uploads", False)]


def test_the_simulator_makes_it_with_what_it_cannot_do_without(toy: type[Command]) -> None:
    action = SimulatedAction._make([None, None, None, Random(1), None, (), list])
    assert build_command("measure", action) == toy(finding=TEXT)


def test_without_its_declaration_nobody_knows_it(api: Api) -> None:
    ticket = forwarded(api.world).ticket
    assert code_of(api.decide(ticket, LIAISON, "measure", finding="Dua meter.")) == "unknown_decision"
    assert list_form_fields("measure") == ()
