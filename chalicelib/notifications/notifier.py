"""The way of a message, in one line: event, recipients, content, delivery by a channel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.notifications import staff_notices
from chalicelib.notifications.content import OMBUDSMAN_BUNDLE, build_template_context, choose_template
from chalicelib.notifications.delivery import Attempt, Delivery
from chalicelib.notifications.message import Addressee, Message
from chalicelib.notifications.recipients import find_addressees, find_link_addressees
from chalicelib.notifications.rendering import TemplateContext, render_message
from chalicelib.notifications.subject import MessageSubject, load_subject
from chalicelib.services.ports import Complaints, Directory, MessageRecord

LINK_RENEWED = "link-renewed"
OMBUDSMAN = "ombudsman"
"""The Ombudsman's recipient id."""


@dataclass(frozen=True)
class Notifier:
    """The sender of all messages about events: it takes each from the event to its delivery.

    ``issue_link`` gives the owner of the open step, or an officer who supports them, a link of their own.
    ``get_reporter_page`` gives the reporter's page of a complaint, ``get_staff_page`` the page for officers
    who only need to know.
    """

    complaints: Complaints
    directory: Directory
    delivery: Delivery
    issue_link: Callable[[Officer, Complaint], str]
    get_reporter_page: Callable[[Complaint], str]
    get_staff_page: Callable[[Complaint], str]

    def notify(self, ticket: str, seq: int) -> list[MessageRecord]:
        """Tell everybody about event ``seq``; return the records written, none for what was done before.

        Raise LookupError for an event that does not exist, DeliveryIncomplete when a retry is needed.
        """
        subject = self._load_subject(ticket, seq)
        return self._deliver_about(subject, self._create_messages(subject))

    def renew_link(self, ticket: str, seq: int, officer: str, request: str) -> list[MessageRecord]:
        """Send an officer a new link, if the open step is theirs; once per ``request``.

        ``seq`` is the complaint's last event at the time of asking. Raise as :meth:`notify`.
        """
        subject = self._load_subject(ticket, seq)
        stem = f"{seq:06d}.{officer}.link-{request}"
        return self._deliver_about(subject, self._create_link_messages(subject, officer, stem))

    def notify_ombudsman(self, ticket: str, seq: int, address: str, link: str) -> list[MessageRecord]:
        """Send the ``link`` to the bundle to the Ombudsman's e-mail ``address``; once per ``seq``.

        ``seq`` is the event of the reporter's consent. Raise as :meth:`notify`.
        """
        subject = self._load_subject(ticket, seq)
        ombudsman = Addressee(OMBUDSMAN, OMBUDSMAN, OMBUDSMAN_BUNDLE, office=address)
        return self._deliver(
            [_create_message(subject, ombudsman)],
            lambda addressee: build_template_context(subject, addressee, link),
        )

    def notify_officer(self, body: Mapping[str, Any], page: str) -> list[MessageRecord]:
        """Send an officer a notice about staff: a Surat Tugas that ends, an empty desk; once per ``request``.

        ``body`` has ``region``, ``id`` (the officer's), ``template``, ``request`` and what the template tells
        (see :func:`staff_notices.build_notice_context`). ``page`` is the officers' list of work. Send nothing
        where the officer is no longer on duty. Raise LookupError for an unknown region, else as
        :meth:`notify`.
        """
        region = self.directory.get_region(body["region"])
        if region is None:
            raise LookupError(f"{body['region']}: not there")
        officer = self.directory.get_officer_on_duty(region.slug, body["id"])
        if officer is None:
            return []
        procedure = load_procedure(region.procedure, None)
        return self._deliver(
            [staff_notices.create_message(body, region, officer)],
            lambda addressee: staff_notices.build_notice_context(
                body, addressee, region, procedure, self.directory, page
            ),
        )

    def send_sms_instead(self, record: MessageRecord) -> list[MessageRecord]:
        """Send an SMS for an e-mail that bounced, if the person still has to be told; once.

        The bounce of a staff notice or of the Ombudsman's bundle is noted only, because no event holds the
        content of these. Raise as :meth:`notify`.
        """
        if record.template == OMBUDSMAN_BUNDLE or staff_notices.is_staff_notice(record.ticket):
            return []
        subject = self._load_subject(record.ticket, record.seq)
        stem = record.id.removesuffix(f".{record.channel}")
        if record.template == LINK_RENEWED:
            messages = self._create_link_messages(subject, record.recipient, stem)
        else:
            messages = [message for message in self._create_messages(subject) if message.stem == stem]
        return self._deliver_about(subject, messages)

    def _load_subject(self, ticket: str, seq: int) -> MessageSubject:
        return load_subject(ticket, seq, self.complaints, self.directory)

    def _create_messages(self, subject: MessageSubject) -> list[Message]:
        identity = self.complaints.get_identity(subject.complaint.ticket)
        addressees = find_addressees(
            subject.event, subject.complaint, subject.procedure, self.directory, identity
        )
        return [_create_message(subject, addressee) for addressee in addressees]

    def _create_link_messages(self, subject: MessageSubject, officer: str, stem: str) -> list[Message]:
        addressees = find_link_addressees(
            officer, LINK_RENEWED, subject.complaint, subject.procedure, self.directory
        )
        return [_create_message(subject, addressee, stem) for addressee in addressees]

    def _deliver_about(self, subject: MessageSubject, messages: Sequence[Message]) -> list[MessageRecord]:
        return self._deliver(
            messages,
            lambda addressee: build_template_context(
                subject, addressee, self._get_link(addressee, subject.complaint)
            ),
        )

    def _deliver(
        self, messages: Sequence[Message], build_context: Callable[[Addressee], TemplateContext]
    ) -> list[MessageRecord]:
        """Send each message that is not done yet. A link and content are made only for what is sent."""
        attempt = Attempt()
        for message in messages:
            with attempt.isolate_error():
                for claim in self.delivery.claim_channels(message, attempt):
                    with claim.wait_on_error():
                        context = build_context(message.addressee)
                        words = render_message(message.template, message.addressee.language, context)
                    claim.send(words)
        return attempt.finish()

    def _get_link(self, addressee: Addressee, complaint: Complaint) -> str | None:
        if addressee.officer is None:
            return self.get_reporter_page(complaint) if complaint.has_account else None
        acts = addressee.owner or (addressee.supports and complaint.step is not None)
        return self.issue_link(addressee.officer, complaint) if acts else self.get_staff_page(complaint)


def _create_message(subject: MessageSubject, addressee: Addressee, stem: str | None = None) -> Message:
    return Message(
        ticket=subject.complaint.ticket,
        seq=subject.event.seq,
        stem=stem or f"{subject.event.seq:06d}.{addressee.recipient}",
        region=subject.region,
        addressee=addressee,
        template=choose_template(addressee, subject.complaint),
    )
