"""E-mails as MIME (RFC 5322), built to be threaded, filed and never answered by a machine.

Threading: SES replaces ``Message-ID``, so that no mail can refer to the one before it. Every mail of a
complaint refers to the same made-up first message instead (``References`` and ``In-Reply-To``
``<ticket@host>``), which is all that most clients go by. The others go by the subject and want it unchanged,
but people want the date in it, as the glossary has it. The compromise: the subject begins with the ticket
number in brackets, which never changes, and by which one can search and sort; the rest says what is asked and
by when, and changes only when that does. A confidential complaint's subject has no number: what shows on a
locked screen must say nothing.
"""

from datetime import datetime
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from chalicelib.notifications.rendering import Letter
from chalicelib.services.delivery_errors import MessageRefused


def build(letter: Letter, *, ticket: str, sender: str, sender_name: str, to: str, at: datetime) -> bytes:
    """The MIME bytes of a letter, text and HTML, from ``sender_name <sender>``.

    Raises MessageRefused when ``to`` is no address that can be mailed.
    """
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = Address(one_line(sender_name), addr_spec=sender)
    mail["To"] = _address(to)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(at)
    thread = f"<{ticket}@{sender.rpartition('@')[2]}>"
    mail["References"] = thread
    mail["In-Reply-To"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    # Exchange's word for the same: no out-of-office answers, which come back to us as bounces.
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Tuntas-Ticket"] = ticket
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def one_line(text: str) -> str:
    """The text with every run of white space, line ends too, as one space: it cannot begin a header."""
    return " ".join(text.split())


def _address(text: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        raise MessageRefused("bad_address") from None
    if not text.isascii() or not address.domain:
        raise MessageRefused("bad_address")
    return address
