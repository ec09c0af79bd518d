"""Registering, confirming and signing in with Cognito: on moto, and what each of its errors becomes."""

from typing import TYPE_CHECKING, Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.domain.errors import Refusal
from chalicelib.identity.cognito import CognitoProvider
from chalicelib.settings import Settings
from infra.directory import give_accounts
from tests import fakes
from tests.fakes import ADMIN, FakeAccounts
from tests.integration.conftest import AWS_REGION, RESOURCES

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

LOGIN = "siti@example.com"
PHONE = "+6281234567890"
PASSWORD = "kopi susu di pagi hari"
OFFICERS_LOGIN = str(ADMIN.email)
FIRST_PASSWORD = "kata sandi pertama"


class _Template(yaml.SafeLoader):
    """Reads a template and does without its functions (``!Sub``, ``!GetAtt``)."""


_Template.add_multi_constructor("!", lambda *_: "testing")


@pytest.fixture
def client(aws: None) -> "CognitoIdentityProviderClient":  # noqa: ARG001 (it is there)
    return boto3.client("cognito-idp", region_name=AWS_REGION)


@pytest.fixture
def settings(client: "CognitoIdentityProviderClient") -> Settings:
    """The template's pool and client."""
    described = yaml.load((RESOURCES / "accounts.yaml").read_text(), _Template)["Resources"]  # noqa: S506
    wanted = described["UserPool"]["Properties"]
    passed = ("UsernameAttributes", "UsernameConfiguration", "AutoVerifiedAttributes", "Policies")
    pool = client.create_user_pool(PoolName="tuntas-test", **{name: wanted[name] for name in passed})
    flows = described["UserPoolClient"]["Properties"]["ExplicitAuthFlows"]
    app = client.create_user_pool_client(
        UserPoolId=pool["UserPool"]["Id"], ClientName="server", ExplicitAuthFlows=flows
    )
    return fakes.FakeWorld().settings.model_copy(
        update={
            "aws_region": AWS_REGION,
            "user_pool_id": pool["UserPool"]["Id"],
            "user_pool_client_id": app["UserPoolClient"]["ClientId"],
        }
    )


@pytest.fixture
def provider(settings: Settings) -> CognitoProvider:
    return CognitoProvider.connect(settings)


@pytest.mark.parametrize("login", [LOGIN, PHONE])
def test_who_registered_and_confirmed_signs_in_with_the_same_id(
    provider: CognitoProvider, login: str
) -> None:
    registered = provider.register(login, PASSWORD)
    provider.confirm(login, "123456")
    assert provider.sign_in(login, PASSWORD) == registered


def test_the_id_is_the_sub_and_not_the_login(provider: CognitoProvider) -> None:
    assert "@" not in provider.register(LOGIN, PASSWORD)


def test_the_same_login_is_registered_once(provider: CognitoProvider) -> None:
    provider.register(LOGIN, PASSWORD)
    with pytest.raises(Refusal, match="login_taken"):
        provider.register(LOGIN, "another good password")


@pytest.mark.parametrize("password", ["kopi", "kopi susu"])
def test_a_password_shorter_than_the_pool_wants_is_weak(provider: CognitoProvider, password: str) -> None:
    with pytest.raises(Refusal, match="weak_password"):
        provider.register(LOGIN, password)


def test_a_wrong_password_and_an_unknown_login_look_the_same(provider: CognitoProvider) -> None:
    provider.register(LOGIN, PASSWORD)
    provider.confirm(LOGIN, "123456")
    for login in (LOGIN, "nobody@example.com"):
        with pytest.raises(Refusal, match="wrong_password"):
            provider.sign_in(login, "teh manis di sore hari")


ERRORS = [
    ("sign_up", "UsernameExistsException", "login_taken"),
    ("sign_up", "AliasExistsException", "login_taken"),
    ("sign_up", "InvalidPasswordException", "weak_password"),
    ("sign_up", "InvalidParameterException", "weak_password"),
    ("sign_up", "TooManyRequestsException", "too_many_tries"),
    ("confirm_sign_up", "CodeMismatchException", "wrong_code"),
    ("confirm_sign_up", "ExpiredCodeException", "code_expired"),
    ("confirm_sign_up", "UserNotFoundException", "wrong_code"),
    ("confirm_sign_up", "NotAuthorizedException", "wrong_code"),
    ("confirm_sign_up", "TooManyFailedAttemptsException", "too_many_tries"),
    ("resend_confirmation_code", "LimitExceededException", "too_many_tries"),
    ("admin_initiate_auth", "NotAuthorizedException", "wrong_password"),
    ("admin_initiate_auth", "UserNotFoundException", "wrong_password"),
    ("admin_initiate_auth", "PasswordResetRequiredException", "wrong_password"),
    ("admin_initiate_auth", "UserNotConfirmedException", "not_confirmed"),
    ("admin_initiate_auth", "TooManyRequestsException", "too_many_tries"),
]
CALLS: dict[str, Any] = {
    "sign_up": lambda provider: provider.register(LOGIN, PASSWORD),
    "confirm_sign_up": lambda provider: provider.confirm(LOGIN, "000000"),
    "resend_confirmation_code": lambda provider: provider.resend_code(LOGIN),
    "admin_initiate_auth": lambda provider: provider.sign_in(LOGIN, PASSWORD),
}


