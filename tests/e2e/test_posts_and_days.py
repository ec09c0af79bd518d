"""What changes while complaints are open: who holds a post, which agency there is, which days are worked."""

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
from infra.local.demo import say
from infra.local.journey import LINK, Journey
from infra.local.mailbox import Mail, Sms
from tests.e2e.demo import REGIONS, Demo, category, named, officer
from tests.e2e.way import Way


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


@dataclass(frozen=True)
class Decreed:
    """An answered complaint whose silence two decrees have made longer, and its deadline after each."""

    way: Way
    seen_before: Page
    due: tuple[str, str, str]


@pytest.fixture(scope="module")
def decreed(demo: Demo, citizen: App) -> Decreed:
    """One day off is decreed on the page, one by the operators' command."""
    region = REGIONS[-1]
    way = forwarded(demo, region, citizen, category(region)["agency"])
    way.decides(officer(region, "liaison"), "answer", text="Sudah ditambal.")
    way.decides(officer(region, "regional_admin"), "publish")
    before = way.comes_to("answered")["holder"]
    first, second = days_to_take_out(before["derivation"])

    preview = decree_by_page(demo, officer(region, "coordinator"), first)
    once = way.until(lambda seen: seen["holder"]["due_at"] > before["due_at"], "the new deadline")["holder"]
    days = ("--name", "Cuti bersama daerah", "--decree", "SK Wali Kota 13/2026", second.isoformat())
    operate(demo, "infra.calendar", "--region", region["slug"], "add", *days)
    twice = way.until(lambda seen: seen["holder"]["due_at"] > once["due_at"], "the newest deadline")["holder"]
    return Decreed(way, preview, (before["due_at"], once["due_at"], twice["due_at"]))


def operate(demo: Demo, module: str, *arguments: str) -> None:
    """Run one of the operators' commands against the cloud."""
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, env=demo.cloud.read_environment(), cwd=ROOT, check=True)


def forwarded(demo: Demo, region: dict[str, Any], citizen: App, agency: str) -> Way:
    way = Way.begin(demo.cloud, region, citizen)
    way.decides(officer(region, "regional_admin"), "forward", agency=agency)
    return way


def test_decrees_move_what_is_open_by_the_page_and_by_command(decreed: Decreed) -> None:
    way, (first, second, third) = decreed.way, decreed.due
    assert way.ticket in decreed.seen_before.html
    way.hears("Batas waktu menjadi")
    moves = [(one["due_from"], one["due_to"]) for one in way.read()["timeline"]]
    assert {(first, second), (second, third)} < set(moves)


