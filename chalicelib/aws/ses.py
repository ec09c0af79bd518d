"""E-mail through Amazon SES (API v2)."""

from email import message_from_bytes
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from chalicelib.aws.clients import CALLS
from chalicelib.aws.ses_events import TAG, to_tag_value
from chalicelib.services.delivery_errors import MessageRefused, SendingFailed
from chalicelib.services.ports import Mailer
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_REFUSALS = frozenset({"BadRequestException", "MessageRejected"})


class SesMailer(Mailer):
    """The mailer on Amazon SES. Raw MIME keeps the threading headers as they were built.

    On AWS a raw message needs ``ses:SendRawEmail`` as well as ``ses:SendEmail``, on the identity and the
    configuration set.
    """

    def __init__(self, client: "SESV2Client", configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    @classmethod
    def connect(cls, settings: Settings) -> "SesMailer":
        """Create a mailer with its own client."""
        client = boto3.client("sesv2", region_name=settings.aws_region, config=CALLS)
        return cls(client, settings.mail_configuration_set)

    @override
    def send(self, to: str, mime: bytes, message: str) -> str:
        """Send a built message tagged with ``message``; return the provider's id.

        Raise MessageRefused when SES will not take it, SendingFailed when it may on a retry.
        """
        try:
            answer = self._client.send_email(
                FromEmailAddress=str(message_from_bytes(mime)["From"]),
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": mime}},
                ConfigurationSetName=self._configuration_set,
                EmailTags=[{"Name": TAG, "Value": to_tag_value(message)}],
            )
        except ClientError as error:
            # `from None`: SES's own words name addresses, and exceptions are logged.
            raise _to_delivery_error(error) from None
        except BotoCoreError as error:
            raise SendingFailed(type(error).__name__) from None
        return answer["MessageId"]


def _to_delivery_error(error: ClientError) -> SendingFailed:
    code = error.response["Error"]["Code"]
    # "Email address is not verified": the sender, or an account still in the sandbox. Nothing is wrong with
    # this one message, and once the account is set up the dead letters can be sent again.
    if code in _REFUSALS and "not verified" not in error.response["Error"]["Message"]:
        return MessageRefused(code)
    return SendingFailed(code)
