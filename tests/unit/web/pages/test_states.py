"""What a reporter reads in each state of a complaint, and what they can do in it."""

from collections.abc import Callable
from datetime import date

import pytest

from chalicelib.domain.complaint.duplicates import LinkComplaint, NoteSplit
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.state import STATES
from chalicelib.domain.complaint.timers import ReachRung, RecomputeDeadlines
from chalicelib.domain.directory.agencies import Category
from chalicelib.domain.procedure.model import Role
from chalicelib.services.complaints.decision_inputs import DecisionInput
from chalicelib.services.complaints.decisions import create_request
from tests.decisions import decision
from tests.fakes import FakeWorld
from tests.sample_region import ADMIN, CITIZEN, COORDINATOR, LIAISON, OTHER_LIAISON, REGION, officer
from tests.unit.web.pages.page_browser import Browser, Page, Site, serving
from tests.world import asks, citizen

INSPECTOR = officer("inspektur", Role.INSPECTORATE)
CENTRAL = officer("pusat", Role.CENTRAL_ADMIN)
Made = Callable[[Site], str]


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    world.directory.put(INSPECTOR)
    return world


def says(site: Site, ticket: str, decision: DecisionInput) -> None:
    """The reporter decides."""
    site.count += 1
    request = create_request(citizen(), ticket, decision, key=f"says-{site.count}")
    site.world.app.decisions.decide(ticket, decision, request)


def rings(site: Site, ticket: str, clock: str, rung: str = "due") -> None:
    """Time goes on until a rung of an open clock is reached."""
    found = next(one for one in site.world.complaints.snapshots[ticket].clocks if one.name == clock)
    site.world.clock.instant = next(one.nominal_at for one in found.rungs if one.name == rung)
    site.system(ticket, ReachRung(clock=clock, visit=found.visit, generation=found.generation, rung=rung))


def forwarded(site: Site, agency: str = "pupr") -> str:
    return site.forward(site.file(), agency)


def to_complete(site: Site) -> str:
    ticket = site.file()
    note = "Lampu yang mana? Nomor tiangnya ada di batang tiang."
    site.decide(ticket, ADMIN, decision("ask", missing=("photo", "place", "time"), note=note))
    return ticket


def items_asked(site: Site) -> str:
    ticket = forwarded(site)
    site.decide(ticket, LIAISON, decision("ask", missing=("document",)))
    return ticket


def lapsed(site: Site) -> str:
    ticket = to_complete(site)
    rings(site, ticket, "completion")
    return ticket


def in_review(site: Site, **more: object) -> str:
    ticket = forwarded(site)
    site.decide(ticket, LIAISON, decision("answer", **{"text": "Sudah ditambal.", **more}))
    return ticket


def answered(site: Site, **more: object) -> str:
    return site.publish(in_review(site, **more))


def planned(site: Site) -> str:
    return answered(site, plan_date=date(2026, 12, 14), plan_owner="Kepala Bidang Bina Marga")


def questioned(site: Site) -> str:
    ticket = answered(site)
    says(site, ticket, decision("question", text="Kapan lubang di sebelahnya ditambal?"))
    return ticket


def answered_twice(site: Site) -> str:
    ticket = answered(site)
    says(site, ticket, decision("not_satisfied", reason="Tambalannya sudah terkelupas."))
    site.world.clock.forward(days=3)
    site.decide(ticket, LIAISON, decision("answer", text="Sudah ditambal ulang."))
    site.publish(ticket)
    return ticket


def resolved(site: Site) -> str:
    ticket = answered(site)
    says(site, ticket, decision("satisfied"))
    return ticket


def silent(site: Site) -> str:
    ticket = answered(site)
    rings(site, ticket, "silence")
    return ticket


def handed_over(site: Site) -> str:
    ticket = site.file()
    where = decision(
        "hand_over",
        body="PLN UP3 Contoh",
        address="Jl. Listrik No. 1, telepon 123",
        reason="Jaringan listrik dikelola PLN.",
    )
    site.decide(ticket, ADMIN, where)
    return ticket


