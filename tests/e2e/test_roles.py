"""The local cloud enforces each function's role: a function can do its own work and nobody else's.

A probe with the role of a real function makes one call and returns its outcome.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.local.cloud import MAIL_FROM, LocalCloud

CODE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    try:
        getattr(boto3.client(event["service"]), event["operation"])(**event["arguments"])
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"
"""

DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "403"}

# Which role, which call; the names in braces are outputs of the stack or queues.
MAIL = {
    "FromEmailAddress": MAIL_FROM,
    "Destination": {"ToAddresses": ["somebody@example.com"]},
    "Content": {
        "Raw": {"Data": f'From: "Kota Contoh" <{MAIL_FROM}>\nTo: somebody@example.com\nSubject: x\n\nx'}
    },
    "ConfigurationSetName": "tuntas-local",
}
ITEM = {"pk": {"S": "PROBE"}, "sk": {"S": "PROBE"}}
LADDER = {"stateMachineArn": "{LadderArn}", "name": "probe.step.1.1", "input": "{{}}"}
SMS = {"PhoneNumber": "+6281234567890", "Message": "x"}
MAC = {"KeyId": "{HmacKeyId}", "Message": "x", "MacAlgorithm": "HMAC_SHA_256"}
KEPT = "files/PROBE-1/x.jpg"
COPY = {"Bucket": "{BucketName}", "Key": "files/PROBE-2/x.jpg", "CopySource": f"{{BucketName}}/{KEPT}"}


def build_message(queue: str) -> dict[str, str]:
    return {"QueueUrl": f"{{{queue}}}", "MessageBody": "{{}}"}


ALLOWED = [
    ("messages", "sesv2", "send_email", MAIL),
    ("messages", "sns", "publish", SMS),
    ("delivery-feedback", "sns", "publish", SMS),
    ("clocks", "stepfunctions", "start_execution", LADDER),
    ("clocks", "sqs", "send_message", build_message("messages")),
    ("relay", "sqs", "send_message", build_message("relay-dead")),
    ("relay", "sqs", "send_message", build_message("complete")),
    ("relay", "sqs", "send_message", build_message("changes")),
    ("complete", "sqs", "send_message", build_message("messages")),
    ("follow", "kms", "generate_mac", MAC),
    ("changes", "sqs", "send_message", build_message("changes")),
    ("changes", "s3", "copy_object", COPY),
    (
        "changes",
        "dynamodb",
        "query",
        {
            "TableName": "{TableName}",
            "IndexName": "RegionIndex",
            "KeyConditionExpression": "open_region = :region",
            "ExpressionAttributeValues": {":region": {"S": "CLOCK#probe"}},
        },
    ),
    ("record", "dynamodb", "put_item", {"TableName": "{TableName}", "Item": ITEM}),
    ("api-handler", "dynamodb", "put_item", {"TableName": "{TableName}", "Item": ITEM}),
    ("api-handler", "s3", "put_object", {"Bucket": "{BucketName}", "Key": "incoming/x/x.jpg"}),
    ("api-handler", "s3", "put_object", {"Bucket": "{BucketName}", "Key": "files/PROBE-1/x.zip"}),
    ("api-handler", "sqs", "send_message", build_message("changes")),
    ("reconcile", "kms", "generate_mac", MAC),
    ("reconcile", "dynamodb", "get_item", {"TableName": "{TableName}", "Key": ITEM}),
]

REFUSED = [
    ("clocks", "sesv2", "send_email", MAIL),
    ("record", "sesv2", "send_email", MAIL),
    ("messages", "sns", "publish", {"TopicArn": "{AlarmTopicArn}", "Message": "x"}),
    ("api-handler", "sns", "publish", SMS),
    ("api-handler", "stepfunctions", "start_execution", LADDER),
    ("api-handler", "s3", "put_object", {"Bucket": "{BucketName}", "Key": "elsewhere/x.jpg"}),
    ("api-handler", "dynamodb", "scan", {"TableName": "{TableName}"}),
    ("api-handler", "dynamodb", "delete_item", {"TableName": "{TableName}", "Key": ITEM}),
    ("relay", "dynamodb", "put_item", {"TableName": "{TableName}", "Item": ITEM}),
    ("record", "sqs", "receive_message", {"QueueUrl": "{messages}"}),
    ("messages", "s3", "get_object", {"Bucket": "{BucketName}", "Key": "files/x/x.jpg"}),
    ("escalations", "cognito-idp", "admin_get_user", {"UserPoolId": "{UserPoolId}", "Username": "x"}),
    ("clocks", "kms", "generate_mac", MAC),
    ("complete", "kms", "generate_mac", MAC),
    ("follow", "sqs", "send_message", build_message("changes")),
    ("changes", "sqs", "send_message", build_message("record")),
    ("changes", "sesv2", "send_email", MAIL),
    ("changes", "dynamodb", "delete_item", {"TableName": "{TableName}", "Key": ITEM}),
    ("changes", "s3", "put_object", {"Bucket": "{BucketName}", "Key": "incoming/x/x.jpg"}),
    ("reconcile", "stepfunctions", "start_execution", LADDER),
]

Attempt = Callable[[str, str, str, dict[str, Any]], str]


@pytest.fixture(scope="module")
def attempt(cloud: LocalCloud) -> Iterator[Attempt]:
    """Return a caller that acts as the function of that name and returns `done` or the error's code."""
    client = cloud.client("lambda")
    names = cloud.outputs | json.loads(cloud.read_environment()["QUEUE_URLS"])
    cloud.client("s3").put_object(Bucket=cloud.outputs["BucketName"], Key=KEPT, Body=b"x")
    made: dict[str, str] = {}

    def call(function: str, service: str, operation: str, arguments: dict[str, Any]) -> str:
        if function not in made:
            role = client.get_function_configuration(FunctionName=f"tuntas-local-{function}")["Role"]
            made[function] = f"probe-{function}"
            client.create_function(
                FunctionName=made[function],
                Runtime="python3.11",
                Role=role,
                Handler="probe.handler",
                Timeout=30,
                Code={"ZipFile": _build_archive()},
            )
        event = {"service": service, "operation": operation, "arguments": _fill_in(arguments, names)}
        answer = client.invoke(FunctionName=made[function], Payload=json.dumps(event))
        return str(json.load(answer["Payload"]))

    yield call
    for probe in made.values():
        client.delete_function(FunctionName=probe)


def _build_archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("probe.py", CODE)
    return content.getvalue()


def _fill_in(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _fill_in(each, names) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("{"):
        return value.format(**names)
    return value


@pytest.mark.parametrize(("function", "service", "operation", "arguments"), ALLOWED)
def test_a_function_can_do_its_work(
    attempt: Attempt, function: str, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    assert attempt(function, service, operation, arguments) == "done"


@pytest.mark.parametrize(("function", "service", "operation", "arguments"), REFUSED)
def test_a_call_outside_its_role_is_denied(
    attempt: Attempt, function: str, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    assert attempt(function, service, operation, arguments) in DENIED
