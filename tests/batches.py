"""Batches of queue messages as Lambda gives them to a handler."""

import json
from types import SimpleNamespace

LAMBDA = SimpleNamespace(function_name="worker", aws_request_id="1", memory_limit_in_mb=256)


def build_batch(*bodies: object, attempts: int = 1) -> dict[str, object]:
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": str(number),
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(attempts)},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-southeast-3:000000000000:tuntas-test-record",
                "awsRegion": "ap-southeast-3",
            }
            for number, body in enumerate(bodies)
        ]
    }
