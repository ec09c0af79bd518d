"""The decorator that serves a function as a page."""

from collections.abc import Callable
from functools import wraps

from chalice.app import Blueprint, Response

from chalicelib.web.pages.page_call import read_call
from chalicelib.web.pages.rendering import render_refusal

View = Callable[..., Response]

_FORM = "application/x-www-form-urlencoded"


def serve_page(blueprint: Blueprint, path: str, method: str = "GET") -> Callable[[View], View]:
    """Serve a view at a path. It gets a ``PageCall`` and the path's values; its refusals become pages too."""

    def register(view: View) -> View:
        @wraps(view)
        def serve(**values: str) -> Response:
            call = read_call(blueprint.current_request)
            try:
                return view(call, **values)
            except Exception as error:  # noqa: BLE001 - the person gets a page that says so, for every error
                return render_refusal(call, error)

        blueprint.route(path, methods=[method], content_types=[_FORM] if method == "POST" else [])(serve)
        return serve

    return register
