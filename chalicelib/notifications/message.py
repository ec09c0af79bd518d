"""A message to one person before it has words: whom it goes to, what it is about, which template it takes."""

from dataclasses import dataclass

from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.values.identity import Identity
from chalicelib.i18n.dates import Language
from chalicelib.notifications.channels.channel import Contact

REPORTER = "reporter"
"""The reporter's recipient id: message records hold no account."""


@dataclass(frozen=True)
class Addressee:
    """A person to tell: the reporter with their ``identity``, an ``officer``, or an ``office`` outside.

    ``recipient`` is their id in the message records. ``template`` is the template that the procedure names.
    ``sms`` asks for an SMS in addition to the e-mail. ``owner`` says that the open step is theirs to do,
    ``supports`` that their agency is asked to help: only these two get a link to act with. ``deputy`` says
    that they are told because nobody of the desk concerned is on duty; where that is the owner's desk, the
    step is theirs to do meanwhile. ``office`` is an e-mail address.
    """

    recipient: str
    role: str
    template: str
    sms: bool = False
    owner: bool = False
    supports: bool = False
    deputy: bool = False
    officer: Officer | None = None
    identity: Identity | None = None
    office: str | None = None

    @property
    def contact(self) -> Contact:
        person = self.officer or self.identity
        return Contact(person.email, person.phone) if person else Contact(self.office, None)

    @property
    def language(self) -> Language:
        """Return the language that the person chose."""
        person = self.officer or self.identity
        return person.language if person else "id"


@dataclass(frozen=True)
class Message:
    """A message to one addressee.

    ``ticket`` and ``seq`` name the event it is about. ``stem`` is the id of its records without the channel.
    ``template`` is the template to render; the records keep the addressee's.
    """

    ticket: str
    seq: int
    stem: str
    region: Region
    addressee: Addressee
    template: str
