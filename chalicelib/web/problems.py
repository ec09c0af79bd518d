"""What went wrong, as RFC 9457 says it: a stable type, and sentences in the caller's language.

``STATUS`` is the one table from a refusal's code to its HTTP status; ``refusals.<code>`` in the text
catalogues has the sentences. Pages use ``problem_of`` for the same status and sentences in HTML.
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

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[str, int] = {
    # The request itself
    "not_json": 400,
    "idempotency_key_missing": 400,
    "bad_cursor": 400,
    "signed_out": 401,
    "wrong_password": 401,
    "not_found": 404,
    "method_not_allowed": 405,
    "wrong_content_type": 415,
    "invalid": 422,
    "key_reused": 422,
    "tag_missing": 428,
    "stale": 412,
    "too_often": 429,
    "too_many_tries": 429,
    "unforeseen": 500,
    "busy": 503,
    # Whose it is
    "form_expired": 403,
    "not_confirmed": 403,
    "not_your_complaint": 403,
    "not_your_role": 403,
    "not_your_step": 403,
    "off_duty": 403,
    "ticket_mistyped": 404,
    "unknown_ticket": 404,
    "unknown_procedure": 404,
    "link_still_good": 409,
    "link_unknown": 404,
    "link_expired": 410,
    "link_moved": 410,
    "bundle_unknown": 404,
    "bundle_expired": 410,
    "bundle_replaced": 410,
    # How the complaint stands
    "already_accepted": 409,
    "already_closed": 409,
    "calendar_changed": 409,
    "calendar_unchanged": 409,
    "asked_too_often": 409,
    "decided_by_coordinator": 409,
    "has_duplicates": 409,
    "items_asked_before": 409,
    "not_closed": 409,
    "not_in_this_step": 409,
    "not_referred": 409,
    "not_verified_yet": 409,
    "parent_is_duplicate": 409,
    "parent_unanswered": 409,
    "reporter_withdrew": 409,
    "step_is_done": 409,
    "too_late_to_reopen": 409,
    "too_many_duplicates": 409,
    "too_many_links": 409,
    "too_many_notes": 409,
    "too_many_answers": 409,
    "too_many_replies": 409,
    "login_taken": 409,
    # What was given
    "about_inspectorate": 422,
    "agency_succeeded": 422,
    "bad_login": 422,
    "code_expired": 422,
    "date_passed": 422,
    "date_too_far": 422,
    "earlier_missing": 422,
    "earlier_unanswered": 422,
    "day_out_of_range": 422,
    "file_lies": 422,
    "file_too_large": 422,
    "file_type": 422,
    "goes_to_inspectorate": 422,
    "inspectorate_unstaffed": 422,
    "missing_details": 422,
    "missing_document": 422,
    "missing_identity": 422,
    "missing_photo": 422,
    "missing_place": 422,
    "missing_time": 422,
    "name_missing": 422,
    "nobody_at_inspectorate": 422,
    "nothing_asked": 422,
    "nothing_given": 422,
    "other_region_link_only": 422,
    "own_duplicate": 422,
    "place_half": 422,
    "place_outside": 422,
    "place_swapped": 422,
    "proof_missing": 422,
    "protects_from_inspectorate": 422,
    "received_later": 422,
    "received_long_ago": 422,
    "region_not_ready": 422,
    "same_region": 422,
    "scan_missing": 422,
    "text_empty": 422,
    "text_too_long": 422,
    "too_many_files": 422,
    "too_many_supporters": 422,
    "unit_missing": 422,
    "unknown_agency": 422,
    "agency_unstaffed": 422,
    "unknown_category": 422,
    "unknown_decision": 422,
    "unknown_other_ticket": 422,
    "unknown_region": 422,
    "unknown_unit": 422,
    "upload_missing": 422,
    "weak_password": 422,
    "wrong_code": 422,
    "month_unknown": 422,
    "year_out_of_range": 422,
}
"""400 is for what cannot be read, 422 for what can be and is not right, 409 for what came too late.

``key_reused`` is 422 as in the IETF's draft on ``Idempotency-Key``: repeating it will never succeed.
"""

_OF_CHALICE = {404: "not_found", 405: "method_not_allowed", 415: "wrong_content_type"}

_RETRY_AFTER = {"too_often": 60, "too_many_tries": 300, "busy": 2}
"""Seconds to wait where the refusal does not tell."""

_POINTERS: Mapping[str, str] = {
    "bad_login": "#/login",
    "name_missing": "#/name",
    "weak_password": "#/password",
    "wrong_code": "#/code",
    "code_expired": "#/code",
    "day_out_of_range": "#/day",
    "missing_photo": "#/uploads",
    "too_many_files": "#/uploads",
    "upload_missing": "#/uploads",
    "file_lies": "#/uploads",
    "file_too_large": "#/uploads",
    "file_type": "#/uploads",
    "missing_place": "#/place",
    "place_half": "#/place",
    "place_outside": "#/place",
    "place_swapped": "#/place",
    "unknown_agency": "#/agency",
    "agency_unstaffed": "#/agency",
    "unknown_category": "#/category",
    "unknown_decision": "#/decision",
    "unknown_region": "#/region",
    "region_not_ready": "#/region",
    "same_region": "#/region",
    "agency_succeeded": "#/agency",
    "goes_to_inspectorate": "#/agency",
    "about_inspectorate": "#/about_agency",
    "inspectorate_unstaffed": "#/about_agency",
    "nobody_at_inspectorate": "#/confidential",
    "protects_from_inspectorate": "#/confidential",
    "too_many_supporters": "#/supporters",
    "unknown_unit": "#/unit",
    "unit_missing": "#/unit",
    "earlier_missing": "#/earlier",
    "earlier_unanswered": "#/earlier",
    "other_region_link_only": "#/parent",
    "parent_is_duplicate": "#/parent",
    "parent_unanswered": "#/parent",
    "too_many_duplicates": "#/parent",
    "nothing_asked": "#/missing",
    "missing_details": "#/text",
    "missing_identity": "#/text",
    "missing_time": "#/text",
    "missing_document": "#/uploads",
    "proof_missing": "#/uploads",
    "scan_missing": "#/uploads",
    "received_later": "#/received_at",
    "received_long_ago": "#/received_at",
}
"""The field a refusal is about, as a JSON pointer into the request's body."""


