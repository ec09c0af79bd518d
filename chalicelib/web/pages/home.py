"""The front door."""

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.web.pages.rendering import Call, html, page

routes = Blueprint(__name__)


@page(routes, "/")
def home(call: Call) -> Response:
    """What this is, and the ways on."""
    return html(call, "home.html", regions=application().directory.regions())
