"""The decisions that officers are offered on their pages."""

import pytest

from chalicelib.domain.directory.agencies import Category
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.ticket import create_ticket
from chalicelib.services.complaints.decision_inputs import DecisionInput, list_inputs
from chalicelib.services.complaints.decisions import list_actions_now
from chalicelib.services.staff.officer_links import to_actor
from chalicelib.web.pages.decision_forms import list_form_fields
from tests.decisions import decision
from tests.sample_region import (
    ADMIN,
    AGENCIES,
    CITIZEN,
    COORDINATOR,
    HEAD,
    LIAISON,
    OTHER_LIAISON,
    REGION,
    officer,
)
from tests.unit.web.pages.page_browser import Browser, Page, Site

CENTRAL = officer("pusat", Role.CENTRAL_ADMIN)
SECRETARY = officer("pupr-sekretaris", Role.SECRETARIAT, "pupr")
IN_UNIT = officer("pupr-bina", Role.UNIT, "pupr", unit="bina-marga")
INSPECTOR = officer("inspektur", Role.INSPECTORATE)


def follow(site: Site, procedure: str) -> None:
    """Let the region follow another procedure."""
    site.world.directory.put(REGION.model_copy(update={"procedure": procedure}))


def path_of(ticket: str) -> str:
    return f"/petugas/laporan/{ticket}"


def decide(browser: Browser, about: str, decision: str, **typed: str | tuple[str, ...]) -> Page:
    path = path_of(about)
    return browser.send(browser.get(path), path, ("decision", decision), **typed)


def forwarded(site: Site, *decisions: DecisionInput, **more: object) -> str:
    ticket = site.file(**more)
    site.forward(ticket)
    for made in decisions:
        site.decide(ticket, LIAISON, made)
    return ticket


def test_one_form_stands_open_and_the_rare_ones_are_folded_away(site: Site) -> None:
    page = site.browser(ADMIN).get(path_of(site.file()))

    assert [form.buttons for form in page.unfolded_forms("/petugas/laporan")] == [[("decision", "forward")]]
    folded = {value for form in page.forms for _, value in form.buttons} - {"forward"}
    assert {"ask", "hand_over", "archive", "merge", "split", "redact", "link", "reply"} <= folded


def test_the_page_offers_what_the_officer_may_do_and_nothing_else(site: Site) -> None:
    ticket = forwarded(site)
    complaint = site.world.complaints.snapshots[ticket]

    for who in (ADMIN, COORDINATOR, LIAISON):
        page = site.browser(who).get(path_of(ticket))
        offered = {value for form in page.forms for name, value in form.buttons if name == "decision"}
        assert offered == set(list_actions_now(complaint, to_actor(who), site.world.clock()))


@pytest.mark.parametrize("state", ["received", "forwarded", "review"])
def test_no_two_fields_of_a_page_share_an_id(site: Site, state: str) -> None:
    ticket = site.file() if state == "received" else forwarded(site)
    if state == "review":
        site.decide(ticket, LIAISON, decision("answer", text="Sudah."))

    for who in (ADMIN, LIAISON):
        ids = site.browser(who).get(path_of(ticket)).ids
        assert sorted(ids) == sorted(set(ids))


def test_the_officers_page_is_light(site: Site) -> None:
    page = site.browser(ADMIN).get(path_of(site.file()))

    assert len(page.html.encode()) < 100_000


def test_what_is_missing_is_asked_for_by_name(site: Site) -> None:
    ticket = site.file()

    page = decide(site.browser(ADMIN), ticket, "ask", missing=("photo", "place"), note="Di mana tepatnya?")

    waiting = site.world.complaints.snapshots[ticket].waiting
    assert waiting
    assert waiting.missing == ("photo", "place")
    assert "Tercatat: pelapor diminta melengkapi." in page.words
    assert "Menunggu pelapor sejak" in page.words
    assert "lokasi kejadian" in page.words
    assert "Di mana tepatnya?" in page.words


