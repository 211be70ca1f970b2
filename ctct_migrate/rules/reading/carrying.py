"""Carries what is said of an edited document back to the places of the document as it is.

A document that is hard to read is read after an edit that makes it easy; its author sees the
places, and edits the bytes, of the one that was not edited.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from ctct_migrate.diagnostics import Diagnostic, Edit
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.reader.document import Document
from ctct_migrate.source import Source, Span

#: Replace the characters from the first up to the second place by a text.
Change = tuple[int, int, str]


@dataclass(frozen=True)
class Edited:
    """A document before and after `changes`, which are in order and do not overlap."""

    before: Document
    after: Document
    changes: tuple[Change, ...]

    @cached_property
    def characters(self) -> _Moves:
        """Characters of the text after the changes to those before."""
        return _Moves([(start, end, len(put)) for start, end, put in self.changes])

    @cached_property
    def bytes(self) -> _Moves:
        """Bytes of the file after the changes to those before."""
        source = self.before.source
        return _Moves(
            [
                (source.offset(start), source.offset(end), len(source.encode(put)))
                for start, end, put in self.changes
            ]
        )


def edited(document: Document, changes: Sequence[Change]) -> Edited:
    """The document with `changes` (in order, not overlapping) made to its text."""
    source = document.source
    base, parts, at = source.first_offset, [], 0
    for start, end, put in changes:
        parts += [source.data[at : source.offset(start) - base], source.encode(put)]
        at = source.offset(end) - base
    parts.append(source.data[at:])
    data = b"".join(parts)
    after = Source(source.path, data, first_line=source.first_line, first_offset=base)
    return Edited(document, Document(after), tuple(changes))


class _Moves:
    """Where places after edits were before them; each edit is `(start, end, new length)`."""

    def __init__(self, edits: Sequence[tuple[int, int, int]]):
        self._edits = edits
        self._starts: list[int] = []
        shift = 0
        for start, end, length in edits:
            self._starts.append(start + shift)
            shift += length - (end - start)

    def back(self, at: int) -> int:
        """The place before the edits of the place `at` after them."""
        number = bisect_right(self._starts, at) - 1
        if number < 0:
            return at
        start, end, length = self._edits[number]
        begin = self._starts[number]
        if at == begin:
            return start
        if at < begin + length:
            return min(end, start + at - begin)
        return end + at - begin - length


def carried(diagnostic: Diagnostic, steps: Sequence[Edited]) -> Diagnostic:
    """A diagnostic of the document after `steps`, which follow one another, at the places of the
    one before them."""
    if not steps:
        return diagnostic
    before, after = steps[0].before.source, steps[-1].after.source

    def index(line: int, column: int) -> int:
        at = after.index(line, column)
        for step in reversed(steps):
            at = step.characters.back(at)
        return at

    def span(old: Span) -> Span:
        start = index(old.start.line, old.start.column)
        return before.span(start, max(start, index(old.end.line, old.end.column)))

    def offset(at: int) -> int:
        for step in reversed(steps):
            at = step.bytes.back(at)
        return at

    def edit(old: Edit) -> Edit:
        start = offset(old.offset)
        return Edit(start, max(start, offset(old.end_offset)), old.text)

    return replace(
        diagnostic,
        span=span(diagnostic.span),
        labels=tuple(replace(each, span=span(each.span)) for each in diagnostic.labels),
        fixes=tuple(
            replace(each, edits=tuple(edit(old) for old in each.edits)) for each in diagnostic.fixes
        ),
        members=tuple(carried(each, steps) for each in diagnostic.members),
    )
