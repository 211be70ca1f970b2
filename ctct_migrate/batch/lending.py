"""What the entries of a feed are lent of what the feed says about itself.

That is what stands before the first entry, and, where the feed's `id`, `title`, `updated` or
`author` is not among it, these from wherever they stand: their order means nothing (RFC 4287,
4.1.1).  To find them the feed is read through once more, beforehand, which only a feed like that
takes, and only where it can be read twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ctct_migrate.batch.cutting import Head, Piece, Skipped, TooLarge, Whole

#: What a feed has to say of itself, and what its entries may inherit (RFC 4287, 4.1.1, 4.1.2).
_WANTED = (b"id", b"title", b"updated", b"author")

_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_ELEMENTS = {
    name: re.compile(
        rb"<(?P<name>(?:[^\s<>/:=]+:)?" + name + rb")(?=[\s/>])[^<>]*(?:/>|(?<!/)>.*?</(?P=name)\s*>)",
        re.S,
    )
    for name in _WANTED
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Late:
    """An element of the feed that stands after its first entry; `number` is that of the piece
    that it is in."""

    data: bytes
    number: int


def lacking(head: bytes) -> list[bytes]:
    """The names of what a feed has to say of itself and does not say before its first entry."""
    told = _COMMENT.sub(b"", head)
    return [name for name, element in _ELEMENTS.items() if not element.search(told)]


def late(
    names: list[bytes], pieces: Iterable[Head | Piece | Whole | TooLarge | Skipped]
) -> list[Late]:
    """The first element of each of the `names` between or after the entries of a feed, of which
    these are the pieces.  Raises OSError or `Unreadable` as they do."""
    missing, found, number = list(names), [], -1
    for piece in pieces:
        number += isinstance(piece, Piece | TooLarge)
        if not isinstance(piece, Piece):
            continue
        # What stands before the first entry is the head.
        between = piece.data[: piece.start] if number else b""
        after = piece.data[piece.end :] if piece.last else b""
        text = _COMMENT.sub(b"", between + after)
        for name in list(missing):
            if element := _ELEMENTS[name].search(text):
                found.append(Late(element[0], number))
                missing.remove(name)
        if not missing:
            break
    return found


def lent(late: Iterable[Late], number: int) -> bytes:
    """What piece `number` is lent of what stands in other pieces, each on a line of its own."""
    return b"".join(each.data + b"\n" for each in late if each.number != number)
