"""Count deadlines again: with their calendar where it is available, else with the days that they record."""

from datetime import date, timedelta
from itertools import product
from zoneinfo import ZoneInfoNotFoundError

from typing_extensions import override

from chalicelib.domain.audit.export import Export
from chalicelib.domain.directory import regions
from chalicelib.domain.time.calendar import ONE_DAY, Calendar, Day, DayReason, OfficeDay
from chalicelib.domain.time.deadlines import Derivation, DerivationDay, derive
from chalicelib.domain.time.hours import parse_span

_SATURDAY = 5


class RecordedCalendar(Calendar):
    """A calendar built from a derivation's days; every other Monday to Friday is a working day.

    A derivation does not record whether the first day, and the day on which a paused clock resumes, are
    working days: ``first_works`` and ``resumed_works`` say it.
    """

    def __init__(self, derivation: Derivation, *, first_works: bool, resumed_works: bool) -> None:
        super().__init__(derivation.zone)
        self._recorded = {day.date: day for day in derivation.days}
        self._first_works = first_works
        self._resumed_works = resumed_works
        self.version = derivation.calendar_version

    @override
    def get_day(self, d: date) -> Day:
        day = self._recorded.get(d)
        weekend = d.weekday() >= _SATURDAY
        if day is None:
            return Day(date=d, working=not weekend, reason="weekend" if weekend else "working")
        works = self._is_worked(day)
        own: DayReason = "working" if works else "weekend" if weekend else "holiday"
        match day.reason:
            case "trigger" | "paused" | "resumed" | "no_office_hours":
                pass
            case reason:
                own = reason
        return Day(date=d, working=works, reason=own, name=day.name, estimated=day.estimated)

    @override
    def get_office_day(self, d: date) -> OfficeDay:
        day = self._recorded.get(d)
        if day is None:
            return super().get_office_day(d)
        midnight = self.get_day_start(d)
        spans = tuple(
            (midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes))
            for opens, closes in map(parse_span, day.hours)
        )
        return OfficeDay(day.hours, spans, estimated=False)

    def _is_worked(self, day: DerivationDay) -> bool:
        match day.reason:
            case "working" | "extra_working_day" | "paused" | "no_office_hours":
                # Only working days are recorded as paused or as without office hours.
                return True
            case "trigger":
                return self._first_works
            case "resumed":
                return self._resumed_works
            case _:
                return False

    def has_impossible_day(self) -> bool:
        """Return whether a day is recorded as a weekend or an ordinary working day that cannot be one."""
        return any(
            (day.reason == "weekend") != (day.date.weekday() >= _SATURDAY)
            for day in self._recorded.values()
            if day.reason in ("weekend", "working")
        )


class KnownCalendars:
    """The available calendars by version. ``as_recorded`` counts the deadlines without one."""

    def __init__(self, export: Export) -> None:
        self.as_recorded = 0
        available = []
        for rules in export.calendars.values():
            try:
                available.append(rules.calendar)
            except (KeyError, ValueError):
                continue
        region = str(export.complaint.get("region"))
        if region in regions.list_slugs():
            available.append(regions.load(region).calendar)
        self._by_version = {calendar.version: calendar for calendar in available}

    def find(self, version: str) -> Calendar | None:
        """Return the calendar of that version, if it is available."""
        return self._by_version.get(version)

    def find_matching(self, derivation: Derivation) -> list[Calendar]:
        """Return the calendars that give this deadline; an empty list where none does."""
        try:
            calendar = self.find(derivation.calendar_version)
            if calendar:
                return [calendar] if _derive_again(derivation, calendar) == derivation else []
            self.as_recorded += 1
            return [
                recorded
                for recorded in _build_recorded_calendars(derivation)
                if _derive_again(derivation, recorded) == derivation
            ]
        except (ValueError, OverflowError, ZoneInfoNotFoundError):
            return []


def _build_recorded_calendars(derivation: Derivation) -> list[Calendar]:
    likely = [
        RecordedCalendar(derivation, first_works=first, resumed_works=resumed)
        for first, resumed in product((True, False), repeat=2)
    ]
    return [
        calendar for calendar in likely if not calendar.has_impossible_day() and _is_consecutive(derivation)
    ]


def _is_consecutive(derivation: Derivation) -> bool:
    days = [day.date for day in derivation.days]
    return bool(days) and days == [days[0] + n * ONE_DAY for n in range(len(days))]


def _derive_again(derivation: Derivation, calendar: Calendar) -> Derivation:
    return derive(
        derivation.trigger,
        derivation.standard_time,
        calendar,
        derivation.legal_basis,
        derivation.pauses,
    )
