import pytest

from tests.decisions import decision
from tests.sample_region import ADMIN, CITIZEN, LIAISON, OTHER_CITIZEN
from tests.unit.web.pages.page_browser import Browser, Site


def forwarded(site: Site) -> str:
    return site.forward(site.file(), note="Catatan internal")


def answered(site: Site) -> str:
    ticket = forwarded(site)
    site.answer(ticket, uploads=(site.upload(),))
    site.publish(ticket)
    return ticket


def test_the_status_says_who_has_it_since_when_and_until_when(site: Site, browser: Browser) -> None:
    page = browser.get(f"/laporan/{forwarded(site)}")

    assert "Diteruskan ke Dinas Pekerjaan Umum, belum ditindaklanjuti" in page.words
    assert "Sekarang di tangan Dinas Pekerjaan Umum" in page.words
    assert "Sejak Senin, 23 November 2026 pukul 10.00 WIB" in page.words
    assert "Paling lambat Selasa, 24 November 2026" in page.words


def test_the_date_is_explained_day_by_day(site: Site, browser: Browser) -> None:
    site.world.clock.forward(days=4)  # Friday: a weekend lies between

    page = browser.sign_in(CITIZEN).get(f"/laporan/{forwarded(site)}")

    assert "Mengapa tanggal ini?" in page.words
    assert "Jumat, 27 November 2026 Hari mulai, belum dihitung" in page.words
    assert "Sabtu, 28 November 2026 Akhir pekan, tidak dihitung" in page.words
    assert "Senin, 30 November 2026 Hari ke-1" in page.words
    assert "Jadi paling lambat Senin, 30 November 2026." in page.words


def test_the_rows_of_the_procedure_show_where_it_is(site: Site, browser: Browser) -> None:
    page = browser.get(f"/laporan/{forwarded(site)}")

    rows = [one.get("class") for one in page.tags("li") if one.get("class")]
    assert rows == ["done", "done", "done", "current", "to_come", "to_come", "to_come"]
    assert [one for one in page.tags("li") if one.get("aria-current") == "step"]


