"""The agency's handling: accepting, passing within the house, answering, returning."""

from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from pydantic_core import PydanticCustomError

from chalicelib.domain.complaint import fields
from chalicelib.domain.complaint.command import Command, Decision, OfferContext
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.event import Changes, DomainEvent, EvolveContext, Occurrence
from chalicelib.domain.complaint.lateness import is_overdue
from chalicelib.domain.complaint.permissions import (
    check_room_for_note,
    check_system,
    check_unfinished,
    get_own_step,
    get_step_with_exit,
)
from chalicelib.domain.complaint.publishing import Published, watch_plan
from chalicelib.domain.complaint.rungs import catch_up
from chalicelib.domain.complaint.state import AgencyAnswer, Complaint, Note, OpenStep, Plan
from chalicelib.domain.complaint.steps import hand_to_successor, leave_step
from chalicelib.domain.procedure.model import AGENCY_ROLES, Role, Step, StepKind
from chalicelib.domain.time.calendar import ONE_DAY
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.sealed_text import TextRef

MOST_REQUESTS_FOR_TIME = 5
FURTHEST = timedelta(days=366)
"""The furthest day of a plan, or of the time asked for: every day until then is counted and kept."""
PICTURES = "image/"


class Accepted(DomainEvent):
    """The agency accepted it."""

    type: Literal["complaint.accepted"] = "complaint.accepted"
    occurs: ClassVar = Occurrence(exits=("accept",), steps=(StepKind.RESPOND,))
    agency: str

    def evolve(self, _: EvolveContext) -> Changes:
        return {"state": "in_progress"}


class Returned(DomainEvent):
    """The agency says that it is not its to handle ("bukan wewenang kami")."""

    type: Literal["complaint.returned"] = "complaint.returned"
    occurs: ClassVar = Occurrence(exits=("return",))
    agency: str
    reason: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        note = Note(
            kind="return", at=context.at, step=context.step_name, text=self.reason, agency=self.agency
        )
        return {"state": "verified", "agency": None, "unit": None, **context.add_note(note)}


class Disposed(DomainEvent):
    """The head disposed it to a unit (Bidang/Seksi) with an instruction."""

    type: Literal["complaint.disposed"] = "complaint.disposed"
    occurs: ClassVar = Occurrence(exits=("dispose",))
    unit: str | None
    instruction: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        note = Note(
            kind="disposition", at=context.at, step=context.step_name, text=self.instruction, unit=self.unit
        )
        return {"unit": self.unit, **context.add_note(note)}


class Progressed(DomainEvent):
    """An inner row of the agency is done; the next one follows."""

    type: Literal["handling.progressed"] = "handling.progressed"
    occurs: ClassVar = Occurrence(exits=("proceed",))
    note: TextRef | None
    files: tuple[FileRef, ...]

    def evolve(self, context: EvolveContext) -> Changes:
        return context.add_note(
            Note(kind="progress", at=context.at, step=context.step_name, text=self.note, files=self.files)
        )


class Supported(DomainEvent):
    """A supporting agency gave its part."""

    type: Literal["support.given"] = "support.given"
    occurs: ClassVar = Occurrence()
    agency: str
    text: TextRef
    files: tuple[FileRef, ...]

    def evolve(self, context: EvolveContext) -> Changes:
        return context.add_note(
            Note(
                kind="support",
                at=context.at,
                step=context.step_name,
                text=self.text,
                files=self.files,
                agency=self.agency,
            )
        )


class TimeAsked(DomainEvent):
    """The agency asked for time: those concerned are told, no deadline moves."""

    type: Literal["time.asked"] = "time.asked"
    occurs: ClassVar = Occurrence()
    until: date
    reason: TextRef

    def evolve(self, context: EvolveContext) -> Changes:
        return context.add_note(Note(kind="time", at=context.at, step=context.step_name, text=self.reason))


