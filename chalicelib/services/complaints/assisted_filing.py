"""Reporters who wrote, came or called, so that an officer types their report in."""

from typing import Annotated, Literal

from pydantic import StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.phone import parse_phone
from chalicelib.domain.values.sanitize import OneLine
from chalicelib.domain.values.value import Value
from chalicelib.services.staff.accounts import normalise_login

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100), OneLine]


class OnBehalf(Value):
    """The reporter; ``representative`` came for them, and ``relation`` says as what (their child, lawyer).

    ``phone`` may be a landline. Pydantic's ``ValidationError`` has ``email_mistyped`` and ``phone_mistyped``.
    """

    name: _Name
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = None
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), OneLine] | None = None
    representative: _Name | None = None
    relation: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), OneLine] | None = None

    @field_validator("email")
    @classmethod
    def _normalise_email(cls, email: str | None) -> str | None:
        if not email:
            return None
        try:
            if "@" in email:
                return normalise_login(email)
        except Refusal:
            pass
        raise PydanticCustomError("email_mistyped", "not an e-mail address")

    @field_validator("phone")
    @classmethod
    def _parse_phone(cls, phone: str | None) -> str | None:
        try:
            return parse_phone(phone) if phone else None
        except ValueError:
            raise PydanticCustomError("phone_mistyped", "not an Indonesian phone number") from None

    def create_identity(self, language: Literal["id", "en"]) -> Identity:
        """Return the identity that is stored separately; this reporter has no account."""
        return Identity(account="", language=language, **self.model_dump())
