"""Which part of a long line is shown.

A line of a document can be a megabyte long, so nothing here looks at more of it than can be
shown.  Indices are 0-based and count characters of the line.
"""

from __future__ import annotations

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.output.cells import cells, shown

CLIP = "…"


@dataclass(frozen=True, slots=True)
class Window:
    """The characters `low` up to `high` of `line` are shown."""

    line: str
    low: int
    high: int

    @property
    def drawing(self) -> str:
        """What is printed: the characters, and a mark at each end that was cut off."""
        left = CLIP if self.low else ""
        right = CLIP if self.high < len(self.line) else ""
        return f"{left}{shown(self.line[self.low : self.high])}{right}"

    def cell(self, index: int) -> int:
        """The cell (0-based) in which the character at `index` begins; the ends of the window
        for characters outside it."""
        index = min(max(index, self.low), self.high)
        return bool(self.low) + cells(self.line[self.low : index])


def fits(line: str, start: int, end: int, width: int) -> bool:
    """Whether the characters `start` up to `end` can be shown together in `width` cells."""
    room = width - 2
    return end - start <= room and cells(line[start:end]) <= room


def window(line: str, start: int, end: int, width: int) -> Window:
    """The window of at most `width` cells around the characters `start` up to `end`.  A line that
    fits is shown whole; of a span that does not fit, the beginning is."""
    if len(line) <= width and cells(line) <= width:
        return Window(line, 0, len(line))
    room = width - 2  # for the marks of both ends
    low = high = min(start, len(line))
    room, high = _grown_right(line, high, min(end, len(line)), room)
    # What remains goes to both sides alike; what one does not need goes to the other.
    left, low = _grown_left(line, low, room // 2)
    room, high = _grown_right(line, high, len(line), room - room // 2 + left)
    _, low = _grown_left(line, low, room)
    return Window(line, low, high)


def _grown_right(line: str, high: int, end: int, room: int) -> tuple[int, int]:
    """The room that is left and the new index, after taking in characters up to `end`."""
    while high < end and (need := cells(line[high])) <= room:
        room, high = room - need, high + 1
    return room, high


def _grown_left(line: str, low: int, room: int) -> tuple[int, int]:
    while low and (need := cells(line[low - 1])) <= room:
        room, low = room - need, low - 1
    return room, low
