"""The procedures on file say what their printed sources say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import chalicelib
from chalicelib.domain.procedure import SOPS, Procedure, Role, StepKind, Text, known, load

REGENCY, PROVINCE = "cirebon-2021", "jawa-timur"
EVERY = pytest.mark.parametrize("name", known())


def in_indonesian(said: Text | None) -> str:
    return said.id if said else ""


def rows(name: str) -> dict[int, tuple[str, str]]:
    """Number → printed standard time and the Indonesian words of what is needed."""
    return {
        row.number: (in_indonesian(row.standard_time), in_indonesian(row.needs))
        for row, _ in load(name).rows()
        for row, _ in load(name).rows()
    }


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


@EVERY
def test_the_seven_rows_stand_in_the_order_of_the_printed_table(name: str) -> None:
    assert [row.number for row, _ in load(name).rows()] == [1, 2, 3, 4, 5, 6, 7]
    assert load(name).last_row == 7


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


def test_the_province_sends_the_report_where_the_regency_notifies() -> None:
    third = {name: next(row for row, _ in load(name).rows() if row.number == 3) for name in known()}
    assert third[PROVINCE].does.id.startswith("Mengirim laporan")
    assert third[REGENCY].does.id.startswith("Memberi tahu")


def test_the_provinces_sixth_row_is_marked_for_the_admin_and_the_system() -> None:
    sixth = next(row for row, _ in load(PROVINCE).rows() if row.number == 6)
    assert sixth.actor.id == "Admin Kominfo (Pejabat Narahubung) dan Sistem"


@EVERY
def test_a_printed_standard_time_is_the_time_of_the_step_that_works_the_row_off(name: str) -> None:
    for row, step in load(name).rows():
        if row.standard_time and step:
            printed = row.standard_time.id.replace("hari", "hari kerja")
            assert printed == step.standard_time.text("id")


@EVERY
def test_the_answer_time_runs_from_the_forwarding_and_belongs_to_the_agency(name: str) -> None:
    verify, respond = load(name).step("verify"), load(name).step("respond")
    assert verify.exits == {"forward": "respond"}
    assert (respond.owner, respond.exits) == (Role.LIAISON, {"answer": "review"})


@EVERY
def test_what_is_added_after_the_last_row_is_marked_as_the_national_frames(name: str) -> None:
    confirm = load(name).step("confirm")
    assert confirm.rows == ()
    assert confirm.standard_time.working_days == 10
    assert confirm.decision
    assert "kerangka nasional" in confirm.decision.id


@EVERY
def test_steps_ladders_and_roles_that_the_source_does_not_know_carry_a_decision(name: str) -> None:
    procedure = load(name)
    assert all(step.decision for step in procedure.steps if not step.rows)
    assert all(ladder.decision for ladder in procedure.ladders.values())
    assert all(procedure.roles[role].decision for role in (Role.COORDINATOR, Role.HEAD))


@EVERY
def test_a_decision_of_ours_is_said_once(name: str) -> None:
    said = list(decisions(load(name)))
    assert len(said) >= 9
    assert len(set(said)) == len(said)


@EVERY
def test_the_law_that_was_replaced_names_what_is_in_force_today(name: str) -> None:
    replaced = {
        law.text.split(" tentang ")[0]: law.replaced_by
        for law in load(name).header.legal_basis
        if law.replaced_by
    }
    assert replaced["PermenPANRB 24/2014"] == "PermenPANRB 5/2025"
    assert replaced.get("PP 82/2012") == ("PP 71/2019" if name == REGENCY else None)


def test_what_the_printed_header_leaves_blank_is_blank() -> None:
    regency, province = load(REGENCY).header, load(PROVINCE).header
    assert (regency.number, regency.made) == ("050/…/Sekret", "22 September 2021")
    assert (regency.revised, regency.effective) == ("", "")
    assert (province.number, province.made, province.revised, province.effective) == ("", "", "", "")


def test_each_header_has_all_its_printed_laws() -> None:
    def laws(name: str) -> list[str]:
        return [law.text.split(" tentang ")[0] for law in load(name).header.legal_basis]

    assert laws(REGENCY) == [
        "UU 14/2008",
        "UU 25/2009",
        "PP 82/2012",
        "Perpres 76/2013",
        "PermenPANRB 24/2014",
        "Permenkominfo 7/2013",
        "Perda Kabupaten Cirebon 14/2011",
    ]
    assert laws(PROVINCE) == [
        "UU 25/2009",
        "Perpres 76/2013",
        "PermenPANRB 24/2014",
        "PermenPANRB 3/2015",
        "Perda Provinsi Jawa Timur 11/2016",
        "Pergub Jawa Timur 80/2016",
    ]


def test_the_province_keeps_its_records_by_hand_too() -> None:
    assert load(PROVINCE).header.recording == "Disimpan secara elektronik dan manual"


@EVERY
def test_no_file_gives_away_an_officers_personal_number(name: str) -> None:
    text = (SOPS / f"{name}.toml").read_text(encoding="utf-8")
    assert not re.search(r"\bNIP\b|\d{8} ?\d{6} ?\d", text)


def test_each_government_calls_its_admin_and_its_agencies_by_its_own_names() -> None:
    titles = {name: {role: title.title.id for role, title in load(name).roles.items()} for name in known()}
    assert titles[REGENCY]["regional_admin"] == "Admin Kabupaten"
    assert titles[REGENCY]["liaison"] == "SKPD / instansi vertikal"
    assert titles[PROVINCE]["regional_admin"] == "Admin Kominfo (Pejabat Narahubung)"
    assert titles[PROVINCE]["liaison"] == "Satuan Kerja / instansi vertikal"


def test_no_python_names_a_government() -> None:
    code = Path(chalicelib.__file__).parent
    governments = [load(name).header.government.split(maxsplit=2)[2] for name in known()]
    naming = [
        file.name
        for file in code.rglob("*.py")
        for government in governments
        if government.lower() in file.read_text(encoding="utf-8").lower().replace("-", " ")
    ]
    assert (len(governments), naming) == (2, [])


# Asking a procedure


@pytest.fixture
def procedure() -> Procedure:
    return load(known()[0])


def test_a_procedure_nobody_wrote_cannot_be_loaded() -> None:
    with pytest.raises(FileNotFoundError):
        load("no-such-procedure")


def test_a_step_is_found_by_its_name_and_an_unknown_one_is_not(procedure: Procedure) -> None:
    assert procedure.step("review").kind is StepKind.REVIEW
    with pytest.raises(KeyError):
        procedure.step("judge")


def test_one_event_can_work_off_several_rows(procedure: Procedure) -> None:
    assert procedure.rows_done_by("answer.delivered") == (6, 7)
    assert procedure.rows_done_by("complaint.replied") == ()


def test_the_systems_own_steps_have_no_ladder(procedure: Procedure) -> None:
    with_ladder = {step.kind for step in procedure.steps if procedure.ladder_of(step)}
    assert with_ladder == {StepKind.VERIFY, StepKind.RESPOND, StepKind.REVIEW, StepKind.CONFIRM}


def test_words_are_given_in_the_language_asked_for(procedure: Procedure) -> None:
    title = procedure.roles["reporter"].title
    assert (title.within("id"), title.within("en")) == ("Masyarakat", "Citizen")