def handover_ended(site: Site) -> str:
    ticket = handed_over(site)
    site.decide(
        ticket, ADMIN, decision("end_handover", outcome="answered", text="PLN sudah mengganti tiangnya.")
    )
    return ticket


def archived(site: Site) -> str:
    earlier = answered(site)
    ticket = site.file()
    reason = decision("archive", reason="already_handled", text="Hal ini sudah dijawab.", earlier=earlier)
    site.decide(ticket, ADMIN, reason)
    return ticket


def merged(site: Site) -> str:
    parent, ticket = forwarded(site), site.file()
    site.decide(ticket, ADMIN, decision("merge", parent=parent))
    return ticket


def withdrawn(site: Site) -> str:
    ticket = forwarded(site)
    says(site, ticket, decision("withdraw"))
    return ticket


def withdrawn_but_supervised(site: Site) -> str:
    ticket = site.file()
    site.decide(ticket, ADMIN, decision("verify", complaint_class="supervision"))
    says(site, ticket, decision("withdraw"))
    return ticket


def returned(site: Site) -> str:
    ticket = forwarded(site, "dlh")
    site.decide(
        ticket, OTHER_LIAISON, decision("return", reason="Jalan itu bukan urusan kami, tanyakan ke sebelah.")
    )
    return ticket


def returned_and_forwarded(site: Site) -> str:
    ticket = returned(site)
    site.forward(ticket)
    return ticket


def protected(site: Site) -> str:
    return site.file(anonymous=True, confidential=True, about_agency="pupr")


def referred(site: Site) -> str:
    ticket = forwarded(site)
    rings(site, ticket, "respond", "due")
    rings(site, ticket, "ombudsman")
    return ticket


def consented(site: Site) -> str:
    ticket = referred(site)
    says(site, ticket, decision("consent", with_identity=False))
    return ticket


def rerouted(site: Site) -> str:
    site.world.directory.put(REGION.model_copy(update={"slug": "kota-contoh", "name": "Kota Contoh"}))
    site.world.directory.put(
        Category(code="lain", region="kota-contoh", name_id="Lain-lain", name_en="Other")
    )
    ticket = site.file()
    site.decide(ticket, CENTRAL, decision("reroute", region="kota-contoh", reason="Jalan itu jalan kota."))
    return ticket


MADE: dict[str, Made] = {
    "received": Site.file,
    "needs_completion": to_complete,
    "items_asked": items_asked,
    "lapsed": lapsed,
    "verified": returned,
    "forwarded": returned_and_forwarded,
    "in_progress": protected,
    "answer_review": in_review,
    "answered": planned,
    "question_asked": questioned,
    "answered_twice": answered_twice,
    "resolved": resolved,
    "silent": silent,
    "handed_over": handed_over,
    "handover_ended": handover_ended,
    "archived": archived,
    "duplicate": merged,
    "withdrawn": withdrawn,
    "withdrawn_but_supervised": withdrawn_but_supervised,
    "referred": referred,
    "consented": consented,
    "rerouted": rerouted,
}


def shown(site: Site, ticket: str) -> Page:
    return reporter(site).get(f"/laporan/{ticket}")


def reporter(site: Site) -> Browser:
    return site.browser(CITIZEN)


def offered(page: Page) -> set[str]:
    """The decisions a page has a button for."""
    buttons = {value for form in page.forms for name, value in form.buttons if name == "decision"}
    return buttons | {value for form in page.forms for name, value in form.fields if name == "decision"}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_every_state_has_a_page_with_one_way_to_do_each_thing(site: Site, made: Made) -> None:
    page = shown(site, made(site))

    assert page.status == 200
    assert sorted({one for one in page.ids if page.ids.count(one) > 1}) == []
    assert len(page.html.encode()) < 50_000
    buttons = [button for form in page.forms for button in form.buttons if button[0] == "decision"]
    assert len(buttons) == len(set(buttons))


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_every_state_can_be_read_in_english(site: Site, made: Made) -> None:
    ticket = made(site)

    page = site.browser(CITIZEN, "en").get(f"/laporan/{ticket}")

    assert page.status == 200
    assert page.tags("html") == [{"lang": "en"}]


