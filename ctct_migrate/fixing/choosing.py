"""Which fixes can be made at once: no two edits touch one place.

Two edits touch if they replace the same byte, or if one of them inserts text where the other
starts, ends or inserts.  Edits of one fix belong together, and are made in the order in which the
fix has them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import pairwise

from ctct_migrate.diagnostics import Edit, Fix
from ctct_migrate.source import Source


class TakenFix:
    """The places that the fixes chosen so far touch."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []

    def takes(self, fix: Fix) -> bool:
        """Adds the places of `fix`; False, and nothing is added, if one of them is taken."""
        ranges = [(edit.offset, edit.end_offset) for edit in fix.edits]
        if any(self._is_taken(*each) for each in ranges):
            return False
        for each in ranges:
            insort(self._ranges, each)
        return True

    def _is_taken(self, start: int, end: int) -> bool:
        # The ranges are disjoint and sorted: the neighbours on both sides are all that can touch.
        at = bisect_left(self._ranges, (start, end))
        return any(_touch((start, end), other) for other in self._ranges[max(0, at - 2) : at + 2])


def _touch(a: tuple[int, int], b: tuple[int, int]) -> bool:
    if a[0] == a[1] or b[0] == b[1]:
        return a[0] <= b[1] and b[0] <= a[1]
    return a[0] < b[1] and b[0] < a[1]


def is_sound(fix: Fix, source: Source) -> bool:
    """Whether the edits of one fix lie in the document and replace no byte twice."""
    low, high = source.first_offset, source.first_offset + len(source.data)
    ranges = sorted((edit.offset, edit.end_offset) for edit in fix.edits)
    inside = all(low <= start <= end <= high for start, end in ranges)
    apart = all(one[1] <= other[0] for one, other in pairwise(ranges))
    return bool(ranges) and inside and apart


def edited(source: Source, edits: Iterable[Edit]) -> bytes:
    """The bytes of `source` with `edits` applied, no two of which replace the same byte."""
    parts, at, base = [], 0, source.first_offset
    for edit in sorted(edits, key=lambda edit: (edit.offset, edit.end_offset)):
        parts.append(source.data[at : edit.offset - base])
        parts.append(source.encode(edit.text))
        at = edit.end_offset - base
    parts.append(source.data[at:])
    return b"".join(parts)
