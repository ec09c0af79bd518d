"""The schemas of accounts and sessions."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import StringConstraints

from chalicelib.domain.values.value import Value
from chalicelib.i18n.dates import Language
from chalicelib.services.staff.accounts import Person

Login = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
"""An e-mail address, or an Indonesian mobile number."""
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]
ConfirmationCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12)]


class NewAccount(Value):
    """A citizen to register. A code goes to the login."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
    login: Login
    password: Password
    language: Language = "id"


class Confirmation(Value):
    """The code that was sent to the login."""

    login: Login
    code: ConfirmationCode


class NewCode(Value):
    """A request for another code."""

    login: Login


class NewPassword(Value):
    """A new password, with the code that was sent."""

    login: Login
    code: ConfirmationCode
    password: Password


class PendingAccount(Value):
    """The login as it is stored, to which a code was sent."""

    login: str


class NewSession(Value):
    """The login and password to sign in with."""

    login: Login
    password: Password


class SignedIn(Value):
    """The person who is signed in; for an officer with role, region and agency."""

    id: str
    name: str
    language: Language
    role: str
    region: str | None = None
    agency: str | None = None

    @classmethod
    def of(cls, person: Person) -> Self:
        account, actor = person.account, person.actor
        return cls(
            id=account.id,
            name=account.name,
            language=account.language,
            role=actor.role,
            region=actor.region,
            agency=actor.agency,
        )


class Session(Value):
    """A session token, to send as ``Authorization: Bearer``."""

    token: str
    expires_at: datetime
    person: SignedIn
