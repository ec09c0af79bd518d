"""The drawing of a flowchart's table: its head on every sheet, its lines, their symbols and arrows."""

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
    """The table of some lines. ``states`` has "done" or "here" by the marks of lines."""

    procedure: Procedure
    language: Language
    states: Mapping[str, str]

    def draw(self, canvas: Canvas, pen: Pen, lines: tuple[FlowchartLine, ...]) -> None:
        """Draw the table from the pen's place on."""
        layout = Layout(lines, self._list_roles(lines), self.language, _HEAD)
        layout.place(pen)
        for placed in layout.placed:
            self._draw_cells(canvas, layout, placed)
        for before, placed in zip(layout.placed, layout.placed[1:], strict=False):
            _draw_arrow_down(canvas, before, placed)
        for placed in layout.placed:
            self._draw_arrows(canvas, layout, placed)
        for placed in layout.placed:
            self._draw_symbols(canvas, layout, placed)
        # The head covers the arrows that continue from sheet to sheet.
        for y in layout.heads:
            self._draw_head(canvas, layout, y)

    def _list_roles(self, lines: tuple[FlowchartLine, ...]) -> tuple[str, ...]:
        """Return the roles of the lines, in the procedure's order."""
        used = {role for line in lines for role in line.roles}
        return (
            *(role for role in self.procedure.roles if role in used),
            *sorted(used - {*self.procedure.roles}),
        )

    def _get_text(self, key: str) -> str:
        return get_text(self.language, f"flowchart.{key}")

    def _get_state(self, placed: Placed) -> str:
        return self.states.get(placed.line.mark, "")

    def _draw_cells(self, canvas: Canvas, layout: Layout, placed: Placed) -> None:
        state = self._get_state(placed)
        canvas.open_group("line", mark=placed.line.mark, **({"state": state} if state else {}))
        x, wide = layout.columns.actors
        canvas.draw_box((x, placed.y), (wide, placed.height), fill=PAPER)
        for column in range(1, len(layout.roles)):
            edge = layout.columns.inner[0] + column * layout.columns.each
            canvas.draw_rule((edge, placed.y), placed.height)
        for number, cell in enumerate(placed.cells):
            canvas.open_group("cell")
            canvas.draw_box(cell.at, cell.size, fill=_FILL.get(state, PAPER) if number < 2 else PAPER)
            middle = number == 0
            at = (cell.at[0] + (cell.size[0] / 2 if middle else PAD), cell.at[1] + PAD)
            canvas.draw_text(cell.lines, at, _NUMBER if middle else TEXT)
            if middle and state:
                below = (at[0], at[1] + 1.4 * _NUMBER.leading)
                room = cell.size[0] - 4
                canvas.draw_text(
                    wrap(self._get_text(f"states.{state}"), 7.5, room), below, Style(7.5, anchor="middle")
                )
            canvas.close_group()
        canvas.close_group()

    def _draw_symbols(self, canvas: Canvas, layout: Layout, placed: Placed) -> None:
        fill, pen = (
            _FILL.get(self._get_state(placed), PAPER),
            2.5 if self._get_state(placed) == "here" else 1.2,
        )
        for column in placed.columns[1:]:
            x = layout.columns.get_middle(column)
            canvas.draw_line([placed.symbol, (x, placed.symbol[1])], dashed=True)
            canvas.open_group("symbol", mark=placed.line.mark, shape="helper")
            _draw_rectangle(canvas, (x, placed.symbol[1]), BOX, fill, 1.2)
            canvas.close_group()
        canvas.open_group("symbol", mark=placed.line.mark, shape=placed.line.shape)
        x, y = placed.symbol
        wide, high = placed.size
        if placed.line.shape == "diamond":
            canvas.draw_polygon(
                [(x, y - high / 2), (x + wide / 2, y), (x, y + high / 2), (x - wide / 2, y)],
                fill=fill,
                pen=pen,
            )
        else:
            round_ = high / 2 if placed.line.shape in ("start", "end") else 0
            _draw_rectangle(canvas, placed.symbol, placed.size, fill, pen, round_)
        canvas.draw_text([placed.line.mark], (x, y - _NUMBER.size * 0.65), _NUMBER)
        canvas.close_group()

    def _draw_arrows(self, canvas: Canvas, layout: Layout, placed: Placed) -> None:
        bus = layout.columns.get_bus(placed)
        for track in placed.tracks:
            canvas.open_group(
                "way", source=placed.line.mark, target=track.arrow.target, label=track.arrow.label
            )
            _draw_label(canvas, track, bus, placed.side)
            side = placed.symbol[0] + placed.side * placed.size[0] / 2
            start: list[Point] = [(side, placed.symbol[1]), (bus, placed.symbol[1]), (bus, track.y)]
            if track.arrow.leads == "lane":
                target = layout.find_target(track)
                at = target.get_turn(track.slot)
                x, y = target.symbol
                start += [(track.lane, track.y), (track.lane, at), (x, at), (x, y - target.size[1] / 2)]
                canvas.draw_line(start, arrow=True)
            else:
                stop = layout.columns.get_stop(placed, track)
                canvas.draw_line([*start, (stop, track.y)], arrow=True)
                _draw_end(canvas, layout, placed, track)
            canvas.close_group()

    def _draw_head(self, canvas: Canvas, layout: Layout, y: float) -> None:
        columns = layout.columns
        canvas.open_group("table-head")
        needs, time, output, note = columns.standards
        tall = ((columns.mark, "mark"), (columns.does, "does"), (note, "note"))
        for (x, wide), key in tall:
            self._draw_heading(canvas, self._get_text(key), (x, y), (wide, _HEAD))
        self._draw_heading(
            canvas, self._get_text("actors"), (columns.actors[0], y), (columns.actors[1], ROW_HEAD)
        )
        self._draw_heading(canvas, self._get_text("standard"), (needs[0], y), (note[0] - needs[0], ROW_HEAD))
        low = (_HEAD - ROW_HEAD, y + ROW_HEAD)
        for (x, wide), key in ((needs, "needs"), (time, "time"), (output, "output")):
            self._draw_heading(canvas, self._get_text(key), (x, low[1]), (wide, low[0]))
        canvas.draw_box((columns.actors[0], low[1]), (columns.actors[1], low[0]), fill=HEAD)
        for number, role in enumerate(layout.roles):
            title = get_role_title(role, self.procedure).get_words(self.language)
            left = columns.inner[0] + number * columns.each
            self._draw_heading(canvas, title, (left, low[1]), (columns.each, low[0]), _PLAIN)
        canvas.close_group()

    def _draw_heading(
        self, canvas: Canvas, heading: str, at: Point, size: Point, style: Style = _BOLD
    ) -> None:
        canvas.open_group("cell")
        canvas.draw_box(at, size, fill=HEAD)
        lines = wrap(heading, style.size, size[0] - 4, bold=style.bold)
        top = at[1] + (size[1] - len(lines) * style.leading) / 2 - 1
        canvas.draw_text(lines, (at[0] + size[0] / 2, top), style)
        canvas.close_group()


