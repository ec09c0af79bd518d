"""What comes of it when weeks pass: waits that `begun` began long before these tests."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import requests

from infra.local.browser import PATIENCE
from infra.local.mailbox import Mail
from tests.e2e.browsing import Person, hand_over_session, press, t
from tests.e2e.conftest import Begun
from tests.e2e.demo import officer
from tests.e2e.way import Way

OMBUDSMAN = "ombudsman@example.com"


def test_what_is_not_completed_in_thirty_days_lapses_and_its_reporter_reads_why(begun: Begun) -> None:
    way = begun.incomplete
    seen = way.comes_to("lapsed")
    assert (seen["finished"], seen["resolved_by"], seen["acts"]) == (True, None, [])
    lapsed = way.hears("dianggap dicabut karena tidak dilengkapi")
    reminded = [
        mail for mail in way.journey.list_mails() if "Pengingat: lengkapi laporan Anda" in mail.subject
    ]
    assert [mail.to for mail in reminded] == [lapsed.to, lapsed.to]


@pytest.mark.timeout(300)
def test_after_sixty_days_the_reporter_lets_the_bundle_go_and_the_ombudsman_has_it_by_a_link(
    begun: Begun, region: dict[str, Any], person: Callable[..., Person]
) -> None:
    way, coordinator = begun.unanswered, officer(region, "coordinator")
    seen = way.until(lambda seen: seen["referred_at"], "the sixty days", patience=200)
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
    way.decides(officer(region, "regional_admin"), "publish")
    seen = way.comes_to("answered")
    assert ([one["late"] for one in seen["answers"]], seen["was_late"]) == ([True], True)
    assert [one["type"] for one in seen["timeline"]].count("complaint.referred") == 1


def sent_to_ombudsman(way: Way) -> list[Mail]:
    return [mail for mail in way.journey.list_mails() if OMBUDSMAN in mail.to]
