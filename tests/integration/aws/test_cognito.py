"""Accounts in Cognito, on moto, and the refusal for each of Cognito's errors."""

from typing import TYPE_CHECKING, Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.aws.cognito import CognitoProvider
from chalicelib.domain.values.errors import Refusal
from chalicelib.settings import Settings
from infra.operations.accounts import create_accounts
from tests import fakes, sample_region
from tests.fake_stores import FakeAccounts
from tests.integration.conftest import AWS_REGION, RESOURCES
from tests.sample_region import ADMIN

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

LOGIN = "siti@example.com"
PHONE = "+6281234567890"
PASSWORD = "kopi susu di pagi hari"
OFFICERS_LOGIN = str(ADMIN.email)
FIRST_PASSWORD = "kata sandi pertama"
NEW_PASSWORD = "teh manis di sore hari"


class _Template(yaml.SafeLoader):
    """Reads a template and does without its functions (``!Sub``, ``!GetAtt``)."""


_Template.add_multi_constructor("!", lambda *_: "testing")


@pytest.fixture
def client(aws: None) -> "CognitoIdentityProviderClient":  # noqa: ARG001 (it is there)
    return boto3.client("cognito-idp", region_name=AWS_REGION)


@pytest.fixture
def settings(client: "CognitoIdentityProviderClient") -> Settings:
    """Return the settings with the template's pool and client."""
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


@pytest.mark.parametrize("login", [LOGIN, PHONE])
def test_who_has_the_code_signs_in_with_another_password_and_the_same_id(
    provider: CognitoProvider, login: str
) -> None:
    registered = provider.register(login, PASSWORD)
    provider.confirm(login, "123456")
    provider.send_reset_code(login)
    assert provider.reset_password(login, "654321", NEW_PASSWORD) == registered
    assert provider.sign_in(login, NEW_PASSWORD) == registered
    with pytest.raises(Refusal, match="wrong_password"):
        provider.sign_in(login, PASSWORD)


def test_a_code_that_was_never_sent_sets_no_password(provider: CognitoProvider) -> None:
    provider.register(LOGIN, PASSWORD)
    provider.confirm(LOGIN, "123456")
    provider.send_reset_code(LOGIN)
    with pytest.raises(Refusal, match="wrong_code"):
        provider.reset_password(LOGIN, "moto-confirmation-code:0", NEW_PASSWORD)
    assert provider.sign_in(LOGIN, PASSWORD)


def test_an_unknown_login_is_sent_nothing_and_has_no_right_code(provider: CognitoProvider) -> None:
    provider.send_reset_code("nobody@example.com")
    with pytest.raises(Refusal, match="wrong_code"):
        provider.reset_password("nobody@example.com", "654321", NEW_PASSWORD)


def test_who_owns_an_address_that_a_stranger_registered_takes_it_over_by_the_code(
    provider: CognitoProvider,
) -> None:
    registered = provider.register(LOGIN, "sandi si penyusup")
    assert provider.reset_password(LOGIN, "123456", NEW_PASSWORD) == registered
    assert provider.sign_in(LOGIN, NEW_PASSWORD) == registered
    with pytest.raises(Refusal, match="wrong_password"):
        provider.sign_in(LOGIN, "sandi si penyusup")


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


def _user_who_is(status: str) -> dict[str, Any]:
    return {"Username": "x", "UserStatus": status, "UserAttributes": [{"Name": "sub", "Value": "id-1"}]}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("CodeMismatchException", "wrong_code"),
        # Cognito says "expired" also where it sent no code, and so would tell who has an account.
        ("ExpiredCodeException", "wrong_code"),
        ("UserNotFoundException", "wrong_code"),
        ("NotAuthorizedException", "wrong_code"),
        ("InvalidPasswordException", "weak_password"),
        ("InvalidParameterException", "weak_password"),
        ("PasswordHistoryPolicyViolationException", "weak_password"),
        ("LimitExceededException", "too_many_tries"),
        ("TooManyFailedAttemptsException", "too_many_tries"),
        ("TooManyRequestsException", "too_many_tries"),
    ],
)
def test_each_error_of_a_reset_becomes_the_refusal_people_understand(
    client: "CognitoIdentityProviderClient", error: str, code: str
) -> None:
    with Stubber(client) as stub:
        stub.add_response("admin_get_user", _user_who_is("CONFIRMED"))
        stub.add_client_error("confirm_forgot_password", error, f"about {LOGIN}")
        with pytest.raises(Refusal) as refused:
            CognitoProvider("pool", "client", client).reset_password(LOGIN, "000000", NEW_PASSWORD)
    assert refused.value.code == code


