"""The channels by which messages reach people."""

from datetime import datetime
from typing import ClassVar, Protocol, TypeVar

from chalicelib.domain.directory.regions import Region
from chalicelib.notifications.message import Addressee, Message
from chalicelib.notifications.rendering import TemplateContext
from chalicelib.services.ports import ChannelName

Form = TypeVar("Form")
"""A rendered message as its channel sends it: MIME bytes, or the text of an SMS."""


class Channel(Protocol[Form]):
    """A channel by which messages reach people.

    ``may_repeat`` says whether a message of unknown outcome is sent again.
    """

    name: ClassVar[ChannelName]
    may_repeat: ClassVar[bool]

    def get_address(self, addressee: Addressee) -> str | None:
        """Return the address that this channel reaches the person at; None where it cannot."""

    def take_budget(self, region: Region) -> bool:
        """Count one more message of the region; return whether its budget allows it."""

    def render(self, message: Message, context: TemplateContext, address: str, at: datetime) -> Form:
        """Write the message in this channel's form.

        Raise MessageRefused for an address that is none, ``jinja2.UndefinedError`` for a name in the template
        that the context does not have.
        """

    def send(self, address: str, form: Form, tag: str) -> str:
        """Send a rendered message; return the provider's id. ``tag`` comes back with delivery reports.

        Raise MessageRefused when the provider will never take it, OutcomeUnknown when it may have been sent,
        SendingFailed when it was not sent and a retry may succeed.
        """
