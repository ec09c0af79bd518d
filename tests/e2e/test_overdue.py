"""Lateness and silence: the clock does its part when people do not do theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from infra.journey import Journey, say
from infra.mailbox import Mail
from infra.people import App, Browser
from tests.e2e.demo import Demo, officer

Staff = Callable[[str], App]


@dataclass(frozen=True)
class Unjudged:
    """A complaint that was answered, and a reporter who says nothing to it."""

    journey: Journey
    citizen: App


@pytest.fixture(scope="module", autouse=True)
def unjudged(demo: Demo, region: dict[str, Any]) -> Unjudged:
    """Ten working days of silence: they pass while the answer of another complaint is overdue."""
    journey = Journey(demo.cloud, region, say)
    citizen = journey.register()
    journey.ticket = journey.file(citizen)
    journey.decide("forward")
    journey.decide("answer")
    journey.decide("publish")
    return Unjudged(journey, citizen)


def mails_about(journey: Journey, about: str) -> list[Mail]:
    return [mail for mail in journey.mails() if about in mail.subject]


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
    (asked,) = journey.until(lambda: mails_to(journey, liaison, "Mohon jawaban"), "the request for an answer")

    journey.until(lambda: mails_to(journey, liaison, "Pengingat"), "the reminder")
    for level in (1, 2):
        late = f"Terlambat (tingkat {level})"
        journey.until(lambda late=late: mails_to(journey, coordinator, late), late)
        journey.until(lambda late=late: mails_to(journey, head, late), f"{late}, to the superior")
    seen = staff("coordinator").get(f"complaints/{journey.ticket}")
    assert (seen["was_late"], seen["late_level"] >= 2, seen["state"]) == (True, True, "forwarded")

    browser = Browser()
    (link,) = (one for one in asked.links if "/t/" in one)
    page = browser.open(link)
    page = browser.send(page, page.form_with("decision", "accept"), decision="accept")
    browser.send(page, page.form_with("decision", "answer"), decision="answer", text="Sudah ditambal.")
    for role in ("coordinator", "regional_admin"):
        seen = staff(role).get(f"complaints/{journey.ticket}")
        assert (seen["was_late"], [one["late"] for one in seen["answers"]]) == (True, [True])

    journey.decide("publish")
    journey.until(lambda: journey.read(citizen)["state"] == "answered", "the answer")
    seen = journey.read(citizen)
    assert (seen["was_late"], [one["late"] for one in seen["answers"]]) == (True, [True])


def test_a_complaint_nobody_judges_closes_by_itself_and_is_told_apart(unjudged: Unjudged) -> None:
    journey, citizen = unjudged.journey, unjudged.citizen
    journey.until(lambda: journey.read(citizen)["state"] == "resolved", "the closing by silence")
    assert journey.read(citizen)["resolved_by"] == "silence"
    closed = journey.until(lambda: mails_about(journey, "ditutup tanpa tanggapan"), "the closing notice")
    reminded = mails_about(journey, "Mohon tanggapan Anda")
    assert [mail.to for mail in reminded] == [mail.to for mail in closed]
    assert reminded[0].sent_at < closed[0].sent_at
