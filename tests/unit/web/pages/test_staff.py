import pytest

from chalicelib.domain.directory.officers import Officer
from chalicelib.services.ports import MessageRecord
from tests.decisions import decision
from tests.fake_stores import MONDAY
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, OTHER_LIAISON
from tests.unit.web.pages.page_browser import Site


def test_the_desk_has_the_nearest_deadline_first_and_says_what_is_late(site: Site) -> None:
    site.file(title="Yang pertama")
    site.world.clock.forward(days=1)
    site.file(title="Yang kedua")
    site.world.clock.forward(days=1)
    site.file(title="Yang ketiga")

    page = site.browser(ADMIN).get("/petugas")

    assert page.words.index("Yang pertama") < page.words.index("Yang kedua") < page.words.index("Yang ketiga")
    assert "Terlambat, batas waktunya Selasa, 24 November 2026" in page.words
    assert "Hari ini: Rabu, 25 November 2026" in page.words
    assert "Paling lambat Kamis, 26 November 2026" in page.words


def test_an_empty_desk_says_so(site: Site) -> None:
    assert "Tidak ada laporan yang menunggu Anda." in site.browser(COORDINATOR).get("/petugas").words


def test_citizens_have_no_desk(site: Site) -> None:
    browser = site.browser(CITIZEN)

    assert browser.get("/petugas").status == 403
    assert browser.get(f"/petugas/laporan/{site.file()}").status == 403
    assert browser.post(f"/petugas/laporan/{site.file()}", {"decision": "forward"}).status == 403


def test_the_whole_way_can_be_walked_by_signing_in(site: Site) -> None:
    ticket = site.file()
    path = f"/petugas/laporan/{ticket}"
    admin, liaison = site.browser(ADMIN), site.browser(LIAISON)

    page = admin.send(admin.get(path), path, ("decision", "forward"))
    assert "Tercatat: laporan diteruskan." in page.words
    page = liaison.send(liaison.get(path), path, ("decision", "accept"))
    page = liaison.send(page, path, ("decision", "answer"), text="Sudah ditambal.")
    assert "Tercatat: jawaban terkirim." in page.words
    page = admin.send(admin.get(path), path, ("decision", "publish"))
    assert "Tercatat: jawaban diterbitkan." in page.words

    assert site.world.complaints.snapshots[ticket].published_answers


def test_another_agencys_complaint_is_not_shown(site: Site) -> None:
    ticket = site.forward(site.file())

    page = site.browser(OTHER_LIAISON).get(f"/petugas/laporan/{ticket}")

    assert page.status == 403
    assert "setengah meter" not in page.html


def test_whose_turn_it_is_not_sees_no_form(site: Site) -> None:
    ticket = site.forward(site.file())

    page = site.browser(ADMIN).get(f"/petugas/laporan/{ticket}")

    assert "decide" not in page.ids
    assert "Sekarang di tangan Dinas Pekerjaan Umum" in page.words


def test_a_stale_decision_tells_what_has_changed_and_keeps_what_was_typed(site: Site) -> None:
    ticket = site.file()
    path = f"/petugas/laporan/{ticket}"
    browser = site.browser(ADMIN)
    page = browser.get(path)
    site.forward(ticket)

    stale = browser.send(page, path, ("decision", "forward"), note="Catatan yang sudah diketik")

    assert stale.status == 412
    assert "Laporan diteruskan ke instansi." in stale.words
    assert "Catatan yang sudah diketik" in stale.words


def test_without_our_token_nothing_is_decided(site: Site) -> None:
    ticket = site.file()
    tag = site.world.complaints.snapshots[ticket].tag

    page = site.browser(ADMIN).post(
        f"/petugas/laporan/{ticket}", {"decision": "forward", "agency": "pupr", "tag": tag}
    )

    assert page.status == 403
    assert site.state(ticket) == "received"


def test_an_agency_that_does_not_exist_is_told_at_its_field(site: Site) -> None:
    ticket = site.file()
    path = f"/petugas/laporan/{ticket}"
    browser = site.browser(ADMIN)

    page = browser.send(browser.get(path), path, ("decision", "forward"), agency="nothing")

    assert page.status == 422
    assert page.error_at("forward-agency")
    assert site.state(ticket) == "received"


def test_a_decision_of_another_role_is_refused(site: Site) -> None:
    ticket = site.forward(site.file())
    path = f"/petugas/laporan/{ticket}"
    browser = site.browser(ADMIN)
    token = dict(browser.get(path).form("/keluar").fields)["csrf"]
    tag = site.world.complaints.snapshots[ticket].tag

    page = browser.post(path, {"decision": "answer", "text": "x", "tag": tag, "csrf": token})

    assert page.status == 403
    assert site.state(ticket) == "forwarded"


def test_an_answer_sent_back_is_shown_with_why(site: Site) -> None:
    ticket = site.forward(site.file())
    site.decide(ticket, LIAISON, decision("answer", text="Segera."))
    path = f"/petugas/laporan/{ticket}"
    admin = site.browser(ADMIN)

    admin.send(admin.get(path), path, ("decision", "send_back"), reason="Sebutkan tanggalnya.")

    assert "Yang perlu diperbaiki: Sebutkan tanggalnya." in site.browser(LIAISON).get(path).words


def lose(site: Site, ticket: str, recipient: str, outcome: str, channel: str = "email") -> None:
    record = MessageRecord(
        ticket, f"000002.{recipient}.{channel}", 2, recipient, channel, "forwarded", outcome, MONDAY
    )
    site.world.log.records[ticket, record.id] = record


@pytest.mark.parametrize("officer", [COORDINATOR, ADMIN], ids=lambda one: one.role)
def test_news_that_reached_nobody_is_seen_by_who_can_tell_them_otherwise(
    site: Site, officer: Officer
) -> None:
    ticket = site.file()
    lose(site, ticket, "reporter", "bounced")
    lose(site, ticket, LIAISON.id, "failed")
    words = site.browser(officer).get(f"/petugas/laporan/{ticket}").words
    assert "Pelapor (surel). Ditolak oleh alamat tujuan." in words
    assert f"{LIAISON.title} (surel). Gagal dikirim." in words


def test_news_that_arrived_by_another_channel_is_not_lost(site: Site) -> None:
    ticket = site.file()
    lose(site, ticket, "reporter", "bounced")
    lose(site, ticket, "reporter", "sent", "sms")
    assert "Kabar yang tidak sampai" not in site.browser(ADMIN).get(f"/petugas/laporan/{ticket}").words


def test_an_agency_is_not_shown_who_did_not_hear(site: Site) -> None:
    ticket = site.forward(site.file())
    lose(site, ticket, "reporter", "bounced")
    assert "Kabar yang tidak sampai" not in site.browser(LIAISON).get(f"/petugas/laporan/{ticket}").words
