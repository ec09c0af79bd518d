"""Typing in what came by letter, visit, phone or otherwise."""

from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.events import Channel
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.command_handler import Request
from chalicelib.services.lookups import find_region
from chalicelib.services.staff.accounts import Person
from chalicelib.web import limits
from chalicelib.web.pages.filing import agencies_of, category_groups, place_of
from chalicelib.web.pages.rendering import (
    Call,
    Errors,
    Wrong,
    errors_of,
    fresh_key,
    guarded,
    html,
    page,
    retry,
    see,
)
from chalicelib.web.pages.uploads import keys_of, uploads
from chalicelib.web.problems import Problem
from chalicelib.web.schemas import NewComplaint

routes = Blueprint(__name__)

PATH = "/petugas/laporan-baru"
CHANNELS = tuple(one for one in get_args(Channel) if one != "web")
_OF_REPORTER = ("name", "phone", "email", "address", "representative", "relation")


@page(routes, PATH)
def type_in(call: Call) -> Response:
    """The scan first, as sending a file leaves the page; then who, when and what."""
    return _form(call, _region(call.require()))


@page(routes, PATH, "POST")
def file_typed_in(call: Call) -> Response:
    """File it for the reporter; on to the *tanda terima* with its number."""
    person = call.require()
    region = _region(person)

    def act() -> Response:
        call.check_form()
        limits.by_account("file", person)
        filled = _filled(call, region)
        draft = filled.draft(call.language)
        identity = filled.reporter.identity(draft.language) if filled.reporter else person.identity
        key = call.form.short("key") or fresh_key()
        request = Request(actor=person.actor, key=key, body=filled.model_dump_json())
        complaint = application().filing.file(draft, identity, request)
        return see(f"/petugas/laporan/{complaint.ticket}/tanda-terima")

    return guarded(call, act, lambda problem: _form(call, region, problem))


def _region(person: Person) -> Region:
    """The region whose admin this is; nobody else types in."""
    if person.officer is None or person.officer.role != Role.REGIONAL_ADMIN:
        raise Refusal("not_your_role")
    return find_region(application().directory, person.officer.region)


def _form(call: Call, region: Region, problem: Problem | None = None) -> Response:
    shown = uploads(call, PATH)
    retried = call.form.short("key") if problem and problem.code != "key_reused" else ""
    now = application().now().astimezone(ZoneInfo(region.zone))
    return html(
        call,
        "typing_in.html",
        problem.status if problem else 200,
        errors=_errors(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed={"received_at": now.strftime("%Y-%m-%dT%H:%M"), **call.form.last()},
        uploads=shown,
        storage=(shown.form["url"],) if shown.form else (),
        region=region,
        categories=category_groups(application().directory.categories(region.slug), call.language),
        agencies=agencies_of(region),
        channels=[(one, call.get_text(f"pages.staff.channels.{one}")) for one in CHANNELS],
        key=retried or fresh_key(),
    )


def _filled(call: Call, region: Region) -> NewComplaint:
    """What was filled in; ``ValidationError`` for what is not right in it."""
    form, place = call.form, place_of(call)
    given: dict[str, Any] = {name: form.get(name) for name in ("category", "title", "narrative")}
    return NewComplaint.model_validate(
        given
        | {
            "region": region.slug,
            "channel": form.get("channel"),
            "received_at": _local(form.get("received_at"), region),
            "reporter": {name: said for name in _OF_REPORTER if (said := form.get(f"reporter_{name}"))},
            "place": place.model_dump() if place else None,
            "uploads": keys_of(call),
            "about_agency": form.get("about_agency") or None,
            **{name: bool(form.get(name)) for name in ("anonymous", "confidential", "emergency")},
        }
    )


def _local(written: str, region: Region) -> datetime | str | None:
    """A time of the region's as a browser writes it; whatever else it is, the schema says what is wrong."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(region.zone))
    except ValueError:
        return written or None


def _errors(problem: Problem) -> Errors:
    """What is wrong by its field; what is the reporter's own has a field of that name."""
    found = errors_of(problem)
    if "channel" in found:
        # What else is wrong with a report of no known channel cannot be said yet.
        return {"channel": found["channel"]}
    found.pop("reporter", None)
    own = {
        "reporter_" + each.pointer.rpartition("/")[2]: Wrong(each.detail)
        for each in problem.errors
        if each.pointer.startswith("#/reporter/")
    }
    return own | found
