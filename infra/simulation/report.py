"""A run as text: a table of the governments, and the effect of another standard time."""

from collections.abc import Sequence

from infra.simulation.summary import ENDINGS, YearSummary, get_percentile


def format_year_table(summaries: Sequence[YearSummary]) -> str:
    """Format a row for each procedure: its complaints' endings, the part that was late, and the days."""
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
            summary.procedure,
            str(summary.filed),
            *(str(summary.endings[ending]) for ending in ENDINGS),
            format_percent(summary.breach_rate),
            str(summary.referred),
            *(f"{get_percentile(summary.days_to_answer, part):.1f}" for part in (0.5, 0.9)),
            *(f"{get_percentile(summary.days_to_end, part):.1f}" for part in (0.5, 0.9, 1)),
        ]
        for summary in summaries
    ]
    return format_table(columns, rows)


def format_trial_table(step: str, today: Sequence[YearSummary], tried: Sequence[YearSummary]) -> str:
    """Compare the tried standard time of a step with today's, for each procedure that has it."""
    columns = ["procedure", "", f"{step} overdue", "complaints late", "answer p50", "p90"]
    rows = [
        [
            summary.procedure,
            label,
            format_percent(summary.get_late_part(step)) if step in summary.steps else "-",
            format_percent(summary.breach_rate),
            *(f"{get_percentile(summary.days_to_answer, part):.1f}" for part in (0.5, 0.9)),
        ]
        for pair in zip(today, tried, strict=True)
        for label, summary in zip(("today", "tried"), pair, strict=True)
    ]
    return format_table(columns, rows)


def format_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a Markdown table with aligned columns: the first to the left, all others to the right."""
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


def format_percent(part: float) -> str:
    """Format a part of 1, as ``12.3 %``."""
    return f"{100 * part:.1f} %"
