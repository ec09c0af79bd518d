"""Build the application: its adapters to AWS, and the services that use them.

Each part is built on first use, once in a process, and its module is imported only then: a Lambda function
pays at its cold start only for what it uses.
"""

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.services.ports import (
    Accounts,
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
    RegisterNumbers,
    SmsSender,
    Timers,
)
from chalicelib.settings import Settings, get_settings

if TYPE_CHECKING:
    from chalicelib.notifications.feedback import DeliveryFeedback
    from chalicelib.notifications.notifier import Notifier
    from chalicelib.services.complaints.command_handler import CommandHandler
    from chalicelib.services.complaints.decisions import DecisionService
    from chalicelib.services.complaints.filing import FilingService
    from chalicelib.services.complaints.recovery import Recovery
    from chalicelib.services.complaints.related import RelatedComplaints
    from chalicelib.services.records.digests import DigestPublisher
    from chalicelib.services.records.documents import DocumentService
    from chalicelib.services.records.export import ComplaintExporter
    from chalicelib.services.records.ombudsman import ReferralService
    from chalicelib.services.records.register import RegisterService
    from chalicelib.services.staff.accounts import AccountService, IdentityProvider
    from chalicelib.services.staff.calendars import CalendarService
    from chalicelib.services.staff.duty import DutyRoster
    from chalicelib.services.staff.officer_links import OfficerLinks
    from chalicelib.services.views.reader import ComplaintReader


class Adapters:
    """The adapters behind the ports, here on AWS; tests replace them with a class of the same properties."""

    @cached_property
    def settings(self) -> Settings:
        return get_settings()

    def now(self) -> datetime:
        """Return the wall-clock time (UTC)."""
        return datetime.now(UTC)

    def get_signing_key(self, purpose: str) -> bytes:
        """Return the signing key (32 bytes) of a purpose."""
        from chalicelib.aws.kms import derive_signing_key

        return derive_signing_key(self.settings.hmac_key_id, purpose)

    @cached_property
    def complaints(self) -> Complaints:
        from chalicelib.aws.dynamodb.complaints import TableComplaints

        self._bind_table()
        return TableComplaints()

    @cached_property
    def directory(self) -> Directory:
        """Return the directory of regions, agencies, categories and officers."""
        from chalicelib.aws.dynamodb.directory import TableDirectory

        self._bind_table()
        return TableDirectory()

    @cached_property
    def accounts(self) -> Accounts:
        """Return the accounts of those who may sign in."""
        from chalicelib.aws.dynamodb.accounts import TableAccounts

        self._bind_table()
        return TableAccounts()

    @cached_property
    def link_store(self) -> Links:
        """Return the store of links; :attr:`officer_links` issues them."""
        from chalicelib.aws.dynamodb.links import TableLinks

        self._bind_table()
        return TableLinks()

    @cached_property
    def bundles(self) -> Bundles:
        """Return the store of bundles for the Ombudsman."""
        from chalicelib.aws.dynamodb.bundles import TableBundles

        self._bind_table()
        return TableBundles()

    @cached_property
    def register_numbers(self) -> RegisterNumbers:
        """Return the agencies' register numbers (*nomor agenda*)."""
        from chalicelib.aws.dynamodb.register_numbers import TableRegisterNumbers

        self._bind_table()
        return TableRegisterNumbers()

    @cached_property
    def digests(self) -> Digests:
        """Return the store of daily digests."""
        from chalicelib.aws.dynamodb.digests import TableDigests

        self._bind_table()
        return TableDigests()

    @cached_property
    def message_log(self) -> MessageLog:
        """Return the log of messages with their outcomes."""
        from chalicelib.aws.dynamodb.messages import TableMessageLog

        self._bind_table()
        return TableMessageLog()

    @cached_property
    def effects(self) -> Effects:
        """Return the record of which queue has processed which event."""
        from chalicelib.aws.dynamodb.effects import TableEffects

        self._bind_table()
        return TableEffects()

    @cached_property
    def limits(self) -> Limits:
        """Return the rate limits."""
        from chalicelib.aws.dynamodb.limits import TableLimits

        self._bind_table()
        return TableLimits()

    @cached_property
    def files(self) -> Files:
        from chalicelib.aws.s3 import BucketFiles

        return BucketFiles.connect(self.settings)

    @cached_property
    def queues(self) -> Queues:
        from chalicelib.aws.sqs import SqsQueues

        return SqsQueues.connect(self.settings)

    @cached_property
    def timers(self) -> Timers:
        """Return the timers that run the ladders."""
        from chalicelib.aws.step_functions import StepFunctionsTimers
        from chalicelib.services.lookups import find_region

        return StepFunctionsTimers.connect(
            self.settings, lambda slug: find_region(self.directory, slug).calendar
        )

    @cached_property
    def mailer(self) -> Mailer:
        from chalicelib.aws.ses import SesMailer

        return SesMailer.connect(self.settings)

    @cached_property
    def sms_sender(self) -> SmsSender:
        from chalicelib.aws.sns import SnsSmsSender

        return SnsSmsSender.connect(self.settings)

    @cached_property
    def identity_provider(self) -> "IdentityProvider":
        """Return the provider that keeps passwords and codes."""
        from chalicelib.aws.cognito import CognitoProvider

        return CognitoProvider.connect(self.settings)

    def _bind_table(self) -> None:
        from chalicelib.aws.dynamodb import table

        if table.Item.Meta.table_name != self.settings.table_name:
            table.bind(self.settings.table_name, self.settings.aws_region)


