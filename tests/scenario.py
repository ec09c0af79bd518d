"""A complaint on its way, step by step: in the domain alone, over fakes or on moto."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Self

from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.directory.officers import Officer
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.domain.values.actor import Actor
from tests.world import World, citizen, decide


class Scenario(ABC):
    """A complaint that its owners take on, one open step after the other.

    A subclass says where the complaint is and how the owner of its open step takes it on.
    """

    complaint: Complaint
    procedure: Procedure

    @abstractmethod
    def go_on(self) -> object:
        """Let the owner of the open step take the complaint the shortest way on."""

    @property
    def step(self) -> OpenStep:
        assert self.complaint.step, "nobody's turn"
        return self.complaint.step

    @property
    def kind(self) -> StepKind | None:
        return self.complaint.step.kind if self.complaint.step else None

    @property
    def exits(self) -> frozenset[str]:
        """The decisions by which the open step can be left."""
        return frozenset(self.procedure.get_step(self.step.name).exits)

    def to(self, kind: StepKind) -> Self:
        """Go the shortest way, in no time, until a step of this kind is open."""
        return self._go_until(lambda: self.kind is kind, str(kind))

    def to_step(self, name: str) -> Self:
        """Go the shortest way, in no time, until the step of this name is open."""
        return self._go_until(lambda: self.step.name == name, name)

    def to_exit(self, exit_: str) -> Self:
        """Go the shortest way, in no time, until a step is open that can be left by this decision."""
        return self._go_until(lambda: exit_ in self.exits, f"a step with {exit_}")

    def _go_until(self, arrived: Callable[[], bool], place: str) -> Self:
        while not arrived():
            assert self.kind not in (None, StepKind.CONFIRM), f"{place} is not ahead"
            self.go_on()
        return self


DECISIONS: dict[str, dict[str, object]] = {
    "advise": {"text": "Tidak ada informasi yang dikecualikan."},
    "accept": {},
    "dispose": {"unit": "bidang-1", "instruction": "Kerjakan minggu ini."},
    "proceed": {"note": "Sudah diperiksa."},
    "answer": {"text": "Sudah ditambal."},
    "publish": {},
    "forward": {"agency": "pupr"},
    "satisfied": {},
}
"""What an owner decides, by the exit that the procedure gives their step; the first that it has."""


class AppScenario(Scenario):
    """A complaint in an application, decided on by a region's officers and its reporter."""

    def __init__(self, world: World, ticket: str, officers: Sequence[Officer]) -> None:
        self.world = world
        self.ticket = ticket
        self.officers = officers

    @property
    def complaint(self) -> Complaint:  # type: ignore[override]
        return self.world.app.command_handler.get(self.ticket)

    @property
    def procedure(self) -> Procedure:  # type: ignore[override]
        return load_procedure(self.complaint.procedure)

    @property
    def owner(self) -> Officer | Actor:
        """Somebody whose turn it is."""
        if self.step.owner == Role.REPORTER:
            return citizen()
        owners = ((officer.role, officer.agency) for officer in self.officers)
        return self.officers[list(owners).index((self.step.owner, self.step.agency))]

    def go_on(self, **fields: object) -> Complaint:
        decision = next(decision for decision in DECISIONS if decision in self.exits)
        return self.decide(self.owner, decision, **(DECISIONS[decision] | fields))

    def decide(self, who: Officer | Actor, decision: str, /, **fields: object) -> Complaint:
        """Decide on the state as it is now."""
        return decide(self.world, self.ticket, who, decision, **fields)
