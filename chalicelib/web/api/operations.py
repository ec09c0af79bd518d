"""The operations of the API: one decorator serves a handler, guards it, and describes it for OpenAPI."""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, get_type_hints

from chalice.app import Blueprint, Request, Response
from pydantic import BaseModel

from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.decision_inputs import DecisionInput, parse_decision
from chalicelib.services.staff.accounts import Person
from chalicelib.web import problems, session
from chalicelib.web.tickets import normalise_ticket

Handler = Callable[..., Response]

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_TAG = re.compile(r'(?:W/)?"([a-z0-9.-]{1,80})"|([a-z0-9.-]{1,80})')


@dataclass(frozen=True)
class ApiCall:
    """One request, as a handler needs it."""

    request: Request
    signed_in_person: Person | None

    @property
    def person(self) -> Person:
        """Return who is signed in; raise ``Refusal("signed_out")`` if nobody is."""
        if self.signed_in_person is None:
            raise Refusal("signed_out")
        return self.signed_in_person

    def get_query(self, name: str) -> str | None:
        """Return the value of a query parameter."""
        params = self.request.query_params
        return params.get(name) if params else None

    def require_idempotency_key(self) -> str:
        """Return the caller's name for this request; raise ``Refusal`` if it is missing or unusable."""
        key = str(self.request.headers.get("idempotency-key", "")).strip()
        if not _KEY.fullmatch(key):
            raise Refusal("idempotency_key_missing")
        return key

    def get_idempotency_key(self) -> str | None:
        """Return the caller's name for this request, if it has one."""
        return self.require_idempotency_key() if "idempotency-key" in self.request.headers else None

    def get_tag(self) -> str | None:
        """Return the state that a decision is made for, from ``If-Match``.

        Raises ``Refusal`` if the header names no state (``*``).
        """
        header = self.request.headers.get("if-match")
        if header is None:
            return None
        match = _TAG.fullmatch(str(header).strip())
        if match is None:
            raise Refusal("tag_missing")
        return match[1] or match[2]


@dataclass(frozen=True)
class Operation:
    """The description of one method of one path, for the OpenAPI document.

    ``body`` and ``response`` are pydantic types. ``keyed`` says whether ``Idempotency-Key`` is "required" or
    "optional". ``refusals`` are the codes to expect, besides those that every operation has.
    """

    method: str
    path: str
    name: str
    summary: str
    body: Any
    status: int = 200
    response: type[BaseModel] | None = None
    signed_in: bool = True
    keyed: str | None = None
    tagged: bool = False
    query: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


class Api:
    """A group of operations and the Chalice blueprint that serves them."""

    def __init__(self, import_name: str) -> None:
        self.blueprint = Blueprint(import_name)
        self.operations: list[Operation] = []

    def serve(self, method: str, path: str, **description: Any) -> Callable[[Handler], Handler]:
        """Serve a handler at a path; ``description`` has fields of ``Operation``.

        The handler gets an ``ApiCall``, a ``body`` of its annotated type if it has one, and the values in the
        path. Every error it raises becomes a problem.
        """

        def register(handler: Handler) -> Handler:
            operation = Operation(
                method=method,
                path=path,
                name=handler.__name__,
                summary=inspect.cleandoc(handler.__doc__ or "").partition("\n")[0],
                body=get_type_hints(handler).get("body"),
                **description,
            )
            self.operations.append(operation)
            guarded = self._guard(handler, operation)
            # No content types: Chalice would refuse others with an error that is no problem+json.
            self.blueprint.route(path, methods=[method], name=operation.name, content_types=[])(guarded)
            return handler

        return register

    def _guard(self, handler: Handler, operation: Operation) -> Handler:
        @wraps(handler)
        def serve(**values: str) -> Response:
            request = self.blueprint.current_request
            try:
                call = ApiCall(request, session.require_person(request) if operation.signed_in else None)
                arguments = {"body": _read_body(operation.body, request)} if operation.body else {}
                return handler(call, **arguments, **_normalise_path_values(values))
            except Exception as error:  # noqa: BLE001 - no error leaves in Chalice's own form
                return problems.respond(error, request)

        return serve


def to_response(model: BaseModel | None, status: int = 200, **headers: str | list[str]) -> Response:
    """Return a model as JSON, or no body. Header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if model is None:
        return Response(body="", status_code=status, headers=named)
    named["Content-Type"] = "application/json"
    return Response(body=model.model_dump(mode="json"), status_code=status, headers=named)


def format_etag(tag: str) -> str:
    return f'"{tag}"'


def _read_body(body: Any, request: Request) -> Any:
    fields = _read_json_object(request)
    return parse_decision(fields) if body is DecisionInput else body.model_validate(fields)


def _read_json_object(request: Request) -> dict[str, Any]:
    # The type is required: with our cookie, a page of another site can send every other type, but not this.
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal("wrong_content_type")
    try:
        value = json.loads(request.raw_body)
    except (ValueError, RecursionError):
        raise Refusal("not_json") from None
    if not isinstance(value, dict):
        raise Refusal("not_json")
    return value


def _normalise_path_values(values: Mapping[str, str]) -> dict[str, str]:
    """Return the path's values, with a ticket in its stored form, however it was typed."""
    if "ticket" not in values:
        return dict(values)
    return {**values, "ticket": normalise_ticket(values["ticket"][:40])}
