"""The protocol of the channels, and the values that go through it."""

from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

from chalicelib.domain.directory.regions import Region
from chalicelib.services.ports import ChannelName, MessageRecord


@dataclass(frozen=True)
class Contact:
    """A person's addresses: ``phone`` is E.164, mobile or not."""

    email: str | None
    phone: str | None


@dataclass(frozen=True)
class Letter:
    """The words of an e-mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class SmsParts:
    """The words of an SMS. ``core`` must be said, ``lead`` comes before it, ``link`` may be empty."""

    lead: str
    core: str
    link: str


@dataclass(frozen=True)
class RenderedMessage:
    """The words of a message, for each channel."""

    letter: Letter
    sms: SmsParts


Form = TypeVar("Form")
"""A message as a channel sends it: MIME bytes, or the text of an SMS."""


class Channel(Protocol[Form]):
    """A channel through which messages reach people.

    ``may_repeat`` says whether a message of unknown outcome is sent again.
    """

    name: ClassVar[ChannelName]
    may_repeat: ClassVar[bool]

    def get_address(self, contact: Contact) -> str | None:
        """Return the address that this channel sends to; None for a person it cannot reach."""

    def take_budget(self, region: Region) -> bool:
        """Count one more message of the region; return whether its budget allows it."""

    def build_form(self, words: RenderedMessage, address: str, record: MessageRecord, region: Region) -> Form:
        """Bring the words into this channel's form. Raise MessageRefused for an address that is none."""

    def send(self, address: str, form: Form, tag: str) -> str:
        """Send a message; return the provider's id. ``tag`` comes back with delivery reports.

        Raise MessageRefused when the provider will never take it, OutcomeUnknown when it may have been sent,
        SendingFailed when it was not sent and a retry may succeed.
        """
