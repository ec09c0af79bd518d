"""What anybody may ask: whether the service is well, which regions there are, what their procedures say."""

from datetime import date

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.documents.flowchart import MEDIA_TYPE, flowchart
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.domain.values.errors import Refusal
from chalicelib.web import schemas
from chalicelib.web.operations import Api, ApiCall, to_response
from chalicelib.web.problems import language_of

api = Api(__name__)
blueprint = api.blueprint

_FOR_FIVE_MINUTES = "public, max-age=300"


@api.operation("GET", "/health", response=schemas.Health, signed_in=False, query=("deep",))
def health(call: ApiCall) -> Response:
    """Tell whether the API answers; with ``deep=1`` whether the table does, which costs one read."""
    if call.query("deep") == "1":
        application().directory.region("health")
    return to_response(schemas.Health())


@api.operation("GET", "/api/v1/regions", response=schemas.RegionList, signed_in=False)
def list_regions(_: ApiCall) -> Response:
    """List the regions."""
    regions = tuple(schemas.RegionOut.of(region) for region in application().directory.regions())
    return to_response(schemas.RegionList(items=regions), Cache_Control=_FOR_FIVE_MINUTES)


@api.operation(
    "GET",
    "/api/v1/regions/{slug}",
    response=schemas.RegionDetail,
    signed_in=False,
    refusals=("not_found",),
)
def read_region(_: ApiCall, slug: str) -> Response:
    """Read a region's categories and agencies."""
    directory = application().directory
    region = directory.region(slug)
    if region is None:
        raise Refusal("not_found")
    detail = schemas.RegionDetail(
        **schemas.RegionOut.of(region).model_dump(),
        categories=tuple(schemas.CategoryOut.of(category) for category in directory.categories(slug)),
        agencies=tuple(schemas.AgencyOut.of(agency) for agency in directory.agencies(slug)),
    )
    return to_response(detail, Cache_Control=_FOR_FIVE_MINUTES)


@api.operation(
    "GET",
    "/api/v1/regions/{slug}/calendar",
    response=schemas.CalendarOut,
    signed_in=False,
    query=("year",),
    refusals=("not_found", "year_out_of_range"),
)
def read_calendar(call: ApiCall, slug: str) -> Response:
    """Read which days of a year are off in a region and why, and how decrees changed its calendar."""
    if application().directory.region(slug) is None:
        raise Refusal("not_found")
    found = application().calendars.year(slug, call.query("year"))
    return to_response(schemas.CalendarOut.of(found), Cache_Control=_FOR_FIVE_MINUTES)


@api.operation(
    "GET",
    "/api/v1/procedures/{procedure_id}",
    response=schemas.ProcedureOut,
    signed_in=False,
    refusals=("unknown_procedure",),
)
def read_procedure(_: ApiCall, procedure_id: str) -> Response:
    """Read a government's procedure: its head, its rows, and what its source leaves open."""
    if procedure_id not in list_procedure_ids():
        raise Refusal("unknown_procedure")
    procedure = load_procedure(procedure_id)
    return to_response(schemas.ProcedureOut.of(procedure), Cache_Control=_FOR_FIVE_MINUTES)


@api.operation(
    "GET",
    "/api/v1/procedures/{procedure_id}/flowchart.svg",
    signed_in=False,
    query=("lang",),
    refusals=("unknown_procedure",),
)
def draw_procedure(call: ApiCall, procedure_id: str) -> Response:
    """Draw a government's procedure as a flowchart, in SVG."""
    if procedure_id not in list_procedure_ids():
        raise Refusal("unknown_procedure")
    language = language_of(call.request)
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": _FOR_FIVE_MINUTES,
    }
    return Response(body=flowchart(load_procedure(procedure_id), language), headers=headers)


@api.operation(
    "GET",
    "/api/v1/digests/{day}",
    response=schemas.PublishedDigests,
    signed_in=False,
    refusals=("not_found",),
)
def read_digests(_: ApiCall, day: str) -> Response:
    """Read every region's digest of a day: keep it, and it proves complaints later."""
    return to_response(get_published_digests(day), Cache_Control=_FOR_FIVE_MINUTES)


def get_published_digests(day: str) -> schemas.PublishedDigests:
    """The digests of a day (``2026-11-23``); ``Refusal("not_found")`` where there are none."""
    try:
        given = date.fromisoformat(day)
    except ValueError:
        raise Refusal("not_found") from None
    digests = application().digest_publisher.published(given)
    if not digests or given.isoformat() != day:
        raise Refusal("not_found")
    return schemas.PublishedDigests(date=given, digests=tuple(digests))
