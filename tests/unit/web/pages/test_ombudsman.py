import pytest

from chalicelib.domain.complaint.verification import SeeIdentity
from chalicelib.services.complaints.sealed_text import seal
from chalicelib.services.routes import create_message
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.workers import messages
from tests.referrals import (
    ANONYMOUS,
    INSPECTOR,
    PERSONAL,
    add_ombudsman_email,
    consent_to,
    file_protected,
    file_referred,
)
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, OTHER_CITIZEN
from tests.unit.web.pages.page_browser import Site
from tests.world import asks, forwarded

DOWNLOAD = "/ombudsman/unduh"


def waiting(site: Site) -> str:
    """Past its time, and its reporter has not said yet whether it may go."""
    return file_referred(site.world, ANONYMOUS).ticket


def sent(site: Site, *, with_identity: bool = False) -> str:
    """Agreed to, and processed."""
    complaint = consent_to(site.world, file_referred(site.world, ANONYMOUS), with_identity=with_identity)
    event = site.world.complaints.get_event(complaint.ticket, complaint.seq)
    assert event
    messages.notify(create_message(event))
    return complaint.ticket


def link(site: Site) -> str:
    ticket = sent(site)
    complaint = site.world.complaints.snapshots[ticket]
    released = site.world.app.ombudsman.release(ticket, complaint.seq)
    assert released
    return f"/o/{released.secret}"


# The reporter


def test_the_status_page_leads_to_what_would_be_sent(site: Site) -> None:
    ticket = waiting(site)

    page = site.browser(CITIZEN).get(f"/laporan/{ticket}")

    assert f"/laporan/{ticket}/ombudsman" in [a.get("href") for a in page.tags("a")]


def test_a_reporter_sees_what_is_sent_without_their_name(site: Site) -> None:
    ticket = waiting(site)

    page = site.browser(CITIZEN).get(f"/laporan/{ticket}/ombudsman")

    assert page.status == 200
    assert "tanpa identitas" in page.words
    document = page.html[page.html.index('class="card scroll stack"') : page.html.index("</main>")]
    assert [one for one in PERSONAL if one in document] == []


def test_a_reporter_sees_what_is_sent_with_their_name(site: Site) -> None:
    ticket = waiting(site)

    page = site.browser(CITIZEN).get(f"/laporan/{ticket}/ombudsman?identitas=ya")

    document = page.html[page.html.index('class="card scroll stack"') : page.html.index("</main>")]
    assert CITIZEN.name in document
    assert "<script>alert(1)" not in page.html


def test_before_consent_there_is_nothing_to_download(site: Site) -> None:
    ticket = waiting(site)
    browser = site.browser(CITIZEN)

    page = browser.get(f"/laporan/{ticket}/ombudsman")

    assert not [a for a in page.tags("a") if a.get("href", "").endswith(DOWNLOAD)]
    assert browser.get(f"/laporan/{ticket}{DOWNLOAD}").status == 404


def test_after_it_the_reporter_may_have_the_bundle_too(site: Site) -> None:
    ticket = sent(site)
    browser = site.browser(CITIZEN)

    assert [a for a in browser.get(f"/laporan/{ticket}/ombudsman").tags("a") if a["href"].endswith(DOWNLOAD)]
    answer = browser.get(f"/laporan/{ticket}{DOWNLOAD}", follow=False)

    assert answer.status == 303
    (bundle,) = site.world.bundles.stored.values()
    assert bundle.file.name in answer.headers["Location"]


def test_a_bundle_that_is_not_made_yet_is_being_prepared(site: Site) -> None:
    ticket = consent_to(site.world, file_referred(site.world, ANONYMOUS), with_identity=False).ticket

    page = site.browser(CITIZEN).get(f"/laporan/{ticket}/ombudsman")

    assert "sedang disiapkan" in page.words


def test_nobody_elses_is_to_be_seen(site: Site) -> None:
    ticket = sent(site)
    browser = site.browser(OTHER_CITIZEN)

    assert browser.get(f"/laporan/{ticket}/ombudsman").status == 404
    assert browser.get(f"/laporan/{ticket}{DOWNLOAD}").status == 404


def test_before_the_time_is_over_there_is_no_page(site: Site) -> None:
    ticket = forwarded(site.world).ticket

    assert site.browser(CITIZEN).get(f"/laporan/{ticket}/ombudsman").status == 409


def test_the_page_speaks_english_to_who_reads_english(site: Site) -> None:
    ticket = waiting(site)

    page = site.browser(CITIZEN, languages="en").get(f"/laporan/{ticket}/ombudsman")

    assert "What a Laporan to the Ombudsman needs" in page.words


# The officers


def test_the_coordinator_sees_a_preview_that_names_nobody(site: Site) -> None:
    ticket = waiting(site)
    browser = site.browser(COORDINATOR)

    assert f"/petugas/laporan/{ticket}/ombudsman" in [
        a.get("href") for a in browser.get(f"/petugas/laporan/{ticket}").tags("a")
    ]
    page = browser.get(f"/petugas/laporan/{ticket}/ombudsman?identitas=ya")

    assert page.status == 200
    assert [one for one in PERSONAL if one in page.html] == []


