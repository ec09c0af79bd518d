"""What the mail service says afterwards, in any order and more than once."""

import json
from typing import Any

import pytest

from chalicelib.aws.ses_events import from_tag_value, read_report, to_tag_value
from chalicelib.domain.complaint.handling import AnswerComplaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.notifications.feedback import DeliveryFeedback
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.ports import MessageRecord
from tests.fakes import LIAISON
from tests.paths import EVENTS
from tests.unit.notifications.fakes import Post
from tests.world import asks, forwarded

MOBILE = str(LIAISON.phone)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def mailed(post: Post) -> MessageRecord:
    """The record of an e-mail to a liaison who has a mobile too."""
    ticket = forwarded(post.world).ticket
    return post.tell(ticket, StepOpened)[0]


def sample(name: str, record: MessageRecord | None = None) -> dict[str, Any]:
    """A recorded event, about this message."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    if record and "mail" in event:
        event["mail"]["tags"]["message"] = [to_tag_value(f"{record.ticket}.{record.id}")]
    return event


def hear(feedback: DeliveryFeedback, event: dict[str, Any]) -> list[MessageRecord]:
    """What an event of the mail service changes; nothing where it reports no delivery."""
    report = read_report(event)
    return feedback.handle(report) if report else []


def noted(post: Post, record: MessageRecord) -> tuple[str, str | None]:
    return post.outcome(record.ticket, record.id)


def test_a_delivery_is_noted(post: Post, mailed: MessageRecord) -> None:
    (record,) = hear(post.feedback, sample("ses-delivery", mailed))
    assert record.outcome == "delivered"
    assert record.at.isoformat() == "2026-11-23T03:00:07.214000+00:00"
    assert noted(post, mailed) == ("delivered", None)


def test_an_event_in_its_sns_envelope_is_the_same_event(post: Post, mailed: MessageRecord) -> None:
    envelope = sample("sns-delivery") | {"Message": json.dumps(sample("ses-delivery", mailed))}
    hear(post.feedback, envelope)
    assert noted(post, mailed) == ("delivered", None)


def test_a_permanent_bounce_falls_back_to_sms(post: Post, mailed: MessageRecord) -> None:
    bounced, sms = hear(post.feedback, sample("ses-bounce-permanent", mailed))
    assert noted(post, mailed) == ("bounced", "Permanent:General")
    assert (bounced.outcome, sms.channel, sms.outcome) == ("bounced", "sms", "sent")
    assert post.sms_sender.to == [MOBILE]


@pytest.mark.parametrize(
    "name", ["ses-delivery", "ses-bounce-permanent", "ses-bounce-transient", "ses-complaint", "ses-reject"]
)
def test_an_event_delivered_twice_changes_nothing(post: Post, mailed: MessageRecord, name: str) -> None:
    hear(post.feedback, sample(name, mailed))
    before = repr((post.log, post.mailer, post.sms_sender))
    assert hear(post.feedback, sample(name, mailed)) == []
    assert repr((post.log, post.mailer, post.sms_sender)) == before


def test_the_other_addressees_of_the_event_are_left_alone(post: Post, mailed: MessageRecord) -> None:
    hear(post.feedback, sample("ses-bounce-permanent", mailed))
    assert len(post.mailer.sent) == 2
    assert len(post.sms_sender.sent) == 1


def test_a_bounce_after_the_step_is_closed_sends_nobody_to_a_dead_link(
    post: Post, mailed: MessageRecord
) -> None:
    words = seal("answer", "Sudah ditambal.")
    post.world.app.command_handler.execute(
        mailed.ticket, AnswerComplaint(text=words.ref), asks(LIAISON, "answer"), [words]
    )
    hear(post.feedback, sample("ses-bounce-permanent", mailed))
    assert noted(post, mailed)[0] == "bounced"
    assert post.sms_sender.sent == []


def test_a_bounce_of_a_person_without_a_mobile_is_only_noted(post: Post, mailed: MessageRecord) -> None:
    post.replace_officer("pupr-1", phone=None)
    hear(post.feedback, sample("ses-bounce-permanent", mailed))
    assert noted(post, mailed)[0] == "bounced"
    assert post.sms_sender.sent == []


def test_a_full_mailbox_is_seen_as_failed_but_costs_no_sms(post: Post, mailed: MessageRecord) -> None:
    hear(post.feedback, sample("ses-bounce-transient", mailed))
    assert noted(post, mailed) == ("failed", "Transient:MailboxFull")
    post.notifier.notify(mailed.ticket, mailed.seq)
    assert post.sms_sender.sent == []


def test_an_automatic_answer_does_not_unsay_a_delivery(post: Post, mailed: MessageRecord) -> None:
    hear(post.feedback, sample("ses-delivery", mailed))
    hear(post.feedback, sample("ses-bounce-transient", mailed))
    assert noted(post, mailed)[0] == "delivered"


def test_a_delivery_that_comes_late_does_not_unsay_a_bounce(post: Post, mailed: MessageRecord) -> None:
    hear(post.feedback, sample("ses-bounce-permanent", mailed))
    hear(post.feedback, sample("ses-delivery", mailed))
    assert noted(post, mailed)[0] == "bounced"


def test_a_reader_who_calls_it_spam_is_noted_and_not_texted(post: Post, mailed: MessageRecord) -> None:
    hear(post.feedback, sample("ses-delivery", mailed))
    hear(post.feedback, sample("ses-complaint", mailed))
    assert noted(post, mailed) == ("complained", "abuse")
    assert post.sms_sender.sent == []


def test_a_rejected_mail_failed_and_falls_back(post: Post, mailed: MessageRecord) -> None:
    hear(post.feedback, sample("ses-reject", mailed))
    assert noted(post, mailed) == ("failed", "Reject:Bad content")
    assert post.sms_sender.to == [MOBILE]


def test_a_fresh_links_bounce_falls_back_with_a_link(post: Post) -> None:
    complaint = forwarded(post.world)
    (record,) = post.notifier.renew_link(complaint.ticket, complaint.seq, "pupr-1", "ask-1")
    hear(post.feedback, sample("ses-bounce-permanent", record))
    ((_, text),) = post.sms_sender.sent
    assert text.endswith("https://contoh.go.id/t/pupr-1")


@pytest.mark.parametrize(
    "change",
    [
        {"eventType": "Open"},
        {"mail": {"tags": {}}},
        {"mail": {"tags": {"message": ["CTH-99999A.000001.siapa.email"]}}},
    ],
)
def test_what_is_not_about_a_message_of_ours_is_passed_over(
    post: Post, mailed: MessageRecord, change: dict[str, Any]
) -> None:
    assert hear(post.feedback, sample("ses-delivery", mailed) | change) == []
    assert noted(post, mailed)[0] == "sent"


@pytest.mark.parametrize("text", ["CTH-22222A.000008.pupr-1.email", "a b/c~d%e@f", "Ünlü"])
def test_any_text_can_be_a_tag_and_be_read_back(text: str) -> None:
    value = to_tag_value(text)
    assert value.isascii()
    assert value.replace("_", "").replace(".", "").replace("@", "").replace("-", "").isalnum()
    assert from_tag_value(value) == text
