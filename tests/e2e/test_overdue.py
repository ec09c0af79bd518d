"""Lateness and silence: the clock does its part when people do not do theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.local.browser import App, Browser
from infra.local.demo import say
from infra.local.journey import Journey
from infra.local.mailbox import Mail
from tests.e2e.demo import Demo, officer
from tests.e2e.way import Way

Staff = Callable[[str], App]


@dataclass(frozen=True)
class Answered:
    """Three that were answered at about the same time: by a plan, and then asked about, and left at that."""

    planned: Way
    planned_for: date
    asked: Way
    unjudged: Way


@pytest.fixture(scope="module", autouse=True)
def answered(demo: Demo, region: dict[str, Any]) -> Answered:
    """Their days pass while the answer of another complaint is overdue."""
    admin, liaison = officer(region, "regional_admin"), officer(region, "liaison")
    citizen = Journey(demo.cloud, region, say).register()
    planned, asked, unjudged = (Way.begin(demo.cloud, region, citizen) for _ in range(3))
    planned_for = datetime.now(ZoneInfo(region["zone"])).date() + timedelta(days=10)
    plan = {"plan_date": planned_for.isoformat(), "plan_owner": "Bidang Bina Marga"}
    for way, more in ((asked, {}), (planned, plan), (unjudged, {})):
        way.decides(admin, "forward")
        way.decides(liaison, "answer", text="Lubang akan ditambal.", **more)
        way.decides(admin, "publish")
        way.comes_to("answered")
        if way is asked:
            way.says("question", text="Kapan?")
    return Answered(planned, planned_for, asked, unjudged)


def mails_about(journey: Journey, about: str) -> list[Mail]:
    return [mail for mail in journey.list_mails() if about in mail.subject]


def mails_to(journey: Journey, address: str, about: str) -> list[Mail]:
    return [mail for mail in mails_about(journey, about) if address in mail.to]


def test_an_overdue_answer_is_reminded_escalated_accepted_and_stays_late(
    journey: Journey, region: dict[str, Any], staff: Staff
) -> None:
    liaison, head, coordinator = (
        officer(region, role)["email"] for role in ("liaison", "head", "coordinator")
    )
    citizen = journey.register()
    journey.ticket = journey.file(citizen)
    journey.decide("forward")
    (asked,) = journey.wait_for(
        lambda: mails_to(journey, liaison, "Mohon jawaban"), "the request for an answer"
    )

    journey.wait_for(lambda: mails_to(journey, liaison, "Pengingat"), "the reminder")
    for level in (1, 2):
        late = f"Terlambat (tingkat {level})"
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


def test_a_plan_is_recalled_on_its_day(answered: Answered, region: dict[str, Any], staff: Staff) -> None:
    way = answered.planned
    for role in ("liaison", "regional_admin"):
        way.told(officer(region, role), "Rencana jatuh tempo")
    timeline = way.journey.read(staff("regional_admin"))["timeline"]
    rung = next(one for one in timeline if one["rung"] == "due-day")
    reached = datetime.fromisoformat(rung["at"]).astimezone(ZoneInfo(region["zone"]))
    assert reached.date() == answered.planned_for


def test_a_complaint_nobody_judges_closes_by_itself_and_is_told_apart(answered: Answered) -> None:
    way = answered.unjudged
    assert way.comes_to("resolved")["resolved_by"] == "silence"
    closed = way.hears("ditutup tanpa tanggapan")
    reminded = mails_about(way.journey, "Mohon tanggapan Anda")
    assert [mail.to for mail in reminded] == [closed.to]
    assert reminded[0].sent_at < closed.sent_at


def test_no_silence_counts_while_the_reporter_waits_for_an_explanation(
    answered: Answered, region: dict[str, Any]
) -> None:
    # It was answered before the other, whose silence has closed it.
    answered.unjudged.comes_to("resolved")
    way = answered.asked
    seen = way.read()
    assert (seen["state"], seen["holder"]["role"]) == ("answered", "liaison")
    way.decides(officer(region, "liaison"), "answer", text="Hari Jumat.")
    way.decides(officer(region, "regional_admin"), "publish")
    seen = way.until(lambda seen: seen["holder"]["role"] == "reporter", "the explanation")
    assert [one["text"] for one in seen["answers"]][-1] == "Hari Jumat."
