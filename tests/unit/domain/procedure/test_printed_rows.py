"""The rows and times on file are those of the printed sources."""

import pytest

from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from tests.unit.domain.procedure.sources import (
    AGENCY,
    CITY,
    NATIONAL,
    PROVINCE,
    REGENCY,
    get_indonesian,
    get_overall_deadline,
    get_printed_rows,
    get_row,
    get_steps_with_rows,
)


@pytest.mark.parametrize(
    ("name", "last"), [(REGENCY, 7), (PROVINCE, 7), (CITY, 6), (AGENCY, 7), (NATIONAL, 7)]
)
def test_the_rows_are_in_the_order_of_the_printed_table(name: str, last: int) -> None:
    assert [row.number for row, _ in load_procedure(name).list_rows()] == list(range(1, last + 1))
    assert load_procedure(name).last_row == last


def test_the_regencys_rows_have_their_printed_times_and_needs() -> None:
    device_and_letter = "PC, handphone dan surat"
    assert get_printed_rows(REGENCY) == {
        1: ("", "Internet"),
        2: ("1 menit", "Sistem"),
        3: ("1 hari", device_and_letter),
        4: ("", device_and_letter),
        5: ("1 hari", "PC"),
        6: ("1 menit", "Sistem"),
        7: ("", ""),
    }


def test_the_provinces_rows_go_by_e_mail_and_notification() -> None:
    mail = "Email dan pemberitahuan"
    assert get_printed_rows(PROVINCE) == {
        1: ("", "Komputer, jaringan internet"),
        2: ("1 menit", "Sistem"),
        3: ("1 hari", mail),
        4: ("", mail),
        5: ("1 hari", mail),
        6: ("1 menit", "Sistem"),
        7: ("", ""),
    }


def test_the_citys_rows_have_their_printed_times_and_needs() -> None:
    report, photo = "Laporan pengaduan masyarakat", "Foto hasil tindak lanjut, keterangan"
    assert get_printed_rows(CITY) == {
        1: ("10 menit", "Nama pelapor, foto kejadian, lokasi kejadian, keterangan kejadian"),
        2: ("3 hari", "Pelapor, laporan pengaduan, foto laporan, keterangan"),
        3: ("3 hari", report),
        4: ("10 hari", report),
        5: ("5 menit", photo),
        6: ("5 menit", photo),
    }


def test_each_of_the_agencys_rows_needs_the_output_of_the_row_before() -> None:
    printed = [row for row, _ in load_procedure(AGENCY).list_rows()]
    assert [get_indonesian(row.standard_time) for row in printed] == [
        "10–20 menit",
        "10–30 menit",
        "30–60 menit",
        "30–60 menit",
        "1–5 hari",
        "30–60 menit",
        "30–60 menit",
    ]
    assert [row.needs for row in printed[1:]] == [row.output for row in printed[:-1]]


def test_the_province_sends_the_report_where_the_regency_notifies() -> None:
    assert get_row(PROVINCE, 3).does.id.startswith("Mengirim laporan")
    assert get_row(REGENCY, 3).does.id.startswith("Memberi tahu")


def test_the_provinces_sixth_row_is_marked_for_the_admin_and_the_system() -> None:
    assert get_row(PROVINCE, 6).actor.id == "Admin Kominfo (Pejabat Narahubung) dan Sistem"


@pytest.mark.parametrize("name", [REGENCY, PROVINCE])
def test_a_printed_standard_time_is_the_time_of_the_step_that_has_the_row(name: str) -> None:
    for row, step in load_procedure(name).list_rows():
        if row.standard_time and step:
            printed = row.standard_time.id.replace("hari", "hari kerja")
            assert printed == step.standard_time.format("id")


@pytest.mark.parametrize("name", [REGENCY, PROVINCE])
def test_the_agency_answers_to_the_admin_within_a_working_day(name: str) -> None:
    assert get_steps_with_rows(name) == {
        "record": ("system", "1 minute", "verify"),
        "verify": ("regional_admin", "1 working day", "respond"),
        "respond": ("liaison", "1 working day", "review"),
        "deliver": ("system", "1 minute", "confirm"),
    }


