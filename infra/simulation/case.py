"""A complaint in the simulator, with what is to come for it."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.actor import SYSTEM, Actor
from infra.simulation.government import Government, officer
from infra.simulation.invariants import Timer
from infra.simulation.people import source
from infra.simulation.simulated_action import speaks_for


@dataclass(slots=True)
class Case:
    """A complaint with what is to come for it: when its owner acts, and its timers with their instants.

    ``key`` is what its chances come from; ``deeds`` how often somebody had their turn.
    """

    government: Government
    complaint: Complaint
    key: str
    noise: Random
    deeds: int = 0
    turn: int = 0
    turn_at: datetime | None = None
    timers: dict[Timer, datetime] = field(default_factory=dict)
    overdue: set[tuple[str, int]] = field(default_factory=set)
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    def chance(self, of: str) -> Random:
        """The source of one decision about it, whatever else happens and at which deadline."""
        return source(self.key, of, self.deeds)

    @property
    def owner(self) -> Actor | None:
        """Somebody whose turn it is."""
        step = self.complaint.step
        if step is None:
            return None
        if step.owner == Role.SYSTEM:
            return SYSTEM
        if step.owner == Role.REPORTER:
            return self.reporter
        return officer(step.owner, self.complaint.region, step.agency, step.unit)

    @property
    def reporter(self) -> Actor:
        """Who says what the reporter says."""
        role = speaks_for(self.complaint)
        if role == Role.REPORTER:
            return Actor(role=role, id=self.complaint.reporter)
        return officer(role, self.complaint.region)


@dataclass(frozen=True)
class Breach:
    """Something that must hold and does not."""

    ticket: str
    at: datetime
    sentence: str
