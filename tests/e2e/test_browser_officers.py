"""The forms of officers in a real browser: on a small phone without scripts, and by keyboard alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from infra.local.browser import App
from tests.e2e.browsing import (
    Person,
    assert_pictures_load,
    copy_session,
    fill,
    press,
    press_enter,
    t,
    tab_to,
    upload,
)
from tests.e2e.demo import REGIONS, Demo, find_category, find_officer, find_officer_by_id
from tests.e2e.filed_complaint import FiledComplaint

OpenBrowser = Callable[..., Person]


def find_region(procedure: str) -> dict[str, Any]:
    return next(region for region in REGIONS if region["procedure"] == procedure)


def unfold(person: Person, key: str) -> None:
    person.page.locator("summary", has_text=t(key)).first.click()


def tick(person: Person, words: str) -> None:
    person.page.get_by_label(words, exact=True).check()


def test_what_is_missing_is_asked_for_and_given_with_a_photo(
    open_browser: OpenBrowser, demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    complaint = FiledComplaint.file(demo.cloud, region, citizen, uploads=[])
    admin_browser, citizen_browser = open_browser(), open_browser()
    copy_session(citizen, citizen_browser)
    admin_browser.page.goto(complaint.wait_for_link(find_officer(region, "regional_admin"), "ask"))
    unfold(admin_browser, "decisions.ask.heading")
    # Asking for nothing is refused, and the form stays open with what is wrong.
    press(admin_browser, "decisions.ask.button")
    admin_browser.look("ask-for-nothing")
    tick(admin_browser, t("missing.photo"))
    tick(admin_browser, t("missing.place"))
    fill(admin_browser, "decisions.ask.note", "Seperti apa lubangnya, dan di ruas mana?")
    admin_browser.look("ask")
    press(admin_browser, "decisions.ask.button")
    admin_browser.look("asked-for")

    page = citizen_browser.page
    page.goto(f"/laporan/{complaint.ticket}")
    citizen_browser.look("completion")
    upload(citizen_browser)
    fill(citizen_browser, "pages.asked.text", "Ini foto siang hari.")
    press(citizen_browser, "pages.asked.button")
    citizen_browser.look("completion-without-place")
    assert citizen_browser.has_text(t("refusals.missing_place.title"))
    assert page.get_by_label(t("pages.asked.text"), exact=True).input_value() == "Ini foto siang hari."
    fill(citizen_browser, "pages.filing.address", "Ruas Sumber, kilometer 3")
    press(citizen_browser, "pages.asked.button")
    assert citizen_browser.has_text(t("pages.noted.complete"))
    assert_pictures_load(citizen_browser, 1)
    citizen_browser.look("completed")


def test_a_complaint_goes_to_an_agency_with_a_supporter_and_another_is_filed_away(
    open_browser: OpenBrowser, demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    admin = find_officer(region, "regional_admin")
    supported, private = (FiledComplaint.file(demo.cloud, region, citizen) for _ in range(2))
    admin_browser, supporter_browser = open_browser(), open_browser()
    admin_browser.page.goto(supported.wait_for_link(admin, "forward"))
    unfold(admin_browser, "decisions.forward.more")
    tick(admin_browser, next(agency["name"] for agency in region["agencies"] if agency["id"] == "dlh"))
    admin_browser.look("forward-with-supporters")
    press(admin_browser, "decisions.forward.button")
    supporter_browser.page.goto(supported.wait_for_link(find_officer_by_id(region, "dlh-1"), "support"))
    supporter_browser.look("support")
    fill(supporter_browser, "decisions.support.text", "Sampahnya sudah kami angkut.")
    press(supporter_browser, "decisions.support.button")
    supporter_browser.look("supported")

    admin_browser.page.goto(private.wait_for_link(admin, "archive"))
    unfold(admin_browser, "decisions.archive.heading")
    admin_browser.page.get_by_label(t("decisions.archive.reason"), exact=True).select_option("private")
    fill(admin_browser, "decisions.archive.text", "Utang antarwarga: hubungi pengadilan negeri.")
    admin_browser.look("archive")
    press(admin_browser, "decisions.archive.button")
    assert admin_browser.has_text(t("pages.link.done"))
    admin_browser.look("archived-by-link")
    citizen_browser = open_browser()
    copy_session(citizen, citizen_browser)
    citizen_browser.page.goto(f"/laporan/{private.ticket}")
    assert citizen_browser.has_text("Utang antarwarga: hubungi pengadilan negeri.")
    citizen_browser.look("status-archived")


def test_a_head_disposes_and_the_work_ends_in_a_dated_plan(
    open_browser: OpenBrowser, demo: Demo, citizen: App
) -> None:
    region = find_region("disporbudpar")
    complaint, liaison = FiledComplaint.file(demo.cloud, region, citizen), find_officer(region, "liaison")
    agency = next(agency for agency in region["agencies"] if agency["id"] == find_category(region)["agency"])
    head_browser, unit_browser, liaison_browser = open_browser(), open_browser(), open_browser()
    complaint.decide_by_link(find_officer(region, "regional_admin"), "forward")
    complaint.decide_by_link(liaison, "accept")
    complaint.decide_by_link(liaison, "proceed")
    head_browser.page.goto(complaint.wait_for_link(find_officer(region, "head"), "dispose"))
    unit = head_browser.page.get_by_label(t("decisions.dispose.unit"), exact=True)
    unit.select_option(label=agency["units"][0]["name"])
    fill(head_browser, "decisions.dispose.instruction", "Periksa lokasi minggu ini.")
    head_browser.look("dispose")
    press(head_browser, "decisions.dispose.button")
    head_browser.look("disposed")
    complaint.decide_by_link(liaison, "proceed")
    unit_browser.page.goto(complaint.wait_for_link(find_officer(region, "unit"), "proceed"))
    assert unit_browser.has_text("Periksa lokasi minggu ini.")
    unit_browser.look("unit")
    press(unit_browser, "decisions.proceed.button")
    complaint.decide_by_link(liaison, "proceed")

    liaison_browser.page.goto(complaint.wait_for_link(liaison, "answer"))
    fill(liaison_browser, "decisions.answer.text", "Gapuranya akan dicat.")
    unfold(liaison_browser, "decisions.answer.more")
    fill(liaison_browser, "decisions.answer.plan_date", choose_plan_date(complaint))
    press(liaison_browser, "decisions.answer.button")
    liaison_browser.look("half-a-plan")
    fill(liaison_browser, "decisions.answer.plan_owner", "Kepala Bidang Pariwisata")
    press(liaison_browser, "decisions.answer.button")
    assert liaison_browser.has_text(t("pages.link.done"))
    complaint.wait_for_state("answered")
    citizen_browser = open_browser()
    copy_session(citizen, citizen_browser)
    citizen_browser.page.goto(f"/laporan/{complaint.ticket}")
    assert citizen_browser.has_text("Kepala Bidang Pariwisata")
    citizen_browser.look("status-planned")


def choose_plan_date(complaint: FiledComplaint) -> str:
    """Return a day well after the complaint's last event."""
    last = max(complaint.read()["timeline"], key=lambda moment: moment["at"])["at"]
    return (datetime.fromisoformat(last) + timedelta(days=30)).date().isoformat()


