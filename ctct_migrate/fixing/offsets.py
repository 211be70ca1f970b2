"""Offsets: where a place of a document is after edits, and where it was before them.

Everything is in bytes of the file (0-based), as in `Edit`.  An offset inside a replaced part is
drawn to the part's start.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from ctct_migrate.diagnostics import Edit
from ctct_migrate.source import Source


class Offsets:
    """The edits of one pass, as two tables of offsets.

    >>> moved = Offsets(Source("a.xml", b"<a>no</a>"), [Edit(3, 5, "NO!")])
    >>> moved.after(5), moved.before(6), moved.is_written(4, 6), moved.is_written(0, 6)
    (6, 5, True, False)
    """

    def __init__(self, source: Source, edits: Sequence[Edit]):
        edits = sorted(edits, key=lambda edit: (edit.offset, edit.end_offset))
        #: How many bytes each edit writes, and by how much it and those before it move the rest.
        sizes = [len(source.encode(edit.text)) for edit in edits]
        self._moved = list(
            accumulate(
                size - (edit.end_offset - edit.offset)
                for size, edit in zip(sizes, edits, strict=True)
            )
        )
        self._old = [(edit.offset, edit.end_offset) for edit in edits]
        starts = [
            start + (self._moved[at - 1] if at else 0) for at, (start, _) in enumerate(self._old)
        ]
        #: The parts of the new text that the edits wrote.
        self.written = [(start, start + size) for start, size in zip(starts, sizes, strict=True)]

    def after(self, offset: int) -> int:
        """Where the byte at `offset` of the old text is in the new one."""
        return _other(offset, self._old, self.written)

    def before(self, offset: int) -> int:
        """Where the byte at `offset` of the new text was in the old one."""
        return _other(offset, self.written, self._old)

    def is_written(self, start: int, end: int) -> bool:
        """Whether the new text from `start` to `end` was written by an edit, all of it; for an
        empty range, whether it is in such a part or at an end of one."""
        at = bisect_right(self.written, start, key=lambda part: part[0])
        near = self.written[max(0, at - 2) : at + 1]
        return any(low <= start and end <= high for low, high in near)

    @property
    def replaced(self) -> int:
        """How many bytes of the old text the edits replace."""
        return sum(end - start for start, end in self._old)

    @property
    def last(self) -> int:
        """The end of the last part that was written, in the new text; 0 without edits."""
        return self.written[-1][1] if self.written else 0


def _other(offset: int, here: list[tuple[int, int]], there: list[tuple[int, int]]) -> int:
    at = bisect_right(here, offset, key=lambda part: part[0]) - 1
    if at < 0:
        return offset
    (start, end), (other_start, other_end) = here[at], there[at]
    if start < offset < end or offset == start < end:
        return other_start
    return offset - end + other_end
