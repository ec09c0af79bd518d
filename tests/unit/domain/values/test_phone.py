import pytest

from chalicelib.domain.values.phone import PhoneError, is_mobile, mask_phone, parse_phone


@pytest.mark.parametrize(
    "written",
    [
        "081234567890",
        "0812-3456-7890",
        "0812.3456.7890",
        " 0812 3456 7890 ",
        "6281234567890",
        "62 812-3456-7890",
        "+6281234567890",
        "+62 812 3456 7890",
        "+62 (0)812 3456 7890",
        "(+62) 812 3456 7890",
        "(62) 812 3456 7890",
        "0812\u20133456\u20137890",
    ],
)
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert parse_phone(written) == "+6281234567890"


def test_a_landline_is_read_with_its_area_code() -> None:
    assert parse_phone("(0231) 321456") == "+62231321456"


@pytest.mark.parametrize(
    "written",
    ["", "telepon", "0812-HALO-7890", "0812", "112", "08123456789012345", "+62", "0812;3456", "++62812"],
)
def test_what_is_no_number_is_refused_as_invalid(written: str) -> None:
    with pytest.raises(PhoneError) as refused:
        parse_phone(written)
    assert refused.value.reason == "invalid"


@pytest.mark.parametrize("written", ["+1 202 555 0123", "+60 12-345 6789", "+65 9123 4567"])
def test_a_number_of_another_country_is_refused_as_foreign(written: str) -> None:
    with pytest.raises(ValueError, match="Indonesian") as refused:
        parse_phone(written)
    assert isinstance(refused.value, PhoneError)
    assert refused.value.reason == "foreign"


def test_a_refusal_never_repeats_the_number() -> None:
    with pytest.raises(PhoneError) as refused:
        parse_phone("+12025550123")
    assert "2025550123" not in str(refused.value)


@pytest.mark.parametrize("mobile", ["+6281234567890", "+628991234567", "+6285712345678", "+628681234567"])
def test_an_sms_reaches_a_mobile(mobile: str) -> None:
    assert is_mobile(mobile)


@pytest.mark.parametrize(
    "other",
    ["+62231321456", "+62215551234", "+628001234567", "+628091234567", "+447400123456"],
    ids=["landline", "Jakarta landline", "toll-free", "premium", "British mobile"],
)
def test_an_sms_reaches_nothing_else(other: str) -> None:
    assert not is_mobile(other)


def test_a_masked_number_shows_three_digits_and_two() -> None:
    assert mask_phone("+6281234567890") == "+62 812••••••90"
    assert mask_phone("+62231321456") == "+62 231••••56"
