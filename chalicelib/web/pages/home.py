"""The front page."""

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import render_page
from chalicelib.web.pages.serving import serve_page

blueprint = Blueprint(__name__)


@serve_page(blueprint, "/")
def show_home(call: PageCall) -> Response:
    """Show what Tuntas is, and where to go."""
    return render_page(call, "home.html", regions=application().directory.list_regions())