def test_the_pages_above_are_of_every_state() -> None:
    reached = set()
    for made in MADE.values():
        world = FakeWorld()
        world.directory.put(INSPECTOR)
        with serving(world) as site:
            reached.add(site.state(made(site)))

    assert reached == set(STATES)


@pytest.mark.parametrize(
    ("made", "label"),
    [
        (to_complete, "Menunggu kelengkapan dari Anda"),
        (items_asked, "Menunggu bahan dari Anda"),
        (questioned, "Pertanyaan Anda sedang dijawab"),
        (lapsed, "Dianggap dicabut, tidak dilengkapi 30 hari"),
        (resolved, "Selesai, pelapor menyatakan puas"),
        (silent, "Selesai, tanpa tanggapan pelapor"),
        (handed_over, "Dialihkan ke PLN UP3 Contoh, di luar kewenangan kami"),
        (archived, "Diarsipkan: hal yang sama sudah pernah ditangani"),
        (withdrawn, "Dicabut oleh pelapor"),
    ],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_a_state_is_told_by_its_label(site: Site, made: Made, label: str) -> None:
    assert f"Status {label}" in shown(site, made(site)).words


def test_a_duplicate_names_the_report_it_was_merged_with(site: Site) -> None:
    ticket = merged(site)
    parent = site.world.complaints.snapshots[ticket].parent

    page = shown(site, ticket)

    assert f"Digabung dengan {parent}" in page.words
    assert "Jawabannya sampai juga kepada Anda" in page.words


def test_what_is_missing_is_named_with_the_day_it_lapses(site: Site) -> None:
    page = shown(site, to_complete(site))

    for item in ("foto", "lokasi kejadian", "waktu kejadian", "Nomor tiangnya ada di batang tiang."):
        assert item in page.words
    assert "Paling lambat Rabu, 23 Desember 2026" in page.words
    assert "dianggap dicabut" in page.words


def test_a_photo_is_sent_and_comes_back_to_the_form_that_asks_for_it(site: Site) -> None:
    ticket = to_complete(site)
    browser = reporter(site)
    upload = browser.get(f"/laporan/{ticket}").form("bucket.example/")
    assert dict(upload.fields)["success_action_redirect"] == f"http://localhost:8000/laporan/{ticket}"

    back = browser.get(f"/laporan/{ticket}?bucket=b&key={site.upload().replace('/', '%2F')}")

    button = ("decision", "complete")
    assert ("foto", "incoming/one/file.jpg") in back.form(f"/laporan/{ticket}", button).fields
    assert "https://bucket.example" in back.headers["Content-Security-Policy"]


def test_what_was_asked_for_is_given_and_the_checking_goes_on(site: Site) -> None:
    ticket = to_complete(site)
    browser = reporter(site)
    page = browser.get(f"/laporan/{ticket}?foto={site.upload()}")

    done = browser.send(
        page,
        f"/laporan/{ticket}",
        ("decision", "complete"),
        text="Tadi malam pukul 21.00.",
        address="Jl. Melati 5",
        latitude="-6,70",
        longitude="108,55",
    )

    assert "Kelengkapan Anda sudah diterima" in done.words
    assert site.state(ticket) == "received"
    assert "Jl. Melati 5 -6.70000, 108.55000" in done.words
    assert "Tadi malam pukul 21.00." in done.words
    assert len(site.world.complaints.snapshots[ticket].files) == 1


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"text": "Tadi malam.", "address": "Jl. Melati 5"}, "photos"),
        ({"text": "Tadi malam.", "foto": "incoming/one/file.jpg"}, "address"),
        (
            {"text": "Tadi malam.", "foto": "incoming/one/file.jpg", "latitude": "108,5", "longitude": "-6"},
            "latitude",
        ),
    ],
    ids=["no photo", "no place", "swapped"],
)
def test_what_is_still_missing_is_told_and_nothing_typed_is_lost(
    site: Site, typed: dict[str, str], at: str
) -> None:
    ticket = to_complete(site)
    site.upload()
    browser = reporter(site)

    page = browser.send(
        browser.get(f"/laporan/{ticket}"), f"/laporan/{ticket}", ("decision", "complete"), **typed
    )

    assert page.status == 422
    assert f"#f-{at}" in [link.get("href") for link in page.tags("a")]
    assert f"e-{at}" in page.ids
    form = page.form(f"/laporan/{ticket}", ("decision", "complete"))
    assert {(name, said) for name, said in typed.items() if name != "foto"} <= set(form.fields)
    assert site.state(ticket) == "needs_completion"


