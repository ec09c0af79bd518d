"""A region's calendar: which days are off and why, and what a decree changes about it.

A change is stored with the region and noted in its history; the queue ``changes`` then counts the open
deadlines anew, one message a complaint. What was late stays late.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.directory.calendar_change import CalendarChange, DayChange
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.time.calendar import ONE_DAY, Day
from chalicelib.domain.time.deadlines import compute_due_at
from chalicelib.domain.values.actor import SYSTEM, Actor
from chalicelib.domain.values.errors import Conflict, Refusal
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Complaints, Directory, Queues
from chalicelib.services.routes import CALENDAR, CHANGES

MOST_CHANGES = 100
"""The latest changes of a region, as people are shown them."""
FORGETTING_SECONDS = 90
"""After so long no process knows a region's earlier calendar any more."""

_BACK = timedelta(days=366)
_AHEAD = timedelta(days=3 * 366)
_YEAR = re.compile(r"[0-9]{4}")
_YEARS = (2010, 5)
"""The first year that can be shown, and how many from this one on."""
_MAY_CHANGE = (Role.REGIONAL_ADMIN, Role.COORDINATOR)


@dataclass(frozen=True)
class CalendarYear:
    """A region's year: every day that is off, or worked though it would be; ``changes`` newest first."""

    region: Region
    year: int
    days: tuple[Day, ...]
    changes: tuple[CalendarChange, ...]


@dataclass(frozen=True)
class DeadlineMove:
    """An open deadline that a change moves: whose, by which rule, from when to when (UTC)."""

    ticket: str
    clock: str
    legal_basis: str
    old: datetime
    new: datetime


@dataclass(frozen=True)
class CalendarPreview:
    """What a change would do: to the day itself, and to the open deadlines, the earliest first.

    ``version`` is the calendar's that it was found on.
    """

    region: Region
    version: str
    before: Day
    after: Day
    moves: tuple[DeadlineMove, ...]


def may_change_calendar(actor: Actor, region: str) -> bool:
    """Whether the region's calendar is theirs to change: its admins' and coordinators', and operations'."""
    return actor == SYSTEM or (actor.region == region and actor.role in _MAY_CHANGE)


