"""Indonesian telephone numbers: stored as E.164; only mobile numbers can receive SMS."""

import re
from typing import Literal

_SEPARATORS = re.compile(r"[\s.()/\-\u2010-\u2015\u2212]+")
# Letters are refused before parsing: the package would read "0812-HALO" as a vanity number.
_DIALLED = re.compile(r"\+?[0-9]+")


class PhoneError(ValueError):
    """A text that is not an Indonesian telephone number.

    ``reason`` is "invalid" (not a telephone number) or "foreign" (not Indonesian). The message never repeats
    the number: it is personal data, and messages are logged.
    """

    def __init__(self, reason: Literal["invalid", "foreign"], message: str) -> None:
        super().__init__(message)
        self.reason = reason


def parse_phone(text: str) -> str:
    """Return the number in E.164 (``+6281234567890``).

    Accepts 08…, 62… and +62…, with dots, dashes, spaces and brackets. Raise PhoneError (a ValueError) where
    the text is not a telephone number, or not an Indonesian one.
    """
    import phonenumbers

    dialled = _SEPARATORS.sub("", text)
    if not _DIALLED.fullmatch(dialled):
        raise PhoneError("invalid", "a phone number has digits only, like 0812-3456-7890")
    if dialled.startswith("62"):
        dialled = "+" + dialled
    try:
        number = phonenumbers.parse(dialled, "ID")
    except phonenumbers.NumberParseException:
        raise PhoneError("invalid", "this is not a phone number") from None
    if number.country_code != 62:
        raise PhoneError("foreign", "only Indonesian phone numbers (+62) can be used")
    if not phonenumbers.is_valid_number(number):
        raise PhoneError("invalid", "no Indonesian phone number has these digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(e164: str) -> bool:
    """Return whether the number can receive SMS: a mobile number (+62 8xx), no landline or service number."""
    import phonenumbers

    number = phonenumbers.parse(e164)
    return number.country_code == 62 and (
        phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    )


def mask_phone(e164: str) -> str:
    """Return ``+62 812•••••••90``: enough for the owner to recognise it, with a dot for each hidden digit."""
    digits = e164.removeprefix("+62")
    return f"+62 {digits[:3]}{'•' * (len(digits) - 5)}{digits[-2:]}"
