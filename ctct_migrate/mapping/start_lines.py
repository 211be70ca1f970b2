"""Lines: on which line an element of lxml's tree begins, without reading the document again.

lxml knows the line on which a start tag *ends*.  That is the line it begins on, unless the tag has
line ends in it.  A tag that goes on from the line before is seen from the text of the line: a ">"
stands there before any "<", which no attribute can hold.  Where a line begins in that way, or does
not hold the beginning of the tag, the answer is None, and the located tree has to be asked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ctct_migrate.source import Source

#: libxml2 keeps line numbers up to here exactly.
_LAST = 65_534

#: Beginnings on lines before that are gone through; there may be one in each entry of a feed.
_FEW = 4


def lines_of(source: Source, nodes: list[Any]) -> list[int] | None:
    """The lines (1-based, of the file) on which the start tags of some lxml elements begin, or
    None where that cannot be told for sure, or where they are not in document order."""
    data, encoding = source.data, source.decoding.encoding
    if encoding.startswith(("utf-16", "utf-32")):
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None  # libxml2 does not count a CR alone
    found: list[int] = []
    last, at, line = None, 0, 1
    goes_on = False
    for node in nodes:
        if node is not last:
            number = node.sourceline
            if number is None or number > _LAST:
                return None
            # The next beginning of such a tag that is not on a line before; each serves once.
            beginning, at_line, tried = _beginning(node.prefix, node.tag, encoding), 0, 0
            while at_line < number:
                tried += 1
                if tried == _FEW and line < number <= len(source.byte_lines):
                    at, line = source.byte_lines[number - 1], number
                    goes_on = _goes_on_from_before(data, at)
                start = data.find(beginning, at)
                if start < 0:
                    return None
                if ends := data.count(b"\n", at, start):
                    line += ends
                    goes_on = _goes_on_from_before(data, start)
                at_line, at = line, start + 1
            if at_line > number or goes_on:
                return None
            last = node
        found.append(line + source.first_line - 1)
    return found


def _goes_on_from_before(data: bytes, at: int) -> bool:
    """Whether the line of a "<" (bytes, 0-based) may begin inside a tag that ends before it."""
    line_start = data.rfind(b"\n", 0, at) + 1
    return data.find(b">", line_start, data.find(b"<", line_start)) >= 0


@lru_cache(maxsize=512)
def _beginning(prefix: str | None, tag: str, encoding: str) -> bytes:
    """How the start tag of an element begins."""
    name = tag.rpartition("}")[2]
    return (f"<{prefix}:{name}" if prefix else f"<{name}").encode(encoding, "replace")
