"""Filing a complaint in two steps: the photos, then the words.

Photos come first, as sending one leaves the page.
"""

from chalice.app import Blueprint, Response
from pydantic import TypeAdapter

from chalicelib.bootstrap import application
from chalicelib.domain.directory.agencies import Category
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Language
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.complaints.command_handler import Request
from chalicelib.services.complaints.decision_requests import NewPlace
from chalicelib.services.complaints.filing import Draft
from chalicelib.services.staff.accounts import Person
from chalicelib.web import limits
from chalicelib.web.pages.rendering import (
    Call,
    errors_of,
    fresh_key,
    guarded,
    html,
    page,
    retry,
    see,
    url,
    with_query,
)
from chalicelib.web.pages.uploads import keys_of, uploads
from chalicelib.web.problems import Problem, problem_of

routes = Blueprint(__name__)

Groups = list[tuple[str, list[tuple[str, str]]]]


@page(routes, "/lapor")
def file_page(call: Call) -> Response:
    """The first step, or the second with what the first one gave."""
    _citizen(call)
    region = application().directory.region(call.query.get("daerah"))
    if call.query.get("langkah") != "2" or region is None:
        return _photos(call)
    if "photo" in load_procedure(region.procedure).filing.requires and not keys_of(call):
        return _photos(call, problem_of(Refusal("missing_photo"), call.language))
    return _form(call, region)


@page(routes, "/lapor", "POST")
def file_complaint(call: Call) -> Response:
    """File it, and show it; where something is missing, the form again with all that was typed."""
    person = _citizen(call)
    region = application().directory.region(call.form.get("region"))
    if region is None:
        return _photos(call, problem_of(Refusal("unknown_region"), call.language))

    def act() -> Response:
        call.check_form()
        limits.by_account("file", person)
        draft = _draft(call)
        body = TypeAdapter(Draft).dump_json(draft).decode()
        request = Request(actor=person.actor, key=call.form.short("key") or fresh_key(), body=body)
        complaint = application().filing.file(draft, person.identity, request)
        return see(with_query(f"/laporan/{complaint.ticket}", tercatat="filed"))

    return guarded(call, act, lambda problem: _form(call, region, problem))


def category_groups(categories: list[Category], language: Language) -> Groups:
    """The categories one may choose, under the names of those that only gather others."""
    names = {one.code: one.name_id if language == "id" else one.name_en for one in categories}
    gathering = {one.parent for one in categories if one.parent}
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in categories:
        if one.code not in gathering:
            groups.setdefault(names.get(one.parent or "", ""), []).append((one.code, names[one.code]))
    return sorted(groups.items(), key=lambda group: group[0])


def place_of(call: Call) -> NewPlace | None:
    """What was given of a place, with comma or point in the numbers; ``ValidationError`` for no number."""
    degrees = {name: call.form.get(name).replace(",", ".") or None for name in ("latitude", "longitude")}
    address = call.form.get("address")
    if not address and not any(degrees.values()):
        return None
    return NewPlace.model_validate({"address": address, **degrees})


def _citizen(call: Call) -> Person:
    person = call.require()
    if person.officer:
        raise Refusal("not_your_role")
    return person


def _photos(call: Call, problem: Problem | None = None) -> Response:
    region = call.query.get("daerah")
    shown = uploads(call, "/lapor", daerah=region)
    return html(
        call,
        "filing_photos.html",
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        uploads=shown,
        storage=(shown.form["url"],) if shown.form else (),
        region=region,
        regions=[(one.slug, one.name) for one in application().directory.regions()],
    )


def _form(call: Call, region: Region, problem: Problem | None = None) -> Response:
    keys, directory = keys_of(call), application().directory
    retried = call.form.short("key") if problem and problem.code != "key_reused" else ""
    return html(
        call,
        "filing_form.html",
        problem.status if problem else 200,
        errors=errors_of(problem) if problem else {},
        headers=retry(problem) if problem else {},
        typed=call.form.last(),
        region=region,
        categories=category_groups(directory.categories(region.slug), call.language),
        agencies=agencies_of(region),
        photos=keys,
        back=url(with_query("/lapor", daerah=region.slug, foto=keys)),
        key=retried or fresh_key(),
    )


def agencies_of(region: Region) -> list[tuple[str, str]]:
    """The agencies whose officers a report can be about."""
    there = application().directory.agencies(region.slug)
    return [(one.id, one.name) for one in there if one.successor is None]


def _draft(call: Call) -> Draft:
    given, place = call.form, place_of(call)
    return Draft(
        region=given.get("region"),
        category=given.get("category"),
        title=given.get("title"),
        narrative=given.get("narrative"),
        place=place.checked() if place else None,
        uploads=keys_of(call),
        anonymous=bool(given.get("anonymous")),
        confidential=bool(given.get("confidential")),
        emergency=bool(given.get("emergency")),
        about_agency=given.get("about_agency") or None,
        language=call.language,
    )
