"""The consequences of weeks without an answer or a completion."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import requests

from infra.local.browser import PATIENCE, App
from infra.local.mailbox import Mail
from tests.e2e.browsing import Person, copy_session, press, t
from tests.e2e.demo import Demo, find_officer
from tests.e2e.filed_complaint import FiledComplaint, Officer

OMBUDSMAN = "ombudsman@example.com"


@pytest.fixture(scope="module")
def admin(region: dict[str, Any]) -> Officer:
    return find_officer(region, "regional_admin")


def test_what_is_not_completed_in_thirty_days_lapses_and_its_reporter_reads_why(
    demo: Demo, region: dict[str, Any], citizen: App, admin: Officer
) -> None:
    complaint = FiledComplaint.file(demo.cloud, region, citizen)
    complaint.decide_by_link(admin, "ask", missing=["photo"])
    complaint.wait_for_state("needs_completion")
    for count in (1, 2):
        complaint.deadlines.ring_next()
        complaint.journey.wait_for(
            lambda count=count: len(list_reminders(complaint)) == count, "the next reminder"
        )
    complaint.deadlines.ring_until(lambda: complaint.read()["state"] == "lapsed", "end of the thirty days")
    seen = complaint.read()
    assert (seen["finished"], seen["resolved_by"], seen["acts"]) == (True, None, [])
    lapsed = complaint.wait_for_mail_to_reporter("dianggap dicabut karena tidak dilengkapi")
    reminded = [
        mail for mail in complaint.journey.list_mails() if "Pengingat: lengkapi laporan Anda" in mail.subject
    ]
    assert [mail.to for mail in reminded] == [lapsed.to, lapsed.to]


def test_after_sixty_days_the_reporter_releases_the_bundle_and_the_ombudsman_gets_a_link(
    demo: Demo, region: dict[str, Any], citizen: App, admin: Officer, open_browser: Callable[..., Person]
) -> None:
    complaint, coordinator = (
        FiledComplaint.file(demo.cloud, region, citizen),
        find_officer(region, "coordinator"),
    )
    complaint.decide_by_link(admin, "forward")
    complaint.wait_for_state("forwarded")
    complaint.deadlines.ring_until(lambda: complaint.read()["referred_at"], "end of the sixty days")
    seen = complaint.read()
    assert seen["state"] == "forwarded", "the agency still has to answer"
    complaint.wait_for_mail_to_reporter("dapat dibawa ke Ombudsman bila Anda setuju")
    complaint.wait_for_mail_to(coordinator, "dapat dibawa pelapor ke Ombudsman")
    assert [moment["type"] for moment in seen["timeline"]].count("complaint.referred") == 1
    assert list_ombudsman_mails(complaint) == []

    reporter_browser, ombudsman_browser = open_browser(), open_browser()
    copy_session(complaint.citizen, reporter_browser)
    reporter_browser.page.goto(f"/laporan/{complaint.ticket}/ombudsman")
    reporter_browser.look("ombudsman-preview")
    reporter_browser.page.goto(f"/laporan/{complaint.ticket}")
    reporter_browser.look("ombudsman-consent")
    press(reporter_browser, "pages.ombudsman.without_identity")
    assert reporter_browser.has_text(t("pages.noted.consent"))
    (mail,) = complaint.journey.wait_for(lambda: list_ombudsman_mails(complaint), "the Ombudsman's mail")
    (link,) = (link for link in mail.links if "/o/" in link)
    ombudsman_browser.page.goto(link)
    assert ombudsman_browser.has_text(complaint.ticket)
    ombudsman_browser.look("ombudsman-link")
    answer = requests.get(f"{link}/unduh", timeout=PATIENCE)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert complaint.ticket in "".join(bundle.read(name).decode() for name in bundle.namelist())
        assert not any("Siti Aminah" in bundle.read(name).decode() for name in bundle.namelist())

    # A late answer is still accepted, and stays late.
    complaint.decide_by_link(find_officer(region, "liaison"), "answer", text="Sudah ditambal.")
    complaint.decide_by_link(admin, "publish")
    seen = complaint.wait_for_state("answered")
    assert ([answer["late"] for answer in seen["answers"]], seen["was_late"]) == ([True], True)
    assert [moment["type"] for moment in seen["timeline"]].count("complaint.referred") == 1


def list_reminders(complaint: FiledComplaint) -> list[Mail]:
    return [
        mail for mail in complaint.journey.list_mails() if "Pengingat: lengkapi laporan Anda" in mail.subject
    ]


def list_ombudsman_mails(complaint: FiledComplaint) -> list[Mail]:
    return [mail for mail in complaint.journey.list_mails() if OMBUDSMAN in mail.to]
