"""The API of officers: what lies on their desk, and what they decide."""

from chalice.app import Response

from chalicelib.bootstrap import services
from chalicelib.domain.complaint import owner_key
from chalicelib.domain.errors import Refusal
from chalicelib.services.decision_kinds import AnyDecision
from chalicelib.services.decisions import request_for
from chalicelib.web import limits, schemas
from chalicelib.web.citizen_api import PAGE
from chalicelib.web.operations import Api, Call, answer, etag

api = Api(__name__)
blueprint = api.blueprint


@api.operation(
    "GET",
    "/api/v1/inbox",
    answer=schemas.SummaryPage,
    query=("cursor",),
    refusals=("bad_cursor", "not_your_role"),
)
def read_inbox(call: Call) -> Response:
    """List what lies on the officer's desk, the nearest deadline first."""
    officer = call.person.officer
    if officer is None:
        raise Refusal("not_your_role")
    desk = owner_key(officer.region, officer.role, officer.agency, officer.unit)
    return answer(schemas.SummaryPage.of(services().reading.inbox(desk, PAGE, call.query("cursor"))))


@api.operation(
    "POST",
    "/api/v1/complaints/{ticket}/decisions",
    answer=schemas.Receipt,
    keyed="optional",
    tagged=True,
    refusals=(
        "unknown_decision",
        "unknown_ticket",
        "ticket_mistyped",
        "not_your_complaint",
        "not_your_step",
        "step_is_done",
        "already_accepted",
        "already_closed",
        "too_many_answers",
        "unknown_agency",
        "agency_unstaffed",
        "unknown_category",
        "upload_missing",
        "file_type",
        "file_lies",
        "file_too_large",
        "key_reused",
        "stale",
    ),
)
def decide(call: Call, ticket: str, body: AnyDecision) -> Response:
    """Decide upon the state named by ``If-Match``. The same decision twice happens once."""
    actor = call.person.actor
    asked = request_for(actor, ticket, body, tag=call.tag(), key=call.optional_idempotency_key())
    with limits.counting_missed_tickets(call.person):
        complaint = services().deciding.decide_on(ticket, body, asked)
    return answer(schemas.Receipt.of(complaint), ETag=etag(complaint.tag))
