"""The base of everything that can be asked of a complaint, and what people may decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import DomainEvent
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Procedure, Step, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.value import Value


class OfferContext(NamedTuple):
    """The instant (UTC) at which a decision is offered, and the complaint's procedure."""

    now: datetime
    procedure: Procedure


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The declaration of a decision that people can make: how its command is offered, asked for and served.

    The API, the forms, the offers, the simulator and the OpenAPI document all follow from it.
    """

    name: str
    """The name in the API, in forms, and in the catalogues (``decisions.<name>``)."""
    rank: float | Callable[[Step], float]
    """The place among the offers: the most expected decision has the lowest."""
    at: tuple[StepKind, ...] = ()
    """The kinds of step whose owner may make it."""
    exit: str | None = None
    """The exit of the step that it takes; without one the step stays open."""
    outside_steps: Callable[[Complaint, Actor, OfferContext], bool] | None = None
    """True for an actor who may make it although another owns the step."""
    allowed: Callable[[Complaint, Step], bool] | None = None
    """A further condition in a step."""
    check: Callable[[Complaint], None] | None = None
    """Raises ``Refusal`` where there is no room for it, or something before it rules it out."""
    takes_turn: bool = True
    """True where it must name the state on which it was made; a reporter's word on an answer need not."""
    repeatable: bool = False
    """True where it can be made again on the same state: then each request needs a key of its own."""
    by_reporter: bool = False
    """True where an officer makes it only on behalf of a reporter who has no account."""
    awaited: bool = True
    """True where somebody waits for it: only such a decision stands first on an officer's page."""
    check_fields: Callable[[Any], None] | None = None
    """Raises pydantic's ``PydanticCustomError`` where the given fields do not fit each other."""
    refusals: tuple[str, ...] = ()
    """The codes of ``Refusal`` that it can give, apart from those about the actor."""


class Command(Value):
    """Something that people, the system or the timers ask of a complaint that exists.

    A command that people give declares its ``decision``.
    """

    classes: ClassVar[list[type["Command"]]] = []
    decision: ClassVar[Decision | None] = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        Command.classes.append(cls)

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the events that follow, none where nothing is left to do.

        Raise ``Refusal`` where the command may not happen now.
        """
        raise NotImplementedError
