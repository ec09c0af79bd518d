"""The bundle for the Ombudsman: its preview, its download, and the Ombudsman's own link to it.

The Ombudsman comes with a link, without an account. Opening the pages changes nothing.
"""

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import application
from chalicelib.documents import ombudsman as paper
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Bundle
from chalicelib.services.staff.accounts import Person
from chalicelib.web import limits
from chalicelib.web.pages.addresses import to_url
from chalicelib.web.pages.page_call import NOBODY, PageCall
from chalicelib.web.pages.rendering import redirect, redirect_to_file, render_page, render_refusal
from chalicelib.web.pages.serving import serve_page
from chalicelib.web.tickets import normalise_ticket

blueprint = Blueprint(__name__)


@serve_page(blueprint, "/laporan/{ticket}/ombudsman")
def show_own_preview(call: PageCall, ticket: str) -> Response:
    """Show reporters what would be sent, with and without their name; after their consent, the bundle."""
    person = call.require_person()
    if person.officer:
        return redirect(f"/petugas/laporan/{normalise_ticket(ticket)}/ombudsman")
    return _show_preview(call, person, ticket, "ombudsman.html", "/laporan/")


@serve_page(blueprint, "/laporan/{ticket}/ombudsman/unduh")
def download_own_bundle(call: PageCall, ticket: str) -> Response:
    """Send the ZIP to the complaint's reporter."""
    return _send_bundle(_get_released(call.require_person(), ticket))


@serve_page(blueprint, "/petugas/laporan/{ticket}/ombudsman")
def show_staff_preview(call: PageCall, ticket: str) -> Response:
    """Show the officers who prepare it what would be sent, never with the reporter's identity."""
    return _show_preview(call, call.require_person(), ticket, "ombudsman_staff.html", "/petugas/laporan/")


@serve_page(blueprint, "/petugas/laporan/{ticket}/ombudsman/unduh")
def download_staff_bundle(call: PageCall, ticket: str) -> Response:
    """Send the ZIP to an officer who has to bring it to the Ombudsman."""
    return _send_bundle(_get_released(call.require_person(), ticket))


@serve_page(blueprint, "/o/{secret}")
def show_bundle(call: PageCall, secret: str) -> Response:
    """Show the Ombudsman what was sent, and until when it can be downloaded."""
    try:
        bundle = _open_link(call, secret)
    except Refusal as refusal:
        return _refuse_link(call, refusal)
    return render_page(
        call,
        "ombudsman_link.html",
        form_owner=NOBODY,
        bundle=bundle,
        region=find_region(application().directory, bundle.region),
        download=to_url(f"/o/{secret}/unduh"),
    )


@serve_page(blueprint, "/o/{secret}/unduh")
def download_bundle(call: PageCall, secret: str) -> Response:
    """Send the ZIP to the Ombudsman."""
    try:
        return _send_bundle(_open_link(call, secret))
    except Refusal as refusal:
        return _refuse_link(call, refusal)


def _open_link(call: PageCall, secret: str) -> Bundle:
    with limits.limit_missed_links(call.request):
        return application().ombudsman.open(secret)


def _refuse_link(call: PageCall, refusal: Refusal) -> Response:
    return render_refusal(call, refusal, template="ombudsman_refused.html", form_owner=NOBODY)


def _get_released(person: Person, ticket: str) -> Bundle | None:
    with limits.limit_missed_tickets(person):
        return application().ombudsman.get_released(normalise_ticket(ticket), person.actor)


def _send_bundle(bundle: Bundle | None) -> Response:
    if bundle is None:
        raise Refusal("not_found")
    return redirect_to_file(application().ombudsman.get_address(bundle))


def _show_preview(call: PageCall, person: Person, ticket: str, template: str, folder: str) -> Response:
    with_identity, service = call.query.get("identitas") == "ya", application().ombudsman
    with limits.limit_missed_tickets(person):
        dossier = service.preview(normalise_ticket(ticket), person.actor, with_identity=with_identity)
    view = dossier.view
    path = f"{folder}{view.ticket}"
    return render_page(
        call,
        template,
        here=f"{path}/ombudsman",
        view=view,
        document=paper.render_excerpt(dossier, call.language),
        with_identity=with_identity,
        back=to_url(path),
        preview=to_url(f"{path}/ombudsman"),
        download=to_url(f"{path}/ombudsman/unduh") if _get_released(person, view.ticket) else "",
        by_hand=service.is_delivered_by_hand(view.region),
    )
