"""The officers' accounts in the user pool: a login, and the post that it is for."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

import boto3

from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.services.ports import Accounts

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef


def create_accounts(
    officers: list[Officer], accounts: Accounts, user_pool: str, password: str | None = None
) -> int:
    """Create an account for each officer who has none or whose address was another's; return their number.

    They sign in with e-mail or phone. Of two posts of one person the account is for the first that is active.
    Without ``password`` each has one that nobody knows, and sets their own with a code.
    """
    cognito = boto3.client("cognito-idp")
    first_posts: dict[str, Officer] = {}
    for officer in officers:
        login = officer.email or officer.phone
        if login and officer.active:
            first_posts.setdefault(login, officer)
    return sum(
        _create_account(cognito, login, officer, accounts, user_pool, password or secrets.token_urlsafe(32))
        for login, officer in first_posts.items()
    )


def _create_account(
    cognito: "CognitoIdentityProviderClient",
    login: str,
    officer: Officer,
    accounts: Accounts,
    user_pool: str,
    password: str,
) -> bool:
    try:
        account = _create_user(cognito, user_pool, login)
    except cognito.exceptions.UsernameExistsException:
        user = cognito.admin_get_user(UserPoolId=user_pool, Username=login)
        account = _get_subject(user["UserAttributes"])
        stored = accounts.get(account)
        if stored and stored.officer and stored.name == officer.name:
            accounts.put(stored.model_copy(update={"region": officer.region, "officer": officer.id}))
            return False
        # The directory states that the address is theirs; Cognito sends no code to an unverified address.
        cognito.admin_update_user_attributes(
            UserPoolId=user_pool, Username=login, UserAttributes=[_build_verified(login)]
        )
    # Also for a login that exists: the person who registered it, or held the post, would keep their password.
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


def _create_user(cognito: "CognitoIdentityProviderClient", user_pool: str, login: str) -> str:
    user = cognito.admin_create_user(
        UserPoolId=user_pool,
        Username=login,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": _get_login_kind(login), "Value": login}, _build_verified(login)],
    )
    return _get_subject(user["User"]["Attributes"])


def _build_verified(login: str) -> "AttributeTypeTypeDef":
    return {"Name": f"{_get_login_kind(login)}_verified", "Value": "true"}


def _get_login_kind(login: str) -> str:
    return "email" if "@" in login else "phone_number"


def _get_subject(attributes: Iterable["AttributeTypeTypeDef"]) -> str:
    return next(attribute["Value"] for attribute in attributes if attribute["Name"] == "sub")
