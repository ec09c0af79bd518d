"""What offices print: each paper for whom it is, saying what it has to, and the books as pages and CSV."""

import csv
import io
from typing import Any, get_args

import pytest

from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.procedure.model import Role
from chalicelib.services.records.documents import DocumentKind
from chalicelib.services.routes import create_message
from chalicelib.web.pages.records import PATHS
from chalicelib.workers import steps
from tests.decisions import decision
from tests.sample_region import (
    ADMIN,
    AGENCIES,
    CITIZEN,
    COORDINATOR,
    HEAD,
    LIAISON,
    OTHER_CITIZEN,
    OTHER_LIAISON,
    REGION,
    officer,
)
from tests.unit.web.pages.page_browser import Page, Site

INSPECTOR = officer("inspektur", Role.INSPECTORATE)
ACTING = officer(
    "pupr-plt", Role.HEAD, "pupr", title="Kepala Dinas", acting_for="pupr-kepala", acting_as="Plt."
)
BY_LINK = officer("bpn-1", Role.LIAISON, "bpn")


def path_of(ticket: str, kind: DocumentKind) -> str:
    return f"/petugas/laporan/{ticket}/{PATHS[kind]}"


def at_the_agency(site: Site, agency: str = "pupr", **more: Any) -> str:
    ticket = site.file(**more)
    site.forward(ticket, agency)
    for event in site.world.complaints.list_events(ticket):
        if event.type == "step.opened":
            steps.open_step(create_message(event))
    return ticket


def answered(site: Site, **answer: Any) -> str:
    ticket = at_the_agency(site)
    site.decide(ticket, LIAISON, decision("answer", text="Lubang sudah ditambal.", **answer))
    admin = site.browser(ADMIN)
    path = f"/petugas/laporan/{ticket}"
    admin.send(admin.get(path), path, ("decision", "publish"))
    site.system(ticket, Deliver())
    return ticket


def read(site: Site, who: Any, ticket: str, kind: DocumentKind, language: str = "id") -> Page:
    return site.browser(who, language).get(path_of(ticket, kind))


def test_every_paper_has_an_address() -> None:
    assert set(PATHS) == set(get_args(DocumentKind))


def test_an_officers_page_leads_to_the_papers_that_there_are_and_to_no_other(site: Site) -> None:
    site.employ(BY_LINK)
    tickets = [at_the_agency(site), at_the_agency(site, "bpn"), answered(site)]
    for who in (ADMIN, COORDINATOR, LIAISON, HEAD):
        for ticket in tickets:
            browser = site.browser(who)
            links = {link.get("href", "") for link in browser.get(f"/petugas/laporan/{ticket}").tags("a")}
            for kind in PATHS:
                path = path_of(ticket, kind)
                assert (browser.get(path).status == 200) == (path in links), (who.id, kind)


def test_the_papers_of_a_complaint_are_those_of_who_needs_them(site: Site) -> None:
    site.employ(BY_LINK)
    vertical, done = at_the_agency(site, "bpn"), answered(site)

    def offered(who: Any, ticket: str) -> set[str]:
        page = site.browser(who).get(f"/petugas/laporan/{ticket}")
        return {kind for kind in PATHS if any(path_of(ticket, kind) == a.get("href") for a in page.tags("a"))}

    assert offered(ADMIN, vertical) == {"receipt", "cover_letter", "staff_report", "case_record"}
    assert offered(BY_LINK, vertical) == {"receipt", "disposition", "staff_report", "case_record"}
    assert offered(ADMIN, done) == {"receipt", "answer", "staff_report", "case_record"}
    assert offered(HEAD, done) == {"receipt", "disposition", "answer", "case_record"}


def test_nobody_prints_what_they_may_not_read(site: Site) -> None:
    ticket = answered(site)

    for kind in PATHS:
        assert read(site, OTHER_LIAISON, ticket, kind).status in (403, 404)
        assert read(site, CITIZEN, ticket, kind).status == 403
        assert site.browser().get(path_of(ticket, kind)).path.startswith("/masuk")


def test_a_protected_report_has_papers_at_the_inspektorat_only(site: Site) -> None:
    site.employ(INSPECTOR)
    ticket = site.file(anonymous=True, confidential=True, about_agency="pupr")

    for kind in PATHS:
        for who in (ADMIN, COORDINATOR, LIAISON, HEAD):
            assert read(site, who, ticket, kind).status == 404, kind
    record = read(site, INSPECTOR, ticket, "case_record")
    assert record.status == 200
    assert CITIZEN.name not in record.html


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_paper_can_be_printed_in_both_languages(site: Site, language: str) -> None:
    site.employ(BY_LINK)
    vertical, done = at_the_agency(site, "bpn"), answered(site)
    papers: list[tuple[Any, str, DocumentKind]] = [
        (ADMIN, done, kind) for kind in ("receipt", "answer", "case_record")
    ]
    papers += [
        (ADMIN, done, "staff_report"),
        (ADMIN, vertical, "cover_letter"),
        (LIAISON, done, "disposition"),
    ]

    for who, ticket, kind in papers:
        page = read(site, who, ticket, kind, language)
        assert page.status == 200
        assert ticket in page.words
        assert "PEMERINTAH" in page.words or "KABUPATEN CONTOH" in page.words


