"""The mail service's delivery events through its real topic."""

import json
from typing import Any

from chalicelib.aws.ses_events import TAG, to_tag_value
from infra.local.cloud import LocalCloud
from infra.local.journey import Journey
from tests.e2e.demo import find_officer, format_mobile
from tests.e2e.queues import is_queue_empty
from tests.paths import EVENTS


def test_an_officer_whose_mail_bounces_gets_the_link_by_sms_once(
    cloud: LocalCloud, journey: Journey, region: dict[str, Any]
) -> None:
    admin = find_officer(region, "regional_admin")
    journey.ticket = journey.file(journey.register())
    mailed = journey.wait_for(
        lambda: find_first_message(journey, admin["id"], "email", "sent"), "the admin's mail"
    )
    assert find_first_message(journey, admin["id"], "sms", "sent") is None

    bounce = json.loads((EVENTS / "ses-bounce-permanent.json").read_text())
    bounce["bounce"]["bouncedRecipients"][0]["emailAddress"] = admin["email"]
    bounce["mail"]["messageId"] = mailed["provider_id"]["S"]
    bounce["mail"]["tags"][TAG] = [to_tag_value(f"{journey.ticket}.{mailed['id']['S']}")]
    topic = cloud.outputs["MailEventsTopicArn"]
    cloud.client("sns").publish(TopicArn=topic, Message=json.dumps(bounce))

    texted = journey.wait_for(lambda: find_first_message(journey, admin["id"], "sms", "sent"), "the SMS")
    assert texted["seq"] == mailed["seq"]
    assert find_first_message(journey, admin["id"], "email", "bounced") is not None
    # The topic may deliver it twice; here one after the other, because of two at once the later is retried.
    cloud.client("sns").publish(TopicArn=topic, Message=json.dumps(bounce))
    journey.wait_for(lambda: is_queue_empty(cloud, "delivery-feedback"), "the end of the same bounce again")
    sent = [
        sms for sms in journey.list_sms() if sms.to == format_mobile(admin) and "terlambat" not in sms.text
    ]
    assert len(sent) == 1
    (link,) = sent[0].links
    assert any(link in mail.links for mail in journey.list_mails() if admin["email"] in mail.to)


def find_first_message(journey: Journey, recipient: str, channel: str, outcome: str) -> dict[str, Any] | None:
    """Return the record of the first message to this recipient on that channel, if it has that outcome."""
    answer = journey.cloud.client("dynamodb").query(
        TableName=journey.cloud.outputs["TableName"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :message)",
        ExpressionAttributeValues={":pk": {"S": f"CASE#{journey.ticket}"}, ":message": {"S": "MESSAGE#"}},
    )
    for item in answer["Items"]:
        if (item["recipient"]["S"], item["channel"]["S"]) == (recipient, channel):
            return dict(item) if item["outcome"]["S"] == outcome else None
    return None
