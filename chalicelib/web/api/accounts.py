"""The API of accounts: registering, confirming, signing in and out, setting a new password."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.web import limits, session
from chalicelib.web.api.account_schemas import (
    Confirmation,
    NewAccount,
    NewCode,
    NewPassword,
    NewSession,
    PendingAccount,
    Session,
    SignedIn,
)
from chalicelib.web.api.operations import Api, ApiCall, to_response

api = Api(__name__)


@api.serve(
    "POST",
    "/api/v1/accounts",
    status=202,
    response=PendingAccount,
    signed_in=False,
    refusals=("bad_login", "login_taken", "weak_password", "too_often"),
)
def register(call: ApiCall, body: NewAccount) -> Response:
    """Register as a citizen; a code goes to the login."""
    limits.limit_address_and_login("code", call.request, body.login)
    login = application().account_service.register(body.name, body.login, body.password, body.language)
    return to_response(PendingAccount(login=login), 202)


@api.serve(
    "POST",
    "/api/v1/accounts/confirmations",
    status=204,
    signed_in=False,
    refusals=("bad_login", "wrong_code", "code_expired", "too_often"),
)
def confirm_account(_: ApiCall, body: Confirmation) -> Response:
    """Confirm an account with the code that was sent."""
    limits.limit_login("confirm", body.login)
    application().account_service.confirm(body.login, body.code)
    return to_response(None, 204)


@api.serve(
    "POST",
    "/api/v1/accounts/codes",
    status=202,
    response=PendingAccount,
    signed_in=False,
    refusals=("bad_login", "too_often"),
)
def send_code(call: ApiCall, body: NewCode) -> Response:
    """Send another code. The answer does not tell whether there is such an account."""
    limits.limit_address_and_login("code", call.request, body.login)
    application().account_service.resend_code(body.login)
    return to_response(PendingAccount(login=body.login), 202)


@api.serve(
    "POST",
    "/api/v1/passwords/codes",
    status=202,
    response=PendingAccount,
    signed_in=False,
    refusals=("bad_login", "too_often", "too_many_tries"),
)
def send_reset_code(call: ApiCall, body: NewCode) -> Response:
    """Send a code for a new password. The answer does not tell whether there is such an account."""
    limits.limit_address_and_login("code", call.request, body.login)
    login = application().account_service.send_reset_code(body.login)
    return to_response(PendingAccount(login=login), 202)


@api.serve(
    "POST",
    "/api/v1/passwords",
    status=204,
    signed_in=False,
    refusals=("bad_login", "wrong_code", "weak_password", "too_often", "too_many_tries"),
)
def reset_password(_: ApiCall, body: NewPassword) -> Response:
    """Set a new password with the code that was sent. All earlier sessions end."""
    limits.limit_login("confirm", body.login)
    application().account_service.reset_password(body.login, body.code, body.password)
    return to_response(None, 204)


@api.serve(
    "POST",
    "/api/v1/sessions",
    status=201,
    response=Session,
    signed_in=False,
    refusals=("bad_login", "wrong_password", "not_confirmed", "officer_not_on_duty", "too_often"),
)
def sign_in(call: ApiCall, body: NewSession) -> Response:
    """Sign in, as a citizen or an officer; the token also comes as a cookie."""
    limits.limit_address_and_login("sign-in", call.request, body.login)
    person = application().account_service.sign_in(body.login, body.password)
    token = session.issue_token(person)
    signed_in = Session(token=token, expires_at=session.get_expiry(token), person=SignedIn.of(person))
    return to_response(signed_in, 201, Set_Cookie=[session.build_session_cookie(token)])


@api.serve("DELETE", "/api/v1/sessions", status=204, signed_in=False)
def sign_out(_: ApiCall) -> Response:
    """Sign out in this browser. A token that was copied elsewhere is valid until it expires."""
    return to_response(None, 204, Set_Cookie=[session.build_cleared_cookie()])
