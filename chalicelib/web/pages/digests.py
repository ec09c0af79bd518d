"""The published digests of a day: a page for people, JSON for programs."""

from datetime import date

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.web.api.public import get_published_digests
from chalicelib.web.pages.page_call import NOBODY, PageCall
from chalicelib.web.pages.rendering import render_page
from chalicelib.web.pages.serving import serve_page

blueprint = Blueprint(__name__)


@serve_page(blueprint, "/digests/{day}")
def show_digests(call: PageCall, day: str) -> Response:
    """Show every region's digest of a day; raise ``Refusal("not_found")`` if there is none."""
    published = get_published_digests(day)
    if "text/html" not in call.request.headers.get("accept", ""):
        return Response(
            body=published.model_dump(mode="json"),
            headers={
                "Content-Type": "application/json",
                "Cache-Control": "public, max-age=300",
                "Vary": "Accept",
            },
        )
    current = date.fromisoformat(day)
    return render_page(
        call,
        "digests.html",
        headers={"Vary": "Accept"},
        form_owner=NOBODY,
        published=published,
        names={region.slug: region.name for region in application().directory.list_regions()},
        before=current - ONE_DAY,
        after=current + ONE_DAY,
    )