def test_asking_for_nothing_keeps_the_form_open_with_what_is_wrong(site: Site) -> None:
    ticket = site.file()

    page = decide(site.browser(ADMIN), ticket, "ask")

    assert page.status == 422
    opened = [form.buttons for form in page.unfolded_forms("/petugas/laporan")]
    assert [("decision", "ask")] in opened
    assert site.state(ticket) == "received"


def test_a_complaint_goes_with_supporters_who_give_their_part(site: Site) -> None:
    ticket = site.file()
    decide(site.browser(ADMIN), ticket, "forward", supporters=("dlh",))

    page = decide(site.browser(OTHER_LIAISON), ticket, "support", text="Sampahnya kami angkut.")

    assert "Tercatat: dukungan dikirim." in page.words
    read = site.browser(LIAISON).get(path_of(ticket)).words
    assert "Sampahnya kami angkut." in read
    assert "Instansi pendukung Dinas Lingkungan Hidup" in read


def test_a_reporter_is_sent_to_the_body_in_charge_and_the_outcome_is_recorded(site: Site) -> None:
    ticket = site.file()
    admin = site.browser(ADMIN)

    page = decide(
        admin, ticket, "hand_over",
        body="Balai Jalan Nasional", address="Jl. Contoh 1", reason="Jalan nasional.",
    )  # fmt: skip
    assert site.state(ticket) == "handed_over"
    assert "Balai Jalan Nasional, Jl. Contoh 1" in page.words
    page = decide(admin, ticket, "end_handover", outcome="answered", text="Masuk rencana 2027.")

    assert "Tercatat: pengalihan selesai." in page.words
    assert "Lembaga itu sudah menjawab Masuk rencana 2027." in page.words


def test_a_complaint_is_filed_away_only_with_a_reason_the_reporter_reads(site: Site) -> None:
    ticket = site.file()
    admin = site.browser(ADMIN)

    assert decide(admin, ticket, "archive", reason="private").error_at("archive-text")
    assert decide(admin, ticket, "archive", reason="already_handled", text="Sudah.").status == 422
    assert site.state(ticket) == "received"
    page = decide(admin, ticket, "archive", reason="private", text="Silakan ke pengadilan agama.")

    assert site.state(ticket) == "archived"
    assert "Silakan ke pengadilan agama." in page.words


def test_a_duplicate_leads_to_the_complaint_it_follows(site: Site) -> None:
    parent, ticket = site.file(), site.file()

    page = decide(site.browser(ADMIN), ticket, "merge", parent=parent.lower())

    assert site.state(ticket) == "duplicate"
    assert path_of(parent) in [link["href"] for link in page.tags("a")]


def test_by_a_link_the_numbers_of_other_complaints_lead_nowhere(site: Site) -> None:
    other, ticket = site.file(), site.file()
    decide(site.browser(ADMIN), ticket, "link", ticket=other)

    page = site.browser().get(site.link(ADMIN, ticket))

    assert f"Laporan terkait {other}" in page.words
    assert [link for link in page.tags("a") if other in link["href"]] == []


def test_guessing_other_complaints_numbers_is_limited(site: Site) -> None:
    ticket = site.file()
    site.world.limits.counts.clear()

    page = decide(site.browser(ADMIN), ticket, "link", ticket=create_ticket("CTH", lambda _: 0))

    assert page.status == 422
    assert decide(site.browser(ADMIN), ticket, "link", ticket="CTH-222222").error_at("link-ticket")
    assert [what for what, _ in site.world.limits.counts] == ["look-up/account"]


def test_a_second_matter_gets_a_number_of_its_own(site: Site) -> None:
    ticket = site.file()

    page = decide(
        site.browser(ADMIN), ticket, "split",
        category="sampah", title="Sampah menumpuk", narrative="Juga ada sampah.",
    )  # fmt: skip

    assert "Tercatat: hal kedua mendapat nomor sendiri." in page.words
    (other,) = [one for one in site.world.complaints.snapshots.values() if one.ticket != ticket]
    assert other.category == "sampah"


