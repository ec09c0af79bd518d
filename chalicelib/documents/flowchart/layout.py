"""The layout of a flowchart's table, computed before any of it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.documents.flowchart.canvas import Point, Style
from chalicelib.documents.flowchart.lettering import measure, wrap
from chalicelib.documents.flowchart.lines import Arrow, FlowchartLine
from chalicelib.documents.flowchart.sheet import MARGIN, ROOM, Pen
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language

TEXT = Style(9.5)
SMALL = Style(8.5)
PAD = 5.0
ROW_HEAD = 16.0
"""The height of the first of the two lines of a table's head."""

_MARK, _DOES, _NEEDS, _TIME, _OUTPUT, _NOTE = 30.0, 168.0, 104.0, 62.0, 96.0, 168.0
_LANE = 11.0
_BEFORE_LANES = 7.0
_SLOT = 8.0
_ABOVE, _BELOW = 16.0, 18.0
"""The room above a symbol for the incoming arrow, and below it for the onward arrow's label."""
BOX = (58.0, 30.0)
_DIAMOND = (66.0, 44.0)
_MARKER = (24.0, 20.0)
"""The size of the pentagon that names the line where an arrow continues."""
_LONGEST_LABEL = 118.0
_SIDE_GAP = 6.0


@dataclass(frozen=True)
class Cell:
    """A cell with its place, size and lines of text."""

    at: Point
    size: Point
    lines: tuple[str, ...]


@dataclass
class Track:
    """An arrow that leaves a symbol at its side: its label, and its height (``y``).

    ``lane`` is the x of its vertical part on the way to another row, ``slot`` its number (from 1) among those
    that arrive there.
    """

    arrow: Arrow
    label: tuple[str, ...]
    size: Point
    """The size of the mark or end that it leads to; zero where it takes a lane."""
    y: float = 0
    lane: float = 0
    slot: int = 0

    @property
    def height(self) -> float:
        """Return the height that it needs in its row."""
        return max(len(self.label) * SMALL.leading + 3, self.size[1] / 2) + max(self.size[1] / 2, 3) + 4


@dataclass
class Placed:
    """A line of the table with its place on the sheets."""

    line: FlowchartLine
    columns: tuple[int, ...]
    side: int
    """The side at which its arrows leave the symbol: 1 is the right, -1 the left."""
    tracks: list[Track]
    down: tuple[str, ...] = ()
    """The label of the arrow to the next line."""
    slots: int = 0
    """The number of lanes that arrive above the symbol, besides the arrow from the line before."""
    y: float = 0
    height: float = 0
    cells: list[Cell] = field(default_factory=list)
    symbol: Point = (0, 0)
    """The middle of the symbol."""

    @property
    def size(self) -> Point:
        """Return the size of the symbol."""
        return _DIAMOND if self.line.shape == "diamond" else BOX

    def get_turn(self, slot: int = 0) -> float:
        """Return the height at which an arrow turns towards the symbol; slot 0 is from the line before."""
        return self.y + 6 + slot * _SLOT


