"""The books as tables: the same cells on paper and as CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language
from chalicelib.services.records.register import (
    FEWEST_TOLD,
    OUTCOMES,
    Recap,
    RegisterBook,
    RegisterLine,
    Tally,
)
from chalicelib.services.views.labels import format_state

CellValue = str | int

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


@dataclass(frozen=True)
class CellTable:
    """A heading a column, and the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]


def build_register_table(book: RegisterBook, language: Language) -> CellTable:
    """An agency's month, a row a number. Who filed is not in it: lists are carried about."""
    columns = ("number", "came", "ticket", "subject", "category", "unit", "state", "late", "answered")
    return CellTable(
        header=tuple(get_text(language, f"records.register.{column}") for column in columns),
        rows=tuple(_register_row(line, book, language) for line in book.lines),
    )


def build_recap_table(recap: Recap, language: Language) -> CellTable:
    """A region's month: all, by class, by category, by agency; the protected ones on a row of their own."""

    def say(key: str) -> str:
        return get_text(language, f"records.recap.{key}")

    rows: list[tuple[CellValue, ...]] = [(say("all"), "", *_counts(recap.whole))]
    for group, parts in (
        ("class", recap.by_class),
        ("category", recap.by_category),
        ("agency", recap.by_agency),
    ):
        for part in parts:
            name = part.name.get_words(language) if part.name else say(f"no_{group}")
            rows.append((say(group), name, *_counts(part.tally)))
    told = (
        get_text(language, "records.recap.few", n=FEWEST_TOLD) if recap.protected is None else recap.protected
    )
    rows.append((say("protected"), "", told, *("" for _ in (*OUTCOMES, "late"))))
    outcomes = tuple(say(f"outcomes.{outcome}") for outcome in OUTCOMES)
    return CellTable(
        header=(say("group"), say("name"), say("total"), *outcomes, say("late")), rows=tuple(rows)
    )


def to_csv(table: CellTable) -> str:
    """The table with CRLF at the end of each record; no cell of words begins as a formula does."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows((_guarded(cell) for cell in row) for row in (table.header, *table.rows))
    return written.getvalue()


def _register_row(line: RegisterLine, book: RegisterBook, language: Language) -> tuple[CellValue, ...]:
    zone = ZoneInfo(book.region.zone)
    came = f"{line.at.astimezone(zone):%Y-%m-%d}"
    seen = line.summary
    if seen is None:
        return (
            line.number,
            came,
            line.ticket or "",
            get_text(language, "records.register.closed"),
            *[""] * 5,
        )
    return (
        line.number,
        came,
        seen.ticket,
        seen.title,
        seen.category_name.get_words(language),
        line.unit or "",
        format_state(seen, language, staff=True),
        get_text(language, "records.register.is_late") if line.late else "",
        f"{line.answered_at.astimezone(zone):%Y-%m-%d}" if line.answered_at else "",
    )


def _counts(tally: Tally) -> Iterator[CellValue]:
    yield tally.total
    yield from (tally.of(outcome) for outcome in OUTCOMES)
    yield tally.late


def _guarded(cell: CellValue) -> CellValue:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
