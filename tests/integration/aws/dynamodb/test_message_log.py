"""The notifier on the table's own message log: unit tests make the same claims on a fake."""

from dataclasses import replace

import pytest

from chalicelib.aws.dynamodb.messages import TableMessageLog
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.notifications.delivery import LEASE_SECONDS, UNKNOWN
from chalicelib.notifications.errors import DeliveryIncomplete
from chalicelib.notifications.feedback import DeliveryFeedback
from chalicelib.notifications.notifier import Notifier
from chalicelib.services.delivery_errors import SendingFailed
from chalicelib.services.ports import MessageRecord
from tests.sample_region import LIAISON, SECOND_LIAISON
from tests.unit.notifications.fakes import Crash, PostOffice, handle_event, read_sample
from tests.world import forwarded

FIRST, SECOND, MOBILE = str(LIAISON.email), str(SECOND_LIAISON.email), str(LIAISON.phone)


class CrashingLog(TableMessageLog):
    """A log whose worker dies once before it can settle."""

    alive = False

    def settle(self, record: MessageRecord) -> None:
        if not self.alive:
            self.alive = True
            raise Crash
        super().settle(record)


@pytest.fixture
def post(table: str) -> PostOffice:  # noqa: ARG001 - the table must be there
    return PostOffice()


def with_log(notifier: Notifier, log: TableMessageLog) -> Notifier:
    return replace(notifier, delivery=replace(notifier.delivery, log=log))


@pytest.fixture
def notifier(post: PostOffice) -> Notifier:
    return with_log(post.notifier, TableMessageLog())


@pytest.fixture
def event_place(post: PostOffice) -> tuple[str, int]:
    ticket = forwarded(post.world).ticket
    return ticket, post.get_event(ticket, StepOpened).seq


def test_an_event_delivered_twice_is_notified_once(
    post: PostOffice, notifier: Notifier, event_place: tuple[str, int]
) -> None:
    assert [record.outcome for record in notifier.notify(*event_place)] == ["sent", "sent"]
    assert notifier.notify(*event_place) == []
    assert post.mailer.to == [FIRST, SECOND]


def test_a_waiting_message_is_sent_on_the_retry(
    post: PostOffice, notifier: Notifier, event_place: tuple[str, int]
) -> None:
    post.mailer.failures[FIRST] = SendingFailed("TooManyRequestsException")
    with pytest.raises(DeliveryIncomplete):
        notifier.notify(*event_place)
    post.mailer.failures.clear()
    assert [record.recipient for record in notifier.notify(*event_place)] == ["pupr-1"]


def test_an_sms_after_a_crash_is_not_repeated(
    post: PostOffice, notifier: Notifier, event_place: tuple[str, int]
) -> None:
    post.replace_officer("pupr-1", email=None)
    with pytest.raises(Crash):
        with_log(notifier, CrashingLog()).notify(*event_place)
    with pytest.raises(DeliveryIncomplete, match="being_sent"):
        notifier.notify(*event_place)
    post.world.clock.forward(seconds=LEASE_SECONDS)
    (unknown,) = notifier.notify(*event_place)
    assert (unknown.channel, unknown.outcome, unknown.reason) == ("sms", "failed", UNKNOWN)
    assert post.sms_sender.to == [MOBILE]


def test_a_bounce_falls_back_once(post: PostOffice, notifier: Notifier, event_place: tuple[str, int]) -> None:
    mailed, _ = notifier.notify(*event_place)
    feedback = DeliveryFeedback(TableMessageLog(), notifier)
    for _ in range(2):
        handle_event(feedback, read_sample("ses-bounce-permanent", mailed))
        handle_event(feedback, read_sample("ses-delivery", mailed))
    outcomes = {
        record.id.rpartition(".")[2]: record.outcome
        for record in TableMessageLog().list_for_complaint(event_place[0])
        if record.recipient == "pupr-1"
    }
    assert outcomes == {"email": "bounced", "sms": "sent"}
    assert post.sms_sender.to == [MOBILE]
