"""What cannot be done gets the right status, a problem that says what to do, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.complaint.outcome import Confirm
from tests import world as stories
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, OTHER_CITIZEN, OTHER_LIAISON, PASSWORD
from tests.unit.web.api.api_client import COMPLAINT, Api, code_of

NEW = {"name": "Rina Wati", "login": "rina@example.com", "password": "kopi susu pagi"}
FILE = "/api/v1/complaints"
NOBODYS = "CTH-22222X"
"""A good ticket number that no test files under."""


def refused(api: Api, ask: Callable[[], HTTPResponse], status: int, code: str) -> HTTPResponse:
    """Ask, and check that the answer is this problem, whole, and that nothing has changed."""
    before = api.all_there_is()
    response = ask()
    assert (response.status_code, code_of(response)) == (status, code)
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json_body
    assert problem["type"] == f"http://localhost:8000/problems/{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith(".")
    assert api.all_there_is() == before
    return response


def pointers(response: HTTPResponse) -> list[str]:
    return [error["pointer"] for error in response.json_body.get("errors", [])]


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"region": "kota-atlantis"}, "unknown_region", "#/region"),
        ({"category": "naga"}, "unknown_category", "#/category"),
        ({"place": {"latitude": 48.85, "longitude": 2.35}}, "place_outside", "#/place"),
        ({"place": {"latitude": 108.55, "longitude": -6.7}}, "place_swapped", "#/place"),
        ({"place": {"latitude": -6.7}}, "coordinates_incomplete", "#/place"),
        ({"place": {"address": "  "}}, "missing_place", "#/place"),
        ({"place": None}, "missing_place", "#/place"),
        ({"uploads": ["incoming/nothing/there.jpg"]}, "upload_missing", "#/uploads"),
        ({"narrative": ""}, "invalid", "#/narrative"),
        ({"narrative": " \n "}, "invalid", "#/narrative"),
        ({"narrative": "a" * 4001}, "invalid", "#/narrative"),
        ({"title": "a" * 121}, "invalid", "#/title"),
        ({"place": {"latitude": 1000, "longitude": 108.55}}, "invalid", "#/place/latitude"),
        ({"place": {"address": "a" * 301}}, "invalid", "#/place/address"),
        ({"uploads": ["x"] * 6}, "invalid", "#/uploads"),
        ({"uploads": ["x" * 201]}, "invalid", "#/uploads/0"),
        ({"anonymous": "perhaps"}, "invalid", "#/anonymous"),
        ({"language": "jv"}, "invalid", "#/language"),
        ({"reporter": "account-budi"}, "invalid", "#/reporter"),
        ({"a/b~c": 1}, "invalid", "#/a~1b~0c"),
        ({"narrative": "\ud800"}, "invalid", "#/narrative"),
    ],
)
def test_a_filing_with_one_wrong_field_names_it(
    api: Api, wrong: dict[str, Any], code: str, pointer: str
) -> None:
    response = refused(api, lambda: api.file(**wrong), 422, code)
    assert pointers(response) == [pointer]


def test_a_filing_without_anything_names_all_that_is_missing(api: Api) -> None:
    response = refused(api, lambda: api.post(FILE, {}, CITIZEN, Idempotency_Key="1"), 422, "invalid")
    assert pointers(response) == ["#/region", "#/category", "#/title", "#/narrative"]


def test_the_longest_narrative_is_taken(api: Api) -> None:
    assert api.file(narrative="a" * 4000).status_code == 201


def test_infinity_is_no_latitude(api: Api) -> None:
    body = '{"region": "kabupaten-contoh", "category": "sampah", "title": "a", "narrative": "b", '
    body += '"place": {"latitude": Infinity, "longitude": NaN}}'
    response = refused(api, lambda: api.post(FILE, body, CITIZEN, Idempotency_Key="1"), 422, "invalid")
    assert pointers(response) == ["#/place/latitude", "#/place/longitude"]


@pytest.mark.parametrize(
    "body", ["", "{", "not json", "[]", '"text"', "null", "{'region': 1}", "[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_told_so(api: Api, body: str) -> None:
    refused(api, lambda: api.post(FILE, body, CITIZEN, Idempotency_Key="1"), 400, "not_json")


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"],
)
def test_only_json_that_says_it_is_json_is_read(api: Api, kind: str) -> None:
    """Pages of other sites can send the rest with a citizen's cookie."""
    cookie = f"tuntas={api.token(CITIZEN)}"
    refused(
        api,
        lambda: api.post(FILE, COMPLAINT, Content_Type=kind, Cookie=cookie, Idempotency_Key="1"),
        415,
        "wrong_content_type",
    )


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "with a space", "ü"])
@pytest.mark.parametrize("path", [FILE, "replies", "verdicts"])
def test_what_creates_something_needs_an_idempotency_key(api: Api, path: str, key: str) -> None:
    ticket = stories.delivered(api.world).ticket
    where, body = {
        FILE: (FILE, COMPLAINT),
        "replies": (f"{FILE}/{ticket}/replies", {"text": "Halo."}),
        "verdicts": (f"{FILE}/{ticket}/verdicts", {"verdict": "satisfied"}),
    }[path]
    ask = lambda: api.post(where, body, CITIZEN, Idempotency_Key=key)  # noqa: E731 - said once, asked once
    refused(api, ask, 400, "idempotency_key_missing")


