"""Where everything of a flowchart's table lies, before any of it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.documents.flowchart.canvas import Point, Style
from chalicelib.documents.flowchart.lettering import width, wrap
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
"""Above a symbol its arrow comes in, below it the way that goes on has its name."""
BOX = (58.0, 30.0)
_DIAMOND = (66.0, 44.0)
_MARKER = (24.0, 20.0)
"""The size of the pentagon that names the line where it goes on."""
_LONGEST_LABEL = 118.0
_BESIDE = 6.0


@dataclass(frozen=True)
class Cell:
    """A cell with its words: where, how large, and whether the words are small."""

    at: Point
    size: Point
    lines: tuple[str, ...]


@dataclass
class Track:
    """A way that leaves a symbol at its side: its label, and the height at which it goes.

    ``lane`` is the x of the vertical that it takes to another row, ``slot`` which of those that come in there
    it is, from 1.
    """

    way: Arrow
    label: tuple[str, ...]
    size: Point
    """Of the mark or the end that it goes to; nothing where it takes a lane."""
    y: float = 0
    lane: float = 0
    slot: int = 0

    @property
    def height(self) -> float:
        """What it takes of its row."""
        return max(len(self.label) * SMALL.leading + 3, self.size[1] / 2) + max(self.size[1] / 2, 3) + 4


@dataclass
class Placed:
    """A line of the table with its place on the sheets."""

    line: FlowchartLine
    columns: tuple[int, ...]
    side: int
    """On which side of the symbol its ways leave: 1 is the right, -1 the left."""
    tracks: list[Track]
    down: tuple[str, ...] = ()
    """What the way to the next line is called."""
    slots: int = 0
    """How many lanes come in above the symbol, beside the way from the line before."""
    y: float = 0
    height: float = 0
    cells: list[Cell] = field(default_factory=list)
    symbol: Point = (0, 0)
    """The middle of its symbol."""

    @property
    def size(self) -> Point:
        """Of its symbol."""
        return _DIAMOND if self.line.shape == "diamond" else BOX

    def joins(self, slot: int = 0) -> float:
        """The height at which a way turns towards the symbol: a lane, or first that from the line before."""
        return self.y + 6 + slot * _SLOT


@dataclass(frozen=True)
class Columns:
    """The table's columns: the roles', with lanes at both sides of them, and the others, as x and width."""

    roles: tuple[str, ...]
    lanes: tuple[int, int]

    @property
    def mark(self) -> tuple[float, float]:
        """The line's number or letter."""
        return MARGIN, _MARK

    @property
    def does(self) -> tuple[float, float]:
        """*Kegiatan*."""
        return MARGIN + _MARK, _DOES

    @property
    def actors(self) -> tuple[float, float]:
        """All of *Pelaksana*, lanes and all."""
        return MARGIN + _MARK + _DOES, ROOM - _MARK - _DOES - _NEEDS - _TIME - _OUTPUT - _NOTE

    @property
    def standards(self) -> tuple[tuple[float, float], ...]:
        """*Kelengkapan*, *Waktu*, *Output*, *Keterangan*."""
        x = sum(self.actors)
        found = []
        for wide in (_NEEDS, _TIME, _OUTPUT, _NOTE):
            found.append((x, wide))
            x += wide
        return tuple(found)

    @property
    def inner(self) -> tuple[float, float]:
        """The room of the roles' columns, between the lanes."""
        left, right = (lanes * _LANE + _BEFORE_LANES * bool(lanes) for lanes in self.lanes)
        x, wide = self.actors
        return x + left, wide - left - right

    @property
    def each(self) -> float:
        """The width of one role's column."""
        return self.inner[1] / len(self.roles)

    def middle(self, column: int) -> float:
        """The x of a role's column."""
        return self.inner[0] + (column + 0.5) * self.each

    def lane(self, side: int, number: int) -> float:
        """The x of a lane, counted from the columns outwards."""
        x, wide = self.inner
        return x + wide + _BEFORE_LANES + number * _LANE if side > 0 else x - _BEFORE_LANES - number * _LANE

    def bus(self, placed: Placed) -> float:
        """The x beside a symbol where its ways part."""
        return placed.symbol[0] + placed.side * self.each / 2

    def stop(self, placed: Placed, track: Track) -> float:
        """The x at which a way comes to its mark or end."""
        longest = max((width(line, SMALL.size) for line in track.label), default=0.0)
        return self.bus(placed) + placed.side * (longest + 2 * _BESIDE + 8)