class CalendarService:
    """The calendars of all regions."""

    def __init__(
        self, complaints: Complaints, directory: Directory, queues: Queues, now: Callable[[], datetime]
    ) -> None:
        self._complaints = complaints
        self._directory = directory
        self._queues = queues
        self._now = now

    def get_year(self, slug: str, asked: str | None = None) -> CalendarYear:
        """A year of the region's calendar; where none is asked for, the one that runs there.

        Raises ``Refusal`` with ``unknown_region`` or ``year_out_of_range``.
        """
        region = find_region(self._directory, slug)
        this_year = self._today(region).year
        first, last = _YEARS[0], this_year + _YEARS[1]
        year = this_year if not asked else int(asked) if _YEAR.fullmatch(asked) else 0
        if not first <= year <= last:
            raise Refusal("year_out_of_range", {"first": str(first), "last": str(last)})
        days = (region.calendar.get_day(date(year, 1, 1) + n * ONE_DAY) for n in range(366))
        return CalendarYear(
            region=region,
            year=year,
            days=tuple(day for day in days if day.date.year == year and _is_special(day)),
            changes=tuple(self._directory.list_calendar_changes(slug, MOST_CHANGES)),
        )

    def preview(self, slug: str, change: DayChange) -> CalendarPreview:
        """What the change would do.

        Raises ``Refusal`` with ``unknown_region``, ``day_out_of_range`` or ``calendar_unchanged``.
        """
        region = self._as_stored(slug)
        self._check_day(region, change.day)
        changed = change.apply_to(region)
        if changed is region:
            raise Refusal("calendar_unchanged")
        return CalendarPreview(
            region=region,
            version=region.calendar.version,
            before=region.calendar.get_day(change.day),
            after=changed.calendar.get_day(change.day),
            moves=tuple(sorted(self._moves(changed, change.day), key=lambda move: (move.old, move.ticket))),
        )

    def change(self, slug: str, change: DayChange, by: Actor, upon: str | None = None) -> CalendarChange:
        """Make the change, and let the open deadlines be counted anew; the entry in the history.

        The same change again is the same entry: only the counting is asked for once more. ``upon`` is the
        calendar's version that the decision was made upon. Raises ``Refusal`` with what ``preview`` does,
        ``not_your_role``, or ``calendar_changed`` where somebody else changed the calendar meanwhile.
        """
        if not may_change_calendar(by, slug):
            raise Refusal("not_your_role")
        # The history before the region: whoever changes it after this takes the number that ours would have.
        history = self._directory.list_calendar_changes(slug, MOST_CHANGES)
        region = self._as_stored(slug)
        changed = change.apply_to(region)
        entry = _made_before(change, history) if changed is region else None
        if entry is None:
            self._check_day(region, change.day)
            if upon not in (None, region.calendar.version):
                raise Refusal("calendar_changed")
            if changed is region:
                raise Refusal("calendar_unchanged")
            entry = CalendarChange(
                number=history[0].number + 1 if history else 1,
                change=change,
                at=self._now(),
                by=by,
                old_version=region.calendar.version,
                new_version=changed.calendar.version,
            )
            self._store(changed, entry)
        self._count_anew(slug, entry)
        return entry

    def list_visible_moves(self, moves: Iterable[DeadlineMove]) -> Iterator[DeadlineMove]:
        """Without those of protected reports, not even as a number: only the Inspektorat knows that there are
        any. One read a move that is asked for.
        """
        found = ((move, self._complaints.get(move.ticket)) for move in moves)
        return (move for move, complaint in found if complaint and not complaint.protected)

    def _moves(self, changed: Region, day: date) -> Iterable[DeadlineMove]:
        calendar = changed.calendar
        # What is due when the day begins, or before, did not count on it.
        begins = calendar.get_day_start(day)
        for ticket, clock in self._complaints.list_clocks_due_after(changed.slug, begins):
            how = clock.derivation
            due = compute_due_at(how.trigger, how.standard_time, calendar, how.pauses)
            if due != how.due_at:
                yield DeadlineMove(ticket, clock.name, how.legal_basis, how.due_at, due)

    def _store(self, changed: Region, entry: CalendarChange) -> None:
        try:
            self._directory.change_calendar(changed, entry)
        except Conflict:
            raise Refusal("calendar_changed") from None

    def _count_anew(self, slug: str, entry: CalendarChange) -> None:
        # Not by the version, which comes back when a change is taken back: that would be the same command.
        change = f"{slug}.{entry.number}"
        body = {"v": 1, "change": CALENDAR, "region": slug}
        self._queues.send(CHANGES, {**body, "id": change})
        # Another command, for what was counted by the old calendar after the first had reached the complaint.
        self._queues.send(CHANGES, {**body, "id": f"{change}.again"}, delay=FORGETTING_SECONDS)

    def _as_stored(self, slug: str) -> Region:
        self._directory.clear_cache()
        return find_region(self._directory, slug)

    def _check_day(self, region: Region, day: date) -> None:
        today = self._today(region)
        first, last = today - _BACK, today + _AHEAD
        if not first <= day <= last:
            raise Refusal("day_out_of_range", {"first": first.isoformat(), "last": last.isoformat()})

    def _today(self, region: Region) -> date:
        return region.calendar.to_local(self._now()).date()


def _made_before(change: DayChange, history: Sequence[CalendarChange]) -> CalendarChange | None:
    """The entry of this very change, where it is the last word on its day."""
    latest = next((entry for entry in history if entry.change.day == change.day), None)
    return latest if latest and latest.change == change else None


def _is_special(day: Day) -> bool:
    return not day.working or day.reason == "extra_working_day"
