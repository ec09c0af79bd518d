"""The identity of a complaint's reporter, stored separately from the complaint."""

from typing import Literal

from chalicelib.domain.values.value import Value


class Identity(Value):
    """The person who filed a complaint. It is stored separately and shown only to those who may see it.

    ``account`` is empty where an officer filed for somebody without an account. ``representative`` is the
    person who came for the reporter, and ``relation`` is what they are to the reporter.
    """

    account: str
    name: str
    email: str | None = None
    phone: str | None = None
    language: Literal["id", "en"] = "id"
    address: str | None = None
    representative: str | None = None
    relation: str | None = None
