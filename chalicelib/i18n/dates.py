"""Dates and times in the words people read, in Indonesian and English."""

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


def date_words(d: date, language: Language, weekday: bool = True) -> str:
    """``Senin, 23 November 2026``; without the weekday ``23 November 2026``."""
    words = f"{d.day} {_MONTHS[language][d.month - 1]} {d.year}"
    return f"{_WEEKDAYS[language][d.weekday()]}, {words}" if weekday else words


def month_words(month: str, language: Language) -> str:
    """``November 2026`` for ``2026-11``."""
    year, number = month.split("-")
    return f"{_MONTHS[language][int(number) - 1]} {year}"


def short_date(d: date, language: Language) -> str:
    """``Selasa 24 Nov 2026``, for an SMS."""
    return f"{_WEEKDAYS[language][d.weekday()]} {d.day} {_SHORT_MONTHS[language][d.month - 1]} {d.year}"


def time_words(instant: datetime, zone: ZoneInfo, language: Language) -> str:
    """``Senin, 23 November 2026 pukul 14.00 WIB``: the instant on the zone's clock, seconds dropped.

    Raises ValueError when the instant has no time zone.
    """
    local = _local(instant, zone)
    return date_words(local.date(), language) + _clock_words(local, language)


def deadline_words(due_at: datetime, zone: ZoneInfo, language: Language) -> str:
    """A deadline in full: one at the end of a local day as that day, any other with its time of day.

    Raises ValueError when ``due_at`` has no time zone.
    """
    day = _day_ended_at(due_at, zone)
    return date_words(day, language) if day else time_words(due_at, zone, language)


def deadline_short(due_at: datetime, zone: ZoneInfo, language: Language) -> str:
    """As :func:`deadline_words`, short enough for an SMS: ``Selasa 24 Nov 2026``."""
    day = _day_ended_at(due_at, zone)
    if day:
        return short_date(day, language)
    local = _local(due_at, zone)
    return short_date(local.date(), language) + _clock_words(local, language)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone)


def _day_ended_at(instant: datetime, zone: ZoneInfo) -> date | None:
    local = _local(instant, zone)
    return local.date() - timedelta(days=1) if local.time() == time() else None


def _clock_words(local: datetime, language: Language) -> str:
    # %Z gives WIB, WITA or WIT: the zone database knows Indonesia's abbreviations.
    return local.strftime(" pukul %H.%M %Z" if language == "id" else ", %H:%M %Z")
