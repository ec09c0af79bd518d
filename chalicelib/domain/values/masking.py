"""Remove from a text what identifies a person.

People sign what they write and mention their own names in it: storing the name in a separate field is not
enough.
"""

import re
from collections.abc import Iterator

from chalicelib.domain.values.identity import Identity

MASKED = "[disamarkan]"
"""The replacement for masked text. It is the same in both languages: it may be in a quotation."""

_SHORTEST_PART = 3
"""Characters. A shorter part of a name is an initial or an ordinary word."""
_BETWEEN_DIGITS = r"[\s.\-()]*"


class Mask:
    """A mask for what identifies one person: names, addresses, telephone number, and ids of their account.

    A name of several words is masked in upper and lower case. A single part of it is masked only with a
    capital letter, as names are written: many parts are also common words ("hari", "indah"), and a text
    without them would lose its meaning.
    """

    def __init__(self, identity: Identity | None, *ids: str) -> None:
        patterns = [*_build_patterns(identity)] if identity else []
        patterns += [_match_word(_match_any_case(account_id)) for account_id in ids if account_id]
        # The longest first: a whole address is masked before a name that is part of it.
        self._pattern = re.compile("|".join(sorted(patterns, key=len, reverse=True))) if patterns else None

    def apply(self, text: str) -> str:
        """Return the text with everything that identifies the person replaced by ``MASKED``."""
        return self._pattern.sub(MASKED, text) if self._pattern else text


def _build_patterns(identity: Identity) -> Iterator[str]:
    for exact in (identity.account, identity.email, identity.address):
        if exact:
            yield _match_word(_match_any_case(exact))
    for name in (identity.name, identity.representative):
        parts = name.split() if name else []
        if len(parts) > 1:
            yield _match_word(_match_any_case(" ".join(parts)))
        for part in parts:
            if len(part.strip(".,")) >= _SHORTEST_PART:
                yield _match_word(_match_capitalised(part.strip(".,")))
    if identity.phone:
        yield _match_telephone(identity.phone)


def _match_word(pattern: str) -> str:
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def _match_any_case(text: str) -> str:
    return "(?i:" + r"\s+".join(re.escape(part) for part in text.split()) + ")"


def _match_capitalised(part: str) -> str:
    spellings = dict.fromkeys((part.capitalize(), part.title(), part.upper()))
    return "|".join(re.escape(spelling) for spelling in spellings)


def _match_telephone(phone: str) -> str:
    """Match an E.164 number in every form people write: with 0, 62 or +62, with dots, dashes or spaces."""
    digits = phone.lstrip("+").removeprefix("62")
    return rf"(?<!\d)(?:\+?62|0)?{_BETWEEN_DIGITS}{_BETWEEN_DIGITS.join(digits)}(?!\d)"
