"""Ticket numbers (*nomor laporan*): short, readable over the phone, and protected against typing errors.

``CRB-7K3M9X`` is the region's prefix, five random characters and a check character. The check character is a
sum of all other characters, each with a different weight, modulo the prime 29. It detects every single wrong
character and every swap of two neighbours, in the prefix too.
"""

import re
from collections.abc import Callable
from typing import Literal

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"
"""29 symbols that do not look alike: no 0/O, 1/I/L, 2/Z, 5/S."""

_RANDOM_LENGTH = 5
_LETTERS_ONLY_IN_PREFIXES = "ILOSZ"
# Each of the 26 letters needs a value. Letters outside the alphabet take those of digits (not in prefixes).
_VALUES = {symbol: i for i, symbol in enumerate(ALPHABET)} | {
    letter: i for i, letter in enumerate(_LETTERS_ONLY_IN_PREFIXES)
}
_PREFIX = re.compile(r"[A-Z]{2,5}")
_TICKET = re.compile(rf"({_PREFIX.pattern})-([{ALPHABET}]{{{_RANDOM_LENGTH}}})([{ALPHABET}])")
# Characters that people, or their phones, put between the parts.
_SEPARATORS = re.compile(r"[\s.,_/\-\u2010-\u2015\u2212]+")


class TicketError(ValueError):
    """A text that is not a ticket number.

    ``reason`` is "form" (it cannot be one) or "check" (a character is wrong, or two are swapped).
    """

    def __init__(self, reason: Literal["form", "check"], message: str) -> None:
        super().__init__(message)
        self.reason = reason


def create_ticket(prefix: str, random_below: Callable[[int], int]) -> str:
    """Return a random ticket number for a region whose prefix is two to five capital letters.

    ``random_below(n)`` returns a random integer from 0 to n - 1 (``secrets.randbelow``). There are 20.5
    million numbers for each prefix: the caller must check that the number is free. Raise ValueError for a
    wrong prefix.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("a ticket prefix is two to five capital letters")
    code = "".join(ALPHABET[random_below(len(ALPHABET))] for _ in range(_RANDOM_LENGTH))
    return f"{prefix}-{code}{_compute_check_character(prefix + code)}"


def is_ticket(text: str) -> bool:
    """Return whether the text is a ticket number exactly as :func:`create_ticket` writes it."""
    match = _TICKET.fullmatch(text)
    return match is not None and _compute_check_character(match[1] + match[2]) == match[3]


def parse_ticket(text: str) -> str:
    """Return the ticket number that a person typed or read out.

    Accepts upper and lower case, spaces and dots, and a missing dash. Raise TicketError (a ValueError) that
    says whether the form or the check character is wrong.
    """
    packed = _SEPARATORS.sub("", text).upper()
    code_length = _RANDOM_LENGTH + 1
    ticket = f"{packed[:-code_length]}-{packed[-code_length:]}"
    if not _TICKET.fullmatch(ticket):
        raise TicketError("form", "a ticket number looks like ABC-7K3M9X: letters, a dash, six characters")
    if not is_ticket(ticket):
        raise TicketError("check", "a character of the ticket number is wrong or missing, or two are swapped")
    return ticket


def _compute_check_character(symbols: str) -> str:
    # The check character has weight 1. All weights are different and below 29.
    total = sum(weight * _VALUES[symbol] for weight, symbol in enumerate(reversed(symbols), start=2))
    return ALPHABET[-total % len(ALPHABET)]