def test_who_cannot_give_what_was_asked_can_say_so(site: Site) -> None:
    ticket = to_complete(site)
    browser = reporter(site)

    page = browser.send(
        browser.get(f"/laporan/{ticket}"),
        f"/laporan/{ticket}",
        ("decision", "reply"),
        text="Tiangnya sudah dicabut.",
    )

    assert "Tiangnya sudah dicabut." in page.words
    assert site.state(ticket) == "needs_completion"


def test_items_asked_on_the_way_lapse_into_nothing_worse_than_going_on(site: Site) -> None:
    page = shown(site, items_asked(site))

    assert "dokumen pendukung" in page.words
    assert "penanganan berlanjut setelah tanggal itu" in page.words
    assert "dianggap dicabut" not in page.words


def test_a_question_goes_to_the_agency_and_a_comment_does_not(site: Site) -> None:
    ticket = answered(site)
    browser = reporter(site)
    page = browser.get(f"/laporan/{ticket}")

    commented = browser.send(page, f"/laporan/{ticket}", ("decision", "reply"), text="Terima kasih dulu.")
    assert site.world.step_kind(ticket) == "confirm"
    asked = browser.send(commented, f"/laporan/{ticket}", ("decision", "question"), text="Kapan yang lain?")

    assert site.world.step_kind(ticket) == "respond"
    assert "Sekarang di tangan Dinas Pekerjaan Umum" in asked.words
    assert "Pertanyaan Anda sudah diteruskan" in asked.words


def test_a_finished_report_is_reopened_within_its_window(site: Site) -> None:
    ticket = silent(site)
    browser = reporter(site)
    page = browser.get(f"/laporan/{ticket}")
    assert "sampai Selasa, 22 Desember 2026" in page.words

    again = browser.send(page, f"/laporan/{ticket}", ("decision", "reopen"), reason="Lubang lagi.")

    assert "Sedang diproses" in again.words
    assert "Lubang lagi." in again.words


def test_after_the_window_nothing_offers_to_reopen(site: Site) -> None:
    ticket = resolved(site)
    site.world.clock.forward(days=60)

    assert offered(shown(site, ticket)) == set()


def test_what_was_archived_says_why_and_where_the_answer_is_and_may_be_disputed(site: Site) -> None:
    ticket = archived(site)
    earlier = site.world.complaints.snapshots[ticket].archive
    browser = reporter(site)
    page = browser.get(f"/laporan/{ticket}")
    assert "Hal ini sudah dijawab." in page.words
    assert earlier is not None
    assert str(earlier.earlier) in page.words

    browser.send(page, f"/laporan/{ticket}", ("decision", "reopen"), reason="Lubang yang lain.")

    assert site.state(ticket) == "received"


def test_who_is_sent_elsewhere_reads_where_to_go_and_is_never_told_that_it_is_late(site: Site) -> None:
    ticket = handed_over(site)
    site.world.clock.forward(days=60)

    page = shown(site, ticket)

    for said in ("PLN UP3 Contoh", "Jl. Listrik No. 1, telepon 123", "Jaringan listrik dikelola PLN."):
        assert said in page.words
    assert "Terlambat" not in page.words


def test_how_a_handover_ended_is_told(site: Site) -> None:
    assert "PLN sudah mengganti tiangnya." in shown(site, handover_ended(site)).words


