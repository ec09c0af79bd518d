"""Taking words apart from the facts that speak of them."""

import secrets

from chalicelib.domain.errors import Refusal
from chalicelib.domain.privacy import LONGEST_TEXT, LONGEST_TITLE, Words

_SALT_BYTES = 16


def seal(kind: str, text: str) -> Words:
    """A text under a fresh random salt; ``Refusal`` where it is empty or too long.

    ``kind`` ("narrative", "answer", …) begins its id, so that a reader of the table knows what it is.
    """
    text = text.strip()
    longest = LONGEST_TITLE if kind == "title" else LONGEST_TEXT
    if not text:
        raise Refusal("text_empty", {"field": kind})
    if len(text) > longest:
        raise Refusal("text_too_long", {"field": kind, "most": str(longest), "given": str(len(text))})
    return Words(id=f"{kind}-{secrets.token_hex(4)}", salt=secrets.token_hex(_SALT_BYTES), text=text)
