"""The data of the demo: its regions with their people, and the detours on the way through each procedure."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.domain.directory import regions
from infra.operations.directory import read_regions

DATA = Path(__file__).with_name("data")
DIRECTORY = DATA / "directory.toml"
PHOTO = DATA / "photo.jpg"
SCENARIOS = DATA / "scenarios.toml"


class NoDemoRegion(LookupError):
    """No demo region follows the procedure; the text names those that exist."""


@dataclass(frozen=True)
class Scenario:
    """The detours from the straight way; `scenarios.toml` explains each field."""

    without_photo: bool = False
    consult: bool = False
    disputes: int = 0


def list_demo_regions() -> list[dict[str, Any]]:
    """Return the demo's regions: their own fields (zone, procedure …), agencies, categories and officers."""
    return [{**regions.load(entry["slug"]).model_dump(), **entry} for entry in read_regions(DIRECTORY)]


def find_region(procedure: str) -> dict[str, Any]:
    """Return the demo region that follows this procedure; the first region where ``procedure`` is empty."""
    demo_regions = list_demo_regions()
    for region in demo_regions:
        if procedure in ("", region["procedure"]):
            return region
    procedures = ", ".join(region["procedure"] for region in demo_regions)
    raise NoDemoRegion(f"no demo region follows the procedure {procedure!r}; known: {procedures}")


def find_admin(region: dict[str, Any]) -> dict[str, Any]:
    """Return the region's first admin."""
    return next(officer for officer in region["officers"] if officer["role"] == "regional_admin")


def find_category(region: dict[str, Any]) -> str:
    """Return the code of the region's first category that leads to an agency."""
    return str(next(category["code"] for category in region["categories"] if category.get("agency")))


def load_scenario(procedure: str) -> Scenario:
    """Load the detours on the way through that procedure."""
    return Scenario(**tomllib.loads(SCENARIOS.read_text(encoding="utf-8")).get(procedure, {}))
