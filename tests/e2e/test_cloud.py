"""The local cloud itself: its front door, its ladder and its mailbox."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.queues import QUEUES
from infra.local.browser import App
from infra.local.cloud import MAIL_FROM, LocalCloud
from infra.local.journey import Journey
from infra.local.mailbox import Mailbox
from infra.local.ministack import LocalCloudError
from infra.local.proxy import FrontDoor

PATIENCE_SECONDS = 60


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(look: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not look():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


def test_the_api_answers_at_one_address_without_a_stage(cloud: LocalCloud) -> None:
    with urllib.request.urlopen(f"{cloud.public_url}/health") as answer:
        assert answer.status == 200


def test_every_queue_exists_and_is_consumed_by_the_function_of_its_name(cloud: LocalCloud) -> None:
    mappings = cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    worked = {
        mapping["EventSourceArn"].rpartition(":")[2]: mapping["FunctionArn"].rpartition(":")[2]
        for mapping in mappings
        if ":sqs:" in mapping["EventSourceArn"]
    }
    names = [f"tuntas-local-{queue.name}" for queue in QUEUES]
    assert worked == dict(zip(names, names, strict=True))


def test_a_late_ladder_rings_every_rung(cloud: LocalCloud, journey: Journey, citizen: App) -> None:
    # A real complaint, which has no such clock: the rungs of an unknown ticket would be retried all the time.
    ticket, start = journey.file(citizen), datetime.now(UTC)
    rungs = [
        {
            "name": name,
            "at": f"{start + timedelta(seconds=place):%Y-%m-%dT%H:%M:%SZ}",
            "nominal_at": "2026-11-25T17:00:00Z",
        }
        for place, name in enumerate(("half", "most", "overdue", "level"), 1)
    ]
    key = {"pk": {"S": f"CASE#{ticket}"}, "sk": {"S": "CLOCK#probe#1"}}
    clock = key | {"status": {"S": "open"}, "arming": {"N": "1"}}
    cloud.client("dynamodb").put_item(TableName=cloud.outputs["TableName"], Item=clock)
    ladder = {
        "v": 1,
        "ticket": ticket,
        "clock": "probe",
        "visit": 1,
        "arming": 1,
        "arming_text": "1",
        "pk": key["pk"]["S"],
        "sk": key["sk"]["S"],
        "rung": rungs[0],
        "rest": rungs[1:],
        "next": 0,
        "rest_length": 3,
    }
    steps = cloud.client("stepfunctions")
    execution = steps.start_execution(
        stateMachineArn=cloud.outputs["LadderArn"], name=f"{ticket}.probe.1.1", input=json.dumps(ladder)
    )["executionArn"]
    wait_until(lambda: steps.describe_execution(executionArn=execution)["status"] != "RUNNING")
    assert steps.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"
    history = steps.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    rung = [event for event in history if event.get("stateEnteredEventDetails", {}).get("name") == "Ring"]
    assert len(rung) == 4


def test_the_mailbox_shows_what_was_sent(cloud: LocalCloud) -> None:
    link = f"{cloud.public_url}/t/AbC-12_x"
    body = {"Text": {"Data": f"Buka {link}."}, "Html": {"Data": "<p>Buka</p>"}}
    cloud.client("sesv2").send_email(
        FromEmailAddress=MAIL_FROM,
        Destination={"ToAddresses": ["petugas@example.com"]},
        Content={"Simple": {"Subject": {"Data": "Laporan baru é"}, "Body": body}},
    )
    cloud.client("sns").publish(PhoneNumber="+6281234567001", Message=f"Laporan baru: {link}")
    mail = next(mail for mail in cloud.list_mails() if mail.subject == "Laporan baru é")
    assert (mail.to, mail.links) == (("petugas@example.com",), [link])
    assert [sms.links for sms in cloud.list_sms() if sms.to == "+6281234567001"] == [[link]]
    with urllib.request.urlopen(f"{cloud.public_url}/_mailbox") as answer:
        page = answer.read().decode()
    assert page.count(f'<a href="{link}">{link}</a>') == 2
    with urllib.request.urlopen(f"{cloud.public_url}/_mailbox.json") as answer:
        assert [link] in [mail["links"] for mail in json.load(answer)["mails"]]


def test_a_port_in_use_gets_one_sentence(cloud: LocalCloud, tmp_path: Path) -> None:
    port = int(cloud.public_url.rpartition(":")[2])
    second = LocalCloud(tmp_path, port=port, cloud_port=find_free_port())
    with pytest.raises(LocalCloudError, match=rf"^Port {port} is in use: .*PORT="), second:
        pass


def test_one_folder_has_one_cloud(cloud: LocalCloud) -> None:
    second = LocalCloud(cloud.state_dir, port=find_free_port(), cloud_port=find_free_port())
    with pytest.raises(LocalCloudError, match="Another local cloud is using"), second:
        pass


class _Echo(BaseHTTPRequestHandler):
    """A fake API: it answers with two cookies, a redirect, and the request it got."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen = {"path": self.path, "host": self.headers["Host"], "for": self.headers["X-Forwarded-For"]}
        self.send_response(303)
        self.send_header("Set-Cookie", "a=1; HttpOnly")
        self.send_header("Set-Cookie", "b=2; Path=/")
        self.send_header("Location", "/selesai?x=%20y")
        self.end_headers()
        self.wfile.write(json.dumps(seen | {"body": body.decode()}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture
def echo() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_front_door_passes_everything_through(echo: int) -> None:
    port = find_free_port()
    door = FrontDoor(
        port, lambda: f"http://127.0.0.1:{echo}/restapis/abc/api/_user_request_", lambda: Mailbox((), ())
    )
    door.start()
    try:
        connection = http.client.HTTPConnection("localhost", port)
        connection.request("POST", "/lapor%20x?q=%2F&q=2", body="nama=é".encode())
        answer = connection.getresponse()
        seen = json.loads(answer.read())
        connection.close()
    finally:
        door.stop()
    assert answer.status == 303
    assert answer.headers.get_all("Set-Cookie") == ["a=1; HttpOnly", "b=2; Path=/"]
    assert answer.headers["Location"] == "/selesai?x=%20y"
    assert seen["path"] == "/restapis/abc/api/_user_request_/lapor%20x?q=%2F&q=2"
    assert (seen["body"], seen["for"]) == ("nama=é", "127.0.0.1")


def test_a_cloud_that_is_gone_gives_a_bad_gateway() -> None:
    port = find_free_port()
    door = FrontDoor(port, lambda: f"http://127.0.0.1:{find_free_port()}", lambda: Mailbox((), ()))
    door.start()
    try:
        connection = http.client.HTTPConnection("localhost", port)
        connection.request("GET", "/health")
        answer = connection.getresponse()
        assert answer.status == 502
        answer.read()
        connection.close()
    finally:
        door.stop()
