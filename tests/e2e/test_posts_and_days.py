"""Changes while complaints are open: officers move, agencies have successors, decrees change the calendar."""

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from infra.deploy.build import ROOT
from infra.local.browser import PATIENCE, App, Browser, Page, PersonStuck
from infra.local.cloud import LocalCloud
from infra.local.journey import LINK
from infra.local.mailbox import Mail, Sms
from tests.e2e.demo import REGIONS, Demo, find_category, find_officer, find_officer_by_id
from tests.e2e.filed_complaint import FiledComplaint


@dataclass(frozen=True)
class Decreed:
    """An answered complaint, the page before two decrees that extend its silence, and its deadlines."""

    complaint: FiledComplaint
    seen_before: Page
    due: tuple[str, str, str]


@pytest.fixture(scope="module")
def decreed(demo: Demo, citizen: App) -> Decreed:
    """Decree one day off on the page, and another with the operators' command."""
    region = REGIONS[-1]
    complaint = forward(demo, region, citizen, find_category(region)["agency"])
    complaint.decide_by_link(find_officer(region, "liaison"), "answer", text="Sudah ditambal.")
    complaint.decide_by_link(find_officer(region, "regional_admin"), "publish")
    before = complaint.wait_for_state("answered")["holder"]
    first, second = choose_days_off(before["derivation"])

    preview = enter_decree(demo, find_officer(region, "coordinator"), first)
    once = complaint.wait_until(lambda seen: seen["holder"]["due_at"] > before["due_at"], "the new deadline")[
        "holder"
    ]
    days = ("--name", "Cuti bersama daerah", "--decree", "SK Wali Kota 13/2026", second.isoformat())
    run_command(demo, "infra.calendar", "--region", region["slug"], "add", *days)
    twice = complaint.wait_until(
        lambda seen: seen["holder"]["due_at"] > once["due_at"], "the newest deadline"
    )["holder"]
    return Decreed(complaint, preview, (before["due_at"], once["due_at"], twice["due_at"]))


def run_command(demo: Demo, module: str, *arguments: str) -> None:
    """Run one of the operators' commands against the cloud."""
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, env=demo.cloud.read_environment(), cwd=ROOT, check=True)


def forward(demo: Demo, region: dict[str, Any], citizen: App, agency: str) -> FiledComplaint:
    complaint = FiledComplaint.file(demo.cloud, region, citizen)
    complaint.decide_by_link(find_officer(region, "regional_admin"), "forward", agency=agency)
    return complaint


def test_decrees_move_what_is_open_by_the_page_and_by_command(decreed: Decreed) -> None:
    complaint, (first, second, third) = decreed.complaint, decreed.due
    assert complaint.ticket in decreed.seen_before.html
    complaint.wait_for_mail_to_reporter("Batas waktu menjadi")
    moves = [(moment["due_from"], moment["due_to"]) for moment in complaint.read()["timeline"]]
    assert {(first, second), (second, third)} < set(moves)


