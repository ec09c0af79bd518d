"""Rate limits, so that nobody guesses, floods or spends the SMS budget.

``LIMITS`` lists everything that is limited. Addresses, logins and accounts are stored only as a digest.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from chalice.app import Request

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person, normalise_login

_QUARTER = 15 * 60
_HOUR = 60 * 60


@dataclass(frozen=True)
class Limit:
    """A maximum number of requests in a window of so many seconds."""

    most: int
    seconds: int


LIMITS: Mapping[str, Limit] = {
    # Each request sends a code, and an SMS costs more than anything else we do. Many people share one
    # address (a village office, a mobile carrier), so an address may send many; one login needs few.
    "code/address": Limit(40, _HOUR),
    "code/login": Limit(5, _HOUR),
    # A code has six digits: ten tries find one in a hundred thousand.
    "confirm/login": Limit(10, _QUARTER),
    # The identity provider locks too, but only after it has been asked. An office shares one address.
    "sign-in/login": Limit(20, _QUARTER),
    "sign-in/address": Limit(300, _QUARTER),
    # Only look-ups that find nothing count: reading your own is free, guessing numbers or links is not.
    "look-up/account": Limit(30, _HOUR),
    "link/address": Limit(60, _HOUR),
    # Nobody has two complaints a minute for an hour. The load test files fifty from one account.
    "file/account": Limit(120, _HOUR),
    "upload/account": Limit(600, _HOUR),
    "reply/account": Limit(60, _HOUR),
}

_MISSES = frozenset({"unknown_ticket", "unknown_other_ticket", "link_unknown", "bundle_unknown"})


def limit_address(action: str, request: Request) -> None:
    """Count one more request from this source address; raise ``Refusal("too_often")`` past the limit."""
    _count(f"{action}/address", get_source_address(request))


def limit_login(action: str, login: str) -> None:
    """Count one more request for this e-mail address or phone number, in any of its spellings."""
    _count(f"{action}/login", normalise_login(login))


def limit_address_and_login(action: str, request: Request, login: str) -> None:
    """Count one more request from this source address and for this login."""
    limit_address(action, request)
    limit_login(action, login)


def limit_account(action: str, person: Person) -> None:
    """Count one more request from this account."""
    _count(f"{action}/account", person.account.id)


@contextmanager
def limit_missed_tickets(person: Person) -> Iterator[None]:
    """Count tickets that are not found. Past the limit every refusal is ``too_often``, for any number."""
    with _limit_misses("look-up/account", person.account.id):
        yield


@contextmanager
def limit_missed_links(request: Request) -> Iterator[None]:
    """Count links that do not exist, officers' and the Ombudsman's, for each source address."""
    with _limit_misses("link/address", get_source_address(request)):
        yield


def get_source_address(request: Request) -> str:
    """Return the caller's IP address as API Gateway saw it; headers can be forged."""
    return str(request.context.get("identity", {}).get("sourceIp", ""))


@contextmanager
def _limit_misses(name: str, caller: str) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        if refusal.code in _MISSES:
            _count(name, caller)
        raise


def _count(name: str, caller: str) -> None:
    app, limit = application(), LIMITS[name]
    digest = hmac.new(app.get_signing_key("session"), caller.encode(), hashlib.sha256).hexdigest()[:32]
    wait = app.limits.take(name, digest, limit.most, limit.seconds, app.now())
    if wait is not None:
        raise Refusal("too_often", {"seconds": str(wait), "minutes": str(-(-wait // 60))})
