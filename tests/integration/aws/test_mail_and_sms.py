"""The providers' clients, against moto."""

from datetime import UTC, datetime
from email import message_from_string, policy

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.stub import Stubber
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends

from chalicelib.aws.ses import SesMailer
from chalicelib.aws.sns import ONE_ATTEMPT, SnsSmsSender
from chalicelib.notifications.channels.channel import Letter
from chalicelib.notifications.channels.email import build_mime
from chalicelib.services.delivery_errors import MessageRefused, OutcomeUnknown, SendingFailed
from chalicelib.settings import Settings
from tests import fakes

REGION = "ap-southeast-3"
SENDER = "tuntas@contoh.go.id"
SETTINGS: Settings = fakes.FakeWorld().settings


@pytest.fixture
def mailer(aws: None) -> SesMailer:  # noqa: ARG001 - a cloud must be there
    boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    return SesMailer.connect(SETTINGS)


def mime() -> bytes:
    letter = Letter("[CTH-22222A] Mohon jawaban – segera", "teks é\n", "<p>teks é</p>")
    return build_mime(
        letter,
        ticket="CTH-22222A",
        sender=SENDER,
        sender_name="Kabupaten Contoh",
        to="pupr-1@contoh.go.id",
        at=datetime(2026, 11, 23, 3, tzinfo=UTC),
    )


def test_a_mail_arrives_with_its_headers_as_built(mailer: SesMailer) -> None:
    provider_id = mailer.send("pupr-1@contoh.go.id", mime(), "CTH-22222A.000008.pupr-1.email")
    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert sent.id == provider_id
    mail = message_from_string(sent.raw_data, policy=policy.default)
    assert mail["Subject"] == "[CTH-22222A] Mohon jawaban – segera"
    assert mail["References"] == "<CTH-22222A@contoh.go.id>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Kabupaten Contoh <tuntas@contoh.go.id>"
    html = mail.get_body(("html",))
    assert html
    assert html.get_content().strip() == "<p>teks é</p>"


def test_a_mail_is_tagged_and_sent_through_the_configuration_set() -> None:
    client = boto3.client("sesv2", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    built = mime()
    with Stubber(client) as stub:
        stub.add_response(
            "send_email",
            {"MessageId": "id-1"},
            {
                "FromEmailAddress": "Kabupaten Contoh <tuntas@contoh.go.id>",
                "Destination": {"ToAddresses": ["pupr-1@contoh.go.id"]},
                "Content": {"Raw": {"Data": built}},
                "ConfigurationSetName": "tuntas-test",
                "EmailTags": [{"Name": "message", "Value": "CTH-22222A.000008.pupr@201.email"}],
            },
        )
        sent = SesMailer(client, "tuntas-test").send(
            "pupr-1@contoh.go.id", built, "CTH-22222A.000008.pupr 1.email"
        )
    assert sent == "id-1"


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("BadRequestException", "Illegal address: siti@contoh", MessageRefused),
        ("MessageRejected", "Email contains a virus", MessageRefused),
        ("MessageRejected", "Email address is not verified: siti@contoh.go.id", SendingFailed),
        ("TooManyRequestsException", "slow down", SendingFailed),
        ("SendingPausedException", "paused", SendingFailed),
    ],
)
def test_what_ses_answers_is_told_apart_without_repeating_an_address(
    code: str, message: str, error: type[SendingFailed]
) -> None:
    client = boto3.client("sesv2", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, message, http_status_code=400)
        with pytest.raises(SendingFailed) as raised:
            SesMailer(client, "tuntas-test").send("siti@contoh.go.id", mime(), "x")
    assert type(raised.value) is error
    assert raised.value.code == code
    assert "contoh" not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.usefixtures("aws")
def test_an_sms_is_published_to_the_number() -> None:
    provider_id = SnsSmsSender.connect(SETTINGS).send(
        "+628123456789", "Laporan baru https://contoh.go.id/t/x"
    )
    sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
    assert sent[provider_id] == ("+628123456789", "Laporan baru https://contoh.go.id/t/x")


@pytest.mark.usefixtures("aws")
def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(MessageRefused):
        SnsSmsSender.connect(SETTINGS).send("0812", "Laporan baru")


@pytest.mark.usefixtures("aws")
def test_a_client_that_would_send_again_by_itself_is_not_accepted() -> None:
    with pytest.raises(ValueError, match="twice"):
        SnsSmsSender(boto3.client("sns", config=Config(retries={"total_max_attempts": 2})), "")


def texting(error: Exception) -> SnsSmsSender:
    """A texter whose provider answers with this."""
    client = boto3.client(
        "sns", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x", config=ONE_ATTEMPT
    )

    def fail(**_: object) -> None:
        raise error

    client.meta.events.register("before-send.sns.Publish", fail)
    return SnsSmsSender(client, "CONTOH")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ReadTimeoutError(endpoint_url="https://sns"), OutcomeUnknown),
        (ConnectTimeoutError(endpoint_url="https://sns"), SendingFailed),
    ],
)
def test_an_sms_that_may_have_been_sent_is_told_from_one_that_was_not(
    answer: Exception, error: type[SendingFailed]
) -> None:
    with pytest.raises(SendingFailed) as raised:
        texting(answer).send("+628123456789", "Laporan baru")
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("InvalidParameter", 400, MessageRefused),
        ("OptedOut", 400, MessageRefused),
        ("Throttling", 400, SendingFailed),
        ("AuthorizationError", 403, SendingFailed),
        ("InternalError", 500, OutcomeUnknown),
    ],
)
def test_what_sns_answers_is_told_apart(code: str, status: int, error: type[SendingFailed]) -> None:
    client = boto3.client(
        "sns", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x", config=ONE_ATTEMPT
    )
    with Stubber(client) as stub:
        stub.add_client_error("publish", code, "+628123456789", http_status_code=status)
        with pytest.raises(SendingFailed) as raised:
            SnsSmsSender(client, "").send("+628123456789", "Laporan baru")
    assert type(raised.value) is error
    assert "+62" not in str(raised.value)


def test_the_sender_id_and_the_transactional_route_are_asked_for() -> None:
    client = boto3.client(
        "sns", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x", config=ONE_ATTEMPT
    )
    with Stubber(client) as stub:
        stub.add_response(
            "publish",
            {"MessageId": "id-1"},
            {
                "PhoneNumber": "+628123456789",
                "Message": "Laporan baru",
                "MessageAttributes": {
                    "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
                    "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "CONTOH"},
                },
            },
        )
        assert SnsSmsSender(client, "CONTOH").send("+628123456789", "Laporan baru") == "id-1"