def test_withdrawing_is_asked_once_more_before_it_is_done(site: Site) -> None:
    ticket = forwarded(site)
    browser = reporter(site)
    assert "withdraw" not in offered(browser.get(f"/laporan/{ticket}"))

    sure = browser.get(f"/laporan/{ticket}/cabut")
    assert "tidak dapat dibatalkan" in sure.words
    done = browser.send(sure, f"/laporan/{ticket}", ("decision", "withdraw"))

    assert "Dicabut oleh pelapor" in done.words
    assert site.state(ticket) == "withdrawn"


def test_a_reason_that_is_too_long_comes_back_where_it_was_written(site: Site) -> None:
    ticket = forwarded(site)
    browser = reporter(site)

    page = browser.send(
        browser.get(f"/laporan/{ticket}/cabut"),
        f"/laporan/{ticket}",
        ("decision", "withdraw"),
        reason="x" * 4001,
    )

    assert page.status == 422
    assert page.error_at("reason")
    assert site.state(ticket) == "forwarded"


def test_what_cannot_be_withdrawn_any_more_leads_back_to_the_report(site: Site) -> None:
    ticket = resolved(site)

    assert reporter(site).get(f"/laporan/{ticket}/cabut").path == f"/laporan/{ticket}"


def test_withdrawing_a_report_of_misconduct_does_not_end_it_and_says_so(site: Site) -> None:
    ticket = site.file()
    site.decide(ticket, ADMIN, decision("verify", complaint_class="supervision"))
    browser = reporter(site)
    sure = browser.get(f"/laporan/{ticket}/cabut")
    assert "tetap berlanjut tanpa Anda" in sure.words

    done = browser.send(sure, f"/laporan/{ticket}", ("decision", "withdraw"))

    assert site.state(ticket) == "verified"
    assert "Anda mencabut laporan ini pada Senin, 23 November 2026" in done.words


@pytest.mark.parametrize(("choice", "known"), [("yes", True), ("no", False)])
def test_the_ombudsman_gets_the_file_with_or_without_a_name_as_the_reporter_says(
    site: Site, choice: str, known: bool
) -> None:
    ticket = referred(site)
    browser = reporter(site)
    page = browser.get(f"/laporan/{ticket}")
    assert "lembaga negara yang mengawasi pelayanan publik" in page.words

    done = browser.send(page, f"/laporan/{ticket}", ("with_identity", choice))

    assert site.world.complaints.snapshots[ticket].consented_with_identity is known
    assert "Anda menyetujui berkas laporan ini dikirim ke Ombudsman" in done.words
    assert "consent" not in offered(done)


def test_the_ombudsmans_clock_is_told_next_to_the_steps_and_explained_day_by_day(site: Site) -> None:
    page = shown(site, forwarded(site))

    assert "Dapat dibawa ke Ombudsman Setelah Jumat, 22 Januari 2027" in page.words
    assert page.words.count("Mengapa tanggal ini?") == 2
    assert "Jumat, 22 Januari 2027 Hari ke-60" in page.words


def test_a_plan_has_its_day_its_owner_and_a_deadline_of_its_own(site: Site) -> None:
    page = shown(site, planned(site))

    assert "paling lambat Senin, 14 Desember 2026. Penanggung jawab: Kepala Bidang Bina Marga." in page.words
    assert "Rencana instansi Paling lambat Senin, 14 Desember 2026" in page.words


def test_earlier_answers_stay_and_a_late_one_is_marked(site: Site) -> None:
    page = shown(site, answered_twice(site))

    assert page.words.index("Sudah ditambal ulang.") < page.words.index("Jawaban sebelumnya")
    assert "Sudah ditambal." in page.words
    assert "Kamis, 26 November 2026 pukul 10.00 WIB Terlambat" in page.words


def test_the_agencies_that_returned_it_are_named_and_their_inner_reason_is_not(site: Site) -> None:
    ticket = returned(site)
    assert "Dinas Lingkungan Hidup mengembalikan laporan ini" in shown(site, ticket).words

    site.forward(ticket)
    page = shown(site, ticket)

    assert "Dikembalikan oleh Dinas Lingkungan Hidup pada Senin, 23 November 2026" in page.words
    assert "tanyakan ke sebelah" not in page.html


