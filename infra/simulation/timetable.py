"""The dates of a simulated year that are drawn before it begins: filings, and changes of the governments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from infra.simulation.government import Government
from infra.simulation.people import GovernmentChanges, create_random


@dataclass(frozen=True)
class Timetable:
    """The year of a run (UTC) and the seed of its chances."""

    year: int
    seed: int

    @property
    def begin(self) -> datetime:
        return datetime(self.year, 1, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return datetime(self.year + 1, 1, 1, tzinfo=UTC)

    def draw_filings(
        self, governments: Sequence[Government], count: int
    ) -> Iterator[tuple[datetime, Government]]:
        """Draw the filings: each government has as many as the others, on any day, mostly in daylight."""
        for number in range(count):
            government = governments[number % len(governments)]
            rng = create_random(self.seed, "filed", government.region.slug, number // len(governments))
            day = self.begin + timedelta(days=rng.randrange((self.end - self.begin).days))
            hour = timedelta(hours=rng.triangular(5, 23, 12))
            local = datetime.combine(day.date(), time(), government.calendar.zone) + hour
            yield max(local.astimezone(UTC), self.begin), government

    def draw_changes(
        self, region: str, changes: GovernmentChanges
    ) -> tuple[list[tuple[datetime, int]], datetime]:
        """Draw a region's decrees, each with the days it is announced ahead, and its agency's new name."""
        rng = create_random(self.seed, "changes", region)
        length = self.end - self.begin
        decrees = [
            (self.begin + rng.random() * length, rng.randint(*changes.announced))
            for _ in range(changes.decrees)
        ]
        return decrees, self.begin + rng.random() * length
