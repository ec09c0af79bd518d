"""The procedures on file say what their printed sources say."""

import re
from collections.abc import Iterator
from datetime import time

import pytest
from pydantic import BaseModel

from chalicelib.domain.procedure.extends import read_layers
from chalicelib.domain.procedure.loading import SOPS, list_procedure_ids, load_procedure
from chalicelib.domain.procedure.model import OverallDeadline, Procedure, Role, Row, StepKind, Text

REGENCY, PROVINCE, CITY, AGENCY, NATIONAL = (
    "cirebon-2021",
    "jawa-timur",
    "tarakan-2024",
    "disporbudpar",
    "sp4n-national",
)
EVERY = pytest.mark.parametrize("name", list_procedure_ids())
PRINTED = pytest.mark.parametrize("name", [REGENCY, PROVINCE, CITY, AGENCY])
BROUGHT_TOGETHER = {"respond", "follow-up", "formulate"}
"""The step of each procedure in which an answer takes shape: where a dispute begins again."""


def in_indonesian(said: Text | None) -> str:
    return said.id if said else ""


def row(name: str, number: int) -> Row:
    return next(row for row, _ in load_procedure(name).list_rows() if row.number == number)


def rows(name: str) -> dict[int, tuple[str, str]]:
    """Number → printed standard time and the Indonesian words of what is needed."""
    return {
        row.number: (in_indonesian(row.standard_time), in_indonesian(row.needs))
        for row, _ in load_procedure(name).list_rows()
    }


def turns(name: str) -> dict[str, tuple[str, str, str]]:
    """Step → its owner, its time, and where going on from it leads; only those that work rows off."""
    return {
        step.name: (step.owner, step.standard_time.format("en"), next(iter(step.exits.values())))
        for step in load_procedure(name).steps
        if step.rows
    }


def envelope(name: str, clock: str) -> OverallDeadline:
    found = load_procedure(name).find_overall_deadline(clock)
    assert found
    return found


def decisions(value: object) -> Iterator[str]:
    """What in the file is marked as ours, anywhere in it."""
    if isinstance(value, BaseModel):
        decision = getattr(value, "decision", None)
        if decision:
            yield decision.id
        for field in type(value).model_fields:
            yield from decisions(getattr(value, field))
    elif isinstance(value, tuple):
        for item in value:
            yield from decisions(item)
    elif isinstance(value, dict):
        yield from decisions(tuple(value.values()))


# Rows


@pytest.mark.parametrize(
    ("name", "last"), [(REGENCY, 7), (PROVINCE, 7), (CITY, 6), (AGENCY, 7), (NATIONAL, 7)]
)
def test_the_rows_are_in_the_order_of_the_printed_table(name: str, last: int) -> None:
    assert [row.number for row, _ in load_procedure(name).list_rows()] == list(range(1, last + 1))
    assert load_procedure(name).last_row == last


