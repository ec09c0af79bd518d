"""Texts with personal data, stored separately from the events that refer to them."""

import hashlib
import hmac

from chalicelib.domain.values.value import Value

LONGEST_TEXT = 4_000
"""Characters of a narrative, an answer or a reply (Open311 allows 4,000)."""
LONGEST_TITLE = 120


class TextRef(Value):
    """An event's reference to a sealed text.

    ``hmac`` is computed with a salt that is stored with the text: without the salt the reference proves
    nothing.
    """

    id: str
    hmac: str


class SealedText(Value):
    """A text that may hold personal data, with the random salt (hex) of the references to it."""

    id: str
    salt: str
    text: str

    @property
    def ref(self) -> TextRef:
        """Return the reference that events may hold. Without the salt nobody can tell what the text was."""
        digest = hmac.new(bytes.fromhex(self.salt), self.text.encode(), hashlib.sha256).hexdigest()
        return TextRef(id=self.id, hmac=digest)