@dataclass(frozen=True)
class FieldError:
    """One field that is not right: a JSON pointer (as a URI fragment) and a sentence."""

    pointer: str
    detail: str


@dataclass(frozen=True)
class Problem:
    """What to answer, and what to say about it. ``retry_after`` is in seconds."""

    code: str
    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    retry_after: int | None = None
    tag: str | None = None

    def response(self, request_id: str | None = None) -> Response:
        """As ``application/problem+json``."""
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


def problem_of(error: Exception, language: Language) -> Problem:
    """The problem that tells of an error; anything that people cannot cause is ``unforeseen`` (500)."""
    match error:
        case Refusal(code=code, details=details):
            return _refused(code, details, language)
        case Stale():
            return _problem("stale", language, tag=str(error) or None)
        case Conflict():
            return _refused("busy", {}, language)
        case ValidationError():
            return _problem("invalid", language, errors=field_errors(error, language))
        case _:
            return _problem("unforeseen", language)


def respond(error: Exception, request: Request) -> Response:
    """The answer to a request that failed, as problem+json. An unforeseen error is logged, without its words:
    they may hold personal data.
    """
    problem = problem_of(error, language_of(request))
    if problem.status == 500:
        log_unforeseen(error, request)
    return problem.response(request_id_of(request))


def as_problem(status: int, request: Request) -> Response:
    """The problem that stands for an error which Chalice answered by itself."""
    code = _OF_CHALICE.get(status, "unforeseen")
    return _problem(code, language_of(request)).response(request_id_of(request))


def log_unforeseen(error: Exception, request: Request) -> None:
    """Write down where an error came from, and which request it was."""
    log_failure(
        "unforeseen error",
        error,
        method=request.method,
        resource=request.path,
        request=request_id_of(request),
    )


def field_errors(error: ValidationError, language: Language) -> tuple[FieldError, ...]:
    """Each fault that pydantic found, with the place in the body and a sentence in this language."""
    return tuple(
        FieldError(_pointer(fault["loc"]), _sentence(fault, language))
        for fault in error.errors(include_input=False, include_url=False)
    )


def language_of(request: Request) -> Language:
    """What the caller reads: ``?lang=``, the cookie ``lang``, ``Accept-Language``; else Indonesian."""
    query = request.query_params
    wanted = [query.get("lang") if query else None, read_cookie(request, "lang"), *_accepted(request)]
    return next((known for each in wanted for known in LANGUAGES if each == known), LANGUAGES[0])


def request_id_of(request: Request) -> str | None:
    """The gateway's number of the request: what a caller tells us and what the log has."""
    return request.context.get("requestId")


def _refused(code: str, details: Mapping[str, str], language: Language) -> Problem:
    pointer = f"#/{details['field']}" if "field" in details else _POINTERS.get(code)
    seconds = details.get("seconds") or _RETRY_AFTER.get(code)
    problem = _problem(code, language, details, retry_after=int(seconds) if seconds else None)
    return replace(problem, errors=(FieldError(pointer, problem.detail),)) if pointer else problem


def _problem(code: str, language: Language, blanks: Mapping[str, str] | None = None, **more: Any) -> Problem:
    given = blanks or {}
    return Problem(
        code=code,
        status=STATUS[code],
        title=get_text(language, f"refusals.{code}.title", **given),
        detail=get_text(language, f"refusals.{code}.detail", **given),
        **more,
    )


def _pointer(location: tuple[int | str, ...]) -> str:
    return "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in location)


def _sentence(fault: ErrorDetails, language: Language) -> str:
    blanks = {name: str(value).replace(" or ", ", ") for name, value in fault.get("ctx", {}).items()}
    key = f"validation.{fault['type']}"
    return get_text(language, key if has_text(key) else "validation.other", **blanks)


def _accepted(request: Request) -> list[str]:
    """The languages of ``Accept-Language``, the most wanted first, without their regions."""
    weighed = []
    for part in request.headers.get("accept-language", "")[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        weighed.append((-_weight(weight), name.partition("-")[0].lower()))
    return [name for _, name in sorted(weighed, key=lambda pair: pair[0])]


def _weight(written: str) -> float:
    try:
        return float(written) if written else 1.0
    except ValueError:
        return 0.0
