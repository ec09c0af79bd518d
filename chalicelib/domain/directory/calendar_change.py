"""Changes of a region's calendar through a decree: a working day becomes a day off, or the reverse."""

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
    """The change of one local day: it is ``working``, or a day off with a ``name``.

    ``decree`` is the decree's kind and number, as people cite it ("SK Bupati 12/2026").
    """

    day: date
    working: bool
    name: DayName | None = Field(default=None, validate_default=True)
    decree: DecreeName

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str | None, info: ValidationInfo) -> str | None:
        working = info.data.get("working")
        if working is False and name is None:
            raise PydanticCustomError("missing", "a day off has a name")
        if working and name is not None:
            raise PydanticCustomError("extra_forbidden", "a working day has no name")
        return name

    def apply_to(self, region: Region) -> Region:
        """Return the region with this change; a region that already has it is returned unchanged.

        A working day is removed from the region's closing days. Where it is still a day off (a holiday, a
        weekend), it becomes an extra working day.
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
    """A change that was made to a region's calendar, with the calendar's version before and after.

    It is the region's ``number``-th change, made ``at`` (UTC) ``by`` an actor.
    """

    number: int = Field(ge=1)
    change: DayChange
    at: Instant
    by: Actor
    old_version: str
    new_version: str
