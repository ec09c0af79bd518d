"""Ticket numbers (*nomor laporan*): short, readable over the phone, and guarded against slips.

``CRB-7K3M9X`` is the region's prefix, five random characters and a check character. The check character is a
sum over all the others with a weight of its own for every place, modulo the prime 29: it catches every single
wrong character and every swap of two neighbours, in the prefix as well.
"""

import re
from collections.abc import Callable
from typing import Literal

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"
"""29 symbols without look-alikes: no 0/O, 1/I/L, 2/Z, 5/S."""

_RANDOM_LENGTH = 5
_LETTERS_ONLY_IN_PREFIXES = "ILOSZ"
# Each of the 26 letters needs its own value; those outside the alphabet take digits', which no prefix has.
_VALUES = {symbol: i for i, symbol in enumerate(ALPHABET)} | {
    letter: i for i, letter in enumerate(_LETTERS_ONLY_IN_PREFIXES)
}
_PREFIX = re.compile(r"[A-Z]{2,5}")
_TICKET = re.compile(rf"({_PREFIX.pattern})-([{ALPHABET}]{{{_RANDOM_LENGTH}}})([{ALPHABET}])")
# What people put between the parts, or a phone inserts for them.
_SEPARATORS = re.compile(r"[\s.,_/\-\u2010-\u2015\u2212]+")


class TicketError(ValueError):
    """Not a ticket number. ``reason``: "form" (cannot be one) or "check" (a wrong or swapped character)."""

    def __init__(self, reason: Literal["form", "check"], message: str) -> None:
        super().__init__(message)
        self.reason = reason


def new_ticket(prefix: str, random_below: Callable[[int], int]) -> str:
    """A new ticket number for a region whose prefix is two to five capital letters.

    ``random_below(n)`` gives a random integer from 0 to n - 1 (``secrets.randbelow``). There are 20.5 million
    numbers a prefix: the caller must refuse one that is taken. Raises ValueError for a wrong prefix.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("a ticket prefix is two to five capital letters")
    code = "".join(ALPHABET[random_below(len(ALPHABET))] for _ in range(_RANDOM_LENGTH))
    return f"{prefix}-{code}{_check_character(prefix + code)}"


def is_ticket(text: str) -> bool:
    """Whether the text is a ticket number exactly as :func:`new_ticket` writes it, check and all."""
    match = _TICKET.fullmatch(text)
    return match is not None and _check_character(match[1] + match[2]) == match[3]


def normalise(text: str) -> str:
    """The ticket number a person typed or read out: in any case, with spaces or dots, with or without a dash.

    Raises TicketError (a ValueError) that says whether the form or the check character is wrong.
    """
    packed = _SEPARATORS.sub("", text).upper()
    code_length = _RANDOM_LENGTH + 1
    ticket = f"{packed[:-code_length]}-{packed[-code_length:]}"
    if not _TICKET.fullmatch(ticket):
        raise TicketError("form", "a ticket number looks like ABC-7K3M9X: letters, a dash, six characters")
    if not is_ticket(ticket):
        raise TicketError("check", "a character of the ticket number is wrong or missing, or two are swapped")
    return ticket


def _check_character(symbols: str) -> str:
    # The check character itself has weight 1; the weights of the others differ and stay below 29.
    total = sum(weight * _VALUES[symbol] for weight, symbol in enumerate(reversed(symbols), start=2))
    return ALPHABET[-total % len(ALPHABET)]