def test_a_protected_report_says_who_alone_can_read_it(site: Site) -> None:
    page = shown(site, protected(site))

    assert "Hanya Anda dan Inspektorat yang dapat membacanya." in page.words
    assert "Sekarang di tangan Inspektorat, Kabupaten Contoh" in page.words


def test_an_answer_of_the_inspectorate_bears_its_name(site: Site) -> None:
    ticket = protected(site)
    site.decide(ticket, INSPECTOR, decision("answer", text="Petugas itu sudah diperiksa."))
    site.system(ticket, Deliver())

    page = shown(site, ticket)

    assert "Jawaban Inspektorat Senin, 23 November 2026" in page.words
    assert "Petugas itu sudah diperiksa." in page.words


def test_a_deadline_that_moved_shows_both_days(site: Site) -> None:
    ticket = forwarded(site)
    closed = REGION.model_copy(update={"closing_days": {date(2026, 11, 24): "Hari jadi daerah"}})
    site.world.directory.put(closed)
    site.system(ticket, RecomputeDeadlines())

    page = shown(site, ticket)

    assert "Semula Selasa, 24 November 2026, menjadi Rabu, 25 November 2026." in page.words
    assert "Hari tutup: Hari jadi daerah, tidak dihitung" in page.words


def test_rows_that_a_report_leaves_out_are_told_apart(site: Site) -> None:
    site.world.directory.put(REGION.model_copy(update={"procedure": "tarakan-2024"}))
    ticket = site.file(uploads=(site.upload(),))
    site.forward(ticket)

    page = shown(site, ticket)

    rows = [one["class"] for one in page.tags("li") if one.get("class")]
    assert rows == ["done", "done", "skipped", "current", "to_come", "to_come"]
    assert "tidak diperlukan" in page.words


def test_rows_that_a_finished_report_never_came_to_are_not_still_to_come(site: Site) -> None:
    page = shown(site, withdrawn(site))

    assert "to_come" not in [one.get("class") for one in page.tags("li")]


def test_office_minutes_are_counted_out_with_the_hours_they_lie_in(site: Site) -> None:
    site.world.directory.put(REGION.model_copy(update={"procedure": "disporbudpar"}))
    ticket = site.file(uploads=(site.upload(),))
    site.forward(ticket)

    page = shown(site, ticket)

    assert "Hari mulai: 20 menit (jam kerja 07:30-12:00, 13:00-16:00)" in page.words


def test_who_stood_in_for_whom_is_told(site: Site) -> None:
    deputy = officer("pupr-3", Role.LIAISON, "pupr", acting_for=LIAISON.id, acting_as="Plt.")
    site.world.directory.put(deputy)
    ticket = forwarded(site)
    site.decide(ticket, deputy, decision("answer", text="Sudah ditambal."))
    site.publish(ticket)

    assert f"mewakili {LIAISON.title}" in shown(site, ticket).words


def test_the_reporters_own_second_matter_is_linked_and_others_reports_are_not(site: Site) -> None:
    ticket, others = site.file(), site.file()
    second = decision("split", category="sampah", title="Sampah di jalan", narrative="Sampah menumpuk.")
    site.decide(ticket, ADMIN, second)
    split = next(one.ticket for one in site.world.complaints.snapshots.values() if one.origin)
    site.system(ticket, NoteSplit(ticket=split))
    site.world.app.command_handler.execute(ticket, LinkComplaint(ticket=others), asks(COORDINATOR, "link"))

    page = shown(site, ticket)

    links = [link.get("href") for link in page.tags("a")]
    assert f"/laporan/{split}" in links
    assert f"/laporan/{others}" not in links


def test_the_list_says_which_reports_wait_for_their_reporter(site: Site) -> None:
    items_asked(site)
    questioned(site)

    page = reporter(site).get("/laporan")

    assert "Menunggu bahan dari Anda Menunggu Anda Sampai Senin, 7 Desember 2026" in page.words
    assert "Pertanyaan Anda sedang dijawab" in page.words
    assert page.words.count("Menunggu Anda") == 1
