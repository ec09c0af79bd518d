"""Lateness and silence: the clock does its part when people do not do theirs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.local.browser import App, Browser
from infra.local.demo import say
from infra.local.journey import Journey
from infra.local.mailbox import Mail
from tests.e2e.deadlines import Deadlines
from tests.e2e.demo import Demo, officer
from tests.e2e.way import Way

Staff = Callable[[str], App]


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


@pytest.fixture
def answer(demo: Demo, region: dict[str, Any], citizen: App) -> Callable[..., Way]:
    """Files a complaint and answers it."""

    def file_and_answer(**plan: str) -> Way:
        admin, liaison = officer(region, "regional_admin"), officer(region, "liaison")
        way = Way.begin(demo.cloud, region, citizen)
        way.decides(admin, "forward")
        way.decides(liaison, "answer", text="Lubang akan ditambal.", **plan)
        way.decides(admin, "publish")
        way.comes_to("answered")
        return way

    return file_and_answer


def list_mails(journey: Journey, about: str) -> list[Mail]:
    return [mail for mail in journey.list_mails() if about in mail.subject]


def mails_to(journey: Journey, address: str, about: str) -> list[Mail]:
    return [mail for mail in list_mails(journey, about) if address in mail.to]


def late_level(staff: Staff, journey: Journey) -> int:
    return int(journey.read(staff("coordinator"))["late_level"])


def test_an_overdue_answer_is_reminded_escalated_accepted_and_stays_late(
    journey: Journey, region: dict[str, Any], citizen: App, staff: Staff
) -> None:
    liaison, head, coordinator = (
        officer(region, role)["email"] for role in ("liaison", "head", "coordinator")
    )
    journey.ticket = journey.file(citizen)
    journey.decide("forward")
    (asked,) = journey.wait_for(
        lambda: mails_to(journey, liaison, "Mohon jawaban"), "the request for an answer"
    )

    deadlines = Deadlines(journey)
    deadlines.ring_next()
    journey.wait_for(lambda: mails_to(journey, liaison, "Pengingat"), "the reminder")
    for level in (1, 2):
        late = f"Terlambat (tingkat {level})"
        deadlines.ring_until(lambda level=level: late_level(staff, journey) == level, late)
        journey.wait_for(lambda late=late: mails_to(journey, coordinator, late), late)
        journey.wait_for(lambda late=late: mails_to(journey, head, late), f"{late}, to the superior")
    seen = staff("coordinator").get(f"complaints/{journey.ticket}")
    assert (seen["was_late"], seen["late_level"] >= 2, seen["state"]) == (True, True, "forwarded")

    browser = Browser()
    (link,) = (one for one in asked.links if "/t/" in one)
    page = browser.open(link)
    page = browser.send(page, page.find_form("decision", "accept"), decision="accept")
    browser.send(page, page.find_form("decision", "answer"), decision="answer", text="Sudah ditambal.")
    for role in ("coordinator", "regional_admin"):
        seen = staff(role).get(f"complaints/{journey.ticket}")
        assert (seen["was_late"], [one["late"] for one in seen["answers"]]) == (True, [True])

    journey.decide("publish")
    journey.wait_for(lambda: journey.read(citizen)["state"] == "answered", "the answer")
    seen = journey.read(citizen)
    assert (seen["was_late"], [one["late"] for one in seen["answers"]]) == (True, [True])


def test_a_plan_is_recalled_on_its_day(
    answer: Callable[..., Way], region: dict[str, Any], staff: Staff
) -> None:
    planned_for = datetime.now(ZoneInfo(region["zone"])).date() + timedelta(days=10)
    way = answer(plan_date=planned_for.isoformat(), plan_owner="Bidang Bina Marga")

    def find_rung() -> dict[str, Any] | None:
        timeline = way.journey.read(staff("regional_admin"))["timeline"]
        return next((moment for moment in timeline if moment["rung"] == "due-day"), None)

    rung = way.deadlines.ring_until(find_rung, "morning of the planned day")
    for role in ("liaison", "regional_admin"):
        way.told(officer(region, role), "Rencana jatuh tempo")
    reached = datetime.fromisoformat(rung["at"]).astimezone(ZoneInfo(region["zone"]))
    assert reached.date() == planned_for


def test_a_complaint_nobody_judges_closes_by_itself_and_is_told_apart(answer: Callable[..., Way]) -> None:
    way = answer()
    way.deadlines.ring_next()
    way.hears("Mohon tanggapan Anda")
    way.deadlines.ring_until(lambda: way.read()["state"] == "resolved", "end of the silence")
    assert way.read()["resolved_by"] == "silence"
    closed = way.hears("ditutup tanpa tanggapan")
    reminded = list_mails(way.journey, "Mohon tanggapan Anda")
    assert [mail.to for mail in reminded] == [closed.to]
    assert reminded[0].sent_at < closed.sent_at


def test_no_silence_counts_while_the_reporter_waits_for_an_explanation(
    answer: Callable[..., Way], region: dict[str, Any]
) -> None:
    way = answer()
    unjudged = answer()
    way.says("question", text="Kapan?")
    way.until(lambda seen: seen["holder"]["role"] == "liaison", "the question's turn")
    # It was answered before the other, whose silence closes it.
    unjudged.deadlines.ring_until(lambda: unjudged.read()["state"] == "resolved", "end of the silence")
    closed_at = max(moment["at"] for moment in unjudged.read()["timeline"])
    way.deadlines.ring_through(datetime.fromisoformat(closed_at))
    seen = way.read()
    assert (seen["state"], seen["holder"]["role"]) == ("answered", "liaison")
    way.decides(officer(region, "liaison"), "answer", text="Hari Jumat.")
    way.decides(officer(region, "regional_admin"), "publish")
    seen = way.until(lambda seen: seen["holder"]["role"] == "reporter", "the explanation")
    assert [one["text"] for one in seen["answers"]][-1] == "Hari Jumat."
