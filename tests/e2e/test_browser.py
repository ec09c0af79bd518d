"""The pages in a real browser: on a small screen, without scripts, by keyboard alone."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from chalicelib.i18n.dates import format_deadline
from infra.local.browser import App
from infra.local.journey import CODE, LINK, Journey
from tests.e2e.browsing import (
    DESKTOP,
    Person,
    assert_pictures_load,
    copy_session,
    fill,
    press,
    press_enter,
    t,
    tab_to,
    take_link_from_mailbox,
    upload,
)
from tests.e2e.deadlines import Deadlines
from tests.e2e.demo import Demo, find_category, find_officer, format_mobile, list_officers

OpenBrowser = Callable[..., Person]
SignIn = Callable[[str], App]

PASSWORD = "Kata-sandi-2026"


def reload_until(person: Person, journey: Journey, words: str) -> None:
    def look() -> bool:
        person.page.reload()
        return person.has_text(words)

    journey.wait_for(look, words)


def test_the_whole_way_on_a_small_phone_without_scripts(
    open_browser: OpenBrowser, journey: Journey, region: dict[str, Any]
) -> None:
    admin, liaison = find_officer(region, "regional_admin"), find_officer(region, "liaison")
    citizen, admin_browser, liaison_browser = open_browser(), open_browser(), open_browser()
    journey.ticket = register_and_file(citizen, region)

    forward_by_link(admin_browser, journey, admin["email"])
    answer_by_link(liaison_browser, journey, liaison["email"])
    take_link_from_mailbox(admin_browser, journey, admin["email"], "Mohon periksa jawaban")
    admin_browser.look("link-review")
    assert_pictures_load(admin_browser, 2)
    press(admin_browser, "decisions.publish.button")
    admin_browser.look("link-published")

    reload_until(citizen, journey, t("pages.verdict.title"))
    assert_pictures_load(citizen, 2)
    assert citizen.has_text("Lubang telah ditambal.")
    citizen.look("status-answered")
    press(citizen, "pages.verdict.satisfied")
    assert citizen.has_text(t("states.resolved_by_reporter"))
    citizen.look("status-resolved")
    citizen.page.goto("/laporan")
    assert citizen.has_text(journey.ticket)
    citizen.look("own-complaints")


def register_and_file(citizen: Person, region: dict[str, Any]) -> str:
    """Register, sign in and file from the home page; return the complaint's number."""
    page = citizen.page
    page.goto("/")
    citizen.look("home")
    page.get_by_role("main").get_by_role("link", name=t("pages.nav.file")).click()
    citizen.look("sign-in")
    page.get_by_role("main").get_by_role("link", name=t("pages.nav.register")).click()
    citizen.look("register")
    login = f"warga-{secrets.token_hex(4)}@contoh.example"
    fill(citizen, "pages.account.name", "Siti Aminah")
    fill(citizen, "pages.account.login", login)
    fill(citizen, "pages.account.password", PASSWORD)
    press(citizen, "pages.register.button")
    citizen.look("code")
    fill(citizen, "pages.code.code", CODE)
    press(citizen, "pages.code.button")
    fill(citizen, "pages.account.login", login)
    fill(citizen, "pages.account.password", PASSWORD)
    press(citizen, "pages.sign_in.button")

    citizen.look("filing-photos")
    upload(citizen)
    citizen.look("filing-photos-uploaded")
    page.get_by_label(t("pages.filing.region"), exact=True).select_option(region["slug"])
    press(citizen, "pages.filing.go_on")
    citizen.look("filing-form")
    page.get_by_label(t("pages.filing.category"), exact=True).select_option(find_category(region)["code"])
    fill(citizen, "pages.filing.subject", "Lubang besar di depan pasar")
    fill(citizen, "pages.filing.address", "Jalan raya, depan pasar")
    # Spaces pass the browser's own check and not ours: what was typed is still there.
    fill(citizen, "pages.filing.narrative", "   ")
    press(citizen, "pages.filing.button")
    citizen.look("filing-errors")
    assert page.get_by_label(t("pages.filing.subject"), exact=True).input_value().startswith("Lubang")
    here = page.get_by_role("button", name=t("pages.filing.here"))
    expect(here, "a button that needs scripts is not offered without").to_have_count(0)
    fill(citizen, "pages.filing.narrative", "Sudah dua motor jatuh minggu ini.\n\nMohon segera ditambal.")
    press(citizen, "pages.filing.button")

    assert citizen.has_text(t("pages.noted.filed"))
    assert_pictures_load(citizen, 1)
    citizen.look("status-filed")
    return page.url.rpartition("/")[2].partition("?")[0]


def forward_by_link(admin_browser: Person, journey: Journey, address: str) -> None:
    take_link_from_mailbox(admin_browser, journey, address, "Mohon periksa dan teruskan")
    admin_browser.look("link-forward")
    assert_pictures_load(admin_browser, 1)
    press(admin_browser, "decisions.forward.button")
    assert admin_browser.has_text(t("pages.link.done"))
    admin_browser.look("link-forwarded")


