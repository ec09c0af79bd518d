"""The bundle for the Ombudsman: what would be sent, what was made, and the Ombudsman's own way to it.

The Ombudsman comes by a link, without an account. Looking changes nothing.
"""

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.documents import ombudsman as paper
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Bundle
from chalicelib.services.staff.accounts import Person
from chalicelib.web import limits
from chalicelib.web.pages.complaint import ticket_of
from chalicelib.web.pages.rendering import Call, html, page, refused, see, see_file, url

routes = Blueprint(__name__)

_NOBODY = "nobody"
"""What the pages of the Ombudsman's door are bound to: they have no forms, and set no cookie."""


@page(routes, "/laporan/{ticket}/ombudsman")
def own(call: Call, ticket: str) -> Response:
    """What its reporter lets go or not, with and without their name; afterwards the bundle itself."""
    person = call.require()
    if person.officer:
        return see(f"/petugas/laporan/{ticket_of(ticket)}/ombudsman")
    return _preview(call, person, ticket, "ombudsman.html", "/laporan/")


@page(routes, "/laporan/{ticket}/ombudsman/unduh")
def own_download(call: Call, ticket: str) -> Response:
    """The ZIP, for its reporter."""
    return _send(_released(call.require(), ticket))


@page(routes, "/petugas/laporan/{ticket}/ombudsman")
def staff(call: Call, ticket: str) -> Response:
    """What would be sent, for the officers who prepare it: never with who the reporter is."""
    return _preview(call, call.require(), ticket, "ombudsman_staff.html", "/petugas/laporan/")


@page(routes, "/petugas/laporan/{ticket}/ombudsman/unduh")
def staff_download(call: Call, ticket: str) -> Response:
    """The ZIP, for whoever has to bring it to the Ombudsman."""
    return _send(_released(call.require(), ticket))


@page(routes, "/o/{secret}")
def link(call: Call, secret: str) -> Response:
    """What the Ombudsman was sent, and until when it can be had."""
    try:
        bundle = _open(call, secret)
    except Refusal as refusal:
        return _closed_door(call, refusal)
    region = find_region(application().directory, bundle.region)
    return html(
        call,
        "ombudsman_link.html",
        bound_to=_NOBODY,
        bundle=bundle,
        region=region,
        download=url(f"/o/{secret}/unduh"),
    )


@page(routes, "/o/{secret}/unduh")
def link_download(call: Call, secret: str) -> Response:
    """The ZIP, for the Ombudsman."""
    try:
        return _send(_open(call, secret))
    except Refusal as refusal:
        return _closed_door(call, refusal)


def _open(call: Call, secret: str) -> Bundle:
    with limits.counting_missed_links(call.request):
        return application().ombudsman.open(secret)


def _closed_door(call: Call, refusal: Refusal) -> Response:
    return refused(call, refusal, template="ombudsman_refused.html", bound_to=_NOBODY)


def _released(person: Person, ticket: str) -> Bundle | None:
    with limits.counting_missed_tickets(person):
        return application().ombudsman.get_released(ticket_of(ticket), person.actor)


def _send(bundle: Bundle | None) -> Response:
    if bundle is None:
        raise Refusal("not_found")
    return see_file(application().ombudsman.get_address(bundle))


def _preview(call: Call, person: Person, ticket: str, template: str, folder: str) -> Response:
    with_identity = call.query.get("identitas") == "ya"
    with limits.counting_missed_tickets(person):
        dossier = application().ombudsman.preview(
            ticket_of(ticket), person.actor, with_identity=with_identity
        )
    view = dossier.view
    path = f"{folder}{view.ticket}"
    return html(
        call,
        template,
        here=f"{path}/ombudsman",
        view=view,
        document=paper.render_excerpt(dossier, call.language),
        with_identity=with_identity,
        back=url(path),
        preview=url(f"{path}/ombudsman"),
        download=url(f"{path}/ombudsman/unduh") if _released(person, view.ticket) else "",
        by_hand=application().ombudsman.is_delivered_by_hand(view.region),
    )
