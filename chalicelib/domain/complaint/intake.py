"""Filing a complaint, and the system's recording of it."""

from datetime import datetime
from typing import ClassVar, Literal

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.permissions import check_system, has_open_step
from chalicelib.domain.complaint.state import Channel, Complaint, Origin
from chalicelib.domain.complaint.steps import leave_step, open_step
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef
from chalicelib.domain.values.value import Value


class Filed(DomainEvent):
    """A citizen filed it; the procedure, its version, the calendar's and the zone are frozen into it.

    ``received_at`` is when the government got it: earlier than the event for a letter that is typed in, or
    for a matter split off. ``about_agency`` is the agency whose officers it accuses.
    """

    type: Literal["complaint.filed"] = "complaint.filed"
    occurs: ClassVar = Occurrence()
    region: str
    procedure: str
    procedure_version: str
    calendar_version: str
    zone: str
    language: Literal["id", "en"]
    reporter: str
    category: str
    anonymous: bool
    confidential: bool
    title: TextRef
    narrative: TextRef
    place: TextRef | None
    files: tuple[FileRef, ...]
    channel: Channel = "web"
    received_at: datetime | None = None
    emergency: bool = False
    about_agency: str | None = None
    origin: Origin | None = None

    def evolve(self, _: EvolveContext) -> Changes:
        raise ValueError("a complaint is filed once")

    def start(self, ticket: str, at: datetime) -> Changes:
        """Return the fields of the new complaint, apart from those that every event changes."""
        values = {name: getattr(self, name) for name in Filed.model_fields if name != "type"}
        return values | {
            "ticket": ticket,
            "filed_at": at,
            "received_at": self.received_at or at,
            "filed_category": self.category,
            "linked": (self.origin.ticket,) if self.origin else (),
            "state": "received",
        }


class Recorded(DomainEvent):
    """The system recorded it; from its category it suggests the agency that is probably concerned."""

    type: Literal["complaint.recorded"] = "complaint.recorded"
    occurs: ClassVar = Occurrence(exits=("record", "protect"))
    suggested_agency: str | None

    def evolve(self, context: EvolveContext) -> Changes:
        state = "in_progress" if context.complaint.protected else "received"
        return {"state": state, "suggested_agency": self.suggested_agency}


class FileComplaint(Value):
    """A complaint is filed by its reporter, or typed in by an officer on behalf of somebody.

    ``reporter`` is the account it belongs to; ``received_at`` when the government got it, where that was
    before now (a letter, a matter split off).
    """

    region: str
    language: Literal["id", "en"]
    category: str
    reporter: str
    anonymous: bool = False
    confidential: bool = False
    title: TextRef
    narrative: TextRef
    place: TextRef | None = None
    files: tuple[FileRef, ...] = ()
    channel: Channel = "web"
    received_at: datetime | None = None
    emergency: bool = False
    about_agency: str | None = None
    origin: Origin | None = None

    def decide(self, context: DecisionContext) -> list[DomainEvent]:
        """Return the events of a new complaint; raise ``Refusal`` where the procedure asks for more."""
        check_may_file(context.procedure, context.actor, self)
        filed = Filed(
            **{name: getattr(self, name) for name in FileComplaint.model_fields},
            procedure=context.procedure.id,
            procedure_version=context.procedure.version,
            calendar_version=context.calendar.version,
            zone=context.calendar.zone.key,
        )
        return [filed, *open_step(context.procedure.filing.opens, None, context)]


def check_may_file(procedure: Procedure, actor: Actor, command: FileComplaint) -> None:
    """Raise ``Refusal`` where this actor may not file this, or lacks what the procedure requires.

    A complaint that an officer types in, that is split off or moved here was received already: it is
    completed later.
    """
    if command.origin is not None and actor.role != Role.REPORTER:
        return
    if command.channel != "web":
        if (actor.role, actor.region) != (Role.REGIONAL_ADMIN, command.region):
            raise Refusal("not_your_role")
        return
    if actor.role != Role.REPORTER or actor.id != command.reporter or command.origin is not None:
        raise Refusal("not_your_role")
    has_item = {"place": command.place is not None, "photo": bool(command.files)}
    for item in procedure.filing.requires:
        if not has_item[item]:
            raise Refusal(f"missing_{item}")


class RecordComplaint(Command):
    """The system records a filed complaint; the category's agency is only a suggestion to the admin."""

    suggested_agency: str | None = None

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return its recording; a protected report goes past everybody to the Inspektorat."""
        check_system(context.actor)
        if not has_open_step(complaint, StepKind.RECORD):
            return []
        recorded = Recorded(suggested_agency=self.suggested_agency)
        exit_ = "protect" if complaint.protected else "record"
        return [recorded, *leave_step(complaint, exit_, context)]
