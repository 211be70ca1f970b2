"""Byte offsets of edits, found again in the text.

Spans come with lines and columns, but edits are in bytes of the file.  `Source` turns characters
into bytes; here is the way back, by bisection: no table is built, and a document with no fixes
pays nothing.
"""

from __future__ import annotations

from bisect import bisect_left

from ctct_migrate.diagnostics import Edit
from ctct_migrate.source import Source, Span


def character(source: Source, offset: int) -> int:
    """Index, in `source.text`, of the character at byte `offset` of the file."""
    return bisect_left(range(len(source.text)), offset, key=source.offset)


def edited(source: Source, edit: Edit) -> Span:
    """The span that `edit` replaces."""
    return source.span(character(source, edit.offset), character(source, edit.end_offset))
