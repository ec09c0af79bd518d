"""Office hours: when an office is open on each day of the week, in an ordinary week and in Ramadan.

``office_hours.toml`` in this folder holds the national hours (Perpres 21/2023) and the dates of Ramadan.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from chalicelib.domain.values.value import Value

_FILE = Path(__file__).with_name("office_hours.toml")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_DAY_END = 24 * 60


class Span(NamedTuple):
    """A stretch of one local day, in minutes after its midnight."""

    opens: int
    closes: int


def parse_span(text: str) -> Span:
    """Return ``07:30-12:00`` as minutes. Raise ValueError for another form or an end before the start."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"office hours look like 07:30-12:00, not {text}")
    opens = 60 * int(match[1]) + int(match[2])
    closes = 60 * int(match[3]) + int(match[4]) if match[3] else _DAY_END
    if closes <= opens:
        raise ValueError(f"office hours end after they begin, not {text}")
    return Span(opens, closes)


def _check_order(spans: tuple[str, ...]) -> tuple[str, ...]:
    parsed = [parse_span(text) for text in spans]
    for earlier, later in pairwise(parsed):
        if later.opens < earlier.closes:
            raise ValueError(f"office hours of a day must be in order and apart, not {', '.join(spans)}")
    return spans


Spans = Annotated[tuple[str, ...], Field(max_length=6), AfterValidator(_check_order)]
"""The open hours of a day in local time, ``HH:MM-HH:MM`` (up to 24:00), in order; empty: closed."""


class Week(Value):
    """The open hours of each day of the week; at least one day has some."""

    mon: Spans = ()
    tue: Spans = ()
    wed: Spans = ()
    thu: Spans = ()
    fri: Spans = ()
    sat: Spans = ()
    sun: Spans = ()

    @model_validator(mode="after")
    def _check_has_hours(self) -> "Week":
        if not any(self.days):
            raise ValueError("a week without office hours")
        return self

    @property
    def days(self) -> tuple[tuple[str, ...], ...]:
        """Return the hours of each day, Monday first, as ``date.weekday`` counts."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class OfficeHours(Value):
    """The hours of an office: in an ordinary week and in a week of Ramadan."""

    ordinary: Week
    ramadan: Week


def get_national_hours() -> OfficeHours:
    """Return the hours of agencies where a region sets none of its own (Perpres 21/2023 art. 4)."""
    return _load_data()[0]


def get_ramadan_days() -> Mapping[date, bool]:
    """Return every known day of Ramadan; the value is true where the date is still an estimate."""
    return _load_data()[1]


@cache
def _load_data() -> tuple[OfficeHours, Mapping[date, bool]]:
    data: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    days: dict[date, bool] = {}
    for month in data["ramadan"]:
        length = (month["last"] - month["first"]).days + 1
        days |= {month["first"] + timedelta(i): month.get("estimated", False) for i in range(length)}
    return OfficeHours.model_validate(data["hours"]), days