def test_being_late_is_said_in_words(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    site.world.clock.forward(days=3)

    page = browser.sign_in(CITIZEN).get(f"/laporan/{ticket}")

    assert "Terlambat" in page.words
    assert "Batas waktunya Selasa, 24 November 2026" in page.words


def test_a_reporter_sees_no_internal_note_and_no_answer_before_it_is_published(
    site: Site, browser: Browser
) -> None:
    ticket = forwarded(site)
    site.decide(ticket, LIAISON, decision("answer", text="Rancangan jawaban"))

    page = browser.get(f"/laporan/{ticket}")

    assert "Jawaban sedang diperiksa" in page.words
    assert "Rancangan jawaban" not in page.html
    assert "Catatan internal" not in page.html


def test_the_answer_and_its_picture_are_shown_with_the_question_whether_it_settles_it(
    site: Site, browser: Browser
) -> None:
    ticket = answered(site)

    page = browser.get(f"/laporan/{ticket}")

    assert "Sudah ditambal." in page.words
    assert "Apakah jawaban ini menyelesaikan masalahnya?" in page.words
    picture = browser.get(page.tags("img")[0]["src"])
    assert picture.status == 303
    assert picture.headers["Location"].startswith("https://bucket.example/files/")


def test_being_satisfied_closes_the_report(site: Site, browser: Browser) -> None:
    ticket = answered(site)
    page = browser.get(f"/laporan/{ticket}")

    closed = browser.send(page, f"/laporan/{ticket}", ("decision", "satisfied"))

    assert "Selesai, pelapor menyatakan puas" in closed.words
    assert site.state(ticket) == "resolved"
    offered = {value for form in closed.forms for name, value in form.buttons if name == "decision"}
    assert offered == {"reopen"}


def test_not_being_satisfied_needs_a_reason(site: Site, browser: Browser) -> None:
    ticket = answered(site)
    page = browser.get(f"/laporan/{ticket}")

    asked = browser.send(page, f"/laporan/{ticket}", ("decision", "not_satisfied"), reason="")

    assert asked.status == 422
    assert asked.error_at("reason")
    assert site.state(ticket) == "answered"


def test_a_report_goes_back_to_the_agency_with_the_reason(site: Site, browser: Browser) -> None:
    ticket = answered(site)
    page = browser.get(f"/laporan/{ticket}")

    again = browser.send(page, f"/laporan/{ticket}", ("decision", "not_satisfied"), reason="Masih berlubang.")

    assert "Sedang diproses" in again.words
    assert "Masih berlubang." in again.words
    assert "Sudah ditambal." in again.words


def test_a_reply_is_written_once_however_often_it_is_sent(site: Site, browser: Browser) -> None:
    ticket = forwarded(site)
    page = browser.get(f"/laporan/{ticket}")

    for _ in range(2):
        shown = browser.send(page, f"/laporan/{ticket}", ("decision", "reply"), text="Lubangnya makin besar.")

    assert "Tanggapan Anda sudah terkirim." in shown.words
    assert len(site.world.complaints.snapshots[ticket].replies) == 1


def test_a_verdict_that_came_too_late_is_told_with_how_it_stands(site: Site, browser: Browser) -> None:
    ticket = answered(site)
    page = browser.get(f"/laporan/{ticket}")
    browser.send(page, f"/laporan/{ticket}", ("decision", "satisfied"))

    late = browser.send(page, f"/laporan/{ticket}", ("decision", "not_satisfied"), reason="Ternyata belum.")

    assert late.status in (409, 422)
    assert "Selesai, pelapor menyatakan puas" in late.words


@pytest.mark.parametrize(
    "fields",
    [{"decision": "reply", "text": "x"}, {"decision": "satisfied"}, {"decision": "withdraw"}],
    ids=lambda fields: fields["decision"],
)
def test_without_our_token_nothing_is_said(site: Site, browser: Browser, fields: dict[str, str]) -> None:
    ticket = answered(site)
    before = site.world.complaints.snapshots[ticket]

    page = browser.post(f"/laporan/{ticket}", fields)

    assert page.status == 403
    assert site.world.complaints.snapshots[ticket] == before


def test_anothers_report_looks_like_one_that_does_not_exist(site: Site) -> None:
    ticket = site.file()
    stranger = site.browser(OTHER_CITIZEN)

    theirs = stranger.get(f"/laporan/{ticket}")
    picture = stranger.get(f"/laporan/{ticket}/berkas/x.jpg")
    said = stranger.post(f"/laporan/{ticket}", {"decision": "reply", "text": "x"})
    withdrawal = stranger.get(f"/laporan/{ticket}/cabut")

    assert theirs.status == picture.status == said.status == withdrawal.status == 404
    assert "Laporan tidak ditemukan" in theirs.words
    assert "Lubang" not in theirs.html


def test_a_number_is_found_however_it_is_typed(site: Site, browser: Browser) -> None:
    ticket = site.file()
    typed = ticket.lower().replace("-", " ")

    page = browser.get(f"/laporan?nomor={typed.replace(' ', '+')}")

    assert page.path == f"/laporan/{ticket}"


def test_a_mistyped_number_is_told_as_such(browser: Browser) -> None:
    page = browser.get("/laporan?nomor=CTH-1")

    assert page.status == 404
    assert "ABC-7K3M9X" in page.words


def test_a_file_that_is_not_the_reports_is_not_given(site: Site, browser: Browser) -> None:
    assert browser.get(f"/laporan/{site.file()}/berkas/other.jpg").status == 404


def test_own_reports_come_newest_first_and_page_by_page(site: Site, browser: Browser) -> None:
    for number in range(21):
        site.world.clock.forward(minutes=1)
        site.file(title=f"Laporan ke-{number}.")

    first = browser.get("/laporan")
    more = next(link["href"] for link in first.tags("a") if "kursor" in link.get("href", ""))

    assert first.words.index("ke-20.") < first.words.index("ke-19.")
    assert "ke-0." not in first.words
    assert "ke-0." in browser.get(more).words


def test_an_officer_is_led_to_the_desk_instead(site: Site) -> None:
    ticket = site.file()

    assert site.browser(ADMIN).get(f"/laporan/{ticket}").path == f"/petugas/laporan/{ticket}"
    assert site.browser(ADMIN).get("/laporan").path == "/petugas"
