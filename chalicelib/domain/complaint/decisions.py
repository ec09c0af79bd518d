"""Every decision that people can make, as the stretches declare them."""

from collections.abc import Mapping

from chalicelib.domain.complaint import stretches  # noqa: F401 -- it registers every stretch
from chalicelib.domain.complaint.command import Command, Decision


def list_declarations() -> list[Decision]:
    return [command.decision for command in Command.classes if command.decision]


def list_decisions() -> Mapping[str, type[Command]]:
    """Return the commands that people can give, under the names of their decisions."""
    return {command.decision.name: command for command in Command.classes if command.decision}


def get_decision(name: str) -> Decision:
    """Return the declaration of the decision of that name; ``KeyError`` for another name."""
    decision = list_decisions()[name].decision
    assert decision is not None
    return decision
