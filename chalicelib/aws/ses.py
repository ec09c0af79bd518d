"""E-mail through Amazon SES (API v2)."""

from email import message_from_bytes
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from chalicelib.aws.clients import CALLS
from chalicelib.notifications.errors import MessageRefused, SendingFailed
from chalicelib.services.ports import Mailer
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

TAG = "message"
"""The message tag that comes back with every delivery event."""

_REFUSALS = frozenset({"BadRequestException", "MessageRejected"})


class SesMailer(Mailer):
    """Sends raw MIME, so that the threading headers stay as they were built.

    On AWS a raw message needs ``ses:SendRawEmail`` beside ``ses:SendEmail``, on the identity and the
    configuration set.
    """

    def __init__(self, client: "SESV2Client", configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    @classmethod
    def connect(cls, settings: Settings) -> "SesMailer":
        """With a client of its own."""
        client = boto3.client("sesv2", region_name=settings.aws_region, config=CALLS)
        return cls(client, settings.mail_configuration_set)

    @override
    def send(self, to: str, mime: bytes, message: str) -> str:
        """Send a built message tagged with ``message``; the provider's id.

        Raises MessageRefused when SES will not take it, SendingFailed when it may on another try.
        """
        try:
            answer = self._client.send_email(
                FromEmailAddress=str(message_from_bytes(mime)["From"]),
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": mime}},
                ConfigurationSetName=self._configuration_set,
                EmailTags=[{"Name": TAG, "Value": tag_value(message)}],
            )
        except ClientError as error:
            # `from None`: SES's own words name addresses, and exceptions are logged.
            raise _as_ours(error) from None
        except BotoCoreError as error:
            raise SendingFailed(type(error).__name__) from None
        return answer["MessageId"]


def tag_value(text: str) -> str:
    """The text as SES allows it in a tag (letters, digits, ``_ . @ -``), any other character as ``@XX``."""
    return quote(text, safe="").replace("~", "%7E").replace("%", "@")


def from_tag_value(value: str) -> str:
    """The text that :func:`tag_value` wrote."""
    return unquote(value.replace("@", "%"))


def _as_ours(error: ClientError) -> SendingFailed:
    code = error.response["Error"]["Code"]
    # "Email address is not verified": the sender, or an account still in the sandbox. Nothing is wrong with
    # this one message, and once the account is set up the dead-letter queue can be worked again.
    if code in _REFUSALS and "not verified" not in error.response["Error"]["Message"]:
        return MessageRefused(code)
    return SendingFailed(code)
