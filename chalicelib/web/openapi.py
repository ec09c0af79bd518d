"""The OpenAPI 3.1 document, made from the operations themselves and their pydantic types."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from chalice.app import Response
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib.bootstrap import application
from chalicelib.web import citizen_api, decision_api, public_api, schemas, staff_api
from chalicelib.web.operations import Api, ApiCall, Operation
from chalicelib.web.problems import MEDIA_TYPE, STATUS
from chalicelib.web.session import SESSION_COOKIE

VERSION = "1.0.0"
"""Of the API: the first part is the one in its paths."""

api = Api(__name__)
blueprint = api.blueprint

_JSON = "application/json"
_BLANK = re.compile(r"{(\w+)}")
_SAID: Mapping[str, str] = {
    "ticket": "The complaint's number, in capital or small letters, with or without its dash",
    "name": "The file's name, as the complaint lists it",
    "slug": "The region's name in addresses",
    "procedure_id": "The procedure's id, as its region names it",
    "lang": "The language, id or en; without it what the caller prefers",
    "cursor": "Where the list goes on, as its part before says",
    "year": "The year, in four digits; without it the one that runs in the region",
    "day": "The day, as 2026-11-23",
    "deep": "1 to ask the table as well",
}

Schema = dict[str, Any]


@api.operation("GET", "/openapi.json", signed_in=False)
def read_openapi(_: ApiCall) -> Response:
    """Read this document."""
    body = document(application().public_url)
    return Response(body=body, headers={"Content-Type": _JSON, "Cache-Control": "public, max-age=300"})


def operations() -> list[Operation]:
    """Every operation of the API."""
    groups = (citizen_api.api, decision_api.api, staff_api.api, public_api.api, api)
    return [operation for group in groups for operation in group.operations]


@cache
def document(public_url: str) -> Schema:
    """The document; made when it is first asked for."""
    refs, components = _schemas()
    paths: dict[str, Schema] = {}
    for operation in operations():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, refs)
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


def _schemas() -> tuple[Mapping[Any, Schema], Schema]:
    """A reference to each type's schema by type, and the schemas."""
    types: list[tuple[type[BaseModel], JsonSchemaMode]] = [(schemas.ProblemOut, "serialization")]
    for operation in operations():
        types += [(model, "validation") for model in _models(operation.body)]
        types += [(model, "serialization") for model in _models(operation.response)]
    made, definitions = models_json_schema(
        list(dict.fromkeys(types)), ref_template="#/components/schemas/{model}"
    )
    return {model: ref for (model, _), ref in made.items()}, definitions["$defs"]


def _models(described: Any) -> tuple[type[BaseModel], ...]:
    """The models of a body or an answer: none, one, or those of a union."""
    return get_args(described) or ((described,) if described else ())


def _described(operation: Operation, refs: Mapping[Any, Schema]) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": _responses(operation, refs),
    }
    if operation.signed_in:
        described["security"] = [{"bearer": []}, {"cookie": []}]
    if operation.body:
        described["requestBody"] = {
            "required": True,
            "content": {_JSON: {"schema": _one_of(_models(operation.body), refs)}},
        }
    return described


def _one_of(models: tuple[type[BaseModel], ...], refs: Mapping[Any, Schema]) -> Schema:
    if len(models) == 1:
        return refs[models[0]]
    mapping = {model.model_fields["decision"].default: refs[model]["$ref"] for model in models}
    return {
        "oneOf": [refs[model] for model in models],
        "discriminator": {"propertyName": "decision", "mapping": mapping},
    }


def _parameters(operation: Operation) -> list[Schema]:
    found = [_parameter(name, "path", _SAID[name]) for name in _BLANK.findall(operation.path)]
    found += [_parameter(name, "query", _SAID[name], required=False) for name in operation.query]
    if operation.keyed:
        said = "The caller's own name for this request: the same request twice happens once"
        needed = operation.keyed == "required"
        found.append(_parameter("Idempotency-Key", "header", said, required=needed, longest=200))
    if operation.tagged:
        said = "The ETag the decision is made upon; one that takes no turn may do without"
        found.append(_parameter("If-Match", "header", said, required=False))
    return found


def _parameter(name: str, place: str, said: str, *, required: bool = True, longest: int = 400) -> Schema:
    return {
        "name": name,
        "in": place,
        "description": said,
        "required": required,
        "schema": {"type": "string", "maxLength": longest},
    }


def _responses(operation: Operation, refs: Mapping[Any, Schema]) -> dict[str, Schema]:
    good: Schema = {"description": operation.summary}
    if operation.response:
        good["content"] = {_JSON: {"schema": refs[operation.response]}}
    responses = {str(operation.status): good}
    problem = {MEDIA_TYPE: {"schema": refs[schemas.ProblemOut]}}
    for code in sorted(_codes(operation), key=lambda code: (STATUS[code], code)):
        response = responses.setdefault(str(STATUS[code]), {"description": "", "content": problem})
        response["description"] += f", {code}" if response["description"] else code
    return responses


def _codes(operation: Operation) -> set[str]:
    """The refusals a caller should be ready for."""
    codes = {"unforeseen", *operation.refusals}
    if operation.signed_in:
        codes.add("signed_out")
    if operation.body:
        codes |= {"not_json", "wrong_content_type", "invalid", "busy"}
    if operation.keyed:
        codes |= {"idempotency_key_missing", "key_reused"}
    if operation.tagged:
        codes |= {"tag_missing", "stale"}
    return codes
