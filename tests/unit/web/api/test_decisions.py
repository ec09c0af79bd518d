"""Every decision by the API, by everybody who may make it."""

from datetime import timedelta
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.timers import ReachRung
from chalicelib.domain.directory.agencies import Agency, Category, Unit
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.procedure.loading import list_procedure_ids
from chalicelib.domain.procedure.model import Role
from chalicelib.services.complaints.decision_inputs import list_inputs
from tests.fakes import FakeWorld
from tests.sample_region import (
    ADMIN,
    CITIZEN,
    COORDINATOR,
    HEAD,
    LIAISON,
    OTHER_CITIZEN,
    OTHER_LIAISON,
    REGION,
    officer,
)
from tests.unit.web.api.api_client import Api, code_of, speaking_to
from tests.world import hire, system

INSPECTOR = officer("inspektur", Role.INSPECTORATE)
UNIT = officer("pupr-bidang", Role.UNIT, "pupr", unit="bina-marga")
CENTRAL = officer("pusat", Role.CENTRAL_ADMIN)
CONSULTING, OWN_HOUSE = "tarakan", "disporbudpar"
PROTECTED = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
MADE: set[str] = set()
"""The decisions that were made."""
LETTER = {
    "channel": "letter",
    "received_at": "2026-11-20T09:00:00+07:00",
    "reporter": {
        "name": "Pak Karto",
        "phone": "(0231) 123456",
        "address": "Desa Contoh RT 1",
        "representative": "Rina Karto",
        "relation": "anak",
    },
    "uploads": ["incoming/scan/file"],
}


def prepared() -> FakeWorld:
    world = FakeWorld()
    for one in (INSPECTOR, UNIT, CENTRAL):
        hire(world, one)
    units = (Unit(id="bina-marga", name="Bidang Bina Marga"),)
    world.directory.put(Agency(id="pupr", region=REGION.slug, name="Dinas PU", kind="agency", units=units))
    world.directory.put(REGION.model_copy(update={"slug": "kota-sebelah", "prefix": "SBL"}))
    world.directory.put(Category(code="lain", region="kota-sebelah", name_id="Lain-lain", name_en="Other"))
    for name, kind in (("photo", "image/jpeg"), ("scan", "application/pdf")):
        world.files.incoming[f"incoming/{name}/file"] = (kind, 10)
    return world


@pytest.fixture
def world() -> FakeWorld:
    return prepared()


def under(api: Api, procedure: str) -> None:
    """Let the region follow another procedure."""
    name = next(one for one in list_procedure_ids() if one.startswith(procedure))
    api.world.directory.put(REGION.model_copy(update={"procedure": name}))


def on_the_desk(api: Api, key: str = "key-1", who: Account | Officer = CITIZEN, **more: Any) -> str:
    filed = api.file(who, key, **more)
    assert filed.status_code == 201, filed.json_body
    ticket = str(filed.json_body["ticket"])
    system(api.world, ticket, RecordComplaint(suggested_agency="pupr"))
    return ticket


def done(
    api: Api, ticket: str, who: Account | Officer, decision: str, /, key: str | None = None, **more: Any
) -> dict[str, Any]:
    """Make a decision that is offered; return the complaint as the person who made it sees it."""
    assert decision in shown(api, ticket, who)["acts"], (decision, shown(api, ticket, who)["acts"])
    answer = api.decide(ticket, who, decision, key, **more)
    assert answer.status_code == 200, answer.json_body
    MADE.add(decision)
    return answer.json_body


def shown(api: Api, ticket: str, who: Account | Officer) -> dict[str, Any]:
    answer = api.get(f"/api/v1/complaints/{ticket}", who)
    assert answer.status_code == 200, answer.json_body
    return answer.json_body


def delivered(api: Api, ticket: str) -> None:
    done(api, ticket, ADMIN, "publish")
    system(api.world, ticket, Deliver())


# Each decision