def test_an_idempotency_key_used_again_for_another_body_is_refused(api: Api) -> None:
    api.file()
    refused(api, lambda: api.file(title="Sesuatu yang lain"), 422, "key_reused")


def test_an_idempotency_key_used_again_for_another_complaint_is_refused(api: Api) -> None:
    """The same words to another complaint are another request; they must not seem to have arrived."""
    first = api.file(key="1").json_body["ticket"]
    second = api.file(key="2", title="Yang kedua").json_body["ticket"]
    body = {"text": "Bagaimana perkembangannya?"}
    assert api.post(f"{FILE}/{first}/replies", body, CITIZEN, Idempotency_Key="reply").status_code == 201
    refused(
        api,
        lambda: api.post(f"{FILE}/{second}/replies", body, CITIZEN, Idempotency_Key="reply"),
        422,
        "key_reused",
    )


def test_two_people_may_use_the_same_idempotency_key(api: Api) -> None:
    assert api.file(CITIZEN, key="1").status_code == 201
    assert api.file(OTHER_CITIZEN, key="1").status_code == 201


@pytest.mark.parametrize("media_type", ["image/gif", "image/svg+xml", "text/html", "IMAGE/JPEG", ""])
def test_a_wrong_media_type_gets_no_form_to_upload_with(api: Api, media_type: str) -> None:
    ask = lambda: api.post("/api/v1/uploads", {"media_type": media_type}, CITIZEN)  # noqa: E731
    response = refused(api, ask, 422, "invalid")
    assert pointers(response) == ["#/media_type"]
    assert "image/jpeg" in response.json_body["errors"][0]["detail"]


def test_an_upload_of_a_wrong_type_is_refused_at_filing(api: Api) -> None:
    api.world.files.incoming["incoming/a/b.gif"] = ("image/gif", 10)
    refused(api, lambda: api.file(uploads=["incoming/a/b.gif"]), 422, "file_type")


@pytest.mark.parametrize("login", ["0231-123456", "12345", "081234", "+14155550100", "rina@example", "rina"])
def test_a_wrong_phone_number_or_address_registers_nobody(api: Api, login: str) -> None:
    response = refused(api, lambda: api.post("/api/v1/accounts", NEW | {"login": login}), 422, "bad_login")
    assert pointers(response) == ["#/login"]


def test_a_weak_password_a_short_name_and_a_taken_login_register_nobody(api: Api) -> None:
    for wrong, status, code in (
        ({"password": "kopi"}, 422, "weak_password"),
        ({"name": "R"}, 422, "invalid"),
        ({"login": str(CITIZEN.email)}, 409, "login_taken"),
    ):
        refused(api, lambda wrong=wrong: api.post("/api/v1/accounts", NEW | wrong), status, code)


