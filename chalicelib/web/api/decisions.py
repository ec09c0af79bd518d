"""The API of decisions: everything that anybody signed in may decide about a complaint."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.services.complaints.decision_inputs import DecisionInput, parse_decision
from chalicelib.services.complaints.decisions import create_request
from chalicelib.web import limits
from chalicelib.web.api.complaint_schemas import NewReply, NewVerdict, Receipt
from chalicelib.web.api.operations import Api, ApiCall, format_etag, to_response

api = Api(__name__)

_WHOSE = ("unknown_ticket", "ticket_mistyped", "not_your_complaint", "not_your_role", "not_your_step")
_UPLOADS = ("upload_missing", "file_type", "file_type_mismatch", "file_too_large")


@api.serve(
    "POST",
    "/api/v1/complaints/{ticket}/decisions",
    response=Receipt,
    keyed="optional",
    tagged=True,
    refusals=(*_WHOSE, "step_is_done", "already_closed", "unknown_decision", *_UPLOADS, "too_often"),
)
def decide(call: ApiCall, ticket: str, body: DecisionInput) -> Response:
    """Decide, on the state named by ``If-Match`` where it takes a turn. The same twice happens once."""
    return _decide(call, ticket, body, call.get_tag(), call.get_idempotency_key(), 200)


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
    return _decide(
        call,
        ticket,
        parse_decision({"decision": "reply", "text": body.text}),
        None,
        call.require_idempotency_key(),
        201,
    )


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
    satisfied = {"decision": "satisfied"}
    disputed = {"decision": "not_satisfied", "reason": body.reason}
    verdict = parse_decision(satisfied if body.reason is None else disputed)
    return _decide(call, ticket, verdict, None, call.require_idempotency_key(), 201)


def _decide(
    call: ApiCall, ticket: str, decision: DecisionInput, tag: str | None, key: str | None, status: int
) -> Response:
    if not decision.declaration.takes_turn:
        limits.limit_account("reply", call.person)
    request = create_request(call.person.actor, ticket, decision, tag=tag, key=key)
    with limits.limit_missed_tickets(call.person):
        complaint = application().decisions.decide(ticket, decision, request)
    return to_response(Receipt.of(complaint), status, ETag=format_etag(complaint.tag))
