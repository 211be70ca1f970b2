"""Where a text stops being XML, and what is open there.

Asks expat, which reads at the speed of C and knows the exact byte of the first breakage; libxml2
gives only a line and a column.  Works on bytes in UTF-8, so that places are the parser's own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from operator import itemgetter
from typing import Any
from xml.parsers import expat

from ctct_migrate.late_dataclass import dataclass

#: Start tags before the breakage that are remembered, each as a place where a window may begin.
_REMEMBERED = 64

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


@dataclass(frozen=True, slots=True)
class BreakingPoint:
    """The first breakage.

    at        0-based byte at which the parser stopped
    mismatch  whether an end tag stands there that does not fit
    ended     whether the text ended while something was open
    repeated  whether an attribute stands there that stands in its tag already
    opened    what is open there, outermost first
    before    bytes of the start tags that stand directly in the innermost open element
    starts    the last start tags ahead of the breakage, in their order, each with the names of the
              elements that it stands in: places from which the text can be parsed alone
    """

    at: int
    mismatch: bool
    ended: bool
    repeated: bool
    opened: tuple[Opened, ...]
    before: tuple[int, ...]
    starts: tuple[tuple[int, tuple[str, ...]], ...]


def reach(data: bytes, *, whole: bool = True) -> int | None:
    """The byte at which `data` (UTF-8) stops being well-formed, or None where it never does.
    With `whole` False its end may be missing."""
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(data, whole)
    except expat.ExpatError:
        return int(parser.ErrorByteIndex)
    return None


def reach_of_edit(
    data: bytes, broken: BreakingPoint, start: int, end: int, put: bytes
) -> int | None:
    """As `reach`, for `data` with `put` in place of its bytes `start` up to `end`; `broken` is
    where it breaks without.

    What stands ahead of the last start tag before the edit is well-formed, and the same for all
    edits: it is not parsed again, but start tags of the elements around stand in its place.
    """
    last = bisect_right(broken.starts, start, key=itemgetter(0)) - 1
    begin, names = broken.starts[last] if last >= 0 else (0, ())
    if not names:
        return reach(b"".join((data[:start], put, data[end:])))
    head = "".join(f"<{name}>" for name in names).encode()
    at = reach(b"".join((head, data[begin:start], put, data[end:])))
    return None if at is None else at - len(head) + begin


def first_break(data: bytes) -> BreakingPoint | None:
    """The first breakage of `data` (UTF-8), or None where it is well-formed."""
    parser = expat.ParserCreate("utf-8")
    opened: list[Opened] = []
    around: tuple[Any, ...] = ()  # the name of the innermost element, and what is around that
    starts: deque[tuple[int, int, tuple[Any, ...]]] = deque(maxlen=_REMEMBERED)

    def start(name: str, _: object) -> None:
        nonlocal around
        at = parser.CurrentByteIndex
        starts.append((len(opened), at, around))
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
            at - 2 if mismatch else at,  # expat points at the name
            mismatch,
            error.code in _AT_THE_END,
            error.code == _REPEATED,
            tuple(opened),
            tuple(at for level, at, _ in starts if level == depth),
            tuple((at, _names(held)) for _, at, held in starts),
        )
    return None


def _names(around: tuple[Any, ...]) -> tuple[str, ...]:
    """The names of elements that stand in each other, outermost first."""
    names = []
    while around:
        name, around = around
        names.append(name)
    return tuple(reversed(names))
