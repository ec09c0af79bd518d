"""Decisions as people give them, for tests."""

from chalicelib.services.complaints.decision_inputs import DecisionInput, parse_decision


def decision(name: str, **fields: object) -> DecisionInput:
    return parse_decision({"decision": name, **fields})
