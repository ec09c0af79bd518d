"""The ways beside the straight one, as people go them: by links in mail and SMS, and in the app."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.local.browser import App, Browser, PersonStuck
from infra.local.demo import say
from infra.local.demo_data import PHOTO
from infra.local.journey import Journey
from tests.e2e.demo import REGIONS, Demo, category, named, officer
from tests.e2e.way import Someone, Way

Filing = Callable[..., Way]


@pytest.fixture(scope="module")
def citizen(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


@pytest.fixture(scope="module")
def neighbour(demo: Demo, region: dict[str, Any]) -> App:
    return Journey(demo.cloud, region, say).register()


@pytest.fixture
def filed(demo: Demo, region: dict[str, Any], citizen: App) -> Filing:
    """Files a complaint."""

    def file(by: App = citizen, **otherwise: Any) -> Way:
        return Way.begin(demo.cloud, region, by, **otherwise)

    return file


@pytest.fixture(scope="module")
def admin(region: dict[str, Any]) -> Someone:
    return officer(region, "regional_admin")


@pytest.fixture(scope="module")
def coordinator(region: dict[str, Any]) -> Someone:
    return officer(region, "coordinator")


@pytest.fixture(scope="module")
def liaison(region: dict[str, Any]) -> Someone:
    return officer(region, "liaison")


@pytest.fixture(scope="module")
def answered(demo: Demo, region: dict[str, Any], citizen: App, admin: Someone, liaison: Someone) -> Way:
    """A complaint that has an answer; what becomes of it is for one test to say."""
    way = Way.begin(demo.cloud, region, citizen)
    way.decides(admin, "forward")
    way.decides(liaison, "answer", text="Lubang telah ditambal.")
    way.decides(admin, "publish")
    way.comes_to("answered")
    return way


def test_a_report_that_lacks_something_waits_for_its_reporter_and_then_the_first_link_works_again(
    filed: Filing, admin: Someone
) -> None:
    way = filed()
    first = way.link(admin, "ask")
    way.decides(admin, "ask", missing=["photo", "place"], note="Di ruas mana?")
    assert way.comes_to("needs_completion")["waiting"]["missing"] == ["photo", "place"]
    asked = way.hears("Mohon lengkapi laporan Anda")
    assert "Di ruas mana?" in asked.text
    assert not Browser().open(first).offers("decision", "forward")

    photo = way.citizen.upload(PHOTO, "image/jpeg")
    with pytest.raises(PersonStuck, match="missing_place"):
        way.says("complete", uploads=[photo])
    way.says("complete", uploads=[photo], place={"address": "Ruas Sumber, kilometer 3"})
    way.told(admin, "Laporan sudah dilengkapi pelapor")
    seen = way.comes_to("received")
    assert len(seen["holder"]["derivation"]["pauses"]) == 1
    assert Browser().open(first).offers("decision", "forward")


def test_what_is_not_ours_is_handed_over_and_never_called_solved(filed: Filing, admin: Someone) -> None:
    way = filed()
    way.decides(admin, "hand_over", body="PLN", address="Jalan Contoh 9", reason="Tiang itu milik PLN.")
    told = way.hears("menjadi wewenang PLN")
    assert "Jalan Contoh 9" in told.text
    way.told(admin, "Mohon pantau jawaban PLN")
    way.decides(admin, "end_handover", outcome="answered", text="PLN mengganti tiangnya kemarin.")
    assert "PLN mengganti tiangnya" in way.hears("Ada jawaban dari PLN").text
    seen = way.comes_to("handed_over")
    assert (seen["finished"], seen["resolved_by"]) == (True, None)


def test_what_was_handled_before_is_filed_away_and_comes_back_when_its_reporter_objects(
    filed: Filing, admin: Someone, answered: Way
) -> None:
    way = filed()
    way.decides(
        admin, "archive", reason="already_handled", text="Sudah ditambal bulan lalu.", earlier=answered.ticket
    )
    assert answered.ticket in way.hears("Laporan Anda diarsipkan").text
    assert way.comes_to("archived")["acts"] == ["reopen"]
    way.says("reopen", reason="Lubang ini ada di jalan lain.")
    way.told(admin, "Pelapor membuka kembali laporan")
    way.link(admin, "forward")


def test_two_who_report_the_same_get_one_answer_and_one_belum_puas_reopens_only_theirs(
    filed: Filing, neighbour: App, admin: Someone, liaison: Someone
) -> None:
    first, second = filed(), filed(by=neighbour)
    second.decides(admin, "merge", parent=first.ticket)
    second.hears(f"digabung dengan {first.ticket}")
    first.decides(admin, "forward")
    first.decides(liaison, "answer", text="Lubang telah ditambal.")
    first.decides(admin, "publish")
    for one in (first, second):
        assert [said["text"] for said in one.comes_to("answered")["answers"]] == ["Lubang telah ditambal."]
        one.hears("Laporan Anda sudah dijawab")

    second.says("not_satisfied", reason="Di depan rumah saya belum.")
    second.comes_to("in_progress")
    assert first.read()["state"] == "answered"
    first.says("satisfied")
    assert (first.read()["state"], second.read()["state"]) == ("resolved", "in_progress")
    second.decides(liaison, "answer", text="Kini juga di depan rumah Ibu.")
    second.decides(admin, "publish")
    assert len(second.comes_to("answered")["answers"]) == 2
    assert len(first.read()["answers"]) == 1


def test_a_second_matter_gets_a_number_of_its_own_and_the_first_ones_date(
    filed: Filing, admin: Someone
) -> None:
    way = filed()
    matter = {"category": "sampah", "title": "Sampah di selokan", "narrative": "Selokannya penuh sampah."}
    way.decides(admin, "split", **matter)
    way.hears("mendapat nomor sendiri")
    seen = way.until(lambda seen: seen["linked"], "the second number")
    other = way.again(seen["linked"][0])
    assert other.read()["received_at"] == seen["received_at"]
    other.decides(admin, "forward", agency="dlh")
    assert (other.comes_to("forwarded")["agency"], way.read()["state"]) == ("dlh", "received")


def test_the_central_admin_moves_what_was_filed_in_the_wrong_region(
    demo: Demo, filed: Filing, region: dict[str, Any], admin: Someone
) -> None:
    way, elsewhere = filed(), REGIONS[1]
    way.told(admin, "Mohon periksa dan teruskan")
    central = App(demo.cloud.public_url)
    central.sign_in(officer(region, "central_admin")["email"], demo.password)
    way.decided_in_app(central, "reroute", region=elsewhere["slug"], reason="Ini jalan provinsi.")
    way.hears("Laporan Anda dipindahkan")
    moved = way.until(lambda seen: seen["linked"], "the number there")
    there = way.again(moved["linked"][0])
    there.decides(officer(elsewhere, "regional_admin"), "forward", agency=category(elsewhere)["agency"])
    assert there.comes_to("forwarded")["region"] == elsewhere["slug"]


def test_after_two_wrong_agencies_the_coordinator_decides_and_that_is_not_returned(
    filed: Filing, region: dict[str, Any], admin: Someone, coordinator: Someone, liaison: Someone
) -> None:
    way, second, third = filed(), named(region, "dlh-1"), named(region, "dinkes-1")
    way.decides(admin, "forward")
    way.decides(liaison, "return", reason="Bukan jalan kabupaten.")
    way.hears("Kami mencari instansi yang tepat")
    way.told(coordinator, "mengembalikan laporan")
    way.decides(admin, "forward", agency="dlh")
    way.decides(second, "return", reason="Bukan urusan kami.")
    way.told(coordinator, "Mohon putuskan instansi yang menangani")
    way.decides(coordinator, "forward", agency="dinkes")
    page = Browser().open(way.link(third, "answer"))
    assert not page.offers("decision", "return")


def test_an_agency_that_supports_gives_its_part_by_a_link_and_cannot_answer(
    filed: Filing, region: dict[str, Any], admin: Someone, liaison: Someone
) -> None:
    way, supporter = filed(), named(region, "dlh-1")
    way.decides(admin, "forward", supporters=["dlh"])
    way.told(supporter, "Mohon bantu")
    link = way.link(supporter, "support")
    assert not Browser().open(link).offers("decision", "answer")
    way.decides(supporter, "support", text="Sampah di tepi jalan sudah kami angkut.")
    way.told(liaison, "mengirim bagiannya")
    assert "Sampah di tepi jalan sudah kami angkut." in Browser().open(way.link(liaison, "answer")).html


def test_an_agency_asks_for_what_it_needs_once_and_goes_on_by_its_first_link(
    filed: Filing, admin: Someone, liaison: Someone
) -> None:
    way = filed()
    way.decides(admin, "forward")
    first = way.link(liaison, "answer")
    way.decides(liaison, "ask", missing=["time"], note="Sejak kapan?")
    way.hears("Mohon kirim keterangan tambahan")
    way.says("complete", text="Sejak hari Minggu.")
    way.told(liaison, "Pelapor mengirim keterangan tambahan")
    page = Browser().open(first)
    assert "Sejak hari Minggu." in page.html
    assert page.offers("decision", "answer")
    assert not page.offers("decision", "ask")


def test_a_question_and_a_late_change_of_mind_are_heard(
    admin: Someone, coordinator: Someone, liaison: Someone, answered: Way
) -> None:
    answered.says("question", text="Kapan aspalnya dilapis ulang?")
    answered.told(liaison, "Pelapor bertanya")
    answered.decides(liaison, "answer", text="Pelapisan ulang bulan depan.")
    answered.decides(admin, "publish")
    answered.until(lambda seen: len(seen["answers"]) == 2 and "satisfied" in seen["acts"], "the explanation")
    answered.says("satisfied")
    assert (answered.read()["state"], answered.read()["resolved_by"]) == ("resolved", "reporter")

    answered.says("reopen", reason="Lubangnya kembali.")
    for one in (admin, coordinator):
        answered.told(one, "Pelapor membuka kembali laporan")
    answered.link(liaison, "answer")
    assert answered.read()["state"] == "in_progress"


def test_a_reporter_withdraws_and_the_agency_is_spared_the_work(
    filed: Filing, admin: Someone, liaison: Someone
) -> None:
    way = filed()
    way.decides(admin, "forward")
    link = way.link(liaison, "answer")
    way.says("withdraw")
    for one in (admin, liaison):
        way.told(one, "Pelapor mencabut laporan")
    way.hears("Laporan Anda sudah dicabut")
    assert way.read()["state"] == "withdrawn"
    assert not Browser().open(link).offers("decision", "answer")


def test_an_answer_without_the_proof_that_its_procedure_wants_is_refused(demo: Demo, citizen: App) -> None:
    region = next(one for one in REGIONS if one["procedure"] == "tarakan-2024")
    way, liaison = Way.begin(demo.cloud, region, citizen), officer(region, "liaison")
    way.decides(officer(region, "regional_admin"), "forward")
    way.decides(liaison, "accept")
    way.decides(officer(region, "secretariat"), "proceed")
    with pytest.raises(PersonStuck, match="422"):
        way.decides(liaison, "answer", text="Sudah ditambal.")
    browser = Browser()
    page = browser.attach(browser.open(way.link(liaison, "answer")), PHOTO, "image/jpeg")
    browser.send(page, page.find_form("decision", "answer"), decision="answer", text="Sudah ditambal.")
    way.link(officer(region, "regional_admin"), "publish")
