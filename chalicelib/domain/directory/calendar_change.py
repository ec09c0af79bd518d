"""A decree changes a region's calendar: a day is off that was worked, or is worked after all."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from chalicelib.domain.directory.regions import Region
from chalicelib.domain.time.calendar import Instant
from chalicelib.domain.values.actor import Actor
from chalicelib.domain.values.sanitize import OneLine
from chalicelib.domain.values.value import Value

DayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), OneLine]
DecreeName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), OneLine]


class DayChange(Value):
    """What a decree says of one local day: that it is ``working``, or else off and under which ``name``.

    ``decree`` is its kind and number, as people cite it ("SK Bupati 12/2026").
    """

    day: date
    working: bool
    name: DayName | None = Field(default=None, validate_default=True)
    decree: DecreeName

    @field_validator("name")
    @classmethod
    def _named_when_off(cls, name: str | None, info: ValidationInfo) -> str | None:
        working = info.data.get("working")
        if working is False and name is None:
            raise PydanticCustomError("missing", "a day off has a name")
        if working and name is not None:
            raise PydanticCustomError("extra_forbidden", "a working day has no name")
        return name

    def apply_to(self, region: Region) -> Region:
        """The region with this day as the decree says; one that says so already is returned as it is.

        A working day is taken back from the region's closing days, and where it is still off (a holiday, a
        weekend) becomes an extra working day.
        """
        closing_days = {day: name for day, name in region.closing_days.items() if day != self.day}
        extra_working_days = region.extra_working_days - {self.day}
        if self.name is not None:
            closing_days[self.day] = self.name
        changed = region.model_copy(
            update={
                "closing_days": dict(sorted(closing_days.items())),
                "extra_working_days": extra_working_days,
            }
        )
        if self.working and not changed.calendar.is_working(self.day):
            days = {"extra_working_days": extra_working_days | {self.day}}
            changed = changed.model_copy(update=days)
        return region if changed == region else changed


class CalendarChange(Value):
    """A change of a region's calendar that was made: the region's ``number``-th, by whom, ``at`` (UTC), and
    the calendar's version before and after.
    """

    number: int = Field(ge=1)
    change: DayChange
    at: Instant
    by: Actor
    old_version: str
    new_version: str
