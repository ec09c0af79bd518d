"""Lateness and silence: the deadlines do their part when people do not do theirs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.local.browser import App, Browser
from infra.local.journey import Journey
from infra.local.mailbox import Mail
from tests.e2e.deadlines import Deadlines
from tests.e2e.demo import Demo, find_officer
from tests.e2e.filed_complaint import FiledComplaint

SignIn = Callable[[str], App]


@pytest.fixture
def answer(demo: Demo, region: dict[str, Any], citizen: App) -> Callable[..., FiledComplaint]:
    """Return a function that files a complaint and answers it."""

    def file_and_answer(**plan: str) -> FiledComplaint:
        admin, liaison = find_officer(region, "regional_admin"), find_officer(region, "liaison")
        complaint = FiledComplaint.file(demo.cloud, region, citizen)
        complaint.decide_by_link(admin, "forward")
        complaint.decide_by_link(liaison, "answer", text="Lubang akan ditambal.", **plan)
        complaint.decide_by_link(admin, "publish")
        complaint.wait_for_state("answered")
        return complaint

    return file_and_answer


def list_mails(journey: Journey, about: str) -> list[Mail]:
    return [mail for mail in journey.list_mails() if about in mail.subject]


def list_mails_to(journey: Journey, address: str, about: str) -> list[Mail]:
    return [mail for mail in list_mails(journey, about) if address in mail.to]


def get_late_level(sign_in: SignIn, journey: Journey) -> int:
    return int(journey.read(sign_in("coordinator"))["late_level"])


def test_an_overdue_answer_is_reminded_escalated_accepted_and_stays_late(
    journey: Journey, region: dict[str, Any], citizen: App, sign_in: SignIn
) -> None:
    liaison, head, coordinator = (
        find_officer(region, role)["email"] for role in ("liaison", "head", "coordinator")
    )
    journey.ticket = journey.file(citizen)
    journey.decide("forward")
    (asked,) = journey.wait_for(
        lambda: list_mails_to(journey, liaison, "Mohon jawaban"), "the request for an answer"
    )

    deadlines = Deadlines(journey)
    deadlines.ring_next()
    journey.wait_for(lambda: list_mails_to(journey, liaison, "Pengingat"), "the reminder")
    for level in (1, 2):
        late = f"Terlambat (tingkat {level})"
        deadlines.ring_until(lambda level=level: get_late_level(sign_in, journey) == level, late)
        journey.wait_for(lambda late=late: list_mails_to(journey, coordinator, late), late)
        journey.wait_for(lambda late=late: list_mails_to(journey, head, late), f"{late}, to the superior")
    seen = sign_in("coordinator").get(f"complaints/{journey.ticket}")
    assert (seen["was_late"], seen["late_level"] >= 2, seen["state"]) == (True, True, "forwarded")

    browser = Browser()
    (link,) = (link for link in asked.links if "/t/" in link)
    page = browser.open(link)
    page = browser.send(page, page.find_form("decision", "accept"), decision="accept")
    browser.send(page, page.find_form("decision", "answer"), decision="answer", text="Sudah ditambal.")
    for role in ("coordinator", "regional_admin"):
        seen = sign_in(role).get(f"complaints/{journey.ticket}")
        assert (seen["was_late"], [answer["late"] for answer in seen["answers"]]) == (True, [True])

    journey.decide("publish")
    journey.wait_for(lambda: journey.read(citizen)["state"] == "answered", "the answer")
    seen = journey.read(citizen)
    assert (seen["was_late"], [answer["late"] for answer in seen["answers"]]) == (True, [True])


def test_a_plan_is_recalled_on_its_day(
    answer: Callable[..., FiledComplaint], region: dict[str, Any], sign_in: SignIn
) -> None:
    planned_for = datetime.now(ZoneInfo(region["zone"])).date() + timedelta(days=10)
    complaint = answer(plan_date=planned_for.isoformat(), plan_owner="Bidang Bina Marga")

    def find_rung() -> dict[str, Any] | None:
        timeline = complaint.journey.read(sign_in("regional_admin"))["timeline"]
        return next((moment for moment in timeline if moment["rung"] == "due-day"), None)

    rung = complaint.deadlines.ring_until(find_rung, "morning of the planned day")
    for role in ("liaison", "regional_admin"):
        complaint.wait_for_mail_to(find_officer(region, role), "Rencana jatuh tempo")
    reached = datetime.fromisoformat(rung["at"]).astimezone(ZoneInfo(region["zone"]))
    assert reached.date() == planned_for


def test_a_complaint_nobody_judges_closes_by_itself_and_is_marked_so(
    answer: Callable[..., FiledComplaint],
) -> None:
    complaint = answer()
    complaint.deadlines.ring_next()
    complaint.wait_for_mail_to_reporter("Mohon tanggapan Anda")
    complaint.deadlines.ring_until(lambda: complaint.read()["state"] == "resolved", "end of the silence")
    assert complaint.read()["resolved_by"] == "silence"
    closed = complaint.wait_for_mail_to_reporter("ditutup tanpa tanggapan")
    reminded = list_mails(complaint.journey, "Mohon tanggapan Anda")
    assert [mail.to for mail in reminded] == [closed.to]
    assert reminded[0].sent_at < closed.sent_at


def test_no_silence_counts_while_the_reporter_waits_for_an_explanation(
    answer: Callable[..., FiledComplaint], region: dict[str, Any]
) -> None:
    complaint = answer()
    unjudged = answer()
    complaint.decide_as_reporter("question", text="Kapan?")
    complaint.wait_until(lambda seen: seen["holder"]["role"] == "liaison", "the question's turn")
    # It was answered before the other complaint, which its reporter's silence closes.
    unjudged.deadlines.ring_until(lambda: unjudged.read()["state"] == "resolved", "end of the silence")
    closed_at = max(moment["at"] for moment in unjudged.read()["timeline"])
    complaint.deadlines.ring_through(datetime.fromisoformat(closed_at))
    seen = complaint.read()
    assert (seen["state"], seen["holder"]["role"]) == ("answered", "liaison")
    complaint.decide_by_link(find_officer(region, "liaison"), "answer", text="Hari Jumat.")
    complaint.decide_by_link(find_officer(region, "regional_admin"), "publish")
    seen = complaint.wait_until(lambda seen: seen["holder"]["role"] == "reporter", "the explanation")
    assert [answer["text"] for answer in seen["answers"]][-1] == "Hari Jumat."
