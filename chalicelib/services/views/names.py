"""The names that people read for the ids of roles, agencies, units and categories."""

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Procedure, Text
from chalicelib.i18n.catalog import get_text
from chalicelib.services.ports import Directory


def get_role_title(role: str, procedure: Procedure) -> Text:
    """Return this government's title of the role, else the general title."""
    title = procedure.roles.get(role)
    if title:
        return title.title
    return Text(id=get_text("id", f"roles.{role}"), en=get_text("en", f"roles.{role}"))


def get_agency_name(directory: Directory, region: str, agency: str | None) -> str | None:
    """Return the agency's name; its id where the directory does not have it."""
    entry = directory.get_agency(region, agency) if agency else None
    return entry.name if entry else agency


def get_unit_name(directory: Directory, complaint: Complaint, unit: str | None) -> str | None:
    """Return the name of a unit of the complaint's agency; its id where the directory does not have it."""
    agency = directory.get_agency(complaint.region, complaint.agency) if complaint.agency else None
    names = {entry.id: entry.name for entry in agency.units} if agency else {}
    return names.get(unit, unit) if unit else None


def get_category_name(directory: Directory, complaint: Complaint) -> Text:
    """Return the name of the complaint's category; its code where the directory does not have it."""
    category = directory.get_category(complaint.region, complaint.category)
    if category is None:
        return Text(id=complaint.category, en=complaint.category)
    return Text(id=category.name_id, en=category.name_en)