class Layout:
    """The table of these lines, laid on the sheets.

    ``roles`` are its columns, ``head`` the height of its head, ``heads`` where that stands.
    """

    def __init__(
        self, lines: Sequence[FlowchartLine], roles: tuple[str, ...], language: Language, head: float
    ) -> None:
        self._language = language
        self._head = head
        self.roles = roles
        self.heads: list[float] = []
        self.placed = [self._begun(line) for line in lines]
        lanes = self._lanes()
        self.columns = Columns(self.roles, (len(lanes[-1]), len(lanes[1])))
        for side, tracks in lanes.items():
            for number, track in enumerate(tracks):
                track.lane = self.columns.lane(side, number)
        for placed in self.placed:
            self._label(placed)

    def place(self, pen: Pen) -> None:
        """Give every line its place; a sheet that has some of them begins with the head again."""
        pen.turn_unless(self._height(self.placed[0]) + self._head)
        self._begin(pen)
        for placed in self.placed:
            placed.height = self._height(placed)
            if pen.turn_unless(placed.height):
                self._begin(pen)
            placed.y = pen.y
            self._settle(placed)
            pen.y += placed.height

    def target(self, track: Track) -> Placed:
        """The line that a lane leads to."""
        return next(placed for placed in self.placed if placed.line.mark == track.way.target)

    def _begin(self, pen: Pen) -> None:
        self.heads.append(pen.y)
        pen.y += self._head

    def _begun(self, line: FlowchartLine) -> Placed:
        columns = tuple(self.roles.index(role) for role in line.roles)
        own = columns[0]
        left = own - sum(other < own for other in columns)
        right = len(self.roles) - 1 - own - sum(other > own for other in columns)
        tracks = [Track(way, (), self._size(way)) for way in line.ways if way.leads != "down"]
        return Placed(line, columns, 1 if right >= left else -1, tracks)

    def _size(self, way: Arrow) -> Point:
        match way.leads:
            case "mark":
                return max(_MARKER[0], width(self.mark(way), SMALL.size, bold=True) + 14), _MARKER[1]
            case "end":
                return width(self.mark(way), SMALL.size) + 16, 18
            case _:
                return 0, 0

    def mark(self, way: Arrow) -> str:
        """The words in what a way goes to."""
        if way.leads == "end":
            return get_text(self._language, f"flowchart.ends.{way.target}")
        return get_text(self._language, "flowchart.back") if way.target == "back" else way.target

    def _lanes(self) -> dict[int, list[Track]]:
        """The ways that take a lane, by their side; the shorter lie nearer to the columns."""
        lanes: dict[int, list[tuple[int, int, Track]]] = {1: [], -1: []}
        order = {placed.line.mark: place for place, placed in enumerate(self.placed)}
        for place, placed in enumerate(self.placed):
            for track in placed.tracks:
                if track.way.leads == "lane":
                    length = abs(order[track.way.target] - place)
                    lanes[placed.side].append((length, place, track))
                    target = self.target(track)
                    target.slots += 1
                    track.slot = target.slots
        return {
            side: [track for *_, track in sorted(found, key=lambda one: one[:2])]
            for side, found in lanes.items()
        }

    def _label(self, placed: Placed) -> None:
        x, wide = self.columns.inner
        own = self.columns.middle(placed.columns[0])
        room = (x + wide - own if placed.side > 0 else own - x) - self.columns.each / 2
        way = next((way for way in placed.line.ways if way.leads == "down"), None)
        if way:
            beside = own - x if placed.side > 0 else x + wide - own
            placed.down = wrap(way.label, SMALL.size, min(beside - _BESIDE, _LONGEST_LABEL * 0.7))
        for track in placed.tracks:
            left = min(room - track.size[0] - 2 * _BESIDE - 10, _LONGEST_LABEL)
            track.label = wrap(track.way.label, SMALL.size, left)

    def _height(self, placed: Placed) -> float:
        placed.cells = self._cells(placed.line)
        words = max(len(cell.lines) for cell in placed.cells) * TEXT.leading + 2 * PAD
        drawn = max(placed.size[1], sum(track.height for track in placed.tracks))
        return max(words, _ABOVE + placed.slots * _SLOT + drawn + self._below(placed))

    def _below(self, placed: Placed) -> float:
        return max(_BELOW, len(placed.down) * SMALL.leading + _BESIDE)

    def _cells(self, line: FlowchartLine) -> list[Cell]:
        """The cells of words, at the table's top; their place is settled with the line's."""
        mark = [line.mark]
        does = [line.does, *([f"({line.where})"] if line.where else [])]
        note = [*([get_text(self._language, "flowchart.basis", basis=line.basis)] if line.basis else [])]
        note += [f"D: {decision}" for decision in line.decisions]
        said = (mark, does, [line.needs], [line.time], [line.output], note)
        places = (self.columns.mark, self.columns.does, *self.columns.standards)
        return [
            Cell((x, 0), (wide, 0), tuple(row for each in words for row in self._wrapped(each, wide)))
            for words, (x, wide) in zip(said, places, strict=True)
        ]

    def _wrapped(self, words: str, wide: float) -> tuple[str, ...]:
        return wrap(words, TEXT.size, wide - 2 * PAD)

    def _settle(self, placed: Placed) -> None:
        placed.cells = [
            Cell((cell.at[0], placed.y), (cell.size[0], placed.height), cell.lines) for cell in placed.cells
        ]
        above = _ABOVE + placed.slots * _SLOT
        middle = placed.y + above + (placed.height - above - self._below(placed)) / 2
        placed.symbol = (self.columns.middle(placed.columns[0]), middle)
        y = middle - sum(track.height for track in placed.tracks) / 2
        for track in placed.tracks:
            y += track.height
            track.y = y - max(track.size[1] / 2, 3) - 2
