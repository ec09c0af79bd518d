"""A complaint on its way, step by step: in the domain alone (``tests.procedures``), over fakes or on moto."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self

from chalicelib.domain.complaint.state import Complaint, OpenStep
from chalicelib.domain.procedure.model import Procedure, StepKind


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