def verifying(api: Api) -> None:
    ticket = on_the_desk(api)
    assert done(api, ticket, ADMIN, "verify", category="sampah")["state"] == "verified"
    done(api, ticket, ADMIN, "reclassify", complaint_class="information_request")
    done(api, ticket, ADMIN, "redact", narrative="Ada lubang. [disamarkan]")
    done(api, ticket, ADMIN, "forward", agency="pupr", supporters=["dlh"], note="Mohon dicek.")
    read = shown(api, ticket, LIAISON)
    assert (read["narrative"], read["complaint_class"]) == ("Ada lubang. [disamarkan]", "information_request")
    done(api, ticket, OTHER_LIAISON, "support", text="Sampahnya sudah kami angkut.")
    assert [note["text"] for note in shown(api, ticket, ADMIN)["notes"]] == ["Sampahnya sudah kami angkut."]


def completing(api: Api) -> None:
    ticket = on_the_desk(api)
    assert done(api, ticket, ADMIN, "ask", missing=["photo"])["state"] == "needs_completion"
    assert shown(api, ticket, CITIZEN)["waiting"]["missing"] == ["photo"]
    done(api, ticket, CITIZEN, "complete", text="Ini fotonya.", uploads=["incoming/photo/file"])
    after = shown(api, ticket, ADMIN)
    assert (after["state"], after["waiting"], len(after["files"])) == ("received", None, 1)


def handing_over(api: Api) -> None:
    ticket = on_the_desk(api)
    over = {"body": "PT PLN", "address": "Jl. Listrik 1", "reason": "Tiang listrik milik PLN."}
    assert done(api, ticket, ADMIN, "hand_over", **over)["state"] == "handed_over"
    assert shown(api, ticket, CITIZEN)["handover"]["body"] == "PT PLN"
    done(api, ticket, ADMIN, "end_handover", outcome="answered", text="Sudah diganti.", uploads=SCAN)
    name = shown(api, ticket, CITIZEN)["handover"]["files"][0]["name"]
    file = api.get(f"/api/v1/complaints/{ticket}/files/{name}", CITIZEN)
    assert (file.status_code, shown(api, ticket, CITIZEN)["finished"]) == (303, True)


def filing_away(api: Api) -> None:
    first, second = on_the_desk(api, "1"), on_the_desk(api, "2")
    third, fourth = on_the_desk(api, "3"), on_the_desk(api, "4")
    done(api, first, ADMIN, "archive", reason="in_court", text="Perkaranya di pengadilan negeri.")
    assert shown(api, first, CITIZEN)["archive"]["reason"] == "in_court"
    assert done(api, second, ADMIN, "merge", parent=third.lower())["state"] == "duplicate"
    done(api, third, COORDINATOR, "link", ticket=fourth)
    assert shown(api, third, ADMIN)["linked"] == [fourth]
    done(api, fourth, ADMIN, "split", category="sampah", title="Sampah", narrative="Juga sampah.")
    done(api, third, CENTRAL, "reroute", region="kota-sebelah", reason="Letaknya di sana.")
    assert shown(api, third, CITIZEN)["rerouted_to"] == "kota-sebelah"


def consulting(api: Api) -> None:
    under(api, CONSULTING)
    ticket = on_the_desk(api)
    done(api, ticket, ADMIN, "forward", agency="pupr", complaint_class="information_request")
    done(api, ticket, COORDINATOR, "advise", text="Dokumennya termasuk DIDP.")
    assert shown(api, ticket, LIAISON)["notes"][0]["text"] == "Dokumennya termasuk DIDP."


