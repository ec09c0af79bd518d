"""SMS through Amazon SNS."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError
from typing_extensions import override

from chalicelib.services.delivery_errors import MessageRefused, OutcomeUnknown, SendingFailed
from chalicelib.services.ports import SmsSender
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=10)
"""The client's configuration: botocore's own retries would send, and charge, an SMS twice after a timeout."""

_REFUSALS = frozenset({"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "OptedOut"})


class SnsSmsSender(SmsSender):
    """The SMS sender on Amazon SNS. It sends transactional SMS, each at most once."""

    def __init__(self, client: "SNSClient", sender_id: str) -> None:
        """Take a client made with :data:`ONE_ATTEMPT`; ``sender_id`` is empty for the provider's number."""
        retries: dict[str, object] | None = getattr(client.meta.config, "retries", None)
        if (retries or {}).get("total_max_attempts") != 1:
            raise ValueError("an SNS client that retries may send an SMS twice: make it with ONE_ATTEMPT")
        self._client = client
        self._attributes: dict[str, MessageAttributeValueTypeDef] = {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
        }
        if sender_id:
            self._attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}

    @classmethod
    def connect(cls, settings: Settings) -> "SnsSmsSender":
        """Create an SMS sender with its own client."""
        client = boto3.client("sns", region_name=settings.aws_region, config=ONE_ATTEMPT)
        return cls(client, settings.sms_sender_id or "")

    @override
    def send(self, phone: str, text: str) -> str:
        """Send one SMS to an E.164 mobile number; return the provider's id.

        Raise MessageRefused for a definite no, OutcomeUnknown when it may have been sent (timeout, server
        error), SendingFailed when it certainly was not sent and may be on a retry.
        """
        try:
            answer = self._client.publish(PhoneNumber=phone, Message=text, MessageAttributes=self._attributes)
        except ClientError as error:
            raise _to_delivery_error(error) from None
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise SendingFailed(type(error).__name__) from None
        except BotoCoreError as error:
            raise OutcomeUnknown(type(error).__name__) from None
        return answer["MessageId"]


def _to_delivery_error(error: ClientError) -> SendingFailed:
    code = error.response["Error"]["Code"]
    if code in _REFUSALS:
        return MessageRefused(code)
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return OutcomeUnknown(code)
    return SendingFailed(code)