def _draw_arrow_down(canvas: Canvas, before: Placed, placed: Placed) -> None:
    """Draw the arrow from a line to the next, where it has one."""
    arrow = next((arrow for arrow in before.line.arrows if arrow.leads == "down"), None)
    if arrow is None:
        return
    canvas.open_group("way", source=before.line.mark, target=arrow.target, label=arrow.label)
    x, y = before.symbol[0], before.symbol[1] + before.size[1] / 2
    to = placed.symbol
    turn = placed.get_turn()
    canvas.draw_line([(x, y), (x, turn), (to[0], turn), (to[0], to[1] - placed.size[1] / 2)], arrow=True)
    style = Style(SMALL.size, anchor="end" if before.side > 0 else "start")
    canvas.draw_text(before.down, (x - 4 * before.side, y), style)
    canvas.close_group()


def _draw_end(canvas: Canvas, layout: Layout, placed: Placed, track: Track) -> None:
    """Draw the end of an arrow: a pentagon with the mark where it continues, or a complaint's end."""
    wide, high = track.size
    stop, side = layout.columns.get_stop(placed, track), placed.side
    left = stop if side > 0 else stop - wide
    top = track.y - high / 2
    canvas.open_group("symbol", mark=layout.get_mark(track.arrow), shape=track.arrow.leads)
    middle, top_of_text = left + wide / 2, track.y - SMALL.size * 0.65
    if track.arrow.leads == "end":
        canvas.draw_box((left, top), (wide, high), stroke=INK, rx=high / 2)
        canvas.draw_text([layout.get_mark(track.arrow)], (middle, top_of_text), _PLAIN)
    else:
        low = top + high * 0.62
        right = left + wide
        canvas.draw_polygon([(left, top), (right, top), (right, low), (middle, top + high), (left, low)])
        canvas.draw_text([layout.get_mark(track.arrow)], (middle, top_of_text - 2.5), _BOLD)
    canvas.close_group()


def _draw_label(canvas: Canvas, track: Track, bus: float, side: int) -> None:
    top = track.y - len(track.label) * SMALL.leading - 2
    style = Style(SMALL.size, anchor="start" if side > 0 else "end")
    canvas.draw_text(track.label, (bus + side * 5, top), style)


def _draw_rectangle(canvas: Canvas, middle: Point, size: Point, fill: str, pen: float, rx: float = 0) -> None:
    at = (middle[0] - size[0] / 2, middle[1] - size[1] / 2)
    canvas.draw_box(at, size, fill=fill, stroke=INK, stroke_width=pen, rx=rx)