def test_words_of_abuse_are_masked_starting_from_what_was_written(site: Site) -> None:
    ticket = site.file(narrative="Lubang, dasar bodoh.")
    admin = site.browser(ADMIN)
    path = path_of(ticket)
    page = admin.get(path)
    form = page.form(path, ("decision", "redact"))
    assert ("narrative", "Lubang, dasar bodoh.") in form.fields

    admin.send(page, path, ("decision", "redact"), narrative="Lubang, dasar ***.")
    site.forward(ticket)

    assert "dasar ***" in site.browser(LIAISON).get(path).words
    assert "bodoh" not in site.browser(LIAISON).get(path).html


def test_class_and_category_are_corrected_on_the_way(site: Site) -> None:
    ticket = forwarded(site)

    decide(site.browser(COORDINATOR), ticket, "reclassify", complaint_class="aspiration")

    complaint = site.world.complaints.snapshots[ticket]
    assert (complaint.complaint_class, complaint.category) == ("aspiration", "jalan-rusak")


def test_the_central_admin_moves_what_was_filed_in_the_wrong_region(site: Site) -> None:
    other = REGION.model_copy(update={"slug": "kota-lain", "name": "Kota Lain", "prefix": "LAN"})
    site.world.directory.put(other)
    site.world.directory.put(Category(code="lain", region="kota-lain", name_id="Lain-lain", name_en="Other"))
    ticket = site.file()

    page = decide(
        site.browser(site.employ(CENTRAL)), ticket, "reroute", region="kota-lain", reason="Wilayah kota."
    )

    assert "Tercatat: laporan dipindahkan." in page.words
    assert site.world.complaints.snapshots[ticket].rerouted_to == "kota-lain"


def test_an_anonymous_name_is_shown_after_a_recorded_look_for_an_hour_to_that_officer_only(
    site: Site,
) -> None:
    ticket = site.file(anonymous=True)
    admin = site.browser(ADMIN)
    assert CITIZEN.name not in admin.get(path_of(ticket)).html

    page = decide(admin, ticket, "see_identity", reason="Perlu menghubungi pelapor.")

    assert CITIZEN.name in page.words
    assert CITIZEN.name not in site.browser(COORDINATOR).get(path_of(ticket)).html
    site.world.clock.forward(hours=1)
    assert CITIZEN.name not in admin.get(path_of(ticket)).html


def test_an_officer_who_gives_a_complaint_back_lands_on_their_desk(site: Site) -> None:
    ticket = forwarded(site)

    page = decide(site.browser(LIAISON), ticket, "return", reason="Wewenang Dinas Lingkungan Hidup.")

    assert (page.path, page.status) == ("/petugas?tercatat=return", 200)
    assert "Tercatat: laporan dikembalikan kepada admin." in page.words
    admins = site.browser(ADMIN).get(path_of(ticket))
    assert "Wewenang Dinas Lingkungan Hidup." in admins.words
    assert "Dikembalikan: bukan wewenang" in admins.words


def test_who_has_returned_it_is_not_suggested_again(site: Site) -> None:
    ticket = forwarded(site, decision("return", reason="Bukan kami."))

    page = site.browser(ADMIN).get(path_of(ticket))

    assert dict(page.form(path_of(ticket), ("decision", "forward")).fields).get("agency") is None


def test_asking_for_time_moves_no_deadline(site: Site) -> None:
    ticket = forwarded(site)
    due = site.world.complaints.snapshots[ticket].step

    page = decide(site.browser(LIAISON), ticket, "ask_for_time", until="2026-12-01", reason="Menunggu alat.")

    assert "Batas waktunya tetap." in page.words
    assert "Menunggu alat." in page.words
    after = site.world.complaints.snapshots[ticket].step
    assert due
    assert after
    assert after.due_at == due.due_at


def test_a_date_that_is_none_is_told_at_its_field(site: Site) -> None:
    ticket = forwarded(site)

    page = decide(site.browser(LIAISON), ticket, "ask_for_time", until="besok", reason="Menunggu alat.")

    assert page.status == 422
    assert page.error_at("ask_for_time-until")
    assert "Menunggu alat." in [value for form in page.forms for _, value in form.fields]


