"""Loads a directory of agencies, categories and officers from a file, and gives officers accounts.

`python -m infra.directory FILE` works on whatever the environment names: AWS, or the local cloud. The regions
it speaks of are those of `chalicelib/regions`. Loading the same file again changes nothing but what the file
changed; what `infra.officers` and `infra.calendar` changed stays. Nobody knows a new officer's password: each
sets their own by a code, at /lupa. For a demo only, FIRST_PASSWORD gives all of them the same.
"""

import argparse
import os
import secrets
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from pydantic import ValidationError

from chalicelib.bootstrap import application
from chalicelib.domain.directory import regions
from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role
from chalicelib.domain.values.phone import PhoneError, parse_phone
from chalicelib.domain.values.value import Value
from chalicelib.services.ports import Accounts, Directory

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

Data = dict[str, Any]
Item = Region | Agency | Category | Officer
V = TypeVar("V", bound=Value)

DIRECTORY = Path(__file__).parents[1] / "local" / "data" / "directory.toml"

_CHANGED_LATER = {
    Agency: ("successor",),
    Officer: ("epoch", "active", "assignment", "absent_from", "absent_until"),
}
"""What commands change after a file was loaded, and a file that does not speak of it leaves alone."""


class DirectoryError(Exception):
    """The file is no directory, or does not fit together: one sentence says where."""


def demo_regions() -> list[Data]:
    """The demo's regions: each one's own facts (zone, procedure …) and its agencies, categories, officers."""
    return [{**regions.load(entry["slug"]).model_dump(), **entry} for entry in _read(DIRECTORY)]


def load(file: Path, directory: Directory) -> list[Officer]:
    """Put everything the file holds into the directory; its officers. ``DirectoryError``: nothing was put."""
    items = [item for entry in _read(file) for item in items_of(entry)]
    officers = []
    for item in items:
        merged = _with_later_changes(item, directory)
        directory.put(merged)
        if isinstance(merged, Officer):
            officers.append(merged)
    return officers


def items_of(entry: Data) -> list[Item]:
    """One region's entry as directory items, the region first. Raises ``DirectoryError``."""
    try:
        region = regions.load(entry["slug"])
    except KeyError:
        raise DirectoryError(f"no region {entry.get('slug')!r} in chalicelib/regions") from None
    agencies = [_item(Agency, {"kind": "agency", **agency}, region) for agency in entry.get("agencies", ())]
    categories = [_category(category, region) for category in entry.get("categories", ())]
    officers = [_officer(officer, region) for officer in entry.get("officers", ())]
    for fault in _faults({agency.id: agency for agency in agencies}, categories, officers):
        raise DirectoryError(f"{region.slug}: {fault}")
    return [region, *agencies, *categories, *officers]


