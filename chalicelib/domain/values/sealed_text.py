"""Words and identities, kept apart from the facts."""

import hashlib
import hmac
from typing import Literal

from chalicelib.domain.complaint.events import TextRef
from chalicelib.domain.values.value import Value

LONGEST_TEXT = 4_000
"""Characters of a narrative, an answer or a reply (Open311 allows 4,000)."""
LONGEST_TITLE = 120


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


class Place(Value):
    """Where it happened: WGS 84 degrees, an address, or both."""

    latitude: float | None = None
    longitude: float | None = None
    address: str = ""


class Identity(Value):
    """Who filed, kept apart from the complaint; shown only to those who may see it.

    ``account`` is empty where it was typed in for somebody without one; ``representative`` came for them, as
    their ``relation``.
    """

    account: str
    name: str
    email: str | None = None
    phone: str | None = None
    language: Literal["id", "en"] = "id"
    address: str | None = None
    representative: str | None = None
    relation: str | None = None
