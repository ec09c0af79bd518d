"""Who is asking: one signed session token of our own, as a bearer or in a cookie, and the tokens of forms.

Both are signed with the key of the purpose "session" and tell their own end; nothing about them is stored.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from chalice.app import Request
from itsdangerous import BadData, URLSafeSerializer

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person

COOKIE = "tuntas"
LASTS = timedelta(hours=12)
"""A session, and a form that is left open: a working day."""


def issue(person: Person) -> str:
    """A token that says who somebody is, for twelve hours and as long as their epoch lasts."""
    return _signer("session").dumps([person.account.id, person.epoch, _end()])


def expires_at(token: str) -> datetime:
    """When a token that was just issued ends (UTC)."""
    return datetime.fromtimestamp(_signer("session").loads(token)[2], UTC)


def person_of(request: Request) -> Person | None:
    """Who asks, or ``None``: no token, a bad or a passed one, another epoch, a post that was left.

    An ``Authorization`` header wins over the cookie, also when it is wrong.
    """
    token = _bearer(request) if "authorization" in request.headers else cookie(request, COOKIE)
    if not token:
        return None
    try:
        account, epoch, end = _signer("session").loads(token)
    except (BadData, ValueError):
        return None
    if _now() >= end:
        return None
    try:
        return application().sign_in.person(account, epoch)
    except Refusal:
        return None


def require(request: Request) -> Person:
    """Who asks; ``Refusal("signed_out")`` where nobody is signed in."""
    person = person_of(request)
    if person is None:
        raise Refusal("signed_out")
    return person


def set_cookie(token: str) -> str:
    """The ``Set-Cookie`` value that carries a session."""
    return _cookie(token, int(LASTS.total_seconds()))


def clear_cookie() -> str:
    """The ``Set-Cookie`` value that ends a session in this browser."""
    return _cookie("", 0)


def csrf_token(bound_to: str) -> str:
    """A token for a form, good only where ``bound_to`` (an account's id, a link's digest) is the same."""
    return str(_signer(f"csrf/{bound_to}").dumps(_end()))


def check_csrf(token: str, bound_to: str) -> None:
    """``Refusal("form_expired")`` for a form's token that is missing, altered, another's or too old."""
    try:
        end = _signer(f"csrf/{bound_to}").loads(token)
    except BadData:
        raise Refusal("form_expired") from None
    if _now() >= end:
        raise Refusal("form_expired")


def cookie(request: Request, name: str) -> str | None:
    """The value of a cookie. Browsers send whatever other sites' tools set, so nothing else is judged."""
    for part in request.headers.get("cookie", "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return str(value)
    return None


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers["authorization"].strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _cookie(value: str, seconds: int) -> str:
    secure = "; Secure" if application().public_url.startswith("https:") else ""
    return f"{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def _signer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        application().get_signing_key("session"),
        salt=salt,
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def _now() -> float:
    return application().now().timestamp()


def _end() -> int:
    return int((application().now() + LASTS).timestamp())
