"""Passwords and codes in Cognito. Only the server calls Cognito, never the browser."""

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
"""Cognito's errors with the same meaning in every call."""
_WRONG_CODE: Mapping[str, str] = dict.fromkeys(
    (
        "CodeMismatchException",
        "ExpiredCodeException",
        "NotAuthorizedException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    ),
    "wrong_code",
)
"""Errors in a reset. Cognito answers "expired" where it sent no code, but only for existing logins."""
_LOCKED = "attempts exceeded"
"""The text of the ``NotAuthorizedException`` for an account that Cognito has locked for a while."""


class CognitoProvider:
    """The user pool, as ``services.staff.accounts.IdentityProvider``. A person's id is Cognito's ``sub``."""

    def __init__(self, pool: str, app_client: str, client: "CognitoIdentityProviderClient") -> None:
        self._pool = pool
        self._app_client = app_client
        self._client = client

    @classmethod
    def connect(cls, settings: Settings) -> "CognitoProvider":
        client = boto3.client("cognito-idp", region_name=settings.aws_region, config=CALLS)
        return cls(settings.user_pool_id, settings.user_pool_client_id, client)

    def register(self, login: str, password: str) -> str:
        """Register a person. If Cognito could not send the code, the account exists: request another code."""
        attribute = "email" if "@" in login else "phone_number"
        # Cognito reports a password that is far too short, and a login it cannot read, as a wrong parameter.
        with _translate_errors({"InvalidParameterException": "weak_password"}):
            try:
                signed_up = self._client.sign_up(
                    ClientId=self._app_client,
                    Username=login,
                    Password=password,
                    UserAttributes=[{"Name": attribute, "Value": login}],
                )
            except self._client.exceptions.CodeDeliveryFailureException:
                return _get_user_id(self._client.admin_get_user(UserPoolId=self._pool, Username=login))
            return signed_up["UserSub"]

    def confirm(self, login: str, code: str) -> None:
        """Confirm an account. For an account that does not exist or is confirmed, every code is wrong."""
        unknown = ("UserNotFoundException", "NotAuthorizedException", "InvalidParameterException")
        with _translate_errors(dict.fromkeys(unknown, "wrong_code")):
            self._client.confirm_sign_up(ClientId=self._app_client, Username=login, ConfirmationCode=code)

    def resend_code(self, login: str) -> None:
        """Send the code again. The caller does not learn whether the account exists or needs a code."""
        try:
            with _translate_errors({}):
                self._client.resend_confirmation_code(ClientId=self._app_client, Username=login)
        except (
            self._client.exceptions.UserNotFoundException,
            self._client.exceptions.InvalidParameterException,
        ):
            return

    def sign_in(self, login: str, password: str) -> str:
        unknown = ("UserNotFoundException", "NotAuthorizedException", "InvalidParameterException")
        with _translate_errors(dict.fromkeys(unknown, "wrong_password")):
            signed_in = self._client.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=self._app_client,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": login, "PASSWORD": password},
            )
        result = signed_in.get("AuthenticationResult")
        if result is None:
            # A challenge: a temporary password from an administrator. There is no page for that.
            raise Refusal("wrong_password")
        return _read_subject(result["IdToken"])

    def send_reset_code(self, login: str) -> None:
        """Send a code for a reset.

        Cognito cannot reset an unconfirmed account. Then the code of the registration is sent again, which
        proves as much.
        """
        user = self._find_user(login)
        if user is None:
            return
        if user["UserStatus"] == "UNCONFIRMED":
            self.resend_code(login)
            return
        try:
            with _translate_errors({}):
                self._client.forgot_password(ClientId=self._app_client, Username=login)
        except (
            self._client.exceptions.UserNotFoundException,
            # An account that is disabled, or whose address was never confirmed.
            self._client.exceptions.NotAuthorizedException,
            self._client.exceptions.InvalidParameterException,
        ):
            return

    def reset_password(self, login: str, code: str, password: str) -> str:
        user = self._find_user(login)
        if user is None:
            raise Refusal("wrong_code")
        if user["UserStatus"] == "UNCONFIRMED":
            self._confirm_and_set_password(login, code, password)
        else:
            with _translate_errors({**_WRONG_CODE, "InvalidParameterException": "weak_password"}):
                self._client.confirm_forgot_password(
                    ClientId=self._app_client, Username=login, ConfirmationCode=code, Password=password
                )
        return _get_user_id(user)

    def _confirm_and_set_password(self, login: str, code: str, password: str) -> None:
        """Confirm a registration, and replace the password with that of the person who has the code."""
        with _translate_errors({**_WRONG_CODE, "InvalidParameterException": "wrong_code"}):
            self._client.confirm_sign_up(ClientId=self._app_client, Username=login, ConfirmationCode=code)
        # First a random one: if the new password is refused, the registrant's must not stay valid.
        for new_password in (secrets.token_urlsafe(32), password):
            with _translate_errors({"InvalidParameterException": "weak_password"}):
                self._client.admin_set_user_password(
                    UserPoolId=self._pool, Username=login, Password=new_password, Permanent=True
                )

    def _find_user(self, login: str) -> "AdminGetUserResponseTypeDef | None":
        try:
            with _translate_errors({}):
                return self._client.admin_get_user(UserPoolId=self._pool, Username=login)
        except (
            self._client.exceptions.UserNotFoundException,
            self._client.exceptions.InvalidParameterException,
        ):
            return None


def _get_user_id(user: "AdminGetUserResponseTypeDef") -> str:
    return next(attribute["Value"] for attribute in user["UserAttributes"] if attribute["Name"] == "sub")


@contextmanager
def _translate_errors(special: Mapping[str, str]) -> Iterator[None]:
    """Translate Cognito's errors to refusals; ``special`` has those with another meaning in this call.

    The cause is removed: its message may repeat what a person typed.
    """
    try:
        yield
    except ClientError as error:
        details = error.response["Error"]
        code = special.get(details["Code"]) or _REFUSALS.get(details["Code"])
        if code is None:
            raise
        if _LOCKED in details.get("Message", ""):
            code = "too_many_tries"
        raise Refusal(code) from None


def _read_subject(token: str) -> str:
    """Return the ``sub`` of an identity token. Its signature is not checked: Cognito itself sent it."""
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])