def test_a_decree_is_entered_after_a_look_at_what_it_moves(
    open_browser: OpenBrowser, demo: Demo, citizen: App
) -> None:
    region = find_region("jawa-timur")
    complaint, app, coordinator_browser = (
        FiledComplaint.file(demo.cloud, region, citizen),
        App(demo.cloud.public_url),
        open_browser(),
    )
    app.sign_in(find_officer(region, "coordinator")["email"], demo.password)
    copy_session(app, coordinator_browser)
    holder = complaint.journey.wait_for(
        lambda: complaint.journey.find_next_holder(citizen, None), "the admin's turn"
    )
    day = next(day["date"] for day in holder["derivation"]["days"] if day["counted"])

    page = coordinator_browser.page
    page.goto("/petugas/kalender")
    coordinator_browser.look("calendar")
    fill(coordinator_browser, "pages.calendar.day", day)
    fill(coordinator_browser, "pages.calendar.name", "Hari jadi provinsi")
    fill(coordinator_browser, "pages.calendar.decree", "SK Gubernur 12/2026")
    press(coordinator_browser, "pages.calendar.look")
    assert coordinator_browser.has_text(complaint.ticket)
    coordinator_browser.look("calendar-preview")
    press(coordinator_browser, "pages.calendar.confirm")
    assert coordinator_browser.has_text(t("pages.calendar.noted.off"))
    coordinator_browser.look("calendar-changed")
    complaint.wait_until(lambda seen: seen["holder"]["due_at"] > holder["due_at"], "the new deadline")
    page.goto(f"/petugas/laporan/{complaint.ticket}")
    coordinator_browser.look("deadline-moved")


def test_an_officer_answers_a_link_by_keyboard_alone(
    open_browser: OpenBrowser, demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    complaint, browser = FiledComplaint.file(demo.cloud, region, citizen), open_browser()
    complaint.decide_by_link(find_officer(region, "regional_admin"), "forward")
    browser.page.goto(complaint.wait_for_link(find_officer(region, "liaison"), "answer"))
    tab_to(browser, t("decisions.to_form"))
    browser.page.keyboard.press("Enter")
    tab_to(browser, t("decisions.accept.button"))
    press_enter(browser)
    assert browser.has_text(t("decisions.accept.noted"))
    tab_to(browser, "text")
    browser.page.keyboard.type("Lubang telah ditambal.")
    tab_to(browser, t("decisions.answer.button"))
    press_enter(browser)
    assert browser.has_text(t("pages.link.done"))
    assert complaint.wait_for_state("answer_review")


def test_the_coordinator_reminds_the_officer_who_holds_a_complaint(
    open_browser: OpenBrowser, demo: Demo, region: dict[str, Any], citizen: App, sign_in: Callable[[str], App]
) -> None:
    complaint, browser = FiledComplaint.file(demo.cloud, region, citizen), open_browser()
    admin = find_officer(region, "regional_admin")
    complaint.wait_for_link(admin, "forward")
    copy_session(sign_in("coordinator"), browser)
    page = f"/petugas/laporan/{complaint.ticket}"
    browser.page.goto(page)
    unfold(browser, "decisions.remind.heading")
    browser.look("remind")
    press(browser, "decisions.remind.button")
    assert browser.has_text(t("decisions.remind.noted"))
    assert browser.has_text(t("events.owner.reminded"))
    browser.look("reminded")

    mail = complaint.wait_for_mail_to(admin, "Pengingat")
    assert complaint.ticket in mail.subject
    browser.page.goto(page)
    assert not browser.has_text(t("decisions.remind.heading"))
    complaint.decide_by_link(admin, "forward")
    complaint.wait_for_state("forwarded")