def test_an_agency_by_letter_gets_a_cover_letter_with_what_it_may_read(site: Site) -> None:
    site.employ(BY_LINK)
    site.world.directory.put(AGENCIES[2].model_copy(update={"address": "Jl. Agraria 9"}))
    ticket = site.file(anonymous=True)
    site.forward(ticket, "bpn", note="Mohon dicek batas tanahnya.")

    page = read(site, ADMIN, ticket, "cover_letter")

    for said in ("Kantor Pertanahan", "Jl. Agraria 9", "setengah meter", "Anonim", "Mohon dicek", ADMIN.name):
        assert said in page.words
    assert CITIZEN.name not in page.html


def test_a_look_at_a_name_does_not_put_it_into_a_letter(site: Site) -> None:
    site.employ(BY_LINK)
    ticket = at_the_agency(site, "bpn", anonymous=True)
    admin = site.browser(ADMIN)
    path = f"/petugas/laporan/{ticket}"
    admin.send(admin.get(path), path, ("decision", "see_identity"), reason="Perlu menelepon.")

    assert CITIZEN.name in admin.get(path).words
    assert CITIZEN.name not in read(site, ADMIN, ticket, "cover_letter").words


def test_a_disposition_sheet_is_empty_to_be_filled_in_or_says_what_was_disposed(site: Site) -> None:
    unit = {"id": "bina-marga", "name": "Bidang Bina Marga"}
    letterhead = {"letterhead": ("DINAS PEKERJAAN UMUM", "Jalan Contoh 1"), "units": [unit]}
    site.world.directory.put(AGENCIES[0].model_validate({**AGENCIES[0].model_dump(), **letterhead}))
    site.world.directory.put(REGION.model_copy(update={"procedure": "disporbudpar"}))
    ticket = at_the_agency(site)

    empty = read(site, LIAISON, ticket, "disposition").words
    for part in (
        "Surat dari",
        "Nomor agenda 1/2026",
        "Diterima tanggal",
        "Sifat Biasa",
        "Instruksi",
        "Paraf",
    ):
        assert part in empty
    assert "☐ Bidang Bina Marga" in empty
    assert "Jalan Contoh 1" in empty

    browser, path = site.browser(LIAISON), f"/petugas/laporan/{ticket}"
    browser.send(browser.get(path), path, ("decision", "accept"))
    site.decide(ticket, LIAISON, decision("proceed"))
    site.decide(ticket, HEAD, decision("dispose", unit="bina-marga", instruction="Periksa hari ini."))

    filled = read(site, LIAISON, ticket, "disposition").words
    assert "☒ Bidang Bina Marga" in filled
    assert "Periksa hari ini." in filled


def test_an_answer_is_signed_by_the_head_or_the_acting_head(site: Site) -> None:
    ticket = answered(site)
    assert HEAD.name in read(site, ADMIN, ticket, "answer").words

    site.world.directory.put(HEAD.model_copy(update={"active": False}))
    vacant = read(site, ADMIN, ticket, "answer").words
    assert "Kepala Dinas Pekerjaan Umum, ……" in vacant

    site.employ(ACTING)
    assert "Plt. Kepala Dinas, Nama pupr-plt" in read(site, ADMIN, ticket, "answer").words


def test_the_reporter_prints_their_answer_as_a_letter(site: Site) -> None:
    ticket = answered(site, plan_date="2026-12-10", plan_owner="Kepala Bidang")
    path = f"/laporan/{ticket}/surat-jawaban"

    page = site.browser(CITIZEN).get(f"/laporan/{ticket}")
    assert path in [link.get("href") for link in page.tags("a")]
    letter = site.browser(CITIZEN).get(path).words
    for said in ("Lubang sudah ditambal.", "10 Desember 2026", CITIZEN.name, "DINAS", HEAD.name):
        assert said.lower() in letter.lower()
    assert site.browser(OTHER_CITIZEN).get(path).status == 404