def test_a_wrong_code_confirms_nobody(api: Api) -> None:
    api.post("/api/v1/accounts", NEW)
    body = {"login": NEW["login"], "code": "000000"}
    refused(api, lambda: api.post("/api/v1/accounts/confirmations", body), 422, "wrong_code")


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(api: Api) -> None:
    answers = []
    for login in (str(CITIZEN.email), "nobody@example.com"):
        body = {"login": login, "password": "wrong"}
        ask = lambda body=body: api.post("/api/v1/sessions", body)  # noqa: E731
        answers.append(refused(api, ask, 401, "wrong_password").json_body)
    assert answers[0] == answers[1]


def test_an_account_that_is_not_confirmed_does_not_sign_in(api: Api) -> None:
    api.post("/api/v1/accounts", NEW)
    body = {"login": NEW["login"], "password": NEW["password"]}
    refused(api, lambda: api.post("/api/v1/sessions", body), 403, "not_confirmed")


def test_an_officer_who_left_office_is_told_so_and_does_not_sign_in(api: Api) -> None:
    api.world.directory.put(LIAISON.model_copy(update={"active": False}))
    body = {"login": str(LIAISON.email), "password": PASSWORD}
    refused(api, lambda: api.post("/api/v1/sessions", body), 403, "officer_not_on_duty")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", FILE),
        ("POST", FILE),
        ("POST", "/api/v1/uploads"),
        ("GET", "/api/v1/inbox"),
        ("GET", f"{FILE}/{NOBODYS}"),
        ("GET", f"{FILE}/{NOBODYS}/files/x.jpg"),
        ("POST", f"{FILE}/{NOBODYS}/replies"),
        ("POST", f"{FILE}/{NOBODYS}/verdicts"),
        ("POST", f"{FILE}/{NOBODYS}/decisions"),
    ],
)
def test_who_is_not_signed_in_is_asked_to_before_anything_else(api: Api, method: str, path: str) -> None:
    response = refused(api, lambda: api.send(method, path, {}), 401, "signed_out")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_another_citizens_ticket_looks_like_one_that_does_not_exist(api: Api) -> None:
    theirs = stories.delivered(api.world).ticket
    nobodys = NOBODYS
    for path, body in (
        ("", None),
        ("/files/x.jpg", None),
        ("/replies", {"text": "Halo."}),
        ("/verdicts", {"verdict": "satisfied"}),
        ("/verdicts", {"verdict": "not_satisfied", "reason": "Belum."}),
        ("/decisions", {"decision": "publish"}),
    ):
        method = "GET" if body is None else "POST"
        headers = {"Idempotency_Key": "1", "If_Match": '"confirm.1-9"'}
        found = [
            refused(
                api,
                lambda ticket=ticket, path=path, body=body, method=method, headers=headers: api.send(
                    method, f"{FILE}/{ticket}{path}", body, OTHER_CITIZEN, **headers
                ),
                404,
                "unknown_ticket",
            ).json_body
            for ticket in (theirs, nobodys)
        ]
        assert found[0] == found[1]


def test_a_mistyped_ticket_is_told_so(api: Api) -> None:
    for ticket in ("CTH-22222B", "hello", "x" * 500):
        ask = lambda ticket=ticket: api.get(f"{FILE}/{ticket}", CITIZEN)  # noqa: E731
        refused(api, ask, 404, "ticket_mistyped")