class AgencySucceeded(DomainEvent):
    """The agency was renamed or merged: its successor has the step now, with the same deadline."""

    type: Literal["agency.succeeded"] = "agency.succeeded"
    occurs: ClassVar = Occurrence()
    agency: str
    successor: str

    def evolve(self, context: EvolveContext) -> Changes:
        complaint, waiting = context.complaint, context.complaint.waiting
        agency = self._rename(complaint.agency)
        supporters = dict.fromkeys(self._rename(supporter) for supporter in complaint.supporters)
        return {
            "agency": agency,
            "supporters": tuple(supporter for supporter in supporters if supporter != agency),
            "step": self._move(complaint.step) if complaint.step else None,
            "waiting": waiting.model_copy(update={"step": self._move(waiting.step)}) if waiting else None,
        }

    def _rename(self, agency: str | None) -> str | None:
        return self.successor if agency == self.agency else agency

    def _move(self, step: OpenStep) -> OpenStep:
        return step.model_copy(update={"agency": self._rename(step.agency)})


class Answered(DomainEvent):
    """The agency answered to the admin; a late answer stays late.

    ``plan`` is given where the answer is a dated plan, ``proof_note`` where what was done cannot be
    photographed, ``on_behalf`` where the admin typed in a letter of the agency.
    """

    type: Literal["complaint.answered"] = "complaint.answered"
    occurs: ClassVar = Occurrence(exits=("answer",))
    agency: str
    text: TextRef
    files: tuple[FileRef, ...]
    late: bool
    plan: Plan | None = None
    proof_note: TextRef | None = None
    on_behalf: bool = False

    def evolve(self, context: EvolveContext) -> Changes:
        complaint = context.complaint
        fields_of_answer = {name: getattr(self, name) for name in Answered.model_fields if name != "type"}
        return {
            "state": "answered" if complaint.question_open else "answer_review",
            "answers": (*complaint.answers, AgencyAnswer(at=context.at, **fields_of_answer)),
            "was_late": complaint.was_late or self.late,
        }


def _rank_accept(step: Step) -> float:
    """Return the place of accepting: first where it is a way on, else after the first way on."""
    if "accept" in step.exits:
        return 0
    declared = (command.decision for command in Command.classes)
    ways_on = [each.rank for each in declared if each and each.exit in step.exits]
    return min((rank for rank in ways_on if isinstance(rank, float | int)), default=0) + 0.5


class Accept(Command):
    """The agency accepts it."""

    decision: ClassVar = Decision(
        name="accept",
        rank=_rank_accept,
        at=(StepKind.RESPOND,),
        allowed=lambda complaint, step: complaint.state == "forwarded" or "accept" in step.exits,
        refusals=("already_accepted",),
    )

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return that the agency accepts; the reporter is told that it is being worked on."""
        step = get_own_step(complaint, context, StepKind.RESPOND)
        goes_on = "accept" in context.procedure.get_step(step.name).exits
        if complaint.state != "forwarded" and not goes_on:
            raise Refusal("already_accepted")
        accepted = Accepted(agency=_name_answering(complaint, step))
        return [accepted, *(leave_step(complaint, "accept", context) if goes_on else [])]


def check_can_return(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the Koordinator has decided whose it is, or it was returned too often."""
    if complaint.arbitrated:
        raise Refusal("decided_by_coordinator")
    check_room_for_note(complaint)


