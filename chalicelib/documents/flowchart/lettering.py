"""The width of text, and its wrapping.

The widths are those of Helvetica, which Arial and Liberation Sans share. Every line in the picture states its
length, so that another font is set to the same width.
"""

from functools import lru_cache

FONT = "Arial, Helvetica, 'Liberation Sans', Arimo, sans-serif"
LEADING = 1.22
"""The distance of two lines, in heights of the letters."""

_BOLDER = 1.07
_USUAL = 0.556
_WIDTHS = {
    0.191: "'",
    0.222: "ijl‘’",
    0.278: " !,./:;I[]\\ft·",
    0.333: "()-`r“”",
    0.355: '"',
    0.389: "*",
    0.5: "Jckvsxyz",
    0.584: "+<=>~",
    0.611: "FTZ",
    0.667: "&ABEKPSVXY",
    0.722: "CDHNRUw",
    0.778: "GOQ",
    0.833: "Mm",
    0.889: "%",
    0.944: "W",
    1.0: "…—",
    1.015: "@",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """Return the length of a line of text in letters of that height, in the same unit."""
    return sum(_WIDTH_OF.get(letter, _USUAL) for letter in text) * size * (_BOLDER if bold else 1)


@lru_cache(maxsize=2048)
def wrap(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return the text in lines no longer than the room; break a longer word, if possible after a "/"."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if measure(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *pieces, line = _break_word(word, size, room, bold=bold)
        lines += pieces
    return (*lines, line) if line else tuple(lines)


def _break_word(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter, size, bold=bold) > room:
            before, slash, after = pieces[-1].rpartition("/")
            pieces[-1:] = [before + slash, after] if slash else [pieces[-1], ""]
        pieces[-1] += letter
    return pieces
