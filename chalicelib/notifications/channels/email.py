"""E-mail: MIME (RFC 5322) that clients thread and file, and that no machine answers.

Threading: SES replaces ``Message-ID``, so that no mail can refer to the one before it. Every mail of a
complaint refers to the same invented first message instead (``References`` and ``In-Reply-To``
``<ticket@host>``), and most clients need no more. The other clients compare subjects and want them unchanged,
but people want the date in the subject, as the glossary has it. The compromise: the subject begins with the
ticket number in brackets, which never changes and can be searched and sorted. The rest says what is asked and
until when, and changes only when that does. A confidential complaint's subject has no number: what shows on a
locked screen must say nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import ClassVar

from typing_extensions import override

from chalicelib.domain.directory.regions import Region
from chalicelib.notifications.channels.channel import Channel, Contact, Letter, RenderedMessage
from chalicelib.services.delivery_errors import MessageRefused
from chalicelib.services.ports import ChannelName, Mailer, MessageRecord


@dataclass(frozen=True)
class EmailChannel(Channel[bytes]):
    """E-mail. ``sender`` is the address that all of it comes from."""

    name: ClassVar[ChannelName] = "email"
    may_repeat: ClassVar[bool] = True

    mailer: Mailer
    sender: str

    @override
    def get_address(self, contact: Contact) -> str | None:
        return contact.email

    @override
    def take_budget(self, region: Region) -> bool:
        """Return True: e-mail has no budget."""
        return True

    @override
    def build_form(
        self, words: RenderedMessage, address: str, record: MessageRecord, region: Region
    ) -> bytes:
        return build_mime(
            words.letter,
            ticket=record.ticket,
            sender=self.sender,
            sender_name=region.name,
            to=address,
            at=record.at,
        )

    @override
    def send(self, address: str, form: bytes, tag: str) -> str:
        return self.mailer.send(address, form, tag)


def build_mime(letter: Letter, *, ticket: str, sender: str, sender_name: str, to: str, at: datetime) -> bytes:
    """Return the MIME bytes of a letter, text and HTML, from ``sender_name <sender>``.

    Raise MessageRefused when ``to`` is no address that can be mailed.
    """
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = Address(to_one_line(sender_name), addr_spec=sender)
    mail["To"] = _parse_address(to)
    mail["Subject"] = to_one_line(letter.subject)
    mail["Date"] = format_datetime(at)
    thread = f"<{ticket}@{sender.rpartition('@')[2]}>"
    mail["References"] = thread
    mail["In-Reply-To"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    # The same for Exchange: no out-of-office answers, which come back to us as bounces.
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Tuntas-Ticket"] = ticket
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def to_one_line(text: str) -> str:
    """Return the text with each run of white space, line ends too, as one space: it cannot begin a header."""
    return " ".join(text.split())


def _parse_address(text: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        raise MessageRefused("bad_address") from None
    if not text.isascii() or not address.domain:
        raise MessageRefused("bad_address")
    return address
