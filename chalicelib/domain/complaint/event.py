"""The base of everything that can happen to a complaint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from chalicelib.domain.complaint.lateness import is_late
from chalicelib.domain.complaint.state import AgencyAnswer, Clock, Complaint, Note, Reply, State
from chalicelib.domain.procedure.model import PLAN, Procedure, StepKind
from chalicelib.domain.time.deadlines import Derivation
from chalicelib.domain.values.value import Value

Changes = dict[str, object]
"""The fields of a complaint that an event changes, with their new values."""


@dataclass(frozen=True)
class EvolveContext:
    """The complaint before an event, when the event happened (UTC), and the procedure."""

    complaint: Complaint
    at: datetime
    procedure: Procedure

    @property
    def step_name(self) -> str | None:
        """Return the name of the step that was open."""
        return self.complaint.step.name if self.complaint.step else None

    def add_note(self, note: Note) -> Changes:
        return {"notes": (*self.complaint.notes, note)}

    def add_reply(self, reply: Reply) -> Changes:
        return {"replies": (*self.complaint.replies, reply)}

    def change_last_answer(self, **changes: object) -> tuple[AgencyAnswer, ...]:
        """Return the answers with changes to the last one."""
        answers = self.complaint.answers
        return (*answers[:-1], answers[-1].model_copy(update=changes))

    def close(self, reopening: Derivation | None = None) -> Changes:
        """Return the changes that close the open step for good; only a dated plan is still watched."""
        complaint = self.complaint
        return {
            "step": None,
            "waiting": None,
            "question_open": False,
            "clocks": tuple(clock for clock in complaint.clocks if clock.name == PLAN),
            "reopen_until": reopening.due_at if reopening else None,
            "was_late": complaint.was_late or is_late(complaint.step, self.at),
        }

    def state_at_desk(self) -> State:
        """Return the state in which the admin has the complaint: once verified it stays verified."""
        return "verified" if self.complaint.complaint_class else "received"

    def list_lasting_clocks(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in self.complaint.clocks if self.procedure.outlasts_steps(clock.name))

    def list_clocks_without_plan(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in self.complaint.clocks if clock.name != PLAN)


@dataclass(frozen=True)
class Occurrence:
    """The place of an event in a procedure; without any condition it can happen at any time.

    ``exits`` are the exits of a step that it takes, with a step's kind before them where the same exit of
    another kind has another event ("verify.ask"). ``steps`` are the kinds of step in which it can happen
    with any exits. ``only_with`` is what a procedure must have for it.
    """

    exits: tuple[str, ...] = ()
    steps: tuple[StepKind, ...] = ()
    only_with: Literal["merging", "referral", "reopening", "rung"] | None = None

    @property
    def always(self) -> bool:
        return not (self.exits or self.steps or self.only_with)

    def takes_exit(self, exit_: str, kind: StepKind) -> bool:
        return exit_ in self.exits or f"{kind.value}.{exit_}" in self.exits


class DomainEvent(Value):
    """Something that happened to a complaint. The fields of each kind are the schema of the stored event.

    No event holds personal data: texts and files are stored apart, and an event holds only a reference to
    them (``TextRef``, ``FileRef``) that proves them unchanged.
    """

    classes: ClassVar[dict[str, type["DomainEvent"]]] = {}
    """Every kind of event by its type, as stored."""

    type: str
    occurs: ClassVar[Occurrence | None] = None
    """The place where it can happen: the linter and the verifier read it here."""
    weighs: ClassVar[bool] = True
    """True where a person would want to know of it before deciding: timers and reminders do not count."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        # A class between this one and the events has no type of its own.
        if not cls.model_fields["type"].is_required():
            DomainEvent.classes[cls.model_fields["type"].default] = cls

    def evolve(self, _: EvolveContext) -> Changes:
        """Return the fields of the complaint that this event changes."""
        raise NotImplementedError


def matches(pattern: str, event: DomainEvent) -> bool:
    """Return whether an event is the one a procedure names.

    A pattern is an event's type, or one step's opening (``step.opened:<step>``).
    """
    name, _, step = pattern.partition(":")
    return event.type == name and (not step or getattr(event, "step", None) == step)
