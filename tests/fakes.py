"""The ports in memory: what unit tests run the use cases, workers and pages on.

They keep the promises of the real ones (version check, markers, claims); ``tests/integration`` holds the
real ones to the same promises.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.bootstrap import Application
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import EXTENSIONS, FileRef
from chalicelib.services.delivery_errors import MessageRefused
from chalicelib.settings import Settings
from tests.fake_stores import (
    FakeAccounts,
    FakeBundles,
    FakeClock,
    FakeComplaints,
    FakeDigests,
    FakeDirectory,
    FakeEffects,
    FakeLimits,
    FakeLinks,
    FakeMessageLog,
    FakeProvider,
    FakeRegisterNumbers,
)
from tests.sample_region import (
    AGENCIES,
    CATEGORIES,
    CITIZEN,
    OFFICERS,
    OTHER_CITIZEN,
    PASSWORD,
    REGION,
    STAFF_ACCOUNTS,
)


@dataclass
class FakeQueues:
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    hastened: list[tuple[str, str, int]] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)
    """Seconds, one for each of ``sent``."""

    def delay_retry(self, queue: str, receipt: str, seconds: int) -> None:
        if queue in self.broken:
            raise ConnectionError(queue)
        self.hastened.append((queue, receipt, seconds))

    def send(self, queue: str, body: Mapping[str, Any], delay: int = 0) -> None:
        if queue in self.broken:
            raise ConnectionError(queue)
        self.sent.append((queue, dict(body)))
        self.delays.append(delay)

    def to(self, queue: str) -> list[dict[str, Any]]:
        return [body for name, body in self.sent if name == queue]


@dataclass
class FakeTimers:
    started: set[tuple[str, str, int, int]] = field(default_factory=set)

    def start(self, complaint: Complaint, clock: str, visit: int, generation: int, now: datetime) -> None:
        self.started.add((complaint.ticket, clock, visit, generation))

    def is_running(self, ticket: str, clock: str, visit: int, generation: int) -> bool:
        return (ticket, clock, visit, generation) in self.started


@dataclass
class FakeFiles:
    """Uploads are put into ``incoming`` by tests: key → (media type, size).

    ``taken`` is what the complaints have, ``made`` the bytes of what the system made.
    """

    incoming: dict[str, tuple[str, int]] = field(default_factory=dict)
    taken: list[tuple[str, FileRef]] = field(default_factory=list)
    made: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def check_upload(self, key: str) -> None:
        if key not in self.incoming:
            raise Refusal("upload_missing")
        if self.incoming[key][0] not in EXTENSIONS:
            raise Refusal("file_type")

    def move_upload(self, ticket: str, key: str) -> FileRef:
        self.check_upload(key)
        media_type, size = self.incoming[key]
        file = FileRef(sha256=f"{abs(hash(key)):064x}"[:64], media_type=media_type, size=size)
        self.taken.append((ticket, file))
        return file

    def create_upload_form(self, media_type: str, redirect: str | None) -> dict[str, Any]:
        key = f"incoming/upload-{len(self.incoming)}/file"
        fields = {"key": key, "Content-Type": media_type}
        if redirect:
            fields["success_action_redirect"] = redirect
        return {"url": "https://bucket.example/", "fields": fields, "key": key}

    def create_address(self, ticket: str, file: FileRef) -> str:
        return f"https://bucket.example/files/{ticket}/{file.name}?signed"

    def copy(self, ticket: str, file: FileRef, to: str) -> None:
        if (ticket, file) not in self.taken:
            raise LookupError(f"{ticket} has no file {file.name}")
        if (to, file) not in self.taken:
            self.taken.append((to, file))

    def put(self, ticket: str, body: bytes, media_type: str) -> FileRef:
        file = FileRef(sha256=sha256(body).hexdigest(), media_type=media_type, size=len(body))
        self.made[ticket, file.name] = body
        self.taken.append((ticket, file))
        return file


@dataclass
class FakeMailer:
    """Keeps what was sent; addresses in ``refusing`` cannot be written to."""

    sent: list[tuple[str, bytes, str]] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)

    def send(self, to: str, mime: bytes, message: str) -> str:
        if to in self.refusing:
            raise MessageRefused("address_rejected")
        self.sent.append((to, mime, message))
        return f"mail-{len(self.sent)}"


@dataclass
class FakeSmsSender:
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, phone: str, text: str) -> str:
        self.sent.append((phone, text))
        return f"sms-{len(self.sent)}"


class FakeApplication(Application):
    """The real use cases, wired as in production, over the ports of a ``FakeWorld``."""

    def __init__(self, world: "FakeWorld") -> None:
        self._world = world
        vars(self).update(
            settings=world.settings,
            complaints=world.complaints,
            directory=world.directory,
            accounts=world.accounts,
            link_store=world.link_store,
            bundles=world.bundles,
            digests=world.digests,
            register_numbers=world.register_numbers,
            message_log=world.log,
            effects=world.effects,
            limits=world.limits,
            files=world.files,
            queues=world.queues,
            timers=world.timers,
            mailer=world.mailer,
            sms_sender=world.sms_sender,
            identity_provider=world.provider,
        )

    def now(self) -> datetime:
        return self._world.clock()

    def get_signing_key(self, purpose: str) -> bytes:
        return f"key of {purpose}".encode().ljust(32, b".")


class FakeWorld:
    """Every fake, and the application over them. All sign in with their e-mail and ``PASSWORD``."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.settings = Settings(
            aws_region="ap-southeast-3",
            stage="test",
            table_name="tuntas-test",
            bucket_name="tuntas-test",
            public_url="http://localhost:8000",
            mail_from="tuntas@contoh.go.id",
            mail_configuration_set="tuntas-test",
            user_pool_id="pool",
            user_pool_client_id="client",
            hmac_key_id="key",
            ladder_arn="arn:aws:states:ap-southeast-3:000000000000:stateMachine:ladder",
            queue_urls={},
        )
        self.complaints = FakeComplaints()
        self.directory = FakeDirectory(
            {REGION.slug: REGION}, list(AGENCIES), list(CATEGORIES), list(OFFICERS), self.clock
        )
        self.accounts = FakeAccounts()
        self.provider = FakeProvider()
        self.link_store = FakeLinks()
        self.bundles = FakeBundles()
        self.digests = FakeDigests()
        self.register_numbers = FakeRegisterNumbers()
        self.files = FakeFiles()
        self.limits = FakeLimits()
        self.queues = FakeQueues()
        self.timers = FakeTimers()
        self.effects = FakeEffects()
        self.mailer = FakeMailer()
        self.sms_sender = FakeSmsSender()
        self.log = FakeMessageLog(self.clock)
        for account in (CITIZEN, OTHER_CITIZEN, *STAFF_ACCOUNTS):
            self.accounts.put(account)
            login = str(account.email)
            self.provider.ids[login], self.provider.passwords[login] = account.id, PASSWORD
            self.provider.confirmed.add(login)
        self.app = FakeApplication(self)

    def step_kind(self, ticket: str) -> StepKind | None:
        step = self.complaints.snapshots[ticket].step
        return step.kind if step else None
