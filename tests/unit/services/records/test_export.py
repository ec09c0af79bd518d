"""The export of a complaint: whole for its reporter, with nothing in it that its reader may not see."""

import json
from dataclasses import replace

from chalicelib.domain.audit.verify import verify
from chalicelib.domain.complaint.duplicates import LinkComplaint, ReleaseDuplicate
from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.domain.time.hours import OfficeHours, Week
from chalicelib.domain.values.actor import Actor
from chalicelib.services.staff.officer_links import to_actor
from tests.exports import Document, verify_document
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, LIAISON, OTHER_CITIZEN, REGION
from tests.unit.web.api.api_client import speaking_to
from tests.world import DRAFT, asks, citizen, decide, delivered, filed, forwarded, recorded, system


def export(world: FakeWorld, ticket: str, actor: Actor) -> Document:
    export = world.app.exporter.export(ticket, actor)
    return json.loads(export.model_dump_json())


def test_a_reporters_export_proves_their_own_words_too(world: FakeWorld) -> None:
    ticket = delivered(world).ticket
    document = export(world, ticket, citizen())
    assert verify_document(document).findings == []
    assert document["withheld"] == {}
    assert DRAFT.narrative in [words["text"] for words in document["words"]]
    for place, words in enumerate(document["words"]):
        for field in words:
            forged = json.loads(json.dumps(document))
            forged["words"][place][field] = ("f" if words[field][0] == "0" else "0") + words[field][1:]
            assert verify_document(forged).findings, (place, field)


def test_its_deadlines_are_proven_by_the_calendar_that_it_brings_along(world: FakeWorld) -> None:
    world.directory.put(
        REGION.model_copy(update={"closing_days": {world.clock().date() + ONE_DAY: "Hari jadi"}})
    )
    document = export(world, delivered(world).ticket, citizen())
    report = verify_document(document)
    assert report.findings == []
    assert "their calendar is not here" not in report.summary
    (rules,) = document["calendars"].values()
    rules["closing_days"] = {}
    assert any(finding.startswith("calendars.") for finding in verify_document(document).findings)


def test_an_agencys_own_office_hours_come_along(world: FakeWorld) -> None:
    week = Week(mon=("08:00-14:00",), tue=("08:00-14:00",), fri=("08:00-11:00",))
    (agency,) = (entry for entry in world.directory.list_agencies(REGION.slug) if entry.id == "pupr")
    world.directory.put(agency.model_copy(update={"office_hours": OfficeHours(ordinary=week, ramadan=week)}))
    document = export(world, delivered(world).ticket, citizen())
    report = verify_document(document)
    assert report.findings == []
    assert "their calendar is not here" not in report.summary
    assert len(document["calendars"]) == 2


def test_officers_get_no_words(world: FakeWorld) -> None:
    document = export(world, delivered(world).ticket, to_actor(ADMIN))
    assert verify_document(document).findings == []
    assert document["words"] == []
    assert DRAFT.narrative not in json.dumps(document)


def test_an_anonymous_reporters_account_is_withheld_from_officers(world: FakeWorld) -> None:
    ticket = forwarded(world, replace(DRAFT, anonymous=True)).ticket
    document = export(world, ticket, to_actor(LIAISON))
    assert CITIZEN.id not in json.dumps(document)
    assert document["withheld"] == {"1": ["actor.id", "fact.reporter"], "2": ["actor.id"], "3": ["actor.id"]}
    assert verify_document(document).findings == []
    assert verify_document(export(world, ticket, citizen())).findings == []


def test_a_reporter_learns_of_no_other_complaint_that_officers_linked_to_theirs(world: FakeWorld) -> None:
    other = filed(world, key="file-2").ticket
    ticket = recorded(world).ticket
    world.app.command_handler.execute(ticket, LinkComplaint(ticket=other), asks(ADMIN, "link"))
    document = export(world, ticket, citizen())
    assert other not in json.dumps(document)
    assert verify_document(document).findings == []
    assert other in json.dumps(export(world, ticket, to_actor(ADMIN)))


def test_nobody_finds_the_number_of_what_became_protected(world: FakeWorld) -> None:
    first = recorded(world).ticket
    decide(world, first, ADMIN, "split", category="sampah", title="Sampah", narrative="Menumpuk juga.")
    (second,) = set(world.complaints.snapshots) - {first}
    system(world, second, RecordComplaint())
    decide(world, second, ADMIN, "merge", parent=first)
    system(world, second, ReleaseDuplicate(parent=first))
    decide(world, second, ADMIN, "forward", agency="pupr")
    assert first in json.dumps(export(world, second, to_actor(LIAISON)))
    feared = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
    world.complaints.snapshots[first] = world.complaints.snapshots[first].model_copy(update=feared)
    for officer in (ADMIN, LIAISON):
        document = export(world, second, to_actor(officer))
        assert first not in json.dumps(document)
        assert verify_document(document).findings == []


def test_a_person_who_may_not_read_it_gets_no_export_of_it(world: FakeWorld) -> None:
    ticket = forwarded(world).ticket
    with speaking_to(world) as api:
        for who, status in ((OTHER_CITIZEN, 404), (None, 401)):
            assert api.get(f"/api/v1/complaints/{ticket}/export", who).status_code == status
        answer = api.get(f"/api/v1/complaints/{ticket}/export", CITIZEN)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{ticket}.json"'
        assert verify(answer.body).findings == []
