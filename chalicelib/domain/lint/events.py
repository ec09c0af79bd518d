"""The events that can happen under a procedure and in each of its steps."""

from collections.abc import Iterator, Mapping

from chalicelib.domain.complaint.events import EVENT_TYPES
from chalicelib.domain.lint.findings import Defect, join_with_or
from chalicelib.domain.procedure.model import Procedure, Step, StepKind

FILED = "complaint.filed"
OPENED = "step.opened"
ALWAYS = frozenset(
    {
        FILED,
        OPENED,
        "agency.succeeded",
        "complaint.linked",
        "complaint.reclassified",
        "complaint.replied",
        "complaint.rerouted",
        "complaint.split_off",
        "complaint.withdrawn",
        "deadline.armed",
        "identity.seen",
        "support.given",
        "time.asked",
    }
)
"""The events of every procedure, except ``rung.reached``: each rung names its own recipients."""

BY_ACT: Mapping[str, frozenset[str]] = {
    "record": frozenset({"complaint.recorded"}),
    "protect": frozenset({"complaint.recorded"}),
    "forward": frozenset({"complaint.forwarded"}),
    "forward_by_letter": frozenset({"complaint.forwarded"}),
    "consult": frozenset({"complaint.forwarded"}),
    "hand_over": frozenset({"complaint.handed_over"}),
    "archive": frozenset({"complaint.archived"}),
    "merge": frozenset({"complaint.merged"}),
    "lapse": frozenset({"complaint.completed", "complaint.lapsed"}),
    "expire": frozenset({"items.given", "items.expired"}),
    "advise": frozenset({"consultation.given"}),
    "proceed": frozenset({"handling.progressed"}),
    "dispose": frozenset({"complaint.disposed"}),
    "answer": frozenset({"complaint.answered"}),
    "return": frozenset({"complaint.returned"}),
    "publish": frozenset({"answer.published"}),
    "send_back": frozenset({"answer.sent_back"}),
    "deliver": frozenset({"answer.delivered"}),
    "satisfied": frozenset({"complaint.confirmed"}),
    "not_satisfied": frozenset({"complaint.disputed"}),
    "silence": frozenset({"complaint.closed_by_silence"}),
    "question": frozenset({"question.asked"}),
    "end": frozenset({"handover.ended"}),
}
"""The events of each act. ``ask`` is missing, for its event depends on the step."""

IN_ANY: Mapping[StepKind, frozenset[str]] = {
    StepKind.VERIFY: frozenset({"complaint.verified", "complaint.redacted"}),
    StepKind.RESPOND: frozenset({"complaint.accepted"}),
}
"""The events that can happen in every step of a kind, independent of its exits."""

OF_DUPLICATES = frozenset(
    {"answer.inherited", "duplicate.adopted", "duplicate.released", "duplicates.concerned"}
)
OF_REFERRAL = frozenset({"complaint.referred", "referral.consented"})


def list_events_in(step: Step, procedure: Procedure) -> frozenset[str]:
    """Return the events that can happen while that step is open: they complete its rows."""
    events = IN_ANY.get(step.kind, frozenset()).union(*(BY_ACT.get(act, frozenset()) for act in step.exits))
    if "ask" in step.exits:
        events |= {"completion.asked" if step.kind is StepKind.VERIFY else "items.asked"}
    delivering = {other.name for other in procedure.steps if other.kind is StepKind.DELIVER}
    if step.kind is StepKind.RESPOND and step.exits.get("answer") in delivering:
        events |= {"answer.published"}
    return events


def list_events(procedure: Procedure) -> frozenset[str]:
    """Return every event that can happen to a complaint under the procedure."""
    events = ALWAYS.union(*(list_events_in(step, procedure) for step in procedure.steps))
    if "complaint.merged" in events:
        events |= OF_DUPLICATES
    if procedure.reopening:
        events |= {"complaint.reopened"}
    if any(rung.act == "refer" for ladder in procedure.ladders.values() for rung in ladder.rungs):
        events |= OF_REFERRAL
    return events


def check_event_name(
    where: str, name: str, procedure: Procedure, qualifiers: Mapping[str, frozenset[str]]
) -> Iterator[Defect]:
    """Check an event's name, which one of its ``qualifiers`` can narrow after a colon."""
    event, colon, qualifier = name.partition(":")
    possible = list_events(procedure)
    allowed = {OPENED: frozenset(step.name for step in procedure.steps), **qualifiers}
    if event not in EVENT_TYPES:
        yield Defect(where, f'"{event}" is not a known event', f"Use {join_with_or(possible)}")
    elif event not in possible:
        yield Defect(where, f"{event} never happens in this procedure", f"Use {join_with_or(possible)}")
    elif colon and event not in allowed:
        yield Defect(where, f'nothing can stand after "{event}"', f"Write {event} alone")
    elif colon and qualifier not in allowed[event]:
        yield Defect(
            where, f'"{qualifier}" is unknown after "{event}"', f"Use {join_with_or(allowed[event])}"
        )
