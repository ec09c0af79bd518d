"""The one place where the parts meet.

Each part is made when it is first asked for, once a process: a function pays at its cold start only for what
it uses. Imports of what is heavy stand with the part for the same reason.
"""

import hashlib
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from chalicelib.services.ports import (
    Accounts,
    Agendas,
    Bundles,
    Complaints,
    Digests,
    Directory,
    Effects,
    Files,
    Limits,
    Links,
    Mailer,
    MessageLog,
    Queues,
    SmsSender,
    Timers,
)
from chalicelib.settings import Settings, settings

if TYPE_CHECKING:
    from chalicelib.notifications.feedback import DeliveryFeedback
    from chalicelib.notifications.notifier import Notifier
    from chalicelib.services.complaints.command_handler import CommandHandler
    from chalicelib.services.complaints.decisions import DecisionService
    from chalicelib.services.complaints.filing import Filing
    from chalicelib.services.complaints.recovery import Recovery
    from chalicelib.services.complaints.related import RelatedComplaints
    from chalicelib.services.records.digests import DigestPublisher
    from chalicelib.services.records.documents import Records
    from chalicelib.services.records.export import ComplaintExporter
    from chalicelib.services.records.ombudsman import Referral
    from chalicelib.services.records.register import Registers
    from chalicelib.services.staff.accounts import IdentityProvider, SignIn
    from chalicelib.services.staff.calendars import Calendars
    from chalicelib.services.staff.duty import DutyRoster
    from chalicelib.services.staff.officer_links import OfficerLinks
    from chalicelib.services.views.reader import ComplaintReader


class Adapters:
    """What the use cases stand on. Here on AWS; tests put a class with the same names in its place."""

    @cached_property
    def settings(self) -> Settings:
        """The environment."""
        return settings()

    def now(self) -> datetime:
        """The time on the wall (UTC)."""
        return datetime.now(UTC)

    def key(self, purpose: str) -> bytes:
        """The signing key (32 bytes) of a purpose."""
        return _signing_key(self.settings.hmac_key_id, purpose)

    @cached_property
    def complaints(self) -> Complaints:
        """The complaints in the table."""
        from chalicelib.aws.dynamodb.complaints import TableComplaints

        self._bind_table()
        return TableComplaints()

    @cached_property
    def directory(self) -> Directory:
        """Regions, agencies, categories, officers."""
        from chalicelib.aws.dynamodb.directory import TableDirectory

        self._bind_table()
        return TableDirectory()

    @cached_property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        from chalicelib.aws.dynamodb.accounts import TableAccounts

        self._bind_table()
        return TableAccounts()

    @cached_property
    def link_store(self) -> Links:
        """The officers' links."""
        from chalicelib.aws.dynamodb.links import TableLinks

        self._bind_table()
        return TableLinks()

    @cached_property
    def bundles(self) -> Bundles:
        """The bundles for the Ombudsman."""
        from chalicelib.aws.dynamodb.bundles import TableBundles

        self._bind_table()
        return TableBundles()

    @cached_property
    def agendas(self) -> Agendas:
        """The agencies' books."""
        from chalicelib.aws.dynamodb.register_numbers import TableAgendas

        self._bind_table()
        return TableAgendas()

    @cached_property
    def digests(self) -> Digests:
        """The daily digests."""
        from chalicelib.aws.dynamodb.digests import TableDigests

        self._bind_table()
        return TableDigests()

    @cached_property
    def message_log(self) -> MessageLog:
        """What was sent, and what became of it."""
        from chalicelib.aws.dynamodb.messages import TableMessageLog

        self._bind_table()
        return TableMessageLog()

    @cached_property
    def effects(self) -> Effects:
        """Which effects are done."""
        from chalicelib.aws.dynamodb.effects import TableEffects

        self._bind_table()
        return TableEffects()

    @cached_property
    def limits(self) -> Limits:
        """How often something may happen."""
        from chalicelib.aws.dynamodb.limits import TableLimits

        self._bind_table()
        return TableLimits()

    @cached_property
    def files(self) -> Files:
        """The bucket."""
        from chalicelib.aws.s3 import BucketFiles

        return BucketFiles.connect(self.settings)

    @cached_property
    def queues(self) -> Queues:
        """The queues."""
        from chalicelib.aws.sqs import SqsQueues

        return SqsQueues.connect(self.settings)

    @cached_property
    def timers(self) -> Timers:
        """The ladders."""
        from chalicelib.aws.step_functions import StepFunctionsTimers
        from chalicelib.services.complaints.reference_checks import region_of

        return StepFunctionsTimers.connect(
            self.settings, lambda slug: region_of(self.directory, slug).calendar
        )

    @cached_property
    def mailer(self) -> Mailer:
        """The mail service."""
        from chalicelib.aws.ses import SesMailer

        return SesMailer.connect(self.settings)

    @cached_property
    def sms_sender(self) -> SmsSender:
        """The SMS service."""
        from chalicelib.aws.sns import SnsTexter

        return SnsTexter.connect(self.settings)

    @cached_property
    def identity_provider(self) -> "IdentityProvider":
        """Who keeps the passwords."""
        from chalicelib.aws.cognito import CognitoProvider

        return CognitoProvider.connect(self.settings)

    def _bind_table(self) -> None:
        from chalicelib.aws.dynamodb import table

        if table.Item.Meta.table_name != self.settings.table_name:
            table.bind(self.settings.table_name, self.settings.aws_region)


