"""A writer of SVG, element by element, without anything that a browser must fetch or run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from chalicelib.documents.flowchart.lettering import FONT, LEADING, measure

INK = "#17262b"
RULE = "#8b999d"
FAINT = "#dfe6e7"
PAPER = "#ffffff"
HEAD = "#e4f0f1"
DONE = "#cfe6e2"
HERE = "#ffe9a8"

Point = tuple[float, float]


@dataclass(frozen=True)
class Style:
    """The style of a text: the height of its letters, its weight, and its alignment."""

    size: float = 9.5
    bold: bool = False
    anchor: str = "start"

    @property
    def leading(self) -> float:
        """Return the distance from one line to the next."""
        return self.size * LEADING


@dataclass
class Canvas:
    """The elements of a picture, the lowest first."""

    elements: list[str] = field(default_factory=list)

    def open_group(self, kind: str, **data: str) -> None:
        """Begin a group of a kind; ``data`` describes its meaning."""
        attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
        self.elements.append(f'<g class="{kind}"{attributes}>')

    def close_group(self) -> None:
        self.elements.append("</g>")

    def draw_box(
        self, at: Point, size: Point, *, fill: str = PAPER, stroke: str = RULE, **more: float
    ) -> None:
        """Draw a rectangle; ``more`` may be ``rx`` and ``stroke_width``."""
        attributes = "".join(f' {name.replace("_", "-")}="{_format(value)}"' for name, value in more.items())
        self.elements.append(
            f'<rect x="{_format(at[0])}" y="{_format(at[1])}"'
            f' width="{_format(size[0])}" height="{_format(size[1])}"'
            f' fill="{fill}" stroke="{stroke}"{attributes}/>'
        )

    def draw_polygon(
        self, points: Iterable[Point], *, fill: str = PAPER, stroke: str = INK, pen: float = 1
    ) -> None:
        """Draw a closed shape."""
        path = " ".join(f"{_format(x)},{_format(y)}" for x, y in points)
        self.elements.append(
            f'<polygon points="{path}" fill="{fill}" stroke="{stroke}" stroke-width="{_format(pen)}"/>'
        )

    def draw_rule(self, top: Point, height: float) -> None:
        """Draw a faint line down."""
        self.elements.append(
            f'<path d="M{_format(top[0])} {_format(top[1])}v{_format(height)}" stroke="{FAINT}"/>'
        )

    def draw_line(self, points: Sequence[Point], *, arrow: bool = False, dashed: bool = False) -> None:
        """Draw a line through the points, with or without an arrow at its end."""
        path = " ".join(f"{_format(x)},{_format(y)}" for x, y in points)
        end = ' marker-end="url(#arrow)"' if arrow else ""
        dash = ' stroke-dasharray="3 3"' if dashed else ""
        self.elements.append(f'<polyline points="{path}" fill="none" stroke="{INK}"{dash}{end}/>')

    def draw_text(self, lines: Sequence[str], at: Point, style: Style) -> None:
        """Draw lines of text; ``at`` is the top of the first, at its start, middle or end."""
        if not lines:
            return
        weight = ' font-weight="bold"' if style.bold else ""
        spans = "".join(
            f'<tspan x="{_format(at[0])}" y="{_format(at[1] + style.leading * row + style.size)}"'
            f' textLength="{_format(measure(line, style.size, bold=style.bold))}"'
            f' lengthAdjust="spacingAndGlyphs">{escape(line)}</tspan>'
            for row, line in enumerate(lines)
        )
        self.elements.append(
            f'<text font-size="{_format(style.size)}" text-anchor="{style.anchor}"{weight}>{spans}</text>'
        )

    def to_svg(self, size: Point, title: str, language: str) -> str:
        """Return the SVG document; it fills the width of a page of paper."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_format(size[0])} {_format(size[1])}"'
            f' width="{_format(size[0])}" height="{_format(size[1])}" lang="{language}"'
            f' aria-label="{escape(title)}" font-family="{FONT}" fill="{INK}">\n'
            f"<title>{escape(title)}</title>\n"
            '<marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7"'
            f' orient="auto"><path d="M0 0.5L8 4L0 7.5z" fill="{INK}"/></marker>\n'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(self.elements) + "\n</svg>\n"
        )


def _format(value: float) -> str:
    """Return a number rounded to a tenth, without zeros at its end."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
