"""Those who may change the calendar see first what a change does, and then make it."""

from datetime import date

import pytest

from chalicelib.domain.directory.calendar_change import DayChange
from chalicelib.domain.directory.officers import Officer
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.web.pages.calendar import MOST_MOVES
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, REGION
from tests.unit.web.pages.page_browser import Browser, Page, Site

PATH = "/petugas/kalender"
LOOK = f"{PATH}/pratinjau"
TUESDAY = date(2026, 11, 24)
OFF = {"working": "false", "day": "2026-11-24", "name": "Hari jadi", "decree": "SK Bupati 12/2026"}


def look(browser: Browser, **fields: str) -> Page:
    """Fill the year page's form and look at what follows; without JavaScript it is a GET."""
    form = browser.get(PATH).form(LOOK)
    assert form.method == "get"
    return browser.get(f"{form.action}?" + "&".join(f"{name}={value}" for name, value in fields.items()))


def days_off(site: Site) -> dict[date, str]:
    return site.world.directory.regions_by_slug[REGION.slug].closing_days


def test_the_year_shows_what_is_off_and_why_and_marks_estimates(site: Site) -> None:
    page = site.browser(ADMIN).get(f"{PATH}?tahun=2026")
    assert "Kamis, 24 Desember 2026" in page.words
    assert "(cuti bersama)" in page.words
    assert "Kalender ini belum pernah diubah." in page.words
    assert "(perkiraan)" in site.browser(ADMIN).get(f"{PATH}?tahun=2029").words


@pytest.mark.parametrize("officer", [ADMIN, COORDINATOR], ids=lambda officer: officer.role)
def test_a_day_off_is_looked_at_and_then_stored(site: Site, officer: Officer) -> None:
    ticket = site.file()
    browser = site.browser(officer)
    preview = look(browser, **OFF)
    assert ticket in preview.words
    assert "Selasa, 24 November 2026: semula hari kerja, menjadi Hari jadi." in preview.words
    assert "Selasa, 24 November 2026 Rabu, 25 November 2026" in preview.words
    assert days_off(site) == {}

    stored = browser.send(preview, PATH)

    assert "Tercatat: hari itu menjadi hari libur." in stored.words
    assert f"{officer.name}, {officer.title}" in stored.words
    assert "SK Bupati 12/2026" in stored.words
    assert days_off(site) == {TUESDAY: "Hari jadi"}
    assert [body["change"] for body in site.world.queues.to("changes")] == ["calendar", "calendar"]


def test_a_day_off_can_be_made_a_working_day(site: Site) -> None:
    browser = site.browser(ADMIN)
    browser.send(look(browser, **OFF), PATH)
    stored = browser.send(look(browser, **OFF | {"working": "true"}), PATH)
    assert "Tercatat: hari itu menjadi hari kerja." in stored.words
    assert days_off(site) == {}


def test_sending_the_form_twice_stores_one_change(site: Site) -> None:
    browser = site.browser(ADMIN)
    preview = look(browser, **OFF)
    browser.send(preview, PATH)
    again = browser.send(preview, PATH)
    assert again.status == 200
    assert len(site.world.directory.list_calendar_changes(REGION.slug, 9)) == 1


def test_a_preview_of_a_calendar_that_was_changed_meanwhile_is_not_stored(site: Site) -> None:
    browser = site.browser(ADMIN)
    preview = look(browser, **OFF)
    other = DayChange(day=date(2026, 11, 25), working=False, name="Banjir", decree="SK Bupati 13/2026")
    site.world.app.calendars.change(REGION.slug, other, to_actor(COORDINATOR))
    page = browser.send(preview, PATH)
    assert page.status == 409
    assert "Kalender baru saja diubah orang lain" in page.words
    assert dict(page.form(LOOK).fields)["decree"] == OFF["decree"]
    assert TUESDAY not in days_off(site)


def test_a_change_that_moves_nothing_says_so(site: Site) -> None:
    page = look(site.browser(ADMIN), **OFF)
    assert "Tidak ada batas waktu yang sedang berjalan bergeser." in page.words


def test_a_deadline_that_is_over_by_the_new_calendar_is_said_to_be_late_at_once(site: Site) -> None:
    browser = site.browser(ADMIN)
    browser.send(look(browser, **OFF), PATH)
    site.file()
    site.world.clock.forward(days=2)
    browser = site.browser(ADMIN)
    assert "langsung terlambat" in look(browser, **OFF | {"working": "true"}).words


