"""A run as a picture (SVG): a bar for each procedure with its endings, and the part that was late."""

from collections.abc import Iterator, Sequence
from html import escape

from infra.simulation.report import format_percent
from infra.simulation.summary import ENDINGS, YearSummary, get_percentile

_COLOURS = ("#2a7f4f", "#8fc7a3", "#d9a441", "#5b7db1", "#a9bcd9", "#6b6b6b", "#c9c9c9", "#9a6fb0", "#c0392b")
_LABEL, _BAR, _TEXT, _ROW, _TOP = 150, 560, 250, 44, 84
_WIDTH = _LABEL + _BAR + _TEXT
_LEAST = 0.03
"""The least part of a bar that has its number in it."""


def render_chart(summaries: Sequence[YearSummary], title: str) -> str:
    """Render the chart as one SVG document."""
    height = _TOP + _ROW * len(summaries) + 12
    head = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
    parts = [
        f'<svg {head} aria-label="{escape(title)}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" font-size="15" font-weight="bold">{escape(title)}</text>',
        *_draw_legend(),
        *(line for place, each in enumerate(summaries) for line in _draw_row(each, _TOP + place * _ROW)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _draw_legend() -> Iterator[str]:
    step = (_WIDTH - 24) / len(ENDINGS)
    for place, (ending, colour) in enumerate(zip(ENDINGS, _COLOURS, strict=True)):
        x = 12 + place * step
        yield f'<rect x="{x:.0f}" y="40" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17:.0f}" y="51">{ending}</text>'


def _draw_row(summary: YearSummary, y: int) -> Iterator[str]:
    yield f'<text x="12" y="{y + 19}">{escape(summary.procedure)}</text>'
    x = float(_LABEL)
    for ending, colour in zip(ENDINGS, _COLOURS, strict=True):
        part = summary.endings[ending] / summary.filed if summary.filed else 0
        width = part * _BAR
        if not width:
            continue
        yield (
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="28" fill="{colour}">'
            f"<title>{ending}: {summary.endings[ending]}</title></rect>"
        )
        if part >= _LEAST:
            dark = colour in ("#8fc7a3", "#d9a441", "#a9bcd9", "#c9c9c9")
            ink = "#000000" if dark else "#ffffff"
            yield (
                f'<text x="{x + width / 2:.1f}" y="{y + 18}" text-anchor="middle" fill="{ink}" '
                f'font-size="11">{summary.endings[ending]}</text>'
            )
        x += width
    left = _LABEL + _BAR + 14
    yield f'<text x="{left}" y="{y + 12}">late {format_percent(summary.breach_rate)}</text>'
    half, most = (get_percentile(summary.days_to_answer, part) for part in (0.5, 0.9))
    days = f"answer after {half:.1f} days, 90 % by {most:.1f}"
    yield f'<text x="{left}" y="{y + 27}" fill="#555555">{days}</text>'
