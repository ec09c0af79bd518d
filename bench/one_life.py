"""What one on-time life of a complaint asks of AWS, and what a thousand of them would cost.

The application is deployed on a local cloud, its triggers are switched off, and everything it would do runs
in this process instead, where botocore's hooks can see it: the site through Chalice's own local server, the
workers by handing them the stream's records and the queues' messages one by one. The people are those of
`make run`. Two lives are counted: one where every call of a function finds a new process with empty caches
(days lie between the steps of a quiet region), one where each function's process is warm (a busy region).

Not counted: what the platform does itself (polling queues, reading the stream, delivering messages), signing
up and signing in, CloudWatch, storage, and data going out.
"""

import argparse
import contextlib
import importlib
import io
import json
import math
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

from bench.meter import Count, Meter
from bench.prices import AS_OF, PRICES, SMS, SMS_PRICE
from bench.report import header, table
from infra.deploy.build import CHALICE_CONFIG
from infra.deploy.queues import QUEUES
from infra.local.cloud import LocalCloud
from infra.local.demo import load_directory
from infra.local.demo_data import find_region, list_demo_regions
from infra.local.journey import Journey

PORTS = (8320, 4820)
SITE_PORT = 8321
ALL = "all"
IN_TIME = ("WaitForRung", "ReadClock", "IsStillArmed", "Done")
"""The states of a ladder whose clock has closed before its first rung."""
CONTEXT = SimpleNamespace(
    function_name="bench", aws_request_id="bench", memory_limit_in_mb=512, invoked_function_arn="arn"
)