def test_the_citys_tenth_day_spans_three_turns_after_the_consultation() -> None:
    assert get_steps_with_rows(CITY) == {
        "verify": ("regional_admin", "3 working days", "receive"),
        "consult": ("coordinator", "3 working days", "receive"),
        "report": ("liaison", "2 working days", "review"),
        "review": ("regional_admin", "1 working day", "deliver"),
        "deliver": ("system", "5 minutes", "confirm"),
    }
    inner = [load_procedure(CITY).get_step(name) for name in ("receive", "follow-up", "report")]
    assert [step.owner for step in inner] == ["liaison", "secretariat", "liaison"]
    spanning = get_overall_deadline(CITY, "follow-up-time")
    assert spanning.standard_time
    assert spanning.standard_time.working_days == 10
    assert sum(step.standard_time.working_days or 0 for step in inner) == 10
    assert spanning.starts_on == ("step.opened:receive",)
    assert spanning.stops_on == ("complaint.answered", "complaint.returned")


def test_the_city_consults_about_requests_for_information() -> None:
    verify = load_procedure(CITY).get_step("verify")
    assert (verify.consults, verify.exits["consult"]) == (("information_request",), "consult")


def test_only_the_citys_report_asks_for_proof() -> None:
    asking = {
        (name, step.name)
        for name in list_procedure_ids()
        for step in load_procedure(name).steps
        if step.proof
    }
    assert asking == {(CITY, "report")}


def test_the_city_tells_the_admin_that_work_began_and_the_coordinator_that_it_ended() -> None:
    notified = {(notice.when, notice.to) for notice in load_procedure(CITY).notices}
    assert {
        ("complaint.accepted", "reporter"),
        ("complaint.accepted", "regional_admin"),
        ("answer.published", "coordinator"),
    } <= notified


def test_the_agencys_rows_go_through_the_house_and_end_with_the_published_answer() -> None:
    assert get_steps_with_rows(AGENCY) == {
        "receive": ("liaison", "20 office minutes", "inventory"),
        "inventory": ("liaison", "30 office minutes", "dispose"),
        "dispose": ("head", "60 office minutes", "formulate"),
        "formulate": ("liaison", "60 office minutes", "carry-out"),
        "carry-out": ("unit", "5 working days", "inventory-result"),
        "inventory-result": ("liaison", "60 office minutes", "deliver-result"),
        "deliver-result": ("liaison", "60 office minutes", "deliver"),
    }
    assert get_row(AGENCY, 7).done_by == "answer.published"


def test_the_agency_has_five_working_days_to_its_first_answer() -> None:
    coordination = get_overall_deadline(AGENCY, "coordination")
    assert coordination.standard_time
    assert coordination.standard_time.working_days == 5
    assert coordination.starts_on == ("step.opened:receive",)
    assert coordination.stops_on == ("complaint.answered", "complaint.returned")


def test_from_the_second_dispute_on_the_agencys_head_and_the_coordinator_are_notified() -> None:
    notified = {
        notice.to
        for notice in load_procedure(AGENCY).notices
        if notice.when.partition(":")[0] == "complaint.disputed"
    }
    again = {
        notice.to for notice in load_procedure(AGENCY).notices if notice.when == "complaint.disputed:again"
    }
    assert notified == again == {"head", "coordinator"}


def test_the_national_frame_answers_in_five_days_and_resolves_by_class() -> None:
    context = load_procedure(NATIONAL)
    assert context.get_step("verify").standard_time.working_days == 3
    assert context.get_step("respond").standard_time.working_days == 5
    resolution = get_overall_deadline(NATIONAL, "resolution")
    assert {
        name: allowed.working_days
        for name in ("information_request", "complaint", "supervision", "aspiration")
        if (allowed := resolution.find_time(name))
    } == {"information_request": 5, "complaint": 14, "supervision": 60}
    assert resolution.counts_from == "receipt"
    assert context.supervision_to_inspectorate


def test_the_national_frame_says_that_the_ministers_text_was_out_of_reach() -> None:
    decision = load_procedure(NATIONAL).get_step("verify").decision
    assert decision
    assert "PermenPANRB 5/2025 tidak terjangkau" in decision.id
    assert "PermenPANRB 5/2025" in {law.text for law in load_procedure(NATIONAL).header.legal_basis}
