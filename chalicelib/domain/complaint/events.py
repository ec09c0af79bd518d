"""Every kind of event, as the stretches declare them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from chalicelib.domain.complaint import stretches  # noqa: F401 -- it registers every stretch
from chalicelib.domain.complaint.event import DomainEvent

if TYPE_CHECKING:
    Event = DomainEvent
else:
    Event = Annotated[Union[tuple(DomainEvent.classes.values())], Field(discriminator="type")]  # noqa: UP007
"""Any event, as it is read from storage: its ``type`` says which."""

EVENT_CLASSES: Mapping[str, type[DomainEvent]] = DomainEvent.classes
"""Every kind of event by its type."""

EVENT_TYPES: frozenset[str] = frozenset(EVENT_CLASSES)
"""The types of all events: the names that a procedure file may use."""
