"""The API of decisions: everything that anybody signed in may decide about a complaint."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.services.complaints.decision_requests import AnyDecision, NotSatisfied, Reply, Satisfied
from chalicelib.services.complaints.decisions import create_request
from chalicelib.web import limits
from chalicelib.web.api.complaint_schemas import NewReply, NewVerdict, Receipt
from chalicelib.web.api.operations import Api, ApiCall, format_etag, to_response

api = Api(__name__)

_WHOSE = ("unknown_ticket", "ticket_mistyped", "not_your_complaint", "not_your_role", "not_your_step")
_STANDS = (
    "already_accepted",
    "already_closed",
    "asked_too_often",
    "decided_by_coordinator",
    "has_duplicates",
    "items_asked_before",
    "not_closed",
    "not_in_this_step",
    "not_referred",
    "not_verified_yet",
    "parent_is_duplicate",
    "parent_unanswered",
    "reporter_withdrew",
    "step_is_done",
    "too_late_to_reopen",
    "too_many_answers",
    "too_many_duplicates",
    "too_many_links",
    "too_many_notes",
    "too_many_replies",
)
_GIVEN = (
    "agency_succeeded",
    "agency_unstaffed",
    "date_passed",
    "date_too_far",
    "earlier_missing",
    "earlier_unanswered",
    "goes_to_inspectorate",
    "missing_details",
    "missing_document",
    "missing_identity",
    "missing_photo",
    "missing_place",
    "missing_time",
    "nobody_at_inspectorate",
    "nothing_asked",
    "nothing_given",
    "other_region_link_only",
    "own_duplicate",
    "place_half",
    "place_outside",
    "place_swapped",
    "proof_missing",
    "protects_from_inspectorate",
    "region_not_ready",
    "same_region",
    "too_many_supporters",
    "unit_missing",
    "unknown_agency",
    "unknown_category",
    "unknown_decision",
    "unknown_other_ticket",
    "unknown_region",
    "unknown_unit",
)
_UPLOADS = ("upload_missing", "file_type", "file_lies", "file_too_large")


@api.serve(
    "POST",
    "/api/v1/complaints/{ticket}/decisions",
    response=Receipt,
    keyed="optional",
    tagged=True,
    refusals=(*_WHOSE, *_STANDS, *_GIVEN, *_UPLOADS, "too_often"),
)
def decide(call: ApiCall, ticket: str, body: AnyDecision) -> Response:
    """Decide, where it takes a turn upon the state named by ``If-Match``. The same twice happens once."""
    return _decided(call, ticket, body, call.get_tag(), call.get_idempotency_key(), 200)


@api.serve(
    "POST",
    "/api/v1/complaints/{ticket}/replies",
    status=201,
    response=Receipt,
    keyed="required",
    refusals=(*_WHOSE, "already_closed", "too_many_replies", "too_often"),
)
def reply(call: ApiCall, ticket: str, body: NewReply) -> Response:
    """Write to the complaint, as its reporter or as the region's admin."""
    return _decided(call, ticket, Reply(text=body.text), None, call.require_idempotency_key(), 201)


@api.serve(
    "POST",
    "/api/v1/complaints/{ticket}/verdicts",
    status=201,
    response=Receipt,
    keyed="required",
    refusals=(
        *_WHOSE,
        "step_is_done",
        "already_closed",
        "too_many_answers",
        "too_many_replies",
        "too_often",
    ),
)
def judge(call: ApiCall, ticket: str, body: NewVerdict) -> Response:
    """Say whether the answer satisfies."""
    verdict = Satisfied() if body.reason is None else NotSatisfied(reason=body.reason)
    return _decided(call, ticket, verdict, None, call.require_idempotency_key(), 201)


def _decided(
    call: ApiCall, ticket: str, decision: AnyDecision, tag: str | None, key: str | None, status: int
) -> Response:
    if not decision.needs_tag:
        limits.limit_account("reply", call.person)
    asked = create_request(call.person.actor, ticket, decision, tag=tag, key=key)
    with limits.limit_missed_tickets(call.person):
        complaint = application().decisions.decide(ticket, decision, asked)
    return to_response(Receipt.of(complaint), status, ETag=format_etag(complaint.tag))