@dataclass(frozen=True)
class Columns:
    """The table's columns as x and width: those of the roles, with lanes at both sides, and the others."""

    roles: tuple[str, ...]
    lanes: tuple[int, int]

    @property
    def mark(self) -> tuple[float, float]:
        """Return the column of the line's number or letter."""
        return MARGIN, _MARK

    @property
    def does(self) -> tuple[float, float]:
        """Return the column *Kegiatan*, which says what is done."""
        return MARGIN + _MARK, _DOES

    @property
    def actors(self) -> tuple[float, float]:
        """Return the whole of *Pelaksana* with its lanes."""
        return MARGIN + _MARK + _DOES, ROOM - _MARK - _DOES - _NEEDS - _TIME - _OUTPUT - _NOTE

    @property
    def standards(self) -> tuple[tuple[float, float], ...]:
        """Return *Kelengkapan*, *Waktu*, *Output*, *Keterangan*."""
        x = sum(self.actors)
        columns = []
        for wide in (_NEEDS, _TIME, _OUTPUT, _NOTE):
            columns.append((x, wide))
            x += wide
        return tuple(columns)

    @property
    def inner(self) -> tuple[float, float]:
        """Return the room of the roles' columns, between the lanes."""
        left, right = (lanes * _LANE + _BEFORE_LANES * bool(lanes) for lanes in self.lanes)
        x, wide = self.actors
        return x + left, wide - left - right

    @property
    def each(self) -> float:
        """Return the width of one role's column."""
        return self.inner[1] / len(self.roles)

    def get_middle(self, column: int) -> float:
        """Return the middle x of a role's column."""
        return self.inner[0] + (column + 0.5) * self.each

    def get_lane(self, side: int, number: int) -> float:
        """Return the x of a lane; lanes are counted from the columns outwards."""
        x, wide = self.inner
        return x + wide + _BEFORE_LANES + number * _LANE if side > 0 else x - _BEFORE_LANES - number * _LANE

    def get_bus(self, placed: Placed) -> float:
        """Return the x next to a symbol where its arrows part."""
        return placed.symbol[0] + placed.side * self.each / 2

    def get_stop(self, placed: Placed, track: Track) -> float:
        """Return the x at which an arrow reaches its mark or end."""
        longest = max((measure(line, SMALL.size) for line in track.label), default=0.0)
        return self.get_bus(placed) + placed.side * (longest + 2 * _SIDE_GAP + 8)


