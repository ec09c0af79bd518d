"""What an officer is told of posts rather than of one complaint, as the daily look at who is on duty asks."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Procedure
from chalicelib.i18n.dates import format_date
from chalicelib.notifications.channels.email import one_line
from chalicelib.notifications.content import language_of, place_of
from chalicelib.notifications.recipients import Addressee
from chalicelib.notifications.rendering import Known
from chalicelib.services.ports import Directory

ASSIGNMENT_ENDS = "assignment-ends"
DESK_EMPTY = "desk-empty"

_FILE = "officer-"
"""How the records' ``ticket`` begins where a message is about no complaint."""


def file_of(region: str, officer: str) -> str:
    """What stands for the ticket in the records of an officer's own messages."""
    return f"{_FILE}{region}-{officer}"


def is_of_a_post(ticket: str) -> bool:
    """Whether a record's ``ticket`` is an officer's own."""
    return ticket.startswith(_FILE)


def subject_of(body: Mapping[str, Any]) -> str:
    """What a message is of, an officer or a desk: one officer may get several of a template on one day."""
    desk = body.get("desk")
    if desk is None:
        return str(body["about"])
    return "-".join(desk[part] for part in ("role", "agency", "unit") if desk[part])


def known(
    body: Mapping[str, Any],
    addressee: Addressee,
    region: Region,
    procedure: Procedure,
    directory: Directory,
    link: str,
) -> Known:
    """What the message may use. ``body`` is the queue's: ``about`` an officer whose Surat Tugas ends, or the
    ``desk`` (role, agency, unit) with so many ``open`` steps at which nobody is on duty.
    """
    assert addressee.officer
    language = language_of(addressee)
    about = directory.officer(region.slug, body["about"]) if "about" in body else None
    desk = body.get("desk", {})
    title = procedure.roles.get(desk.get("role", ""))
    agency = directory.agency(region.slug, desk["agency"]) if desk.get("agency") else None
    unit = next((one for one in agency.units if one.id == desk["unit"]), None) if agency else None
    names = [
        title.title.get_words(language) if title else desk.get("role"),
        unit and unit.name,
        agency and agency.name,
    ]
    letter = about.assignment if about else None
    return {
        **place_of(region),
        "link": link,
        "owner": False,
        "stands_in": False,
        "to": one_line(addressee.officer.title),
        "mine": about is not None and about.id == addressee.officer.id,
        "post": one_line(about.title) if about else None,
        "number": one_line(letter.number) if letter else None,
        "expires": format_date(letter.expires, language) if letter else None,
        "desk": one_line(", ".join(name for name in names if name)) or None,
        "open": body.get("open"),
    }
