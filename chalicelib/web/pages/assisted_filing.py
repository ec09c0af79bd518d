"""Assisted filing: an admin types in a complaint that came in a letter, a visit, a call or otherwise."""

from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.state import Channel
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.command_handler import CommandRequest
from chalicelib.services.lookups import find_region
from chalicelib.services.staff.accounts import Person
from chalicelib.web import limits
from chalicelib.web.api.complaint_schemas import NewComplaint
from chalicelib.web.pages.forms import (
    FormError,
    FormErrors,
    create_form_key,
    handle_form,
    render_form,
    reuse_form_key,
    to_form_errors,
)
from chalicelib.web.pages.page_call import PageCall
from chalicelib.web.pages.rendering import redirect
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.pages.shared_fields import group_categories, list_agency_options, read_place
from chalicelib.web.pages.uploads import list_upload_keys, prepare_uploads
from chalicelib.web.problems import Problem

blueprint = Blueprint(__name__)

PATH = "/petugas/laporan-baru"
CHANNELS = tuple(channel for channel in get_args(Channel) if channel != "web")
_REPORTER_FIELDS = ("name", "phone", "email", "address", "representative", "relation")


@serve_page(blueprint, PATH)
def show_assisted_filing(call: PageCall) -> Response:
    """Show the form: the scan first, as sending a file leaves the page; then who, when and what."""
    return _show_form(call, _require_region(call.require_person()))


@serve_page(blueprint, PATH, "POST")
def file_for_reporter(call: PageCall) -> Response:
    """File the complaint for its reporter, and go on to the receipt (*tanda terima*) with its number."""
    person = call.require_person()
    region = _require_region(person)

    def submit() -> Response:
        call.check_form()
        limits.limit_account("file", person)
        body = _read_complaint(call, region)
        draft = body.to_draft(call.language)
        identity = body.reporter.create_identity(draft.language) if body.reporter else person.identity
        key = call.form.get_short("key") or create_form_key()
        request = CommandRequest(actor=person.actor, key=key, body=body.model_dump_json())
        complaint = application().filing.file(draft, identity, request)
        return redirect(f"/petugas/laporan/{complaint.ticket}/tanda-terima")

    return handle_form(call, submit, lambda problem: _show_form(call, region, problem))


def _require_region(person: Person) -> Region:
    """Return the region whose admin this is; nobody else may file for a reporter."""
    if person.officer is None or person.officer.role != Role.REGIONAL_ADMIN:
        raise Refusal("not_your_role")
    return find_region(application().directory, person.officer.region)


def _show_form(call: PageCall, region: Region, problem: Problem | None = None) -> Response:
    uploads = prepare_uploads(call, PATH)
    now = application().now().astimezone(ZoneInfo(region.zone))
    return render_form(
        call,
        "assisted_filing.html",
        problem,
        errors=_locate_errors(problem) if problem else {},
        typed={"received_at": now.strftime("%Y-%m-%dT%H:%M"), **call.form.to_dict()},
        uploads=uploads,
        storage=uploads.storage,
        region=region,
        categories=group_categories(application().directory.list_categories(region.slug), call.language),
        agencies=list_agency_options(region),
        channels=[(channel, call.get_text(f"pages.staff.channels.{channel}")) for channel in CHANNELS],
        key=reuse_form_key(call, problem),
    )


def _read_complaint(call: PageCall, region: Region) -> NewComplaint:
    """Return the complaint in the form; raise ``ValidationError`` for fields that are wrong."""
    form, place = call.form, read_place(call)
    fields: dict[str, Any] = {name: form.get(name) for name in ("category", "title", "narrative")}
    return NewComplaint.model_validate(
        fields
        | {
            "region": region.slug,
            "channel": form.get("channel"),
            "received_at": _read_local_time(form.get("received_at"), region),
            "reporter": {name: value for name in _REPORTER_FIELDS if (value := form.get(f"reporter_{name}"))},
            "place": place.model_dump() if place else None,
            "uploads": list_upload_keys(call),
            "about_agency": form.get("about_agency") or None,
            **{name: bool(form.get(name)) for name in ("anonymous", "confidential", "emergency")},
        }
    )


def _read_local_time(typed: str, region: Region) -> datetime | str | None:
    """Return a browser's local time in the region's zone; other input as it is, for the schema to refuse."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(region.zone))
    except ValueError:
        return typed or None


def _locate_errors(problem: Problem) -> FormErrors:
    """Return what is wrong by its field; the fields about the reporter begin with ``reporter_``."""
    errors = to_form_errors(problem)
    if "channel" in errors:
        # Which other fields are wrong depends on the channel.
        return {"channel": errors["channel"]}
    errors.pop("reporter", None)
    about_reporter = {
        "reporter_" + each.pointer.rpartition("/")[2]: FormError(each.detail)
        for each in problem.errors
        if each.pointer.startswith("#/reporter/")
    }
    return about_reporter | errors
