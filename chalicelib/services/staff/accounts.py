"""Registration, confirmation and sign-in. The identity provider keeps passwords and sends the codes."""

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
"""Characters, as in the user pool. Checked first: the provider would complain about known logins only."""


class IdentityProvider(Protocol):
    """The keeper of the passwords: Cognito. ``login`` is an e-mail address or an E.164 phone number.

    Raises ``Refusal`` with ``login_taken``, ``weak_password``, ``wrong_code``, ``code_expired``,
    ``wrong_password``, ``not_confirmed`` or ``too_many_tries``.
    """

    def register(self, login: str, password: str) -> str:
        """Sign somebody up, send them a code and return their id."""

    def confirm(self, login: str, code: str) -> None:
        """Accept the code as proof that the login is theirs."""

    def resend_code(self, login: str) -> None:
        """Send another code to a login that is not confirmed."""

    def sign_in(self, login: str, password: str) -> str:
        """Return the id of the person with this login and password."""

    def send_reset_code(self, login: str) -> None:
        """Send a code for a new password; send nothing, silently, for an unknown login."""

    def reset_password(self, login: str, code: str, password: str) -> str:
        """Set the password of the person with the code, confirmed before or not, and return their id.

        Every fault of the code, and an unknown login, is ``wrong_code``: nothing tells them apart.
        """


@dataclass(frozen=True)
class Person:
    """A person who is signed in: the account and, for an officer, the post."""

    account: Account
    officer: Officer | None = None

    @property
    def epoch(self) -> str:
        """Return the session's epoch: it changes when the password is reset or the officer moves."""
        return f"{self.account.epoch}.{self.officer.epoch if self.officer else 0}"

    @property
    def identity(self) -> Identity:
        """Return the identity that is stored separately from their complaints."""
        return Identity(
            account=self.account.id,
            name=self.account.name,
            email=self.account.email,
            phone=self.account.phone,
            language=self.account.language,
        )

    @property
    def actor(self) -> Actor:
        """Return the actor: an officer in their role, anybody else as a reporter."""
        return to_actor(self.officer) if self.officer else Actor(role="reporter", id=self.account.id)


class AccountService:
    """The accounts of citizens and officers alike."""

    def __init__(self, provider: IdentityProvider, accounts: Accounts, directory: Directory) -> None:
        self._provider = provider
        self._accounts = accounts
        self._directory = directory

    def register(self, name: str, login: str, password: str, language: Literal["id", "en"]) -> str:
        """Create a citizen's account, send a code, and return the login in the form it is stored in."""
        name = clean_line(name)
        if not 1 < len(name) <= _LONGEST_NAME:
            raise Refusal("name_missing", {"most": str(_LONGEST_NAME)})
        login = normalise_login(login)
        account = self._provider.register(login, password)
        self._accounts.put(_create_account(account, name, login, language))
        return login

    def confirm(self, login: str, code: str) -> None:
        """Finish the registration with the code from the message."""
        self._provider.confirm(normalise_login(login), _parse_code(code))

    def resend_code(self, login: str) -> None:
        self._provider.resend_code(normalise_login(login))

    def sign_in(self, login: str, password: str) -> Person:
        """Return the person; ``Refusal``: ``wrong_password``, or ``officer_not_on_duty`` without a post."""
        login = normalise_login(login)
        account = self._provider.sign_in(login, password)
        if self._accounts.get(account) is None:
            # The registration stopped after the provider had stored it: they could never sign in otherwise.
            self._accounts.put(_create_account(account, _guess_name(login), login))
        person = self._find_person(account)
        if person is None:
            raise Refusal("officer_not_on_duty")
        return person

    def send_reset_code(self, login: str) -> str:
        """Send a code to somebody who forgot their password; return the login as stored, even if unknown."""
        login = normalise_login(login)
        self._provider.send_reset_code(login)
        return login

    def reset_password(self, login: str, code: str, password: str) -> None:
        """Set another password with the code from the message. All earlier sessions end."""
        login, code = normalise_login(login), _parse_code(code)
        if len(password) < SHORTEST_PASSWORD:
            raise Refusal("weak_password")
        account_id = self._provider.reset_password(login, code, password)
        account = self._accounts.get(account_id) or _create_account(account_id, _guess_name(login), login)
        self._accounts.put(account.model_copy(update={"epoch": account.epoch + 1}))

    def get_person(self, account_id: str, epoch: str) -> Person:
        """Return the session's person; raise ``Refusal("signed_out")`` for a past epoch or off duty."""
        person = self._find_person(account_id)
        if person is None or person.epoch != epoch:
            raise Refusal("signed_out")
        return person

    def _find_person(self, account_id: str) -> Person | None:
        account = self._accounts.get(account_id)
        if account is None:
            return None
        if account.officer is None or account.region is None:
            return Person(account)
        officer = self._directory.get_officer_on_duty(account.region, account.officer)
        return Person(account, officer) if officer and _is_holder(account, officer) else None


def _is_holder(account: Account, officer: Officer) -> bool:
    """Return whether the post is still this person's: another holder has another address."""
    return not {account.email, account.phone}.isdisjoint({officer.email, officer.phone} - {None})


def _parse_code(typed: str) -> str:
    """Return the code without spaces; raise ``Refusal`` where none was typed."""
    code = "".join(typed.split())
    if not code:
        raise Refusal("wrong_code")
    return code


def _guess_name(login: str) -> str:
    """Return a name for somebody whose name was lost. Others read it, so it is never a whole phone number."""
    return login.partition("@")[0] if "@" in login else mask_phone(login)


def _create_account(account_id: str, name: str, login: str, language: Literal["id", "en"] = "id") -> Account:
    by_mail = "@" in login
    return Account(
        id=account_id,
        name=name,
        email=login if by_mail else None,
        phone=None if by_mail else login,
        language=language,
    )


def normalise_login(login: str) -> str:
    """Return an e-mail address in lower case or an Indonesian mobile number as E.164, else ``Refusal``."""
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