def test_an_answer_can_be_a_dated_plan(site: Site) -> None:
    ticket = forwarded(site)

    decide(
        site.browser(LIAISON), ticket, "answer",
        text="Akan ditambal.", plan_date="2026-12-10", plan_owner="Kepala Bidang",
    )  # fmt: skip

    plan = site.world.complaints.snapshots[ticket].answers[0].plan
    assert plan
    assert plan.date.isoformat() == "2026-12-10"


def test_half_a_plan_is_said_to_be_one(site: Site) -> None:
    ticket = forwarded(site)

    page = decide(site.browser(LIAISON), ticket, "answer", text="Akan ditambal.", plan_date="2026-12-10")

    assert page.status == 422
    assert "kosongkan keduanya." in page.words
    assert ".." not in page.words
    assert site.state(ticket) == "forwarded"
    again = page.form(path_of(ticket), ("decision", "answer"))
    assert ("plan_date", "2026-12-10") in again.fields
    assert not again.folded


def test_the_inner_rows_of_an_agency_are_walked_by_their_pages(site: Site) -> None:
    follow(site, "disporbudpar")
    unit = {"id": "bina-marga", "name": "Bidang Bina Marga"}
    site.world.directory.put(AGENCIES[0].model_validate({**AGENCIES[0].model_dump(), "units": [unit]}))
    site.employ(IN_UNIT)
    ticket = forwarded(site)
    liaison, head, in_unit = (site.browser(one) for one in (LIAISON, HEAD, IN_UNIT))

    decide(liaison, ticket, "accept")
    decide(liaison, ticket, "proceed", note="Tercatat di buku.")
    assert decide(head, ticket, "dispose", instruction="Periksa.").error_at("dispose-unit")
    decide(head, ticket, "dispose", unit="bina-marga", instruction="Periksa hari ini.")
    decide(liaison, ticket, "proceed")
    page = in_unit.get(path_of(ticket))
    assert "Periksa hari ini." in page.words
    assert "Bidang Bina Marga · " in page.words
    page = in_unit.get(f"{path_of(ticket)}?key={site.upload()}")
    in_unit.send(page, path_of(ticket), ("decision", "proceed"), note="Sudah diperiksa.")

    with_result = liaison.get(path_of(ticket))
    assert "Sudah diperiksa." in with_result.words
    picture = with_result.tags("img")[0]["src"]
    assert liaison.get(picture, follow=False).status == 303


def test_the_consultation_goes_before_the_agency(site: Site) -> None:
    follow(site, "tarakan-2024")
    ticket = site.file(uploads=(site.upload(),))
    decide(site.browser(ADMIN), ticket, "forward", consult="ya")

    page = decide(site.browser(COORDINATOR), ticket, "advise", text="Dokumennya terbuka.")

    assert "Tercatat: hasil konsultasi dikirim." in page.words
    assert "Dokumennya terbuka." in site.browser(LIAISON).get(path_of(ticket)).words


def test_proof_is_asked_for_only_where_the_procedure_wants_it(site: Site) -> None:
    without = site.browser(LIAISON).get(path_of(forwarded(site)))
    follow(site, "tarakan-2024")
    site.employ(SECRETARY)
    ticket = forwarded(site, decision("accept"), uploads=(site.upload(),))
    decide(site.browser(SECRETARY), ticket, "proceed")

    page = decide(site.browser(LIAISON), ticket, "answer", text="Sudah ditambal.")

    assert "f-answer-proof_note" not in without.ids
    assert "f-answer-proof_note" in page.ids
    assert page.status == 422
    assert site.world.complaints.snapshots[ticket].answers == ()