def test_another_agencys_complaint_is_not_shown_and_not_decided(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    refused(api, lambda: api.get(f"{FILE}/{ticket}", OTHER_LIAISON), 403, "not_your_complaint")
    ask = lambda: api.decide(ticket, OTHER_LIAISON, "answer", text="Bukan kami.")  # noqa: E731
    refused(api, ask, 403, "not_your_complaint")


def test_a_role_that_may_not_is_told_so(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    reply = {"text": "Halo."}
    refused(api, lambda: api.decide(ticket, COORDINATOR, "accept"), 403, "not_your_step")
    refused(api, lambda: api.decide(ticket, LIAISON, "publish"), 403, "not_your_step")
    refused(api, lambda: api.file(LIAISON), 403, "not_your_role")
    refused(api, lambda: api.get(FILE, LIAISON), 403, "not_your_role")
    refused(api, lambda: api.get("/api/v1/inbox", CITIZEN), 403, "not_your_role")
    refused(
        api,
        lambda: api.post(f"{FILE}/{ticket}/replies", reply, LIAISON, Idempotency_Key="1"),
        403,
        "not_your_role",
    )


def test_a_citizen_judges_only_when_it_is_their_turn(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    ask = lambda: api.post(  # noqa: E731
        f"{FILE}/{ticket}/verdicts", {"verdict": "satisfied"}, CITIZEN, Idempotency_Key="1"
    )
    refused(api, ask, 409, "step_is_done")


@pytest.mark.parametrize(
    ("verdict", "pointer"),
    [
        ({"verdict": "not_satisfied"}, "#/reason"),
        ({"verdict": "not_satisfied", "reason": " "}, "#/reason"),
        ({"verdict": "satisfied", "reason": "Bagus sekali."}, "#/reason"),
        ({"verdict": "perhaps"}, "#/verdict"),
        ({}, "#/verdict"),
    ],
)
def test_a_verdict_that_is_none_names_its_fault(api: Api, verdict: dict[str, str], pointer: str) -> None:
    ticket = stories.delivered(api.world).ticket
    ask = lambda: api.post(f"{FILE}/{ticket}/verdicts", verdict, CITIZEN, Idempotency_Key="1")  # noqa: E731
    assert pointers(refused(api, ask, 422, "invalid")) == [pointer]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"decision": "burn"}, "unknown_decision", "#/decision"),
        ({"decision": ["forward"]}, "unknown_decision", "#/decision"),
        ({}, "unknown_decision", "#/decision"),
        ({"decision": "forward"}, "invalid", "#/agency"),
        ({"decision": "forward", "agency": "naga"}, "unknown_agency", "#/agency"),
        ({"decision": "forward", "agency": "pupr", "category": "naga"}, "unknown_category", "#/category"),
        ({"decision": "forward", "agency": "pupr", "note": "a" * 4001}, "invalid", "#/note"),
        ({"decision": "verify", "complaint_class": "gossip"}, "invalid", "#/complaint_class"),
        ({"decision": "verify", "agency": "pupr"}, "invalid", "#/agency"),
    ],
)
def test_a_decision_with_a_wrong_field_names_it(
    api: Api, body: dict[str, Any], code: str, pointer: str
) -> None:
    ticket = stories.recorded(api.world).ticket
    tag = api.world.complaints.snapshots[ticket].tag
    ask = lambda: api.post(f"{FILE}/{ticket}/decisions", body, ADMIN, If_Match=f'"{tag}"')  # noqa: E731
    assert pointers(refused(api, ask, 422, code)) == [pointer]


@pytest.mark.parametrize("tag", ["", "*", '""', '"with space"', '"a", "b"'])
def test_a_decision_on_no_particular_state_is_refused(api: Api, tag: str) -> None:
    ticket = stories.recorded(api.world).ticket
    body = {"decision": "forward", "agency": "pupr"}
    ask = lambda: api.post(f"{FILE}/{ticket}/decisions", body, ADMIN, If_Match=tag)  # noqa: E731
    refused(api, ask, 428, "tag_missing")


def test_a_decision_on_an_older_state_is_refused_with_the_present_one(api: Api) -> None:
    ticket = stories.recorded(api.world).ticket
    old = api.world.complaints.snapshots[ticket].tag
    api.decide(ticket, ADMIN, "verify")
    body = {"decision": "forward", "agency": "pupr"}
    ask = lambda: api.post(f"{FILE}/{ticket}/decisions", body, ADMIN, If_Match=f'"{old}"')  # noqa: E731
    response = refused(api, ask, 412, "stale")
    assert response.headers["ETag"] == f'"{api.world.complaints.snapshots[ticket].tag}"'
    assert (
        api.post(f"{FILE}/{ticket}/decisions", body, ADMIN, If_Match=response.headers["ETag"]).status_code
        == 200
    )


