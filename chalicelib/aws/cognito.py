"""Passwords and codes: Cognito, called from our side only."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from chalicelib.aws.clients import CALLS
from chalicelib.domain.values.errors import Refusal
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AdminGetUserResponseTypeDef

_REFUSALS: Mapping[str, str] = {
    "UsernameExistsException": "login_taken",
    "AliasExistsException": "login_taken",
    "InvalidPasswordException": "weak_password",
    "PasswordHistoryPolicyViolationException": "weak_password",
    "CodeMismatchException": "wrong_code",
    "ExpiredCodeException": "code_expired",
    "UserNotConfirmedException": "not_confirmed",
    "PasswordResetRequiredException": "wrong_password",
    "LimitExceededException": "too_many_tries",
    "TooManyFailedAttemptsException": "too_many_tries",
    "TooManyRequestsException": "too_many_tries",
}
"""Cognito's errors that mean the same wherever they come from."""
_NO_RIGHT_CODE: Mapping[str, str] = dict.fromkeys(
    (
        "CodeMismatchException",
        "ExpiredCodeException",
        "NotAuthorizedException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    ),
    "wrong_code",
)
"""In a reset. Cognito says "expired" where it has sent no code, which it does of known logins only."""
_LOCKED = "attempts exceeded"
"""What Cognito says, as a ``NotAuthorizedException``, when it has locked an account for a while."""


class CognitoProvider:
    """``services.accounts.IdentityProvider``. A person's id is Cognito's ``sub``."""

    def __init__(self, pool: str, app_client: str, client: "CognitoIdentityProviderClient") -> None:
        self._pool = pool
        self._app_client = app_client
        self._client = client

    @classmethod
    def connect(cls, settings: Settings) -> "CognitoProvider":
        """The pool that the settings name."""
        client = boto3.client("cognito-idp", region_name=settings.aws_region, config=CALLS)
        return cls(settings.user_pool_id, settings.user_pool_client_id, client)

    def register(self, login: str, password: str) -> str:
        """As the protocol. Where Cognito could not send the code the account exists: ask for another code."""
        attribute = "email" if "@" in login else "phone_number"
        # Cognito tells of a password that is far too short, or a login it cannot read, as a wrong parameter.
        with _refusing({"InvalidParameterException": "weak_password"}):
            try:
                signed_up = self._client.sign_up(
                    ClientId=self._app_client,
                    Username=login,
                    Password=password,
                    UserAttributes=[{"Name": attribute, "Value": login}],
                )
            except self._client.exceptions.CodeDeliveryFailureException:
                return _id_of(self._client.admin_get_user(UserPoolId=self._pool, Username=login))
            return signed_up["UserSub"]

    def confirm(self, login: str, code: str) -> None:
        """As the protocol. An account that does not exist, or is confirmed already, knows no right code."""
        unknown = ("UserNotFoundException", "NotAuthorizedException", "InvalidParameterException")
        with _refusing(dict.fromkeys(unknown, "wrong_code")):
            self._client.confirm_sign_up(ClientId=self._app_client, Username=login, ConfirmationCode=code)

    def resend_code(self, login: str) -> None:
        """As the protocol. Says nothing about accounts that do not exist or need no code."""
        try:
            with _refusing({}):
                self._client.resend_confirmation_code(ClientId=self._app_client, Username=login)
        except (
            self._client.exceptions.UserNotFoundException,
            self._client.exceptions.InvalidParameterException,
        ):
            return

    def sign_in(self, login: str, password: str) -> str:
        """As the protocol."""
        unknown = ("UserNotFoundException", "NotAuthorizedException", "InvalidParameterException")
        with _refusing(dict.fromkeys(unknown, "wrong_password")):
            signed_in = self._client.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=self._app_client,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": login, "PASSWORD": password},
            )
        result = signed_in.get("AuthenticationResult")
        if result is None:
            # A challenge: a password that an administrator set for once. We have no page for that.
            raise Refusal("wrong_password")
        return _subject(result["IdToken"])

    def send_reset_code(self, login: str) -> None:
        """As the protocol. Cognito resets no account that nobody has confirmed: there the code of the
        registration goes out again, and proves as much.
        """
        user = self._user(login)
        if user is None:
            return
        if user["UserStatus"] == "UNCONFIRMED":
            self.resend_code(login)
            return
        try:
            with _refusing({}):
                self._client.forgot_password(ClientId=self._app_client, Username=login)
        except (
            self._client.exceptions.UserNotFoundException,
            # An account that is disabled, and one whose address was never proven.
            self._client.exceptions.NotAuthorizedException,
            self._client.exceptions.InvalidParameterException,
        ):
            return

    def reset_password(self, login: str, code: str, password: str) -> str:
        """As the protocol."""
        user = self._user(login)
        if user is None:
            raise Refusal("wrong_code")
        if user["UserStatus"] == "UNCONFIRMED":
            self._claim(login, code, password)
        else:
            with _refusing({**_NO_RIGHT_CODE, "InvalidParameterException": "weak_password"}):
                self._client.confirm_forgot_password(
                    ClientId=self._app_client, Username=login, ConfirmationCode=code, Password=password
                )
        return _id_of(user)

    def _claim(self, login: str, code: str, password: str) -> None:
        """Confirm a registration, and put the password of who has the code in the place of who registered."""
        with _refusing({**_NO_RIGHT_CODE, "InvalidParameterException": "wrong_code"}):
            self._client.confirm_sign_up(ClientId=self._app_client, Username=login, ConfirmationCode=code)
        # First one that nobody knows: where theirs is refused, the registrant's must not be left in force.
        for each in (secrets.token_urlsafe(32), password):
            with _refusing({"InvalidParameterException": "weak_password"}):
                self._client.admin_set_user_password(
                    UserPoolId=self._pool, Username=login, Password=each, Permanent=True
                )

    def _user(self, login: str) -> "AdminGetUserResponseTypeDef | None":
        try:
            with _refusing({}):
                return self._client.admin_get_user(UserPoolId=self._pool, Username=login)
        except (
            self._client.exceptions.UserNotFoundException,
            self._client.exceptions.InvalidParameterException,
        ):
            return None


def _id_of(user: "AdminGetUserResponseTypeDef") -> str:
    return next(each["Value"] for each in user["UserAttributes"] if each["Name"] == "sub")


@contextmanager
def _refusing(here: Mapping[str, str]) -> Iterator[None]:
    """Turn Cognito's errors into refusals; ``here`` is what some mean in this place only.

    The cause is cut off: its message may repeat what was typed.
    """
    try:
        yield
    except ClientError as error:
        told = error.response["Error"]
        code = here.get(told["Code"]) or _REFUSALS.get(told["Code"])
        if code is None:
            raise
        if _LOCKED in told.get("Message", ""):
            code = "too_many_tries"
        raise Refusal(code) from None


def _subject(token: str) -> str:
    """The ``sub`` of an identity token, which came from Cognito itself: its signature proves no more."""
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])
