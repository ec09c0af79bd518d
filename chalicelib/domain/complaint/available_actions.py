"""What somebody may do with a complaint now: what a page offers as buttons and the API lists as ``acts``."""

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.domain.complaint.handling import may_ask_for_time, may_return
from chalicelib.domain.complaint.outcome import may_be_answered_again, may_reopen
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import (
    is_the_desk,
    owns,
    room_for_answer,
    room_for_note,
    room_for_reply,
    speaks_for_reporter,
    takes_part,
)
from chalicelib.domain.complaint.verification import may_ask, may_merge, may_see_identity, room_for_link
from chalicelib.domain.procedure.model import Procedure, Role, StepKind
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.errors import Refusal

_BY_EXIT: dict[StepKind, tuple[tuple[str, str], ...]] = {
    StepKind.VERIFY: (
        ("forward", "forward"),
        ("ask", "ask"),
        ("hand_over", "hand_over"),
        ("merge", "merge"),
        ("archive", "archive"),
    ),
    StepKind.COMPLETE: (("complete", "complete"),),
    StepKind.CONSULT: (("advise", "advise"), ("ask", "ask")),
    StepKind.RESPOND: (
        ("answer", "answer"),
        ("proceed", "proceed"),
        ("dispose", "dispose"),
        ("return", "return"),
        ("ask", "ask"),
    ),
    StepKind.REVIEW: (("publish", "publish"), ("send_back", "send_back"), ("ask", "ask")),
    StepKind.CONFIRM: (
        ("satisfied", "satisfied"),
        ("not_satisfied", "not_satisfied"),
        ("question", "question"),
    ),
    StepKind.FOLLOW: (("end", "end_handover"),),
}
"""The decisions that leave a step of each kind, by the exit they need, most expected first."""

_UNLESS_REFUSED: Mapping[str, Callable[[Complaint], None]] = {
    "ask": may_ask,
    "ask_for_time": may_ask_for_time,
    "link": room_for_link,
    "merge": may_merge,
    "not_satisfied": may_be_answered_again,
    "question": may_be_answered_again,
    "reopen": may_be_answered_again,
    "reply": room_for_reply,
    "return": may_return,
    "send_back": room_for_answer,
    "support": room_for_note,
}
"""Decisions that a complaint has only so much room for, or that something before them rules out."""


def available_actions(
    complaint: Complaint, actor: Actor, procedure: Procedure, now: datetime
) -> tuple[str, ...]:
    """Every decision this actor could make now, most expected first.

    Two more are taken though they are not offered: to verify again, and to consent again otherwise.
    """
    acts = dict.fromkeys([*_in_step(complaint, actor, procedure), *_beside(complaint, actor, now)])
    return tuple(act for act in acts if _passes(act, complaint))


def _passes(act: str, complaint: Complaint) -> bool:
    check = _UNLESS_REFUSED.get(act)
    try:
        if check:
            check(complaint)
    except Refusal:
        return False
    return True


def _in_step(complaint: Complaint, actor: Actor, procedure: Procedure) -> list[str]:
    step = complaint.step
    if step is None or not owns(complaint, step, actor):
        return []
    exits = procedure.get_step(step.name).exits
    acts = [act for exit_, act in _BY_EXIT.get(step.kind, ()) if exit_ in exits]
    if step.kind is StepKind.RESPOND:
        acts = (["accept"] if "accept" in exits else []) + acts
        if complaint.state == "forwarded" and "accept" not in acts:
            acts.insert(1, "accept")
        acts.append("ask_for_time")
    if step.kind is StepKind.VERIFY:
        acts += ["redact", "split", *([] if complaint.state == "verified" else ["verify"])]
    return acts


def _beside(complaint: Complaint, actor: Actor, now: datetime) -> list[str]:
    """What needs no turn of one's own."""
    acts = _reporters(complaint, now) if speaks_for_reporter(complaint, actor) else []
    if is_the_desk(complaint, actor) and not complaint.finished:
        acts.append("reply")
    if takes_part(complaint, actor):
        acts += _offices(complaint, actor)
    if _supports(complaint, actor):
        acts.append("support")
    if _may_reroute(complaint, actor):
        acts.append("reroute")
    return acts


def _reporters(complaint: Complaint, now: datetime) -> list[str]:
    acts = [] if complaint.finished else ["reply"]
    if not complaint.finished and not complaint.withdrawn_at:
        acts.append("withdraw")
    if may_reopen(complaint, now):
        acts.append("reopen")
    if complaint.referred_at and not complaint.consented_at:
        acts.append("consent")
    return acts


def _offices(complaint: Complaint, actor: Actor) -> list[str]:
    acts = []
    if actor.role in (Role.REGIONAL_ADMIN, Role.COORDINATOR):
        acts.append("link")
        if complaint.complaint_class and not complaint.finished:
            acts.append("reclassify")
    if actor.role in may_see_identity(complaint) and complaint.anonymous:
        acts.append("see_identity")
    return acts


def _supports(complaint: Complaint, actor: Actor) -> bool:
    mine = actor.region == complaint.region and actor.agency in complaint.supporters
    return actor.role == Role.LIAISON and mine and not complaint.finished and not complaint.protected


def _may_reroute(complaint: Complaint, actor: Actor) -> bool:
    verifying = complaint.step is not None and complaint.step.kind is StepKind.VERIFY
    unverified = complaint.state == "received" and verifying
    return actor.role == Role.CENTRAL_ADMIN and unverified and not complaint.protected
