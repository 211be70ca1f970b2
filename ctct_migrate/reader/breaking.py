"""Where a text stops being XML, and what is open there.  How far an edit of it gets is asked of
`reaching`.

Asks expat, which reads at the speed of C and knows the exact byte of the first breakage; libxml2
gives only a line and a column.  Works on bytes in UTF-8, so that places are the parser's own.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from xml.parsers import expat

from ctct_migrate.late_dataclass import dataclass

#: Start tags before the breakage at which a window may begin, at most.
_WINDOWS = 64

_CODES = expat.errors.codes
_MISMATCH = _CODES[expat.errors.XML_ERROR_TAG_MISMATCH]
_REPEATED = _CODES[expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE]
_AT_THE_END = frozenset(
    _CODES[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A start tag without its end tag so far: its name, and the byte of its `<`."""

    name: str
    start: int


#: Names of elements that stand in each other: the innermost, and what it stands in.
Around = tuple[Any, ...]


class TagAhead(NamedTuple):
    """A start tag ahead of the breakage: the 0-based byte of its `<`, and the elements that it
    stands in, with their number."""

    at: int
    depth: int
    around: Around


@dataclass(frozen=True, slots=True)
class BreakingPoint:
    """The first breakage.

    at        0-based byte at which the parser stopped: of an end tag that does not fit, its `<`
    mismatch  whether an end tag stands there that does not fit
    ended     whether the text ended while something was open
    repeated  whether an attribute stands there that stands in its tag already
    opened    what is open there, outermost first
    before    bytes of start tags that stand directly in the innermost open element
    starts    the start tags ahead of the breakage, in their order
    """

    at: int
    mismatch: bool
    ended: bool
    repeated: bool
    opened: tuple[Opened, ...]
    before: tuple[int, ...]
    starts: tuple[TagAhead, ...]

    @property
    def stopped(self) -> int:
        """The byte at which expat says that it stopped: of an end tag that does not fit, its name."""
        return self.at + len("</") if self.mismatch else self.at


def reach(data: bytes, *, whole: bool = True) -> int | None:
    """The byte at which `data` (UTF-8) stops being well-formed, or None where it never does.
    With `whole` False its end may be missing."""
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(data, whole)
    except expat.ExpatError:
        return int(parser.ErrorByteIndex)
    return None


def first_break(data: bytes) -> BreakingPoint | None:
    """The first breakage of `data` (UTF-8), or None where it is well-formed."""
    parser = expat.ParserCreate("utf-8")
    opened: list[Opened] = []
    starts: list[TagAhead] = []
    around: Around = ()

    def start(name: str, _: object) -> None:
        nonlocal around
        at = parser.CurrentByteIndex
        starts.append(TagAhead(at, len(opened), around))
        opened.append(Opened(name, at))
        around = (name, around)

    def end(_: str) -> None:
        nonlocal around
        opened.pop()
        around = around[1]

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        depth = len(opened)
        at, mismatch = int(parser.ErrorByteIndex), error.code == _MISMATCH
        return BreakingPoint(
            at - len("</") if mismatch else at,  # expat points at the name
            mismatch,
            error.code in _AT_THE_END,
            error.code == _REPEATED,
            tuple(opened),
            tuple(tag.at for tag in starts[-_WINDOWS:] if tag.depth == depth),
            tuple(starts),
        )
    return None