def test_who_moved_is_out_at_once_and_the_deputy_answers_by_a_link_of_their_own(
    demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    moved = find_officer_by_id(region, "dishub-1")
    app = App(demo.cloud.public_url)
    app.sign_in(moved["email"], demo.password)
    complaint = forward(demo, region, citizen, "dishub")
    link = complaint.wait_for_link(moved, "answer")
    assert "answer" in complaint.journey.read(app)["acts"]

    where = ("--region", region["slug"])
    run_command(demo, "infra.officers", "move", *where, "--officer", moved["id"])
    complaint.journey.wait_for(
        lambda: requests.get(link, timeout=PATIENCE).status_code == 410, "the link's end"
    )
    with pytest.raises(PersonStuck, match="401"):
        complaint.journey.read(app)

    deputy = {"id": "deputy", "email": "pelaksana.dishub@cirebonkab.example"}
    today = datetime.now(ZoneInfo(region["zone"])).date().isoformat()
    person = ("--name", "Tono Pelaksana", "--email", deputy["email"], "--as", "Plt.", "--from", today)
    run_command(demo, "infra.officers", "deputy", *where, "--for", moved["id"], *person)
    page = complaint.decide_by_link(deputy, "answer", text="Lampunya sudah menyala.")
    assert "Plt. Pejabat Penghubung Dishub" in page.html
    complaint.wait_for_link(find_officer(region, "regional_admin"), "publish")


def test_the_successor_of_an_agency_answers_what_was_open_there(
    demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    before, after = find_officer_by_id(region, "disdik-1"), find_officer_by_id(region, "disdukcapil-1")
    complaint = forward(demo, region, citizen, "disdik")
    link, due = complaint.wait_for_link(before, "answer"), complaint.read()["holder"]["due_at"]

    run_command(demo, "infra.officers", "succeed", "--region", region["slug"], "disdik", "disdukcapil")
    complaint.wait_for_mail_to(after, "Laporan kini ditangani")
    with pytest.raises(PersonStuck, match="403"):
        Browser().open(link)
    seen = complaint.read()
    assert (seen["agency"], seen["holder"]["due_at"]) == ("disdukcapil", due)
    complaint.decide_by_link(after, "answer", text="Sekolahnya sudah diperbaiki.")
    complaint.wait_for_link(find_officer(region, "regional_admin"), "publish")


def choose_days_off(derivation: dict[str, Any]) -> tuple[date, date]:
    """Return two days that count towards the deadline."""
    *_, first, second = (date.fromisoformat(day["date"]) for day in derivation["days"] if day["counted"])
    return first, second


def enter_decree(demo: Demo, officer_: dict[str, Any], day: date) -> Page:
    """Sign in, preview which deadlines a day off would move, and decree it; return the preview."""
    site, browser = demo.cloud.public_url, Browser()
    page = browser.open(f"{site}/masuk")
    form = next(form for form in page.forms if "password" in form.fields)
    browser.send(page, form, login=officer_["email"], password=demo.password)
    page = browser.open(f"{site}/petugas/kalender")
    form = next(form for form in page.forms if "decree" in form.fields)
    fields = {"day": day.isoformat(), "name": "Hari jadi kota", "decree": "SK Wali Kota 12/2026"}
    preview = browser.send(page, form, working="false", **fields)
    form = next(form for form in preview.forms if "version" in form.fields)
    browser.send(preview, form)
    return preview


def test_of_a_protected_report_nobody_but_the_inspectorate_gets_anything(demo: Demo, citizen: App) -> None:
    region = REGIONS[-1]
    inspector = find_officer(region, "inspectorate")
    others = [officer for officer in region["officers"] if officer["id"] != inspector["id"]]
    earlier = {message.id for message in list_messages(demo.cloud)}
    secret = {"title": "Pungutan liar di loket", "narrative": "Petugas loket meminta uang rokok setiap hari."}
    agency = find_category(region)["agency"]
    flags = {"anonymous": True, "confidential": True, "about_agency": agency}
    complaint = FiledComplaint.file(demo.cloud, region, citizen, **secret, **flags)
    browser, page = complaint.journey.wait_for(
        lambda: find_secret_page(complaint, inspector), "the inspector's mail"
    )
    for officer in (inspector, *others):
        app = App(demo.cloud.public_url)
        app.sign_in(officer.get("email") or officer["phone"], demo.password)
        on_desk = [item["ticket"] for item in app.get("inbox")["items"]]
        assert (complaint.ticket in on_desk) == (officer is inspector)
        if officer is not inspector:
            with pytest.raises(PersonStuck, match="404"):
                complaint.journey.read(app)
    form = page.find_form("decision", "answer")
    browser.send(page, form, decision="answer", text="Petugas itu sudah dipindahkan.")
    answered = complaint.wait_for_state("answered")
    assert [answer["text"] for answer in answered["answers"]] == ["Petugas itu sudah dipindahkan."]
    complaint.decide_as_reporter("satisfied")
    complaint.journey.wait_for_quiet()

    sent = [message for message in list_messages(demo.cloud) if message.id not in earlier]
    assert not [message for message in sent if any(text in str(message) for text in secret.values())]
    another = re.compile(rf"\b(?!{complaint.ticket})[A-Z]{{3}}-[0-9A-Z]{{6}}\b")
    about_it = [message for message in sent if not another.search(str(message))]
    addresses = {address for message in about_it if isinstance(message, Mail) for address in message.to}
    assert addresses & {officer.get("email") for officer in region["officers"]} == {inspector["email"]}
    assert [message for message in about_it if isinstance(message, Sms)] == []


def list_messages(cloud: LocalCloud) -> list[Mail | Sms]:
    return [*cloud.list_mails(), *cloud.list_sms()]


def find_secret_page(complaint: FiledComplaint, inspector: dict[str, Any]) -> tuple[Browser, Page] | None:
    """Return the page behind a link in the inspector's mails, whose text does not name the complaint."""
    mails = (mail for mail in complaint.journey.cloud.list_mails() if inspector["email"] in mail.to)
    for link in (link for mail in mails for link in mail.links if LINK in link):
        browser = Browser()
        page = browser.open(link)
        if complaint.ticket in page.html:
            return browser, page
    return None


def test_after_the_decrees_the_ladder_rings_at_the_new_time(decreed: Decreed) -> None:
    complaint = decreed.complaint
    complaint.deadlines.ring_until(lambda: complaint.read()["state"] == "resolved", "end of the silence")
    closed = complaint.read()
    (ended,) = (moment for moment in closed["timeline"] if moment["type"] == "complaint.closed_by_silence")
    assert ended["at"] == decreed.due[-1]