class ReturnComplaint(Command):
    """ "Bukan wewenang kami": the agency returns it with a reason."""

    decision: ClassVar = Decision(
        name="return",
        rank=30,
        at=(StepKind.RESPOND,),
        exit="return",
        check=check_can_return,
        refusals=("decided_by_coordinator", "too_many_notes", "not_in_this_step"),
    )
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Give it back: the next agency gets a fresh time; after some returns the Koordinator decides.

        Returned instead of the explanation a reporter asked for, it leaves them without an answer again.
        """
        get_step_with_exit(complaint, context, "return", StepKind.RESPOND)
        check_can_return(complaint)
        arbitration = context.procedure.arbitration
        arbitrated = arbitration is not None and complaint.returns + 1 >= arbitration.after_returns
        returned = Returned(agency=str(complaint.agency), reason=self.reason)
        onward = complaint.model_copy(update={"agency": None, "unit": None, "by_letter": False})
        to = arbitration.opens if arbitration and arbitrated else None
        opened = leave_step(onward, "return", context, to=to)
        return [returned, *opened, *catch_up(complaint, context, answered=False)]


class Dispose(Command):
    """The head disposes it to a unit (Bidang/Seksi), with an instruction."""

    decision: ClassVar = Decision(
        name="dispose",
        rank=25,
        at=(StepKind.RESPOND,),
        exit="dispose",
        refusals=("unit_missing", "unknown_unit", "not_in_this_step"),
    )
    unit: fields.UnitId | None = None
    instruction: fields.SealedInstruction

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        step = get_step_with_exit(complaint, context, "dispose", StepKind.RESPOND)
        disposed = Disposed(unit=self.unit, instruction=self.instruction)
        onward = complaint.model_copy(update={"unit": self.unit})
        return [*_accept_implicitly(complaint, step), disposed, *leave_step(onward, "dispose", context)]


class Proceed(Command):
    """The owner of an inner row has done it: a note and files for the next one."""

    decision: ClassVar = Decision(
        name="proceed", rank=20, at=(StepKind.RESPOND,), exit="proceed", refusals=("not_in_this_step",)
    )
    note: fields.SealedNote | None = None
    files: fields.Files = ()

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        step = get_step_with_exit(complaint, context, "proceed", StepKind.RESPOND)
        progressed = Progressed(note=self.note, files=self.files)
        return [*_accept_implicitly(complaint, step), progressed, *leave_step(complaint, "proceed", context)]


def _may_support(complaint: Complaint, actor: Actor, _: OfferContext) -> bool:
    is_supporter = actor.region == complaint.region and actor.agency in complaint.supporters
    return actor.role == Role.LIAISON and is_supporter and not complaint.finished and not complaint.protected


class GiveSupport(Command):
    """A supporting agency gives its part; nothing waits for it."""

    decision: ClassVar = Decision(
        name="support",
        rank=95,
        outside_steps=_may_support,
        check=check_room_for_note,
        takes_turn=False,
        refusals=("already_closed", "too_many_notes"),
    )
    text: fields.SealedNote
    files: fields.Files = ()

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        actor = context.actor
        if actor.role != Role.LIAISON or actor.region != complaint.region or not actor.agency:
            raise Refusal("not_your_role")
        if actor.agency not in complaint.supporters or complaint.protected:
            raise Refusal("not_your_complaint")
        check_unfinished(complaint)
        check_room_for_note(complaint)
        return [Supported(agency=actor.agency, text=self.text, files=self.files)]


def check_can_ask_for_time(complaint: Complaint) -> None:
    """Raise ``Refusal`` where the agency asked for time too often."""
    if sum(note.kind == "time" for note in complaint.notes) >= MOST_REQUESTS_FOR_TIME:
        raise Refusal("asked_too_often", {"most": str(MOST_REQUESTS_FOR_TIME)})


class AskForTime(Command):
    """The agency asks for time until a local date; those concerned are told, and no deadline moves."""

    decision: ClassVar = Decision(
        name="ask_for_time",
        rank=70,
        at=(StepKind.RESPOND,),
        check=check_can_ask_for_time,
        refusals=("asked_too_often", "date_passed", "date_too_far"),
    )
    until: fields.Day
    reason: fields.SealedReason

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        get_own_step(complaint, context, StepKind.RESPOND)
        check_can_ask_for_time(complaint)
        _check_day(self.until, context)
        return [TimeAsked(until=self.until, reason=self.reason)]


def _check_whole_plan(request: Any) -> None:
    if (request.plan_date is None) != (request.plan_owner is None):
        raise PydanticCustomError("plan_half", "a plan needs a date and an owner")


class AnswerComplaint(Command):
    """The agency answers to the admin; with ``plan_date`` and ``plan_owner`` the answer is a dated plan.

    Without an ``Accept`` before it, this is one too. ``proof_note`` says why there is no photo of what was
    done.
    """

    decision: ClassVar = Decision(
        name="answer",
        rank=10,
        at=(StepKind.RESPOND,),
        exit="answer",
        check_fields=_check_whole_plan,
        refusals=("date_passed", "date_too_far", "proof_missing", "not_in_this_step"),
    )
    text: fields.SealedAnswer
    proof_note: fields.SealedReason | None = None
    files: fields.Files = ()
    plan_date: fields.FoldedDay | None = None
    plan_owner: fields.SealedOwner | None = None

    @property
    def plan(self) -> Plan | None:
        """Return the dated plan that the answer is."""
        if self.plan_date and self.plan_owner:
            return Plan(date=self.plan_date, owner=self.plan_owner)
        return None

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return the answer, with the proof its procedure asks for; a late answer is accepted and stays late.

        Where the procedure has no review, answering publishes it.
        """
        step = get_step_with_exit(complaint, context, "answer", StepKind.RESPOND)
        planned = context.procedure.get_step(step.name)
        if self.plan:
            _check_day(self.plan.date, context)
        elif planned.proof:
            self._check_proof()
        answered = Answered(
            agency=_name_answering(complaint, step),
            text=self.text,
            files=self.files,
            late=is_overdue(complaint, context.now, context.procedure),
            plan=self.plan,
            proof_note=self.proof_note,
            on_behalf=step.owner == Role.REGIONAL_ADMIN,
        )
        published: list[DomainEvent] = []
        if context.procedure.get_step(planned.exits["answer"]).kind is StepKind.DELIVER:
            published = [Published(), *watch_plan(complaint, self.plan, context)]
        accepted = _accept_implicitly(complaint, step)
        return [*accepted, answered, *published, *leave_step(complaint, "answer", context)]

    def _check_proof(self) -> None:
        """Require a photo of what was done, or another file and the reason for it (SOP 003, row 4)."""
        if any(file.media_type.startswith(PICTURES) for file in self.files):
            return
        if not (self.files and self.proof_note):
            raise Refusal("proof_missing")


