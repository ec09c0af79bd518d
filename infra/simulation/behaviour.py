"""The people of the simulation: they take their turns, look in between, and heed reminders or do not."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Protocol

from chalicelib.domain.complaint.available_actions import list_available_actions
from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.duplicates import NoteSplit
from chalicelib.domain.complaint.intake import FileComplaint, RecordComplaint
from chalicelib.domain.complaint.publishing import Deliver
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import REGIONAL_ROLES, Role, StepKind
from chalicelib.domain.values.actor import SYSTEM, Actor
from infra.simulation.case import Case
from infra.simulation.event_queue import EventQueue
from infra.simulation.filing import build_derived_filing
from infra.simulation.government import Government, get_officer
from infra.simulation.people import SOON, People, add_office_minutes, pick
from infra.simulation.simulated_action import SimulatedAction, build_command

_LOOKS_IN = timedelta(days=3)


class Simulation(Protocol):
    """The part of a run that people act on."""

    @property
    def now(self) -> datetime: ...

    @property
    def regions(self) -> tuple[str, ...]: ...

    def execute(self, case: Case, command: Command, actor: Actor) -> None: ...

    def file(self, government: Government, command: FileComplaint, actor: Actor, key: str) -> Case: ...

    def iterate_latest(self, government: Government) -> Iterable[Complaint]: ...


class Behaviour:
    """Lets the people of one run act, at instants that it puts into the run's queue."""

    def __init__(self, simulation: Simulation, people: People, queue: EventQueue) -> None:
        self._simulation = simulation
        self._people = people
        self._queue = queue

    def schedule_turn(self, case: Case) -> None:
        """Schedule the action of the person who has the turn; a reporter perhaps never acts."""
        case.turns += 1
        self._schedule_action(case, self._draw_instant(case, case.create_random("when")))

    def schedule_visit(self, case: Case) -> None:
        """Let somebody look in within some days, perhaps, whose turn it need not be."""
        rng = case.create_random("beside")  # a seed: another word would give another year
        if rng.random() < self._people.onlookers.chance:
            at = self._simulation.now + rng.random() * _LOOKS_IN
            self._queue.add(at, partial(self._look_in, case))

    def schedule_reporter_action(self, case: Case, name: str, chance: float, until: datetime) -> None:
        """Let the reporter take an action before that instant, perhaps."""
        rng = case.create_random(name)
        if rng.random() < chance:
            now = self._simulation.now
            self._queue.add(
                now + rng.random() * (until - now), partial(self._take_reporter_action, case, name)
            )

    def remind(self, case: Case, clock: str) -> None:
        """Let an officer perhaps heed a reminder of the step's clock, and act earlier than intended."""
        step = case.complaint.step
        if step is None or step.name != clock or step.owner in (Role.REPORTER, Role.SYSTEM):
            return
        if case.turn_at and case.noise.random() < self._people.officer.heeds_reminder:
            minutes = case.noise.randint(1, SOON)
            soon = add_office_minutes(self._simulation.now, minutes, case.government.calendar)
            if soon < case.turn_at:
                self._schedule_action(case, soon)

    def _draw_instant(self, case: Case, rng: Random) -> datetime | None:
        step, now = case.complaint.step, self._simulation.now
        if step is None:
            return None
        if step.owner == Role.SYSTEM:
            return now + timedelta(seconds=rng.randint(1, 40))
        if step.owner == Role.REPORTER:
            return self._people.draw_reporter_time(rng, now, step.kind)
        usual = case.government.on_file.get_step(step.name).standard_time
        return self._people.draw_officer_time(rng, now, usual, case.government.calendar)

    def _schedule_action(self, case: Case, at: datetime | None) -> None:
        case.turn, case.turn_at = case.turn + 1, at
        if at is not None:
            self._queue.add(at, partial(self._take_turn, case, case.turn))

    def _take_turn(self, case: Case, turn: int) -> None:
        """Take the turn, unless it is another one by now."""
        step, owner = case.complaint.step, case.owner
        if turn != case.turn or step is None or owner is None:
            return
        if owner == SYSTEM:
            command = RecordComplaint() if step.kind is StepKind.RECORD else Deliver()
            self._simulation.execute(case, command, SYSTEM)
            return
        offered = self._list_offered(case, owner)
        name = pick(case.create_random("what"), self._people.acts[step.kind], offered)
        if name == "split":
            self._split(case, owner)
        elif name is not None and not self._take(case, name, owner):
            self._take(case, "forward", owner)
        if case.turn == turn:
            self.schedule_turn(case)

    def _split(self, case: Case, actor: Actor) -> None:
        command = build_derived_filing(case.complaint, case.complaint.region, "split")
        split_off = self._simulation.file(case.government, command, actor, f"{case.key}/split/{case.turns}")
        self._simulation.execute(case, NoteSplit(ticket=split_off.complaint.ticket), SYSTEM)

    def _look_in(self, case: Case) -> None:
        rng = case.create_random("role")
        role = rng.choice(list(self._people.onlookers.acts))
        actor = _find_onlooker(case, role)
        if actor is None:
            return
        offered = {*self._list_offered(case, actor), "nothing"}
        name = pick(rng, self._people.onlookers.acts[role], offered)
        if name and name != "nothing":
            self._take(case, name, actor)

    def _take_reporter_action(self, case: Case, name: str) -> None:
        """Take the reporter's action if it is still offered."""
        if name in self._list_offered(case, case.reporter):
            self._take(case, name, case.reporter)

    def _take(self, case: Case, name: str, actor: Actor) -> bool:
        """Take an action; return False where there is nothing to take it about."""
        command = build_command(name, self._prepare_action(case))
        if command is None:
            return False
        self._simulation.execute(case, command, actor)
        return True

    def _list_offered(self, case: Case, actor: Actor) -> tuple[str, ...]:
        procedure = case.government.procedure
        return list_available_actions(case.complaint, actor, procedure, self._simulation.now)

    def _prepare_action(self, case: Case) -> SimulatedAction:
        return SimulatedAction(
            case.complaint,
            case.government,
            self._people,
            case.create_random("how"),
            self._simulation.now,
            self._simulation.regions,
            partial(self._simulation.iterate_latest, case.government),
        )


def _find_onlooker(case: Case, role: Role) -> Actor | None:
    complaint = case.complaint
    if role == Role.REPORTER:
        return case.reporter
    if role in (*REGIONAL_ROLES, Role.CENTRAL_ADMIN):
        return get_officer(role, complaint.region)
    return get_officer(role, complaint.region, complaint.supporters[0]) if complaint.supporters else None
