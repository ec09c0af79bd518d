"""The deployed application, run in this process, where botocore's hooks can see it."""

import contextlib
import importlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Thread
from types import SimpleNamespace
from typing import Any

from bench.meter import Meter
from infra.deploy.queues import QUEUES
from infra.local.cloud import LocalCloud

SITE_PORT = 8321
CONTEXT = SimpleNamespace(
    function_name="bench", aws_request_id="bench", memory_limit_in_mb=512, invoked_function_arn="arn"
)


@dataclass
class Machine:
    """The application in this process: its functions, in new processes or in warm ones."""

    cloud: LocalCloud
    meter: Meter
    new_processes: bool = True
    _services: dict[str, Any] = field(default_factory=dict)

    def start(self) -> None:
        """Import the application and serve its site, once its environment is there."""
        from chalice.config import Config
        from chalice.local import LocalDevServer

        self.app = importlib.import_module("app")
        self.app.app.register_middleware(self._measure_request, "http")
        self._server = LocalDevServer(self.app.app, Config(), "127.0.0.1", SITE_PORT)
        Thread(target=self._server.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()

    @contextlib.contextmanager
    def open_process(self, function: str) -> Iterator[None]:
        """Let one call of a function find a new process or a warm one, and measure it."""
        from chalicelib import bootstrap
        from chalicelib.aws.kms import derive_signing_key

        if self.new_processes:
            derive_signing_key.cache_clear()  # A new process has none yet.
            self._services.pop(function, None)
        bootstrap.install(self._services.setdefault(function, bootstrap.Application()))
        with self.meter.measure(function):
            yield

    def call(self, function: str, event: dict[str, Any]) -> None:
        """Call a function with an event; raise `RuntimeError` when one of its records fails."""
        with self.open_process(function):
            answer = getattr(self.app, function)(event, CONTEXT)
        if answer and answer["batchItemFailures"]:
            raise RuntimeError(f"{function} failed on {event}")

    def _measure_request(self, request: Any, get_response: Callable[[Any], Any]) -> Any:
        with self.open_process("api_handler"):
            return get_response(request)


class Pump:
    """Carries stream records and queue messages to the functions until all is quiet."""

    def __init__(self, machine: Machine) -> None:
        cloud = machine.cloud
        self._machine = machine
        self._sqs, self._streams = cloud.client("sqs"), cloud.client("dynamodbstreams")
        self._urls = json.loads(cloud.read_environment()["QUEUE_URLS"])
        (stream,) = self._streams.list_streams(TableName=cloud.outputs["TableName"])["Streams"]
        arn = stream["StreamArn"]
        shards = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._position = self._streams.get_shard_iterator(
            StreamArn=arn, ShardId=shards[-1]["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]

    def run(self) -> None:
        """Call the relay for all that was written since, and a worker for each message."""
        while self._relay() or any(self._process_message(queue.name, queue.function) for queue in QUEUES):
            pass

    def _relay(self) -> bool:
        answer = self._streams.get_records(ShardIterator=self._position)
        self._position = answer["NextShardIterator"]
        events = [record for record in answer["Records"] if _is_new_event(record)]
        if events:
            self._machine.call("relay", {"Records": events})
        return bool(answer["Records"])

    def _process_message(self, queue: str, function: str) -> bool:
        url = self._urls[queue]
        messages: list[dict[str, Any]] = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get(
            "Messages", []
        )
        for message in messages:
            self._machine.call(function, {"Records": [build_sqs_record(message["Body"])]})
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bool(messages)


def _is_new_event(record: dict[str, Any]) -> bool:
    sort_key: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return record["eventName"] == "INSERT" and sort_key.startswith("EVENT#")


def build_sqs_record(body: str) -> dict[str, Any]:
    return {
        "messageId": "bench",
        "receiptHandle": "bench",
        "body": body,
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-3:000000000000:bench",
        "awsRegion": "ap-southeast-3",
    }


def set_environment(cloud: LocalCloud) -> None:
    """Give this process the functions' environment with the operator's rights and our own site."""
    environment = cloud.read_environment() | {"PUBLIC_URL": f"http://localhost:{SITE_PORT}"}
    os.environ.clear()
    os.environ.update(environment)
    cloud.public_url = environment["PUBLIC_URL"]


def switch_off_triggers(cloud: LocalCloud) -> None:
    """Stop the cloud's own functions, so that only this process reads the queues and the stream."""
    functions = cloud.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
