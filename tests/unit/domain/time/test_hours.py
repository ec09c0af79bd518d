from datetime import date, timedelta
from itertools import pairwise

import holidays
import pytest
from pydantic import ValidationError

from chalicelib.domain.time.hours import Span, Week, get_national_hours, get_ramadan_days, parse_span


def count_weekly_minutes(week: Week) -> int:
    return sum(closes - opens for day in week.days for opens, closes in map(parse_span, day))


def list_breaks(week: Week) -> list[int]:
    """Return the minutes between the first closing and the next opening, Monday to Friday."""
    parsed = [[parse_span(text) for text in day] for day in week.days[:5]]
    return [afternoon.opens - morning.closes for morning, afternoon in parsed]


def test_the_national_weeks_have_the_hours_and_the_rests_of_the_regulation() -> None:
    hours = get_national_hours()
    assert (count_weekly_minutes(hours.ordinary), list_breaks(hours.ordinary)) == (
        37.5 * 60,
        [60, 60, 60, 60, 90],
    )
    assert (count_weekly_minutes(hours.ramadan), list_breaks(hours.ramadan)) == (
        32.5 * 60,
        [30, 30, 30, 30, 60],
    )


def test_the_national_weeks_begin_at_half_past_seven_and_in_ramadan_at_eight() -> None:
    hours = get_national_hours()
    assert {parse_span(day[0]).opens for day in hours.ordinary.days[:5]} == {7 * 60 + 30}
    assert {parse_span(day[0]).opens for day in hours.ramadan.days[:5]} == {8 * 60}
    assert hours.ordinary.days[5:] == hours.ramadan.days[5:] == ((), ())


def list_idul_fitri(year: int) -> list[tuple[date, bool]]:
    """Return each first day of Idul Fitri in the year, and whether it is an estimate."""
    listed = holidays.country_holidays("ID", years=year, expand=False, language="id")
    return [(d, "perkiraan" in name) for d, name in listed.items() if name.startswith("Hari Raya Idul Fitri")]


@pytest.mark.parametrize("year", range(2024, 2031))
def test_ramadan_ends_on_the_day_before_idul_fitri_and_is_as_certain(year: int) -> None:
    for feast, estimated in list_idul_fitri(year):
        eve = feast - timedelta(days=1)
        assert feast not in get_ramadan_days()
        assert get_ramadan_days()[eve] is estimated


def test_every_ramadan_has_29_or_30_days_and_comes_after_12_months_of_the_moon() -> None:
    days = sorted(get_ramadan_days())
    firsts = [day for day in days if day - timedelta(days=1) not in get_ramadan_days()]
    lasts = [day for day in days if day + timedelta(days=1) not in get_ramadan_days()]
    assert {(last - first).days + 1 for first, last in zip(firsts, lasts, strict=True)} <= {29, 30}
    years = [(later - earlier).days for earlier, later in pairwise(firsts)]
    assert set(years) <= {353, 354, 355}
    assert (firsts[0].year, lasts[-1].year) == (2024, 2031)


def test_hours_are_read_as_minutes_of_the_day() -> None:
    assert parse_span("07:30-12:00") == Span(450, 720)
    assert parse_span("00:00-24:00") == Span(0, 1440)


@pytest.mark.parametrize(
    "text",
    ["7:30-12:00", "07:30", "07.30-12.00", "07:60-12:00", "24:00-25:00", "12:00-12:00", "16:00-08:00", ""],
)
def test_what_is_no_stretch_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="office hours"):
        Week(mon=(text,))


@pytest.mark.parametrize("spans", [("13:00-16:00", "07:30-12:00"), ("07:30-12:00", "11:59-16:00")])
def test_stretches_of_a_day_that_overlap_or_are_in_the_wrong_order_are_refused(
    spans: tuple[str, ...],
) -> None:
    with pytest.raises(ValidationError, match="in order and apart"):
        Week(mon=spans)


def test_a_week_without_any_hours_is_refused_for_no_office_minute_would_ever_pass() -> None:
    with pytest.raises(ValidationError, match="without office hours"):
        Week()
