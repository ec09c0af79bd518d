"""Reports that an officer types in for somebody who wrote, came or called."""

import pytest

from chalicelib.domain.complaint.intake import RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.procedure.model import Role
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, REGION, officer
from tests.unit.web.pages.page_browser import Browser, Page, Site

PATH = "/petugas/laporan-baru"
FILLED = {
    "channel": "visit",
    "received_at": "2026-11-23T09:15",
    "reporter_name": "Mbah Karto",
    "reporter_phone": "0812-3456-7890",
    "category": "jalan-rusak",
    "title": "Lubang di depan balai desa",
    "narrative": "Sudah dua orang jatuh.",
    "address": "Depan balai desa",
}


@pytest.fixture
def admin(site: Site) -> Browser:
    return site.browser(ADMIN)


def type_in(admin: Browser, path: str = PATH, **changed: str) -> Page:
    return admin.send(admin.get(path), PATH, **(FILLED | changed))


def ticket_on(page: Page) -> str:
    return page.path.split("/")[3]


def test_the_desk_of_the_regions_admin_leads_to_it_and_no_other(site: Site, admin: Browser) -> None:
    assert PATH in [link["href"] for link in admin.get("/petugas").tags("a")]
    for other in (COORDINATOR, LIAISON, CITIZEN):
        assert site.browser(other).get(PATH).status == 403


def test_what_was_typed_in_ends_on_a_receipt_with_the_number(site: Site, admin: Browser) -> None:
    page = type_in(admin)

    ticket = ticket_on(page)
    assert page.status == 200
    assert "Tanda terima laporan" in page.words
    for shown in (ticket, "Mbah Karto", "Datang langsung", "Senin, 23 November 2026 pukul 09.15 WIB"):
        assert shown in page.words
    complaint = site.world.complaints.snapshots[ticket]
    assert (complaint.channel, complaint.region, complaint.has_account) == ("visit", REGION.slug, False)
    identity = site.world.complaints.identities[ticket]
    assert (identity.account, identity.phone) == ("", "+6281234567890")


def test_of_a_report_about_officers_the_typist_has_the_receipt_and_from_then_on_nothing(
    site: Site, admin: Browser
) -> None:
    site.employ(officer("inspektur", Role.INSPECTORATE))
    page = type_in(admin, anonymous="ya", confidential="ya", about_agency="pupr")
    ticket = ticket_on(page)
    assert page.status == 200
    assert ticket in page.words
    assert "Mbah Karto" not in page.words
    assert site.world.complaints.snapshots[ticket].protected
    assert admin.get(f"/petugas/laporan/{ticket}").status == 404
    assert site.browser(COORDINATOR).get(page.path).status == 404
    site.world.clock.forward(hours=1)
    assert admin.get(page.path).status == 404


def test_who_came_for_the_reporter_is_kept_with_their_relation(site: Site, admin: Browser) -> None:
    page = type_in(admin, reporter_representative="Budi", reporter_relation="anak")

    identity = site.world.complaints.identities[ticket_on(page)]
    assert (identity.representative, identity.relation) == ("Budi", "anak")


def test_a_letter_needs_its_scan(site: Site, admin: Browser) -> None:
    refused = type_in(admin, channel="letter")
    page = type_in(admin, f"{PATH}?key={site.upload()}", channel="letter")

    assert refused.status == 422
    assert "Pindaian surat belum ada" in refused.words
    assert "Mbah Karto" in refused.value(PATH, "reporter_name")
    assert len(site.world.complaints.snapshots[ticket_on(page)].files) == 1


def test_a_day_that_has_not_come_is_refused_at_its_field(site: Site, admin: Browser) -> None:
    page = type_in(admin, received_at="2026-11-24T09:15")

    assert page.status == 422
    assert page.error_at("received_at")
    assert site.world.complaints.snapshots == {}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("reporter_name", ""),
        ("reporter_phone", "banyak"),
        ("reporter_email", "bukan surel"),
        ("received_at", "kemarin"),
        ("channel", ""),
        ("category", "nothing"),
        ("title", ""),
        ("narrative", " "),
    ],
)
def test_what_is_not_right_is_told_at_its_field(site: Site, admin: Browser, field: str, typed: str) -> None:
    page = type_in(admin, **{field: typed})

    assert page.status == 422
    assert page.error_at(field)
    assert site.world.complaints.snapshots == {}


def test_the_channel_of_citizens_is_none_to_type_in_by(site: Site, admin: Browser) -> None:
    page = type_in(admin, channel="web")

    assert page.status == 422
    assert site.world.complaints.snapshots == {}


def test_a_form_that_is_sent_twice_files_once(site: Site, admin: Browser) -> None:
    form = admin.get(PATH)

    pages = [admin.send(form, PATH, **FILLED) for _ in range(2)]

    assert pages[0].path == pages[1].path
    assert len(site.world.complaints.snapshots) == 1


def test_without_our_token_nothing_is_filed(site: Site, admin: Browser) -> None:
    page = admin.send(admin.get(PATH), PATH, **(FILLED | {"csrf": "made-up"}))

    assert page.status == 403
    assert site.world.complaints.snapshots == {}


def test_the_receipt_of_an_anonymous_report_names_nobody(admin: Browser) -> None:
    page = type_in(admin, anonymous="ya")

    assert "Mbah Karto" not in page.html
    assert "Pelapor Anonim" in page.words


def test_what_the_reporter_says_later_is_recorded_on_their_behalf(site: Site, admin: Browser) -> None:
    ticket = ticket_on(type_in(admin))
    site.system(ticket, RecordComplaint(suggested_agency="pupr"))
    site.forward(ticket)
    site.answer(ticket)
    path = f"/petugas/laporan/{ticket}"
    admin.send(admin.get(path), path, ("decision", "publish"))
    site.system(ticket, Deliver())

    page = admin.get(path)
    assert "Atas nama pelapor" in page.words
    page = admin.send(page, path, ("decision", "not_satisfied"), reason="Tambalannya lepas.")

    assert "Tercatat: pelapor belum puas." in page.words
    assert site.state(ticket) == "in_progress"
    assert "Tambalannya lepas." in page.words


def test_what_is_missing_is_recorded_on_the_reporters_behalf(site: Site, admin: Browser) -> None:
    ticket = ticket_on(type_in(admin, address=""))
    site.system(ticket, RecordComplaint(suggested_agency="pupr"))
    path = f"/petugas/laporan/{ticket}"
    admin.send(admin.get(path), path, ("decision", "ask"), missing=("place",))

    page = admin.send(admin.get(path), path, ("decision", "complete"), address="Depan balai desa")

    assert "Tercatat: kelengkapan diterima." in page.words
    assert site.state(ticket) == "received"


def test_nobody_speaks_for_a_reporter_who_has_an_account(site: Site, admin: Browser) -> None:
    assert "Atas nama pelapor" not in admin.get(f"/petugas/laporan/{site.file()}").words
