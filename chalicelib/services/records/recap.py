"""A region's monthly *rekapitulasi*.

It counts the complaints filed in the region in a month, in their state of now. Protected reports are in none
of the counts, because the sums would reveal them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, get_args

from chalicelib.domain.complaint.lateness import is_overdue
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import ComplaintClass, Text
from chalicelib.domain.values.value import Value
from chalicelib.i18n.catalog import get_text
from chalicelib.services.ports import Directory

FEWEST_SHOWN = 5
"""A smaller number of protected reports is not shown: it would confirm a report that somebody knows of."""


RecapOutcome = Literal[
    "satisfied",
    "silence",
    "planned_satisfied",
    "planned_silence",
    "handed_over",
    "rerouted",
    "archived",
    "withdrawn",
    "lapsed",
    "duplicate",
    "open",
]
"""The end of a complaint, or ``open``. The reporter's word and their silence are never one number, and
complaints that ended on a plan (*rencana*) are counted separately from those with work done.
"""
OUTCOMES: tuple[RecapOutcome, ...] = get_args(RecapOutcome)


class Tally(Value):
    """The number of complaints, of those that are or were late, and of each outcome."""

    total: int
    late: int
    outcomes: Mapping[RecapOutcome, int]

    def get_count(self, outcome: RecapOutcome) -> int:
        """Return the number of complaints with this outcome."""
        return self.outcomes.get(outcome, 0)


class RecapPart(Value):
    """The complaints of one class, category or agency; without a ``name``, those of none."""

    name: Text | None
    tally: Tally


class Recap(Value):
    """A region's month as it stands at ``as_of``; ``protected`` is ``None`` below ``FEWEST_SHOWN``."""

    region: Region
    month: str
    as_of: datetime
    whole: Tally
    by_class: tuple[RecapPart, ...]
    by_category: tuple[RecapPart, ...]
    by_agency: tuple[RecapPart, ...]
    protected: int | None


def build_recap(
    region: Region, month: str, complaints: Iterable[Complaint], directory: Directory, now: datetime
) -> Recap:
    """Count the complaints of a region's month by their class, category and agency."""
    counts = _Counts(now)
    for complaint in complaints:
        counts.add(complaint)
    agencies = {
        agency.id: Text(id=agency.name, en=agency.name) for agency in directory.list_agencies(region.slug)
    }
    categories = {
        category.code: Text(id=category.name_id, en=category.name_en)
        for category in directory.list_categories(region.slug)
    }
    classes = {
        name: Text(id=get_text("id", f"classes.{name}"), en=get_text("en", f"classes.{name}"))
        for name in get_args(ComplaintClass)
    }
    return Recap(
        region=region,
        month=month,
        as_of=now,
        whole=counts.whole.build_tally(),
        by_class=_build_parts(counts.by_class, classes),
        by_category=_build_parts(counts.by_category, categories),
        by_agency=_build_parts(counts.by_agency, agencies),
        protected=counts.protected if counts.protected >= FEWEST_SHOWN else None,
    )


class _Count:
    """A tally while it is counted."""

    def __init__(self) -> None:
        self._late = 0
        self._outcomes: Counter[RecapOutcome] = Counter()

    def add(self, outcome: RecapOutcome, *, late: bool) -> None:
        self._outcomes[outcome] += 1
        self._late += late

    def build_tally(self) -> Tally:
        return Tally(total=self._outcomes.total(), late=self._late, outcomes=dict(self._outcomes))


class _Counts:
    """A month while it is counted."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.whole = _Count()
        self.by_class: dict[str | None, _Count] = {}
        self.by_category: dict[str | None, _Count] = {}
        self.by_agency: dict[str | None, _Count] = {}
        self.protected = 0

    def add(self, complaint: Complaint) -> None:
        if complaint.protected:
            self.protected += 1
            return
        procedure = load_procedure(complaint.procedure, complaint.procedure_version)
        outcome = get_outcome(complaint)
        late = complaint.was_late or is_overdue(complaint, self._now, procedure)
        for counts, key in (
            (self.by_class, complaint.complaint_class),
            (self.by_category, complaint.category),
            (self.by_agency, complaint.agency),
        ):
            counts.setdefault(key, _Count()).add(outcome, late=late)
        self.whole.add(outcome, late=late)


def get_outcome(complaint: Complaint) -> RecapOutcome:
    """Return the end of the complaint, or ``open``."""
    if complaint.rerouted_to:
        return "rerouted"
    match complaint.state:
        case "handed_over" | "archived" | "withdrawn" | "lapsed" | "duplicate":
            return complaint.state
        case "resolved":
            planned = complaint.published_answers and complaint.published_answers[-1].plan
            if complaint.resolved_by == "silence":
                return "planned_silence" if planned else "silence"
            return "planned_satisfied" if planned else "satisfied"
        case _:
            return "open"


def _build_parts(counts: Mapping[str | None, _Count], names: Mapping[str, Text]) -> tuple[RecapPart, ...]:
    """Return the parts in the order of the names. A key without a name names itself; ``None`` comes last."""
    order = {key: place for place, key in enumerate(names)}
    keys = sorted(counts, key=lambda key: (key is None, order.get(key or "", len(order)), key or ""))
    return tuple(
        RecapPart(name=names.get(key, Text(id=key, en=key)) if key else None, tally=counts[key].build_tally())
        for key in keys
    )
