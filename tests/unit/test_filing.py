"""A citizen files a complaint."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import Refusal
from chalicelib.domain.events import broken_link
from chalicelib.domain.privacy import Place
from chalicelib.domain.ticket import is_ticket
from tests.fakes import CITIZEN, LIAISON, FakeWorld
from tests.world import DRAFT, PLACE, asks, citizen, filed


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


def refused(world: FakeWorld, **changes: object) -> str:
    with pytest.raises(Refusal) as refusal:
        filed(world, replace(DRAFT, **changes))
    assert not world.complaints.snapshots
    assert not world.files.taken
    return refusal.value.code


def test_a_filed_complaint_has_a_number_of_its_region_and_waits_for_the_system(world):
    complaint = filed(world)
    assert is_ticket(complaint.ticket)
    assert complaint.ticket.startswith("CTH-")
    assert complaint.state == "received"
    assert complaint.step is not None
    assert complaint.step.owner == "system"
    assert complaint.rows_done == {1: complaint.filed_at}
    assert broken_link(world.complaints.events(complaint.ticket)) is None


def test_identity_and_words_are_kept_apart_from_the_facts(world):
    complaint = filed(world)
    facts = "".join(event.model_dump_json() for event in world.complaints.events(complaint.ticket))
    for personal in (CITIZEN.name, DRAFT.title, DRAFT.narrative, PLACE.address):
        assert personal not in facts
        assert personal not in complaint.model_dump_json()
    words = world.complaints.words(complaint.ticket, [complaint.narrative.id])
    assert words[complaint.narrative.id].text == DRAFT.narrative
    assert words[complaint.narrative.id].ref == complaint.narrative


def test_the_same_request_twice_files_once(world):
    assert filed(world, key="same") == filed(world, key="same")
    assert len(world.complaints.snapshots) == 1


def test_the_same_key_for_another_complaint_is_refused(world):
    identity = world.complaints.identity(filed(world).ticket)
    with pytest.raises(Refusal, match="key_reused"):
        world.services.filing.file(DRAFT, identity, asks(citizen(), "file-1", body="something else"))
    assert len(world.complaints.snapshots) == 1


def test_a_number_that_is_taken_is_drawn_anew(world):
    taken = filed(world)
    numbers = {filed(world, key=f"file-{n}").ticket for n in range(2, 60)}
    assert len(numbers | {taken.ticket}) == 59


def test_uploaded_photos_move_into_the_complaint(world):
    world.files.incoming["incoming/a/photo"] = ("image/jpeg", 1000)
    complaint = filed(world, replace(DRAFT, uploads=("incoming/a/photo",)))
    assert [file.media_type for file in complaint.files] == ["image/jpeg"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"region": "atlantis"}, "unknown_region"),
        ({"category": "unicorns"}, "unknown_category"),
        ({"title": "  "}, "text_empty"),
        ({"title": "x" * 121}, "text_too_long"),
        ({"narrative": "\n"}, "text_empty"),
        ({"narrative": "x" * 4001}, "text_too_long"),
        ({"place": None}, "missing_place"),
        ({"place": Place(address=" ")}, "missing_place"),
        ({"place": Place(latitude=-6.7)}, "place_half"),
        ({"place": Place(latitude=108.55, longitude=-6.7)}, "place_swapped"),
        ({"place": Place(latitude=52.5, longitude=13.4)}, "place_outside"),
        ({"uploads": ("incoming/gone/photo",)}, "upload_missing"),
        ({"uploads": tuple(f"incoming/{n}/photo" for n in range(6))}, "too_many_files"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(world, changes, code):
    assert refused(world, **changes) == code


def test_a_narrative_of_exactly_four_thousand_characters_is_taken(world):
    assert filed(world, replace(DRAFT, narrative="x" * 4000))


def test_officers_do_not_file_for_themselves_as_reporters(world):
    identity = world.complaints.identity(filed(world).ticket)
    with pytest.raises(Refusal, match="not_your_role"):
        world.services.filing.file(DRAFT, identity, asks(LIAISON, "file-2"))


def test_when_one_file_is_refused_none_has_moved(world):
    world.files.incoming |= {"incoming/a/photo": ("image/jpeg", 1000), "incoming/b/film": ("video/mp4", 1000)}
    assert refused(world, uploads=("incoming/a/photo", "incoming/b/film")) == "file_type"
