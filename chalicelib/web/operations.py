"""An operation of the API: one decorator routes it, guards it, and describes it for the OpenAPI document."""

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
from chalicelib.domain.values.ticket import TicketError, normalise
from chalicelib.services.complaints.decision_requests import AnyDecision
from chalicelib.services.complaints.decisions import parse
from chalicelib.services.staff.accounts import Person
from chalicelib.web import problems, session

Handler = Callable[..., Response]

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_TAG = re.compile(r'(?:W/)?"([a-z0-9.-]{1,80})"|([a-z0-9.-]{1,80})')


@dataclass(frozen=True)
class ApiCall:
    """One request, as a handler needs it."""

    request: Request
    asking: Person | None

    @property
    def person(self) -> Person:
        """Who asks; ``Refusal("signed_out")`` where nobody is signed in."""
        if self.asking is None:
            raise Refusal("signed_out")
        return self.asking

    def query(self, name: str) -> str | None:
        """The value of a query parameter."""
        given = self.request.query_params
        return given.get(name) if given else None

    def idempotency_key(self) -> str:
        """The caller's name for this request; ``Refusal`` where it has none that can be used."""
        key = str(self.request.headers.get("idempotency-key", "")).strip()
        if not _KEY.fullmatch(key):
            raise Refusal("idempotency_key_missing")
        return key

    def optional_idempotency_key(self) -> str | None:
        """The same where it is not needed."""
        return self.idempotency_key() if "idempotency-key" in self.request.headers else None

    def optional_tag(self) -> str | None:
        """The state a decision is made upon, from ``If-Match``; ``Refusal`` where it names none (``*``)."""
        given = self.request.headers.get("if-match")
        if given is None:
            return None
        match = _TAG.fullmatch(str(given).strip())
        if match is None:
            raise Refusal("tag_missing")
        return match[1] or match[2]


@dataclass(frozen=True)
class Operation:
    """What the OpenAPI document says about one method of one path.

    ``body`` and ``answer`` are pydantic types; ``keyed`` says whether ``Idempotency-Key`` is "required" or
    "optional"; ``refusals`` are the codes a caller should be ready for beside those every operation has.
    """

    method: str
    path: str
    name: str
    summary: str
    status: int
    response: type[BaseModel] | None
    body: Any
    signed_in: bool
    keyed: str | None
    tagged: bool
    query: tuple[str, ...]
    refusals: tuple[str, ...]


class Api:
    """A group of operations and the Chalice blueprint that serves them."""

    def __init__(self, import_name: str) -> None:
        self.blueprint = Blueprint(import_name)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        response: type[BaseModel] | None = None,
        **said: Any,
    ) -> Callable[[Handler], Handler]:
        """Serve a handler at a path. It gets a ``Call``, a ``body`` of its annotated type where it has one,
        and the path's blanks; whatever it raises becomes a problem.
        """

        def register(handler: Handler) -> Handler:
            body = get_type_hints(handler).get("body")
            described = {
                "signed_in": True,
                "keyed": None,
                "tagged": False,
                "query": (),
                "refusals": (),
            } | said
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    name=handler.__name__,
                    summary=inspect.cleandoc(handler.__doc__ or "").partition("\n")[0],
                    status=status,
                    response=response,
                    body=body,
                    **described,
                )
            )
            served = self._guarded(handler, body, signed_in=bool(described["signed_in"]))
            # No content types: Chalice would refuse others with an error that is no problem+json.
            self.blueprint.route(path, methods=[method], name=handler.__name__, content_types=[])(served)
            return handler

        return register

    def _guarded(self, handler: Handler, body: Any, *, signed_in: bool) -> Handler:
        @wraps(handler)
        def serve(**blanks: str) -> Response:
            request = self.blueprint.current_request
            try:
                call = ApiCall(request, session.require_person(request) if signed_in else None)
                given = {"body": _read(body, request)} if body else {}
                return handler(call, **given, **_whole(blanks))
            except Exception as error:  # noqa: BLE001 - no error leaves in Chalice's own form
                return problems.respond(error, request)

        return serve


def to_response(model: BaseModel | None, status: int = 200, **headers: str | list[str]) -> Response:
    """A response in JSON, or without a body. Header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if model is None:
        return Response(body="", status_code=status, headers=named)
    named["Content-Type"] = "application/json"
    return Response(body=model.model_dump(mode="json"), status_code=status, headers=named)


def format_etag(tag: str) -> str:
    """A complaint's tag as a header has it."""
    return f'"{tag}"'


def _read(body: Any, request: Request) -> Any:
    given = _json_object(request)
    return parse(given) if body == AnyDecision else body.model_validate(given)


def _json_object(request: Request) -> dict[str, Any]:
    # The type must be said: a page of another site can send anything else with our cookie, but not this.
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal("wrong_content_type")
    try:
        given = json.loads(request.raw_body)
    except (ValueError, RecursionError):
        raise Refusal("not_json") from None
    if not isinstance(given, dict):
        raise Refusal("not_json")
    return given


def _whole(blanks: Mapping[str, str]) -> dict[str, str]:
    """The path's blanks, with a ticket in the form it is kept in, however it was typed."""
    if "ticket" not in blanks:
        return dict(blanks)
    try:
        return {**blanks, "ticket": normalise(blanks["ticket"][:40])}
    except TicketError:
        raise Refusal("ticket_mistyped") from None