def test_the_regencys_rows_have_their_printed_times_and_needs() -> None:
    device_and_letter = "PC, handphone dan surat"
    assert rows(REGENCY) == {
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
    assert rows(PROVINCE) == {
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
    assert rows(CITY) == {
        1: ("10 menit", "Nama pelapor, foto kejadian, lokasi kejadian, keterangan kejadian"),
        2: ("3 hari", "Pelapor, laporan pengaduan, foto laporan, keterangan"),
        3: ("3 hari", report),
        4: ("10 hari", report),
        5: ("5 menit", photo),
        6: ("5 menit", photo),
    }


def test_each_of_the_agencys_rows_needs_the_output_of_the_row_before() -> None:
    printed = [row for row, _ in load_procedure(AGENCY).list_rows()]
    assert [in_indonesian(row.standard_time) for row in printed] == [
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
    assert row(PROVINCE, 3).does.id.startswith("Mengirim laporan")
    assert row(REGENCY, 3).does.id.startswith("Memberi tahu")


def test_the_provinces_sixth_row_is_marked_for_the_admin_and_the_system() -> None:
    assert row(PROVINCE, 6).actor.id == "Admin Kominfo (Pejabat Narahubung) dan Sistem"


# Turns and their times


@pytest.mark.parametrize("name", [REGENCY, PROVINCE])
def test_a_printed_standard_time_is_the_time_of_the_step_that_works_the_row_off(name: str) -> None:
    for row, step in load_procedure(name).list_rows():
        if row.standard_time and step:
            printed = row.standard_time.id.replace("hari", "hari kerja")
            assert printed == step.standard_time.format("id")


@pytest.mark.parametrize("name", [REGENCY, PROVINCE])
def test_the_agency_answers_to_the_admin_within_a_working_day(name: str) -> None:
    assert turns(name) == {
        "record": ("system", "1 minute", "verify"),
        "verify": ("regional_admin", "1 working day", "respond"),
        "respond": ("liaison", "1 working day", "review"),
        "deliver": ("system", "1 minute", "confirm"),
    }


def test_the_citys_tenth_day_spans_three_turns_after_the_consultation() -> None:
    assert turns(CITY) == {
        "verify": ("regional_admin", "3 working days", "receive"),
        "consult": ("coordinator", "3 working days", "receive"),
        "report": ("liaison", "2 working days", "review"),
        "review": ("regional_admin", "1 working day", "deliver"),
        "deliver": ("system", "5 minutes", "confirm"),
    }
    inner = [load_procedure(CITY).get_step(name) for name in ("receive", "follow-up", "report")]
    assert [step.owner for step in inner] == ["liaison", "secretariat", "liaison"]
    spanning = envelope(CITY, "follow-up-time")
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
    told = {(notice.when, notice.to) for notice in load_procedure(CITY).notices}
    assert {
        ("complaint.accepted", "reporter"),
        ("complaint.accepted", "regional_admin"),
        ("answer.published", "coordinator"),
    } <= told


def test_the_agencys_rows_go_through_the_house_and_end_with_the_published_answer() -> None:
    assert turns(AGENCY) == {
        "receive": ("liaison", "20 office minutes", "inventory"),
        "inventory": ("liaison", "30 office minutes", "dispose"),
        "dispose": ("head", "60 office minutes", "formulate"),
        "formulate": ("liaison", "60 office minutes", "carry-out"),
        "carry-out": ("unit", "5 working days", "inventory-result"),
        "inventory-result": ("liaison", "60 office minutes", "deliver-result"),
        "deliver-result": ("liaison", "60 office minutes", "deliver"),
    }
    assert row(AGENCY, 7).done_by == "answer.published"


def test_the_agency_has_five_working_days_to_its_first_answer() -> None:
    coordination = envelope(AGENCY, "coordination")
    assert coordination.standard_time
    assert coordination.standard_time.working_days == 5
    assert coordination.starts_on == ("step.opened:receive",)
    assert coordination.stops_on == ("complaint.answered", "complaint.returned")


def test_from_the_second_dispute_on_the_agencys_head_and_the_coordinator_are_told() -> None:
    told = {
        notice.to
        for notice in load_procedure(AGENCY).notices
        if notice.when.partition(":")[0] == "complaint.disputed"
    }
    again = {
        notice.to for notice in load_procedure(AGENCY).notices if notice.when == "complaint.disputed:again"
    }
    assert told == again == {"head", "coordinator"}


def test_the_national_frame_answers_in_five_days_and_resolves_by_class() -> None:
    context = load_procedure(NATIONAL)
    assert context.get_step("verify").standard_time.working_days == 3
    assert context.get_step("respond").standard_time.working_days == 5
    resolution = envelope(NATIONAL, "resolution")
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


# What every procedure has


@EVERY
def test_the_admin_can_forward_complete_hand_over_archive_and_merge(name: str) -> None:
    exits = dict(load_procedure(name).get_step("verify").exits)
    assert exits.pop("forward") in {"respond", "receive"}
    assert exits.pop("consult", "consult") == "consult"
    assert exits == {
        "forward_by_letter": "letter",
        "ask": "completion",
        "hand_over": "follow-handover",
        "archive": "archived",
        "merge": "duplicate",
    }


@EVERY
def test_the_first_step_at_the_agency_can_give_it_back_and_ask_for_items(name: str) -> None:
    first = load_procedure(name).get_step(load_procedure(name).get_step("verify").exits["forward"])
    assert (first.owner, first.exits["return"], first.exits["ask"]) == (Role.LIAISON, "verify", "items")


@EVERY
def test_after_two_returns_the_coordinator_decides(name: str) -> None:
    procedure = load_procedure(name)
    assert procedure.arbitration
    assert procedure.arbitration.after_returns == 2
    arbitrate = procedure.get_step(procedure.arbitration.opens)
    assert (arbitrate.owner, arbitrate.kind) == (Role.COORDINATOR, StepKind.VERIFY)
    assert arbitrate.exits["forward"] == procedure.get_step("verify").exits["forward"]


@EVERY
def test_a_reporter_has_thirty_days_to_complete_and_ten_working_days_for_items(name: str) -> None:
    completion, items = load_procedure(name).get_step("completion"), load_procedure(name).get_step("items")
    assert completion.standard_time.calendar_days == 30
    assert completion.legal_basis.startswith("UU 25/2009")
    assert items.standard_time.working_days == 10
    assert (completion.exits["lapse"], items.exits["expire"]) == ("lapsed", "back")


@EVERY
def test_a_letter_has_the_time_of_the_agency_and_the_admin_answers_in_its_name(name: str) -> None:
    times = {REGENCY: 1, PROVINCE: 1, CITY: 10, AGENCY: 5, NATIONAL: 5}
    letter = load_procedure(name).get_step("letter")
    assert (letter.owner, letter.standard_time.working_days) == (Role.REGIONAL_ADMIN, times[name])


@EVERY
def test_what_is_handed_over_is_watched_for_fourteen_days_and_is_never_late(name: str) -> None:
    follow = load_procedure(name).get_step("follow-handover")
    ladder = load_procedure(name).find_step_ladder(follow)
    assert (follow.owner, follow.standard_time.working_days) == (Role.REGIONAL_ADMIN, 14)
    assert ladder
    assert [rung.further_working_days for rung in ladder.rungs] == [None, 14, 28]


@EVERY
def test_a_protected_report_is_the_inspectorates_alone_from_recording_to_delivery(name: str) -> None:
    procedure = load_procedure(name)
    inspect = procedure.get_step(procedure.get_step("record").exits["protect"])
    ladder = procedure.find_step_ladder(inspect)
    assert (inspect.owner, inspect.standard_time.working_days) == (Role.INSPECTORATE, 60)
    assert inspect.exits["answer"] == "deliver"
    assert ladder
    assert {to for rung in ladder.rungs for to in rung.tell} == {"owner"}


@EVERY
def test_a_dispute_and_a_reopening_begin_where_the_answer_takes_shape(name: str) -> None:
    procedure = load_procedure(name)
    confirm = procedure.get_step("confirm")
    assert procedure.reopening
    assert procedure.reopening.standard_time.working_days == 10
    assert procedure.reopening.opens == confirm.exits["not_satisfied"]
    assert confirm.exits["not_satisfied"] in BROUGHT_TOGETHER
    assert confirm.exits["question"] == "explain"
    assert procedure.get_step("explain").standard_time.working_days == 5


@EVERY
def test_sixty_calendar_days_after_the_file_is_complete_it_is_the_ombudsmans(name: str) -> None:
    ombudsman = envelope(name, "ombudsman")
    assert ombudsman.standard_time
    assert ombudsman.standard_time.calendar_days == 60
    assert "UU 37/2008" in ombudsman.legal_basis
    assert ombudsman.starts_on == ("complaint.filed", "complaint.completed", "complaint.reopened")
    assert ombudsman.stops_on == ("completion.asked",)
    assert [rung.act for rung in load_procedure(name).ladders[ombudsman.ladder].rungs] == ["refer"]


@EVERY
def test_liaison_and_admin_are_reminded_on_the_morning_of_a_plans_day(name: str) -> None:
    ladder = load_procedure(name).find_ladder("plan")
    assert ladder
    assert [(rung.last_day_at, rung.tell) for rung in ladder.rungs] == [
        (time(8), ("liaison", "regional_admin"))
    ]


@EVERY
def test_reminders_come_at_half_and_most_of_the_time_and_lateness_in_three_levels(name: str) -> None:
    rungs = load_procedure(name).ladders["handling"].rungs
    assert [(rung.part, rung.further_working_days, rung.late_level) for rung in rungs] == [
        (0.5, None, None),
        (0.8, None, None),
        (1.0, None, 1),
        (None, 2, 2),
        (None, 4, 3),
    ]
    assert [rung.tell for rung in rungs[:2]] == [("owner",), ("owner", "superior")]
    assert all(rung.tell == ("owner", "superior", "coordinator") for rung in rungs[2:])
    assert [rung.sms for rung in rungs] == [False] * 4 + [True]


def test_only_the_agencys_shortest_row_is_marked_without_reminders() -> None:
    procedure = load_procedure(AGENCY)
    assert {step.name for step in procedure.steps if step.ladder == "brief"} == {"receive"}
    assert [rung.late_level for rung in procedure.ladders["brief"].rungs] == [1, 2, 3]


@EVERY
def test_the_reporter_is_told_of_every_outcome_of_a_report(name: str) -> None:
    told = {notice.when for notice in load_procedure(name).notices if notice.to == "reporter"}
    assert {
        "complaint.filed",
        "completion.asked",
        "complaint.lapsed",
        "complaint.forwarded",
        "complaint.handed_over",
        "complaint.archived",
        "complaint.merged",
        "complaint.returned",
        "items.asked",
        "answer.delivered",
        "answer.inherited",
        "complaint.withdrawn",
        "complaint.referred",
        "deadline.armed:moved",
    } <= told


# What is ours


@EVERY
def test_silence_finishes_after_ten_working_days_and_no_row_waits_for_it(name: str) -> None:
    confirm = load_procedure(name).get_step("confirm")
    assert confirm.rows == ()
    assert confirm.standard_time.working_days == 10
    assert confirm.decision


@pytest.mark.parametrize("name", [REGENCY, PROVINCE, CITY])
def test_what_is_added_after_the_last_row_is_marked_as_the_national_frames(name: str) -> None:
    decision = load_procedure(name).get_step("confirm").decision
    assert decision
    assert "kerangka nasional" in decision.id


@EVERY
def test_what_the_source_does_not_know_carries_a_decision(name: str) -> None:
    procedure = load_procedure(name)
    assert all(step.decision for step in procedure.steps if not step.rows)
    assert all(ladder.decision for ladder in procedure.ladders.values())
    assert all(clock.decision for clock in procedure.overall_deadlines)
    assert procedure.arbitration
    assert procedure.arbitration.decision
    assert procedure.reopening
    assert procedure.reopening.decision
    assert procedure.planning
    assert procedure.planning.decision


@PRINTED
def test_roles_that_the_source_does_not_name_carry_a_decision(name: str) -> None:
    in_the_source = {CITY: {Role.COORDINATOR}}
    added = {Role.COORDINATOR, Role.HEAD, Role.INSPECTORATE} - in_the_source.get(name, set())
    assert all(load_procedure(name).roles[role].decision for role in added)


@EVERY
def test_a_decision_of_ours_is_said_once(name: str) -> None:
    said = list(decisions(load_procedure(name)))
    assert len(said) >= 20
    assert len(set(said)) == len(said)


def test_rows_whose_scan_shows_130_minutes_say_how_we_read_them() -> None:
    marked = [
        row.number
        for row, _ in load_procedure(AGENCY).list_rows()
        if row.decision and "130 - 60" in row.decision.id
    ]
    assert marked == [4, 6]


# Headers


@pytest.mark.parametrize("name", [REGENCY, PROVINCE])
def test_the_law_that_was_replaced_names_what_is_in_force_today(name: str) -> None:
    replaced = {
        law.text.split(" tentang ")[0]: law.replaced_by
        for law in load_procedure(name).header.legal_basis
        if law.replaced_by
    }
    assert replaced["PermenPANRB 24/2014"] == "PermenPANRB 5/2025"
    assert replaced.get("PP 82/2012") == ("PP 71/2019" if name == REGENCY else None)


def test_what_the_printed_header_leaves_blank_is_blank() -> None:
    regency, province, agency = (
        load_procedure(REGENCY).header,
        load_procedure(PROVINCE).header,
        load_procedure(AGENCY).header,
    )
    assert (regency.number, regency.made) == ("050/…/Sekret", "22 September 2021")
    assert (regency.revised, regency.effective) == ("", "")
    for header in (province, agency):
        assert (header.number, header.made, header.revised, header.effective) == ("", "", "", "")


def test_the_citys_header_is_whole() -> None:
    header = load_procedure(CITY).header
    assert header.number == "000.8.3.3.3/35/SOP/DKISP/2024"
    assert (header.made, header.revised, header.effective) == (
        "3 Januari 2022",
        "10 Juli 2024",
        "2 Agustus 2024",
    )
    assert header.division == "Bidang Informasi Komunikasi dan Publikasi"
    assert header.approved_by == "dr. Witoyo, Kepala Dinas"
    assert "laporan staf" in header.recording


def test_the_agency_says_which_decree_its_header_means_and_when_the_ombudsman_comes() -> None:
    header = load_procedure(AGENCY).header
    assert 'Perpres "80/2011"' in header.related[1]
    assert "Perpres 81/2010" in header.related[1]
    assert "60 hari" in header.warning
    assert header.recording.startswith("Buku Inventarisasi")


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        (
            REGENCY,
            [
                "UU 14/2008",
                "UU 25/2009",
                "PP 82/2012",
                "Perpres 76/2013",
                "PermenPANRB 24/2014",
                "Permenkominfo 7/2013",
                "Perda Kabupaten Cirebon 14/2011",
            ],
        ),
        (
            PROVINCE,
            [
                "UU 25/2009",
                "Perpres 76/2013",
                "PermenPANRB 24/2014",
                "PermenPANRB 3/2015",
                "Perda Provinsi Jawa Timur 11/2016",
                "Pergub Jawa Timur 80/2016",
            ],
        ),
        (
            CITY,
            [
                "UU 25/2009",
                "PP 96/2012",
                "Permenkominfo 8/2019",
                "Perpres 76/2013",
                "Perda Kota Tarakan …/2010",
            ],
        ),
        (AGENCY, ["Perpres 76/2013"]),
    ],
)
def test_each_header_has_all_its_printed_laws(name: str, printed: list[str]) -> None:
    assert [law.text.split(" tentang ")[0] for law in load_procedure(name).header.legal_basis] == printed


def test_the_province_keeps_its_records_by_hand_too() -> None:
    assert load_procedure(PROVINCE).header.recording == "Disimpan secara elektronik dan manual"


@EVERY
def test_no_file_gives_away_an_officers_personal_number(name: str) -> None:
    text = "".join(layer.path.read_text(encoding="utf-8") for layer in read_layers(SOPS / f"{name}.toml"))
    assert not re.search(r"\bNIP\b|\d{8} ?\d{6} ?\d", text)


def test_each_government_calls_its_admin_and_its_agencies_by_its_own_names() -> None:
    titles = {
        name: (
            load_procedure(name).roles["regional_admin"].title.id,
            load_procedure(name).roles["liaison"].title.id,
        )
        for name in list_procedure_ids()
    }
    assert titles == {
        REGENCY: ("Admin Kabupaten", "SKPD / instansi vertikal"),
        PROVINCE: ("Admin Kominfo (Pejabat Narahubung)", "Satuan Kerja / instansi vertikal"),
        CITY: (
            "Operator Admin Pengaduan Daerah",
            "Operator Admin Pengaduan OPD / Pejabat Penghubung",
        ),
        AGENCY: (
            "Tim Administrator Kabupaten",
            "Administrator / Penghubung (Sekretaris, Kasubbag Umum dan Kepegawaian)",
        ),
        NATIONAL: ("Admin Daerah", "Pejabat Penghubung"),
    }


# Asking a procedure


@pytest.fixture
def procedure() -> Procedure:
    return load_procedure(REGENCY)


def test_a_procedure_nobody_wrote_cannot_be_loaded() -> None:
    with pytest.raises(FileNotFoundError):
        load_procedure("no-such-procedure")


def test_a_version_that_was_replaced_can_still_be_loaded() -> None:
    replaced = [file.stem.split("@") for file in (SOPS / "earlier").glob("*.toml")]
    assert {name for name, _ in replaced} == {REGENCY, PROVINCE}
    for name, version in replaced:
        assert load_procedure(name, version).version == version != load_procedure(name).version


def test_a_step_is_found_by_its_name_and_an_unknown_one_is_not(procedure: Procedure) -> None:
    assert procedure.get_step("review").kind is StepKind.REVIEW
    with pytest.raises(KeyError):
        procedure.get_step("judge")


def test_one_event_can_complete_several_rows(procedure: Procedure) -> None:
    assert procedure.list_rows_done_by("answer.delivered", "deliver") == (6, 7)
    assert procedure.list_rows_done_by("complaint.replied", "respond") == ()


def test_an_event_works_rows_off_only_in_the_step_they_belong_to() -> None:
    agency = load_procedure(AGENCY)
    assert agency.list_rows_done_by("handling.progressed", "inventory") == (2,)
    assert agency.list_rows_done_by("handling.progressed", "inventory-result") == (6,)
    assert agency.list_rows_done_by("handling.progressed", "receive") == ()


def test_filing_is_a_row_of_its_own_only_where_the_table_begins_with_the_citizen(
    procedure: Procedure,
) -> None:
    assert procedure.list_rows_done_by("complaint.filed", None) == (1,)
    assert load_procedure(AGENCY).list_rows_done_by("complaint.filed", None) == ()


@EVERY
def test_the_systems_own_steps_have_no_ladder(name: str) -> None:
    without = {
        step.kind
        for step in load_procedure(name).steps
        if load_procedure(name).find_step_ladder(step) is None
    }
    assert without == {StepKind.RECORD, StepKind.DELIVER}


def test_a_clocks_ladder_is_found_by_the_clocks_name(procedure: Procedure) -> None:
    ladders = procedure.ladders
    assert procedure.find_ladder("respond") == ladders["handling"]
    assert procedure.find_ladder("silence") == ladders["silence"]
    assert procedure.find_ladder("ombudsman") == ladders["ombudsman"]


def test_words_are_given_in_the_language_asked_for(procedure: Procedure) -> None:
    title = procedure.roles["reporter"].title
    assert (title.get_words("id"), title.get_words("en")) == ("Masyarakat", "Citizen")
