"""What a complaint means for its duplicates."""

from collections.abc import Sequence

from chalicelib.domain.complaint import events as f
from chalicelib.domain.complaint.state import Complaint

_ENDINGS = (f.Archived, f.HandoverEnded, f.Lapsed, f.Rerouted, f.Withdrawn)


def with_duplicates(complaint: Complaint, facts: Sequence[f.Event]) -> list[f.Event]:
    """The facts, and after them that the duplicates get the answer now, or will not get one."""
    if not complaint.children:
        return list(facts)
    if any(isinstance(fact, f.Delivered) for fact in facts):
        return [*facts, f.DuplicatesConcerned(children=complaint.children, outcome="answered")]
    if any(_ends(complaint, fact) for fact in facts):
        return [*facts, f.DuplicatesConcerned(children=complaint.children, outcome="ended")]
    return list(facts)


def _ends(complaint: Complaint, fact: f.Event) -> bool:
    """Whether there will be no answer for them: nobody but its reporter reads that of a protected report."""
    if isinstance(fact, f.Verified):
        return complaint.model_copy(update={"confidential": fact.confidential}).protected
    return isinstance(fact, _ENDINGS) and not getattr(fact, "goes_on", False)
