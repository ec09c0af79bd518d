"""Draws a flowchart's table: its head on every sheet, its lines, their symbols, and the ways between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.documents.flowchart.canvas import DONE, HEAD, HERE, INK, PAPER, Canvas, Point, Style
from chalicelib.documents.flowchart.layout import BOX, PAD, ROW_HEAD, SMALL, TEXT, Layout, Placed, Track
from chalicelib.documents.flowchart.lettering import wrap
from chalicelib.documents.flowchart.lines import FlowchartLine
from chalicelib.documents.flowchart.sheet import Pen
from chalicelib.domain.procedure.model import Procedure
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language
from chalicelib.services.views.names import get_role_title

_BOLD = Style(8.5, bold=True, anchor="middle")
_PLAIN = Style(8.5, anchor="middle")
_NUMBER = Style(9.5, bold=True, anchor="middle")
_HEAD = ROW_HEAD + 5 * _PLAIN.leading + PAD
_FILL = {"done": DONE, "here": HERE}


@dataclass(frozen=True)
class FlowchartTable:
    """The table of some lines. ``states`` says of a line's mark whether it is "done" or "here"."""

    procedure: Procedure
    language: Language
    states: Mapping[str, str]

    def draw(self, canvas: Canvas, pen: Pen, lines: tuple[FlowchartLine, ...]) -> None:
        """Draw it from the pen on."""
        layout = Layout(lines, self._roles(lines), self.language, _HEAD)
        layout.place(pen)
        for placed in layout.placed:
            self._cells(canvas, layout, placed)
        for before, placed in zip(layout.placed, layout.placed[1:], strict=False):
            _way_down(canvas, before, placed)
        for placed in layout.placed:
            self._ways(canvas, layout, placed)
        for placed in layout.placed:
            self._symbols(canvas, layout, placed)
        # The head lies on the ways that run on from sheet to sheet.
        for y in layout.heads:
            self._head(canvas, layout, y)

    def _roles(self, lines: tuple[FlowchartLine, ...]) -> tuple[str, ...]:
        """The roles of the lines, in the order in which the procedure names them."""
        theirs = {role for line in lines for role in line.roles}
        return (
            *(role for role in self.procedure.roles if role in theirs),
            *sorted(theirs - {*self.procedure.roles}),
        )

    def _say(self, key: str) -> str:
        return get_text(self.language, f"flowchart.{key}")

    def _state(self, placed: Placed) -> str:
        return self.states.get(placed.line.mark, "")

    def _cells(self, canvas: Canvas, layout: Layout, placed: Placed) -> None:
        state = self._state(placed)
        canvas.open("line", mark=placed.line.mark, **({"state": state} if state else {}))
        x, wide = layout.columns.actors
        canvas.box((x, placed.y), (wide, placed.height), fill=PAPER)
        for column in range(1, len(layout.roles)):
            edge = layout.columns.inner[0] + column * layout.columns.each
            canvas.rule((edge, placed.y), placed.height)
        for number, cell in enumerate(placed.cells):
            canvas.open("cell")
            canvas.box(cell.at, cell.size, fill=_FILL.get(state, PAPER) if number < 2 else PAPER)
            middle = number == 0
            at = (cell.at[0] + (cell.size[0] / 2 if middle else PAD), cell.at[1] + PAD)
            canvas.words(cell.lines, at, _NUMBER if middle else TEXT)
            if middle and state:
                below = (at[0], at[1] + 1.4 * _NUMBER.leading)
                room = cell.size[0] - 4
                canvas.words(
                    wrap(self._say(f"states.{state}"), 7.5, room), below, Style(7.5, anchor="middle")
                )
            canvas.close()
        canvas.close()

    def _symbols(self, canvas: Canvas, layout: Layout, placed: Placed) -> None:
        fill, pen = _FILL.get(self._state(placed), PAPER), 2.5 if self._state(placed) == "here" else 1.2
        for column in placed.columns[1:]:
            x = layout.columns.middle(column)
            canvas.line([placed.symbol, (x, placed.symbol[1])], dashed=True)
            canvas.open("symbol", mark=placed.line.mark, shape="helper")
            _rectangle(canvas, (x, placed.symbol[1]), BOX, fill, 1.2)
            canvas.close()
        canvas.open("symbol", mark=placed.line.mark, shape=placed.line.shape)
        x, y = placed.symbol
        wide, high = placed.size
        if placed.line.shape == "diamond":
            canvas.polygon(
                [(x, y - high / 2), (x + wide / 2, y), (x, y + high / 2), (x - wide / 2, y)],
                fill=fill,
                pen=pen,
            )
        else:
            round_ = high / 2 if placed.line.shape in ("start", "end") else 0
            _rectangle(canvas, placed.symbol, placed.size, fill, pen, round_)
        canvas.words([placed.line.mark], (x, y - _NUMBER.size * 0.65), _NUMBER)
        canvas.close()

    def _ways(self, canvas: Canvas, layout: Layout, placed: Placed) -> None:
        bus = layout.columns.bus(placed)
        for track in placed.tracks:
            canvas.open("way", source=placed.line.mark, target=track.way.target, label=track.way.label)
            _label(canvas, track, bus, placed.side)
            side = placed.symbol[0] + placed.side * placed.size[0] / 2
            start: list[Point] = [(side, placed.symbol[1]), (bus, placed.symbol[1]), (bus, track.y)]
            if track.way.leads == "lane":
                target = layout.target(track)
                at = target.joins(track.slot)
                x, y = target.symbol
                start += [(track.lane, track.y), (track.lane, at), (x, at), (x, y - target.size[1] / 2)]
                canvas.line(start, arrow=True)
            else:
                stop = layout.columns.stop(placed, track)
                canvas.line([*start, (stop, track.y)], arrow=True)
                _goal(canvas, layout, placed, track)
            canvas.close()

    def _head(self, canvas: Canvas, layout: Layout, y: float) -> None:
        columns = layout.columns
        canvas.open("table-head")
        needs, time, output, note = columns.standards
        tall = ((columns.mark, "mark"), (columns.does, "does"), (note, "note"))
        for (x, wide), key in tall:
            self._heading(canvas, self._say(key), (x, y), (wide, _HEAD))
        self._heading(canvas, self._say("actors"), (columns.actors[0], y), (columns.actors[1], ROW_HEAD))
        self._heading(canvas, self._say("standard"), (needs[0], y), (note[0] - needs[0], ROW_HEAD))
        low = (_HEAD - ROW_HEAD, y + ROW_HEAD)
        for (x, wide), key in ((needs, "needs"), (time, "time"), (output, "output")):
            self._heading(canvas, self._say(key), (x, low[1]), (wide, low[0]))
        canvas.box((columns.actors[0], low[1]), (columns.actors[1], low[0]), fill=HEAD)
        for number, role in enumerate(layout.roles):
            title = get_role_title(role, self.procedure).get_words(self.language)
            left = columns.inner[0] + number * columns.each
            self._heading(canvas, title, (left, low[1]), (columns.each, low[0]), _PLAIN)
        canvas.close()

    def _heading(self, canvas: Canvas, words: str, at: Point, size: Point, style: Style = _BOLD) -> None:
        canvas.open("cell")
        canvas.box(at, size, fill=HEAD)
        lines = wrap(words, style.size, size[0] - 4, bold=style.bold)
        top = at[1] + (size[1] - len(lines) * style.leading) / 2 - 1
        canvas.words(lines, (at[0] + size[0] / 2, top), style)
        canvas.close()


