"""Filing a complaint in two steps: the photos, then the words.

Photos come first because sending one leaves the page.
"""

from chalice.app import Blueprint, Response
from pydantic import TypeAdapter

from chalicelib.bootstrap import application
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.staff.accounts import Person
from chalicelib.web import limits
from chalicelib.web.pages.addresses import add_query, to_url
from chalicelib.web.pages.forms import create_form_key, handle_form, render_form, reuse_form_key
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import redirect
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.pages.shared_fields import group_categories, list_agency_options, read_place
from chalicelib.web.pages.uploads import list_upload_keys, prepare_uploads
from chalicelib.web.problems import Problem, create_problem

blueprint = Blueprint(__name__)


@serve_page(blueprint, "/lapor")
def show_filing(call: PageCall) -> Response:
    """Show the first step, or the second one with what the first one gave."""
    _require_citizen(call)
    region = application().directory.get_region(call.query.get("daerah"))
    if call.query.get("langkah") != "2" or region is None:
        return _show_photos(call)
    if "photo" in load_procedure(region.procedure).filing.requires and not list_upload_keys(call):
        return _show_photos(call, create_problem(Refusal("missing_photo"), call.language))
    return _show_form(call, region)


@serve_page(blueprint, "/lapor", "POST")
def file_complaint(call: PageCall) -> Response:
    """File the complaint and show it; if something is missing, show the form again with what was typed."""
    person = _require_citizen(call)
    region = application().directory.get_region(call.form.get("region"))
    if region is None:
        return _show_photos(call, create_problem(Refusal("unknown_region"), call.language))

    def submit() -> Response:
        call.check_form()
        limits.limit_account("file", person)
        draft = _read_draft(call)
        body = TypeAdapter(Draft).dump_json(draft).decode()
        key = call.form.get_short("key") or create_form_key()
        request = CommandRequest(actor=person.actor, key=key, body=body)
        complaint = application().filing.file(draft, person.identity, request)
        return redirect(add_query(f"/laporan/{complaint.ticket}", tercatat="filed"))

    return handle_form(call, submit, lambda problem: _show_form(call, region, problem))


def _require_citizen(call: PageCall) -> Person:
    person = call.require_person()
    if person.officer:
        raise Refusal("not_your_role")
    return person


def _show_photos(call: PageCall, problem: Problem | None = None) -> Response:
    region = call.query.get("daerah")
    uploads = prepare_uploads(call, "/lapor", daerah=region)
    return render_form(
        call,
        "filing_photos.html",
        problem,
        uploads=uploads,
        storage=uploads.storage,
        region=region,
        regions=[(choice.slug, choice.name) for choice in application().directory.list_regions()],
    )


def _show_form(call: PageCall, region: Region, problem: Problem | None = None) -> Response:
    keys, directory = list_upload_keys(call), application().directory
    return render_form(
        call,
        "filing_form.html",
        problem,
        region=region,
        categories=group_categories(directory.list_categories(region.slug), call.language),
        agencies=list_agency_options(region),
        photos=keys,
        back=to_url(add_query("/lapor", daerah=region.slug, foto=keys)),
        key=reuse_form_key(call, problem),
    )


def _read_draft(call: PageCall) -> Draft:
    form, place = call.form, read_place(call)
    return Draft(
        region=form.get("region"),
        category=form.get("category"),
        title=form.get("title"),
        narrative=form.get("narrative"),
        place=place.to_place() if place else None,
        uploads=list_upload_keys(call),
        anonymous=bool(form.get("anonymous")),
        confidential=bool(form.get("confidential")),
        emergency=bool(form.get("emergency")),
        about_agency=form.get("about_agency") or None,
        language=call.language,
    )