def test_who_moved_is_out_at_once_and_the_deputy_answers_by_a_link_of_their_own(
    demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    moved = named(region, "dishub-1")
    app = App(demo.cloud.public_url)
    app.sign_in(moved["email"], demo.password)
    way = forwarded(demo, region, citizen, "dishub")
    link = way.link(moved, "answer")
    assert "answer" in way.journey.read(app)["acts"]

    where = ("--region", region["slug"])
    operate(demo, "infra.officers", "move", *where, "--officer", moved["id"])
    way.journey.wait_for(lambda: requests.get(link, timeout=PATIENCE).status_code == 410, "the link's end")
    with pytest.raises(PersonStuck, match="401"):
        way.journey.read(app)

    deputy = {"id": "deputy", "email": "pelaksana.dishub@cirebonkab.example"}
    today = datetime.now(ZoneInfo(region["zone"])).date().isoformat()
    person = ("--name", "Tono Pelaksana", "--email", deputy["email"], "--as", "Plt.", "--from", today)
    operate(demo, "infra.officers", "deputy", *where, "--for", moved["id"], *person)
    page = way.decides(deputy, "answer", text="Lampunya sudah menyala.")
    assert "Plt. Pejabat Penghubung Dishub" in page.html
    way.link(officer(region, "regional_admin"), "publish")


def test_the_successor_of_an_agency_answers_what_was_open_there(
    demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    before, after = named(region, "disdik-1"), named(region, "disdukcapil-1")
    way = forwarded(demo, region, citizen, "disdik")
    link, due = way.link(before, "answer"), way.read()["holder"]["due_at"]

    operate(demo, "infra.officers", "succeed", "--region", region["slug"], "disdik", "disdukcapil")
    way.told(after, "Laporan kini ditangani")
    with pytest.raises(PersonStuck, match="403"):
        Browser().open(link)
    seen = way.read()
    assert (seen["agency"], seen["holder"]["due_at"]) == ("disdukcapil", due)
    way.decides(after, "answer", text="Sekolahnya sudah diperbaiki.")
    way.link(officer(region, "regional_admin"), "publish")


def days_to_take_out(derivation: dict[str, Any]) -> tuple[date, date]:
    """Two days that count towards the deadline."""
    *_, first, second = (date.fromisoformat(one["date"]) for one in derivation["days"] if one["counted"])
    return first, second


def decree_by_page(demo: Demo, officer_: dict[str, Any], day: date) -> Page:
    """An officer who has signed in sees what a day off would move, and decrees it; what they saw."""
    site, browser = demo.cloud.public_url, Browser()
    page = browser.open(f"{site}/masuk")
    form = next(form for form in page.forms if "password" in form.fields)
    browser.send(page, form, login=officer_["email"], password=demo.password)
    page = browser.open(f"{site}/petugas/kalender")
    form = next(form for form in page.forms if "decree" in form.fields)
    given = {"day": day.isoformat(), "name": "Hari jadi kota", "decree": "SK Wali Kota 12/2026"}
    preview = browser.send(page, form, working="false", **given)
    form = next(form for form in preview.forms if "version" in form.fields)
    browser.send(preview, form)
    return preview


def test_of_a_protected_report_nobody_but_the_inspectorate_gets_anything(demo: Demo, citizen: App) -> None:
    region = REGIONS[-1]
    inspector = officer(region, "inspectorate")
    others = [one for one in region["officers"] if one["id"] != inspector["id"]]
    earlier = {one.id for one in (*demo.cloud.list_mails(), *demo.cloud.list_sms())}
    secret = {"title": "Pungutan liar di loket", "narrative": "Petugas loket meminta uang rokok setiap hari."}
    agency = category(region)["agency"]
    flags = {"anonymous": True, "confidential": True, "about_agency": agency}
    way = Way.begin(demo.cloud, region, citizen, **secret, **flags)
    browser, page = way.journey.wait_for(lambda: secret_page(way, inspector), "the inspector's mail")
    for one in (inspector, *others):
        app = App(demo.cloud.public_url)
        app.sign_in(one.get("email") or one["phone"], demo.password)
        on_desk = [item["ticket"] for item in app.get("inbox")["items"]]
        assert (way.ticket in on_desk) == (one is inspector)
        if one is not inspector:
            with pytest.raises(PersonStuck, match="404"):
                way.journey.read(app)
    form = page.find_form("decision", "answer")
    browser.send(page, form, decision="answer", text="Petugas itu sudah dipindahkan.")
    answered = way.comes_to("answered")
    assert [one["text"] for one in answered["answers"]] == ["Petugas itu sudah dipindahkan."]
    way.says("satisfied")
    way.journey.wait_for_quiet()

    sent = [one for one in (*demo.cloud.list_mails(), *demo.cloud.list_sms()) if one.id not in earlier]
    assert not [one for one in sent if secret["title"] in str(one) or secret["narrative"] in str(one)]
    another = re.compile(rf"\b(?!{way.ticket})[A-Z]{{3}}-[0-9A-Z]{{6}}\b")
    about_it = [one for one in sent if not another.search(str(one))]
    told = {address for one in about_it if isinstance(one, Mail) for address in one.to}
    assert told & {one.get("email") for one in region["officers"]} == {inspector["email"]}
    assert [one for one in about_it if isinstance(one, Sms)] == []


def secret_page(way: Way, inspector: dict[str, Any]) -> tuple[Browser, Page] | None:
    """The page behind a link in the inspector's mail, which itself tells nothing of what it is about."""
    mails = (mail for mail in way.journey.cloud.list_mails() if inspector["email"] in mail.to)
    for link in (link for mail in mails for link in mail.links if LINK in link):
        browser = Browser()
        page = browser.open(link)
        if way.ticket in page.html:
            return browser, page
    return None


def test_after_the_decrees_the_ladder_rings_at_the_new_time(decreed: Decreed) -> None:
    way = decreed.way
    way.deadlines.ring_until(lambda: way.read()["state"] == "resolved", "end of the silence")
    closed = way.read()
    (ended,) = (one for one in closed["timeline"] if one["type"] == "complaint.closed_by_silence")
    assert ended["at"] == decreed.due[-1]
