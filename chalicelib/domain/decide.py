"""The rules: a command and a complaint in, facts or a refusal out.

Nothing here knows of queues, tables or clocks on the wall; ``now`` is an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain import commands as c
from chalicelib.domain import facts as f
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.complaint import HANDLING, SILENCE, Clock, Complaint, OpenStep, is_late
from chalicelib.domain.deadlines import after_working_days, derive, instant_at_part
from chalicelib.domain.errors import Refusal
from chalicelib.domain.events import Actor
from chalicelib.domain.procedure import AGENCY_ROLES, ENDS, Ladder, Procedure, Role, Rung, Step, StepKind

MOST_REPLIES = 50
"""So that one complaint stays readable, and one item in the table."""
MOST_ANSWERS = 20
"""Past these no new answer is asked for. One that was asked for is always accepted: its step must end."""


@dataclass(frozen=True)
class Frame:
    """What a decision is made within: the procedure, the region's calendar, the instant, and who decides."""

    procedure: Procedure
    calendar: Calendar
    now: datetime
    actor: Actor


def file(command: c.File, frame: Frame) -> list[f.Fact]:
    """The facts of a new complaint; refused where the procedure asks for more than was given."""
    may_file(frame.procedure, frame.actor, place=command.place is not None, photo=bool(command.files))
    filed = f.Filed(
        **{name: getattr(command, name) for name in c.File.model_fields},
        procedure=frame.procedure.id,
        procedure_version=frame.procedure.version,
        calendar_version=frame.calendar.version,
        zone=frame.calendar.zone.key,
        reporter=frame.actor.id,
    )
    return [filed, *_open(frame.procedure.filing.opens, None, None, frame)]


def may_file(procedure: Procedure, actor: Actor, *, place: bool, photo: bool) -> None:
    """``Refusal`` where this actor files nothing, or the procedure asks for what is not given."""
    if actor.role != Role.REPORTER:
        raise Refusal("not_your_role")
    given = {"place": place, "photo": photo}
    for item in procedure.filing.requires:
        if not given[item]:
            raise Refusal(f"missing_{item}")


def decide(complaint: Complaint, command: c.Command, frame: Frame) -> list[f.Fact]:
    """The facts that follow, none where nothing is left to do; ``Refusal`` where it may not be."""
    rule: Callable[[Complaint, Any, Frame], list[f.Fact]] = _RULES[type(command)]
    return rule(complaint, command, frame)


def _record(complaint: Complaint, command: c.Record, frame: Frame) -> list[f.Fact]:
    _only_system(frame.actor)
    if not _still_open(complaint, StepKind.RECORD):
        return []
    recorded = f.Recorded(suggested_agency=command.suggested_agency)
    return [recorded, *_leave(complaint, "record", None, frame)]


def _verify(complaint: Complaint, command: c.Verify, frame: Frame) -> list[f.Fact]:
    _own_step(complaint, StepKind.VERIFY, frame)
    return [
        f.Verified(
            complaint_class=command.complaint_class,
            category=command.category or complaint.category,
            confidential=complaint.confidential if command.confidential is None else command.confidential,
        )
    ]


def _forward(complaint: Complaint, command: c.Forward, frame: Frame) -> list[f.Fact]:
    _own_step(complaint, StepKind.VERIFY, frame)
    verified = [] if complaint.state == "verified" else _verify(complaint, command.verify, frame)
    forwarded = f.Forwarded(agency=command.agency, note=command.note)
    return [*verified, forwarded, *_leave(complaint, "forward", command.agency, frame)]


def _accept(complaint: Complaint, _: c.Accept, frame: Frame) -> list[f.Fact]:
    step = _own_step(complaint, StepKind.RESPOND, frame)
    if complaint.state != "forwarded":
        raise Refusal("already_accepted")
    return [f.Accepted(agency=str(step.agency))]


def _answer(complaint: Complaint, command: c.Answer, frame: Frame) -> list[f.Fact]:
    step = _own_step(complaint, StepKind.RESPOND, frame)
    accepted = _accept(complaint, c.Accept(), frame) if complaint.state == "forwarded" else []
    answered = f.Answered(
        agency=str(step.agency),
        text=command.text,
        files=command.files,
        late=is_late(step, frame.now),
    )
    return [*accepted, answered, *_leave(complaint, "answer", complaint.agency, frame)]


def _send_back(complaint: Complaint, command: c.SendBack, frame: Frame) -> list[f.Fact]:
    _own_step(complaint, StepKind.REVIEW, frame)
    _room_for_answer(complaint)
    return [f.SentBack(reason=command.reason), *_leave(complaint, "send_back", complaint.agency, frame)]


def _publish(complaint: Complaint, _: c.Publish, frame: Frame) -> list[f.Fact]:
    _own_step(complaint, StepKind.REVIEW, frame)
    return [f.Published(), *_leave(complaint, "publish", complaint.agency, frame)]