class SucceedAgency(Command):
    """The system gives the open step of a renamed or merged agency to its successor."""

    agency: str
    successor: str

    def decide(self, complaint: Complaint, context: DecisionContext) -> list[DomainEvent]:
        """Return that the successor has the open step and its deadline.

        Where the successor has nobody in that post, its liaison has them.
        """
        check_system(context.actor)
        concerned = self.agency in (complaint.agency, *complaint.supporters)
        if complaint.finished or not concerned:
            return []
        succeeded = AgencySucceeded(agency=self.agency, successor=self.successor)
        step = complaint.step
        if step is None or step.agency != self.agency or step.owner not in AGENCY_ROLES:
            return [succeeded]
        return [succeeded, *hand_to_successor(complaint, step, self.successor, context)]


def _check_day(day: date, context: DecisionContext) -> None:
    ahead = day - context.calendar.to_local(context.now).date()
    if ahead < ONE_DAY:
        raise Refusal("date_passed")
    if ahead > FURTHEST:
        raise Refusal("date_too_far", {"most": str(FURTHEST.days)})


def _accept_implicitly(complaint: Complaint, step: OpenStep) -> list[DomainEvent]:
    """Return that the agency accepts, where it acts without having said so."""
    if complaint.state != "forwarded":
        return []
    return [Accepted(agency=_name_answering(complaint, step))]


def _name_answering(complaint: Complaint, step: OpenStep) -> str:
    return complaint.agency or step.owner
