"""The pages in a real browser: on a small screen, without scripts, by keyboard alone."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from chalicelib.i18n.dates import format_deadline
from infra.local.browser import App
from infra.local.demo import say
from infra.local.journey import CODE, LINK, Journey
from tests.e2e.browsing import (
    DESKTOP,
    Person,
    assert_pictures_load,
    enter,
    fill,
    hand_over_session,
    press,
    t,
    tab_to,
    take_link_from_mailbox,
    upload,
)
from tests.e2e.deadlines import Deadlines
from tests.e2e.demo import Demo, category, mobile, officer, officers

People = Callable[..., Person]
Staff = Callable[[str], App]

PASSWORD = "Kata-sandi-2026"


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


def reload_until(person: Person, journey: Journey, words: str) -> None:
    def look() -> bool:
        person.page.reload()
        return person.shows(words)

    journey.wait_for(look, words)


def test_the_whole_way_on_a_small_phone_without_scripts(
    person: People, journey: Journey, region: dict[str, Any]
) -> None:
    admin, liaison = officer(region, "regional_admin"), officer(region, "liaison")
    citizen, at_admins, at_liaisons = person(), person(), person()
    journey.ticket = register_and_file(citizen, region)

    forward_by_link(at_admins, journey, admin["email"])
    answer_by_link(at_liaisons, journey, liaison["email"])
    take_link_from_mailbox(at_admins, journey, admin["email"], "Mohon periksa jawaban")
    at_admins.look("link-review")
    assert_pictures_load(at_admins, 2)
    press(at_admins, "decisions.publish.button")
    at_admins.look("link-published")

    reload_until(citizen, journey, t("pages.verdict.title"))
    assert_pictures_load(citizen, 2)
    assert citizen.shows("Lubang telah ditambal.")
    citizen.look("status-answered")
    press(citizen, "pages.verdict.satisfied")
    assert citizen.shows(t("states.resolved_by_reporter"))
    citizen.look("status-resolved")
    citizen.page.goto("/laporan")
    assert citizen.shows(journey.ticket)
    citizen.look("own-complaints")


def register_and_file(citizen: Person, region: dict[str, Any]) -> str:
    """From the front door to the number of the complaint."""
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
    page.get_by_label(t("pages.filing.category"), exact=True).select_option(category(region)["code"])
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

    assert citizen.shows(t("pages.noted.filed"))
    assert_pictures_load(citizen, 1)
    citizen.look("status-filed")
    return page.url.rpartition("/")[2].partition("?")[0]


def forward_by_link(at_admins: Person, journey: Journey, address: str) -> None:
    take_link_from_mailbox(at_admins, journey, address, "Mohon periksa dan teruskan")
    at_admins.look("link-forward")
    assert_pictures_load(at_admins, 1)
    press(at_admins, "decisions.forward.button")
    assert at_admins.shows(t("pages.link.done"))
    at_admins.look("link-forwarded")


def answer_by_link(at_liaisons: Person, journey: Journey, address: str) -> None:
    take_link_from_mailbox(at_liaisons, journey, address, "Mohon jawaban")
    at_liaisons.look("link-answer")
    press(at_liaisons, "decisions.accept.button")
    assert at_liaisons.shows(t("decisions.accept.noted"))
    upload(at_liaisons)
    fill(at_liaisons, "decisions.answer.text", "Lubang telah ditambal.")
    at_liaisons.look("link-answer-photo")
    press(at_liaisons, "decisions.answer.button")
    assert at_liaisons.shows(t("pages.link.done"))


def test_looking_at_a_link_changes_nothing_and_its_second_holder_learns_who_has_done_it(
    person: People, journey: Journey, citizen: App, region: dict[str, Any], staff: Staff
) -> None:
    first, second = officers(region, "liaison")
    journey.ticket = journey.file(citizen)
    journey.decide("forward")
    mailed = journey.wait_for(
        lambda: link_in(journey.list_mails(), first["email"]), "the first officer's mail"
    )
    texted = journey.wait_for(lambda: link_in(journey.list_sms(), mobile(second)), "the second officer's SMS")
    assert mailed != texted
    at_first, at_second = person(), person()

    before = deeds(staff, journey.ticket)
    for one, link in ((at_first, mailed), (at_second, texted), (at_first, mailed)):
        one.page.goto(link)
        assert one.shows(t("decisions.answer.heading"))
    assert deeds(staff, journey.ticket) == before

    fill(at_first, "decisions.answer.text", "Sudah ditambal.")
    press(at_first, "decisions.answer.button")
    # The second had the page open, and sends an answer too: it is refused, and what was typed is not lost.
    fill(at_second, "decisions.answer.text", "Sudah kami kerjakan juga.")
    press(at_second, "decisions.answer.button")
    assert at_second.shows(t("pages.link.done"))
    assert at_second.shows("Sudah kami kerjakan juga.")
    at_second.page.goto(texted)
    assert at_second.shows(t("pages.link.done"))
    assert at_second.shows(first["title"])
    assert not at_second.shows("Sudah dua motor jatuh")
    at_second.look("link-done-by-another")
    assert [deed for deed in deeds(staff, journey.ticket) if deed == "complaint.answered"] == [
        "complaint.answered"
    ]


def link_in(messages: Any, recipient: str) -> str | None:
    """The officer's link in the newest message to that address or number."""
    mine = (one for one in messages if recipient in one.to)
    return next((link for one in mine for link in one.links if LINK in link), None)


