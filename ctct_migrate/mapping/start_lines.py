"""Lines: on which line an element of lxml's tree begins, without reading the document again.

lxml knows the line on which a start tag *ends*.  That is the line it begins on, unless the tag has
line ends in it; whether it has is seen from the text of that line, which then does not hold the
beginning of the tag.  Where that does not settle it, the answer is None, and the located tree has
to be asked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ctct_migrate.source import Source

#: libxml2 keeps line numbers up to here exactly.
_LAST = 65_534


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
    for node in nodes:
        if node is not last:
            number = node.sourceline
            if number is None or number > _LAST:
                return None
            # The next beginning of such a tag that is not on a line before; each serves once.
            beginning, at_line = _beginning(node.prefix, node.tag, encoding), 0
            while at_line < number:
                start = data.find(beginning, at)
                if start < 0:
                    return None
                at_line = line = line + data.count(b"\n", at, start)
                at = start + 1
            if at_line > number:
                return None
            last = node
        found.append(line + source.first_line - 1)
    return found


@lru_cache(maxsize=512)
def _beginning(prefix: str | None, tag: str, encoding: str) -> bytes:
    """How the start tag of an element begins."""
    name = tag.rpartition("}")[2]
    return (f"<{prefix}:{name}" if prefix else f"<{name}").encode(encoding, "replace")
