"""The printed form of a measurement: the command, the machine, and short tables."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime


def print_header(name: str) -> None:
    """Print the command that makes the figures, the time, and the machine's load before it began."""
    command = " ".join(["python -m", f"bench.{name}", *sys.argv[1:]])
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    python = ".".join(str(part) for part in sys.version_info[:3])
    print(f"\n$ {command}")
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load average {load}, "
        f"Python {python}"
    )


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a title, the columns' names, and rows: text to the left, everything else to the right."""
    shown = [[cell if isinstance(cell, str) else _format_number(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *shown, strict=True)]
    left = [all(isinstance(row[index], str) for row in rows) for index in range(len(columns))]
    print(f"\n{title}")
    for line in [list(columns), ["-" * width for width in widths], *shown]:
        cells = [
            cell.ljust(width) if is_left else cell.rjust(width)
            for cell, width, is_left in zip(line, widths, left, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())


def get_percentile(values: Sequence[float], part: float) -> float:
    """Return the nearest-rank percentile (part of 1): a measured value, never one in between."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * part * 1000) // 1000) - 1)]


def _format_number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 and not value.is_integer() else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
