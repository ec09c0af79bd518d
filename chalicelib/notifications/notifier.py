"""Telling people what has happened: whom, what, and by which link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure
from chalicelib.notifications import content, staff_notices
from chalicelib.notifications.content import OMBUDSMAN_BUNDLE, MessageSubject
from chalicelib.notifications.delivery import Message, Sender
from chalicelib.notifications.recipients import Addressee, addressees, agency_of
from chalicelib.services.ports import (
    Complaints,
    Directory,
    Limits,
    Mailer,
    MessageLog,
    MessageRecord,
    SmsSender,
)
from chalicelib.services.staff.delegation import who_may_do

LINK_RENEWED = "link-renewed"
OMBUDSMAN = "ombudsman"
"""The Ombudsman's recipient id."""


@dataclass(frozen=True)
class Notifier:
    """Tells people of events, by e-mail and SMS.

    ``link_to`` gives the owner of the open step, or who supports them, a link of their own; ``page_of`` is
    the reporter's page of a complaint, ``staff_page_of`` the one for officers who only need to know.
    ``sender`` is the address all e-mail comes from, ``sms_a_month`` the most SMS a region may send in a
    calendar month.
    """

    complaints: Complaints
    directory: Directory
    log: MessageLog
    mailer: Mailer
    sms_sender: SmsSender
    limits: Limits
    link_to: Callable[[Officer, Complaint], str]
    page_of: Callable[[Complaint], str]
    staff_page_of: Callable[[Complaint], str]
    now: Callable[[], datetime]
    sender: str
    sms_a_month: int
    procedure_of: Callable[[str, str | None], Procedure] = load_procedure

    def tell(self, ticket: str, seq: int) -> list[MessageRecord]:
        """Tell everybody of event ``seq``; the records this call wrote, none for what was done before.

        Raises LookupError for an event that does not exist, NotAllTold when somebody is to be told again.
        """
        return self._send(self._messages(self._matter(ticket, seq)))

    def renew_link(self, ticket: str, seq: int, officer: str, request: str) -> list[MessageRecord]:
        """Send an officer a fresh link, if the open step is theirs; once per ``request``.

        ``seq`` is the complaint's last event at the time of asking. Raises as :meth:`tell`.
        """
        stem = f"{seq:06d}.{officer}.link-{request}"
        return self._send(self._link_messages(self._matter(ticket, seq), officer, stem))

    def tell_ombudsman(self, ticket: str, seq: int, address: str, link: str) -> list[MessageRecord]:
        """Send the ``link`` to the bundle to the Ombudsman's e-mail ``address``; once per ``seq``.

        ``seq`` is the event of the reporter's consent. Raises as :meth:`tell`.
        """
        to = Addressee(OMBUDSMAN, OMBUDSMAN, OMBUDSMAN_BUNDLE, office=address)
        return self._send([_message(self._matter(ticket, seq), to, lambda: link)])

    def tell_officer(self, body: Mapping[str, Any], page: str) -> list[MessageRecord]:
        """Tell an officer of posts: a Surat Tugas that ends, a desk where nobody is; once per ``request``.

        ``body`` has ``region``, ``id`` (the officer's), ``template``, ``request`` and what the template
        speaks of (see :func:`chalicelib.notify.posts.known`); ``page`` is the officers' list of work. Nothing
        happens where the officer is not on duty any more. Raises LookupError for an unknown region, else as
        :meth:`tell`.
        """
        region = self.directory.region(body["region"])
        if region is None:
            raise LookupError(f"{body['region']}: not there")
        officer = self.directory.on_duty(region.slug, body["id"])
        if officer is None:
            return []
        template = str(body["template"])
        to = Addressee(officer.id, officer.role, template, officer=officer)
        procedure = self.procedure_of(region.procedure, None)
        stem = f"000000.{officer.id}.{template}-{staff_notices.subject_of(body)}-{body['request']}"
        say = partial(staff_notices.known, body, to, region, procedure, self.directory, page)
        return self._send(
            [Message(staff_notices.file_of(region.slug, officer.id), 0, stem, region, to, template, say)]
        )

    def fall_back(self, record: MessageRecord) -> list[MessageRecord]:
        """Send an SMS in place of an e-mail that bounced, if the person still has to be told; once.

        Of posts and of the bundle no event tells what was said: there the bounce is noted only. Raises as
        :meth:`tell`.
        """
        if record.template == OMBUDSMAN_BUNDLE or staff_notices.is_of_a_post(record.ticket):
            return []
        matter = self._matter(record.ticket, record.seq)
        stem = record.id.removesuffix(f".{record.channel}")
        if record.template == LINK_RENEWED:
            return self._send(self._link_messages(matter, record.recipient, stem))
        return self._send([message for message in self._messages(matter) if message.stem == stem])

    def _send(self, messages: list[Message]) -> list[MessageRecord]:
        sender = Sender(
            self.log, self.mailer, self.sms_sender, self.limits, self.now, self.sender, self.sms_a_month
        )
        return sender.send(messages)

    def _matter(self, ticket: str, seq: int) -> MessageSubject:
        complaint, event = self.complaints.get(ticket), self.complaints.event(ticket, seq)
        region = self.directory.region(complaint.region) if complaint else None
        if complaint is None or event is None or region is None:
            raise LookupError(f"{ticket} event {seq}: not there, or its region is not")
        fact, agency = event.event, self._agency(region.slug, complaint.agency)
        named = self._agency(region.slug, agency_of(fact))
        other = fact.agency if isinstance(fact, f.Supported | f.AgencySucceeded) else None
        why = content.reason_ref(fact)
        words = self.complaints.words(ticket, [complaint.title.id, *([why.id] if why else [])])
        title, reason = words.get(complaint.title.id), words.get(why.id) if why else None
        return MessageSubject(
            event=event,
            complaint=complaint,
            procedure=self.procedure_of(complaint.procedure, complaint.procedure_version),
            region=region,
            agency=agency if other else named or agency,
            title=title.text if title else None,
            other_agency=self._agency(region.slug, other),
            new_region=self.directory.region(fact.region) if isinstance(fact, f.Rerouted) else None,
            category=self.directory.category(region.slug, complaint.category),
            reason=reason.text if reason else None,
        )

    def _agency(self, region: str, agency: str | None) -> Agency | None:
        return self.directory.agency(region, agency) if agency else None

    def _messages(self, matter: MessageSubject) -> list[Message]:
        identity = self.complaints.identity(matter.complaint.ticket)
        people = addressees(matter.event, matter.complaint, matter.procedure, self.directory, identity)
        return [_message(matter, to, partial(self._link, to, matter.complaint)) for to in people]

    def _link_messages(self, matter: MessageSubject, officer_id: str, stem: str) -> list[Message]:
        officer = self.directory.on_duty(matter.region.slug, officer_id)
        step, there = matter.complaint.step, who_may_do(matter.complaint, matter.procedure, self.directory)
        if officer is None or step is None or officer.id not in {one.id for one in there}:
            return []
        stands_in = officer.role != step.owner
        to = Addressee(
            officer.id, officer.role, LINK_RENEWED, owner=True, stands_in=stands_in, officer=officer
        )
        return [_message(matter, to, partial(self._link, to, matter.complaint), stem)]

    def _link(self, to: Addressee, complaint: Complaint) -> str | None:
        if to.officer is None:
            return self.page_of(complaint) if complaint.has_account else None
        acts = to.owner or (to.supports and complaint.step is not None)
        return self.link_to(to.officer, complaint) if acts else self.staff_page_of(complaint)


def _message(
    matter: MessageSubject, to: Addressee, link: Callable[[], str | None], stem: str | None = None
) -> Message:
    return Message(
        ticket=matter.complaint.ticket,
        seq=matter.event.seq,
        stem=stem or f"{matter.event.seq:06d}.{to.recipient}",
        region=matter.region,
        to=to,
        template=content.template_for(to, matter.complaint),
        known=lambda: content.known(matter, to, link()),
    )
