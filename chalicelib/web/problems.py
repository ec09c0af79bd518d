"""Tell what went wrong, as RFC 9457 says it: a stable type, and sentences in the caller's language.

``refusals.py`` has the HTTP status of each refusal, ``refusals.<code>`` in the catalogues its sentences.
Pages use ``problem_of`` for the same status and sentences in HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalice.app import Request, Response
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Conflict, Refusal, Stale
from chalicelib.i18n.catalog import LANGUAGES, get_text, has_text
from chalicelib.i18n.dates import Language
from chalicelib.telemetry import log_failure
from chalicelib.web.cookies import read_cookie
from chalicelib.web.refusals import REFUSALS

MEDIA_TYPE = "application/problem+json"

_OF_CHALICE = {404: "not_found", 405: "method_not_allowed", 415: "wrong_content_type"}


@dataclass(frozen=True)
class FieldError:
    """One field that is not right: a JSON pointer (as a URI fragment) and a sentence."""

    pointer: str
    detail: str


@dataclass(frozen=True)
class Problem:
    """The answer to an error, and its words. ``retry_after`` is in seconds."""

    code: str
    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    retry_after: int | None = None
    tag: str | None = None

    def to_response(self, request_id: str | None = None) -> Response:
        """Return the response as ``application/problem+json``."""
        body: dict[str, Any] = {
            "type": f"{application().public_url}/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if request_id:
            body["instance"] = request_id
        if self.errors:
            body["errors"] = [{"pointer": each.pointer, "detail": each.detail} for each in self.errors]
        return Response(body=body, status_code=self.status, headers=self._headers())

    def _headers(self) -> dict[str, Any]:
        headers: dict[str, Any] = {"Content-Type": MEDIA_TYPE}
        if self.status == 401:
            # API Gateway renames this one to x-amzn-remapped-www-authenticate.
            headers["WWW-Authenticate"] = "Bearer"
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.tag is not None:
            headers["ETag"] = f'"{self.tag}"'
        return headers


def create_problem(error: Exception, language: Language) -> Problem:
    """Return the problem of an error; an error that people cannot cause is ``unforeseen`` (500)."""
    match error:
        case Refusal(code=code, details=details):
            return _create_refusal(code, details, language)
        case Stale():
            return _build_problem("stale", language, tag=str(error) or None)
        case Conflict():
            return _create_refusal("busy", {}, language)
        case ValidationError():
            return _build_problem("invalid", language, errors=list_field_errors(error, language))
        case _:
            return _build_problem("unforeseen", language)


def respond(error: Exception, request: Request) -> Response:
    """Return the problem of a request that failed; log an unforeseen error.

    The log has no message of the error, which may hold personal data.
    """
    problem = create_problem(error, find_language(request))
    if problem.status == 500:
        log_unforeseen(error, request)
    return problem.to_response(get_request_id(request))


def create_error_response(status: int, request: Request) -> Response:
    """Return the problem for an error that Chalice answered by itself."""
    code = _OF_CHALICE.get(status, "unforeseen")
    return _build_problem(code, find_language(request)).to_response(get_request_id(request))


def log_unforeseen(error: Exception, request: Request) -> None:
    """Log the place of an error and its request."""
    log_failure(
        "unforeseen error",
        error,
        method=request.method,
        resource=request.path,
        request=get_request_id(request),
    )


def list_field_errors(error: ValidationError, language: Language) -> tuple[FieldError, ...]:
    """Return pydantic's errors, each with its place in the body and a sentence in this language."""
    return tuple(
        FieldError(_to_pointer(fault["loc"]), _get_sentence(fault, language))
        for fault in error.errors(include_input=False, include_url=False)
    )


def find_language(request: Request) -> Language:
    """Return the language of ``?lang=``, the cookie ``lang`` or ``Accept-Language``, else Indonesian."""
    query = request.query_params
    wanted = [
        query.get("lang") if query else None,
        read_cookie(request, "lang"),
        *_list_accepted_languages(request),
    ]
    return next((language for name in wanted for language in LANGUAGES if name == language), LANGUAGES[0])


def get_request_id(request: Request) -> str | None:
    """Return the gateway's id of the request, which callers can report and the log has."""
    return request.context.get("requestId")


def _create_refusal(code: str, details: Mapping[str, str], language: Language) -> Problem:
    pointer = f"#/{details['field']}" if "field" in details else REFUSALS[code].pointer
    seconds = details.get("seconds") or REFUSALS[code].retry_after
    problem = _build_problem(code, language, details, retry_after=int(seconds) if seconds else None)
    return replace(problem, errors=(FieldError(pointer, problem.detail),)) if pointer else problem


def _build_problem(
    code: str, language: Language, blanks: Mapping[str, str] | None = None, **more: Any
) -> Problem:
    values = blanks or {}
    return Problem(
        code=code,
        status=REFUSALS[code].status,
        title=get_text(language, f"refusals.{code}.title", **values),
        detail=get_text(language, f"refusals.{code}.detail", **values),
        **more,
    )


def _to_pointer(location: tuple[int | str, ...]) -> str:
    return "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in location)


def _get_sentence(fault: ErrorDetails, language: Language) -> str:
    blanks = {name: str(value).replace(" or ", ", ") for name, value in fault.get("ctx", {}).items()}
    key = f"validation.{fault['type']}"
    return get_text(language, key if has_text(key) else "validation.other", **blanks)


def _list_accepted_languages(request: Request) -> list[str]:
    """Return the languages of ``Accept-Language`` without their regions, the most wanted first."""
    weighed = []
    for part in request.headers.get("accept-language", "")[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        weighed.append((-_parse_weight(weight), name.partition("-")[0].lower()))
    return [name for _, name in sorted(weighed, key=lambda pair: pair[0])]


def _parse_weight(written: str) -> float:
    try:
        return float(written) if written else 1.0
    except ValueError:
        return 0.0