def _read(file: Path) -> list[Data]:
    try:
        return list(tomllib.loads(file.read_text(encoding="utf-8"))["regions"])
    except OSError as error:
        raise DirectoryError(f"{file}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(f"{file}: {error}") from error
    except KeyError:
        raise DirectoryError(f"{file}: has no [[regions]]") from None


def _item(kind: type[V], entry: Data, region: Region) -> V:
    try:
        return kind.model_validate({**entry, "region": region.slug})
    except ValidationError as error:
        first = error.errors()[0]
        name = entry.get("id") or entry.get("code")
        where = ".".join(str(part) for part in first["loc"])
        raise DirectoryError(
            f"{region.slug}: {kind.__name__.lower()} {name!r}: {where}: {first['msg']}"
        ) from error


def _category(entry: Data, region: Region) -> Category:
    rest = {name: value for name, value in entry.items() if name not in ("id", "en")}
    return _item(Category, {**rest, "name_id": entry.get("id"), "name_en": entry.get("en")}, region)


def _officer(entry: Data, region: Region) -> Officer:
    try:
        phone = parse_phone(entry["phone"]) if "phone" in entry else None
    except PhoneError as error:
        raise DirectoryError(f"{region.slug}: officer {entry.get('id')!r}: phone: {error}") from error
    return _item(Officer, {**entry, "phone": phone}, region)


def _faults(
    agencies: dict[str, Agency], categories: Sequence[Category], officers: Sequence[Officer]
) -> Iterator[str]:
    """What does not fit together, as sentences."""
    codes = {category.code for category in categories}
    for category in categories:
        if category.parent is not None and category.parent not in codes:
            yield f"category {category.code!r}: there is no category {category.parent!r}"
        if category.agency is not None and category.agency not in agencies:
            yield f"category {category.code!r}: there is no agency {category.agency!r}"
    for officer in officers:
        fault = post_fault(officer, agencies.get(officer.agency or ""))
        if fault:
            yield f"officer {officer.id!r}: {fault}"
    for officer_id, times in Counter(officer.id for officer in officers).items():
        if times > 1:
            yield f"officer {officer_id!r}: there is another of this id"


def post_fault(officer: Officer, agency: Agency | None) -> str | None:
    """What is wrong with an officer's agency and unit, for their role."""
    if officer.role not in AGENCY_ROLES:
        return f"the role {officer.role} is the whole region's, not an agency's" if officer.agency else None
    if agency is None:
        return f"there is no agency {officer.agency!r}" if officer.agency else "an agency is missing"
    if officer.role == Role.UNIT and officer.unit is None:
        return "a unit is missing"
    if officer.unit is not None and officer.unit not in {unit.id for unit in agency.units}:
        return f"there is no unit {officer.unit!r} in the agency {agency.id!r}"
    return None


def _with_later_changes(item: Item, directory: Directory) -> Item:
    match item:
        case Region():
            return _with_decreed_days(item, directory.get_region(item.slug))
        case Agency():
            return _kept(item, directory.get_agency(item.region, item.id))
        case Officer():
            stored = directory.get_officer(item.region, item.id)
            if stored and stored.name != item.name:
                return item.model_copy(update={"epoch": stored.epoch + 1})
            return _kept(item, stored)
        case _:
            return item


def _with_decreed_days(item: Region, stored: Region | None) -> Region:
    """With the days that decrees took out or put in: `infra.calendar` moves the open deadlines with them."""
    if stored is None:
        return item
    days = {"closing_days": stored.closing_days, "extra_working_days": stored.extra_working_days}
    return item.model_copy(update=days)


def _kept(item: V, stored: V | None) -> V:
    if stored is None:
        return item
    unsaid = set(_CHANGED_LATER[type(item)]) - item.model_fields_set
    return item.model_copy(update={name: getattr(stored, name) for name in unsaid})


def give_accounts(
    officers: list[Officer], accounts: Accounts, user_pool: str, password: str | None = None
) -> int:
    """An account for each officer who has none, or whose address was another's; how many were made.

    They sign in with e-mail or phone. Of two posts of one person the account is for the first that is active.
    Without ``password`` each has one that nobody knows, and sets their own by a code.
    """
    cognito = boto3.client("cognito-idp")
    first_posts: dict[str, Officer] = {}
    for officer in officers:
        login = officer.email or officer.phone
        if login and officer.active:
            first_posts.setdefault(login, officer)
    return sum(
        _give_account(cognito, login, officer, accounts, user_pool, password or secrets.token_urlsafe(32))
        for login, officer in first_posts.items()
    )


def _give_account(
    cognito: "CognitoIdentityProviderClient",
    login: str,
    officer: Officer,
    accounts: Accounts,
    user_pool: str,
    password: str,
) -> bool:
    try:
        account = _new_user(cognito, user_pool, login)
    except cognito.exceptions.UsernameExistsException:
        user = cognito.admin_get_user(UserPoolId=user_pool, Username=login)
        account = _subject(user["UserAttributes"])
        stored = accounts.get(account)
        if stored and stored.officer and stored.name == officer.name:
            accounts.put(stored.model_copy(update={"region": officer.region, "officer": officer.id}))
            return False
        # It is the directory's word that the address is theirs; without it Cognito sends no code there.
        cognito.admin_update_user_attributes(
            UserPoolId=user_pool, Username=login, UserAttributes=[_verified(login)]
        )
    # Also for a login that is known already: who registered it, or held the post, would keep their password.
    cognito.admin_set_user_password(UserPoolId=user_pool, Username=login, Password=password, Permanent=True)
    accounts.put(
        Account(
            id=account,
            name=officer.name,
            email=officer.email,
            phone=officer.phone,
            language=officer.language,
            region=officer.region,
            officer=officer.id,
        )
    )
    return True


def _new_user(cognito: "CognitoIdentityProviderClient", user_pool: str, login: str) -> str:
    made = cognito.admin_create_user(
        UserPoolId=user_pool,
        Username=login,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": _kind(login), "Value": login}, _verified(login)],
    )
    return _subject(made["User"]["Attributes"])


def _verified(login: str) -> "AttributeTypeTypeDef":
    return {"Name": f"{_kind(login)}_verified", "Value": "true"}


def _kind(login: str) -> str:
    return "email" if "@" in login else "phone_number"


def _subject(attributes: Iterable["AttributeTypeTypeDef"]) -> str:
    return next(one["Value"] for one in attributes if one["Name"] == "sub")


def main() -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.directory", description=__doc__)
    parser.add_argument("file", type=Path, help="a TOML file like infra/local/data/directory.toml")
    given = parser.parse_args()
    parts = application()
    try:
        officers = load(given.file, parts.directory)
    except DirectoryError as error:
        print(error, file=sys.stderr)
        return 1
    demo_password = os.environ.get("FIRST_PASSWORD")
    made = give_accounts(officers, parts.accounts, parts.settings.user_pool_id, demo_password)
    print(f"{len(officers)} officers on file, {made} new accounts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