def within_a_house(api: Api) -> None:
    under(api, OWN_HOUSE)
    ticket = on_the_desk(api)
    done(api, ticket, ADMIN, "forward", agency="pupr")
    done(api, ticket, LIAISON, "accept")
    done(api, ticket, LIAISON, "proceed", note="Dicatat dalam buku inventarisasi.")
    done(api, ticket, HEAD, "dispose", unit="bina-marga", instruction="Tindak lanjuti segera.")
    done(api, ticket, LIAISON, "proceed")
    done(api, ticket, UNIT, "proceed", note="Sudah ditambal.", uploads=["incoming/photo/file"])
    note = shown(api, ticket, LIAISON)["notes"][-1]
    assert (note["text"], len(note["files"])) == ("Sudah ditambal.", 1)
    name = note["files"][0]["name"]
    path = f"/api/v1/complaints/{ticket}/files/{name}"
    assert api.get(path, LIAISON).status_code == 303
    assert code_of(api.get(path, CITIZEN)) == "not_found"


def answering(api: Api) -> None:
    ticket = on_the_desk(api)
    done(api, ticket, ADMIN, "forward", agency="pupr")
    done(api, ticket, LIAISON, "return", reason="Jalan provinsi.")
    done(api, ticket, ADMIN, "forward", agency="pupr")
    done(api, ticket, LIAISON, "ask_for_time", until="2026-12-01", reason="Menunggu alat berat.")
    plan = {"text": "Akan ditambal.", "plan_date": "2026-12-10", "plan_owner": "Kepala Bidang"}
    done(api, ticket, LIAISON, "answer", **plan)
    done(api, ticket, ADMIN, "send_back", reason="Sebut ruas jalannya.")
    done(api, ticket, LIAISON, "answer", **plan)
    delivered(api, ticket)
    (answer,) = shown(api, ticket, CITIZEN)["answers"]
    assert (answer["plan_date"], answer["plan_owner"]) == ("2026-12-10", "Kepala Bidang")
    done(api, ticket, CITIZEN, "question", text="Ruas yang mana?")
    done(api, ticket, LIAISON, "answer", text="Depan pasar.")
    delivered(api, ticket)
    done(api, ticket, CITIZEN, "not_satisfied", reason="Belum dikerjakan.")
    done(api, ticket, LIAISON, "answer", text="Sudah dikerjakan.")
    delivered(api, ticket)
    done(api, ticket, CITIZEN, "reply", text="Terima kasih.")
    assert done(api, ticket, CITIZEN, "satisfied")["state"] == "resolved"
    done(api, ticket, CITIZEN, "reopen", reason="Berlubang lagi.")
    done(api, ticket, LIAISON, "answer", text="Ditambal ulang.")
    delivered(api, ticket)
    assert done(api, ticket, CITIZEN, "satisfied")["state"] == "resolved"


def looking_and_leaving(api: Api) -> None:
    ticket = on_the_desk(api, anonymous=True)
    done(api, ticket, ADMIN, "see_identity", reason="Diminta kepolisian.")
    refer(api.world, ticket)
    done(api, ticket, CITIZEN, "consent", with_identity=False)
    assert shown(api, ticket, CITIZEN)["consented_at"]
    assert done(api, ticket, CITIZEN, "withdraw")["state"] == "withdrawn"


def reminding(api: Api) -> None:
    ticket = on_the_desk(api)
    done(api, ticket, ADMIN, "forward", agency="pupr")
    before = shown(api, ticket, LIAISON)
    done(api, ticket, COORDINATOR, "remind", key="1")
    assert "remind" not in shown(api, ticket, COORDINATOR)["acts"]
    assert code_of(api.decide(ticket, COORDINATOR, "remind", "2")) == "reminded_recently"
    assert shown(api, ticket, LIAISON)["tag"] == before["tag"]
    api.world.clock.instant += timedelta(hours=1)
    done(api, ticket, COORDINATOR, "remind", key="2")
    history = [moment["type"] for moment in shown(api, ticket, CITIZEN)["timeline"]]
    assert history.count("owner.reminded") == 2


SCAN = ["incoming/scan/file"]
STORIES = (
    verifying,
    completing,
    handing_over,
    filing_away,
    consulting,
    within_a_house,
    answering,
    looking_and_leaving,
    reminding,
)


