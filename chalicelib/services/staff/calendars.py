"""A region's calendar: the days off with their reasons, and the changes that decrees make.

A change is stored with the region and in its history. The queue ``changes`` then recomputes the open
deadlines, one message a complaint. A complaint that was late stays late.
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
"""The number of a region's latest changes that pages sderivation."""
FORGETTING_SECONDS = 90
"""The time after which no process has a region's earlier calendar in its cache."""

_BACK = timedelta(days=366)
_AHEAD = timedelta(days=3 * 366)
_YEAR = re.compile(r"[0-9]{4}")
_YEARS = (2010, 5)
"""The first year that can be shown, and the number of years from this one on."""
_MAY_CHANGE = (Role.REGIONAL_ADMIN, Role.COORDINATOR)


@dataclass(frozen=True)
class CalendarYear:
    """A region's year: every day off and every extra working day; ``changes`` are newest first."""

    region: Region
    year: int
    days: tuple[Day, ...]
    changes: tuple[CalendarChange, ...]


@dataclass(frozen=True)
class DeadlineMove:
    """An open deadline that a change moves: its complaint, its rule, its old and new instant (UTC)."""

    ticket: str
    clock: str
    legal_basis: str
    old: datetime
    new: datetime


@dataclass(frozen=True)
class CalendarPreview:
    """The effect of a change on the day itself and on the open deadlines, the earliest first.

    ``version`` is that of the calendar before the change.
    """

    region: Region
    version: str
    before: Day
    after: Day
    moves: tuple[DeadlineMove, ...]


def may_change_calendar(actor: Actor, region: str) -> bool:
    """Return whether this actor may: the region's admins and coordinators may, and operations."""
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
        """Return a year of the region's calendar; without ``asked`` the current year there.

        Raises ``Refusal`` with ``unknown_region`` or ``year_out_of_range``.
        """
        region = find_region(self._directory, slug)
        this_year = self._get_today(region).year
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
        """Return the effect of a change without making it.

        Raises ``Refusal`` with ``unknown_region``, ``day_out_of_range`` or ``calendar_unchanged``.
        """
        region = self._read_region(slug)
        self._check_day(region, change.day)
        changed = change.apply_to(region)
        if changed is region:
            raise Refusal("calendar_unchanged")
        return CalendarPreview(
            region=region,
            version=region.calendar.version,
            before=region.calendar.get_day(change.day),
            after=changed.calendar.get_day(change.day),
            moves=tuple(
                sorted(self._list_moves(changed, change.day), key=lambda move: (move.old, move.ticket))
            ),
        )

    def change(self, slug: str, change: DayChange, by: Actor, version: str | None = None) -> CalendarChange:
        """Make the change, have the open deadlines recomputed, and return the entry in the history.

        The same change again gives the same entry: only the recomputing is requested once more.
        ``version`` is that of the calendar on which the decision was based.

        Raise ``Refusal`` with the codes of ``preview``, ``not_your_role``, or ``calendar_changed`` where
        somebody else was quicker.
        """
        if not may_change_calendar(by, slug):
            raise Refusal("not_your_role")
        # Read the history before the region: another change after this takes the number that ours would have.
        history = self._directory.list_calendar_changes(slug, MOST_CHANGES)
        region = self._read_region(slug)
        changed = change.apply_to(region)
        entry = _find_earlier_entry(change, history) if changed is region else None
        if entry is None:
            self._check_day(region, change.day)
            if version not in (None, region.calendar.version):
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
        self._request_recomputing(slug, entry)
        return entry

    def list_visible_moves(self, moves: Iterable[DeadlineMove]) -> Iterator[DeadlineMove]:
        """Yield the moves without those of protected reports: only the Inspektorat knows that these exist.

        Costs one read a move.
        """
        for move in moves:
            complaint = self._complaints.get(move.ticket)
            if complaint and not complaint.protected:
                yield move

    def _list_moves(self, changed: Region, day: date) -> Iterable[DeadlineMove]:
        calendar = changed.calendar
        # A deadline when the day begins, or before, does not depend on the day.
        begins = calendar.get_day_start(day)
        for ticket, clock in self._complaints.list_clocks_due_after(changed.slug, begins):
            derivation = clock.derivation
            due = compute_due_at(derivation.trigger, derivation.standard_time, calendar, derivation.pauses)
            if due != derivation.due_at:
                yield DeadlineMove(ticket, clock.name, derivation.legal_basis, derivation.due_at, due)

    def _store(self, changed: Region, entry: CalendarChange) -> None:
        try:
            self._directory.change_calendar(changed, entry)
        except Conflict:
            raise Refusal("calendar_changed") from None

    def _request_recomputing(self, slug: str, entry: CalendarChange) -> None:
        # Not the version: it comes back when a change is undone, and would make this the same command.
        change = f"{slug}.{entry.number}"
        body = {"v": 1, "change": CALENDAR, "region": slug}
        self._queues.send(CHANGES, {**body, "id": change})
        # A second command, for deadlines that a stale cache computes after the first one was handled.
        self._queues.send(CHANGES, {**body, "id": f"{change}.again"}, delay=FORGETTING_SECONDS)

    def _read_region(self, slug: str) -> Region:
        self._directory.clear_cache()
        return find_region(self._directory, slug)

    def _check_day(self, region: Region, day: date) -> None:
        today = self._get_today(region)
        first, last = today - _BACK, today + _AHEAD
        if not first <= day <= last:
            raise Refusal("day_out_of_range", {"first": first.isoformat(), "last": last.isoformat()})

    def _get_today(self, region: Region) -> date:
        return region.calendar.to_local(self._now()).date()


def _find_earlier_entry(change: DayChange, history: Sequence[CalendarChange]) -> CalendarChange | None:
    """Return the entry of this very change, where no later change is about its day."""
    latest = next((entry for entry in history if entry.change.day == change.day), None)
    return latest if latest and latest.change == change else None


def _is_special(day: Day) -> bool:
    return not day.working or day.reason == "extra_working_day"