def test_another_answer_on_a_state_that_was_answered_is_stale_and_not_a_repetition(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    tag = api.world.complaints.snapshots[ticket].tag
    api.decide(ticket, LIAISON, "answer", text="Sudah.")
    body = {"decision": "answer", "text": "Sebenarnya belum."}
    ask = lambda: api.post(f"{FILE}/{ticket}/decisions", body, LIAISON, If_Match=f'"{tag}"')  # noqa: E731
    refused(api, ask, 412, "stale")


def test_a_refused_answer_takes_no_file_over(api: Api) -> None:
    ticket = stories.forwarded(api.world).ticket
    api.world.files.incoming["incoming/a/b.jpg"] = ("image/jpeg", 10)
    body = {"decision": "answer", "text": "Sudah.", "uploads": ["incoming/a/b.jpg"]}
    path = f"{FILE}/{ticket}/decisions"
    tag = api.world.complaints.snapshots[ticket].tag
    refused(api, lambda: api.post(path, body, LIAISON, If_Match='"respond.1-1"'), 412, "stale")
    refused(api, lambda: api.post(path, body, ADMIN, If_Match=f'"{tag}"'), 403, "not_your_step")
    refused(api, lambda: api.post(path, body, OTHER_LIAISON, If_Match=f'"{tag}"'), 403, "not_your_complaint")
    assert api.world.files.taken == []


def test_a_finished_complaint_takes_no_reply_and_no_decision(api: Api) -> None:
    ticket = stories.delivered(api.world).ticket
    api.world.app.command_handler.execute(ticket, Confirm(), stories.asks(stories.citizen(), "confirm"))
    ask = lambda: api.post(f"{FILE}/{ticket}/replies", {"text": "Lagi."}, CITIZEN, Idempotency_Key="1")  # noqa: E731
    refused(api, ask, 409, "already_closed")
    refused(api, lambda: api.decide(ticket, ADMIN, "publish"), 409, "already_closed")


def test_a_method_an_address_does_not_have_is_a_problem_too(api: Api) -> None:
    response = refused(api, lambda: api.send("PUT", FILE, {}), 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


def test_an_unforeseen_error_tells_nothing_of_the_inside(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: str) -> None:
        raise RuntimeError(f"could not find {CITIZEN.name} at dynamodb.internal")

    api.world.complaints.get = broken  # type: ignore[method-assign, assignment]
    response = refused(api, lambda: api.get(f"{FILE}/{NOBODYS}", CITIZEN), 500, "unforeseen")
    assert b"dynamodb" not in response.body
    logged = repr(vars(caplog.records[-1]))
    assert "RuntimeError" in logged
    assert "test_bad_input.py" in logged
    assert CITIZEN.name not in logged


@pytest.mark.parametrize(
    ("headers", "path", "words"),
    [
        ({}, "", "Anda perlu masuk"),
        ({"Accept_Language": "en-GB,en;q=0.9,id;q=0.8"}, "", "Please sign in"),
        ({"Accept_Language": "fr, id;q=0.5, en;q=0.4"}, "", "Anda perlu masuk"),
        ({"Accept_Language": "en;q=x, zz"}, "", "Please sign in"),
        ({"Cookie": "lang=en", "Accept_Language": "id"}, "", "Please sign in"),
        ({"Cookie": "lang=en"}, "?lang=id", "Anda perlu masuk"),
        ({"Cookie": "lang=xx"}, "?lang=yy", "Anda perlu masuk"),
    ],
)
def test_a_problem_speaks_the_callers_language(
    api: Api, headers: dict[str, str], path: str, words: str
) -> None:
    assert api.get(FILE + path, **headers).json_body["title"] == words