def test_of_many_deadlines_the_nearest_are_shown(site: Site) -> None:
    for _ in range(MOST_MOVES + 1):
        site.file()
    page = look(site.browser(ADMIN), **OFF)
    assert "Lebih dari 100 batas waktu yang sedang berjalan akan bergeser" in page.words
    assert page.words.count("CTH-") == MOST_MOVES


def test_a_preview_does_not_tell_that_there_is_a_protected_report(site: Site) -> None:
    before = look(site.browser(ADMIN), **OFF).words
    ticket = site.file()
    feared = {"anonymous": True, "confidential": True, "about_agency": "pupr"}
    known = site.world.complaints.snapshots[ticket]
    site.world.complaints.snapshots[ticket] = known.model_copy(update=feared)
    assert look(site.browser(ADMIN), **OFF).words == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"decree": ""}, "decree"),
        ({"day": ""}, "day"),
        ({"day": "besok"}, "day"),
        ({"day": "0206-12-28"}, "day"),
        ({"working": ""}, "working"),
    ],
)
def test_what_is_missing_or_wrong_stands_at_its_field_and_what_was_typed_stays(
    site: Site, wrong: dict[str, str], field: str
) -> None:
    page = look(site.browser(ADMIN), **OFF | wrong)
    assert page.status == 422
    assert page.error_at(field)
    typed = dict(page.form(LOOK).fields)
    kept = OFF.keys() - {field, "working"}
    assert {name: typed[name] for name in kept} == {name: OFF[name] for name in kept}


def test_what_the_calendar_says_already_is_not_offered_to_be_stored(site: Site) -> None:
    page = look(site.browser(ADMIN), **OFF | {"working": "true"})
    assert page.status == 409
    assert "Kalender sudah seperti itu" in page.words
    assert all(form.action != PATH for form in page.forms)


def test_what_was_typed_can_be_corrected(site: Site) -> None:
    browser = site.browser(ADMIN)
    preview = look(browser, **OFF)
    (back,) = [link["href"] for link in preview.tags("a") if link["href"].startswith(f"{PATH}?")]
    typed = dict(browser.get(back).form(LOOK).fields)
    assert typed == OFF


@pytest.mark.parametrize("who", [LIAISON, CITIZEN], ids=["liaison", "citizen"])
def test_nobody_else_sees_or_changes_the_calendar_there(site: Site, who: Officer) -> None:
    browser = site.browser(who)
    assert browser.get(PATH).status == 403
    assert browser.get(f"{LOOK}?day=2026-11-24").status == 403
    assert browser.post(PATH, OFF).status == 403
    assert PATH not in browser.get("/").html
    assert days_off(site) == {}


def test_without_our_token_nothing_is_stored(site: Site) -> None:
    page = site.browser(ADMIN).post(PATH, OFF | {"version": REGION.calendar.version})
    assert page.status == 403
    assert days_off(site) == {}


def test_an_officer_of_another_region_changes_their_own_calendar_alone(site: Site) -> None:
    elsewhere = REGION.model_copy(update={"slug": "kabupaten-lain", "name": "Kabupaten Lain"})
    site.world.directory.put(elsewhere)
    site.world.directory.put(ADMIN.model_copy(update={"region": elsewhere.slug}))
    account = site.world.accounts.get(f"account-{ADMIN.id}")
    site.world.accounts.put(account.model_copy(update={"region": elsewhere.slug}))
    site.file()
    browser = site.browser(ADMIN.model_copy(update={"region": elsewhere.slug}))
    preview = look(browser, **OFF, region=REGION.slug)
    assert "Tidak ada batas waktu yang sedang berjalan bergeser." in preview.words
    browser.send(preview, PATH, region=REGION.slug)
    assert days_off(site) == {}
    assert site.world.directory.regions_by_slug[elsewhere.slug].closing_days == {TUESDAY: "Hari jadi"}


def test_the_page_can_be_had_in_english(site: Site) -> None:
    page = look(site.browser(ADMIN, languages="en"), **OFF)
    assert "Check the change to the calendar" in page.words
    assert "changes from “working day” to “" in page.words
