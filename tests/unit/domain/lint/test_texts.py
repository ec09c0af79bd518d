"""Texts in two languages, and legal bases."""

from pathlib import Path

import pytest

from tests.unit.domain.lint.planting import (
    Defects,
    assert_found,
)

DEFECTS: Defects = {
    "blank words": (
        ('en = "Citizen"', 'en = " "'),
        "role reporter",
        '"title.en" is blank',
        "Write the words",
    ),
    "words that were not translated": (
        (
            'en = "The source knows no reopening; the reporter has 10 working days"',
            'en = "Sumber tidak mengenal pembukaan kembali; pelapor diberi 10 hari kerja"',
        ),
        "reopening",
        '"decision" is the same in Indonesian and English',
        "Translate it",
    ),
    "a deadline whose legal basis names nothing": (
        ('legal_basis = "Keputusan profil: waktu memeriksa jawaban sebelum baris 6"', 'legal_basis = "-"'),
        "step review",
        'its legal basis is "-", which names no rule',
        "Name the rule",
    ),
    "an envelope whose legal basis names nothing": (
        ('legal_basis = "UU 37/2008 tentang Ombudsman Republik Indonesia"', 'legal_basis = "?"'),
        "envelope ombudsman",
        "names no rule",
        "say that the profile decided it",
    ),
    "two owners of one step": (
        ('owner = "liaison"', 'owner = "liaison, head"'),
        "step respond",
        'its owner is "liaison, head"',
        "head, inspectorate, liaison",
    ),
    "a role without any part": (
        ("[roles.reporter]", '[roles.unit]\ntitle = { id = "Bidang", en = "Unit" }\n[roles.reporter]'),
        "role unit",
        "does nothing here",
        "Remove it",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_texts_is_found_with_place_and_remedy(defect: str, tmp_path: Path) -> None:
    assert_found(DEFECTS[defect], tmp_path)