class Layout:
    """The table of some lines, placed on the sheets.

    ``roles`` are its columns, ``head`` is the height of its head, ``heads`` are the places of the head.
    """

    def __init__(
        self, lines: Sequence[FlowchartLine], roles: tuple[str, ...], language: Language, head: float
    ) -> None:
        self._language = language
        self._head = head
        self.roles = roles
        self.heads: list[float] = []
        self.placed = [self._begin_line(line) for line in lines]
        lanes = self._list_lanes()
        self.columns = Columns(self.roles, (len(lanes[-1]), len(lanes[1])))
        for side, tracks in lanes.items():
            for number, track in enumerate(tracks):
                track.lane = self.columns.get_lane(side, number)
        for placed in self.placed:
            self._wrap_labels(placed)

    def place(self, pen: Pen) -> None:
        """Place every line; each further sheet begins with the head again."""
        pen.turn_page_unless(self._compute_height(self.placed[0]) + self._head)
        self._begin_sheet(pen)
        for placed in self.placed:
            placed.height = self._compute_height(placed)
            if pen.turn_page_unless(placed.height):
                self._begin_sheet(pen)
            placed.y = pen.y
            self._place_line(placed)
            pen.y += placed.height

    def find_target(self, track: Track) -> Placed:
        """Return the line that a lane leads to."""
        return next(placed for placed in self.placed if placed.line.mark == track.arrow.target)

    def _begin_sheet(self, pen: Pen) -> None:
        self.heads.append(pen.y)
        pen.y += self._head

    def _begin_line(self, line: FlowchartLine) -> Placed:
        columns = tuple(self.roles.index(role) for role in line.roles)
        own = columns[0]
        left = own - sum(other < own for other in columns)
        right = len(self.roles) - 1 - own - sum(other > own for other in columns)
        tracks = [
            Track(arrow, (), self._measure_end(arrow)) for arrow in line.arrows if arrow.leads != "down"
        ]
        return Placed(line, columns, 1 if right >= left else -1, tracks)

    def _measure_end(self, arrow: Arrow) -> Point:
        match arrow.leads:
            case "mark":
                return max(_MARKER[0], measure(self.get_mark(arrow), SMALL.size, bold=True) + 14), _MARKER[1]
            case "end":
                return measure(self.get_mark(arrow), SMALL.size) + 16, 18
            case _:
                return 0, 0

    def get_mark(self, arrow: Arrow) -> str:
        """Return the text of the mark or end that an arrow leads to."""
        if arrow.leads == "end":
            return get_text(self._language, f"flowchart.ends.{arrow.target}")
        return get_text(self._language, "flowchart.back") if arrow.target == "back" else arrow.target

    def _list_lanes(self) -> dict[int, list[Track]]:
        """Return the arrows that take a lane, by side; shorter lanes are nearer to the columns."""
        lanes: dict[int, list[tuple[int, int, Track]]] = {1: [], -1: []}
        order = {placed.line.mark: place for place, placed in enumerate(self.placed)}
        for place, placed in enumerate(self.placed):
            for track in placed.tracks:
                if track.arrow.leads == "lane":
                    length = abs(order[track.arrow.target] - place)
                    lanes[placed.side].append((length, place, track))
                    target = self.find_target(track)
                    target.slots += 1
                    track.slot = target.slots
        return {
            side: [track for *_, track in sorted(entries, key=lambda entry: entry[:2])]
            for side, entries in lanes.items()
        }

    def _wrap_labels(self, placed: Placed) -> None:
        x, wide = self.columns.inner
        own = self.columns.get_middle(placed.columns[0])
        room = (x + wide - own if placed.side > 0 else own - x) - self.columns.each / 2
        arrow = next((arrow for arrow in placed.line.arrows if arrow.leads == "down"), None)
        if arrow:
            space = own - x if placed.side > 0 else x + wide - own
            placed.down = wrap(arrow.label, SMALL.size, min(space - _SIDE_GAP, _LONGEST_LABEL * 0.7))
        for track in placed.tracks:
            left = min(room - track.size[0] - 2 * _SIDE_GAP - 10, _LONGEST_LABEL)
            track.label = wrap(track.arrow.label, SMALL.size, left)

    def _compute_height(self, placed: Placed) -> float:
        placed.cells = self._build_cells(placed.line)
        text_height = max(len(cell.lines) for cell in placed.cells) * TEXT.leading + 2 * PAD
        drawn = max(placed.size[1], sum(track.height for track in placed.tracks))
        return max(text_height, _ABOVE + placed.slots * _SLOT + drawn + self._get_room_below(placed))

    def _get_room_below(self, placed: Placed) -> float:
        return max(_BELOW, len(placed.down) * SMALL.leading + _SIDE_GAP)

    def _build_cells(self, line: FlowchartLine) -> list[Cell]:
        """Return the text cells at the table's top; ``_place_line`` moves them."""
        mark = [line.mark]
        does = [line.does, *([f"({line.where})"] if line.where else [])]
        note = [*([get_text(self._language, "flowchart.basis", basis=line.basis)] if line.basis else [])]
        note += [f"D: {decision}" for decision in line.decisions]
        columns = (mark, does, [line.needs], [line.time], [line.output], note)
        places = (self.columns.mark, self.columns.does, *self.columns.standards)
        return [
            Cell((x, 0), (wide, 0), tuple(row for text in texts for row in self._wrap(text, wide)))
            for texts, (x, wide) in zip(columns, places, strict=True)
        ]

    def _wrap(self, content: str, wide: float) -> tuple[str, ...]:
        return wrap(content, TEXT.size, wide - 2 * PAD)

    def _place_line(self, placed: Placed) -> None:
        placed.cells = [
            Cell((cell.at[0], placed.y), (cell.size[0], placed.height), cell.lines) for cell in placed.cells
        ]
        above = _ABOVE + placed.slots * _SLOT
        middle = placed.y + above + (placed.height - above - self._get_room_below(placed)) / 2
        placed.symbol = (self.columns.get_middle(placed.columns[0]), middle)
        y = middle - sum(track.height for track in placed.tracks) / 2
        for track in placed.tracks:
            y += track.height
            track.y = y - max(track.size[1] / 2, 3) - 2
