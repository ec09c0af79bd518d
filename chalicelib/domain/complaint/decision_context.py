"""The surroundings of a decision."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import Actor

IsStaffed = Callable[[str, str | None, str | None], bool]
"""True where an agency's role, at a unit if one is named, has an officer."""


def is_always_staffed(_role: str, _agency: str | None, _unit: str | None) -> bool:
    """Return True, as in a government in which every post is filled."""
    return True


@dataclass(frozen=True)
class DecisionContext:
    """The procedure, the region's calendar, the instant, the actor, and which posts are filled."""

    procedure: Procedure
    calendar: Calendar
    now: datetime
    actor: Actor
    is_staffed: IsStaffed = is_always_staffed
