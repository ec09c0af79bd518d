"""The detours from the straight way, taken through links in mail and SMS and in the app."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.local.browser import App, Browser, PersonStuck
from infra.local.demo import say
from infra.local.demo_data import PHOTO
from infra.local.journey import Journey
from tests.e2e.demo import REGIONS, Demo, find_category, find_officer, find_officer_by_id
from tests.e2e.filed_complaint import FiledComplaint, Officer

FileComplaint = Callable[..., FiledComplaint]


@pytest.fixture(scope="module")
def neighbour(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


@pytest.fixture
def file_complaint(demo: Demo, region: dict[str, Any], citizen: App) -> FileComplaint:
    """Return a function that files a complaint."""

    def file_for(reporter: App = citizen, **otherwise: Any) -> FiledComplaint:
        return FiledComplaint.file(demo.cloud, region, reporter, **otherwise)

    return file_for


@pytest.fixture(scope="module")
def admin(region: dict[str, Any]) -> Officer:
    return find_officer(region, "regional_admin")


@pytest.fixture(scope="module")
def coordinator(region: dict[str, Any]) -> Officer:
    return find_officer(region, "coordinator")


@pytest.fixture(scope="module")
def liaison(region: dict[str, Any]) -> Officer:
    return find_officer(region, "liaison")


@pytest.fixture(scope="module")
def answered(
    demo: Demo, region: dict[str, Any], citizen: App, admin: Officer, liaison: Officer
) -> FiledComplaint:
    """Return a complaint that has an answer; only one test may change it."""
    complaint = FiledComplaint.file(demo.cloud, region, citizen)
    complaint.decide_by_link(admin, "forward")
    complaint.decide_by_link(liaison, "answer", text="Lubang telah ditambal.")
    complaint.decide_by_link(admin, "publish")
    complaint.wait_for_state("answered")
    return complaint


def test_a_report_that_lacks_something_waits_for_its_reporter_and_then_the_first_link_works_again(
    file_complaint: FileComplaint, admin: Officer
) -> None:
    complaint = file_complaint()
    first = complaint.wait_for_link(admin, "ask")
    complaint.decide_by_link(admin, "ask", missing=["photo", "place"], note="Di ruas mana?")
    assert complaint.wait_for_state("needs_completion")["waiting"]["missing"] == ["photo", "place"]
    asked = complaint.wait_for_mail_to_reporter("Mohon lengkapi laporan Anda")
    assert "Di ruas mana?" in asked.text
    assert not Browser().open(first).offers("decision", "forward")

    photo = complaint.citizen.upload(PHOTO, "image/jpeg")
    with pytest.raises(PersonStuck, match="missing_place"):
        complaint.decide_as_reporter("complete", uploads=[photo])
    complaint.decide_as_reporter("complete", uploads=[photo], place={"address": "Ruas Sumber, kilometer 3"})
    complaint.wait_for_mail_to(admin, "Laporan sudah dilengkapi pelapor")
    seen = complaint.wait_for_state("received")
    assert len(seen["holder"]["derivation"]["pauses"]) == 1
    assert Browser().open(first).offers("decision", "forward")


def test_what_is_not_ours_is_handed_over_and_never_called_solved(
    file_complaint: FileComplaint, admin: Officer
) -> None:
    complaint = file_complaint()
    complaint.decide_by_link(
        admin, "hand_over", body="PLN", address="Jalan Contoh 9", reason="Tiang itu milik PLN."
    )
    mail = complaint.wait_for_mail_to_reporter("menjadi wewenang PLN")
    assert "Jalan Contoh 9" in mail.text
    complaint.wait_for_mail_to(admin, "Mohon pantau jawaban PLN")
    complaint.decide_by_link(
        admin, "end_handover", outcome="answered", text="PLN mengganti tiangnya kemarin."
    )
    assert "PLN mengganti tiangnya" in complaint.wait_for_mail_to_reporter("Ada jawaban dari PLN").text
    seen = complaint.wait_for_state("handed_over")
    assert (seen["finished"], seen["resolved_by"]) == (True, None)


def test_what_was_handled_before_is_filed_away_and_comes_back_when_its_reporter_objects(
    file_complaint: FileComplaint, admin: Officer, answered: FiledComplaint
) -> None:
    complaint = file_complaint()
    complaint.decide_by_link(
        admin, "archive", reason="already_handled", text="Sudah ditambal bulan lalu.", earlier=answered.ticket
    )
    assert answered.ticket in complaint.wait_for_mail_to_reporter("Laporan Anda diarsipkan").text
    assert complaint.wait_for_state("archived")["acts"] == ["reopen"]
    complaint.decide_as_reporter("reopen", reason="Lubang ini ada di jalan lain.")
    complaint.wait_for_mail_to(admin, "Pelapor membuka kembali laporan")
    complaint.wait_for_link(admin, "forward")


def test_two_who_report_the_same_get_one_answer_and_one_belum_puas_reopens_only_theirs(
    file_complaint: FileComplaint, neighbour: App, admin: Officer, liaison: Officer
) -> None:
    first, second = file_complaint(), file_complaint(reporter=neighbour)
    second.decide_by_link(admin, "merge", parent=first.ticket)
    second.wait_for_mail_to_reporter(f"digabung dengan {first.ticket}")
    first.decide_by_link(admin, "forward")
    first.decide_by_link(liaison, "answer", text="Lubang telah ditambal.")
    first.decide_by_link(admin, "publish")
    for complaint in (first, second):
        assert [answer["text"] for answer in complaint.wait_for_state("answered")["answers"]] == [
            "Lubang telah ditambal."
        ]
        complaint.wait_for_mail_to_reporter("Laporan Anda sudah dijawab")

    second.decide_as_reporter("not_satisfied", reason="Di depan rumah saya belum.")
    second.wait_for_state("in_progress")
    assert first.read()["state"] == "answered"
    first.decide_as_reporter("satisfied")
    assert (first.read()["state"], second.read()["state"]) == ("resolved", "in_progress")
    second.decide_by_link(liaison, "answer", text="Kini juga di depan rumah Ibu.")
    second.decide_by_link(admin, "publish")
    assert len(second.wait_for_state("answered")["answers"]) == 2
    assert len(first.read()["answers"]) == 1


def test_a_second_matter_gets_a_number_of_its_own_and_the_first_ones_date(
    file_complaint: FileComplaint, admin: Officer
) -> None:
    complaint = file_complaint()
    matter = {"category": "sampah", "title": "Sampah di selokan", "narrative": "Selokannya penuh sampah."}
    complaint.decide_by_link(admin, "split", **matter)
    complaint.wait_for_mail_to_reporter("mendapat nomor sendiri")
    seen = complaint.wait_until(lambda seen: seen["linked"], "the second number")
    other = complaint.find_other(seen["linked"][0])
    assert other.read()["received_at"] == seen["received_at"]
    other.decide_by_link(admin, "forward", agency="dlh")
    assert (other.wait_for_state("forwarded")["agency"], complaint.read()["state"]) == ("dlh", "received")


def test_the_central_admin_moves_what_was_filed_in_the_wrong_region(
    demo: Demo, file_complaint: FileComplaint, region: dict[str, Any], admin: Officer
) -> None:
    complaint, elsewhere = file_complaint(), REGIONS[1]
    complaint.wait_for_mail_to(admin, "Mohon periksa dan teruskan")
    central = App(demo.cloud.public_url)
    central.sign_in(find_officer(region, "central_admin")["email"], demo.password)
    complaint.decide_in_app(central, "reroute", region=elsewhere["slug"], reason="Ini jalan provinsi.")
    complaint.wait_for_mail_to_reporter("Laporan Anda dipindahkan")
    moved = complaint.wait_until(lambda seen: seen["linked"], "the number there")
    other = complaint.find_other(moved["linked"][0])
    other.decide_by_link(
        find_officer(elsewhere, "regional_admin"), "forward", agency=find_category(elsewhere)["agency"]
    )
    assert other.wait_for_state("forwarded")["region"] == elsewhere["slug"]


def test_after_two_wrong_agencies_the_coordinator_decides_and_that_is_not_returned(
    file_complaint: FileComplaint,
    region: dict[str, Any],
    admin: Officer,
    coordinator: Officer,
    liaison: Officer,
) -> None:
    complaint, second, third = (
        file_complaint(),
        find_officer_by_id(region, "dlh-1"),
        find_officer_by_id(region, "dinkes-1"),
    )
    complaint.decide_by_link(admin, "forward")
    complaint.decide_by_link(liaison, "return", reason="Bukan jalan kabupaten.")
    complaint.wait_for_mail_to_reporter("Kami mencari instansi yang tepat")
    complaint.wait_for_mail_to(coordinator, "mengembalikan laporan")
    complaint.decide_by_link(admin, "forward", agency="dlh")
    complaint.decide_by_link(second, "return", reason="Bukan urusan kami.")
    complaint.wait_for_mail_to(coordinator, "Mohon putuskan instansi yang menangani")
    complaint.decide_by_link(coordinator, "forward", agency="dinkes")
    page = Browser().open(complaint.wait_for_link(third, "answer"))
    assert not page.offers("decision", "return")


def test_an_agency_that_supports_gives_its_part_by_a_link_and_cannot_answer(
    file_complaint: FileComplaint, region: dict[str, Any], admin: Officer, liaison: Officer
) -> None:
    complaint, supporter = file_complaint(), find_officer_by_id(region, "dlh-1")
    complaint.decide_by_link(admin, "forward", supporters=["dlh"])
    complaint.wait_for_mail_to(supporter, "Mohon bantu")
    link = complaint.wait_for_link(supporter, "support")
    assert not Browser().open(link).offers("decision", "answer")
    complaint.decide_by_link(supporter, "support", text="Sampah di tepi jalan sudah kami angkut.")
    complaint.wait_for_mail_to(liaison, "mengirim bagiannya")
    assert (
        "Sampah di tepi jalan sudah kami angkut."
        in Browser().open(complaint.wait_for_link(liaison, "answer")).html
    )


def test_an_agency_asks_for_what_it_needs_once_and_goes_on_with_its_first_link(
    file_complaint: FileComplaint, admin: Officer, liaison: Officer
) -> None:
    complaint = file_complaint()
    complaint.decide_by_link(admin, "forward")
    first = complaint.wait_for_link(liaison, "answer")
    complaint.decide_by_link(liaison, "ask", missing=["time"], note="Sejak kapan?")
    complaint.wait_for_mail_to_reporter("Mohon kirim keterangan tambahan")
    complaint.decide_as_reporter("complete", text="Sejak hari Minggu.")
    complaint.wait_for_mail_to(liaison, "Pelapor mengirim keterangan tambahan")
    page = Browser().open(first)
    assert "Sejak hari Minggu." in page.html
    assert page.offers("decision", "answer")
    assert not page.offers("decision", "ask")


def test_a_question_and_a_late_change_of_mind_are_heard(
    admin: Officer, coordinator: Officer, liaison: Officer, answered: FiledComplaint
) -> None:
    answered.decide_as_reporter("question", text="Kapan aspalnya dilapis ulang?")
    answered.wait_for_mail_to(liaison, "Pelapor bertanya")
    answered.decide_by_link(liaison, "answer", text="Pelapisan ulang bulan depan.")
    answered.decide_by_link(admin, "publish")
    answered.wait_until(
        lambda seen: len(seen["answers"]) == 2 and "satisfied" in seen["acts"], "the explanation"
    )
    answered.decide_as_reporter("satisfied")
    assert (answered.read()["state"], answered.read()["resolved_by"]) == ("resolved", "reporter")

    answered.decide_as_reporter("reopen", reason="Lubangnya kembali.")
    for officer in (admin, coordinator):
        answered.wait_for_mail_to(officer, "Pelapor membuka kembali laporan")
    answered.wait_for_link(liaison, "answer")
    assert answered.read()["state"] == "in_progress"


def test_a_reporter_withdraws_and_the_agency_is_spared_the_work(
    file_complaint: FileComplaint, admin: Officer, liaison: Officer
) -> None:
    complaint = file_complaint()
    complaint.decide_by_link(admin, "forward")
    link = complaint.wait_for_link(liaison, "answer")
    complaint.decide_as_reporter("withdraw")
    for officer in (admin, liaison):
        complaint.wait_for_mail_to(officer, "Pelapor mencabut laporan")
    complaint.wait_for_mail_to_reporter("Laporan Anda sudah dicabut")
    assert complaint.read()["state"] == "withdrawn"
    assert not Browser().open(link).offers("decision", "answer")


def test_an_answer_without_the_proof_that_its_procedure_wants_is_refused(demo: Demo, citizen: App) -> None:
    region = next(region for region in REGIONS if region["procedure"] == "tarakan-2024")
    complaint, liaison = FiledComplaint.file(demo.cloud, region, citizen), find_officer(region, "liaison")
    complaint.decide_by_link(find_officer(region, "regional_admin"), "forward")
    complaint.decide_by_link(liaison, "accept")
    complaint.decide_by_link(find_officer(region, "secretariat"), "proceed")
    with pytest.raises(PersonStuck, match="422"):
        complaint.decide_by_link(liaison, "answer", text="Sudah ditambal.")
    browser = Browser()
    page = browser.attach(browser.open(complaint.wait_for_link(liaison, "answer")), PHOTO, "image/jpeg")
    browser.send(page, page.find_form("decision", "answer"), decision="answer", text="Sudah ditambal.")
    complaint.wait_for_link(find_officer(region, "regional_admin"), "publish")