def _deliver(complaint: Complaint, _: c.Deliver, frame: Frame) -> list[f.Fact]:
    _only_system(frame.actor)
    if not _still_open(complaint, StepKind.DELIVER):
        return []
    return [f.Delivered(), *_leave(complaint, "deliver", complaint.agency, frame)]


def _write(complaint: Complaint, command: c.Write, frame: Frame) -> list[f.Fact]:
    reporter = frame.actor.role == Role.REPORTER
    if reporter and frame.actor.id != complaint.reporter:
        raise Refusal("not_your_complaint")
    if not reporter and (frame.actor.role, frame.actor.region) != (Role.REGIONAL_ADMIN, complaint.region):
        raise Refusal("not_your_role")
    if complaint.step is None:
        raise Refusal("already_closed")
    _room_for_reply(complaint)
    replied = f.Replied(by="reporter" if reporter else "government", text=command.text)
    return [replied, *_silence_anew(complaint, frame)]


def _confirm(complaint: Complaint, _: c.Confirm, frame: Frame) -> list[f.Fact]:
    _own_step(complaint, StepKind.CONFIRM, frame)
    return [f.Confirmed(), *_leave(complaint, "satisfied", complaint.agency, frame)]


def _dispute(complaint: Complaint, command: c.Dispute, frame: Frame) -> list[f.Fact]:
    _own_step(complaint, StepKind.CONFIRM, frame)
    _room_for_reply(complaint)
    _room_for_answer(complaint)
    return [
        f.Disputed(reason=command.reason),
        *_leave(complaint, "not_satisfied", complaint.agency, frame),
    ]


def _reach_rung(complaint: Complaint, command: c.ReachRung, frame: Frame) -> list[f.Fact]:
    """A timer may fire late, twice, or for a clock that is closed or re-armed: then nothing happens.

    One that fires early is a mistake of the caller, who knows the rung's instant: ``ValueError``.
    """
    _only_system(frame.actor)
    clock = complaint.clock(command.clock, command.visit)
    if clock is None or clock.arming != command.arming:
        return []
    instant = next((rung.nominal_at for rung in clock.ahead if rung.name == command.rung), None)
    if instant is None:
        return []
    if frame.now < instant:
        raise ValueError(f"rung {command.rung} is reached at {instant.isoformat()}, not before")
    rung = _rung(complaint, clock, command.rung, frame.procedure)
    reached = f.RungReached(
        clock=command.clock, visit=command.visit, rung=rung.name, late_level=rung.late_level
    )
    if rung.act == "silence":
        return [reached, f.ClosedBySilence(), *_leave(complaint, "silence", complaint.agency, frame)]
    return [reached]


def _rearm(complaint: Complaint, command: c.Rearm, frame: Frame) -> list[f.Fact]:
    _only_system(frame.actor)
    clock = complaint.clock(command.clock, command.visit)
    if clock is None or not clock.ahead:
        return []
    return [
        f.DeadlineArmed(
            clock=clock.name,
            visit=clock.visit,
            arming=clock.arming + 1,
            derivation=clock.derivation,
            rungs=clock.rungs,
        )
    ]


_RULES: dict[type[c.Command], Callable[[Complaint, Any, Frame], list[f.Fact]]] = {
    c.Record: _record,
    c.Verify: _verify,
    c.Forward: _forward,
    c.Accept: _accept,
    c.Answer: _answer,
    c.SendBack: _send_back,
    c.Publish: _publish,
    c.Deliver: _deliver,
    c.Write: _write,
    c.Confirm: _confirm,
    c.Dispute: _dispute,
    c.ReachRung: _reach_rung,
    c.Rearm: _rearm,
}


def _still_open(complaint: Complaint, kind: StepKind) -> bool:
    """Whether the system's own step is still to be done; a message that comes twice finds it done."""
    return complaint.step is not None and complaint.step.kind is kind


def _only_system(actor: Actor) -> None:
    """Recording, delivering and the timers are nobody's to command."""
    if actor.role != Role.SYSTEM:
        raise Refusal("not_your_role")


def _own_step(complaint: Complaint, kind: StepKind, frame: Frame) -> OpenStep:
    """The open step, if it is of this kind and this actor's; else the refusal that says why not.

    Only those whose step it would be hear that it is over: a stranger learns nothing of how it stands.
    """
    if not _has_steps(kind, complaint, frame):
        raise Refusal("not_your_step")
    step = complaint.step
    if step is None:
        raise Refusal("already_closed")
    if step.kind is not kind:
        raise Refusal("step_is_done")
    if not _owns(complaint, step, frame.actor):
        raise Refusal("not_your_step")
    return step


