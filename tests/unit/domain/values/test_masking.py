import pytest

from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.masking import MASKED, Mask

HARI = Identity(
    account="2c9f-account",
    name="Hari Siti Aminah",
    email="siti.aminah@example.com",
    phone="+628133333333",
    address="Jl. Melati No. 5, RT 02",
    representative="Budi Santoso",
    relation="anak",
)


@pytest.mark.parametrize(
    "said",
    [
        "2c9f-account",
        "siti.aminah@example.com",
        "SITI.AMINAH@EXAMPLE.COM",
        "hari siti aminah",
        "HARI  SITI\nAMINAH",
        "Siti",
        "AMINAH",
        "Budi Santoso",
        "0813-3333-333",
        "+62 813 3333 333",
        "62813.3333.333",
        "08133333333",
        "jl. melati no. 5, rt 02",
    ],
)
def test_what_identifies_somebody_is_taken_out_however_it_is_written(said: str) -> None:
    assert Mask(HARI).apply(f"Saya: {said}; korban.") == f"Saya: {MASKED}; korban."


@pytest.mark.parametrize(
    "said",
    ["dalam tiga hari kerja", "Amin", "Sitinjak", "9081333333334", "jalan melati", "anak saya"],
)
def test_words_that_only_look_alike_stay(said: str) -> None:
    assert Mask(HARI).apply(said) == said


def test_a_name_of_one_word_is_found_as_names_are_written() -> None:
    mask = Mask(Identity(account="", name="Indah"))

    assert mask.apply("Indah bilang pemandangannya indah.") == f"{MASKED} bilang pemandangannya indah."


def test_without_anything_to_look_for_nothing_changes() -> None:
    assert Mask(None).apply("Siti Aminah, 08133333333") == "Siti Aminah, 08133333333"


def test_an_id_is_taken_out_even_where_the_identity_is_erased() -> None:
    assert Mask(None, "account-siti").apply("oleh account-siti") == f"oleh {MASKED}"
