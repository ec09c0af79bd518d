"""The HTTP side: the API, the pages, and the headers that every response gets."""

from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, Request, Response

GetResponse = Callable[[Request | None], Response]


def install(app: Chalice) -> None:
    """Serve the API and the pages from this application.

    Call it once in a process: a Chalice blueprint forgets its methods when it is registered a second time.
    """
    from chalicelib.web import api, pages

    app.api.binary_types = []  # text only: files go straight to and from the bucket
    app.register_middleware(finish_response, "http")
    for blueprint in (*api.BLUEPRINTS, *pages.BLUEPRINTS):
        app.register_blueprint(blueprint)


def finish_response(request: Request | None, get_response: GetResponse) -> Response:
    """Add the security headers to a response, and turn an error of Chalice's own into problem+json."""
    response = get_response(request)
    if request is not None:
        response = _replace_chalice_error(response, request)
    for name, value in _build_headers().items():
        response.headers.setdefault(name, value)
    return response


def _replace_chalice_error(response: Response, request: Request) -> Response:
    from chalicelib.web.problems import create_error_response

    body: Any = response.body
    if not (isinstance(body, dict) and body.keys() == {"Code", "Message"}):
        return response
    problem = create_error_response(response.status_code, request)
    if "Allow" in response.headers:
        problem.headers["Allow"] = response.headers["Allow"]
    return problem


def _build_headers() -> dict[str, str]:
    """Return the default headers: nothing is cached, nothing is loaded, no address is passed on."""
    from chalicelib.bootstrap import application

    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        "Cache-Control": "no-store",
    }
    if application().public_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
