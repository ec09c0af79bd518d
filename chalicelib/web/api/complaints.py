"""The API of complaints: filing, listing and reading them, and their files."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.domain.audit.export import Export
from chalicelib.domain.complaint.state import format_owner_key
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.staff.accounts import Person
from chalicelib.services.views.models import ComplaintView
from chalicelib.web import limits
from chalicelib.web.api.complaint_schemas import (
    ComplaintOut,
    NewComplaint,
    NewUpload,
    Receipt,
    SummaryPage,
    UploadForm,
)
from chalicelib.web.api.operations import Api, ApiCall, format_etag, to_response

PAGE_SIZE = 20
"""Complaints in one part of a list."""

api = Api(__name__)

_UPLOADS = ("upload_missing", "file_type", "file_type_mismatch", "file_too_large")


@api.serve("POST", "/api/v1/uploads", status=201, response=UploadForm, refusals=("file_type", "too_often"))
def ask_for_upload(call: ApiCall, body: NewUpload) -> Response:
    """Get a form to post one file of at most 10 MB."""
    limits.limit_account("upload", call.person)
    form = application().files.create_upload_form(body.media_type, None)
    return to_response(UploadForm.model_validate(form), 201)


@api.serve(
    "POST",
    "/api/v1/complaints",
    status=201,
    response=Receipt,
    keyed="required",
    refusals=(
        "unknown_region",
        "unknown_category",
        "coordinates_incomplete",
        "place_outside",
        "place_swapped",
        "missing_place",
        "missing_photo",
        "scan_missing",
        "received_later",
        "received_long_ago",
        "unknown_agency",
        "inspectorate_unstaffed",
        "about_inspectorate",
        *_UPLOADS,
        "key_reused",
        "not_your_role",
        "too_often",
    ),
)
def file_complaint(call: ApiCall, body: NewComplaint) -> Response:
    """File a complaint; the region's admin may type in one that came by letter, visit, phone or otherwise."""
    person = call.person
    key = call.require_idempotency_key()
    limits.limit_account("file", person)
    request = CommandRequest(actor=person.actor, key=key, body=f"file\n{body.model_dump_json()}")
    draft = body.to_draft(person.account.language)
    identity = body.reporter.create_identity(draft.language) if body.reporter else person.identity
    complaint = application().filing.file(draft, identity, request)
    location = f"{application().public_url}/api/v1/complaints/{complaint.ticket}"
    return to_response(Receipt.of(complaint), 201, Location=location, ETag=format_etag(complaint.tag))


@api.serve(
    "GET",
    "/api/v1/complaints",
    response=SummaryPage,
    query=("cursor",),
    refusals=("bad_cursor", "not_your_role"),
)
def list_own_complaints(call: ApiCall) -> Response:
    """List the caller's own complaints, the newest first; officers have the inbox instead."""
    page = application().reader.list_own(
        _require_reporter(call).account.id, PAGE_SIZE, call.get_query("cursor")
    )
    return to_response(SummaryPage.of(page))


@api.serve(
    "GET",
    "/api/v1/inbox",
    response=SummaryPage,
    query=("cursor",),
    refusals=("bad_cursor", "not_your_role"),
)
def read_inbox(call: ApiCall) -> Response:
    """List the complaints that wait for the officer, the nearest deadline first."""
    officer = call.person.officer
    if officer is None:
        raise Refusal("not_your_role")
    owner = format_owner_key(officer.region, officer.role, officer.agency, officer.unit)
    page = application().reader.list_inbox(owner, PAGE_SIZE, call.get_query("cursor"))
    return to_response(SummaryPage.of(page))


@api.serve(
    "GET",
    "/api/v1/complaints/{ticket}",
    response=ComplaintOut,
    refusals=("unknown_ticket", "ticket_mistyped", "not_your_complaint", "too_often"),
)
def read_complaint(call: ApiCall, ticket: str) -> Response:
    """Read a complaint as the caller may see it; a decision refers to its ``ETag``."""
    view = _read_view(call, ticket)
    complaint = ComplaintOut.model_validate(view, from_attributes=True)
    return to_response(complaint, ETag=format_etag(view.tag))


@api.serve(
    "GET",
    "/api/v1/complaints/{ticket}/export",
    response=Export,
    refusals=("unknown_ticket", "ticket_mistyped", "not_your_complaint", "too_often"),
)
def export_complaint(call: ApiCall, ticket: str) -> Response:
    """Get a complaint as a file that proves itself; ``python -m chalicelib verify`` checks it offline."""
    with limits.limit_missed_tickets(call.person):
        export = application().exporter.export(ticket, call.person.actor)
    return to_response(export, Content_Disposition=f'attachment; filename="{ticket}.json"')


@api.serve(
    "GET",
    "/api/v1/complaints/{ticket}/files/{name}",
    status=303,
    refusals=("unknown_ticket", "ticket_mistyped", "not_your_complaint", "not_found", "too_often"),
)
def read_file(call: ApiCall, ticket: str, name: str) -> Response:
    """Redirect to the short-lived address of a complaint's file."""
    view = _read_view(call, ticket)
    file = view.find_file(name)
    if file is None:
        raise Refusal("not_found")
    return to_response(None, 303, Location=application().files.create_address(ticket, file))


def _read_view(call: ApiCall, ticket: str) -> ComplaintView:
    with limits.limit_missed_tickets(call.person):
        return application().reader.read(ticket, call.person.actor)


def _require_reporter(call: ApiCall) -> Person:
    if call.person.actor.role != Role.REPORTER:
        raise Refusal("not_your_role")
    return call.person
