"""Personal texts are stored separately from the events that refer to them."""

import secrets

from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.sanitize import clean_line, clean_text
from chalicelib.domain.values.sealed_text import LONGEST_TEXT, LONGEST_TITLE, SealedText

_SALT_BYTES = 16
_ON_ONE_LINE = ("title", "owner")


def seal(kind: str, text: str) -> SealedText:
    """Return a text with a new random salt; raise ``Refusal`` where it is empty or too long.

    ``kind`` ("narrative", "answer", …) begins its id, so that a reader of the table knows what it is. The
    text is cleaned; a place is JSON whose fields are cleaned already.
    """
    if kind != "place":
        text = (clean_line if kind in _ON_ONE_LINE else clean_text)(text).strip()
    longest = LONGEST_TITLE if kind == "title" else LONGEST_TEXT
    if not text:
        raise Refusal("text_empty", {"field": kind})
    if len(text) > longest:
        raise Refusal("text_too_long", {"field": kind, "most": str(longest), "given": str(len(text))})
    return SealedText(id=f"{kind}-{secrets.token_hex(4)}", salt=secrets.token_hex(_SALT_BYTES), text=text)
