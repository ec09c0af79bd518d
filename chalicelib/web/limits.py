"""How often something may be asked for, so that nobody guesses, floods or spends the SMS budget.

Everything that must be limited stands in ``LIMITS``. Whoever is counted is kept as a digest.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from chalice.app import Request

from chalicelib.bootstrap import application
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.staff.accounts import Person, normal_login

_QUARTER = 15 * 60
_HOUR = 60 * 60


@dataclass(frozen=True)
class Limit:
    """At most so many in a window of so many seconds."""

    most: int
    seconds: int


LIMITS: Mapping[str, Limit] = {
    # Each sends a code, and an SMS is the dearest thing we do. Many people share one address (a village
    # office, a mobile carrier), so the address has room; one login needs few.
    "code/address": Limit(40, _HOUR),
    "code/login": Limit(5, _HOUR),
    # A code has six digits: ten tries find one in a hundred thousand.
    "confirm/login": Limit(10, _QUARTER),
    # The identity provider locks too, but only after it has been asked. An office shares one address.
    "sign-in/login": Limit(20, _QUARTER),
    "sign-in/address": Limit(300, _QUARTER),
    # Only look-ups that find nothing count: reading one's own is free, guessing numbers or links is not.
    "look-up/account": Limit(30, _HOUR),
    "link/address": Limit(60, _HOUR),
    # Nobody has two complaints a minute for an hour. The load test files fifty from one account.
    "file/account": Limit(120, _HOUR),
    "upload/account": Limit(600, _HOUR),
    "reply/account": Limit(60, _HOUR),
}

_MISSES = frozenset({"unknown_ticket", "unknown_other_ticket", "link_unknown", "bundle_unknown"})


def by_address(what: str, request: Request) -> None:
    """Count one more from this source address; ``Refusal("too_often")`` past the limit."""
    _take(f"{what}/address", source_address(request))


def by_login(what: str, login: str) -> None:
    """Count one more for this e-mail address or phone number, however it is written."""
    _take(f"{what}/login", normal_login(login))


def by_account(what: str, person: Person) -> None:
    """Count one more from this account."""
    _take(f"{what}/account", person.account.id)


@contextmanager
def counting_missed_tickets(person: Person) -> Iterator[None]:
    """Count tickets that are not found. Past the limit the refusal is ``too_often``, whatever the number."""
    with _counting("look-up/account", person.account.id):
        yield


@contextmanager
def counting_missed_links(request: Request) -> Iterator[None]:
    """Count links that do not exist, officers' and the Ombudsman's, by source address."""
    with _counting("link/address", source_address(request)):
        yield


def source_address(request: Request) -> str:
    """The caller's IP address as API Gateway saw it; headers can be made up."""
    return str(request.context.get("identity", {}).get("sourceIp", ""))


@contextmanager
def _counting(what: str, who: str) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        if refusal.code in _MISSES:
            _take(what, who)
        raise


def _take(what: str, who: str) -> None:
    limit = LIMITS[what]
    digest = hmac.new(application().get_signing_key("session"), who.encode(), hashlib.sha256).hexdigest()[:32]
    wait = application().limits.take(what, digest, limit.most, limit.seconds, application().now())
    if wait is not None:
        raise Refusal("too_often", {"seconds": str(wait), "minutes": str(-(-wait // 60))})
