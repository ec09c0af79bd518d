"""Taking out of a text what would tell who somebody is.

People sign what they write, and name themselves in it: keeping the name in a field apart is not enough.
"""

import re
from collections.abc import Iterator

from chalicelib.domain.values.identity import Identity

MASKED = "[disamarkan]"
"""What stands in the place of what was taken out, in both languages: it may stand in a quoted text."""

_SHORTEST_PART = 3
"""Characters: a shorter part of a name is an initial, or a word of its own."""
_BETWEEN_DIGITS = r"[\s.\-()]*"


class Mask:
    """Masks what identifies one person: name, addresses, telephone, and the ids of their account.

    A name of several words is found in any case. Its parts are found only with a capital, as names are
    written: many are common words too ("hari", "indah"), and a text without those would say nothing.
    """

    def __init__(self, identity: Identity | None, *ids: str) -> None:
        patterns = [*_patterns(identity)] if identity else []
        patterns += [_word(_any_case(one)) for one in ids if one]
        # The longest first: a whole address goes before the name of which it holds a part.
        self._pattern = re.compile("|".join(sorted(patterns, key=len, reverse=True))) if patterns else None

    def text(self, said: str) -> str:
        """The text with everything that identifies the person replaced by ``MASKED``."""
        return self._pattern.sub(MASKED, said) if self._pattern else said


def _patterns(identity: Identity) -> Iterator[str]:
    for exact in (identity.account, identity.email, identity.address):
        if exact:
            yield _word(_any_case(exact))
    for name in (identity.name, identity.representative):
        parts = name.split() if name else []
        if len(parts) > 1:
            yield _word(_any_case(" ".join(parts)))
        for part in parts:
            if len(part.strip(".,")) >= _SHORTEST_PART:
                yield _word(_capitalised(part.strip(".,")))
    if identity.phone:
        yield _telephone(identity.phone)


def _word(pattern: str) -> str:
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def _any_case(said: str) -> str:
    return "(?i:" + r"\s+".join(re.escape(part) for part in said.split()) + ")"


def _capitalised(part: str) -> str:
    return "|".join(re.escape(one) for one in dict.fromkeys((part.capitalize(), part.title(), part.upper())))


def _telephone(phone: str) -> str:
    """A number (E.164) however people write it: with 0, 62 or +62, with dots, dashes or spaces."""
    digits = phone.lstrip("+").removeprefix("62")
    return rf"(?<!\d)(?:\+?62|0)?{_BETWEEN_DIGITS}{_BETWEEN_DIGITS.join(digits)}(?!\d)"
