"""The one place where the parts meet. Everything is made once a process, and only when first needed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from chalicelib.services.accounts import SignIn
from chalicelib.services.filing import Filing
from chalicelib.services.handling import Handling
from chalicelib.services.links import OfficerLinks
from chalicelib.services.ports import Complaints, Directory, Effects, Files, Limits, Queues, Timers
from chalicelib.services.reading import Reading
from chalicelib.services.recovery import Recovery

if TYPE_CHECKING:
    from chalicelib.notify.feedback import DeliveryFeedback
    from chalicelib.notify.teller import Teller


@dataclass(frozen=True)
class Services:
    """The use cases and what they stand on, as requests and workers need them.

    ``public_url`` has no slash at its end. ``key`` gives the signing key (32 bytes) of a purpose.
    """

    public_url: str
    now: Callable[[], datetime]
    key: Callable[[str], bytes]
    complaints: Complaints
    directory: Directory
    files: Files
    limits: Limits
    queues: Queues
    timers: Timers
    effects: Effects
    filing: Filing
    handling: Handling
    reading: Reading
    links: OfficerLinks
    sign_in: SignIn
    recovery: Recovery
    teller: "Teller"
    feedback: "DeliveryFeedback"


_installed: list[Services] = []


def services() -> Services:
    """The services of this process."""
    return _installed[-1] if _installed else _on_aws()


def install(replacement: Services | None) -> None:
    """Put other services in place of those on AWS (tests do); ``None`` takes them away again."""
    _installed.clear()
    if replacement is not None:
        _installed.append(replacement)


def utc_now() -> datetime:
    return datetime.now(UTC)


@cache
def _on_aws() -> Services:
    from chalicelib.clock.ladder import StepFunctionsTimers
    from chalicelib.identity.cognito import CognitoProvider
    from chalicelib.routing.queues import SqsQueues
    from chalicelib.services.handling import region_of
    from chalicelib.settings import settings
    from chalicelib.storage.accounts import TableAccounts
    from chalicelib.storage.complaints import TableComplaints
    from chalicelib.storage.directory import TableDirectory
    from chalicelib.storage.effects import TableEffects
    from chalicelib.storage.files import BucketFiles
    from chalicelib.storage.limits import TableLimits
    from chalicelib.storage.links import TableLinks

    env = settings()
    complaints, directory, files = TableComplaints(), TableDirectory(), BucketFiles()
    return Services(
        public_url=env.public_url,
        now=utc_now,
        key=signing_key,
        complaints=complaints,
        directory=directory,
        files=files,
        limits=TableLimits(),
        queues=SqsQueues(),
        timers=StepFunctionsTimers(lambda slug: region_of(directory, slug).calendar),
        effects=TableEffects(),
        filing=Filing(complaints, directory, files, utc_now),
        handling=Handling(complaints, directory, utc_now),
        reading=Reading(complaints, directory),
        links=OfficerLinks(TableLinks(), complaints, directory, lambda: signing_key("links"), utc_now),
        sign_in=SignIn(CognitoProvider(), TableAccounts(), directory),
    )


@lru_cache
def signing_key(purpose: str) -> bytes:
    """A purpose's key, derived by KMS: the secret it comes from never leaves there.

    One call a purpose and process.
    """
    import boto3

    from chalicelib.settings import settings

    answer = boto3.client("kms").generate_mac(
        KeyId=settings().hmac_key_id, Message=f"tuntas/{purpose}/v1".encode(), MacAlgorithm="HMAC_SHA_256"
    )
    return hashlib.sha256(answer["Mac"]).digest()
