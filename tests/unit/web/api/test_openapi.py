"""The OpenAPI document says what the application does."""

import re
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app
from chalicelib.domain.procedure.loading import list_procedure_ids
from chalicelib.services.complaints.decision_inputs import list_inputs
from chalicelib.web import problems
from chalicelib.web.api import openapi
from chalicelib.web.refusals import REFUSALS
from tests import world as stories
from tests.sample_region import ADMIN, CITIZEN
from tests.unit.web.api.api_client import COMPLAINT, Api

DOCUMENT = openapi.build_document("https://lapor.example")


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_it_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_it_has_every_route_of_the_api_and_no_other() -> None:
    served = {
        (method, path)
        for path, methods in app.routes.items()
        for method in methods
        if path.startswith("/api/v1/") or path in ("/health", "/openapi.json")
    }
    assert {(method, path) for method, path, _ in described()} == served


def test_every_text_a_caller_gives_has_a_maximum_and_every_list_a_limit() -> None:
    bodies = {
        name
        for _, _, operation in described()
        for name in re.findall(r"#/components/schemas/(\w+)", str(operation.get("requestBody", "")))
    }
    assert len(bodies) > len(list_inputs())
    seen: set[str] = set()
    while bodies - seen:
        name = (bodies - seen).pop()
        seen.add(name)
        schema = DOCUMENT["components"]["schemas"][name]
        assert schema["additionalProperties"] is False, name
        bodies |= set(re.findall(r"#/components/schemas/(\w+)", str(schema)))
        for field in schema["properties"].values():
            for part in leaves(field):
                if part.get("type") == "string":
                    assert {"maxLength", "const", "enum", "format"} & part.keys(), (name, part)
                if part.get("type") == "array":
                    assert "maxItems" in part, (name, part)


def leaves(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for part in [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]:
        yield from leaves(part)


def test_every_operation_says_which_refusals_to_be_ready_for() -> None:
    for _, path, operation in described():
        assert operation["summary"].endswith("."), path
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                codes = response["description"].split(", ")
                assert {REFUSALS[code].status for code in codes} == {int(status)}
                assert problems.MEDIA_TYPE in response["content"]


def test_what_needs_a_session_says_so() -> None:
    open_to_all = {path for _, path, operation in described() if "security" not in operation}
    assert open_to_all == {
        "/health",
        "/openapi.json",
        "/api/v1/accounts",
        "/api/v1/accounts/confirmations",
        "/api/v1/accounts/codes",
        "/api/v1/passwords",
        "/api/v1/passwords/codes",
        "/api/v1/sessions",
        "/api/v1/regions",
        "/api/v1/regions/{slug}",
        "/api/v1/regions/{slug}/calendar",
        "/api/v1/digests/{day}",
        "/api/v1/procedures/{procedure_id}",
        "/api/v1/procedures/{procedure_id}/flowchart.svg",
    }


def test_what_creates_a_complaint_names_its_headers() -> None:
    named = {
        parameter["name"]: parameter["required"]
        for parameter in DOCUMENT["paths"]["/api/v1/complaints"]["post"]["parameters"]
    }
    assert named == {"Idempotency-Key": True}
    decisions = DOCUMENT["paths"]["/api/v1/complaints/{ticket}/decisions"]["post"]["parameters"]
    assert {parameter["name"]: parameter["required"] for parameter in decisions} == {
        "ticket": True,
        "Idempotency-Key": False,
        "If-Match": False,
    }


def test_a_decision_is_one_of_many_told_apart_by_their_names() -> None:
    operation = DOCUMENT["paths"]["/api/v1/complaints/{ticket}/decisions"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert len(schema["oneOf"]) == len(list_inputs())
    assert schema["discriminator"]["mapping"]["send_back"] == "#/components/schemas/SendBack"


def test_it_is_served_with_the_address_people_use(api: Api) -> None:
    served = api.get("/openapi.json").json_body
    assert served["servers"] == [{"url": "http://localhost:8000"}]
    assert served["paths"] == DOCUMENT["paths"]


def test_answers_have_the_shape_that_is_described(api: Api) -> None:
    ticket = stories.delivered(api.world).ticket
    asked = [
        ("GET", "/api/v1/complaints/{ticket}", f"/api/v1/complaints/{ticket}", None, CITIZEN),
        ("GET", "/api/v1/complaints/{ticket}", f"/api/v1/complaints/{ticket}", None, ADMIN),
        ("GET", "/api/v1/complaints", "/api/v1/complaints", None, CITIZEN),
        ("GET", "/api/v1/inbox", "/api/v1/inbox", None, ADMIN),
        ("GET", "/api/v1/regions", "/api/v1/regions", None, None),
        ("GET", "/api/v1/regions/{slug}", "/api/v1/regions/kabupaten-contoh", None, None),
        ("GET", "/api/v1/regions/{slug}/calendar", "/api/v1/regions/kabupaten-contoh/calendar", None, None),
        (
            "GET",
            "/api/v1/procedures/{procedure_id}",
            f"/api/v1/procedures/{list_procedure_ids()[0]}",
            None,
            None,
        ),
        ("POST", "/api/v1/complaints", "/api/v1/complaints", COMPLAINT, CITIZEN),
        ("POST", "/api/v1/complaints", "/api/v1/complaints", {}, CITIZEN),
        ("POST", "/api/v1/uploads", "/api/v1/uploads", {"media_type": "image/png"}, CITIZEN),
    ]
    for method, path, address, body, who in asked:
        response = api.send(method, address, body, who, Idempotency_Key="1")
        said = DOCUMENT["paths"][path][method.lower()]["responses"][str(response.status_code)]
        (content,) = said["content"].values()
        check(content["schema"], response.json_body)


def check(schema: dict[str, Any], value: Any) -> None:
    from jsonschema import Draft202012Validator

    whole = {"components": DOCUMENT["components"], **schema}
    Draft202012Validator(whole).validate(value)
