"""The OpenAPI 3.1 document, built from the operations themselves and their pydantic types."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from chalice.app import Response
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib.bootstrap import application
from chalicelib.domain.values.value import Value
from chalicelib.services.complaints.decision_inputs import DecisionInput, list_inputs
from chalicelib.web.api import accounts, complaints, decisions, public
from chalicelib.web.api.operations import Api, ApiCall, Operation
from chalicelib.web.problems import MEDIA_TYPE
from chalicelib.web.refusals import REFUSALS
from chalicelib.web.session import SESSION_COOKIE

VERSION = "1.0.0"
"""The version of the API; its first part is the one in the paths."""

api = Api(__name__)

_JSON = "application/json"
_PLACEHOLDER = re.compile(r"{(\w+)}")
_DESCRIPTIONS: Mapping[str, str] = {
    "ticket": "The complaint's number, in capital or small letters, with or without its dash",
    "name": "The file's name, as the complaint lists it",
    "slug": "The region's name in addresses",
    "procedure_id": "The procedure's id, as its region names it",
    "lang": "The language, id or en; without it, the language that the caller prefers",
    "cursor": "Where the list continues, from the part before",
    "year": "The year, in four digits; without it, the region's current year",
    "day": "The day, as 2026-11-23",
    "deep": "1 to check the database table too",
}

Schema = dict[str, Any]


class FieldProblem(Value):
    """One field that is wrong."""

    pointer: str
    detail: str


class ProblemOut(Value):
    """An error in the form of RFC 9457. ``instance`` is the request's number, ``errors`` the wrong fields."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[FieldProblem, ...] = ()


@api.serve("GET", "/openapi.json", signed_in=False)
def read_openapi(_: ApiCall) -> Response:
    """Read this OpenAPI document."""
    body = build_document(application().public_url)
    return Response(body=body, headers={"Content-Type": _JSON, "Cache-Control": "public, max-age=300"})


def list_operations() -> list[Operation]:
    """Return every operation of the API."""
    groups = (accounts.api, complaints.api, decisions.api, public.api, api)
    return [operation for group in groups for operation in group.operations]


@cache
def build_document(public_url: str) -> Schema:
    """Return the document; it is built on the first request."""
    refs, components = _build_schemas()
    paths: dict[str, Schema] = {}
    for operation in list_operations():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tuntas",
            "version": VERSION,
            "summary": "Carries a public complaint through a government's own procedure, to the end.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
            },
        },
    }


def _build_schemas() -> tuple[Mapping[Any, Schema], Schema]:
    """Return a reference to each type's schema by type, and the schemas by name."""
    types: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ProblemOut, "serialization")]
    for operation in list_operations():
        types += [(model, "validation") for model in _list_models(operation.body)]
        types += [(model, "serialization") for model in _list_models(operation.response)]
    references, definitions = models_json_schema(
        list(dict.fromkeys(types)), ref_template="#/components/schemas/{model}"
    )
    return {model: ref for (model, _), ref in references.items()}, definitions["$defs"]


def _list_models(annotation: Any) -> tuple[type[BaseModel], ...]:
    """Return the models of a body or a response: none, one, or one for each decision."""
    if annotation is DecisionInput:
        return tuple(list_inputs().values())
    return (annotation,) if annotation else ()


def _describe(operation: Operation, refs: Mapping[Any, Schema]) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _list_parameters(operation),
        "responses": _list_responses(operation, refs),
    }
    if operation.signed_in:
        described["security"] = [{"bearer": []}, {"cookie": []}]
    if operation.body:
        described["requestBody"] = {
            "required": True,
            "content": {_JSON: {"schema": _refer_to(_list_models(operation.body), refs)}},
        }
    return described


def _refer_to(models: tuple[type[BaseModel], ...], refs: Mapping[Any, Schema]) -> Schema:
    if len(models) == 1:
        return refs[models[0]]
    mapping = {model.model_fields["decision"].default: refs[model]["$ref"] for model in models}
    return {
        "oneOf": [refs[model] for model in models],
        "discriminator": {"propertyName": "decision", "mapping": mapping},
    }


def _list_parameters(operation: Operation) -> list[Schema]:
    parameters = [
        _build_parameter(name, "path", _DESCRIPTIONS[name]) for name in _PLACEHOLDER.findall(operation.path)
    ]
    parameters += [
        _build_parameter(name, "query", _DESCRIPTIONS[name], required=False) for name in operation.query
    ]
    if operation.keyed:
        description = "The caller's own name for this request: if it is sent twice, it is carried out once"
        needed = operation.keyed == "required"
        parameters.append(
            _build_parameter("Idempotency-Key", "header", description, required=needed, longest=200)
        )
    if operation.tagged:
        description = "The ETag that the decision is made for; a decision that ends no step does not need it"
        parameters.append(_build_parameter("If-Match", "header", description, required=False))
    return parameters


def _build_parameter(
    name: str, place: str, description: str, *, required: bool = True, longest: int = 400
) -> Schema:
    return {
        "name": name,
        "in": place,
        "description": description,
        "required": required,
        "schema": {"type": "string", "maxLength": longest},
    }


def _list_responses(operation: Operation, refs: Mapping[Any, Schema]) -> dict[str, Schema]:
    good: Schema = {"description": operation.summary}
    if operation.response:
        good["content"] = {_JSON: {"schema": refs[operation.response]}}
    responses = {str(operation.status): good}
    problem = {MEDIA_TYPE: {"schema": refs[ProblemOut]}}
    for code in sorted(_list_codes(operation), key=lambda code: (REFUSALS[code].status, code)):
        response = responses.setdefault(str(REFUSALS[code].status), {"description": "", "content": problem})
        response["description"] += f", {code}" if response["description"] else code
    return responses


def _list_codes(operation: Operation) -> set[str]:
    """Return the refusals that a caller should expect."""
    codes = {"unforeseen", *operation.refusals}
    if operation.signed_in:
        codes.add("signed_out")
    if operation.body is DecisionInput:
        codes |= {code for model in list_inputs().values() for code in model.declaration.refusals}
    if operation.body:
        codes |= {"not_json", "wrong_content_type", "invalid", "busy"}
    if operation.keyed:
        codes |= {"idempotency_key_missing", "key_reused"}
    if operation.tagged:
        codes |= {"tag_missing", "stale"}
    return codes
