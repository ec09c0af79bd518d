"""The registers as tables: the same cells on paper and as CSV (RFC 4180)."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language
from chalicelib.services.records.recap import FEWEST_SHOWN, OUTCOMES, Recap, Tally
from chalicelib.services.records.register import RegisterBook, RegisterLine
from chalicelib.services.views.labels import format_state

CellValue = str | int

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""The first characters of a cell that a spreadsheet would compute."""


@dataclass(frozen=True)
class CellTable:
    """A table: a heading for each column, and the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]


def build_register_table(book: RegisterBook, language: Language) -> CellTable:
    """Return an agency's month, one row a number, without reporters: printed lists get around."""
    columns = ("number", "came", "ticket", "subject", "category", "unit", "state", "late", "answered")
    return CellTable(
        header=tuple(get_text(language, f"records.register.{column}") for column in columns),
        rows=tuple(_build_register_row(line, book, language) for line in book.lines),
    )


def build_recap_table(recap: Recap, language: Language) -> CellTable:
    """Return a region's month: all, by class, category and agency; protected reports have their own row."""

    def get_label(key: str) -> str:
        return get_text(language, f"records.recap.{key}")

    rows: list[tuple[CellValue, ...]] = [(get_label("all"), "", *_list_counts(recap.whole))]
    for group, parts in (
        ("class", recap.by_class),
        ("category", recap.by_category),
        ("agency", recap.by_agency),
    ):
        for part in parts:
            name = part.name.get_words(language) if part.name else get_label(f"no_{group}")
            rows.append((get_label(group), name, *_list_counts(part.tally)))
    protected = (
        get_text(language, "records.recap.few", n=FEWEST_SHOWN)
        if recap.protected is None
        else recap.protected
    )
    rows.append((get_label("protected"), "", protected, *("" for _ in (*OUTCOMES, "late"))))
    outcomes = tuple(get_label(f"outcomes.{outcome}") for outcome in OUTCOMES)
    return CellTable(
        header=(get_label("group"), get_label("name"), get_label("total"), *outcomes, get_label("late")),
        rows=tuple(rows),
    )


def to_csv(table: CellTable) -> str:
    """Return the table with CRLF at the end of each record; no text cell begins like a formula."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows((_guard(cell) for cell in row) for row in (table.header, *table.rows))
    return written.getvalue()


def _build_register_row(line: RegisterLine, book: RegisterBook, language: Language) -> tuple[CellValue, ...]:
    zone = ZoneInfo(book.region.zone)
    came = f"{line.at.astimezone(zone):%Y-%m-%d}"
    summary = line.summary
    if summary is None:
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
        summary.ticket,
        summary.title,
        summary.category_name.get_words(language),
        line.unit or "",
        format_state(summary, language, staff=True),
        get_text(language, "records.register.is_late") if line.late else "",
        f"{line.answered_at.astimezone(zone):%Y-%m-%d}" if line.answered_at else "",
    )


def _list_counts(tally: Tally) -> Iterator[CellValue]:
    yield tally.total
    yield from (tally.get_count(outcome) for outcome in OUTCOMES)
    yield tally.late


def _guard(cell: CellValue) -> CellValue:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