def answer_by_link(liaison_browser: Person, journey: Journey, address: str) -> None:
    take_link_from_mailbox(liaison_browser, journey, address, "Mohon jawaban")
    liaison_browser.look("link-answer")
    press(liaison_browser, "decisions.accept.button")
    assert liaison_browser.has_text(t("decisions.accept.noted"))
    upload(liaison_browser)
    fill(liaison_browser, "decisions.answer.text", "Lubang telah ditambal.")
    liaison_browser.look("link-answer-photo")
    press(liaison_browser, "decisions.answer.button")
    assert liaison_browser.has_text(t("pages.link.done"))


def test_looking_at_a_link_changes_nothing_and_its_second_holder_learns_who_has_done_it(
    open_browser: OpenBrowser, journey: Journey, citizen: App, region: dict[str, Any], sign_in: SignIn
) -> None:
    first, second = list_officers(region, "liaison")
    journey.ticket = journey.file(citizen)
    journey.decide("forward")
    mailed = journey.wait_for(
        lambda: find_link(journey.list_mails(), first["email"]), "the first officer's mail"
    )
    texted = journey.wait_for(
        lambda: find_link(journey.list_sms(), format_mobile(second)), "the second officer's SMS"
    )
    assert mailed != texted
    first_browser, second_browser = open_browser(), open_browser()

    before = list_actions(sign_in, journey.ticket)
    for browser, link in ((first_browser, mailed), (second_browser, texted), (first_browser, mailed)):
        browser.page.goto(link)
        assert browser.has_text(t("decisions.answer.heading"))
    assert list_actions(sign_in, journey.ticket) == before

    fill(first_browser, "decisions.answer.text", "Sudah ditambal.")
    press(first_browser, "decisions.answer.button")
    # The second had the page open, and sends an answer too: it is refused, and what was typed is not lost.
    fill(second_browser, "decisions.answer.text", "Sudah kami kerjakan juga.")
    press(second_browser, "decisions.answer.button")
    assert second_browser.has_text(t("pages.link.done"))
    assert second_browser.has_text("Sudah kami kerjakan juga.")
    second_browser.page.goto(texted)
    assert second_browser.has_text(t("pages.link.done"))
    assert second_browser.has_text(first["title"])
    assert not second_browser.has_text("Sudah dua motor jatuh")
    second_browser.look("link-done-by-another")
    assert [action for action in list_actions(sign_in, journey.ticket) if action == "complaint.answered"] == [
        "complaint.answered"
    ]


def find_link(messages: Any, recipient: str) -> str | None:
    """Return the link in the newest message to that address or number."""
    mine = (message for message in messages if recipient in message.to)
    return next((link for message in mine for link in message.links if LINK in link), None)


def list_actions(sign_in: SignIn, ticket: str) -> list[str]:
    """Return the types of people's events; deadlines may ring in between."""
    timeline = sign_in("regional_admin").get(f"complaints/{ticket}")["timeline"]
    return [moment["type"] for moment in timeline if moment["type"] != "rung.reached"]


def test_an_altered_link_opens_nothing_and_says_what_to_do(
    open_browser: OpenBrowser, journey: Journey, citizen: App, region: dict[str, Any]
) -> None:
    journey.ticket = journey.file(citizen)
    admin = find_officer(region, "regional_admin")["email"]
    link = journey.wait_for(lambda: find_link(journey.list_mails(), admin), "the admin's mail")
    browser = open_browser()
    answer = browser.page.goto(link[:-1] + ("A" if link[-1] != "A" else "B"))
    assert answer is not None
    assert answer.status == 404
    assert browser.has_text(t("refusals.link_unknown.title"))
    assert not browser.has_text(journey.ticket)
    browser.look("link-altered")


def test_an_officer_signs_in_finds_the_complaint_on_top_and_forwards_it(
    open_browser: OpenBrowser, journey: Journey, citizen: App, region: dict[str, Any], demo: Demo
) -> None:
    journey.ticket = journey.file(citizen)
    journey.wait_for(lambda: journey.find_next_holder(citizen, None), "the admin's turn")
    admin = open_browser()
    admin.page.goto("/petugas")
    fill(admin, "pages.account.login", find_officer(region, "regional_admin")["email"])
    fill(admin, "pages.account.password", demo.password)
    press(admin, "pages.sign_in.button")
    assert admin.page.url == f"{admin.site}/petugas"
    admin.look("inbox")
    admin.page.goto("/petugas?lang=en")
    admin.look("inbox-en")
    admin.page.goto(f"/petugas/laporan/{journey.ticket}?lang=id")
    admin.look("staff-complaint")
    press(admin, "decisions.forward.button")
    assert admin.has_text(t("decisions.forward.noted"))
    admin.look("staff-forwarded")
    press(admin, "pages.nav.sign_out")
    admin.page.goto("/petugas")
    assert "/masuk" in admin.page.url


