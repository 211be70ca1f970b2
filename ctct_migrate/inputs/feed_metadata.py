"""What the entries of a feed are given of what the feed says about itself.

That is what stands before the first entry, and, where the feed's `id`, `title`, `updated` or
`author` is not among it, these from wherever they stand: their order means nothing (RFC 4287,
4.1.1).  To find them the feed is read through once more, beforehand, which only a feed like that
takes, and only where it can be read twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from ctct_migrate.inputs.feed_cutting import FeedPiece, Head, Skipped, TooLarge, WholeEntry
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile

#: What a feed has to say of itself, and what its entries may inherit (RFC 4287, 4.1.1, 4.1.2).
_WANTED = (b"id", b"title", b"updated", b"author")

_COMMENT = late_compile(rb"<!--|-->")
_STARTS = {
    name: late_compile(rb"<((?:[^\s<>/:=]++:)?" + name + rb")(?=[\s/>])[^<>]*+>")
    for name in _WANTED
}
_END = late_compile(rb"</([^\s<>]++)\s*+>")


@dataclass(frozen=True, slots=True)
class Late:
    """An element of the feed that stands after its first entry; `number` is that of the piece
    that it is in."""

    data: bytes
    number: int


def lacking(head: bytes) -> list[bytes]:
    """The names of what a feed has to say of itself and does not say before its first entry."""
    told = _without_comments(head)
    return [name for name in _WANTED if _element(name, told) is None]


def _without_comments(data: bytes) -> bytes:
    """`data` without the comments in it that are closed."""
    parts, done, opened = [], 0, -1
    for mark in _COMMENT.finditer(data):
        if opened < 0 and mark[0] == b"<!--":
            opened = mark.start()
        elif opened >= 0 and mark[0] == b"-->" and mark.start() >= opened + 4:
            parts.append(data[done:opened])
            done, opened = mark.end(), -1
    return b"".join((*parts, data[done:]))


def _element(name: bytes, data: bytes) -> bytes | None:
    """The first element of that plain name that is closed; None if there is none."""
    last: dict[bytes, list[re.Match[bytes]]] | None = None
    for start in _STARTS[name].finditer(data):
        if start[0].endswith(b"/>"):
            return start[0]
        if last is None:
            last = {}
            for end in _END.finditer(data):
                last.setdefault(end[1], []).append(end)
        ends = last.get(start[1], [])
        place = bisect_left(ends, start.end(), key=re.Match.start)
        if place < len(ends):
            return data[start.start() : ends[place].end()]
    return None


def late(
    names: list[bytes], pieces: Iterable[Head | FeedPiece | WholeEntry | TooLarge | Skipped]
) -> list[Late]:
    """The first element of each of the `names` between or after the entries of a feed, of which
    these are the pieces.  Raises OSError or `Unreadable` as they do."""
    missing, found, number = list(names), [], -1
    for piece in pieces:
        number += isinstance(piece, FeedPiece | TooLarge)
        if not isinstance(piece, FeedPiece):
            continue
        # What stands before the first entry is the head.
        between = piece.data[: piece.start] if number else b""
        after = piece.data[piece.end :] if piece.last else b""
        text = _without_comments(between + after)
        for name in list(missing):
            if (element := _element(name, text)) is not None:
                found.append(Late(element, number))
                missing.remove(name)
        if not missing:
            break
    return found


def given_to(late: Iterable[Late], number: int) -> bytes:
    """What piece `number` is given of what stands in other pieces, each on a line of its own."""
    return b"".join(each.data + b"\n" for each in late if each.number != number)
