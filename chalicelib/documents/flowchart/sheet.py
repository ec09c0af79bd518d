"""Sheets of A4, one below the other, so that no line of the picture is cut in printing."""

from dataclasses import dataclass

WIDTH = 1188.0
"""The width of a sheet, in quarters of a millimetre."""
HEIGHT = 840.0
MARGIN = 36.0
ROOM = WIDTH - 2 * MARGIN


@dataclass
class Pen:
    """The place of the next element on the sheets."""

    y: float = MARGIN

    @property
    def bottom(self) -> float:
        """Return the end of the current sheet's room."""
        return (self.y // HEIGHT + 1) * HEIGHT - MARGIN

    def turn_page_unless(self, height: float) -> bool:
        """Go to the next sheet where this one has no room for the height; return whether it did."""
        if self.y + height <= self.bottom:
            return False
        self.y = self.bottom + 2 * MARGIN
        return True

    @property
    def total_height(self) -> float:
        """Return the height of all sheets that were begun."""
        return (self.y // HEIGHT + 1) * HEIGHT
