"""Pieces: a text that is made of another one, part by part, and where each part came from.

Unwrapping a document drops some characters and decodes others.  `Pieces` collects what is left,
and afterwards leads from a place in the unwrapped bytes back to the characters that it was read
from, so that what is wrong inside a wrapping is shown where it stands.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from ctct_migrate.source import Source


class Pieces:
    """The unwrapped bytes of `source`, in the making.  All indices are characters of its text.

    A part is kept as it was, or decoded from other characters, or decoded with a fixed ratio:
    `ratio` is then how many characters stand for how many bytes.
    """

    def __init__(self, source: Source):
        self.source, self.text = source, source.text
        self._parts: list[str | bytes] = []
        self._places: list[tuple[int, int, tuple[int, int] | None]] = []

    def copy(self, start: int, end: int) -> None:
        """Keeps the characters `start` up to `end` as they are."""
        if start < end:
            self._parts.append(self.text[start:end])
            self._places.append((start, end, _KEPT))

    def put(
        self, what: str | bytes, start: int, end: int, ratio: tuple[int, int] | None = None
    ) -> None:
        """Puts `what` in the place of the characters `start` up to `end`."""
        if what:
            self._parts.append(what)
            self._places.append((start, end, ratio))

    @cached_property
    def data(self) -> bytes:
        """The unwrapped bytes; nothing can be added afterwards."""
        groups: list[bytes] = []
        texts: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                texts.append(part)
            else:
                groups += (self.source.encode("".join(texts)), part)
                texts.clear()
        groups.append(self.source.encode("".join(texts)))
        return b"".join(groups)

    @cached_property
    def _offsets(self) -> list[int]:
        """Where each part begins in `data`."""
        encode = self.source.encode
        if self.data.isascii():
            sizes = list(map(len, self._parts))
        else:
            sizes = [len(p if isinstance(p, bytes) else encode(p)) for p in self._parts]
        return [0, *accumulate(sizes)]

    def place(self, offset: int) -> tuple[int, int]:
        """Start and end of the characters that the byte at `offset` of `data` was read from;
        after the last byte, the empty place after the last characters."""
        if not self._places or offset >= len(self.data):
            end = self._places[-1][1] if self._places else 0
            return end, end
        at = bisect_right(self._offsets, offset) - 1
        start, end, ratio = self._places[at]
        if ratio is None:
            return start, end
        within = offset - self._offsets[at]
        if ratio is not _KEPT:
            start += within // ratio[1] * ratio[0]
            return start, min(end, start + ratio[0])
        before = self.data[self._offsets[at] : offset]
        if not before.isascii():
            within = len(before.decode(self.source.decoding.encoding, "surrogateescape"))
        return start + within, start + within + 1


#: The ratio of what is kept.
_KEPT = (1, 1)
