"""A complaint is filed, by a citizen or for one."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.stored_event import find_broken_link
from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.place import Place
from chalicelib.domain.values.ticket import is_ticket
from chalicelib.services.complaints.assisted_filing import OnBehalf
from tests.fake_stores import MONDAY
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON, REGION, officer
from tests.world import DRAFT, PLACE, asks, citizen, filed


def refuse(world: FakeWorld, **changes: object) -> str:
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
    assert find_broken_link(world.complaints.list_events(complaint.ticket)) is None


def test_identity_and_words_are_kept_apart_from_the_facts(world):
    complaint = filed(world)
    events_json = "".join(event.model_dump_json() for event in world.complaints.list_events(complaint.ticket))
    for personal in (CITIZEN.name, DRAFT.title, DRAFT.narrative, PLACE.address):
        assert personal not in events_json
        assert personal not in complaint.model_dump_json()
    words = world.complaints.get_texts(complaint.ticket, [complaint.narrative.id])
    assert words[complaint.narrative.id].text == DRAFT.narrative
    assert words[complaint.narrative.id].ref == complaint.narrative


def test_the_same_request_twice_files_once(world):
    assert filed(world, key="same") == filed(world, key="same")
    assert len(world.complaints.snapshots) == 1


def test_the_same_key_for_another_complaint_is_refused(world):
    identity = world.complaints.get_identity(filed(world).ticket)
    with pytest.raises(Refusal, match="key_reused"):
        world.app.filing.file(DRAFT, identity, asks(citizen(), "file-1", body="something else"))
    assert len(world.complaints.snapshots) == 1


def test_a_number_that_is_taken_is_drawn_again(world):
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
        ({"place": Place(latitude=-6.7)}, "coordinates_incomplete"),
        ({"place": Place(latitude=108.55, longitude=-6.7)}, "place_swapped"),
        ({"place": Place(latitude=52.5, longitude=13.4)}, "place_outside"),
        ({"uploads": ("incoming/gone/photo",)}, "upload_missing"),
        ({"uploads": tuple(f"incoming/{n}/photo" for n in range(6))}, "too_many_files"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(world, changes, code):
    assert refuse(world, **changes) == code


def test_a_narrative_of_exactly_four_thousand_characters_is_taken(world):
    assert filed(world, replace(DRAFT, narrative="x" * 4000))


def test_officers_do_not_file_for_themselves_as_reporters(world):
    identity = world.complaints.get_identity(filed(world).ticket)
    with pytest.raises(Refusal, match="not_your_role"):
        world.app.filing.file(DRAFT, identity, asks(LIAISON, "file-2"))


def test_when_one_file_is_refused_none_has_moved(world):
    world.files.incoming |= {"incoming/a/photo": ("image/jpeg", 1000), "incoming/b/film": ("video/mp4", 1000)}
    assert refuse(world, uploads=("incoming/a/photo", "incoming/b/film")) == "file_type"


# Typed in for somebody


KARTO = OnBehalf(name="Pak Karto", phone="0231 123456", representative="Rina", relation="anak")
SCAN = "incoming/a/scan"


def type_in(world: FakeWorld, who: Officer = ADMIN, **changes: object) -> Complaint:
    world.files.incoming[SCAN] = ("application/pdf", 1000)
    draft = replace(DRAFT, channel="letter", place=None, uploads=(SCAN,))
    draft = replace(draft, received_at=world.clock() - timedelta(days=3))
    return world.app.filing.file(replace(draft, **changes), KARTO.create_identity("id"), asks(who, "typed"))


def test_a_letter_is_received_when_it_came_and_belongs_to_nobodys_account(world):
    complaint = type_in(world)
    assert (complaint.channel, complaint.has_account) == ("letter", False)
    assert complaint.received_at == world.clock() - timedelta(days=3)
    assert complaint.filed_at == world.clock()
    kept = world.complaints.get_identity(complaint.ticket)
    assert (kept.name, kept.phone, kept.relation) == ("Pak Karto", "+62231123456", "anak")
    assert KARTO.name not in complaint.model_dump_json()


def test_the_date_of_receipt_is_kept_in_utc(world):
    jakarta = timezone(timedelta(hours=7))
    complaint = type_in(world, received_at=datetime(2026, 11, 20, 9, tzinfo=jakarta))
    assert complaint.received_at.isoformat() == "2026-11-20T02:00:00+00:00"


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        (ADMIN, {"uploads": ()}, "scan_missing"),
        (ADMIN, {"received_at": MONDAY + timedelta(seconds=1)}, "received_later"),
        (ADMIN, {"received_at": MONDAY - timedelta(days=367)}, "received_long_ago"),
        (ADMIN, {"received_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))}, "received_long_ago"),
        (ADMIN, {"channel": "web"}, "not_your_role"),
        (LIAISON, {}, "not_your_role"),
        (ADMIN.model_copy(update={"region": "kota-sebelah"}), {}, "not_your_role"),
    ],
)
def test_what_may_not_be_typed_in_is_refused(world, who, changes, code):
    with pytest.raises(Refusal, match=code):
        type_in(world, who, **changes)
    assert not world.complaints.snapshots
    assert not world.files.taken


@pytest.mark.parametrize("channel", ["visit", "phone", "other"])
def test_who_came_or_called_has_no_letter_to_show(world, channel):
    assert type_in(world, channel=channel, uploads=()).channel == channel


def test_citizens_file_by_the_web_alone(world):
    assert refuse(world, channel="phone") == "not_your_role"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"phone": "12"}, "phone_mistyped"),
        ({"email": "karto"}, "email_mistyped"),
        ({"name": " "}, "string_too_short"),
    ],
)
def test_what_cannot_be_right_about_a_reporter_is_named(fields, fault):
    with pytest.raises(ValidationError) as wrong:
        OnBehalf(**({"name": "Karto"} | fields))
    assert [error["type"] for error in wrong.value.errors()] == [fault]


def test_an_address_that_was_left_empty_is_none():
    identity = OnBehalf(name="Karto", email=" ", phone="").create_identity("id")
    assert (identity.email, identity.phone) == (None, None)


# About officers of an agency


FEARING = {"anonymous": True, "confidential": True, "about_agency": "pupr"}


def test_a_protected_report_needs_somebody_who_may_read_it(world):
    assert refuse(world, **FEARING) == "inspectorate_unstaffed"
    world.directory.put(officer("inspektur", Role.INSPECTORATE))
    assert filed(world, replace(DRAFT, **FEARING)).protected


def test_a_report_about_the_inspectorate_itself_is_not_given_to_it(world):
    world.directory.put(officer("inspektur", Role.INSPECTORATE))
    world.directory.put(Agency(id="itda", region=REGION.slug, name="Inspektorat", kind="inspectorate"))
    assert refuse(world, **FEARING | {"about_agency": "itda"}) == "about_inspectorate"
    assert refuse(world, **FEARING | {"about_agency": "naga"}) == "unknown_agency"


def test_an_emergency_is_recorded_as_one(world):
    assert filed(world, replace(DRAFT, emergency=True)).emergency