@pytest.mark.parametrize("error", ["CodeMismatchException", "ExpiredCodeException"])
def test_a_wrong_code_takes_over_no_registration(client: "CognitoIdentityProviderClient", error: str) -> None:
    with Stubber(client) as stub:
        stub.add_response("admin_get_user", _user_who_is("UNCONFIRMED"))
        stub.add_client_error("confirm_sign_up", error)
        with pytest.raises(Refusal, match="wrong_code"):
            CognitoProvider("pool", "client", client).reset_password(LOGIN, "000000", NEW_PASSWORD)


def test_a_strangers_password_is_void_even_where_the_owners_is_too_weak(provider: CognitoProvider) -> None:
    provider.register(LOGIN, "sandi si penyusup")
    with pytest.raises(Refusal, match="weak_password"):
        provider.reset_password(LOGIN, "123456", "pendek")
    with pytest.raises(Refusal, match="wrong_password"):
        provider.sign_in(LOGIN, "sandi si penyusup")


@pytest.mark.parametrize(
    ("status", "call"), [("UNCONFIRMED", "resend_confirmation_code"), ("CONFIRMED", "forgot_password")]
)
def test_a_code_goes_out_by_the_way_that_cognito_has_for_the_account(
    client: "CognitoIdentityProviderClient", status: str, call: str
) -> None:
    with Stubber(client) as stub:
        stub.add_response("admin_get_user", _user_who_is(status))
        stub.add_response(call, {}, {"ClientId": "client", "Username": LOGIN})
        CognitoProvider("pool", "client", client).send_reset_code(LOGIN)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    "error", ["UserNotFoundException", "InvalidParameterException", "NotAuthorizedException"]
)
def test_an_account_that_can_have_no_code_looks_like_one_that_got_it(
    client: "CognitoIdentityProviderClient", error: str
) -> None:
    with Stubber(client) as stub:
        stub.add_response("admin_get_user", _user_who_is("CONFIRMED"))
        stub.add_client_error("forgot_password", error)
        CognitoProvider("pool", "client", client).send_reset_code(LOGIN)
        stub.assert_no_pending_responses()


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
    assert create_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD) == 1
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
    assert create_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD) == 1
    with pytest.raises(Refusal, match="wrong_password"):
        provider.sign_in(OFFICERS_LOGIN, "sandi si penyusup")
    account = accounts.get(provider.sign_in(OFFICERS_LOGIN, FIRST_PASSWORD))
    assert account is not None
    assert account.officer == ADMIN.id


def test_no_two_officers_share_a_first_password_and_each_sets_their_own_by_a_code(
    settings: Settings, provider: CognitoProvider
) -> None:
    accounts = FakeAccounts()
    assert create_accounts(sample_region.OFFICERS, accounts, settings.user_pool_id) == len(
        sample_region.OFFICERS
    )
    for officer in sample_region.OFFICERS:
        login = str(officer.email)
        provider.send_reset_code(login)
        account = accounts.get(provider.reset_password(login, "654321", f"sandi milik {officer.id}"))
        assert account is not None
        assert account.officer == officer.id


def test_an_officers_address_that_somebody_registered_before_can_get_a_code(settings: Settings) -> None:
    """Cognito sends codes to proven addresses only."""
    CognitoProvider.connect(settings).register(OFFICERS_LOGIN, "sandi si penyusup")
    create_accounts([ADMIN], FakeAccounts(), settings.user_pool_id)
    user = boto3.client("cognito-idp").admin_get_user(
        UserPoolId=settings.user_pool_id, Username=OFFICERS_LOGIN
    )
    assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]
    assert user["UserStatus"] == "CONFIRMED"


def test_loading_the_officers_again_leaves_their_own_passwords(
    settings: Settings, provider: CognitoProvider
) -> None:
    accounts = FakeAccounts()
    create_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD)
    boto3.client("cognito-idp").admin_set_user_password(
        UserPoolId=settings.user_pool_id,
        Username=OFFICERS_LOGIN,
        Password="sandi milik sendiri",
        Permanent=True,
    )
    assert create_accounts([ADMIN], accounts, settings.user_pool_id, FIRST_PASSWORD) == 0
    assert provider.sign_in(OFFICERS_LOGIN, "sandi milik sendiri")