def deeds(staff: Staff, ticket: str) -> list[str]:
    """What people have done; deadlines may ring meanwhile."""
    timeline = staff("regional_admin").get(f"complaints/{ticket}")["timeline"]
    return [moment["type"] for moment in timeline if moment["type"] != "rung.reached"]


def test_an_altered_link_opens_nothing_and_says_what_to_do(
    person: People, journey: Journey, citizen: App, region: dict[str, Any]
) -> None:
    journey.ticket = journey.file(citizen)
    admin = officer(region, "regional_admin")["email"]
    link = journey.wait_for(lambda: link_in(journey.list_mails(), admin), "the admin's mail")
    one = person()
    answer = one.page.goto(link[:-1] + ("A" if link[-1] != "A" else "B"))
    assert answer is not None
    assert answer.status == 404
    assert one.shows(t("refusals.link_unknown.title"))
    assert not one.shows(journey.ticket)
    one.look("link-altered")


def test_an_officer_signs_in_finds_the_complaint_on_top_and_forwards_it(
    person: People, journey: Journey, citizen: App, region: dict[str, Any], demo: Demo
) -> None:
    journey.ticket = journey.file(citizen)
    journey.wait_for(lambda: journey.find_next_holder(citizen, None), "the admin's turn")
    admin = person()
    admin.page.goto("/petugas")
    fill(admin, "pages.account.login", officer(region, "regional_admin")["email"])
    fill(admin, "pages.account.password", demo.password)
    press(admin, "pages.sign_in.button")
    assert admin.page.url == f"{admin.site}/petugas"
    admin.look("inbox")
    admin.page.goto("/petugas?lang=en")
    admin.look("inbox-en")
    admin.page.goto(f"/petugas/laporan/{journey.ticket}?lang=id")
    admin.look("staff-complaint")
    press(admin, "decisions.forward.button")
    assert admin.shows(t("decisions.forward.noted"))
    admin.look("staff-forwarded")
    press(admin, "pages.nav.sign_out")
    admin.page.goto("/petugas")
    assert "/masuk" in admin.page.url


def test_a_letter_is_typed_in_and_its_reporter_takes_a_receipt_home(
    person: People, journey: Journey, region: dict[str, Any], staff: Staff
) -> None:
    admin, at_admins = staff("regional_admin"), person()
    hand_over_session(admin, at_admins)
    page = at_admins.page
    page.goto("/petugas")
    page.get_by_role("main").get_by_role("link", name=t("pages.staff.typing.start")).click()
    upload(at_admins)
    page.get_by_label(t("pages.staff.channel"), exact=True).select_option("letter")
    fill(at_admins, "pages.staff.typing.name", "Mbah Karto")
    page.get_by_label(t("pages.staff.typing.category"), exact=True).select_option(category(region)["code"])
    fill(at_admins, "pages.staff.typing.subject", "Jembatan desa berlubang")
    fill(at_admins, "pages.staff.typing.narrative", "Mohon jembatannya diperbaiki.")
    at_admins.look("typing-in")
    press(at_admins, "pages.staff.typing.button")
    # Paper has its titles in capitals, which a role's name does not mind.
    expect(page.get_by_role("heading", name=t("pages.staff.receipt.title"))).to_be_visible()
    expect(page.get_by_text("Mbah Karto").first).to_be_visible()
    at_admins.look("receipt")
    journey.ticket = page.url.split("/")[-2]

    journey.wait_for(lambda: "forward" in journey.read(admin)["acts"], "the admin's turn")
    page.goto(f"/petugas/laporan/{journey.ticket}")
    assert_pictures_load(at_admins, 1)
    assert at_admins.shows(t("decisions.on_behalf"))
    at_admins.look("typed-in")


