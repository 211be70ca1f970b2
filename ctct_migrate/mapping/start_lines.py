"""Lines: on which line an element of lxml's tree begins, without reading the document again.

lxml knows the line on which a start tag *ends*.  That is the line it begins on, unless the tag has
line ends in it.  A tag that goes on from the line before is seen from the text of the line: a ">"
stands there before any "<", which no attribute can hold.  Where a line begins in that way, the answer
is None, and the located tree has to be asked.
"""

from __future__ import annotations

from typing import Any

from ctct_migrate.source import Source

#: libxml2 keeps line numbers up to here exactly.
_LAST = 65_534

#: How the names of encodings begin in which the bytes of "<", ">" and LF stand for nothing else.
_WITH_ASCII = ("utf-8", "ascii", "iso8859", "cp125")


def lines_of(source: Source, nodes: list[Any]) -> list[int] | None:
    """The lines (1-based, of the file) on which the start tags of some lxml elements begin, or
    None where that cannot be told for sure."""
    data = source.data
    if not source.decoding.encoding.startswith(_WITH_ASCII):
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None  # libxml2 does not count a CR alone
    lines, before = source.byte_lines, source.first_line - 1
    found: list[int] = []
    last = 0
    for node in nodes:
        number = node.sourceline
        if number != last:
            if number is None or number > min(_LAST, len(lines)):
                return None
            if _goes_on_from_before(lines[number - 1]):
                return None
            last = number
        found.append(number + before)
    return found


def _goes_on_from_before(line: bytes) -> bool:
    """Whether a line may begin inside a tag that ends on it."""
    end = line.find(b">")
    return end >= 0 and line.find(b"<", 0, end) < 0