def refer(world: FakeWorld, ticket: str) -> None:
    """Let sixty days pass at once: the Ombudsman's clock is over."""
    clock = next(one for one in world.complaints.snapshots[ticket].clocks if one.name == "ombudsman")
    rung = clock.rungs[-1]
    command = ReachRung(clock=clock.name, visit=clock.visit, generation=clock.generation, rung=rung.name)
    world.clock.instant = rung.nominal_at
    system(world, ticket, command)


@pytest.mark.parametrize("story", STORIES)
def test_a_complaint_is_carried_by_the_api_alone(api: Api, story: Any) -> None:
    story(api)


def test_these_stories_make_every_decision_there_is() -> None:
    MADE.clear()
    for story in STORIES:
        with speaking_to(prepared()) as api:
            story(api)
    assert list_inputs().keys() - MADE == set()


# How a request is told apart from another


def test_who_decides_without_a_turn_names_the_request_or_the_state(api: Api) -> None:
    ticket = on_the_desk(api)
    path, said = f"/api/v1/complaints/{ticket}/decisions", {"decision": "reply", "text": "Sudah lama."}
    before = api.all_there_is()
    assert code_of(api.post(path, said, CITIZEN)) == "idempotency_key_missing"
    assert api.all_there_is() == before
    assert code_of(api.post(path, {"decision": "verify"}, ADMIN, Idempotency_Key="1")) == "tag_missing"
    assert code_of(api.post(path, said, CITIZEN, If_Match="*")) == "tag_missing"
    for key in ("1", "1", "2"):
        assert api.post(path, said, CITIZEN, Idempotency_Key=key).status_code == 200
    assert len(shown(api, ticket, CITIZEN)["replies"]) == 2


