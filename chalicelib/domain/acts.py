"""What somebody may do with a complaint now: what a page offers as buttons and the API lists as ``acts``."""

from datetime import datetime

from chalicelib.domain.complaint import Complaint
from chalicelib.domain.events import Actor
from chalicelib.domain.procedure import REGIONAL_ROLES, Procedure, Role, StepKind
from chalicelib.domain.rules.outcome import may_reopen
from chalicelib.domain.rules.turns import owns, speaks_for_reporter, takes_part

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


def acts_of(complaint: Complaint, actor: Actor, procedure: Procedure, now: datetime) -> tuple[str, ...]:
    """Every decision this actor could make now, most expected first."""
    return tuple(dict.fromkeys([*_in_step(complaint, actor, procedure), *_beside(complaint, actor, now)]))


def _in_step(complaint: Complaint, actor: Actor, procedure: Procedure) -> list[str]:
    step = complaint.step
    if step is None or not owns(complaint, step, actor):
        return []
    exits = procedure.step(step.name).exits
    acts = [act for exit_, act in _BY_EXIT.get(step.kind, ()) if exit_ in exits]
    if complaint.items_asked and step.kind is not StepKind.VERIFY and "ask" in acts:
        acts.remove("ask")
    if complaint.arbitrated and "return" in acts:
        acts.remove("return")
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
    if actor.role in (Role.REGIONAL_ADMIN, Role.INSPECTORATE) and not complaint.finished:
        acts.append("reply")
    if actor.role in (Role.REGIONAL_ADMIN, Role.COORDINATOR):
        acts.append("link")
        if complaint.complaint_class and not complaint.finished:
            acts.append("reclassify")
    if actor.role in REGIONAL_ROLES and complaint.anonymous:
        acts.append("see_identity")
    return acts


def _supports(complaint: Complaint, actor: Actor) -> bool:
    mine = actor.region == complaint.region and actor.agency in complaint.supporters
    return actor.role == Role.LIAISON and mine and not complaint.finished


def _may_reroute(complaint: Complaint, actor: Actor) -> bool:
    verifying = complaint.step is not None and complaint.step.kind is StepKind.VERIFY
    unverified = complaint.state == "received" and verifying
    return actor.role == Role.CENTRAL_ADMIN and unverified and not complaint.protected
