"""The consequences of weeks without an answer or a completion."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import requests

from infra.local.browser import PATIENCE, App
from infra.local.demo import say
from infra.local.journey import Journey
from infra.local.mailbox import Mail
from tests.e2e.browsing import Person, hand_over_session, press, t
from tests.e2e.demo import Demo, officer
from tests.e2e.way import Someone, Way

OMBUDSMAN = "ombudsman@example.com"


@pytest.fixture(scope="module")
def admin(region: dict[str, Any]) -> Someone:
    return officer(region, "regional_admin")


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


def test_what_is_not_completed_in_thirty_days_lapses_and_its_reporter_reads_why(
    demo: Demo, region: dict[str, Any], citizen: App, admin: Someone
) -> None:
    way = Way.begin(demo.cloud, region, citizen)
    way.decides(admin, "ask", missing=["photo"])
    way.comes_to("needs_completion")
    for count in (1, 2):
        way.deadlines.ring_next()
        way.journey.wait_for(lambda count=count: len(list_reminders(way)) == count, "the next reminder")
    way.deadlines.ring_until(lambda: way.read()["state"] == "lapsed", "end of the thirty days")
    seen = way.read()
    assert (seen["finished"], seen["resolved_by"], seen["acts"]) == (True, None, [])
    lapsed = way.hears("dianggap dicabut karena tidak dilengkapi")
    reminded = [
        mail for mail in way.journey.list_mails() if "Pengingat: lengkapi laporan Anda" in mail.subject
    ]
    assert [mail.to for mail in reminded] == [lapsed.to, lapsed.to]


def test_after_sixty_days_the_reporter_lets_the_bundle_go_and_the_ombudsman_has_it_by_a_link(
    demo: Demo, region: dict[str, Any], citizen: App, admin: Someone, person: Callable[..., Person]
) -> None:
    way, coordinator = Way.begin(demo.cloud, region, citizen), officer(region, "coordinator")
    way.decides(admin, "forward")
    way.comes_to("forwarded")
    way.deadlines.ring_until(lambda: way.read()["referred_at"], "end of the sixty days")
    seen = way.read()
    assert seen["state"] == "forwarded", "the agency still has to answer"
    way.hears("dapat dibawa ke Ombudsman bila Anda setuju")
    way.told(coordinator, "dapat dibawa pelapor ke Ombudsman")
    assert [one["type"] for one in seen["timeline"]].count("complaint.referred") == 1
    assert sent_to_ombudsman(way) == []

    at_reporters, at_ombudsmans = person(), person()
    hand_over_session(way.citizen, at_reporters)
    at_reporters.page.goto(f"/laporan/{way.ticket}/ombudsman")
    at_reporters.look("ombudsman-preview")
    at_reporters.page.goto(f"/laporan/{way.ticket}")
    at_reporters.look("ombudsman-consent")
    press(at_reporters, "pages.ombudsman.without_identity")
    assert at_reporters.shows(t("pages.noted.consent"))
    (mail,) = way.journey.wait_for(lambda: sent_to_ombudsman(way), "the Ombudsman's mail")
    (link,) = (one for one in mail.links if "/o/" in one)
    at_ombudsmans.page.goto(link)
    assert at_ombudsmans.shows(way.ticket)
    at_ombudsmans.look("ombudsman-link")
    answer = requests.get(f"{link}/unduh", timeout=PATIENCE)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert way.ticket in "".join(bundle.read(name).decode() for name in bundle.namelist())
        assert not any("Siti Aminah" in bundle.read(name).decode() for name in bundle.namelist())

    # The answer that comes after all is taken, and stays late.
    way.decides(officer(region, "liaison"), "answer", text="Sudah ditambal.")
    way.decides(admin, "publish")
    seen = way.comes_to("answered")
    assert ([one["late"] for one in seen["answers"]], seen["was_late"]) == ([True], True)
    assert [one["type"] for one in seen["timeline"]].count("complaint.referred") == 1


def list_reminders(way: Way) -> list[Mail]:
    return [mail for mail in way.journey.list_mails() if "Pengingat: lengkapi laporan Anda" in mail.subject]


def sent_to_ombudsman(way: Way) -> list[Mail]:
    return [mail for mail in way.journey.list_mails() if OMBUDSMAN in mail.to]
