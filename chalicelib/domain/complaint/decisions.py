"""The registry of decisions: importing this module makes every decision that people can make known."""

from collections.abc import Mapping

from chalicelib.domain.complaint import (  # noqa: F401 -- importing a stretch registers its commands
    completion,
    duplicates,
    handling,
    intake,
    outcome,
    publishing,
    referral,
    routing,
    timers,
    verification,
)
from chalicelib.domain.complaint.command import Command, Decision


def list_decisions() -> Mapping[str, type[Command]]:
    """Return the commands that people can give, under the names of their decisions."""
    return {command.decision.name: command for command in Command.classes if command.decision}


def get_decision(name: str) -> Decision:
    """Return the declaration of the decision of that name; ``KeyError`` for another name."""
    decision = list_decisions()[name].decision
    assert decision is not None
    return decision
