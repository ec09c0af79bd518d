"""Sessions and form tokens: signed strings of our own, so nothing about them is stored.

A session token comes as a bearer token or in a cookie. Session and form tokens are signed with the key of
the purpose "session" and hold the time they expire.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from chalice.app import Request
from itsdangerous import BadData, URLSafeSerializer

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person
from chalicelib.web.cookies import build_cookie, read_cookie

SESSION_COOKIE = "tuntas"
SESSION_LENGTH = timedelta(hours=12)
"""A session, and a form that is left open: a working day."""


def issue_token(person: Person) -> str:
    """Return a session token, valid for twelve hours and as long as the person's epoch does not change."""
    return _get_signer("session").dumps([person.account.id, person.epoch, _compute_expiry()])


def get_expiry(token: str) -> datetime:
    """Return when a token that was just issued expires (UTC)."""
    return datetime.fromtimestamp(_get_signer("session").loads(token)[2], UTC)


def find_person(request: Request) -> Person | None:
    """Return the signed-in person, or ``None``.

    There is none without a valid token, past its expiry, after the account's epoch changed, and for an
    officer who left their post. An ``Authorization`` header overrides the cookie, even when it is wrong.
    """
    has_header = "authorization" in request.headers
    token = _read_bearer(request) if has_header else read_cookie(request, SESSION_COOKIE)
    if not token:
        return None
    try:
        account, epoch, expires_at = _get_signer("session").loads(token)
    except (BadData, ValueError):
        return None
    if _get_timestamp() >= expires_at:
        return None
    try:
        return application().account_service.get_person(account, epoch)
    except Refusal:
        return None


def require_person(request: Request) -> Person:
    """Return the signed-in person; raise ``Refusal("signed_out")`` where there is none."""
    person = find_person(request)
    if person is None:
        raise Refusal("signed_out")
    return person


def build_session_cookie(token: str) -> str:
    """Return the ``Set-Cookie`` value that carries a session."""
    return build_cookie(SESSION_COOKIE, token, int(SESSION_LENGTH.total_seconds()))


def build_cleared_cookie() -> str:
    """Return the ``Set-Cookie`` value that ends the session in this browser."""
    return build_cookie(SESSION_COOKIE, "", 0)


def create_csrf_token(owner: str) -> str:
    """Return a token for a form. It is valid only for the same owner: an account's id or a link's digest."""
    return str(_get_signer(f"csrf/{owner}").dumps(_compute_expiry()))


def check_csrf(token: str, owner: str) -> None:
    """Raise ``Refusal("form_expired")`` if a form's token is missing, changed, expired or another owner's."""
    try:
        expires_at = _get_signer(f"csrf/{owner}").loads(token)
    except BadData:
        raise Refusal("form_expired") from None
    if _get_timestamp() >= expires_at:
        raise Refusal("form_expired")


def _read_bearer(request: Request) -> str | None:
    scheme, _, token = request.headers["authorization"].strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _get_signer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        application().get_signing_key("session"),
        salt=salt,
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def _get_timestamp() -> float:
    return application().now().timestamp()


def _compute_expiry() -> int:
    return int((application().now() + SESSION_LENGTH).timestamp())
