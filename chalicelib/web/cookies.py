"""Reading and writing cookies. Our own are kept from scripts and, over HTTPS, from plain HTTP."""

from chalice.app import Request

from chalicelib.bootstrap import application


def read_cookie(request: Request, name: str) -> str | None:
    """Return the value of a cookie. Other cookies are ignored: browsers also send what other tools set."""
    for part in request.headers.get("cookie", "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return str(value)
    return None


def build_cookie(name: str, value: str, seconds: int) -> str:
    """Return a ``Set-Cookie`` value that lasts this many seconds; 0 deletes the cookie."""
    secure = "; Secure" if application().public_url.startswith("https:") else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
