"""The notices about staff, not about one complaint: the daily check of who is on duty asks for them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Procedure
from chalicelib.i18n.dates import format_date
from chalicelib.notifications.channels.email import to_one_line
from chalicelib.notifications.content import build_region_context
from chalicelib.notifications.message import Addressee, Message
from chalicelib.notifications.rendering import TemplateContext
from chalicelib.services.ports import Directory

_TICKET_PREFIX = "officer-"
"""The beginning of the records' ``ticket`` where a message is about no complaint."""


def is_staff_notice(ticket: str) -> bool:
    """Tell whether a record's ``ticket`` stands for an officer's own notices."""
    return ticket.startswith(_TICKET_PREFIX)


def create_message(body: Mapping[str, Any], region: Region, officer: Officer) -> Message:
    """Create the message to an officer. ``body`` is the queue's (see :func:`build_notice_context`)."""
    template = str(body["template"])
    return Message(
        ticket=f"{_TICKET_PREFIX}{region.slug}-{officer.id}",
        seq=0,
        stem=f"000000.{officer.id}.{template}-{_get_subject_id(body)}-{body['request']}",
        region=region,
        addressee=Addressee(officer.id, officer.role, template, officer=officer),
        template=template,
    )


def build_notice_context(
    body: Mapping[str, Any],
    addressee: Addressee,
    region: Region,
    procedure: Procedure,
    directory: Directory,
    link: str,
) -> TemplateContext:
    """Build the values that the notice may use.

    ``body`` is the queue's: ``about`` is an officer whose Surat Tugas ends, or ``desk`` (role, agency, unit)
    has no officer on duty and so many ``open`` steps.
    """
    assert addressee.officer
    language = addressee.language
    about = directory.get_officer(region.slug, body["about"]) if "about" in body else None
    letter = about.assignment if about else None
    return {
        **build_region_context(region),
        "link": link,
        "owner": False,
        "deputy": False,
        "to": to_one_line(addressee.officer.title),
        "mine": about is not None and about.id == addressee.officer.id,
        "post": to_one_line(about.title) if about else None,
        "number": to_one_line(letter.number) if letter else None,
        "expires": format_date(letter.expires, language) if letter else None,
        "desk": _format_desk(body.get("desk", {}), addressee, region, procedure, directory),
        "open": body.get("open"),
    }


def _get_subject_id(body: Mapping[str, Any]) -> str:
    """Return the officer or desk of a notice: one officer may get several of a template on one day."""
    desk = body.get("desk")
    if desk is None:
        return str(body["about"])
    return "-".join(desk[part] for part in ("role", "agency", "unit") if desk[part])


def _format_desk(
    desk: Mapping[str, Any], addressee: Addressee, region: Region, procedure: Procedure, directory: Directory
) -> str | None:
    title = procedure.roles.get(desk.get("role", ""))
    agency = directory.get_agency(region.slug, desk["agency"]) if desk.get("agency") else None
    unit = next((unit for unit in agency.units if unit.id == desk["unit"]), None) if agency else None
    names = [
        title.title.get_words(addressee.language) if title else desk.get("role"),
        unit and unit.name,
        agency and agency.name,
    ]
    return to_one_line(", ".join(name for name in names if name)) or None
