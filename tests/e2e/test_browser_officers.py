"""The forms of officers in a real browser: on a small phone without scripts, and by keyboard alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.browser import App
from infra.local.demo import say
from infra.local.journey import Journey
from tests.e2e.browsing import (
    Person,
    assert_pictures_load,
    enter,
    fill,
    hand_over_session,
    press,
    t,
    tab_to,
    upload,
)
from tests.e2e.demo import REGIONS, Demo, category, named, officer
from tests.e2e.way import Way

People = Callable[..., Person]


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


def with_procedure(procedure: str) -> dict[str, Any]:
    return next(one for one in REGIONS if one["procedure"] == procedure)


def unfold(person: Person, key: str) -> None:
    person.page.locator("summary", has_text=t(key)).first.click()


def tick(person: Person, words: str) -> None:
    person.page.get_by_label(words, exact=True).check()


def test_what_is_missing_is_asked_for_and_given_with_a_photo(
    person: People, demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    way = Way.begin(demo.cloud, region, citizen, uploads=[])
    at_admins, at_citizens = person(), person()
    hand_over_session(citizen, at_citizens)
    at_admins.page.goto(way.link(officer(region, "regional_admin"), "ask"))
    unfold(at_admins, "decisions.ask.heading")
    # Asking for nothing is refused, and the form stays open with what is wrong.
    press(at_admins, "decisions.ask.button")
    at_admins.look("ask-for-nothing")
    tick(at_admins, t("missing.photo"))
    tick(at_admins, t("missing.place"))
    fill(at_admins, "decisions.ask.note", "Seperti apa lubangnya, dan di ruas mana?")
    at_admins.look("ask")
    press(at_admins, "decisions.ask.button")
    at_admins.look("asked-for")

    page = at_citizens.page
    page.goto(f"/laporan/{way.ticket}")
    at_citizens.look("completion")
    upload(at_citizens)
    fill(at_citizens, "pages.asked.text", "Ini foto siang hari.")
    press(at_citizens, "pages.asked.button")
    at_citizens.look("completion-without-place")
    assert at_citizens.shows(t("refusals.missing_place.title"))
    assert page.get_by_label(t("pages.asked.text"), exact=True).input_value() == "Ini foto siang hari."
    fill(at_citizens, "pages.filing.address", "Ruas Sumber, kilometer 3")
    press(at_citizens, "pages.asked.button")
    assert at_citizens.shows(t("pages.noted.complete"))
    assert_pictures_load(at_citizens, 1)
    at_citizens.look("completed")


def test_a_complaint_goes_to_an_agency_with_a_supporter_and_another_is_filed_away(
    person: People, demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    admin = officer(region, "regional_admin")
    supported, private = (Way.begin(demo.cloud, region, citizen) for _ in range(2))
    at_admins, at_supporters = person(), person()
    at_admins.page.goto(supported.link(admin, "forward"))
    unfold(at_admins, "decisions.forward.more")
    tick(at_admins, next(one["name"] for one in region["agencies"] if one["id"] == "dlh"))
    at_admins.look("forward-with-supporters")
    press(at_admins, "decisions.forward.button")
    at_supporters.page.goto(supported.link(named(region, "dlh-1"), "support"))
    at_supporters.look("support")
    fill(at_supporters, "decisions.support.text", "Sampahnya sudah kami angkut.")
    press(at_supporters, "decisions.support.button")
    at_supporters.look("supported")

    at_admins.page.goto(private.link(admin, "archive"))
    unfold(at_admins, "decisions.archive.heading")
    at_admins.page.get_by_label(t("decisions.archive.reason"), exact=True).select_option("private")
    fill(at_admins, "decisions.archive.text", "Utang antarwarga: hubungi pengadilan negeri.")
    at_admins.look("archive")
    press(at_admins, "decisions.archive.button")
    assert at_admins.shows(t("pages.link.done"))
    at_admins.look("archived-by-link")
    at_citizens = person()
    hand_over_session(citizen, at_citizens)
    at_citizens.page.goto(f"/laporan/{private.ticket}")
    assert at_citizens.shows("Utang antarwarga: hubungi pengadilan negeri.")
    at_citizens.look("status-archived")


def test_a_head_disposes_and_the_work_ends_in_a_dated_plan(person: People, demo: Demo, citizen: App) -> None:
    region = with_procedure("disporbudpar")
    way, liaison = Way.begin(demo.cloud, region, citizen), officer(region, "liaison")
    agency = next(one for one in region["agencies"] if one["id"] == category(region)["agency"])
    at_heads, at_units, at_liaisons = person(), person(), person()
    way.decides(officer(region, "regional_admin"), "forward")
    way.decides(liaison, "accept")
    way.decides(liaison, "proceed")
    at_heads.page.goto(way.link(officer(region, "head"), "dispose"))
    unit = at_heads.page.get_by_label(t("decisions.dispose.unit"), exact=True)
    unit.select_option(label=agency["units"][0]["name"])
    fill(at_heads, "decisions.dispose.instruction", "Periksa lokasi minggu ini.")
    at_heads.look("dispose")
    press(at_heads, "decisions.dispose.button")
    at_heads.look("disposed")
    way.decides(liaison, "proceed")
    at_units.page.goto(way.link(officer(region, "unit"), "proceed"))
    assert at_units.shows("Periksa lokasi minggu ini.")
    at_units.look("unit")
    press(at_units, "decisions.proceed.button")
    way.decides(liaison, "proceed")

    at_liaisons.page.goto(way.link(liaison, "answer"))
    fill(at_liaisons, "decisions.answer.text", "Gapuranya akan dicat.")
    unfold(at_liaisons, "decisions.answer.more")
    fill(at_liaisons, "decisions.answer.plan_date", plan_date(way))
    press(at_liaisons, "decisions.answer.button")
    at_liaisons.look("half-a-plan")
    fill(at_liaisons, "decisions.answer.plan_owner", "Kepala Bidang Pariwisata")
    press(at_liaisons, "decisions.answer.button")
    assert at_liaisons.shows(t("pages.link.done"))
    way.comes_to("answered")
    at_citizens = person()
    hand_over_session(citizen, at_citizens)
    at_citizens.page.goto(f"/laporan/{way.ticket}")
    assert at_citizens.shows("Kepala Bidang Pariwisata")
    at_citizens.look("status-planned")


def plan_date(way: Way) -> str:
    """A day that comes well after where the complaint's short days have got to."""
    last = max(way.read()["timeline"], key=lambda one: one["at"])["at"]
    return (datetime.fromisoformat(last) + timedelta(days=30)).date().isoformat()