def _way_down(canvas: Canvas, before: Placed, placed: Placed) -> None:
    """The way from a line to the next, where it has one."""
    way = next((way for way in before.line.ways if way.leads == "down"), None)
    if way is None:
        return
    canvas.open("way", source=before.line.mark, target=way.target, label=way.label)
    x, y = before.symbol[0], before.symbol[1] + before.size[1] / 2
    to = placed.symbol
    turn = placed.joins()
    canvas.line([(x, y), (x, turn), (to[0], turn), (to[0], to[1] - placed.size[1] / 2)], arrow=True)
    style = Style(SMALL.size, anchor="end" if before.side > 0 else "start")
    canvas.words(before.down, (x - 4 * before.side, y), style)
    canvas.close()


def _goal(canvas: Canvas, layout: Layout, placed: Placed, track: Track) -> None:
    """What a way ends at: the pentagon with the mark where it goes on, or a complaint's end."""
    wide, high = track.size
    stop, side = layout.columns.stop(placed, track), placed.side
    left = stop if side > 0 else stop - wide
    top = track.y - high / 2
    canvas.open("symbol", mark=layout.mark(track.way), shape=track.way.leads)
    middle, words = left + wide / 2, track.y - SMALL.size * 0.65
    if track.way.leads == "end":
        canvas.box((left, top), (wide, high), stroke=INK, rx=high / 2)
        canvas.words([layout.mark(track.way)], (middle, words), _PLAIN)
    else:
        low = top + high * 0.62
        right = left + wide
        canvas.polygon([(left, top), (right, top), (right, low), (middle, top + high), (left, low)])
        canvas.words([layout.mark(track.way)], (middle, words - 2.5), _BOLD)
    canvas.close()


def _label(canvas: Canvas, track: Track, bus: float, side: int) -> None:
    top = track.y - len(track.label) * SMALL.leading - 2
    style = Style(SMALL.size, anchor="start" if side > 0 else "end")
    canvas.words(track.label, (bus + side * 5, top), style)


def _rectangle(canvas: Canvas, middle: Point, size: Point, fill: str, pen: float, rx: float = 0) -> None:
    at = (middle[0] - size[0] / 2, middle[1] - size[1] / 2)
    canvas.box(at, size, fill=fill, stroke=INK, stroke_width=pen, rx=rx)
