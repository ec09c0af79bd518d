"""Loads a directory of agencies, categories and officers from a file, and gives officers accounts.

`python -m infra directory FILE` works on the cloud that the environment names: AWS, or the local cloud. Its
regions are those of `chalicelib/regions`. Loading a file again changes only the entries that changed in it;
the changes of `infra.officers` and `infra.calendar` stay. Nobody knows a new officer's password: each sets
their own with a code, at /lupa. For a demo only, FIRST_PASSWORD gives all of them the same.
"""

import argparse
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from chalicelib.bootstrap import application
from chalicelib.domain.directory import regions
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role
from chalicelib.domain.values.phone import PhoneError, parse_phone
from chalicelib.domain.values.value import Value
from chalicelib.services.ports import Directory
from infra.operations.accounts import create_accounts

Data = dict[str, Any]
Item = Region | Agency | Category | Officer
V = TypeVar("V", bound=Value)

_CHANGED_LATER = {
    Agency: ("successor",),
    Officer: ("epoch", "active", "assignment", "absent_from", "absent_until"),
}
"""The fields that commands change after a file was loaded; a file that does not have them keeps them."""


class DirectoryError(Exception):
    """The file is no directory, or its entries contradict each other: one sentence says where."""


def load_file(file: Path, directory: Directory) -> list[Officer]:
    """Put the file's entries into the directory; return its officers.

    Raises ``DirectoryError`` before anything was put.
    """
    items = [item for entry in read_regions(file) for item in build_items(entry)]
    officers = []
    for item in items:
        merged = _keep_later_changes(item, directory)
        directory.put(merged)
        if isinstance(merged, Officer):
            officers.append(merged)
    return officers


def build_items(entry: Data) -> list[Item]:
    """Build the directory items of one region's entry, the region first; raise ``DirectoryError``."""
    try:
        region = regions.load(entry["slug"])
    except KeyError:
        raise DirectoryError(f"no region {entry.get('slug')!r} in chalicelib/regions") from None
    agencies = [
        _parse_item(Agency, {"kind": "agency", **agency}, region) for agency in entry.get("agencies", ())
    ]
    categories = [_parse_category(category, region) for category in entry.get("categories", ())]
    officers = [_parse_officer(officer, region) for officer in entry.get("officers", ())]
    for fault in _find_faults({agency.id: agency for agency in agencies}, categories, officers):
        raise DirectoryError(f"{region.slug}: {fault}")
    return [region, *agencies, *categories, *officers]


def read_regions(file: Path) -> list[Data]:
    try:
        return list(tomllib.loads(file.read_text(encoding="utf-8"))["regions"])
    except OSError as error:
        raise DirectoryError(f"{file}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(f"{file}: {error}") from error
    except KeyError:
        raise DirectoryError(f"{file}: has no [[regions]]") from None


def _parse_item(kind: type[V], entry: Data, region: Region) -> V:
    try:
        return kind.model_validate({**entry, "region": region.slug})
    except ValidationError as error:
        first = error.errors()[0]
        name = entry.get("id") or entry.get("code")
        where = ".".join(str(part) for part in first["loc"])
        raise DirectoryError(
            f"{region.slug}: {kind.__name__.lower()} {name!r}: {where}: {first['msg']}"
        ) from error


def _parse_category(entry: Data, region: Region) -> Category:
    rest = {name: value for name, value in entry.items() if name not in ("id", "en")}
    return _parse_item(Category, {**rest, "name_id": entry.get("id"), "name_en": entry.get("en")}, region)


def _parse_officer(entry: Data, region: Region) -> Officer:
    try:
        phone = parse_phone(entry["phone"]) if "phone" in entry else None
    except PhoneError as error:
        raise DirectoryError(f"{region.slug}: officer {entry.get('id')!r}: phone: {error}") from error
    return _parse_item(Officer, {**entry, "phone": phone}, region)


def _find_faults(
    agencies: dict[str, Agency], categories: Sequence[Category], officers: Sequence[Officer]
) -> Iterator[str]:
    """Yield a sentence for each contradiction."""
    codes = {category.code for category in categories}
    for category in categories:
        if category.parent is not None and category.parent not in codes:
            yield f"category {category.code!r}: there is no category {category.parent!r}"
        if category.agency is not None and category.agency not in agencies:
            yield f"category {category.code!r}: there is no agency {category.agency!r}"
    for officer in officers:
        fault = _find_post_fault(officer, agencies.get(officer.agency or ""))
        if fault:
            yield f"officer {officer.id!r}: {fault}"
    for officer_id, times in Counter(officer.id for officer in officers).items():
        if times > 1:
            yield f"officer {officer_id!r}: there is another of this id"


def _find_post_fault(officer: Officer, agency: Agency | None) -> str | None:
    """Return what is wrong with an officer's agency and unit, for their role."""
    if officer.role not in AGENCY_ROLES:
        return f"the role {officer.role} is the whole region's, not an agency's" if officer.agency else None
    if agency is None:
        return f"there is no agency {officer.agency!r}" if officer.agency else "an agency is missing"
    if officer.role == Role.UNIT and officer.unit is None:
        return "a unit is missing"
    if officer.unit is not None and officer.unit not in {unit.id for unit in agency.units}:
        return f"there is no unit {officer.unit!r} in the agency {agency.id!r}"
    return None


def _keep_later_changes(item: Item, directory: Directory) -> Item:
    match item:
        case Region():
            return _keep_decreed_days(item, directory.get_region(item.slug))
        case Agency():
            return _keep_fields(item, directory.get_agency(item.region, item.id))
        case Officer():
            stored = directory.get_officer(item.region, item.id)
            if stored and stored.name != item.name:
                return item.model_copy(update={"epoch": stored.epoch + 1})
            return _keep_fields(item, stored)
        case _:
            return item


def _keep_decreed_days(item: Region, stored: Region | None) -> Region:
    """Keep the days that decrees changed: `infra.calendar` moved the open deadlines with them."""
    if stored is None:
        return item
    days = {"closing_days": stored.closing_days, "extra_working_days": stored.extra_working_days}
    return item.model_copy(update=days)


def _keep_fields(item: V, stored: V | None) -> V:
    if stored is None:
        return item
    missing = set(_CHANGED_LATER[type(item)]) - item.model_fields_set
    return item.model_copy(update={name: getattr(stored, name) for name in missing})


def main() -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra directory", description=__doc__)
    parser.add_argument("file", type=Path, help="a TOML file like infra/local/data/directory.toml")
    options = parser.parse_args()
    app = application()
    try:
        officers = load_file(options.file, app.directory)
    except DirectoryError as error:
        print(error, file=sys.stderr)
        return 1
    demo_password = os.environ.get("FIRST_PASSWORD")
    created = create_accounts(officers, app.accounts, app.settings.user_pool_id, demo_password)
    print(f"{len(officers)} officers on file, {created} new accounts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
