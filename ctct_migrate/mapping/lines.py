"""Lines: on which line an element of lxml's tree begins, without reading the document again.

lxml knows the line on which a start tag *ends*.  That is the line it begins on, unless the tag has
line ends in it; whether it has is seen from the text of that line, which then does not hold the
beginning of the tag.  Where that does not settle it, the answer is None, and the located tree has
to be asked.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ctct_migrate.source import Source

#: libxml2 keeps line numbers up to here exactly.
_LAST = 65_534


def lines_of(source: Source, nodes: list[Any]) -> list[int] | None:
    """The lines (1-based, of the file) on which the start tags of some lxml elements begin, or
    None where that cannot be told for sure."""
    data = source.data
    if source.decoding.encoding.startswith(("utf-16", "utf-32")):
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None  # libxml2 does not count a CR alone
    lines = data.split(b"\n")
    claims: Counter[tuple[int, bytes]] = Counter()
    found = []
    for node in nodes:
        number = node.sourceline
        if number is None or number > _LAST or number > len(lines):
            return None
        prefix, name = node.prefix, node.tag.rpartition("}")[2]
        tag = f"<{prefix}:{name}" if prefix else f"<{name}"
        claim = (number, tag.encode(source.decoding.encoding, "replace"))
        claims[claim] += 1
        if claims[claim] > lines[number - 1].count(claim[1]):
            return None
        found.append(number + source.first_line - 1)
    return found