def test_a_protected_report_is_nobodys_to_find_but_the_inspectorates(site: Site) -> None:
    site.employ(INSPECTOR)
    ticket = site.file(anonymous=True, confidential=True, about_agency="pupr", uploads=(site.upload(),))
    picture = site.world.complaints.snapshots[ticket].files[0].name

    page = site.browser(INSPECTOR).get(path_of(ticket))
    assert "decide" in page.ids
    for who in (ADMIN, COORDINATOR, LIAISON, HEAD, site.employ(CENTRAL)):
        denied = site.browser(who).get(path_of(ticket))
        assert denied.status == 404
        assert "setengah meter" not in denied.html
        assert site.browser(who).get(f"{path_of(ticket)}/tanda-terima").status == 404
        assert ticket not in site.browser(who).get("/petugas").html
        assert site.browser(who).get(f"/laporan/{ticket}/berkas/{picture}").status == 404


@pytest.mark.parametrize("decision", ["reply", "see_identity", "link", "support", "reclassify"])
def test_nothing_can_be_decided_about_a_protected_report_that_one_may_not_know(
    site: Site, decision: str
) -> None:
    site.employ(INSPECTOR)
    ticket = site.file(anonymous=True, confidential=True, about_agency="pupr")
    events = len(site.world.complaints.histories[ticket])
    for who in (ADMIN, COORDINATOR, LIAISON):
        browser = site.browser(who)
        token = dict(browser.get("/petugas").form("/keluar").fields)["csrf"]
        tag = site.world.complaints.snapshots[ticket].tag
        said = {"text": "x", "reason": "x", "ticket": ticket, "category": "sampah"}

        page = browser.post(path_of(ticket), {"decision": decision, "tag": tag, "csrf": token} | said)

        assert page.status == 404
        assert len(site.world.complaints.histories[ticket]) == events


def test_looking_again_after_a_look_shows_who_looked_in_the_history(site: Site) -> None:
    ticket = site.file(anonymous=True)
    site.decide(ticket, ADMIN, decision("see_identity", reason="Perlu."))

    page = site.browser(COORDINATOR).get(path_of(ticket))

    assert "Petugas melihat identitas pelapor, dengan alasan yang dicatat." in page.words


def test_a_link_whose_step_waited_for_the_reporter_tells_how_it_really_ended(site: Site) -> None:
    ticket = forwarded(site)
    link = site.link(LIAISON, ticket)
    site.decide(ticket, LIAISON, decision("ask", missing=("time",)))
    assert "Pelapor diminta memberi keterangan." in site.browser().get(link).words
    site.complete(ticket, text="Kemarin pagi.")
    site.answer(ticket)

    assert "Instansi mengirim jawaban kepada admin." in site.browser().get(link).words


def test_what_was_typed_for_a_decision_that_is_gone_is_given_back(site: Site) -> None:
    ticket = site.file()
    admin = site.browser(ADMIN)
    page = admin.get(path_of(ticket))
    site.decide(ticket, ADMIN, decision("hand_over", body="Balai", address="Jl. A", reason="Bukan kami."))

    late = admin.send(page, path_of(ticket), ("decision", "archive"), reason="private", text="Panjang sekali")

    assert late.status == 412
    assert "Panjang sekali" in late.words


def test_the_admin_types_in_the_answer_of_an_agency_that_is_reached_by_letter(site: Site) -> None:
    site.world.directory.put(AGENCIES[2].model_copy(update={"by_letter": True}))
    ticket = site.file()
    admin = site.browser(ADMIN)
    page = decide(admin, ticket, "forward", agency="bpn")
    assert "Instansi ini dihubungi dengan surat." in page.words

    page = admin.get(f"{path_of(ticket)}?key={site.upload()}")
    admin.send(page, path_of(ticket), ("decision", "answer"), text="Surat kami nomor 1.")

    (answer,) = site.world.complaints.snapshots[ticket].answers
    assert (answer.agency, answer.on_behalf, len(answer.files)) == ("bpn", True, 1)


def test_uploaded_files_go_with_the_decision_that_takes_files(site: Site) -> None:
    follow(site, "disporbudpar")
    ticket, key = forwarded(site, decision("accept")), site.upload()

    page = site.browser(LIAISON).get(f"{path_of(ticket)}?key={key}")

    with_files = [form.buttons for form in page.forms if ("foto", key) in form.fields]
    assert with_files == [[("decision", "proceed")]]


