"""The figures of a year: the endings of its complaints, the part that was late, and the days they took."""

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
"""The states of a complaint at the end. Satisfied and silence are never added up."""

_BY_STATE = {
    "lapsed": "lapsed",
    "handed_over": "handed over",
    "archived": "archived",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True)
class YearSummary:
    """One government's year; the days are calendar days from the receipt, each list in order of size.

    ``late`` counts the complaints in which the government ever let a time run out, ``steps`` the visits of
    each step and overall deadline, and how many of them were overdue.
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
        """Return the part of the complaints that were ever late."""
        return self.late / self.filed if self.filed else 0.0

    def get_late_part(self, step: str) -> float:
        """Return the part of a step's visits that were overdue."""
        visits, overdue = self.steps.get(step, (0, 0))
        return overdue / visits if visits else 0.0


def find_ending(complaint: Complaint) -> str:
    """Return the complaint's ending: a duplicate with its parent's answer is one, with any verdict."""
    if not complaint.finished:
        return "open"
    if complaint.rerouted_to:
        return "moved"
    if complaint.parent:
        return "duplicate"
    if complaint.state == "resolved":
        return "satisfied" if complaint.resolved_by == "reporter" else "silence"
    return _BY_STATE[complaint.state]


def summarize(year: Year) -> list[YearSummary]:
    """Summarize the run for each of its governments."""
    return [
        _summarize_cases(
            government.procedure.id, [case for case in year.cases.values() if case.government is government]
        )
        for government in year.governments.values()
    ]


def get_percentile(ordered: Sequence[float], part: float) -> float:
    """Return the nearest-rank percentile of ordered values, one that really occurs; 0 of none."""
    return ordered[max(0, -(-int(len(ordered) * part * 1000) // 1000) - 1)] if ordered else 0.0


def _summarize_cases(procedure: str, cases: Sequence[Case]) -> YearSummary:
    visits: Counter[str] = Counter()
    for case in cases:
        visits.update(case.complaint.visits)
    overdue = Counter(step for case in cases for step, _ in case.overdue)
    return YearSummary(
        procedure=procedure,
        filed=len(cases),
        endings=Counter(find_ending(case.complaint) for case in cases),
        late=sum(case.complaint.was_late for case in cases),
        referred=sum(case.complaint.referred_at is not None for case in cases),
        steps={name: (visits[name], overdue[name]) for name in visits},
        days_to_answer=_count_days((case.complaint, case.answered_at) for case in cases),
        days_to_end=_count_days((case.complaint, case.ended_at) for case in cases),
    )


def _count_days(reached: Iterable[tuple[Complaint, datetime | None]]) -> tuple[float, ...]:
    days = ((at - complaint.received_at) / timedelta(days=1) for complaint, at in reached if at)
    return tuple(sorted(days))
