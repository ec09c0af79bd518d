"""The reporter gives what they were asked for."""

from chalicelib.domain.complaint import commands as c
from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.decision_context import DecisionContext
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.steps import leave, own_step
from chalicelib.domain.procedure.model import StepKind
from chalicelib.domain.values.errors import Refusal


def complete(complaint: Complaint, command: c.Complete, context: DecisionContext) -> list[f.Event]:
    """Whoever asked goes on with the time that was left; what was named must be there.

    However much was written before: what was asked for may always be given.
    """
    own_step(complaint, context, StepKind.COMPLETE)
    waiting = complaint.waiting
    if waiting is None:
        raise ValueError("a completion step without anybody who waits")
    _check(waiting.missing, command)
    kind = f.Completed if waiting.step.kind is StepKind.VERIFY else f.ItemsGiven
    given = kind(text=command.text, place=command.place, files=command.files)
    return [given, *leave(complaint, "complete", context)]


def _check(missing: tuple[f.Missing, ...], command: c.Complete) -> None:
    pictures = any(file.media_type.startswith("image/") for file in command.files)
    given = {"photo": pictures, "document": bool(command.files), "place": command.place is not None}
    for item in missing:
        if not given.get(item, bool(command.text or command.files or command.place)):
            raise Refusal(f"missing_{item}")
    if not (command.text or command.files or command.place):
        raise Refusal("nothing_given")
