"""Dates and times as people read them, in Indonesian and English."""

from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Language = Literal["id", "en"]

_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: dict[Language, tuple[str, ...]] = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_SHORT_MONTHS: dict[Language, tuple[str, ...]] = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def format_date(day: date, language: Language, weekday: bool = True) -> str:
    """Return ``Senin, 23 November 2026``; without the weekday ``23 November 2026``."""
    text = f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"
    return f"{_WEEKDAYS[language][day.weekday()]}, {text}" if weekday else text


def format_month(month: str, language: Language) -> str:
    """Return ``November 2026`` for ``2026-11``."""
    year, number = month.split("-")
    return f"{_MONTHS[language][int(number) - 1]} {year}"


def format_short_date(day: date, language: Language) -> str:
    """Return ``Selasa 24 Nov 2026``, for an SMS."""
    return (
        f"{_WEEKDAYS[language][day.weekday()]} {day.day} {_SHORT_MONTHS[language][day.month - 1]} {day.year}"
    )


def format_time(instant: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return the instant in the zone's time, without seconds: ``Senin, 23 November 2026 pukul 14.00 WIB``.

    Raises ValueError when the instant has no time zone.
    """
    local = _to_local(instant, zone)
    return format_date(local.date(), language) + _format_clock(local, language)


def format_deadline(due_at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return a deadline at the end of a local day as that day, and any other with its time of day.

    Raises ValueError when ``due_at`` has no time zone.
    """
    day = _find_day_ended_at(due_at, zone)
    return format_date(day, language) if day else format_time(due_at, zone, language)


def format_short_deadline(due_at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return the same as :func:`format_deadline`, short enough for an SMS: ``Selasa 24 Nov 2026``."""
    day = _find_day_ended_at(due_at, zone)
    if day:
        return format_short_date(day, language)
    local = _to_local(due_at, zone)
    return format_short_date(local.date(), language) + _format_clock(local, language)


def _to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone)


def _find_day_ended_at(instant: datetime, zone: ZoneInfo) -> date | None:
    """Return the day that ends at this instant, or ``None`` where it is not local midnight."""
    local = _to_local(instant, zone)
    return local.date() - timedelta(days=1) if local.time() == time() else None


def _format_clock(local: datetime, language: Language) -> str:
    # %Z gives WIB, WITA or WIT: the zone database has Indonesia's abbreviations.
    return local.strftime(" pukul %H.%M %Z" if language == "id" else ", %H:%M %Z")
