"""A complaint in the simulator, with everything that is still to come for it."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import SYSTEM, Actor
from infra.simulation.government import Government, get_officer
from infra.simulation.invariants import Timer
from infra.simulation.people import create_random


@dataclass(slots=True)
class Case:
    """A complaint with everything that is still to come for it: its owner's action, and its timers.

    ``key`` is the seed of its random sources; ``turns`` counts how often somebody had their turn; ``turn`` is
    the number of the action that is expected, and ``turn_at`` its instant.
    """

    government: Government
    complaint: Complaint
    key: str
    noise: Random
    turns: int = 0
    turn: int = 0
    turn_at: datetime | None = None
    timers: dict[Timer, datetime] = field(default_factory=dict)
    overdue: set[tuple[str, int]] = field(default_factory=set)
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    def create_random(self, decision: str) -> Random:
        """Create the random source of one decision: the same with any other events and any deadline."""
        return create_random(self.key, decision, self.turns)

    @property
    def owner(self) -> Actor | None:
        """Return somebody whose turn it is."""
        step = self.complaint.step
        if step is None:
            return None
        if step.owner == Role.SYSTEM:
            return SYSTEM
        if step.owner == Role.REPORTER:
            return self.reporter
        return get_officer(step.owner, self.complaint.region, step.agency, step.unit)

    @property
    def reporter(self) -> Actor:
        """Return the actor who speaks for the reporter: the desk if they have no account, else they."""
        if self.complaint.has_account:
            return Actor(role=Role.REPORTER, id=self.complaint.reporter)
        role = Role.INSPECTORATE if self.complaint.protected else Role.REGIONAL_ADMIN
        return get_officer(role, self.complaint.region)


@dataclass(frozen=True)
class Breach:
    """An invariant that did not hold."""

    ticket: str
    at: datetime
    sentence: str