class Application(Adapters):
    """The use cases, as requests and workers need them."""

    @cached_property
    def public_url(self) -> str:
        """Where people reach the site; no slash at its end."""
        return self.settings.public_url

    @cached_property
    def filing(self) -> "Filing":
        """Filing a complaint."""
        from chalicelib.services.complaints.filing import Filing

        return Filing(self.complaints, self.directory, self.files, self.now)

    @cached_property
    def command_handler(self) -> "CommandHandler":
        """Changing a complaint."""
        from chalicelib.services.complaints.command_handler import CommandHandler

        return CommandHandler(self.complaints, self.directory, self.now)

    @cached_property
    def decisions(self) -> "DecisionService":
        """Carrying out people's decisions."""
        from chalicelib.services.complaints.decisions import DecisionService

        return DecisionService(self.command_handler, self.filing, self.files)

    @cached_property
    def related(self) -> "RelatedComplaints":
        """What follows in other complaints."""
        from chalicelib.services.complaints.related import RelatedComplaints

        return RelatedComplaints(
            complaints=self.complaints,
            directory=self.directory,
            effects=self.effects,
            queues=self.queues,
            files=self.files,
            command_handler=self.command_handler,
            filing=self.filing,
            now=self.now,
        )

    @cached_property
    def calendars(self) -> "Calendars":
        """The regions' calendars, and their changes."""
        from chalicelib.services.staff.calendars import Calendars

        return Calendars(self.complaints, self.directory, self.queues, self.now)

    @cached_property
    def reader(self) -> "ComplaintReader":
        """Reading complaints."""
        from chalicelib.services.views.reader import ComplaintReader

        return ComplaintReader(self.complaints, self.directory, self.now)

    @cached_property
    def exporter(self) -> "ComplaintExporter":
        """Complaints as files that prove themselves."""
        from chalicelib.services.records.export import ComplaintExporter

        return ComplaintExporter(self.complaints, self.directory, self.reader, self.digest_publisher)

    @cached_property
    def digest_publisher(self) -> "DigestPublisher":
        """The daily digests."""
        from chalicelib.services.records.digests import DigestPublisher

        return DigestPublisher(self.complaints, self.directory, self.digests, self.now)

    @cached_property
    def links(self) -> "OfficerLinks":
        """Officers' links."""
        from chalicelib.services.staff.officer_links import OfficerLinks

        return OfficerLinks(
            self.link_store, self.complaints, self.directory, lambda: self.key("links"), self.now
        )

    @cached_property
    def referral(self) -> "Referral":
        """Bundles for the Ombudsman."""
        from chalicelib.services.records.ombudsman import Referral

        return Referral(
            complaints=self.complaints,
            directory=self.directory,
            files=self.files,
            bundles=self.bundles,
            reading=self.reader,
            key=lambda: self.key("bundles"),
            now=self.now,
        )

    @cached_property
    def registers(self) -> "Registers":
        """Books of months."""
        from chalicelib.services.records.register import Registers

        return Registers(self.complaints, self.directory, self.agendas, self.reader, self.now)

    @cached_property
    def records(self) -> "Records":
        """Papers."""
        from chalicelib.services.records.documents import Records

        return Records(self.complaints, self.directory, self.reader, self.registers, self.now)

    @cached_property
    def sign_in(self) -> "SignIn":
        """Accounts."""
        from chalicelib.services.staff.accounts import SignIn

        return SignIn(self.identity_provider, self.accounts, self.directory)

    @cached_property
    def recovery(self) -> "Recovery":
        """Making good what got lost."""
        from chalicelib.services.complaints.recovery import Recovery

        return Recovery(
            self.complaints, self.effects, self.queues, self.timers, self.command_handler, self.now
        )

    @cached_property
    def duty_roster(self) -> "DutyRoster":
        """Who is at which desk."""
        from chalicelib.services.staff.duty import DutyRoster

        return DutyRoster(self.complaints, self.directory, self.links, self.queues, self.now)

    @cached_property
    def notifier(self) -> "Notifier":
        """Telling people."""
        from chalicelib.notifications.notifier import Notifier

        return Notifier(
            self.complaints,
            self.directory,
            self.message_log,
            self.mailer,
            self.sms_sender,
            self.limits,
            link_to=lambda officer, complaint: self.page(f"/t/{self.links.issue(officer, complaint)}"),
            page_of=lambda complaint: self.page(f"/laporan/{complaint.ticket}"),
            staff_page_of=lambda complaint: self.page(f"/petugas/laporan/{complaint.ticket}"),
            now=self.now,
            sender=self.settings.mail_from,
            sms_a_month=self.settings.sms_per_region_per_month,
        )

    @cached_property
    def feedback(self) -> "DeliveryFeedback":
        """Hearing what became of messages."""
        from chalicelib.notifications.feedback import DeliveryFeedback

        return DeliveryFeedback(self.message_log, self.notifier)

    def page(self, path: str) -> str:
        """The public address of a path."""
        return f"{self.public_url}{path}"


_current: list[Application] = []


def application() -> Application:
    """The services of this process."""
    if not _current:
        _current.append(Application())
    return _current[0]


def install(replacement: Application | None) -> None:
    """Put other services in place of those on AWS (tests do); ``None`` takes them away again."""
    _current.clear()
    if replacement is not None:
        _current.append(replacement)


@lru_cache
def _signing_key(key_id: str, purpose: str) -> bytes:
    """A purpose's key, derived by KMS: the secret it comes from never leaves there.

    One call a purpose and process.
    """
    import boto3

    from chalicelib.aws.clients import CALLS

    answer = boto3.client("kms", config=CALLS).generate_mac(
        KeyId=key_id, Message=f"tuntas/{purpose}/v1".encode(), MacAlgorithm="HMAC_SHA_256"
    )
    return hashlib.sha256(answer["Mac"]).digest()