@pytest.mark.parametrize("officer", [ADMIN, LIAISON], ids=lambda one: one.id)
def test_officers_without_a_part_in_it_see_none(site: Site, officer: object) -> None:
    ticket = waiting(site)

    assert site.browser(officer).get(f"/petugas/laporan/{ticket}/ombudsman").status == 403


def test_without_an_address_the_coordinator_downloads_what_is_to_be_brought(site: Site) -> None:
    ticket = sent(site)

    answer = site.browser(COORDINATOR).get(f"/petugas/laporan/{ticket}{DOWNLOAD}", follow=False)

    assert answer.status == 303


def test_with_one_there_is_nothing_to_bring(site: Site) -> None:
    add_ombudsman_email(site.world)
    ticket = sent(site)
    browser = site.browser(COORDINATOR)

    assert "lewat surel" in browser.get(f"/petugas/laporan/{ticket}/ombudsman").words
    assert browser.get(f"/petugas/laporan/{ticket}{DOWNLOAD}").status == 404


def test_a_bundle_that_names_an_anonymous_reporter_waits_for_a_recorded_look(site: Site) -> None:
    ticket = sent(site, with_identity=True)
    browser = site.browser(COORDINATOR)
    assert "catat dahulu" in browser.get(f"/petugas/laporan/{ticket}/ombudsman").words
    assert browser.get(f"/petugas/laporan/{ticket}{DOWNLOAD}").status == 404
    site.world.clock.instant = site.world.complaints.snapshots[ticket].last_at
    browser = site.browser(COORDINATOR)
    reason = seal("reason", "Berkas diantar ke Ombudsman.")

    site.world.app.command_handler.execute(
        ticket, SeeIdentity(reason=reason.ref), asks(to_actor(COORDINATOR), "look"), [reason]
    )

    assert browser.get(f"/petugas/laporan/{ticket}{DOWNLOAD}", follow=False).status == 303


def test_of_a_protected_report_only_the_inspectorate_sees_the_preview(site: Site) -> None:
    ticket = file_protected(site.world).ticket
    path = f"/petugas/laporan/{ticket}/ombudsman"

    assert site.browser(COORDINATOR).get(path).status == 404
    assert site.browser(ADMIN).get(path).status == 404
    assert site.world.app.ombudsman.preview(ticket, to_actor(INSPECTOR), with_identity=False)


# The Ombudsman


def test_the_link_shows_what_it_is_and_leads_to_the_bundle(site: Site) -> None:
    path = link(site)
    browser = site.browser()

    page = browser.get(path)

    (bundle,) = site.world.bundles.stored.values()
    assert page.status == 200
    assert bundle.ticket in page.words
    assert bundle.file.sha256 in page.words
    assert [a["href"] for a in page.tags("a") if a["href"].endswith("/unduh")] == [f"{path}/unduh"]
    answer = browser.get(f"{path}/unduh", follow=False)
    assert answer.status == 303
    assert bundle.file.name in answer.headers["Location"]


def test_looking_changes_nothing_and_tells_nobody_where_one_came_from(site: Site) -> None:
    path = link(site)
    before = repr((site.world.complaints, site.world.bundles, site.world.files, site.world.queues))

    page = site.browser().get(path)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert before == repr((site.world.complaints, site.world.bundles, site.world.files, site.world.queues))


@pytest.mark.parametrize("ending", ["", "/unduh"])
def test_an_expired_link_says_so_and_gives_nothing(site: Site, ending: str) -> None:
    path = link(site)

    site.world.clock.forward(days=180)
    page = site.browser().get(path + ending)

    assert page.status == 410
    assert "180 hari" in page.words


@pytest.mark.parametrize("ending", ["", "/unduh"])
def test_a_link_of_a_bundle_that_was_replaced_gives_nothing(site: Site, ending: str) -> None:
    path = link(site)
    (bundle,) = site.world.bundles.stored.values()

    consent_to(site.world, site.world.app.command_handler.get(bundle.ticket), with_identity=True)
    page = site.browser().get(path + ending)

    assert page.status == 410
    assert "sudah diganti" in page.words


@pytest.mark.parametrize("ending", ["", "/unduh"])
def test_an_unknown_link_is_refused_politely(site: Site, ending: str) -> None:
    page = site.browser().get(f"/o/AAAAAAAAAAAAAAAAAAAAAA{ending}")

    assert page.status == 404
    assert "Salin seluruh tautan" in page.words


def test_who_guesses_links_is_made_to_wait(site: Site) -> None:
    browser = site.browser()

    statuses = [browser.get(f"/o/{n:022d}").status for n in range(61)]

    assert (statuses[0], statuses[-1]) == (404, 429)