def test_a_letter_is_typed_in_and_its_reporter_takes_a_receipt_home(
    open_browser: OpenBrowser, journey: Journey, region: dict[str, Any], sign_in: SignIn
) -> None:
    admin, admin_browser = sign_in("regional_admin"), open_browser()
    copy_session(admin, admin_browser)
    page = admin_browser.page
    page.goto("/petugas")
    page.get_by_role("main").get_by_role("link", name=t("pages.staff.typing.start")).click()
    upload(admin_browser)
    page.get_by_label(t("pages.staff.channel"), exact=True).select_option("letter")
    fill(admin_browser, "pages.staff.typing.name", "Mbah Karto")
    page.get_by_label(t("pages.staff.typing.category"), exact=True).select_option(
        find_category(region)["code"]
    )
    fill(admin_browser, "pages.staff.typing.subject", "Jembatan desa berlubang")
    fill(admin_browser, "pages.staff.typing.narrative", "Mohon jembatannya diperbaiki.")
    admin_browser.look("typing-in")
    press(admin_browser, "pages.staff.typing.button")
    # Paper has its titles in capitals, which a role's name does not mind.
    expect(page.get_by_role("heading", name=t("pages.staff.receipt.title"))).to_be_visible()
    expect(page.get_by_text("Mbah Karto").first).to_be_visible()
    admin_browser.look("receipt")
    journey.ticket = page.url.split("/")[-2]

    journey.wait_for(lambda: "forward" in journey.read(admin)["acts"], "the admin's turn")
    page.goto(f"/petugas/laporan/{journey.ticket}")
    assert_pictures_load(admin_browser, 1)
    assert admin_browser.has_text(t("decisions.on_behalf"))
    admin_browser.look("typed-in")


def test_what_is_late_stands_out(
    open_browser: OpenBrowser, journey: Journey, citizen: App, region: dict[str, Any], sign_in: SignIn
) -> None:
    journey.ticket = journey.file(citizen)
    admin = sign_in("regional_admin")
    journey.wait_for(lambda: journey.find_next_holder(citizen, None), "the admin's turn")
    Deadlines(journey).ring_until(lambda: journey.read(admin)["late_level"] == 1, "lateness")
    admin_browser = open_browser()
    copy_session(admin, admin_browser)
    admin_browser.page.goto("/petugas")
    item = admin_browser.page.get_by_role("listitem").filter(has_text=journey.ticket)
    due = journey.read(admin)["holder"]["due_at"]
    words = format_deadline(datetime.fromisoformat(due), ZoneInfo(region["zone"]), "id")
    expect(item).to_contain_text(t("pages.inbox.late", date=words))
    admin_browser.look("inbox-late")
    item.get_by_role("link").click()
    expect(admin_browser.page.get_by_text(t("pages.status.late_explained"))).to_be_visible()
    admin_browser.look("staff-late")
    citizen_browser = open_browser()
    copy_session(citizen, citizen_browser)
    citizen_browser.page.goto(f"/laporan/{journey.ticket}")
    expect(citizen_browser.page.get_by_text(t("pages.status.late_explained"))).to_be_visible()
    citizen_browser.look("status-late")


def test_a_complaint_is_filed_by_keyboard_alone(
    open_browser: OpenBrowser, journey: Journey, citizen: App, region: dict[str, Any]
) -> None:
    browser = open_browser()
    copy_session(citizen, browser)
    browser.page.goto("/lapor")
    tab_to(browser, "daerah")
    browser.page.keyboard.type(region["name"])
    tab_to(browser, t("pages.filing.go_on_without"))
    press_enter(browser)
    tab_to(browser, "category")
    browser.page.keyboard.type(find_category(region)["id"])
    tab_to(browser, "title")
    browser.page.keyboard.type("Jalan berlubang")
    tab_to(browser, "narrative")
    browser.page.keyboard.type("Di depan sekolah.")
    tab_to(browser, "address")
    browser.page.keyboard.type("Depan sekolah dasar")
    tab_to(browser, "anonymous")
    browser.page.keyboard.press("Space")
    tab_to(browser, t("pages.filing.button"))
    press_enter(browser)
    assert browser.has_text(t("pages.noted.filed"))
    journey.ticket = browser.page.url.rpartition("/")[2].partition("?")[0]
    filed = journey.read(citizen)
    assert (filed["category"], filed["anonymous"]) == (find_category(region)["code"], True)


def test_scripts_only_help_and_break_no_policy(
    open_browser: OpenBrowser, journey: Journey, citizen: App, region: dict[str, Any]
) -> None:
    journey.ticket = journey.file(citizen)
    browser = open_browser(
        scripts=True,
        screen=DESKTOP,
        permissions=["geolocation"],
        geolocation={"latitude": -6.7063, "longitude": 108.557},
    )
    copy_session(citizen, browser)
    for name, path in (
        ("home", "/"),
        ("filing-photos", "/lapor"),
        ("own-complaints", "/laporan"),
        ("status-filed", f"/laporan/{journey.ticket}"),
    ):
        browser.page.goto(path)
        browser.look(f"desktop-{name}")
    browser.page.goto(f"/lapor?langkah=2&daerah={region['slug']}")
    browser.page.get_by_role("button", name=t("pages.filing.here")).click()
    expect(browser.page.get_by_text(t("pages.filing.here_done"))).to_be_visible()
    assert browser.page.get_by_label(t("pages.filing.latitude")).input_value().startswith("-6.706")
    browser.look("desktop-filing-form")
