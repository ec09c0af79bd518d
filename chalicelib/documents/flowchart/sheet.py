"""Sheets of A4 lying one below the other, so that the picture prints without a line of it being cut."""

from dataclasses import dataclass

WIDTH = 1188.0
"""Of a sheet, in quarters of a millimetre."""
HEIGHT = 840.0
MARGIN = 36.0
ROOM = WIDTH - 2 * MARGIN


@dataclass
class Pen:
    """Where on the sheets the next thing goes."""

    y: float = MARGIN

    @property
    def bottom(self) -> float:
        """Where the present sheet's room ends."""
        return (self.y // HEIGHT + 1) * HEIGHT - MARGIN

    def turn_unless(self, height: float) -> bool:
        """Go on to the next sheet where this one has no room for so much; whether that was so."""
        if self.y + height <= self.bottom:
            return False
        self.y = self.bottom + 2 * MARGIN
        return True

    @property
    def whole(self) -> float:
        """The height of all sheets begun."""
        return (self.y // HEIGHT + 1) * HEIGHT
