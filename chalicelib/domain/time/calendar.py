"""The working calendar of a region: which local days count, when its offices are open, when a day begins.

National holidays and *cuti bersama* come from the ``holidays`` package, which carries the joint ministerial
decrees (SKB); a region adds closing days, extra working days and office hours of its own.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from hashlib import sha256
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict

from chalicelib.domain.time.hours import OfficeHours, national, ramadan, span_of

DayReason = Literal["working", "weekend", "holiday", "joint_leave", "closing_day", "extra_working_day"]

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_ESTIMATED = " (perkiraan)"


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError when it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(utc)]
"""A field holding a UTC instant; a value in another zone is converted, one without a zone refused."""


class Day(BaseModel):
    """What one local day is.

    ``name`` is Indonesian: the holiday's, or the one the region gave to its closing day. ``estimated`` is
    true only where the day does not count because of a holiday whose date is still an estimate (*perkiraan*).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: date
    working: bool
    reason: DayReason
    name: str | None = None
    estimated: bool = False


class OfficeDay(NamedTuple):
    """When offices are open on one local day.

    ``hours`` are as people read them (``07:30-12:00``), ``spans`` the same as pairs of UTC instants.
    ``estimated`` is true where they are those of a Ramadan whose date is still an estimate.
    """

    hours: tuple[str, ...]
    spans: tuple[tuple[datetime, datetime], ...]
    estimated: bool


_CLOSED = OfficeDay((), (), estimated=False)


class Calendar:
    """The working days of one region: Monday to Friday, less holidays, cuti bersama and its own closing days.

    ``closing_days`` maps a date to the name people read; ``extra_working_days`` are worked whatever else they
    are; ``hours`` are the national ones by default. Raises ValueError when a date is in both lists,
    ZoneInfoNotFoundError (a KeyError) for an unknown zone.
    """

    def __init__(
        self,
        zone: str = "Asia/Jakarta",
        closing_days: Mapping[date, str] | None = None,
        extra_working_days: AbstractSet[date] = frozenset(),
        hours: OfficeHours | None = None,
    ) -> None:
        self.zone = ZoneInfo(zone)
        self._hours = hours or national()
        self._closing_days = dict(closing_days or {})
        self._extra_working_days = frozenset(extra_working_days)
        self._days: dict[date, Day] = {}
        self._offices: dict[date, OfficeDay] = {}
        both = sorted(self._extra_working_days & self._closing_days.keys())
        if both:
            raise ValueError(f"{both[0].isoformat()} is both a closing day and an extra working day")

    @cached_property
    def version(self) -> str:
        """The holidays package's version, and a digest of all that decides besides: the region's own days,
        the office hours and the dates of Ramadan.
        """
        from holidays.version import __version__

        rules = [f"-{d.isoformat()} {name}" for d, name in sorted(self._closing_days.items())]
        rules += [f"+{d.isoformat()}" for d in sorted(self._extra_working_days)]
        rules += [self._hours.model_dump_json(), *(f"{d} {estimated}" for d, estimated in ramadan().items())]
        digest = sha256("\n".join(rules).encode()).hexdigest()
        return f"holidays-{__version__}+{digest[:6]}"

    def day(self, d: date) -> Day:
        """What the local day is. Of several reasons not to work, the one least likely to change is given."""
        known = self._days.get(d)
        if known is None:
            known = self._days[d] = self._judge(d)
        return known

    def is_working(self, d: date) -> bool:
        """Whether the local day counts as a working day."""
        return self.day(d).working

    def office(self, d: date) -> OfficeDay:
        """When offices are open on the local day.

        On a working day by the hours of its weekday. An office with hours on a weekend is open then too,
        unless that day is a holiday or closed: it has office minutes, and the day is still no working day.
        A weekend that the region works without such hours has Monday's.
        """
        known = self._offices.get(d)
        if known is None:
            known = self._offices[d] = self._open(d)
        return known

    def next_working_day(self, d: date) -> date:
        """The first working day after ``d``."""
        d += ONE_DAY
        while not self.is_working(d):
            d += ONE_DAY
        return d

    def local(self, instant: datetime) -> datetime:
        """The instant on the region's clock. Raises ValueError when it has no time zone."""
        return utc(instant).astimezone(self.zone)

    def starts(self, d: date) -> datetime:
        """The UTC instant at which the local day begins."""
        return datetime.combine(d, time(), self.zone).astimezone(UTC)

    def _judge(self, d: date) -> Day:
        holiday = _national_holidays(d.year).get(d)
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

    def _open(self, d: date) -> OfficeDay:
        day = self.day(d)
        plain_weekend = day.reason == "weekend" and day.name is None
        if not (day.working or plain_weekend):
            return _CLOSED
        fasting = ramadan().get(d)
        week = self._hours.ordinary if fasting is None else self._hours.ramadan
        hours = week.days[d.weekday()]
        if day.working and d.weekday() >= _SATURDAY:
            hours = hours or week.mon
        if not hours:
            return _CLOSED
        midnight = self.starts(d)
        spans = (span_of(text) for text in hours)
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
def _national_holidays(year: int) -> dict[date, _Holiday]:
    # Importing the package and building a year are slow: once a process, for all regions.
    import holidays

    found: dict[date, _Holiday] = {}
    categories: tuple[tuple[str, Literal["holiday", "joint_leave"]], ...] = (
        ("government", "joint_leave"),
        ("public", "holiday"),
    )
    for category, reason in categories:
        listed = holidays.country_holidays(
            "ID", years=year, expand=False, categories=(category,), language="id"
        )
        for d, name in listed.items():
            found[d] = _Holiday(reason, name.replace(_ESTIMATED, ""), _ESTIMATED in name)
    return found
