"""The reporter: notified of every end, and never without a next step."""

from collections.abc import Iterator

from chalicelib.domain.lint.events import list_events
from chalicelib.domain.lint.findings import Check, Defect
from chalicelib.domain.procedure.model import Procedure, Role, Rung

ENDINGS = (
    "complaint.archived",
    "complaint.closed_by_silence",
    "complaint.handed_over",
    "complaint.lapsed",
    "complaint.merged",
    "complaint.referred",
    "complaint.rerouted",
    "complaint.withdrawn",
    "duplicate.released",
    "handover.ended",
)
"""The events that end a complaint or happen without its reporter: each needs a notice with the next step."""


def _check_notified(procedure: Procedure) -> Iterator[Defect]:
    notified = {notice.when for notice in procedure.notices if notice.to == Role.REPORTER}
    for event in ENDINGS:
        if event in list_events(procedure) and event not in notified:
            yield Defect(
                "notices",
                f"nobody tells the reporter of {event}, nor what they can do then",
                f"Add a notice to the reporter when {event}",
            )


def _check_next_step(procedure: Procedure) -> Iterator[Defect]:
    if procedure.reopening is None:
        yield Defect(
            "file",
            "leaves a reporter without a next step once a complaint is finished",
            "Add [reopening] and say until when it can be taken up again",
        )
    acts = {
        rung.act
        for envelope in procedure.overall_deadlines
        for rung in _get_rungs(procedure, envelope.ladder)
    }
    if "refer" not in acts:
        yield Defect(
            "file",
            "leaves a reporter without a next step where nobody follows a complaint up",
            'Add an envelope with a rung that does "refer": after it they can go to the Ombudsman',
        )


def _get_rungs(procedure: Procedure, ladder: str) -> tuple[Rung, ...]:
    named = procedure.ladders.get(ladder)
    return named.rungs if named else ()


TODAYS_CHECKS: tuple[Check, ...] = (_check_notified, _check_next_step)
"""The checks of a procedure under which complaints can still be filed."""
