"""How a decision is carried out: its fields, its words, its uploads, and what makes it one and the same."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal, Stale
from chalicelib.services.complaints.decision_inputs import list_inputs, parse_decision
from chalicelib.services.complaints.decisions import create_request, list_actions_now
from chalicelib.services.staff.officer_links import to_actor
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, LIAISON
from tests.world import DRAFT, citizen, decide, delivered, filed, forwarded, recorded, system

PHOTO = "incoming/a/photo"


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    world.files.incoming[PHOTO] = ("image/jpeg", 10)
    return world


def list_faults(**fields: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as wrong:
        parse_decision(fields)
    return [("/".join(map(str, error["loc"])), error["type"]) for error in wrong.value.errors()]


# What was given


@pytest.mark.parametrize("fields", [{}, {"decision": None}, {"decision": ["verify"]}, {"decision": "burn"}])
def test_a_name_that_is_none_is_refused_and_the_others_are_told(fields):
    with pytest.raises(Refusal, match="unknown_decision") as refusal:
        parse_decision(fields)
    assert refusal.value.details["known"].split(", ") == list(list_inputs())


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"decision": "answer", "text": "Ya.", "plan_date": "2026-12-01"}, ("", "plan_half")),
        ({"decision": "merge", "parent": "CTH-111111"}, ("parent", "ticket_mistyped")),
        ({"decision": "link", "ticket": "naga"}, ("ticket", "ticket_mistyped")),
        ({"decision": "archive", "reason": "boring", "text": "Ya."}, ("reason", "literal_error")),
        ({"decision": "ask", "missing": ["money"]}, ("missing/0", "literal_error")),
        ({"decision": "reply", "text": " "}, ("text", "string_too_short")),
        ({"decision": "reply", "text": "x" * 4001}, ("text", "string_too_long")),
        ({"decision": "support", "text": "Ya.", "uploads": [PHOTO] * 6}, ("uploads", "too_long")),
        ({"decision": "satisfied", "text": "Ya."}, ("text", "extra_forbidden")),
        ({"decision": "complete", "place": {"address": "x" * 301}}, ("place/address", "string_too_long")),
    ],
)
def test_a_field_that_is_not_right_is_named(fields, fault):
    assert list_faults(**fields) == [fault]


def test_another_complaints_number_is_taken_however_it_was_typed(world):
    ticket = filed(world).ticket
    assert (
        parse_decision({"decision": "link", "ticket": f" {ticket.lower().replace('-', ' ')} "}).ticket
        == ticket
    )


def test_the_words_of_a_decision_are_sealed_and_its_command_holds_references_alone():
    decision = parse_decision(
        {"decision": "hand_over", "body": "PLN", "address": "Jl. 1", "reason": "Milik PLN."}
    )
    command, texts = decision.to_command()
    assert [words.text for words in texts] == ["Milik PLN."]
    assert command.reason == texts[0].ref
    assert "Milik PLN." not in command.model_dump_json()


# Twice


def test_the_same_on_the_same_state_is_one_request_and_on_another_is_not():
    actor, reply = citizen(), parse_decision({"decision": "reply", "text": "Terima kasih."})
    first, again = (create_request(actor, "CTH-1", reply, tag="a") for _ in range(2))
    assert first == again
    assert create_request(actor, "CTH-1", reply, tag="b").key != first.key
    assert create_request(actor, "CTH-2", reply, tag="a").key != first.key


@pytest.mark.parametrize(
    ("name", "code"), [("accept", "tag_missing"), ("satisfied", "idempotency_key_missing")]
)
def test_a_decision_without_state_and_key_is_refused(name, code):
    with pytest.raises(Refusal, match=code):
        create_request(citizen(), "CTH-1", parse_decision({"decision": name}))


def test_who_is_satisfied_again_after_another_answer_is_heard_again(world):
    ticket = delivered(world).ticket
    decide(world, ticket, citizen(), "satisfied")
    decide(world, ticket, citizen(), "reopen", reason="Berlubang lagi.")
    decide(world, ticket, LIAISON, "answer", text="Ditambal ulang.")
    decide(world, ticket, ADMIN, "publish")
    system(world, ticket, Deliver())
    assert decide(world, ticket, citizen(), "satisfied").state == "resolved"


def test_the_same_answer_sent_twice_is_one_and_moves_its_photo_once(world):
    before = forwarded(world)
    answer = parse_decision({"decision": "answer", "text": "Sudah.", "uploads": [PHOTO]})
    request = create_request(to_actor(LIAISON), before.ticket, answer, tag=before.tag)
    first = world.app.decisions.decide(before.ticket, answer, request)
    assert world.app.decisions.decide(before.ticket, answer, request) == first
    assert len(world.files.taken) == 1


# What is refused moves no file


def test_an_answer_on_an_older_state_is_stale_and_moves_no_file(world):
    before = forwarded(world)
    decide(world, before.ticket, LIAISON, "accept")
    answer = parse_decision({"decision": "answer", "text": "Sudah.", "uploads": [PHOTO]})
    request = create_request(to_actor(LIAISON), before.ticket, answer, tag=before.tag)
    with pytest.raises(Stale):
        world.app.decisions.decide(before.ticket, answer, request)
    assert world.files.taken == []


def test_when_one_upload_is_no_picture_none_has_moved(world):
    ticket = forwarded(world).ticket
    world.files.incoming["incoming/b/film"] = ("video/mp4", 10)
    with pytest.raises(Refusal, match="file_type"):
        decide(world, ticket, LIAISON, "answer", text="Sudah.", uploads=[PHOTO, "incoming/b/film"])
    assert world.files.taken == []


def test_a_place_outside_the_country_is_no_completion(world):
    ticket = recorded(world).ticket
    decide(world, ticket, ADMIN, "ask", missing=["place"])
    with pytest.raises(Refusal, match="place_outside"):
        decide(world, ticket, citizen(), "complete", place={"latitude": 52.5, "longitude": 13.4})


# Whose it is


STRANGER = Actor(role="reporter", id="account-budi")


@pytest.mark.parametrize("name", sorted(list_inputs()))
def test_nobody_decides_about_anothers_complaint(world, name):
    ticket = delivered(world).ticket
    before = repr(world.complaints)
    fields = {
        "agency": "pupr", "reason": "no_substance" if name == "archive" else "Sebab.", "text": "Kata.",
        "body": "PLN", "address": "Jl. 1", "outcome": "closed", "parent": ticket, "ticket": ticket,
        "category": "sampah", "title": "Judul", "narrative": "Isi.", "region": "kota-sebelah",
        "instruction": "Kerjakan.", "until": "2026-12-01", "with_identity": True,
    }  # fmt: skip
    names = list_inputs()[name].model_fields
    fields = {key: value for key, value in fields.items() if key in names}
    with pytest.raises(Refusal, match="unknown_ticket"):
        decide(world, ticket, STRANGER, name, **fields)
    assert repr(world.complaints) == before


def test_what_is_offered_is_what_this_person_may_do_now(world):
    complaint = filed(world, replace(DRAFT, anonymous=True))
    assert list_actions_now(complaint, STRANGER, world.clock()) == ()
    assert set(list_actions_now(complaint, citizen(), world.clock())) == {"reply", "withdraw"}


def test_a_split_is_for_the_person_who_verifies(world):
    ticket = forwarded(world).ticket
    second = {"category": "sampah", "title": "Sampah", "narrative": "Di dekatnya."}
    with pytest.raises(Refusal, match="not_your_step"):
        decide(world, ticket, LIAISON, "split", **second)
    assert len(world.complaints.snapshots) == 1
