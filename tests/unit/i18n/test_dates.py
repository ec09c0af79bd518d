from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.i18n.dates import (
    Language,
    format_date,
    format_deadline,
    format_short_date,
    format_short_deadline,
    format_time,
)

WIB, WITA, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")


def test_a_date_is_written_out() -> None:
    day = date(2026, 11, 23)
    assert format_date(day, "id") == "Senin, 23 November 2026"
    assert format_date(day, "en") == "Monday, 23 November 2026"
    assert format_date(day, "id", weekday=False) == "23 November 2026"


def test_a_short_date_has_no_comma_and_a_short_month() -> None:
    assert format_short_date(date(2026, 11, 24), "id") == "Selasa 24 Nov 2026"
    assert format_short_date(date(2026, 12, 9), "id") == "Rabu 9 Des 2026"
    assert format_short_date(date(2026, 12, 9), "en") == "Wednesday 9 Dec 2026"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_weekday_and_month_has_its_own_word(language: Language) -> None:
    monday = date(2026, 11, 23)
    week = {format_date(monday + timedelta(days=i), language).split(",")[0] for i in range(7)}
    year = {format_date(date(2026, month, 1), language, weekday=False) for month in range(1, 13)}
    short = {format_short_date(date(2026, month, 1), language).split()[2] for month in range(1, 13)}
    assert (len(week), len(year), len(short)) == (7, 12, 12)
    assert {len(word) for word in short} == {3}


def test_the_sms_form_of_every_day_is_plain_ascii() -> None:
    days = (date(2026, 1, 1) + timedelta(days=i) for i in range(365))
    assert all(format_short_date(day, language).isascii() for day in days for language in ("id", "en"))


@pytest.mark.parametrize(("zone", "said"), [(WIB, "14.00 WIB"), (WITA, "15.00 WITA"), (WIT, "16.00 WIT")])
def test_a_time_is_said_on_the_regions_clock(zone: ZoneInfo, said: str) -> None:
    instant = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert format_time(instant, zone, "id") == f"Senin, 23 November 2026 pukul {said}"
    assert format_time(instant, zone, "en") == f"Monday, 23 November 2026, {said.replace('.', ':')}"


@pytest.mark.parametrize(("zone", "hour"), [(WIB, 17), (WITA, 16), (WIT, 15)])
def test_a_deadline_at_the_end_of_a_day_is_said_as_that_day(zone: ZoneInfo, hour: int) -> None:
    due_at = datetime(2026, 11, 24, hour, tzinfo=UTC)
    assert format_deadline(due_at, zone, "id") == "Selasa, 24 November 2026"
    assert format_deadline(due_at, zone, "en") == "Tuesday, 24 November 2026"
    assert format_short_deadline(due_at, zone, "id") == "Selasa 24 Nov 2026"
    assert format_short_deadline(due_at, zone, "en") == "Tuesday 24 Nov 2026"


def test_a_deadline_within_a_day_is_said_with_its_time() -> None:
    due_at = datetime(2026, 11, 24, 7, 5, 59, tzinfo=UTC)
    assert format_deadline(due_at, WIB, "id") == "Selasa, 24 November 2026 pukul 14.05 WIB"
    assert format_deadline(due_at, WIB, "en") == "Tuesday, 24 November 2026, 14:05 WIB"
    assert format_short_deadline(due_at, WIB, "id") == "Selasa 24 Nov 2026 pukul 14.05 WIB"
    assert format_short_deadline(due_at, WIB, "en") == "Tuesday 24 Nov 2026, 14:05 WIB"


def test_a_deadline_just_after_midnight_belongs_to_the_new_day() -> None:
    due_at = datetime(2026, 11, 24, 17, 5, tzinfo=UTC)
    assert format_deadline(due_at, WIB, "id") == "Rabu, 25 November 2026 pukul 00.05 WIB"
    assert format_short_deadline(due_at, WIB, "id") == "Rabu 25 Nov 2026 pukul 00.05 WIB"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_time(datetime(2026, 11, 24), WIB, "id")
    with pytest.raises(ValueError, match="time zone"):
        format_deadline(datetime(2026, 11, 24), WIB, "id")
