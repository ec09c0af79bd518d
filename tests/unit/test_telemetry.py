"""Logs say where something went wrong and with which complaint, and repeat nobody's words."""

import json
from io import StringIO

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.identity import Identity
from chalicelib.notifications.errors import DeliveryIncomplete
from chalicelib.services.routes import create_message
from chalicelib.telemetry import log_failure, logger
from chalicelib.workers import messages, relay
from tests.batches import LAMBDA, build_batch
from tests.world import filed

NIK = "3209000000000001"


@pytest.fixture
def log():
    lines = StringIO()
    before = logger.registered_handler.setStream(lines)
    yield lines
    logger.registered_handler.setStream(before)


class FromANewerVersion(dict[str, Identity]):
    """Identities as a later version of the code wrote them, which this one cannot read."""

    def get(self, _: str, __: Identity | None = None) -> Identity:
        return Identity.model_validate({"account": "a", "name": "Siti Aminah", "nik": NIK})


def test_a_worker_that_fails_logs_the_complaint_and_the_place_but_no_words(world, log):
    event = world.complaints.list_events(filed(world).ticket)[0]
    world.complaints.identities = FromANewerVersion()
    answer = messages.send_notifications(build_batch(create_message(event)), LAMBDA)
    assert len(answer["batchItemFailures"]) == 1
    (said,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (said["ticket"], said["seq"], said["error"]) == (event.ticket, 1, "ValidationError")
    assert any("notifications/notifier.py" in step for step in said["trail"])
    assert NIK not in log.getvalue()


@pytest.mark.usefixtures("world")
def test_an_unreadable_stream_record_is_not_quoted(log):
    image = {"body": {"S": json.dumps({"v": 1, "ticket": "CTH-1", "name": "Siti Aminah"})}}
    relay.send_new_events({"Records": [{"eventID": "7", "dynamodb": {"NewImage": image}}]})
    assert json.loads(log.getvalue().splitlines()[0])["record"] == "7"
    assert "Siti" not in log.getvalue()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refusal("busy"), "busy"),
        (DeliveryIncomplete([], ["Throttling", "being_sent"]), "Throttling, being_sent"),
        (
            ClientError({"Error": {"Code": "AccessDenied", "Message": "siti@example.com"}}, "Send"),
            "AccessDenied",
        ),
        (RuntimeError("siti@example.com"), None),
    ],
)
def test_an_error_is_told_by_its_kind_and_its_code(log, error, code):
    log_failure("it went wrong", error)
    said = json.loads(log.getvalue())
    assert (said["error"], said.get("code")) == (type(error).__name__, code)
    assert "siti" not in log.getvalue()
