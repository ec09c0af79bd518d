"""The teller on the table's own message log: the claims that unit tests play with an imitation."""

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
from tests.fakes import LIAISON, SECOND_LIAISON
from tests.unit.notifications.fakes import Crash, Post
from tests.unit.notifications.test_feedback import hear, sample
from tests.world import forwarded

FIRST, SECOND, MOBILE = str(LIAISON.email), str(SECOND_LIAISON.email), str(LIAISON.phone)


class CrashingLog(TableMessageLog):
    """Dies once before it can settle."""

    alive = False

    def settle(self, record: MessageRecord) -> None:
        if not self.alive:
            self.alive = True
            raise Crash
        super().settle(record)


@pytest.fixture
def post(table: str) -> Post:  # noqa: ARG001 - the table must be there
    return Post()


def with_log(notifier: Notifier, log: TableMessageLog) -> Notifier:
    return replace(notifier, delivery=replace(notifier.delivery, log=log))


@pytest.fixture
def notifier(post: Post) -> Notifier:
    return with_log(post.notifier, TableMessageLog())


@pytest.fixture
def told_of(post: Post) -> tuple[str, int]:
    ticket = forwarded(post.world).ticket
    return ticket, post.event(ticket, StepOpened).seq


def test_an_event_delivered_twice_is_told_once(
    post: Post, notifier: Notifier, told_of: tuple[str, int]
) -> None:
    assert [record.outcome for record in notifier.notify(*told_of)] == ["sent", "sent"]
    assert notifier.notify(*told_of) == []
    assert post.mailer.to == [FIRST, SECOND]


def test_what_waits_is_sent_when_it_comes_again(
    post: Post, notifier: Notifier, told_of: tuple[str, int]
) -> None:
    post.mailer.failures[FIRST] = SendingFailed("TooManyRequestsException")
    with pytest.raises(DeliveryIncomplete):
        notifier.notify(*told_of)
    post.mailer.failures.clear()
    assert [record.recipient for record in notifier.notify(*told_of)] == ["pupr-1"]


def test_an_sms_after_a_crash_is_not_repeated(
    post: Post, notifier: Notifier, told_of: tuple[str, int]
) -> None:
    post.replace_officer("pupr-1", email=None)
    with pytest.raises(Crash):
        with_log(notifier, CrashingLog()).notify(*told_of)
    with pytest.raises(DeliveryIncomplete, match="being_sent"):
        notifier.notify(*told_of)
    post.world.clock.forward(seconds=LEASE_SECONDS)
    (unknown,) = notifier.notify(*told_of)
    assert (unknown.channel, unknown.outcome, unknown.reason) == ("sms", "failed", UNKNOWN)
    assert post.sms_sender.to == [MOBILE]


def test_a_bounce_falls_back_once(post: Post, notifier: Notifier, told_of: tuple[str, int]) -> None:
    mailed, _ = notifier.notify(*told_of)
    feedback = DeliveryFeedback(TableMessageLog(), notifier)
    for _ in range(2):
        hear(feedback, sample("ses-bounce-permanent", mailed))
        hear(feedback, sample("ses-delivery", mailed))
    outcomes = {
        record.id.rpartition(".")[2]: record.outcome
        for record in TableMessageLog().list_for_complaint(told_of[0])
        if record.recipient == "pupr-1"
    }
    assert outcomes == {"email": "bounced", "sms": "sent"}
    assert post.sms_sender.to == [MOBILE]