class Application(Adapters):
    """The services that requests and workers use."""

    @cached_property
    def public_url(self) -> str:
        """Return the site's public address, without a slash at its end."""
        return self.settings.public_url

    @cached_property
    def filing(self) -> "FilingService":
        from chalicelib.services.complaints.filing import FilingService

        return FilingService(self.complaints, self.directory, self.files, self.now)

    @cached_property
    def command_handler(self) -> "CommandHandler":
        """Return the handler that changes complaints."""
        from chalicelib.services.complaints.command_handler import CommandHandler

        return CommandHandler(self.complaints, self.directory, self.now)

    @cached_property
    def decisions(self) -> "DecisionService":
        """Return the service that carries out people's decisions."""
        from chalicelib.services.complaints.decisions import DecisionService

        return DecisionService(self.command_handler, self.filing, self.files)

    @cached_property
    def related_complaints(self) -> "RelatedComplaints":
        """Return the service that applies an event's consequences to other complaints."""
        from chalicelib.services.complaints.duplicates import DuplicateService
        from chalicelib.services.complaints.related import RelatedComplaints

        return RelatedComplaints(
            self.complaints,
            self.directory,
            self.effects,
            self.queues,
            self.command_handler,
            self.filing,
            DuplicateService(self.complaints, self.files, self.command_handler),
        )

    @cached_property
    def calendars(self) -> "CalendarService":
        """Return the service that shows and changes the regions' calendars."""
        from chalicelib.services.staff.calendars import CalendarService

        return CalendarService(self.complaints, self.directory, self.queues, self.now)

    @cached_property
    def reader(self) -> "ComplaintReader":
        from chalicelib.services.views.reader import ComplaintReader

        return ComplaintReader(self.complaints, self.directory, self.now)

    @cached_property
    def exporter(self) -> "ComplaintExporter":
        """Return the exporter of complaints as files that can be verified."""
        from chalicelib.services.records.export import ComplaintExporter

        return ComplaintExporter(self.complaints, self.directory, self.reader, self.digest_publisher)

    @cached_property
    def digest_publisher(self) -> "DigestPublisher":
        """Return the publisher of daily digests."""
        from chalicelib.services.records.digests import DigestPublisher

        return DigestPublisher(self.complaints, self.directory, self.digests, self.now)

    @cached_property
    def officer_links(self) -> "OfficerLinks":
        """Return the service that issues officers' links."""
        from chalicelib.services.staff.officer_links import OfficerLinks

        return OfficerLinks(
            self.link_store, self.complaints, self.directory, lambda: self.get_signing_key("links"), self.now
        )

    @cached_property
    def ombudsman(self) -> "ReferralService":
        """Return the service that prepares bundles for the Ombudsman."""
        from chalicelib.documents.ombudsman import create_archive
        from chalicelib.services.records.ombudsman import BundleFiles, ReferralService

        bundles = BundleFiles(
            self.files, self.bundles, create_archive, lambda: self.get_signing_key("bundles"), self.now
        )
        return ReferralService(self.complaints, self.directory, self.reader, bundles)

    @cached_property
    def register(self) -> "RegisterService":
        """Return the agencies' registers by month."""
        from chalicelib.services.records.register import RegisterService

        return RegisterService(self.complaints, self.directory, self.register_numbers, self.reader, self.now)

    @cached_property
    def documents(self) -> "DocumentService":
        """Return the service that makes printed documents."""
        from chalicelib.services.records.documents import DocumentService

        return DocumentService(self.complaints, self.directory, self.reader, self.register, self.now)

    @cached_property
    def account_service(self) -> "AccountService":
        """Return the service that registers people and signs them in."""
        from chalicelib.services.staff.accounts import AccountService

        return AccountService(self.identity_provider, self.accounts, self.directory)

    @cached_property
    def recovery(self) -> "Recovery":
        """Return the service that repairs lost effects and timers."""
        from chalicelib.services.complaints.recovery import Recovery

        return Recovery(
            self.complaints, self.effects, self.queues, self.timers, self.command_handler, self.now
        )

    @cached_property
    def duty_roster(self) -> "DutyRoster":
        """Return the roster of which officer is on duty at which desk."""
        from chalicelib.services.staff.duty import DutyRoster

        return DutyRoster(self.complaints, self.directory, self.officer_links, self.queues, self.now)

    @cached_property
    def notifier(self) -> "Notifier":
        """Return the notifier, which sends messages about events."""
        from chalicelib.notifications.channels.email import EmailChannel
        from chalicelib.notifications.channels.sms import SmsChannel
        from chalicelib.notifications.delivery import Delivery
        from chalicelib.notifications.notifier import Notifier

        channels = (
            EmailChannel(self.mailer, self.settings.mail_from),
            SmsChannel(self.sms_sender, self.limits, self.settings.sms_per_region_per_month, self.now),
        )
        return Notifier(
            self.complaints,
            self.directory,
            Delivery(self.message_log, channels, self.now),
            issue_link=lambda officer, complaint: self.build_url(
                f"/t/{self.officer_links.issue(officer, complaint)}"
            ),
            get_reporter_page=lambda complaint: self.build_url(f"/laporan/{complaint.ticket}"),
            get_staff_page=lambda complaint: self.build_url(f"/petugas/laporan/{complaint.ticket}"),
        )

    @cached_property
    def delivery_feedback(self) -> "DeliveryFeedback":
        """Return the handler of delivery reports."""
        from chalicelib.notifications.feedback import DeliveryFeedback

        return DeliveryFeedback(self.message_log, self.notifier)

    def build_url(self, path: str) -> str:
        """Return the public address of a path."""
        return f"{self.public_url}{path}"


_current: list[Application] = []


def application() -> Application:
    """Return the application of this process; build it on first use."""
    if not _current:
        _current.append(Application())
    return _current[0]


def install(replacement: Application | None) -> None:
    """Replace the application of this process (for tests); ``None`` removes the replacement."""
    _current.clear()
    if replacement is not None:
        _current.append(replacement)
