"""The demo governments and their people, as the demo directory has them."""

from dataclasses import dataclass
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.demo_data import list_demo_regions

REGIONS: list[dict[str, Any]] = list_demo_regions()


@dataclass(frozen=True)
class Demo:
    """A cloud on which the demo directory is loaded, and the password of all its officers."""

    cloud: LocalCloud
    password: str


def find_category(region: dict[str, Any]) -> dict[str, Any]:
    """Return the category that complaints are filed under: the first that leads to an agency."""
    return next(category for category in region["categories"] if category.get("agency"))


def list_officers(region: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """Return the officers of that role; of an agency's roles, those of the category's agency."""
    agency = find_category(region)["agency"]
    officers = (officer for officer in region["officers"] if officer.get("agency", agency) == agency)
    return [officer for officer in officers if officer["role"] == role]


def find_officer(region: dict[str, Any], role: str) -> dict[str, Any]:
    """Return the first officer of that role."""
    return list_officers(region, role)[0]


def find_officer_by_id(region: dict[str, Any], officer_id: str) -> dict[str, Any]:
    return next(officer for officer in region["officers"] if officer["id"] == officer_id)


def format_mobile(officer: dict[str, Any]) -> str:
    """Return the officer's number in E.164, as SMS are sent to it."""
    return "+62" + str(officer["phone"]).replace("-", "").removeprefix("0")