def test_what_is_late_stands_out(
    person: People, journey: Journey, citizen: App, region: dict[str, Any], staff: Staff
) -> None:
    journey.ticket = journey.file(citizen)
    admin = staff("regional_admin")
    journey.wait_for(lambda: journey.find_next_holder(citizen, None), "the admin's turn")
    Deadlines(journey).ring_until(lambda: journey.read(admin)["late_level"] == 1, "lateness")
    at_admins = person()
    hand_over_session(admin, at_admins)
    at_admins.page.goto("/petugas")
    item = at_admins.page.get_by_role("listitem").filter(has_text=journey.ticket)
    due = journey.read(admin)["holder"]["due_at"]
    words = format_deadline(datetime.fromisoformat(due), ZoneInfo(region["zone"]), "id")
    expect(item).to_contain_text(t("pages.inbox.late", date=words))
    at_admins.look("inbox-late")
    item.get_by_role("link").click()
    expect(at_admins.page.get_by_text(t("pages.status.late_explained"))).to_be_visible()
    at_admins.look("staff-late")
    at_citizens = person()
    hand_over_session(citizen, at_citizens)
    at_citizens.page.goto(f"/laporan/{journey.ticket}")
    expect(at_citizens.page.get_by_text(t("pages.status.late_explained"))).to_be_visible()
    at_citizens.look("status-late")


def test_a_complaint_is_filed_by_keyboard_alone(
    person: People, journey: Journey, citizen: App, region: dict[str, Any]
) -> None:
    one = person()
    hand_over_session(citizen, one)
    one.page.goto("/lapor")
    tab_to(one, "daerah")
    one.page.keyboard.type(region["name"])
    tab_to(one, t("pages.filing.go_on_without"))
    enter(one)
    tab_to(one, "category")
    one.page.keyboard.type(category(region)["id"])
    tab_to(one, "title")
    one.page.keyboard.type("Jalan berlubang")
    tab_to(one, "narrative")
    one.page.keyboard.type("Di depan sekolah.")
    tab_to(one, "address")
    one.page.keyboard.type("Depan sekolah dasar")
    tab_to(one, "anonymous")
    one.page.keyboard.press("Space")
    tab_to(one, t("pages.filing.button"))
    enter(one)
    assert one.shows(t("pages.noted.filed"))
    journey.ticket = one.page.url.rpartition("/")[2].partition("?")[0]
    filed = journey.read(citizen)
    assert (filed["category"], filed["anonymous"]) == (category(region)["code"], True)


def test_scripts_only_help_and_break_no_policy(
    person: People, journey: Journey, citizen: App, region: dict[str, Any]
) -> None:
    journey.ticket = journey.file(citizen)
    one = person(
        scripts=True,
        screen=DESKTOP,
        permissions=["geolocation"],
        geolocation={"latitude": -6.7063, "longitude": 108.557},
    )
    hand_over_session(citizen, one)
    for name, path in (
        ("home", "/"),
        ("filing-photos", "/lapor"),
        ("own-complaints", "/laporan"),
        ("status-filed", f"/laporan/{journey.ticket}"),
    ):
        one.page.goto(path)
        one.look(f"desktop-{name}")
    one.page.goto(f"/lapor?langkah=2&daerah={region['slug']}")
    one.page.get_by_role("button", name=t("pages.filing.here")).click()
    expect(one.page.get_by_text(t("pages.filing.here_done"))).to_be_visible()
    assert one.page.get_by_label(t("pages.filing.latitude")).input_value().startswith("-6.706")
    one.look("desktop-filing-form")
