"""Registering, confirming and signing in. The identity provider keeps passwords and sends the codes."""

from dataclasses import dataclass
from typing import Literal, Protocol

from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.identity import Identity
from chalicelib.domain.values.phone import is_mobile, mask_phone, parse_phone
from chalicelib.domain.values.sanitize import clean_line
from chalicelib.services.ports import Accounts, Directory
from chalicelib.services.staff.officer_links import to_actor

_LONGEST_NAME = 100
SHORTEST_PASSWORD = 10
"""Characters, as the user pool has it. Asked before the provider is: it would say so of known logins only."""


class IdentityProvider(Protocol):
    """Who keeps passwords: Cognito. ``login`` is an e-mail address or an E.164 phone number.

    Raises ``Refusal`` with ``login_taken``, ``weak_password``, ``wrong_code``, ``code_expired``,
    ``wrong_password``, ``not_confirmed`` or ``too_many_tries``.
    """

    def register(self, login: str, password: str) -> str:
        """Sign somebody up and send them a code; their id."""

    def confirm(self, login: str, code: str) -> None:
        """Take the code as proof that the login is theirs."""

    def resend_code(self, login: str) -> None:
        """Send another code."""

    def sign_in(self, login: str, password: str) -> str:
        """The id of the one who knows the password."""

    def send_reset_code(self, login: str) -> None:
        """Send a code to set another password by; to nobody, and silently, for an unknown login."""

    def reset_password(self, login: str, code: str, password: str) -> str:
        """Set the password of the one who has the code, confirmed or not before; their id.

        Whatever is wrong with the code, or an unknown login, is ``wrong_code``: nothing tells them apart.
        """


@dataclass(frozen=True)
class Person:
    """Who is signed in: the account and, for an officer, the post."""

    account: Account
    officer: Officer | None = None

    @property
    def epoch(self) -> str:
        """What a session is good for: it changes when the password is reset or the officer moves."""
        return f"{self.account.epoch}.{self.officer.epoch if self.officer else 0}"

    @property
    def identity(self) -> Identity:
        """Who files, as it is kept apart with their complaints."""
        return Identity(
            account=self.account.id,
            name=self.account.name,
            email=self.account.email,
            phone=self.account.phone,
            language=self.account.language,
        )

    @property
    def actor(self) -> Actor:
        """As whom they act: an officer in their role, anybody else as a reporter."""
        return to_actor(self.officer) if self.officer else Actor(role="reporter", id=self.account.id)


class AccountService:
    """The way in, for citizens and officers alike."""

    def __init__(self, provider: IdentityProvider, accounts: Accounts, directory: Directory) -> None:
        self._provider = provider
        self._accounts = accounts
        self._directory = directory

    def register(self, name: str, login: str, password: str, language: Literal["id", "en"]) -> str:
        """A new citizen's account; the login in the form it is kept, to which a code has gone."""
        name = clean_line(name)
        if not 1 < len(name) <= _LONGEST_NAME:
            raise Refusal("name_missing", {"most": str(_LONGEST_NAME)})
        login = normalise_login(login)
        account = self._provider.register(login, password)
        self._accounts.put(_account(account, name, login, language))
        return login

    def confirm(self, login: str, code: str) -> None:
        """Finish the registration with the code that was sent."""
        self._provider.confirm(normalise_login(login), _code(code))

    def resend_code(self, login: str) -> None:
        """Send another code."""
        self._provider.resend_code(normalise_login(login))

    def sign_in(self, login: str, password: str) -> Person:
        """Who signs in; ``Refusal``: ``wrong_password``, or ``off_duty`` where they hold no post today."""
        login = normalise_login(login)
        account = self._provider.sign_in(login, password)
        if self._accounts.get(account) is None:
            # The registration was cut off after the provider knew them: they would be shut out for ever.
            self._accounts.put(_account(account, _name_from(login), login))
        person = self._person(account)
        if person is None:
            raise Refusal("off_duty")
        return person

    def send_reset_code(self, login: str) -> str:
        """Send a code to whoever forgot their password; the login in the form it is kept, known or not."""
        login = normalise_login(login)
        self._provider.send_reset_code(login)
        return login

    def reset_password(self, login: str, code: str, password: str) -> None:
        """Set another password by the code that was sent. Every session from before is over."""
        login, code = normalise_login(login), _code(code)
        if len(password) < SHORTEST_PASSWORD:
            raise Refusal("weak_password")
        id = self._provider.reset_password(login, code, password)  # noqa: A001
        account = self._accounts.get(id) or _account(id, _name_from(login), login)
        self._accounts.put(account.model_copy(update={"epoch": account.epoch + 1}))

    def get_person(self, account_id: str, epoch: str) -> Person:
        """Whose session it is; ``Refusal("signed_out")`` where its epoch has passed or they are off duty."""
        person = self._person(account_id)
        if person is None or person.epoch != epoch:
            raise Refusal("signed_out")
        return person

    def _person(self, account_id: str) -> Person | None:
        account = self._accounts.get(account_id)
        if account is None:
            return None
        if account.officer is None or account.region is None:
            return Person(account)
        officer = self._directory.get_officer_on_duty(account.region, account.officer)
        return Person(account, officer) if officer and _is_theirs(account, officer) else None


def _is_theirs(account: Account, officer: Officer) -> bool:
    """Whether the post is still this person's: another who holds it now has another address."""
    return not {account.email, account.phone}.isdisjoint({officer.email, officer.phone} - {None})


def _code(typed: str) -> str:
    """A code as it was sent; ``Refusal`` where none was typed."""
    code = "".join(typed.split())
    if not code:
        raise Refusal("wrong_code")
    return code


def _name_from(login: str) -> str:
    """What to call somebody whose name was lost; others read it, so never a whole number."""
    return login.partition("@")[0] if "@" in login else mask_phone(login)


def _account(id: str, name: str, login: str, language: Literal["id", "en"] = "id") -> Account:  # noqa: A002
    by_mail = "@" in login
    return Account(
        id=id,
        name=name,
        email=login if by_mail else None,
        phone=None if by_mail else login,
        language=language,
    )


def normalise_login(login: str) -> str:
    """An e-mail address in lower case or an Indonesian mobile number as E.164; else ``Refusal``."""
    login = login.strip()
    if "@" in login:
        name, _, host = login.rpartition("@")
        if not name or "." not in host or any(c.isspace() for c in login) or len(login) > 254:
            raise Refusal("bad_login")
        return login.lower()
    try:
        phone = parse_phone(login)
    except ValueError as error:
        raise Refusal("bad_login") from error
    if not is_mobile(phone):
        raise Refusal("bad_login")
    return phone
