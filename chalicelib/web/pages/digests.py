"""The published digests of a day: a page for people, the JSON for everything else."""

from datetime import date

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.web.pages.rendering import Call, html, page
from chalicelib.web.public_api import published_digests

routes = Blueprint(__name__)

_NOBODY = "nobody"


@page(routes, "/digests/{day}")
def digests(call: Call, day: str) -> Response:
    """Every region's digest of a day; ``Refusal("not_found")`` where there is none."""
    published = published_digests(day)
    if "text/html" not in call.request.headers.get("accept", ""):
        return Response(
            body=published.model_dump(mode="json"),
            headers={
                "Content-Type": "application/json",
                "Cache-Control": "public, max-age=300",
                "Vary": "Accept",
            },
        )
    names = {region.slug: region.name for region in application().directory.regions()}
    here = date.fromisoformat(day)
    return html(
        call,
        "digests.html",
        headers={"Vary": "Accept"},
        bound_to=_NOBODY,
        published=published,
        names=names,
        before=here - ONE_DAY,
        after=here + ONE_DAY,
    )
