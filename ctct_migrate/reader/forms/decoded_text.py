"""DecodedText: the value of a form's parameter without its percent signs, and where in the file
each of its characters stands.

Decoding takes linear time.  Places are not kept for each character: the value is decoded in pieces,
and only the piece that somebody asks about is looked at again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote_to_bytes

from ctct_migrate.late_pattern import late_compile

#: Characters of the file in one piece, at least.
_PIECE = 256

#: Where a piece may end: before an ASCII character, encoded or not, that is not inside an escape.
_BOUNDARY = late_compile(r"(?<!%)(?<!%[0-9A-Fa-f])(?:[^%\x80-\U0010ffff]|%[0-7][0-9A-Fa-f])")
#: Escapes of ASCII characters, or of bytes beyond it: no character is made of both.
_ESCAPES = late_compile(r"((?:%[0-7][0-9A-Fa-f])++)|(?:%[89A-Fa-f][0-9A-Fa-f])++")


class DecodedText:
    """A value that stands at characters `start` up to `end` of `text`.

    `encoded` says whether percent signs and plus signs stand for other characters (RFC 1866,
    8.2.1); a file in a multipart form is not encoded.  Bytes that are not UTF-8 become lone
    surrogates, as in `Source.text`.
    """

    def __init__(self, text: str, start: int, end: int, *, encoded: bool = True):
        self._text, self.start, self.end, self._encoded = text, start, end, encoded

    @cached_property
    def _pieces(self) -> tuple[str, array[int], array[int]]:
        """The value, where each piece begins in it, and where in the file."""
        pieces: list[str] = []
        decoded_starts, starts = array("Q"), array("Q")
        length = 0
        for start, end in self._bounds():
            piece = _decoded(self._text[start:end])
            pieces.append(piece)
            decoded_starts.append(length)
            starts.append(start)
            length += len(piece)
        return "".join(pieces), decoded_starts, starts

    def _bounds(self) -> Iterator[tuple[int, int]]:
        start = self.start
        while start < self.end:
            match = _BOUNDARY.search(self._text, start + _PIECE, self.end)
            end = match.start() if match else self.end
            yield start, end
            start = end

    @cached_property
    def value(self) -> str:
        """The decoded value."""
        if not self._encoded:
            return self._text[self.start : self.end]
        return self._pieces[0]

    def place(self, index: int) -> int:
        """Where in `text` the character at `index` (0-based, of `value`) begins; the end of the
        value for an index that is not inside it."""
        if not self._encoded:
            return min(self.start + index, self.end)
        if index >= len(self.value):
            return self.end
        _, decoded_starts, starts = self._pieces
        number = bisect_right(decoded_starts, index) - 1
        left, at = index - decoded_starts[number], starts[number]
        while left > 0:
            match = _ESCAPES.search(self._text, at, self.end)
            plain = (match.start() if match else self.end) - at
            if match is None or left < plain:
                return at + left
            left -= plain
            at = match.start()
            if match[1]:
                if left < len(match[1]) // 3:
                    return at + 3 * left
                left -= len(match[1]) // 3
                at = match.end()
                continue
            run = _bytes(match[0])
            characters = run.decode("utf-8", "surrogateescape")
            if left < len(characters):
                before = characters[:left].encode("utf-8", "surrogateescape")
                return at + 3 * len(before)
            left -= len(characters)
            at = match.end()
        return at

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in `text` the characters `start` up to `end` of the value stand."""
        first = self.place(start)
        return first, first if end <= start else self.place(end)

    def line_and_column(self, index: int) -> tuple[int, int]:
        """The line and the column (1-based, in characters) of a place in the value; lines end as
        editors have it, with CRLF, LF or a CR alone."""
        starts = self._line_starts
        line = bisect_right(starts, index)
        return line, index - starts[line - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.value))]

    def is_written(self, index: int, text: str) -> bool:
        """Whether the character at `index` is written as `text` in the file (a raw `+`, `%20`)."""
        return self._text.startswith(text, self.place(index))


_LINE_END = late_compile(r"\r\n|\n|\r")


def _bytes(text: str) -> bytes:
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape"))


def _decoded(text: str) -> str:
    """The text that an encoded text stands for; a percent sign that begins no escape stays."""
    if "%" not in text:
        return text.replace("+", " ")
    data = text.replace("+", " ").encode("utf-8", "surrogateescape")
    return unquote_to_bytes(data).decode("utf-8", "surrogateescape")