def test_what_is_sent_again_after_its_upload_is_gone_is_still_the_same(api: Api) -> None:
    ticket = on_the_desk(api)
    done(api, ticket, ADMIN, "forward", agency="pupr", supporters=["dlh"])
    path = f"/api/v1/complaints/{ticket}/decisions"
    part = {"decision": "support", "text": "Sudah diangkut.", "uploads": ["incoming/photo/file"]}
    first = api.post(path, part, OTHER_LIAISON, Idempotency_Key="1")
    api.world.files.incoming.clear()
    again = api.post(path, part, OTHER_LIAISON, Idempotency_Key="1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(shown(api, ticket, ADMIN)["notes"]) == 1


# Whose complaint it is


def told(answer: HTTPResponse) -> tuple[int, str]:
    return answer.status_code, code_of(answer)


@pytest.mark.parametrize("who", [ADMIN, COORDINATOR, LIAISON, HEAD, CENTRAL, OTHER_CITIZEN])
def test_a_protected_report_is_to_everybody_else_one_that_does_not_exist(api: Api, who: Any) -> None:
    ticket = on_the_desk(api, uploads=["incoming/photo/file"], **PROTECTED)
    (file,) = shown(api, ticket, INSPECTOR)["files"]
    asked = [
        api.get(f"/api/v1/complaints/{ticket}", who),
        api.get(f"/api/v1/complaints/{ticket}/files/{file['name']}", who),
        api.decide(ticket, who, "reply", text="Halo."),
        api.decide(ticket, who, "forward", agency="pupr"),
    ]
    assert {told(answer) for answer in asked} == {(404, "unknown_ticket")}
    if isinstance(who, Officer):
        assert api.get("/api/v1/inbox", who).json_body["items"] == []


def test_nobody_learns_of_a_protected_report_by_naming_it(api: Api) -> None:
    secret, own = on_the_desk(api, "1", **PROTECTED), on_the_desk(api, "2")
    for fields in ({"decision": "merge", "parent": secret}, {"decision": "link", "ticket": secret}):
        answer = api.decide(own, ADMIN, fields.pop("decision"), **fields)
        assert told(answer) == (422, "unknown_other_ticket")


def test_an_anonymous_name_is_shown_for_an_hour_to_the_officer_who_looked(api: Api) -> None:
    ticket = on_the_desk(api, anonymous=True)
    assert shown(api, ticket, ADMIN)["reporter_name"] is None
    done(api, ticket, ADMIN, "see_identity", reason="Diminta kepolisian.")
    assert shown(api, ticket, ADMIN)["reporter_name"] == CITIZEN.name
    assert shown(api, ticket, COORDINATOR)["reporter_name"] is None
    api.world.clock.forward(minutes=61)
    assert shown(api, ticket, ADMIN)["reporter_name"] is None


def test_every_open_deadline_is_shown_with_its_derivation(api: Api) -> None:
    ticket = on_the_desk(api)
    found = shown(api, ticket, CITIZEN)["deadlines"]
    assert {one["name"] for one in found} == {"verify", "ombudsman"}
    assert all(one["derivation"]["due_at"] == one["due_at"] for one in found)


# Typed in for somebody


def test_the_admin_types_in_a_letter_and_says_what_its_reporter_says(api: Api) -> None:
    ticket = on_the_desk(api, who=ADMIN, **LETTER)
    read = shown(api, ticket, ADMIN)
    assert (read["channel"], read["received_at"]) == ("letter", "2026-11-20T02:00:00Z")
    kept = api.world.complaints.identities[ticket]
    assert (kept.name, kept.phone, kept.account) == ("Pak Karto", "+62231123456", "")
    assert (kept.representative, kept.relation) == ("Rina Karto", "anak")
    done(api, ticket, ADMIN, "ask", missing=["details"])
    done(api, ticket, ADMIN, "complete", text="Dijelaskan lewat telepon.")
    done(api, ticket, ADMIN, "withdraw", reason="Pelapor datang mencabut.")


def test_the_same_letter_typed_in_twice_is_one_complaint(api: Api) -> None:
    numbers = {api.file(ADMIN, "key-1", **LETTER).json_body["ticket"] for _ in range(2)}
    assert len(numbers) == 1


@pytest.mark.parametrize(
    ("who", "changed", "code", "pointer"),
    [
        (CITIZEN, {}, "not_your_role", None),
        (LIAISON, {}, "not_your_role", None),
        (ADMIN, {"channel": "web", "reporter": None, "received_at": None}, "not_your_role", None),
        (CITIZEN, {"channel": "web", "received_at": None}, "invalid", "#/reporter"),
        (CITIZEN, {"channel": "web", "reporter": None}, "invalid", "#/received_at"),
        (ADMIN, {"reporter": None}, "invalid", "#/reporter"),
        (ADMIN, {"reporter": {"name": "Karto", "phone": "12"}}, "invalid", "#/reporter/phone"),
        (ADMIN, {"reporter": {"name": "Karto", "email": "karto"}}, "invalid", "#/reporter/email"),
        (ADMIN, {"uploads": []}, "scan_missing", "#/uploads"),
        (ADMIN, {"received_at": "2026-11-23T10:00:01+07:00"}, "received_later", "#/received_at"),
        (ADMIN, {"received_at": "2026-11-20T09:00:00"}, "invalid", "#/received_at"),
        (ADMIN, {"channel": "pigeon"}, "invalid", "#/channel"),
        (ADMIN, {"about_agency": "naga"}, "unknown_agency", "#/about_agency"),
    ],
)
def test_what_cannot_be_typed_in_is_refused_and_nothing_kept(
    api: Api, who: Any, changed: dict[str, Any], code: str, pointer: str | None
) -> None:
    before = api.all_there_is()
    answer = api.file(who, **LETTER | changed)
    assert code_of(answer) == code, answer.json_body
    assert pointer in [None, *(one["pointer"] for one in answer.json_body.get("errors", []))]
    assert pointer is None or answer.json_body["errors"]
    assert api.all_there_is() == before