def _has_steps(kind: StepKind, complaint: Complaint, frame: Frame) -> bool:
    """Whether the procedure gives this actor steps of the kind in this complaint."""
    owners = {step.owner for step in frame.procedure.steps if step.kind is kind}
    return frame.actor.role in owners and _takes_part(complaint, frame.actor)


def _owns(complaint: Complaint, step: OpenStep, actor: Actor) -> bool:
    return actor.role == step.owner and _takes_part(complaint, actor)


def _takes_part(complaint: Complaint, actor: Actor) -> bool:
    """Whether it is this actor's complaint, region's or agency's."""
    if actor.role == Role.REPORTER:
        return actor.id == complaint.reporter
    if actor.region != complaint.region:
        return False
    return actor.role not in AGENCY_ROLES or actor.agency == complaint.agency


def _room_for_reply(complaint: Complaint) -> None:
    if len(complaint.replies) >= MOST_REPLIES:
        raise Refusal("too_many_replies", {"most": str(MOST_REPLIES)})


def _room_for_answer(complaint: Complaint) -> None:
    if len(complaint.answers) >= MOST_ANSWERS:
        raise Refusal("too_many_answers", {"most": str(MOST_ANSWERS)})


def _leave(complaint: Complaint, act: str, agency: str | None, frame: Frame) -> list[f.Fact]:
    """The facts that open what the procedure says comes after this act; none where it ends the complaint."""
    step = complaint.step
    if step is None:
        raise Refusal("already_closed")
    target = frame.procedure.step(step.name).exits[act]
    return [] if target in ENDS else _open(target, complaint, agency, frame)


def _open(name: str, complaint: Complaint | None, agency: str | None, frame: Frame) -> list[f.Fact]:
    step = frame.procedure.step(name)
    visit = (complaint.visits.get(name, 0) if complaint else 0) + 1
    derivation = derive(frame.now, step.standard_time, frame.calendar, step.legal_basis)
    opened = f.StepOpened(
        step=name,
        kind=step.kind,
        visit=visit,
        owner=step.owner,
        agency=agency if step.owner in AGENCY_ROLES else None,
        due_at=derivation.due_at,
    )
    ladder = frame.procedure.ladder_of(step)
    return [opened, _armed(step, visit, 1, ladder, frame)] if ladder else [opened]


def _armed(step: Step, visit: int, arming: int, ladder: Ladder, frame: Frame) -> f.DeadlineArmed:
    derivation = derive(frame.now, step.standard_time, frame.calendar, step.legal_basis)
    return f.DeadlineArmed(
        clock=clock_name(step),
        visit=visit,
        arming=arming,
        derivation=derivation,
        rungs=tuple(
            f.RungInstant(name=rung.name, nominal_at=_instant(rung, step, derivation.due_at, frame))
            for rung in ladder.rungs
        ),
    )


def _instant(rung: Rung, step: Step, due_at: datetime, frame: Frame) -> datetime:
    if rung.part is not None:
        return instant_at_part(frame.now, due_at, rung.part, step.standard_time, frame.calendar)
    return after_working_days(due_at, rung.further_working_days or 0, frame.calendar)


def clock_name(step: Step) -> str:
    """A handling step's clock is called as the step; the reporter's is the silence clock."""
    return step.name if step.kind in HANDLING else SILENCE


def _silence_anew(complaint: Complaint, frame: Frame) -> list[f.Fact]:
    """A person's reply starts the silence anew (a machine's message never comes this way)."""
    step = complaint.step
    running = next((clock for clock in complaint.clocks if clock.name == SILENCE), None)
    if step is None or running is None:
        return []
    planned = frame.procedure.step(step.name)
    ladder = frame.procedure.ladder_of(planned)
    return [_armed(planned, step.visit, running.arming + 1, ladder, frame)] if ladder else []


def _rung(complaint: Complaint, clock: Clock, name: str, procedure: Procedure) -> Rung:
    step = procedure.step(complaint.step.name) if complaint.step else None
    ladder = procedure.ladder_of(step) if step else None
    for rung in ladder.rungs if ladder else ():
        if rung.name == name:
            return rung
    raise KeyError(f"{clock.name} has no rung {name}")


def acts_of(complaint: Complaint, actor: Actor) -> tuple[str, ...]:
    """What this actor may do now, most expected first: what a page offers as buttons."""
    step = complaint.step
    if step is None or not _owns(complaint, step, actor):
        return ()
    match step.kind:
        case StepKind.VERIFY:
            return ("forward",) if complaint.state == "verified" else ("forward", "verify")
        case StepKind.RESPOND:
            return ("answer", "accept") if complaint.state == "forwarded" else ("answer",)
        case StepKind.REVIEW:
            return ("publish", "send_back")
        case StepKind.CONFIRM:
            return ("confirm", "dispute")
        case _:
            return ()
