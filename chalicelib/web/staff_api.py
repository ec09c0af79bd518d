"""The API of officers: what lies on their desk."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.state import owner_key
from chalicelib.domain.values.errors import Refusal
from chalicelib.web import schemas
from chalicelib.web.citizen_api import PAGE
from chalicelib.web.operations import Api, ApiCall, to_response

api = Api(__name__)
blueprint = api.blueprint


@api.operation(
    "GET",
    "/api/v1/inbox",
    response=schemas.SummaryPage,
    query=("cursor",),
    refusals=("bad_cursor", "not_your_role"),
)
def read_inbox(call: ApiCall) -> Response:
    """List what lies on the officer's desk, the nearest deadline first."""
    officer = call.person.officer
    if officer is None:
        raise Refusal("not_your_role")
    desk = owner_key(officer.region, officer.role, officer.agency, officer.unit)
    return to_response(schemas.SummaryPage.of(application().reader.inbox(desk, PAGE, call.query("cursor"))))
