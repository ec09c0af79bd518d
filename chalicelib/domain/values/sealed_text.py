"""Words and identities, kept apart from the facts."""

import hashlib
import hmac

from chalicelib.domain.values.value import Value

LONGEST_TEXT = 4_000
"""Characters of a narrative, an answer or a reply (Open311 allows 4,000)."""
LONGEST_TITLE = 120


class TextRef(Value):
    """Words kept apart. ``hmac`` is theirs under a salt stored with them: erase it and the link is gone."""

    id: str
    hmac: str


class SealedText(Value):
    """A text that may hold personal data, with the random salt (hex) under which facts refer to it."""

    id: str
    salt: str
    text: str

    @property
    def ref(self) -> TextRef:
        """The reference facts may hold: without the salt nobody can tell what the words were."""
        digest = hmac.new(bytes.fromhex(self.salt), self.text.encode(), hashlib.sha256).hexdigest()
        return TextRef(id=self.id, hmac=digest)
