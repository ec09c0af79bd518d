"""The calendar of a region: which local days are working days, when offices are open, when a day begins.

National holidays and *cuti bersama* come from the ``holidays`` package, which contains the joint ministerial
decrees (SKB). A region adds its own closing days, extra working days and office hours.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from hashlib import sha256
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict

from chalicelib.domain.time.hours import OfficeHours, get_national_hours, get_ramadan_days, parse_span

DayReason = Literal["working", "weekend", "holiday", "joint_leave", "closing_day", "extra_working_day"]

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_ESTIMATED = " (perkiraan)"


def to_utc(instant: datetime) -> datetime:
    """Return the same instant in UTC. Raise ValueError where it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(to_utc)]
"""A field for a UTC instant: a value in another zone is converted, a value without a zone is an error."""


class Day(BaseModel):
    """A local day, and why it is a working day or not.

    ``name`` is Indonesian: the name of the holiday, or of the region's closing day. ``estimated`` is true
    only where the day does not count because of a holiday whose date is still an estimate (*perkiraan*).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    working: bool
    reason: DayReason
    name: str | None = None
    estimated: bool = False


class OfficeDay(NamedTuple):
    """The office hours of one local day.

    ``hours`` are texts for people (``07:30-12:00``), ``spans`` the same as pairs of UTC instants.
    ``estimated`` is true for the hours of a Ramadan whose date is still an estimate.
    """

    hours: tuple[str, ...]
    spans: tuple[tuple[datetime, datetime], ...]
    estimated: bool


_CLOSED = OfficeDay((), (), estimated=False)


class Calendar:
    """The working days of one region: Monday to Friday without holidays, cuti bersama and its closing days.

    ``closing_days`` maps a date to the name people read. ``extra_working_days`` are working days even on a
    weekend or a holiday. ``hours`` are the national ones by default. Raise ValueError where a date is in
    both lists, ZoneInfoNotFoundError (a KeyError) for an unknown zone.
    """

    def __init__(
        self,
        zone: str = "Asia/Jakarta",
        closing_days: Mapping[date, str] | None = None,
        extra_working_days: AbstractSet[date] = frozenset(),
        hours: OfficeHours | None = None,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self._hours = hours or get_national_hours()
        self._closing_days = dict(closing_days or {})
        self._extra_working_days = frozenset(extra_working_days)
        self._days: dict[date, Day] = {}
        self._office_days: dict[date, OfficeDay] = {}
        both = sorted(self._extra_working_days & self._closing_days.keys())
        if both:
            raise ValueError(f"{both[0].isoformat()} is both a closing day and an extra working day")

    @cached_property
    def version(self) -> str:
        """Return the version of the holidays package, with a digest of the rest that decides.

        The digest covers the region's own days, the office hours and the dates of Ramadan.
        """
        from holidays.version import __version__

        rules = [f"-{d.isoformat()} {name}" for d, name in sorted(self._closing_days.items())]
        rules += [f"+{d.isoformat()}" for d in sorted(self._extra_working_days)]
        rules += [
            self._hours.model_dump_json(),
            *(f"{d} {estimated}" for d, estimated in get_ramadan_days().items()),
        ]
        digest = sha256("\n".join(rules).encode()).hexdigest()
        return f"holidays-{__version__}+{digest[:6]}"

    def get_day(self, d: date) -> Day:
        """Return the local day. Of several reasons not to work, it has the one least likely to change."""
        day = self._days.get(d)
        if day is None:
            day = self._days[d] = self._classify_day(d)
        return day

    def is_working(self, d: date) -> bool:
        """Return whether the local day counts as a working day."""
        return self.get_day(d).working

    def get_office_day(self, d: date) -> OfficeDay:
        """Return the office hours of the local day.

        A working day has the hours of its weekday. An office with weekend hours is also open on a weekend,
        except on a holiday or closing day: such a day has office minutes, but is not a working day. An extra
        working day on a weekend without weekend hours has Monday's hours.
        """
        office_day = self._office_days.get(d)
        if office_day is None:
            office_day = self._office_days[d] = self._compute_office_day(d)
        return office_day

    def find_next_working_day(self, d: date) -> date:
        """Return the first working day after ``d``."""
        d += ONE_DAY
        while not self.is_working(d):
            d += ONE_DAY
        return d

    def to_local(self, instant: datetime) -> datetime:
        """Return the instant in the region's zone. Raise ValueError where it has no time zone."""
        return to_utc(instant).astimezone(self.zone)

    def get_day_start(self, d: date) -> datetime:
        """Return the UTC instant at which the local day begins."""
        return datetime.combine(d, time(), self.zone).astimezone(UTC)

    def _classify_day(self, d: date) -> Day:
        holiday = _load_national_holidays(d.year).get(d)
        weekend = d.weekday() >= _SATURDAY
        closing_day = self._closing_days.get(d)
        name = closing_day or (holiday.name if holiday else None)
        if d in self._extra_working_days:
            ordinary = not weekend and holiday is None
            return Day(date=d, working=True, reason="working" if ordinary else "extra_working_day", name=name)
        if weekend:
            return Day(date=d, working=False, reason="weekend", name=name)
        if closing_day is not None:
            return Day(date=d, working=False, reason="closing_day", name=name)
        if holiday is not None:
            return Day(
                date=d, working=False, reason=holiday.reason, name=holiday.name, estimated=holiday.estimated
            )
        return Day(date=d, working=True, reason="working")

    def _compute_office_day(self, d: date) -> OfficeDay:
        day = self.get_day(d)
        plain_weekend = day.reason == "weekend" and day.name is None
        if not (day.working or plain_weekend):
            return _CLOSED
        fasting = get_ramadan_days().get(d)
        week = self._hours.ordinary if fasting is None else self._hours.ramadan
        hours = week.days[d.weekday()]
        if day.working and d.weekday() >= _SATURDAY:
            hours = hours or week.mon
        if not hours:
            return _CLOSED
        midnight = self.get_day_start(d)
        spans = (parse_span(text) for text in hours)
        return OfficeDay(
            hours,
            tuple((midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in spans),
            estimated=bool(fasting),
        )


class _Holiday(NamedTuple):
    reason: Literal["holiday", "joint_leave"]
    name: str
    estimated: bool


@cache
def _load_national_holidays(year: int) -> dict[date, _Holiday]:
    # Importing the package and building a year are slow: it happens once in a process, for all regions.
    import holidays

    holidays_by_day: dict[date, _Holiday] = {}
    categories: tuple[tuple[str, Literal["holiday", "joint_leave"]], ...] = (
        ("government", "joint_leave"),
        ("public", "holiday"),
    )
    for category, reason in categories:
        listed = holidays.country_holidays(
            "ID", years=year, expand=False, categories=(category,), language="id"
        )
        for d, name in listed.items():
            holidays_by_day[d] = _Holiday(reason, name.replace(_ESTIMATED, ""), _ESTIMATED in name)
    return holidays_by_day
