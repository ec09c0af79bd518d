"""Writes SVG, one element after the other, with nothing in it that a browser must fetch or run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from chalicelib.documents.flowchart.lettering import FONT, LEADING, width

INK = "#17262b"
RULE = "#8b999d"
FAINT = "#dfe6e7"
PAPER = "#ffffff"
HEAD = "#e4f0f1"
ACCENT = "#0b5a66"
DONE = "#cfe6e2"
HERE = "#ffe9a8"

Point = tuple[float, float]


@dataclass(frozen=True)
class Style:
    """How a block of words looks: the height of its letters, weight, and where its lines begin or end."""

    size: float = 9.5
    bold: bool = False
    anchor: str = "start"

    @property
    def leading(self) -> float:
        """From one line's foot to the next."""
        return self.size * LEADING


@dataclass
class Canvas:
    """The elements of a picture in the order in which they lie on each other."""

    elements: list[str] = field(default_factory=list)

    def open(self, kind: str, **data: str) -> None:
        """Begin a group of a kind; ``data`` says what it stands for."""
        said = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
        self.elements.append(f'<g class="{kind}"{said}>')

    def close(self) -> None:
        """End the group."""
        self.elements.append("</g>")

    def box(self, at: Point, size: Point, *, fill: str = PAPER, stroke: str = RULE, **more: float) -> None:
        """A rectangle; ``more`` may be ``rx`` and ``stroke_width``."""
        said = "".join(f' {name.replace("_", "-")}="{_n(value)}"' for name, value in more.items())
        self.elements.append(
            f'<rect x="{_n(at[0])}" y="{_n(at[1])}" width="{_n(size[0])}" height="{_n(size[1])}"'
            f' fill="{fill}" stroke="{stroke}"{said}/>'
        )

    def polygon(
        self, points: Iterable[Point], *, fill: str = PAPER, stroke: str = INK, pen: float = 1
    ) -> None:
        """A closed shape."""
        said = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.elements.append(
            f'<polygon points="{said}" fill="{fill}" stroke="{stroke}" stroke-width="{_n(pen)}"/>'
        )

    def rule(self, top: Point, height: float) -> None:
        """A faint line down."""
        self.elements.append(f'<path d="M{_n(top[0])} {_n(top[1])}v{_n(height)}" stroke="{FAINT}"/>')

    def line(self, points: Sequence[Point], *, arrow: bool = False, dashed: bool = False) -> None:
        """A line through the points, with a head at its end or without."""
        said = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        end = ' marker-end="url(#arrow)"' if arrow else ""
        dash = ' stroke-dasharray="3 3"' if dashed else ""
        self.elements.append(f'<polyline points="{said}" fill="none" stroke="{INK}"{dash}{end}/>')

    def words(self, lines: Sequence[str], at: Point, style: Style) -> None:
        """Lines of words; ``at`` is the top of the first, at its start, middle or end."""
        if not lines:
            return
        weight = ' font-weight="bold"' if style.bold else ""
        spans = "".join(
            f'<tspan x="{_n(at[0])}" y="{_n(at[1] + style.leading * row + style.size)}"'
            f' textLength="{_n(width(line, style.size, bold=style.bold))}"'
            f' lengthAdjust="spacingAndGlyphs">{escape(line)}</tspan>'
            for row, line in enumerate(lines)
        )
        self.elements.append(
            f'<text font-size="{_n(style.size)}" text-anchor="{style.anchor}"{weight}>{spans}</text>'
        )

    def picture(self, size: Point, title: str, language: str) -> str:
        """The whole as an SVG document; it fills the width of a page of paper."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(size[0])} {_n(size[1])}"'
            f' width="{_n(size[0])}" height="{_n(size[1])}" lang="{language}"'
            f' aria-label="{escape(title)}" font-family="{FONT}" fill="{INK}">\n'
            f"<title>{escape(title)}</title>\n"
            '<marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7"'
            f' orient="auto"><path d="M0 0.5L8 4L0 7.5z" fill="{INK}"/></marker>\n'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(self.elements) + "\n</svg>\n"
        )


def _n(value: float) -> str:
    """A number as short as it can be said to a tenth."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