@dataclass
class Machine:
    """The application in this process: its functions, which find new processes or warm ones."""

    cloud: LocalCloud
    meter: Meter
    new_processes: bool = True
    _services: dict[str, Any] = field(default_factory=dict)

    def start(self) -> None:
        """Import the application and serve its site, once its environment is there."""
        from chalice.config import Config
        from chalice.local import LocalDevServer

        self.app = importlib.import_module("app")
        self.app.app.register_middleware(self._counted, "http")
        self._server = LocalDevServer(self.app.app, Config(), "127.0.0.1", SITE_PORT)
        Thread(target=self._server.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close the site."""
        self._server.shutdown()

    @contextlib.contextmanager
    def calling(self, function: str) -> Iterator[None]:
        """One call of a function, in a process that is new or was warm."""
        from chalicelib import bootstrap
        from chalicelib.aws.kms import derive_signing_key

        if self.new_processes:
            derive_signing_key.cache_clear()  # A new process has none yet.
            self._services.pop(function, None)
        bootstrap.install(self._services.setdefault(function, bootstrap.Application()))
        with self.meter.measure(function):
            yield

    def call(self, function: str, event: dict[str, Any]) -> None:
        """Pass an event to a function; every record must succeed."""
        with self.calling(function):
            answer = getattr(self.app, function)(event, CONTEXT)
        if answer and answer["batchItemFailures"]:
            raise RuntimeError(f"{function} could not work off {event}")

    def _counted(self, request: Any, get_response: Callable[[Any], Any]) -> Any:
        with self.calling("api_handler"):
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
        """One relay call for what was written since, one worker call a message."""
        while self._relay() or any(self._work(queue.name, queue.function) for queue in QUEUES):
            pass

    def _relay(self) -> bool:
        answer = self._streams.get_records(ShardIterator=self._position)
        self._position = answer["NextShardIterator"]
        events = [record for record in answer["Records"] if _is_new_event(record)]
        if events:
            self._machine.call("relay", {"Records": events})
        return bool(answer["Records"])

    def _work(self, queue: str, function: str) -> bool:
        url = self._urls[queue]
        messages: list[dict[str, Any]] = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get(
            "Messages", []
        )
        for message in messages:
            self._machine.call(function, {"Records": [_sqs_record(message["Body"])]})
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bool(messages)


def _is_new_event(record: dict[str, Any]) -> bool:
    sort_key: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return record["eventName"] == "INSERT" and sort_key.startswith("EVENT#")


def _sqs_record(body: str) -> dict[str, Any]:
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


@dataclass(frozen=True)
class Life:
    """What one life came to."""

    ticket: str
    parts: dict[str, Count]
    emails: int
    sms: int

    @property
    def total(self) -> Count:
        """All parts together."""
        return sum(self.parts.values(), Count())


def live(machine: Machine, region: dict[str, Any]) -> Life:
    """One complaint from filing to satisfied on its procedure's straight way, each step counted."""
    pump, meter = Pump(machine), machine.meter
    journey = Journey(machine.cloud, region, lambda _: None)
    citizen = journey.register()
    meter.parts.clear()
    with meter.part("filed, recorded"):
        journey.ticket = journey.file(citizen)
        pump.run()
    while (holder := journey.read(citizen)["holder"])["role"] != "reporter":
        with meter.part(holder["step"]):
            journey.decide()
            pump.run()
    with meter.part("read, satisfied"):
        journey.read(citizen)
        journey.send_verdict(citizen, {"verdict": "satisfied"})
        pump.run()
    with meter.part("delivery feedback"):
        feed_back(machine, journey.ticket)
    return Life(journey.ticket, dict(meter.parts), len(journey.list_mails()), len(journey.list_sms()))


def feed_back(machine: Machine, ticket: str) -> None:
    """On AWS the mail service reports each delivery; the local one does not, so it is said here."""
    from chalicelib.aws.ses_events import TAG, to_tag_value
    from chalicelib.bootstrap import application

    for record in application().message_log.list_for_complaint(ticket):
        if record.channel == "email" and record.outcome == "sent":
            tags = {TAG: [to_tag_value(f"{ticket}.{record.id}")]}
            delivery = {"timestamp": record.at.isoformat()}
            event = {"eventType": "Delivery", "mail": {"tags": tags}, "delivery": delivery}
            machine.call("delivery_feedback", {"Records": [_sqs_record(json.dumps(event))]})


def transitions(cloud: LocalCloud, ticket: str) -> dict[str, list[str]]:
    """The states that each of the case's ladders enters: those it has, and those it will when it wakes.

    Every clock was met in time and is closed, but its ladder sleeps until its first rung; nobody waits here.
    """
    machines = cloud.client("stepfunctions")
    arn = cloud.read_environment()["LADDER_ARN"]
    pages = machines.get_paginator("list_executions").paginate(stateMachineArn=arn)
    ladders = [one for page in pages for one in page["executions"] if one["name"].startswith(f"{ticket}.")]
    return {
        one["name"].removeprefix(f"{ticket}."): _with_those_to_come(_entered(machines, one["executionArn"]))
        for one in sorted(ladders, key=lambda one: one["startDate"])
    }


def _with_those_to_come(entered: list[str]) -> list[str]:
    if tuple(entered) != IN_TIME[: len(entered)]:
        raise SystemExit(f"a ladder of a case on time rang: {' → '.join(entered)}")
    return list(IN_TIME)


def _entered(machines: Any, execution: str) -> list[str]:
    events = machines.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    return [
        event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
    ]


def cost(life: Life, ladders: dict[str, list[str]]) -> list[tuple[str, float, float]]:
    """What a thousand such complaints are billed for: name, number a complaint, US$ a thousand."""
    count = life.total
    s3 = {name: number for name, number in count.calls.items() if name.startswith("s3 ")}
    amounts = {
        "API Gateway request (REST)": count.handled["api_handler"],
        "Lambda request": count.handled.total(),
        "Lambda GB-second": gigabyte_seconds(count),
        "DynamoDB write request unit": sum(count.write_units.values()),
        "DynamoDB read request unit": count.read_units + _reads_of(ladders),
        # Each message: our send (or the topic's, which is free), and the platform's receive and delete.
        "SQS request": 3 * count.of("sqs") + 2 * count.handled["delivery_feedback"],
        "Step Functions state transition": sum(map(len, ladders.values())),
        "SES e-mail": count.of("sesv2"),
        "SNS notification (SES feedback)": count.handled["delivery_feedback"],
        "S3 PUT, POST": s3.get("s3 PutObject", 0) + 1,  # the browser's own upload
        "S3 GET": s3.get("s3 GetObject", 0),
    }
    return [(name, float(amounts[name]), amounts[name] * price * 1000) for name, price in PRICES.items()]


def gigabyte_seconds(count: Count) -> float:
    """Return GB-seconds: local seconds times memory. An approximation, because AWS's processors differ."""
    config = json.loads(CHALICE_CONFIG.read_text())
    functions = config["stages"]["main"]["lambda_functions"]
    return math.fsum(
        seconds * functions[name].get("lambda_memory_size", config["lambda_memory_size"]) / 1024
        for name, seconds in count.seconds.items()
    )


def _reads_of(ladders: dict[str, list[str]]) -> int:
    """A ladder reads its clock's item, which is under 4 KB: one unit each time."""
    return Counter(state for states in ladders.values() for state in states)["ReadClock"]


@dataclass(frozen=True)
class Measured:
    """What one procedure's life came to, in new processes and in warm ones."""

    procedure: str
    cold: Life
    warm: Life
    ladders: dict[str, list[str]]


def measure(machine: Machine, region: dict[str, Any]) -> Measured:
    """Live it in new processes, once to warm them, and once more in warm ones."""
    machine.new_processes = True
    cold = live(machine, region)
    machine.new_processes = False
    live(machine, region)
    warm = live(machine, region)
    return Measured(region["procedure"], cold, warm, transitions(machine.cloud, warm.ticket))


def compare(measured: list[Measured]) -> None:
    """Print one line a procedure."""
    columns = ("procedure", "requests", "functions called", "AWS calls new", "warm")
    units = ("units read", "written", "SQS", "transitions", "e-mails", "SMS", "US$ per 1,000")
    rows = []
    for one in measured:
        new, warm = one.cold.total, one.warm.total
        rows.append(
            (
                one.procedure,
                warm.handled["api_handler"],
                warm.handled.total(),
                new.calls.total(),
                warm.calls.total(),
                warm.read_units + _reads_of(one.ladders),
                float(sum(warm.write_units.values())),
                warm.of("sqs"),
                sum(map(len, one.ladders.values())),
                one.warm.emails,
                one.warm.sms,
                f"{sum(dollars for _, _, dollars in cost(one.warm, one.ladders)):.2f}",
            )
        )
    table("One on-time life by each procedure (warm where not said; US$ without SMS)", columns + units, rows)


def show(measured: Measured) -> None:
    """Print what was counted, call by call."""
    cold, warm, ladders = measured.cold, measured.warm, measured.ladders
    one, other = cold.total, warm.total
    names = sorted(one.calls.keys() | other.calls.keys())
    rows = [(name, one.calls[name], other.calls[name]) for name in names]
    rows.append(("all calls", one.calls.total(), other.calls.total()))
    table("AWS calls of the application in one on-time life", ("call", "new processes", "warm"), rows)
    table(
        "DynamoDB request units",
        ("units", "new processes", "warm"),
        [
            ("read", one.read_units, other.read_units),
            ("read by the ladders (Step Functions)", *[float(_reads_of(ladders))] * 2),
            *(
                (f"written: {name}", one.write_units[name], other.write_units[name])
                for name in sorted(one.write_units.keys() | other.write_units.keys(), reverse=True)
            ),
            ("written: all", sum(one.write_units.values()), sum(other.write_units.values())),
        ],
    )
    table(
        "By part (warm)",
        ("part", "functions called", "AWS calls", "units read", "units written", "SQS", "SES", "SMS"),
        [
            (
                name,
                part.handled.total(),
                part.calls.total(),
                part.read_units,
                float(sum(part.write_units.values())),
                part.of("sqs"),
                part.of("sesv2"),
                part.calls["sns Publish"],
            )
            for name, part in warm.parts.items()
        ],
    )
    table(
        "Step Functions: states entered by each clock's ladder, met in time",
        ("clock.visit.arming", "transitions", "states"),
        [(name, len(states), " → ".join(states)) for name, states in ladders.items()],
    )
    print(f"  {sum(map(len, ladders.values()))} transitions in all")
    bill = cost(warm, ladders)
    table(
        f"US$ per 1,000 complaints, warm ({AS_OF})",
        ("billed", "a complaint", "US$ per 1,000"),
        [*bill, ("all but SMS", "", sum(dollars for _, _, dollars in bill))],
    )
    print(
        f"  apart: {SMS}: {warm.sms} a complaint at an assumed US$ {SMS_PRICE:.2f}: "
        f"US$ {warm.sms * SMS_PRICE * 1000:,.0f} per 1,000"
    )
    print(f"  not in it: {' '.join(__doc__.rpartition('Not counted: ')[2].split())}")


def environment_of(cloud: LocalCloud) -> None:
    """Make this process one of the functions: their environment, the operator's rights, our own site."""
    given = cloud.read_environment() | {"PUBLIC_URL": f"http://localhost:{SITE_PORT}"}
    os.environ.clear()
    os.environ.update(given)
    cloud.public_url = given["PUBLIC_URL"]


def switch_off_triggers(cloud: LocalCloud) -> None:
    """From now on nobody but this process works queues and stream."""
    functions = cloud.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def main() -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.one_life", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sop", default=ALL, help="one procedure, in every detail (default: a line for each)"
    )
    given = parser.parse_args()
    header("one_life")
    regions = list_demo_regions() if given.sop == ALL else [find_region(given.sop)]
    meter = Meter()
    meter.install()
    with (
        tempfile.TemporaryDirectory(prefix="tuntas-bench-") as folder,
        # Days as long as they are: no reminder rings within a life of seconds.
        LocalCloud(
            Path(folder),
            port=PORTS[0],
            cloud_port=PORTS[1],
            seconds_per_working_day=None,
            say=lambda _: None,
        ) as cloud,
    ):
        load_directory(cloud)
        switch_off_triggers(cloud)
        environment_of(cloud)
        machine = Machine(cloud, meter)
        # The functions' logs and metrics, which would stand between the tables.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            machine.start()
            measured = [measure(machine, region) for region in regions]
            machine.stop()
    if given.sop == ALL:
        compare(measured)
    else:
        show(measured[0])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