def test_a_decree_is_entered_after_a_look_at_what_it_moves(person: People, demo: Demo, citizen: App) -> None:
    region = with_procedure("jawa-timur")
    way, app, at_coordinators = Way.begin(demo.cloud, region, citizen), App(demo.cloud.public_url), person()
    app.sign_in(officer(region, "coordinator")["email"], demo.password)
    hand_over_session(app, at_coordinators)
    holder = way.journey.wait_for(lambda: way.journey.find_next_holder(citizen, None), "the admin's turn")
    day = next(one["date"] for one in holder["derivation"]["days"] if one["counted"])

    page = at_coordinators.page
    page.goto("/petugas/kalender")
    at_coordinators.look("calendar")
    fill(at_coordinators, "pages.calendar.day", day)
    fill(at_coordinators, "pages.calendar.name", "Hari jadi provinsi")
    fill(at_coordinators, "pages.calendar.decree", "SK Gubernur 12/2026")
    press(at_coordinators, "pages.calendar.look")
    assert at_coordinators.shows(way.ticket)
    at_coordinators.look("calendar-preview")
    press(at_coordinators, "pages.calendar.confirm")
    assert at_coordinators.shows(t("pages.calendar.noted.off"))
    at_coordinators.look("calendar-changed")
    way.until(lambda seen: seen["holder"]["due_at"] > holder["due_at"], "the new deadline")
    page.goto(f"/petugas/laporan/{way.ticket}")
    at_coordinators.look("deadline-moved")


def test_an_officer_answers_a_link_by_keyboard_alone(
    person: People, demo: Demo, region: dict[str, Any], citizen: App
) -> None:
    way, one = Way.begin(demo.cloud, region, citizen), person()
    way.decides(officer(region, "regional_admin"), "forward")
    one.page.goto(way.link(officer(region, "liaison"), "answer"))
    tab_to(one, t("decisions.to_form"))
    one.page.keyboard.press("Enter")
    tab_to(one, t("decisions.accept.button"))
    enter(one)
    assert one.shows(t("decisions.accept.noted"))
    tab_to(one, "text")
    one.page.keyboard.type("Lubang telah ditambal.")
    tab_to(one, t("decisions.answer.button"))
    enter(one)
    assert one.shows(t("pages.link.done"))
    assert way.comes_to("answer_review")
