"""The registry of events: importing this module makes every kind of event known."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from chalicelib.domain.complaint import (  # noqa: F401 -- importing a stretch registers its events
    clocks,
    completion,
    duplicates,
    handling,
    intake,
    outcome,
    publishing,
    referral,
    routing,
    rungs,
    steps,
    verification,
)
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
