"""What a decision is made within."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.procedure.model import Procedure
from chalicelib.domain.time.calendar import Calendar
from chalicelib.domain.values.actor import Actor

Staffed = Callable[[str, str | None, str | None], bool]
"""Whether an agency's role, at a unit where given, has an officer."""


def everybody_is_there(_role: str, _agency: str | None, _unit: str | None) -> bool:
    """A government in which every post is filled."""
    return True


@dataclass(frozen=True)
class DecisionContext:
    """The procedure, the region's calendar, the instant, who decides, and which posts are filled."""

    procedure: Procedure
    calendar: Calendar
    now: datetime
    actor: Actor
    staffed: Staffed = everybody_is_there