def test_a_link_of_a_step_that_ended_the_complaint_tells_of_that_and_not_of_what_came_later(
    site: Site,
) -> None:
    ticket, other = site.file(), site.file()
    link = site.link(ADMIN, ticket)
    site.decide(ticket, ADMIN, decision("archive", reason="private", text="Urusan keluarga."))
    site.decide(ticket, COORDINATOR, decision("link", ticket=other))

    assert "Laporan diarsipkan dengan alasan." in site.browser().get(link).words


def test_a_link_tells_nothing_of_a_report_that_became_protected(site: Site) -> None:
    site.employ(INSPECTOR)
    ticket = site.file(anonymous=True, about_agency="pupr")
    link = site.link(ADMIN, ticket)
    browser = site.browser()

    done = browser.send(browser.get(link), link, ("decision", "forward"), confidential="ya")

    assert site.world.complaints.snapshots[ticket].protected
    assert "setengah meter" not in done.html
    assert "Jabatan admin" not in done.words.replace("khusus untuk Jabatan admin", "")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_officers_can_be_read_in_both_languages(site: Site, language: str) -> None:
    tickets = [site.file(), forwarded(site), forwarded(site, decision("answer", text="Sudah."))]
    site.decide(tickets[0], ADMIN, decision("ask", missing=("photo",)))

    for who in (ADMIN, COORDINATOR, LIAISON):
        for ticket in tickets[1:] if who is LIAISON else tickets:
            assert site.browser(who, language).get(path_of(ticket)).status == 200


def test_every_decision_has_a_form_with_every_field_it_cannot_do_without() -> None:
    for decision_name, model in list_inputs().items():
        fields = {field.name for field in list_form_fields(decision_name)}
        needed = {name for name, field in model.model_fields.items() if field.is_required()}
        assert needed - {"decision"} <= fields, decision_name
        assert fields - set(model.model_fields) <= {"address"}, decision_name


@pytest.mark.parametrize(
    ("decision", "typed", "state"),
    [
        ("verify", {}, "verified"),
        ("ask", {"missing": ("time",), "note": "Kapan?"}, "needs_completion"),
        ("hand_over", {"body": "Balai", "address": "Jl. A", "reason": "Jalan nasional."}, "handed_over"),
        ("archive", {"reason": "in_court", "text": "Sedang diperiksa."}, "archived"),
        ("redact", {"narrative": "Lubang, ***."}, "received"),
        ("split", {"category": "sampah", "title": "Sampah", "narrative": "Ada sampah."}, "received"),
        ("reply", {"text": "Kami periksa dahulu."}, "received"),
    ],
)
def test_an_admin_decides_by_a_link_as_by_the_page(
    site: Site, decision: str, typed: dict[str, str | tuple[str, ...]], state: str
) -> None:
    for by_link in (True, False):
        ticket = site.file()
        browser = site.browser() if by_link else site.browser(ADMIN)
        path = site.link(ADMIN, ticket) if by_link else path_of(ticket)
        markers = len(site.world.complaints.markers)

        page = browser.send(browser.get(path), path, ("decision", decision), **typed)

        assert page.status == 200
        assert site.state(ticket) == state
        assert len(site.world.complaints.markers) == markers + 1


@pytest.mark.parametrize(
    ("decision", "typed", "kind"),
    [
        ("return", {"reason": "Bukan kami."}, "return"),
        ("ask_for_time", {"until": "2026-12-01", "reason": "Menunggu alat."}, "time"),
    ],
)
def test_an_agency_notes_by_a_link_what_the_admin_then_reads(
    site: Site, decision: str, typed: dict[str, str], kind: str
) -> None:
    ticket = forwarded(site)
    link, browser = site.link(LIAISON, ticket), site.browser()

    browser.send(browser.get(link), link, ("decision", decision), **typed)

    assert [note.kind for note in site.world.complaints.snapshots[ticket].notes] == [kind]
    assert typed["reason"] in site.browser(ADMIN).get(path_of(ticket)).words
