"""The API as citizens, officers and the public use it."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.values.actor import SYSTEM
from chalicelib.web import limits
from tests import world as stories
from tests.fakes import FakeWorld
from tests.sample_region import (
    ADMIN,
    CITIZEN,
    COORDINATOR,
    LIAISON,
    OTHER_CITIZEN,
    PASSWORD,
    REGION,
    SECOND_LIAISON,
)
from tests.unit.web.api.api_client import COMPLAINT, Api, code_of, speaking_to


def test_a_citizen_registers_confirms_and_signs_in(api: Api) -> None:
    account = {"name": "Rina Wati", "login": "0812-3456-7890", "password": "kopi susu pagi", "language": "en"}
    registered = api.post("/api/v1/accounts", account)
    assert (registered.status_code, registered.json_body) == (202, {"login": "+6281234567890"})

    confirmed = api.post("/api/v1/accounts/confirmations", {"login": "081234567890", "code": "123456"})
    assert (confirmed.status_code, confirmed.body) == (204, b"")

    signed_in = api.post("/api/v1/sessions", {"login": "+62 812 3456 7890", "password": "kopi susu pagi"})
    assert signed_in.status_code == 201
    assert signed_in.json_body["person"]["name"] == "Rina Wati"
    assert signed_in.json_body["person"]["role"] == "reporter"
    assert datetime.fromisoformat(signed_in.json_body["expires_at"]) == datetime(2026, 11, 23, 15, tzinfo=UTC)

    bearer = {"Authorization": f"Bearer {signed_in.json_body['token']}"}
    assert api.get("/api/v1/complaints", **bearer).json_body == {"items": [], "cursor": None}


def test_the_session_also_comes_as_a_cookie_that_works(api: Api) -> None:
    signed_in = api.post("/api/v1/sessions", {"login": str(CITIZEN.email), "password": PASSWORD})
    (cookie,) = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert api.get("/api/v1/complaints", Cookie=cookie.partition(";")[0]).status_code == 200


def test_signing_out_empties_the_cookie(api: Api) -> None:
    signed_out = api.send("DELETE", "/api/v1/sessions")
    assert signed_out.status_code == 204
    assert signed_out.headers["Set-Cookie"][0].startswith("tuntas=; ")


def test_a_password_keeps_the_spaces_at_its_ends(api: Api) -> None:
    account = {"name": "Rina Wati", "login": "rina@example.com", "password": " kopi susu "}
    assert api.post("/api/v1/accounts", account).status_code == 202
    assert api.world.provider.passwords["rina@example.com"] == " kopi susu "


def test_another_code_is_sent_on_request(api: Api) -> None:
    assert api.post("/api/v1/accounts/codes", {"login": str(CITIZEN.email)}).status_code == 202
    assert api.world.provider.codes_sent == [CITIZEN.email]


def test_another_password_is_set_by_a_code_and_ends_the_sessions_from_before(api: Api) -> None:
    login, bearer = str(CITIZEN.email), {"Authorization": f"Bearer {api.token(CITIZEN)}"}
    asked = api.post("/api/v1/passwords/codes", {"login": login.upper()})
    assert (asked.status_code, asked.json_body) == (202, {"login": login})
    assert api.get("/api/v1/complaints", **bearer).status_code == 200

    given = {"login": login, "code": "654321", "password": " kopi susu "}
    reset = api.post("/api/v1/passwords", given)
    assert (reset.status_code, reset.body) == (204, b"")
    assert api.get("/api/v1/complaints", **bearer).status_code == 401
    assert api.post("/api/v1/sessions", {"login": login, "password": " kopi susu "}).status_code == 201


def test_setting_a_password_answers_an_unknown_login_as_a_known_one(api: Api) -> None:
    def answers(login: str) -> list[tuple[int, str]]:
        given = {"login": login, "code": "000000", "password": "kopi susu pagi"}
        asked = (
            api.post("/api/v1/passwords", given),
            api.post("/api/v1/passwords/codes", {"login": login}),
            api.post("/api/v1/passwords", given),
            api.post("/api/v1/passwords", given | {"password": "x"}),
        )
        return [(each.status_code, each.body.decode().replace(login, "")) for each in asked]

    list_procedure_ids = answers(str(CITIZEN.email))
    assert list_procedure_ids == answers("nobody@example.com")
    assert [status for status, _ in list_procedure_ids] == [422, 202, 422, 422]


def test_an_officers_session_tells_their_role_and_agency(api: Api) -> None:
    signed_in = api.post("/api/v1/sessions", {"login": str(LIAISON.email), "password": PASSWORD})
    person = signed_in.json_body["person"]
    assert (person["role"], person["region"], person["agency"]) == ("liaison", REGION.slug, "pupr")


def test_filing_answers_with_the_ticket_its_address_and_its_tag(api: Api) -> None:
    filed = api.file()
    assert filed.status_code == 201
    ticket = filed.json_body["ticket"]
    assert filed.headers["Location"] == f"http://localhost:8000/api/v1/complaints/{ticket}"
    assert filed.headers["ETag"] == f'"{filed.json_body["tag"]}"'
    assert filed.json_body["filed_at"] == "2026-11-23T03:00:00Z"
    assert api.world.complaints.identities[ticket].name == CITIZEN.name


def test_the_same_filing_sent_twice_is_one_complaint(api: Api) -> None:
    first, second = api.file(), api.file()
    assert (second.status_code, second.json_body) == (201, first.json_body)
    assert len(api.world.complaints.snapshots) == 1


def test_a_complaint_is_filed_in_the_accounts_language_unless_it_says_another(api: Api) -> None:
    api.file(key="one")
    api.file(key="two", language="en")
    assert [one.language for one in api.world.complaints.snapshots.values()] == ["id", "en"]


def test_a_photo_is_uploaded_filed_read_and_fetched(api: Api) -> None:
    form = api.post("/api/v1/uploads", {"media_type": "image/jpeg"}, CITIZEN)
    assert form.status_code == 201
    key = form.json_body["key"]
    api.world.files.incoming[key] = ("image/jpeg", 1000)
    ticket = api.file(uploads=[key]).json_body["ticket"]

    (file,) = api.get(f"/api/v1/complaints/{ticket}", CITIZEN).json_body["files"]
    assert (file["media_type"], file["size"]) == ("image/jpeg", 1000)
    sent_on = api.get(f"/api/v1/complaints/{ticket}/files/{file['name']}", CITIZEN)
    assert sent_on.status_code == 303
    assert sent_on.headers["Location"].startswith(f"https://bucket.example/files/{ticket}/{file['name']}")
    assert sent_on.headers["Cache-Control"] == "no-store"


def test_a_file_the_complaint_does_not_have_is_not_found(api: Api) -> None:
    ticket = api.file().json_body["ticket"]
    missing = api.get(f"/api/v1/complaints/{ticket}/files/{'0' * 64}.jpg", CITIZEN)
    assert (missing.status_code, code_of(missing)) == (404, "not_found")


def test_the_reporter_reads_what_they_filed(api: Api) -> None:
    ticket = api.file().json_body["ticket"]
    read = api.get(f"/api/v1/complaints/{ticket}", CITIZEN)
    assert read.json_body["narrative"] == COMPLAINT["narrative"]
    assert read.json_body["place"] == COMPLAINT["place"]
    assert read.json_body["reporter_name"] == CITIZEN.name
    assert read.headers["ETag"] == f'"{read.json_body["tag"]}"'


def test_a_ticket_can_be_given_as_people_write_it(api: Api) -> None:
    ticket = api.file().json_body["ticket"]
    loosely = ticket.lower().replace("-", "")
    assert api.get(f"/api/v1/complaints/{loosely}", CITIZEN).json_body["ticket"] == ticket


def test_own_complaints_come_newest_first_and_in_parts(api: Api) -> None:
    for number in range(21):
        api.file(key=f"key-{number}")
        api.world.clock.forward(minutes=1)
    first = api.get("/api/v1/complaints", CITIZEN).json_body
    rest = api.get(f"/api/v1/complaints?cursor={first['cursor']}", CITIZEN).json_body
    dates = [item["filed_at"] for item in first["items"] + rest["items"]]
    assert (len(first["items"]), len(rest["items"]), rest["cursor"]) == (20, 1, None)
    assert dates == sorted(dates, reverse=True)
    assert api.get("/api/v1/complaints", OTHER_CITIZEN).json_body["items"] == []


def test_a_complaint_travels_from_desk_to_desk_by_the_api(api: Api) -> None:
    command_handler = api.world.app.command_handler
    ticket = api.file().json_body["ticket"]
    command_handler.execute(ticket, RecordComplaint(suggested_agency="pupr"), stories.asks(SYSTEM, "record"))

    inbox = api.get("/api/v1/inbox", ADMIN).json_body["items"]
    assert [item["ticket"] for item in inbox] == [ticket]
    assert api.decide(ticket, ADMIN, "verify", category="sampah").json_body["state"] == "verified"
    assert api.decide(ticket, ADMIN, "forward", agency="pupr", note="Mohon dicek.").status_code == 200
    assert api.get("/api/v1/inbox", ADMIN).json_body["items"] == []

    assert api.decide(ticket, LIAISON, "accept").json_body["state"] == "in_progress"
    api.world.files.incoming["incoming/a/b.jpg"] = ("image/jpeg", 10)
    answer = api.decide(ticket, LIAISON, "answer", text="Sudah ditambal.", uploads=["incoming/a/b.jpg"])
    assert answer.json_body["state"] == "answer_review"
    assert api.decide(ticket, ADMIN, "send_back", reason="Mohon foto sesudahnya.").status_code == 200
    assert api.decide(ticket, LIAISON, "answer", text="Sudah ditambal, lihat foto.").status_code == 200
    assert api.decide(ticket, ADMIN, "publish").status_code == 200
    command_handler.execute(ticket, Deliver(), stories.asks(SYSTEM, "deliver"))

    path = f"/api/v1/complaints/{ticket}"
    shown = api.get(path, CITIZEN).json_body
    assert [given["text"] for given in shown["answers"]] == ["Sudah ditambal, lihat foto."]
    assert shown["category"] == "sampah"
    assert shown["acts"][:3] == ["satisfied", "not_satisfied", "question"]
    assert len(api.get(path, LIAISON).json_body["answers"]) == 2

    said = api.post(f"{path}/replies", {"text": "Terima kasih."}, CITIZEN, Idempotency_Key="reply")
    assert said.status_code == 201
    judged = api.post(f"{path}/verdicts", {"verdict": "satisfied"}, CITIZEN, Idempotency_Key="verdict")
    assert (judged.status_code, judged.json_body["state"]) == (201, "resolved")
    assert api.world.complaints.snapshots[ticket].resolved_by == "reporter"


def test_who_is_not_satisfied_sends_it_back_to_the_agency(api: Api) -> None:
    ticket = stories.delivered(api.world).ticket
    verdict = {"verdict": "not_satisfied", "reason": "Lubangnya masih ada."}
    judged = api.post(f"/api/v1/complaints/{ticket}/verdicts", verdict, CITIZEN, Idempotency_Key="verdict")
    assert judged.json_body["state"] == "in_progress"
    assert api.get("/api/v1/inbox", LIAISON).json_body["items"][0]["ticket"] == ticket


def test_the_admin_writes_to_the_reporter(api: Api) -> None:
    ticket = stories.recorded(api.world).ticket
    said = {"text": "Di sisi jalan yang mana?"}
    assert (
        api.post(f"/api/v1/complaints/{ticket}/replies", said, ADMIN, Idempotency_Key="1").status_code == 201
    )
    shown = api.get(f"/api/v1/complaints/{ticket}", CITIZEN).json_body
    assert [(reply["by"], reply["text"]) for reply in shown["replies"]] == [("government", said["text"])]


def test_the_same_decision_sent_twice_happens_once(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    tag = api.world.complaints.snapshots[ticket].tag
    api.world.files.incoming["incoming/a/b.jpg"] = ("image/jpeg", 10)
    body = {"decision": "answer", "text": "Sudah.", "uploads": ["incoming/a/b.jpg"]}
    path = f"/api/v1/complaints/{ticket}/decisions"
    first = api.post(path, body, LIAISON, If_Match=f'"{tag}"')
    again = api.post(path, body, LIAISON, If_Match=f'"{tag}"')
    assert (again.status_code, again.json_body) == (200, first.json_body)
    assert len(api.world.complaints.snapshots[ticket].answers) == 1
    assert len(api.world.files.taken) == 1


def test_the_second_officer_is_told_that_it_is_done(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    assert api.decide(ticket, LIAISON, "answer", text="Sudah.").status_code == 200
    late = api.decide(ticket, SECOND_LIAISON, "answer", text="Sudah juga.")
    assert (late.status_code, code_of(late)) == (409, "step_is_done")


def test_the_inbox_begins_with_the_nearest_deadline(api: Api) -> None:
    tickets = []
    for number in range(3):
        draft = stories.DRAFT
        ticket = stories.filed(api.world, draft, key=f"file-{number}").ticket
        asked = stories.asks(SYSTEM, f"record-{number}")
        api.world.app.command_handler.execute(ticket, RecordComplaint(suggested_agency="pupr"), asked)
        tickets.append(ticket)
        api.world.clock.forward(days=1)
    inbox = api.get("/api/v1/inbox", ADMIN).json_body["items"]
    assert [item["ticket"] for item in inbox] == tickets
    assert [item["due_at"] for item in inbox] == sorted(item["due_at"] for item in inbox)


def test_the_health_check_reads_nothing_unless_it_is_asked_to(api: Api) -> None:
    asked: list[str] = []
    api.world.directory.get_region = asked.append  # type: ignore[method-assign, assignment]
    assert api.get("/health").json_body == {"status": "ok"}
    assert asked == []
    assert api.get("/health?deep=1").status_code == 200
    assert len(asked) == 1


def test_anybody_reads_the_regions_their_categories_and_agencies(api: Api) -> None:
    (region,) = api.get("/api/v1/regions").json_body["items"]
    detail = api.get(f"/api/v1/regions/{region['slug']}").json_body
    assert {category["code"] for category in detail["categories"]} == {"jalan", "jalan-rusak", "sampah"}
    assert {agency["id"]: agency["kind"] for agency in detail["agencies"]}["bpn"] == "vertical"


@pytest.mark.parametrize("procedure_id", list_procedure_ids())
def test_anybody_reads_a_procedure_as_printed_with_what_was_decided_about_it(
    api: Api, procedure_id: str
) -> None:
    shown = api.get(f"/api/v1/procedures/{procedure_id}").json_body
    assert shown["header"]["legal_basis"]
    assert [row["number"] for row in shown["rows"]] == list(
        range(1, load_procedure(procedure_id).last_row + 1)
    )
    assert all(note["text"]["id"] and note["text"]["en"] for note in shown["decisions"])
    assert shown["decisions"]


@pytest.mark.parametrize("procedure_id", ["nowhere-1999", "..", "%2e%2e%2fsettings"])
def test_a_procedure_that_is_not_on_file_is_not_found(api: Api, procedure_id: str) -> None:
    missing = api.get(f"/api/v1/procedures/{procedure_id}")
    assert (missing.status_code, code_of(missing)) == (404, "unknown_procedure")


def test_what_is_personal_is_never_kept_by_a_cache_and_what_is_public_may_be(api: Api) -> None:
    ticket = api.file().json_body["ticket"]
    personal = ("/api/v1/complaints", f"/api/v1/complaints/{ticket}", "/api/v1/inbox", "/health")
    for path in personal:
        assert api.get(path, CITIZEN).headers["Cache-Control"] == "no-store"
    assert api.get("/api/v1/regions").headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize(
    "path", ["/health", "/api/v1/complaints", "/api/v1/regions/none", "/openapi.json", "/"]
)
def test_every_response_refuses_sniffing_framing_and_telling_where_one_came_from(api: Api, path: str) -> None:
    headers = api.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_there() -> None:
    world = FakeWorld()
    world.settings = world.settings.model_copy(update={"public_url": "https://lapor.example"})
    vars(world.app)["settings"] = world.settings
    with speaking_to(world) as api:
        assert api.get("/health").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_load_test_is_let_through_and_a_flood_is_not(api: Api) -> None:
    for number in range(120):
        assert api.file(key=f"key-{number}").status_code == 201
    flood = api.file(key="one-too-many")
    assert (flood.status_code, code_of(flood)) == (429, "too_often")
    assert int(flood.headers["Retry-After"]) > 0
    assert "60 menit" in flood.json_body["detail"]
    assert api.file(OTHER_CITIZEN).status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "most"),
    [
        ("/api/v1/accounts/codes", {"login": "rina@example.com"}, 5),
        ("/api/v1/accounts/confirmations", {"login": "rina@example.com", "code": "1"}, 10),
        ("/api/v1/passwords/codes", {"login": "rina@example.com"}, 5),
        ("/api/v1/passwords", {"login": "rina@example.com", "code": "1", "password": "kopi susu pagi"}, 10),
        ("/api/v1/sessions", {"login": "rina@example.com", "password": "x"}, 20),
    ],
)
def test_codes_and_passwords_cannot_be_tried_for_ever(
    api: Api, path: str, body: dict[str, str], most: int
) -> None:
    for _ in range(most):
        assert api.post(path, body).status_code != 429
    limited = api.post(path, body)
    assert (limited.status_code, code_of(limited)) == (429, "too_often")
    other = body | {"login": "another@example.com"}
    assert api.post(path, other).status_code != 429


def test_however_a_phone_number_is_written_it_gets_no_more_codes(api: Api) -> None:
    ways = ["081234567890", "+6281234567890", "62 812-3456-7890", "0812.3456.7890", "0812 3456 7890"]
    for login in ways:
        assert api.post("/api/v1/accounts/codes", {"login": login}).status_code == 202
    assert api.post("/api/v1/accounts/codes", {"login": "0812-34567890"}).status_code == 429
    assert len(api.world.provider.codes_sent) == 5


def test_one_address_cannot_have_codes_sent_to_everybody(api: Api) -> None:
    most = limits.LIMITS["code/address"].most
    for number in range(most):
        account = {"name": "Rina Wati", "login": f"rina{number}@example.com", "password": "kopi susu pagi"}
        assert api.post("/api/v1/accounts", account).status_code == 202
    assert api.post("/api/v1/accounts/codes", {"login": "x@example.com"}).status_code == 429
    assert len(api.world.provider.codes_sent) == most


def test_guessing_tickets_is_stopped_and_reading_ones_own_is_not(api: Api) -> None:
    ticket = api.file(OTHER_CITIZEN).json_body["ticket"]
    own = api.file(CITIZEN).json_body["ticket"]
    for _ in range(limits.LIMITS["look-up/account"].most):
        assert api.get(f"/api/v1/complaints/{ticket}", CITIZEN).status_code == 404
    assert api.get(f"/api/v1/complaints/{ticket}", CITIZEN).status_code == 429
    assert api.get(f"/api/v1/complaints/{own}", CITIZEN).status_code == 200


def test_nobody_fills_the_bucket_or_writes_without_end(api: Api) -> None:
    ticket = api.file().json_body["ticket"]
    uploads = ("/api/v1/uploads", {"media_type": "image/png"}, "upload/account")
    replies = (f"/api/v1/complaints/{ticket}/replies", {"text": "Kapan?"}, "reply/account")
    for path, body, limit in (uploads, replies):
        tries = [
            api.post(path, body, CITIZEN, Idempotency_Key=f"key-{number}").status_code
            for number in range(limits.LIMITS[limit].most + 1)
        ]
        assert 429 not in tries[:-1], path
        assert tries[-1] == 429, path


def test_what_is_counted_names_nobody(api: Api) -> None:
    api.post("/api/v1/sessions", {"login": str(CITIZEN.email), "password": PASSWORD})
    api.file()
    counted = repr(api.world.limits.counts)
    assert api.world.limits.counts
    for personal in (str(CITIZEN.email), CITIZEN.id, "127.0.0.1"):
        assert personal not in counted


def test_the_coordinator_reads_and_has_no_turn(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    shown = api.get(f"/api/v1/complaints/{ticket}", COORDINATOR)
    assert (shown.status_code, shown.json_body["acts"]) == (200, ["remind", "link", "reclassify"])
