"""How far an edit of a malformed text gets the parser, without parsing what the edit leaves as it is.

A search for a repair tries hundreds of edits of one text, most of them close to each other and far
from where the text breaks.  What stands ahead of an edit is well-formed, and start tags of the
elements around the edit stand in its place.  After an edit the text is parsed up to the next start
tag.  From there on it is read as before, if the elements that it closes are the same; then it breaks
where it broke before, unless what is left open by the edit makes a difference there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from xml.parsers import expat

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.breaking import Around, BreakingPoint, reach

_END_TAG_NAME = late_compile(rb"</([^\s>]*+)")


class Reach:
    """How far edits of `data` (UTF-8) get, which breaks at `broken`."""

    def __init__(self, data: bytes, broken: BreakingPoint):
        self._data, self._broken = data, broken
        self._places = [tag.at for tag in broken.starts]
        self._lowest = _lowest(broken)
        name = _END_TAG_NAME.match(data, broken.at) if broken.mismatch else None
        self._closing = None if name is None else name[1].decode("utf-8", "replace")

    def of_edit(self, start: int, end: int, put: bytes) -> int | None:
        """The byte of the edited text, with `put` in place of the bytes `start` up to `end`, at which
        it stops being well-formed; None where it never does."""
        first = bisect_right(self._places, start) - 1
        around = self._broken.starts[first].around if first >= 0 else ()
        if not around:
            return reach(b"".join((self._data[:start], put, self._data[end:])))
        begin, head = self._places[first], _start_tags(around)
        ahead = b"".join((head, self._data[begin:start], put))
        moved = begin - len(head)
        after = bisect_left(self._places, end)
        if after < len(self._places):
            stopped, same = self._up_to(after, ahead, end, around)
            if stopped is not None:
                return stopped + moved
            if same:
                return self._broken.stopped + len(put) - (end - start)
        at = reach(ahead + self._data[end:])
        return None if at is None else at + moved

    def _up_to(self, after: int, ahead: bytes, end: int, around: Around) -> tuple[int | None, bool]:
        """Where `ahead`, with what follows the byte `end` up to a start tag, stops being well-formed;
        if it does not, whether the text then breaks where it broke before."""
        tag = self._broken.starts[after]
        stop = self._data.find(b">", tag.at) + 1
        parser = expat.ParserCreate("utf-8")
        seen: tuple[int, Around] = (-1, ())
        inner: Around = ()

        def opens(name: str, _: object) -> None:
            nonlocal seen, inner
            seen = (parser.CurrentByteIndex, inner)
            inner = (name, inner)

        def closes(_: str) -> None:
            nonlocal inner
            inner = inner[1]

        parser.StartElementHandler, parser.EndElementHandler = opens, closes
        try:
            parser.Parse(ahead + self._data[end:stop], False)
        except expat.ExpatError:
            return int(parser.ErrorByteIndex), False
        if seen[0] != len(ahead) + tag.at - end:
            return None, False
        return None, self._breaks_as_before(after, seen[1])

    def _breaks_as_before(self, after: int, around: Around) -> bool:
        """Whether the text from a start tag on breaks where it did, now that the tag stands in
        `around`."""
        opened, (_, depth, before) = self._broken.opened, self._broken.starts[after]
        lowest = self._lowest[after]
        if not opened:  # it breaks after its root element
            return False
        for _ in range(depth - lowest):  # what is closed on the way
            if not around or around[0] != before[0]:
                return False
            around, before = around[1], before[1]
        if not around:
            return False
        return len(opened) > lowest or around[0] != self._closing


def _lowest(broken: BreakingPoint) -> list[int]:
    """For each start tag, how many of the elements that it stands in are open all the way to the
    breakage."""
    lowest, least = [], len(broken.opened)
    for tag in reversed(broken.starts):
        least = min(least, tag.depth)
        lowest.append(least)
    return lowest[::-1]


def _start_tags(around: Around) -> bytes:
    """Start tags of elements, the outermost first."""
    names = []
    while around:
        name, around = around
        names.append(f"<{name}>")
    return "".join(reversed(names)).encode()
