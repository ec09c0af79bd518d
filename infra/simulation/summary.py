"""What came of a year: how complaints were closed, how many were late, and how long they took."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.complaint.state import Complaint
from infra.simulation.case import Case
from infra.simulation.year import Year

ENDINGS = (
    "satisfied",
    "silence",
    "lapsed",
    "handed over",
    "moved",
    "archived",
    "withdrawn",
    "duplicate",
    "open",
)
"""How a complaint can stand at the end. Satisfied and silence are never added up."""

_BY_STATE = {
    "lapsed": "lapsed",
    "handed_over": "handed over",
    "archived": "archived",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True)
class Summary:
    """One government's year; the days are calendar days from the receipt, each list in order of size.

    ``late`` are the complaints in which the government ever let a time run out, ``steps`` how many visits
    each step and envelope had and how many of them were overdue.
    """

    procedure: str
    filed: int
    endings: Counter[str]
    late: int
    referred: int
    steps: dict[str, tuple[int, int]]
    days_to_answer: tuple[float, ...]
    days_to_end: tuple[float, ...]

    @property
    def breach_rate(self) -> float:
        """The part of the complaints that were ever late."""
        return self.late / self.filed if self.filed else 0.0

    def late_part_of(self, step: str) -> float:
        """The part of a step's visits that were overdue."""
        visits, overdue = self.steps.get(step, (0, 0))
        return overdue / visits if visits else 0.0


def ending_of(complaint: Complaint) -> str:
    """How a complaint stands: a duplicate that got its parent's answer is one, however it was judged."""
    if not complaint.finished:
        return "open"
    if complaint.rerouted_to:
        return "moved"
    if complaint.parent:
        return "duplicate"
    if complaint.state == "resolved":
        return "satisfied" if complaint.resolved_by == "reporter" else "silence"
    return _BY_STATE[complaint.state]


def summaries(year: Year) -> list[Summary]:
    """A summary for each government of the run."""
    return [
        _summary(
            government.procedure.id, [case for case in year.cases.values() if case.government is government]
        )
        for government in year.governments.values()
    ]


def percentile(ordered: Sequence[float], part: float) -> float:
    """The nearest-rank percentile of values in order: one that was really there; 0 of none."""
    return ordered[max(0, -(-int(len(ordered) * part * 1000) // 1000) - 1)] if ordered else 0.0


def _summary(procedure: str, cases: Sequence[Case]) -> Summary:
    visits: Counter[str] = Counter()
    for case in cases:
        visits.update(case.complaint.visits)
    overdue = Counter(step for case in cases for step, _ in case.overdue)
    return Summary(
        procedure=procedure,
        filed=len(cases),
        endings=Counter(ending_of(case.complaint) for case in cases),
        late=sum(case.complaint.was_late for case in cases),
        referred=sum(case.complaint.referred_at is not None for case in cases),
        steps={name: (visits[name], overdue[name]) for name in visits},
        days_to_answer=_days((case.complaint, case.answered_at) for case in cases),
        days_to_end=_days((case.complaint, case.ended_at) for case in cases),
    )


def _days(reached: Iterable[tuple[Complaint, datetime | None]]) -> tuple[float, ...]:
    return tuple(sorted((at - one.received_at) / timedelta(days=1) for one, at in reached if at))
