"""The fields that several forms share: the category, the agency, the place."""

from chalicelib.bootstrap import application
from chalicelib.domain.complaint.fields import NewPlace
from chalicelib.domain.directory.agencies import Category
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Language
from chalicelib.web.pages.page_call import PageCall

OptionGroups = list[tuple[str, list[tuple[str, str]]]]
"""The options of a select field: groups, each a label and its (value, label) pairs."""


def group_categories(categories: list[Category], language: Language) -> OptionGroups:
    """Return the categories that can be chosen, under the names of those that only group others."""
    names = {
        category.code: category.name_id if language == "id" else category.name_en for category in categories
    }
    parents = {category.parent for category in categories if category.parent}
    groups: dict[str, list[tuple[str, str]]] = {}
    for category in categories:
        if category.code not in parents:
            option = (category.code, names[category.code])
            groups.setdefault(names.get(category.parent or "", ""), []).append(option)
    return sorted(groups.items(), key=lambda group: group[0])


def list_agency_options(region: Region) -> list[tuple[str, str]]:
    """Return the agencies whose officers a complaint can be about, as (value, label)."""
    agencies = application().directory.list_agencies(region.slug)
    return [(agency.id, agency.name) for agency in agencies if agency.successor is None]


def read_place(call: PageCall) -> NewPlace | None:
    """Return the place in the form, if any; its numbers may have a decimal comma.

    Raises ``ValidationError`` for degrees that are not a number.
    """
    degrees = {name: call.form.get(name).replace(",", ".") or None for name in ("latitude", "longitude")}
    address = call.form.get("address")
    if not address and not any(degrees.values()):
        return None
    return NewPlace.model_validate({"address": address, **degrees})
