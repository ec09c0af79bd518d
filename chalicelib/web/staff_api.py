"""The API of officers: their inbox."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.state import owner_key
from chalicelib.domain.values.errors import Refusal
from chalicelib.web import schemas
from chalicelib.web.citizen_api import PAGE_SIZE
from chalicelib.web.operations import Api, ApiCall, to_response

api = Api(__name__)
blueprint = api.blueprint


@api.serve(
    "GET",
    "/api/v1/inbox",
    response=schemas.SummaryPage,
    query=("cursor",),
    refusals=("bad_cursor", "not_your_role"),
)
def read_inbox(call: ApiCall) -> Response:
    """List the complaints that wait for the officer, the nearest deadline first."""
    officer = call.person.officer
    if officer is None:
        raise Refusal("not_your_role")
    owner = owner_key(officer.region, officer.role, officer.agency, officer.unit)
    page = application().reader.inbox(owner, PAGE_SIZE, call.get_query("cursor"))
    return to_response(schemas.SummaryPage.of(page))