def test_an_answer_that_is_not_published_is_no_letter_yet(site: Site) -> None:
    ticket = at_the_agency(site)
    site.decide(ticket, LIAISON, decision("answer", text="Belum diperiksa."))

    for who in (ADMIN, LIAISON):
        assert read(site, who, ticket, "answer").status == 404
    assert site.browser(CITIZEN).get(f"/laporan/{ticket}/surat-jawaban").status == 404


def test_the_case_record_proves_its_files_and_its_history(site: Site) -> None:
    ticket = site.file(uploads=(site.upload(),))
    complaint = site.world.complaints.snapshots[ticket]

    page = read(site, ADMIN, ticket, "case_record")

    assert complaint.files[0].sha256 in page.words
    assert complaint.head in page.words
    assert f"{complaint.seq} peristiwa" in page.words


def test_the_number_stands_on_the_officers_page_and_on_papers(site: Site) -> None:
    at_the_agency(site)
    ticket = at_the_agency(site)

    assert (
        "Nomor agenda 2/2026 · Dinas Pekerjaan Umum"
        in site.browser(ADMIN).get(f"/petugas/laporan/{ticket}").words
    )
    for kind in ("disposition", "staff_report", "case_record"):
        assert "2/2026" in read(site, LIAISON, ticket, kind).words, kind
    assert "2/2026" in read(site, ADMIN, ticket, "case_record").words


def test_a_paper_loads_nothing_and_its_style_is_allowed_by_its_hash(site: Site) -> None:
    page = read(site, ADMIN, at_the_agency(site), "case_record")

    assert "style-src 'sha256-" in page.headers["Content-Security-Policy"]
    assert "@page" in page.html
    assert page.tags("img") == []
    assert len(page.html.encode()) < 100_000


def test_an_agencys_book_is_a_page_and_csv(site: Site) -> None:
    ticket = at_the_agency(site, title="=HYPERLINK(1)")

    page = site.browser(LIAISON).get("/petugas/buku")
    assert "November 2026" in page.words
    assert ticket in page.words
    link = next(a["href"] for a in page.tags("a") if "csv" in a.get("href", ""))
    answer = site.browser(LIAISON).get(link)
    rows = list(csv.reader(io.StringIO(answer.html)))

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.html.count("\r\n") == len(rows) == 2
    assert rows[0][:3] == ["Nomor agenda", "Diterima", "Nomor laporan"]
    assert rows[1][:4] == ["1", "2026-11-23", ticket, "'=HYPERLINK(1)"]
    assert CITIZEN.name not in page.html + answer.html


def test_those_who_look_after_the_region_choose_whose_book(site: Site) -> None:
    ticket = at_the_agency(site, "dlh")

    page = site.browser(COORDINATOR).get("/petugas/buku?instansi=dlh&bulan=2026-11")

    assert ticket in page.words
    assert site.browser(COORDINATOR).get("/petugas/buku?instansi=nobody").status == 403
    assert site.browser(LIAISON).get("/petugas/buku?instansi=dlh").status == 403
    assert site.browser(COORDINATOR).get("/petugas/buku?bulan=besok").status == 422
    assert site.browser(CITIZEN).get("/petugas/buku").status == 403


def test_the_recapitulation_is_a_page_and_csv(site: Site) -> None:
    answered(site)
    site.file(category="sampah")

    page = site.browser(COORDINATOR).get("/petugas/rekap")
    answer = site.browser(COORDINATOR).get("/petugas/rekap/csv?bulan=2026-11")
    rows = list(csv.reader(io.StringIO(answer.html)))

    assert page.status == 200
    assert rows[0][2:5] == ["Jumlah", "Puas", "Tanpa tanggapan"]
    assert rows[1][:3] == ["Semua", "", "2"]
    assert rows[-1][:3] == ["Laporan yang dilindungi", "", "kurang dari 5"]
    assert all(len(row) == len(rows[0]) for row in rows)
    for row in rows:
        assert all(cell in page.words for cell in row)
    assert site.browser(LIAISON).get("/petugas/rekap").status == 403


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_books_can_be_read_in_both_languages(site: Site, language: str) -> None:
    at_the_agency(site)
    for path in ("/petugas/buku", "/petugas/rekap"):
        assert site.browser(ADMIN, language).get(path).status == 200


@pytest.mark.parametrize("who", [ADMIN, COORDINATOR, LIAISON, INSPECTOR])
def test_the_books_are_found_from_every_page_of_who_keeps_them(site: Site, who: Any) -> None:
    site.employ(who)
    browser = site.browser(who)
    for link in browser.get("/petugas").tags("a"):
        if link.get("href", "").startswith(("/petugas/buku", "/petugas/rekap")):
            assert browser.get(link["href"]).status == 200
    assert any(link.get("href") == "/petugas/buku" for link in browser.get("/petugas").tags("a"))
