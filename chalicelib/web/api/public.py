"""The public API: the service's health, the regions with their calendars, the procedures, the digests."""

from datetime import date

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.documents.flowchart import MEDIA_TYPE, render_flowchart
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.values.errors import Refusal
from chalicelib.web.api.operations import Api, ApiCall, to_response
from chalicelib.web.api.public_schemas import (
    AgencyOut,
    CalendarOut,
    CategoryOut,
    Health,
    ProcedureOut,
    PublishedDigests,
    RegionDetail,
    RegionList,
    RegionOut,
)
from chalicelib.web.problems import find_language

api = Api(__name__)

_FOR_FIVE_MINUTES = "public, max-age=300"


@api.serve("GET", "/health", response=Health, signed_in=False, query=("deep",))
def health(call: ApiCall) -> Response:
    """Tell whether the API answers; with ``deep=1`` whether the table does, which costs one read."""
    if call.get_query("deep") == "1":
        application().directory.get_region("health")
    return to_response(Health())


@api.serve("GET", "/api/v1/regions", response=RegionList, signed_in=False)
def list_regions(_: ApiCall) -> Response:
    """List the regions that handle complaints."""
    regions = tuple(RegionOut.of(region) for region in application().directory.list_regions())
    return to_response(RegionList(items=regions), Cache_Control=_FOR_FIVE_MINUTES)


@api.serve(
    "GET",
    "/api/v1/regions/{slug}",
    response=RegionDetail,
    signed_in=False,
    refusals=("not_found",),
)
def read_region(_: ApiCall, slug: str) -> Response:
    """Read a region's categories and agencies."""
    region, directory = _require_region(slug), application().directory
    detail = RegionDetail(
        **RegionOut.of(region).model_dump(),
        categories=tuple(CategoryOut.of(category) for category in directory.list_categories(slug)),
        agencies=tuple(AgencyOut.of(agency) for agency in directory.list_agencies(slug)),
    )
    return to_response(detail, Cache_Control=_FOR_FIVE_MINUTES)


@api.serve(
    "GET",
    "/api/v1/regions/{slug}/calendar",
    response=CalendarOut,
    signed_in=False,
    query=("year",),
    refusals=("not_found", "year_out_of_range"),
)
def read_calendar(call: ApiCall, slug: str) -> Response:
    """Read which days of a year are off in a region and why, and how decrees changed its calendar."""
    _require_region(slug)
    calendar = application().calendars.get_year(slug, call.get_query("year"))
    return to_response(CalendarOut.of(calendar), Cache_Control=_FOR_FIVE_MINUTES)


@api.serve(
    "GET",
    "/api/v1/procedures/{procedure_id}",
    response=ProcedureOut,
    signed_in=False,
    refusals=("unknown_procedure",),
)
def read_procedure(_: ApiCall, procedure_id: str) -> Response:
    """Read a government's procedure: its header, its rows, and what its source leaves open."""
    procedure = _require_procedure(procedure_id)
    return to_response(ProcedureOut.of(procedure), Cache_Control=_FOR_FIVE_MINUTES)


@api.serve(
    "GET",
    "/api/v1/procedures/{procedure_id}/flowchart.svg",
    signed_in=False,
    query=("lang",),
    refusals=("unknown_procedure",),
)
def draw_procedure(call: ApiCall, procedure_id: str) -> Response:
    """Draw a government's procedure as a flowchart, in SVG."""
    procedure, language = _require_procedure(procedure_id), find_language(call.request)
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": _FOR_FIVE_MINUTES,
    }
    return Response(body=render_flowchart(procedure, language), headers=headers)


@api.serve(
    "GET",
    "/api/v1/digests/{day}",
    response=PublishedDigests,
    signed_in=False,
    refusals=("not_found",),
)
def read_digests(_: ApiCall, day: str) -> Response:
    """Read every region's digest of a day. Keep it to prove complaints later."""
    return to_response(get_published_digests(day), Cache_Control=_FOR_FIVE_MINUTES)


def get_published_digests(day: str) -> PublishedDigests:
    """Return the digests of a day (``2026-11-23``); raise ``Refusal("not_found")`` if there are none."""
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        raise Refusal("not_found") from None
    digests = application().digest_publisher.list_published(parsed)
    if not digests or parsed.isoformat() != day:
        raise Refusal("not_found")
    return PublishedDigests(date=parsed, digests=tuple(digests))


def _require_region(slug: str) -> Region:
    region = application().directory.get_region(slug)
    if region is None:
        raise Refusal("not_found")
    return region


def _require_procedure(procedure_id: str) -> Procedure:
    if procedure_id not in list_procedure_ids():
        raise Refusal("unknown_procedure")
    return load_procedure(procedure_id)
