"""Bad input through the real parts: S3's own policy, the first bytes, tags, keys and roles.

The refusals that need no cloud are in `tests/unit/web`. After each, nothing is stored.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from infra.local.browser import App
from infra.local.cloud import LocalCloud
from infra.local.demo import say
from infra.local.demo_data import PHOTO
from infra.local.journey import Journey
from tests.e2e.demo import Demo, find_category

TEN_MEGABYTES = 10 * 1024 * 1024
JPEG = b"\xff\xd8\xff"
NO_HEADERS: Mapping[str, str] = {}

SignIn = Callable[[str], App]


@dataclass(frozen=True)
class Caller:
    """A signed-in person's requests to the API, with the raw responses."""

    site: str
    app: App

    def post(self, path: str, headers: Mapping[str, str] = NO_HEADERS, **request: Any) -> requests.Response:
        mine = {"Authorization": str(self.app._session.headers["Authorization"]), **headers}
        return requests.post(f"{self.site}/api/v1/{path}", headers=mine, timeout=30, **request)

    def file(self, body: dict[str, Any], key: str | None = None) -> requests.Response:
        return self.post("complaints", {"Idempotency-Key": key or str(uuid.uuid4())}, json=body)

    def create_upload_form(self, media_type: str = "image/jpeg") -> dict[str, Any]:
        return self.app.post("uploads", {"media_type": media_type})

    def list_tickets(self) -> list[str]:
        return [complaint["ticket"] for complaint in self.app.get("complaints")["items"]]


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> Caller:
    return Caller(demo.cloud.public_url, Journey(demo.cloud, region, say).register())


@pytest.fixture
def body(region: dict[str, Any]) -> dict[str, Any]:
    return {
        "region": region["slug"],
        "category": find_category(region)["code"],
        "title": "Lampu padam",
        "narrative": "Sudah tiga malam gelap.",
        "place": {"address": "Depan balai desa"},
    }


def send(form: dict[str, Any], content: bytes, **changed: str) -> requests.Response:
    file = {"file": ("x", content)}
    return requests.post(
        form["url"], data=form["fields"] | changed, files=file, timeout=30, allow_redirects=False
    )


def assert_problem(answer: requests.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["type"].endswith(f"/problems/{code}")
    assert problem["title"]
    assert problem["detail"], "what to do now"


@pytest.mark.parametrize(
    ("content", "changed", "refusal"),
    [
        pytest.param(JPEG + bytes(TEN_MEGABYTES), {}, "EntityTooLarge", id="over 10 MB"),
        pytest.param(b"<html>", {"Content-Type": "text/html"}, "AccessDenied", id="another type"),
        pytest.param(JPEG, {"key": "files/x/y.jpg"}, "AccessDenied", id="another place"),
        pytest.param(b"", {}, "EntityTooSmall", id="empty"),
    ],
)
def test_the_storage_itself_refuses_an_upload_that_was_not_agreed(
    cloud: LocalCloud, citizen: Caller, content: bytes, changed: dict[str, str], refusal: str
) -> None:
    form = citizen.create_upload_form()
    answer = send(form, content, **changed)
    assert 400 <= answer.status_code < 500
    assert f"<Code>{refusal}</Code>" in answer.text
    kept = cloud.client("s3").list_objects_v2(Bucket=cloud.outputs["BucketName"], Prefix=form["key"])
    assert kept["KeyCount"] == 0


def test_an_upload_that_lies_about_its_type_is_refused_at_filing(
    citizen: Caller, body: dict[str, Any]
) -> None:
    before = citizen.list_tickets()
    form = citizen.create_upload_form("application/pdf")
    assert send(form, PHOTO.read_bytes()).status_code == 204
    answer = citizen.file(body | {"uploads": [form["key"]]})
    assert_problem(answer, 422, "file_type_mismatch")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/uploads"]
    assert citizen.list_tickets() == before


def test_json_that_is_not_json_is_refused(citizen: Caller) -> None:
    before = citizen.list_tickets()
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    assert_problem(citizen.post("complaints", headers, data='{"region": '), 400, "not_json")
    assert citizen.list_tickets() == before


def test_a_key_files_once_and_never_another_complaint(citizen: Caller, body: dict[str, Any]) -> None:
    key = str(uuid.uuid4())
    first = citizen.file(body, key)
    assert first.status_code == 201
    before = citizen.list_tickets()
    again = citizen.file(body, key)
    assert (again.status_code, again.json()["ticket"]) == (201, first.json()["ticket"])
    assert_problem(citizen.file(body | {"title": "Lain sekali"}, key), 422, "key_reused")
    assert citizen.list_tickets() == before


def test_a_decision_needs_the_right_role_and_the_state_it_was_made_on(
    journey: Journey, citizen: Caller, sign_in: SignIn
) -> None:
    journey.ticket = journey.file(citizen.app)
    journey.wait_for(lambda: journey.find_next_holder(citizen.app, None), "the admin's turn")
    path = f"complaints/{journey.ticket}/decisions"
    admin, liaison = (Caller(citizen.site, sign_in(role)) for role in ("regional_admin", "liaison"))
    stale = journey.read(admin.app)["tag"]
    decision = {"decision": "verify", "complaint_class": "complaint"}

    # Not yet forwarded to the liaison's agency, and never the reporter's to decide.
    assert_problem(liaison.post(path, {"If-Match": f'"{stale}"'}, json=decision), 403, "not_your_complaint")
    assert citizen.post(path, {"If-Match": f'"{stale}"'}, json=decision).status_code == 403
    assert journey.read(admin.app)["state"] == "received"

    reply = {"text": "Tambahan: juga di depan sekolah."}
    citizen.app.post(f"complaints/{journey.ticket}/replies", reply, key=str(uuid.uuid4()))
    refused = admin.post(path, {"If-Match": f'"{stale}"'}, json=decision)
    assert_problem(refused, 412, "stale")
    assert journey.read(admin.app)["state"] == "received"
    now = admin.post(path, {"If-Match": refused.headers["ETag"]}, json=decision)
    assert (now.status_code, now.json()["state"]) == (200, "verified")
