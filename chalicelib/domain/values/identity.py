"""Who filed a complaint, kept apart from it."""

from typing import Literal

from chalicelib.domain.values.value import Value


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