@pytest.mark.parametrize(("call", "error", "code"), ERRORS)
def test_each_error_of_cognito_becomes_the_refusal_people_understand(
    client: "CognitoIdentityProviderClient", call: str, error: str, code: str
) -> None:
    with Stubber(client) as stub:
        stub.add_client_error(call, error, f"about {LOGIN}")
        with pytest.raises(Refusal) as refused:
            CALLS[call](CognitoProvider("pool", "client", client))
    assert refused.value.code == code
    assert LOGIN not in repr(refused.value.__cause__)


def test_an_account_that_cognito_has_locked_is_told_to_wait(client: "CognitoIdentityProviderClient") -> None:
    with Stubber(client) as stub:
        stub.add_client_error("admin_initiate_auth", "NotAuthorizedException", "Password attempts exceeded")
        with pytest.raises(Refusal, match="too_many_tries"):
            CognitoProvider("pool", "client", client).sign_in(LOGIN, PASSWORD)


@pytest.mark.parametrize("error", ["UserNotFoundException", "InvalidParameterException"])
def test_asking_for_a_code_does_not_tell_whether_there_is_such_an_account(
    client: "CognitoIdentityProviderClient", error: str
) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("resend_confirmation_code", error)
        CognitoProvider("pool", "client", client).resend_code(LOGIN)
        stub.assert_no_pending_responses()


def test_an_account_whose_code_could_not_be_sent_exists_all_the_same(
    client: "CognitoIdentityProviderClient",
) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("sign_up", "CodeDeliveryFailureException")
        stub.add_response(
            "admin_get_user",
            {
                "Username": "x",
                "UserAttributes": [{"Name": "email", "Value": LOGIN}, {"Name": "sub", "Value": "id-1"}],
            },
        )
        assert CognitoProvider("pool", "client", client).register(LOGIN, PASSWORD) == "id-1"


def test_a_password_that_was_set_for_once_is_no_way_in(client: "CognitoIdentityProviderClient") -> None:
    with Stubber(client) as stub:
        stub.add_response(
            "admin_initiate_auth", {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "x" * 20}
        )
        with pytest.raises(Refusal, match="wrong_password"):
            CognitoProvider("pool", "client", client).sign_in(LOGIN, PASSWORD)


def test_an_error_that_no_person_can_cause_is_no_refusal(client: "CognitoIdentityProviderClient") -> None:
    with Stubber(client) as stub:
        stub.add_client_error("admin_initiate_auth", "ResourceNotFoundException")
        with pytest.raises(ClientError):
            CognitoProvider("pool", "client", client).sign_in(LOGIN, PASSWORD)


# Officers' accounts


def test_an_officer_signs_in_with_the_first_password(settings: Settings, provider: CognitoProvider) -> None:
    accounts = FakeAccounts()
    assert give_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD) == 1
    account = accounts.get(provider.sign_in(OFFICERS_LOGIN, FIRST_PASSWORD))
    assert account is not None
    assert (account.region, account.officer) == (ADMIN.region, ADMIN.id)


def test_who_registered_an_officers_address_before_does_not_get_the_post(
    settings: Settings, provider: CognitoProvider
) -> None:
    provider.register(OFFICERS_LOGIN, "sandi si penyusup")
    boto3.client("cognito-idp").admin_confirm_sign_up(
        UserPoolId=settings.user_pool_id, Username=OFFICERS_LOGIN
    )
    accounts = FakeAccounts()
    assert give_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD) == 1
    with pytest.raises(Refusal, match="wrong_password"):
        provider.sign_in(OFFICERS_LOGIN, "sandi si penyusup")
    account = accounts.get(provider.sign_in(OFFICERS_LOGIN, FIRST_PASSWORD))
    assert account is not None
    assert account.officer == ADMIN.id


def test_loading_the_officers_again_leaves_their_own_passwords(
    settings: Settings, provider: CognitoProvider
) -> None:
    accounts = FakeAccounts()
    give_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD)
    boto3.client("cognito-idp").admin_set_user_password(
        UserPoolId=settings.user_pool_id,
        Username=OFFICERS_LOGIN,
        Password="sandi milik sendiri",
        Permanent=True,
    )
    assert give_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD) == 0
    assert provider.sign_in(OFFICERS_LOGIN, "sandi milik sendiri")
