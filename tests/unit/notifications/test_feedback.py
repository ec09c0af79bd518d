"""The reports of the mail service, in any order and more than once."""

import json
from typing import Any

import pytest

from chalicelib.aws.ses_events import from_tag_value, to_tag_value
from chalicelib.domain.complaint.handling import AnswerComplaint
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.ports import MessageRecord
from tests.sample_region import LIAISON
from tests.unit.notifications.fakes import PostOffice, handle_event, read_sample
from tests.world import asks, forwarded

MOBILE = str(LIAISON.phone)


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def mailed(post: PostOffice) -> MessageRecord:
    """Return the record of an e-mail to a liaison who has a mobile too."""
    ticket = forwarded(post.world).ticket
    return post.notify(ticket, StepOpened)[0]


def get_outcome(post: PostOffice, record: MessageRecord) -> tuple[str, str | None]:
    return post.get_outcome(record.ticket, record.id)


def test_a_delivery_is_noted(post: PostOffice, mailed: MessageRecord) -> None:
    (record,) = handle_event(post.feedback, read_sample("ses-delivery", mailed))
    assert record.outcome == "delivered"
    assert record.at.isoformat() == "2026-11-23T03:00:07.214000+00:00"
    assert get_outcome(post, mailed) == ("delivered", None)


def test_an_event_in_its_sns_envelope_is_the_same_event(post: PostOffice, mailed: MessageRecord) -> None:
    envelope = read_sample("sns-delivery") | {"Message": json.dumps(read_sample("ses-delivery", mailed))}
    handle_event(post.feedback, envelope)
    assert get_outcome(post, mailed) == ("delivered", None)


def test_a_permanent_bounce_falls_back_to_sms(post: PostOffice, mailed: MessageRecord) -> None:
    bounced, sms = handle_event(post.feedback, read_sample("ses-bounce-permanent", mailed))
    assert get_outcome(post, mailed) == ("bounced", "Permanent:General")
    assert (bounced.outcome, sms.channel, sms.outcome) == ("bounced", "sms", "sent")
    assert post.sms_sender.to == [MOBILE]


@pytest.mark.parametrize(
    "name", ["ses-delivery", "ses-bounce-permanent", "ses-bounce-transient", "ses-complaint", "ses-reject"]
)
def test_an_event_delivered_twice_changes_nothing(post: PostOffice, mailed: MessageRecord, name: str) -> None:
    handle_event(post.feedback, read_sample(name, mailed))
    before = repr((post.log, post.mailer, post.sms_sender))
    assert handle_event(post.feedback, read_sample(name, mailed)) == []
    assert repr((post.log, post.mailer, post.sms_sender)) == before


def test_the_other_addressees_of_the_event_are_left_alone(post: PostOffice, mailed: MessageRecord) -> None:
    handle_event(post.feedback, read_sample("ses-bounce-permanent", mailed))
    assert len(post.mailer.sent) == 2
    assert len(post.sms_sender.sent) == 1


def test_a_bounce_after_the_step_is_closed_sends_nobody_to_a_dead_link(
    post: PostOffice, mailed: MessageRecord
) -> None:
    words = seal("answer", "Sudah ditambal.")
    post.world.app.command_handler.execute(
        mailed.ticket, AnswerComplaint(text=words.ref), asks(LIAISON, "answer"), [words]
    )
    handle_event(post.feedback, read_sample("ses-bounce-permanent", mailed))
    assert get_outcome(post, mailed)[0] == "bounced"
    assert post.sms_sender.sent == []


def test_a_bounce_of_a_person_without_a_mobile_is_only_noted(post: PostOffice, mailed: MessageRecord) -> None:
    post.replace_officer("pupr-1", phone=None)
    handle_event(post.feedback, read_sample("ses-bounce-permanent", mailed))
    assert get_outcome(post, mailed)[0] == "bounced"
    assert post.sms_sender.sent == []


def test_a_full_mailbox_is_seen_as_failed_but_costs_no_sms(post: PostOffice, mailed: MessageRecord) -> None:
    handle_event(post.feedback, read_sample("ses-bounce-transient", mailed))
    assert get_outcome(post, mailed) == ("failed", "Transient:MailboxFull")
    post.notifier.notify(mailed.ticket, mailed.seq)
    assert post.sms_sender.sent == []


def test_an_automatic_answer_does_not_undo_a_delivery(post: PostOffice, mailed: MessageRecord) -> None:
    handle_event(post.feedback, read_sample("ses-delivery", mailed))
    handle_event(post.feedback, read_sample("ses-bounce-transient", mailed))
    assert get_outcome(post, mailed)[0] == "delivered"


def test_a_delivery_that_comes_late_does_not_undo_a_bounce(post: PostOffice, mailed: MessageRecord) -> None:
    handle_event(post.feedback, read_sample("ses-bounce-permanent", mailed))
    handle_event(post.feedback, read_sample("ses-delivery", mailed))
    assert get_outcome(post, mailed)[0] == "bounced"


def test_a_reader_who_calls_it_spam_is_noted_and_gets_no_sms(post: PostOffice, mailed: MessageRecord) -> None:
    handle_event(post.feedback, read_sample("ses-delivery", mailed))
    handle_event(post.feedback, read_sample("ses-complaint", mailed))
    assert get_outcome(post, mailed) == ("complained", "abuse")
    assert post.sms_sender.sent == []


def test_a_rejected_mail_failed_and_falls_back(post: PostOffice, mailed: MessageRecord) -> None:
    handle_event(post.feedback, read_sample("ses-reject", mailed))
    assert get_outcome(post, mailed) == ("failed", "Reject:Bad content")
    assert post.sms_sender.to == [MOBILE]


def test_a_fresh_links_bounce_falls_back_with_a_link(post: PostOffice) -> None:
    complaint = forwarded(post.world)
    (record,) = post.notifier.renew_link(complaint.ticket, complaint.seq, "pupr-1", "ask-1")
    handle_event(post.feedback, read_sample("ses-bounce-permanent", record))
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
def test_an_event_about_no_message_of_ours_is_skipped(
    post: PostOffice, mailed: MessageRecord, change: dict[str, Any]
) -> None:
    assert handle_event(post.feedback, read_sample("ses-delivery", mailed) | change) == []
    assert get_outcome(post, mailed)[0] == "sent"


@pytest.mark.parametrize("text", ["CTH-22222A.000008.pupr-1.email", "a b/c~d%e@f", "Ünlü"])
def test_any_text_can_be_a_tag_and_be_read_back(text: str) -> None:
    value = to_tag_value(text)
    assert value.isascii()
    assert value.replace("_", "").replace(".", "").replace("@", "").replace("-", "").isalnum()
    assert from_tag_value(value) == text
