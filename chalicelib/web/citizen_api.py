"""The API of citizens: registering, signing in, filing complaints and following them."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.domain.audit.export import Export
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.command_handler import Request
from chalicelib.services.staff.accounts import Person
from chalicelib.services.views.models import ComplaintView
from chalicelib.web import limits, schemas, session
from chalicelib.web.operations import Api, ApiCall, format_etag, to_response

PAGE_SIZE = 20
"""Complaints in one part of a list."""

api = Api(__name__)
blueprint = api.blueprint

_UPLOADS = ("upload_missing", "file_type", "file_lies", "file_too_large")


@api.serve(
    "POST",
    "/api/v1/accounts",
    status=202,
    response=schemas.PendingAccount,
    signed_in=False,
    refusals=("bad_login", "login_taken", "weak_password", "too_often"),
)
def register(call: ApiCall, body: schemas.NewAccount) -> Response:
    """Register as a citizen; a code goes to the login."""
    limits.limit_address_and_login("code", call.request, body.login)
    login = application().sign_in.register(body.name, body.login, body.password, body.language)
    return to_response(schemas.PendingAccount(login=login), 202)


@api.serve(
    "POST",
    "/api/v1/accounts/confirmations",
    status=204,
    signed_in=False,
    refusals=("bad_login", "wrong_code", "code_expired", "too_often"),
)
def confirm_account(_: ApiCall, body: schemas.Confirmation) -> Response:
    """Confirm an account with the code that was sent."""
    limits.limit_login("confirm", body.login)
    application().sign_in.confirm(body.login, body.code)
    return to_response(None, 204)


@api.serve(
    "POST",
    "/api/v1/accounts/codes",
    status=202,
    response=schemas.PendingAccount,
    signed_in=False,
    refusals=("bad_login", "too_often"),
)
def send_code(call: ApiCall, body: schemas.NewCode) -> Response:
    """Send another code. The answer does not tell whether there is such an account."""
    limits.limit_address_and_login("code", call.request, body.login)
    application().sign_in.resend_code(body.login)
    return to_response(schemas.PendingAccount(login=body.login), 202)


@api.serve(
    "POST",
    "/api/v1/passwords/codes",
    status=202,
    response=schemas.PendingAccount,
    signed_in=False,
    refusals=("bad_login", "too_often", "too_many_tries"),
)
def send_reset_code(call: ApiCall, body: schemas.NewCode) -> Response:
    """Send a code for a new password. The answer does not tell whether there is such an account."""
    limits.limit_address_and_login("code", call.request, body.login)
    login = application().sign_in.send_reset_code(body.login)
    return to_response(schemas.PendingAccount(login=login), 202)


@api.serve(
    "POST",
    "/api/v1/passwords",
    status=204,
    signed_in=False,
    refusals=("bad_login", "wrong_code", "weak_password", "too_often", "too_many_tries"),
)
def reset_password(_: ApiCall, body: schemas.NewPassword) -> Response:
    """Set a new password with the code that was sent. All earlier sessions end."""
    limits.limit_login("confirm", body.login)
    application().sign_in.reset_password(body.login, body.code, body.password)
    return to_response(None, 204)


@api.serve(
    "POST",
    "/api/v1/sessions",
    status=201,
    response=schemas.Session,
    signed_in=False,
    refusals=("bad_login", "wrong_password", "not_confirmed", "off_duty", "too_often"),
)
def sign_in(call: ApiCall, body: schemas.NewSession) -> Response:
    """Sign in, as a citizen or an officer; the token also comes as a cookie."""
    limits.limit_address_and_login("sign-in", call.request, body.login)
    person = application().sign_in.sign_in(body.login, body.password)
    token = session.issue_token(person)
    signed_in = schemas.Session(
        token=token, expires_at=session.get_expiry(token), person=schemas.SignedIn.of(person)
    )
    return to_response(signed_in, 201, Set_Cookie=[session.build_session_cookie(token)])


@api.serve("DELETE", "/api/v1/sessions", status=204, signed_in=False)
def sign_out(_: ApiCall) -> Response:
    """Sign out in this browser. A token that was copied elsewhere is valid until it expires."""
    return to_response(None, 204, Set_Cookie=[session.build_cleared_cookie()])


@api.serve(
    "POST", "/api/v1/uploads", status=201, response=schemas.UploadForm, refusals=("file_type", "too_often")
)
def ask_for_upload(call: ApiCall, body: schemas.NewUpload) -> Response:
    """Get a form to post one file of at most 10 MB."""
    limits.limit_account("upload", call.person)
    form = application().files.create_upload_form(body.media_type, None)
    return to_response(schemas.UploadForm.model_validate(form), 201)


@api.serve(
    "POST",
    "/api/v1/complaints",
    status=201,
    response=schemas.Receipt,
    keyed="required",
    refusals=(
        "unknown_region",
        "unknown_category",
        "place_half",
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
def file_complaint(call: ApiCall, body: schemas.NewComplaint) -> Response:
    """File a complaint; the region's admin may type in one that came by letter, visit, phone or otherwise."""
    person = call.person
    key = call.require_idempotency_key()
    limits.limit_account("file", person)
    request = Request(actor=person.actor, key=key, body=f"file\n{body.model_dump_json()}")
    draft = body.draft(person.account.language)
    identity = body.reporter.identity(draft.language) if body.reporter else person.identity
    complaint = application().filing.file(draft, identity, request)
    location = f"{application().public_url}/api/v1/complaints/{complaint.ticket}"
    return to_response(schemas.Receipt.of(complaint), 201, Location=location, ETag=format_etag(complaint.tag))


@api.serve(
    "GET",
    "/api/v1/complaints",
    response=schemas.SummaryPage,
    query=("cursor",),
    refusals=("bad_cursor", "not_your_role"),
)
def list_own_complaints(call: ApiCall) -> Response:
    """List the caller's own complaints, the newest first; officers have the inbox instead."""
    page = application().reader.own(_require_reporter(call).account.id, PAGE_SIZE, call.get_query("cursor"))
    return to_response(schemas.SummaryPage.of(page))


@api.serve(
    "GET",
    "/api/v1/complaints/{ticket}",
    response=schemas.ComplaintOut,
    refusals=("unknown_ticket", "ticket_mistyped", "not_your_complaint", "too_often"),
)
def read_complaint(call: ApiCall, ticket: str) -> Response:
    """Read a complaint as the caller may see it; a decision refers to its ``ETag``."""
    view = _read_view(call, ticket)
    complaint = schemas.ComplaintOut.model_validate(view, from_attributes=True)
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
    file = view.file(name)
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
