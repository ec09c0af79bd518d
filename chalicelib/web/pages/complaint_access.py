"""Reading a complaint and its files for a page, as the person who asks may see them."""

from chalice.app import Response

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person
from chalicelib.services.views.models import ComplaintView
from chalicelib.web import limits
from chalicelib.web.pages.rendering import redirect_to_file
from chalicelib.web.tickets import normalise_ticket


def read_complaint(ticket: str, person: Person) -> ComplaintView:
    """Return a complaint as this person may see it. Look-ups that find nothing are limited."""
    with limits.limit_missed_tickets(person):
        return application().reader.read(normalise_ticket(ticket), person.actor)


def send_file(view: ComplaintView, name: str) -> Response:
    """Send the browser to the file's short-lived address, if this view shows the file."""
    file = view.find_file(name)
    if file is None:
        raise Refusal("not_found")
    return redirect_to_file(application().files.create_address(view.ticket, file))


def list_storage_addresses(view: ComplaintView) -> tuple[str, ...]:
    """Return an address of the bucket, if the page shows pictures from it."""
    return tuple(application().files.create_address(view.ticket, file) for file in view.every_file[:1])
