"""The heads on file are those of the printed sources."""

import re

import pytest

from chalicelib.domain.procedure.extends import read_layers
from chalicelib.domain.procedure.loading import SOPS, list_procedure_ids, load_procedure
from tests.unit.domain.procedure.sources import (
    AGENCY,
    CITY,
    EVERY,
    NATIONAL,
    PROVINCE,
    REGENCY,
)


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
