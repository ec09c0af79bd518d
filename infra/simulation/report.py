"""A run as text: a table of the governments, and what another standard time would change."""

from collections.abc import Sequence

from infra.simulation.summary import ENDINGS, Summary, percentile


def year_table(found: Sequence[Summary]) -> str:
    """A row a procedure: how its complaints ended, how many were late, and the days they took."""
    columns = [
        "procedure",
        "filed",
        *ENDINGS,
        "late",
        "to Ombudsman",
        "answer p50",
        "p90",
        "end p50",
        "p90",
        "longest",
    ]
    rows = [
        [
            one.procedure,
            str(one.filed),
            *(str(one.endings[ending]) for ending in ENDINGS),
            percent(one.breach_rate),
            str(one.referred),
            *(f"{percentile(one.days_to_answer, part):.1f}" for part in (0.5, 0.9)),
            *(f"{percentile(one.days_to_end, part):.1f}" for part in (0.5, 0.9, 1)),
        ]
        for one in found
    ]
    return table(columns, rows)


def trial_table(step: str, today: Sequence[Summary], tried: Sequence[Summary]) -> str:
    """What the tried standard time of a step does, beside today's, for each procedure that has it."""
    columns = ["procedure", "", f"{step} overdue", "complaints late", "answer p50", "p90"]
    rows = [
        [
            one.procedure,
            label,
            percent(one.late_part_of(step)) if step in one.steps else "-",
            percent(one.breach_rate),
            *(f"{percentile(one.days_to_answer, part):.1f}" for part in (0.5, 0.9)),
        ]
        for pair in zip(today, tried, strict=True)
        for label, one in zip(("today", "tried"), pair, strict=True)
    ]
    return table(columns, rows)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns: the first to the left, all others to the right."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    rule = ["-" * width if place == 0 else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
    lines = [columns, rule, *rows]
    return "\n".join(
        "| "
        + " | ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in lines
    )


def percent(part: float) -> str:
    """``12.3 %``."""
    return f"{100 * part:.1f} %"
