"""Loads a directory of regions, agencies, categories and officers from a file, and gives officers accounts.

`python -m infra.directory FILE` works on whatever the environment names: AWS, or the local cloud.
Loading the same file again changes nothing but what the file changed. Nobody knows a new officer's password:
each sets their own by a code, at /lupa. For a demo only, FIRST_PASSWORD gives all of them the same.
"""

import argparse
import os
import secrets
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.bootstrap import services
from chalicelib.domain.directory import Account, Agency, Category, Officer, Region
from chalicelib.domain.phone import parse_phone
from chalicelib.services.ports import Accounts, Directory

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

Data = dict[str, Any]


def load(file: Path, directory: Directory) -> list[Officer]:
    """Put everything the file holds into the directory; the officers in it."""
    officers = []
    for entry in tomllib.loads(file.read_text(encoding="utf-8"))["regions"]:
        for item in items_of(entry):
            directory.put(item)
            if isinstance(item, Officer):
                officers.append(item)
    return officers


def items_of(entry: Data) -> list[Region | Agency | Category | Officer]:
    """One region's entry as directory items; pydantic's ``ValidationError`` names what does not fit."""
    lists = {"agencies", "categories", "officers"}
    region = Region.model_validate({name: value for name, value in entry.items() if name not in lists})
    return [
        region,
        *(
            Agency.model_validate({"kind": "agency", **agency, "region": region.slug})
            for agency in entry["agencies"]
        ),
        *(_category(category, region) for category in entry["categories"]),
        *(_officer(officer, region) for officer in entry["officers"]),
    ]


def _category(entry: Data, region: Region) -> Category:
    rest = {name: value for name, value in entry.items() if name not in ("id", "en")}
    return Category.model_validate(
        {**rest, "name_id": entry["id"], "name_en": entry["en"], "region": region.slug}
    )


def _officer(entry: Data, region: Region) -> Officer:
    phone = parse_phone(entry["phone"]) if "phone" in entry else None
    return Officer.model_validate({**entry, "region": region.slug, "phone": phone})


def give_accounts(
    officers: list[Officer], accounts: Accounts, user_pool: str, password: str | None = None
) -> int:
    """An account for each officer who has none; how many were made. They sign in with e-mail or phone.

    Without ``password`` each has one that nobody knows, and sets their own by a code.
    """
    cognito = boto3.client("cognito-idp")
    return sum(
        _give_account(cognito, officer, accounts, user_pool, password or secrets.token_urlsafe(32))
        for officer in officers
    )


def _give_account(
    cognito: "CognitoIdentityProviderClient",
    officer: Officer,
    accounts: Accounts,
    user_pool: str,
    password: str,
) -> bool:
    login = officer.email or officer.phone
    if login is None:
        return False
    try:
        account = _new_user(cognito, user_pool, login)
    except cognito.exceptions.UsernameExistsException:
        user = cognito.admin_get_user(UserPoolId=user_pool, Username=login)
        account = _subject(user["UserAttributes"])
        stored = accounts.get(account)
        if stored and stored.officer:
            return False
        # It is the directory's word that the address is theirs; without it Cognito sends no code there.
        cognito.admin_update_user_attributes(
            UserPoolId=user_pool, Username=login, UserAttributes=[_verified(login)]
        )
    # Also for a login that is known already: anybody may have registered it, and would keep their password.
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
    parser.add_argument("file", type=Path, help="a TOML file like infra/demo/directory.toml")
    given = parser.parse_args()
    parts = services()
    officers = load(given.file, parts.directory)
    demo_password = os.environ.get("FIRST_PASSWORD")
    made = give_accounts(officers, parts.accounts, parts.settings.user_pool_id, demo_password)
    print(f"{len(officers)} officers on file, {made} new accounts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
