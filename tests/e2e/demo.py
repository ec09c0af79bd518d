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


def category(region: dict[str, Any]) -> dict[str, Any]:
    """The category people file under: the first that leads to an agency."""
    return next(one for one in region["categories"] if one.get("agency"))


def officers(region: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """The officers of that role; of an agency's roles, those who get complaints of the category above."""
    agency = category(region)["agency"]
    return [one for one in region["officers"] if one["role"] == role and one.get("agency", agency) == agency]


def officer(region: dict[str, Any], role: str) -> dict[str, Any]:
    """The first officer of that role."""
    return officers(region, role)[0]


def named(region: dict[str, Any], officer_id: str) -> dict[str, Any]:
    """The officer of that id."""
    return next(one for one in region["officers"] if one["id"] == officer_id)


def mobile(one: dict[str, Any]) -> str:
    """The officer's number as SMS go to it."""
    return "+62" + one["phone"].replace("-", "").removeprefix("0")
