"""Feeds of any size, as one input for each entry.

A feed that is too large to be read whole becomes one `Input` for each of its entries.  Each is
given the head of the feed (its start tag with the namespace declarations, its author), so that it
can be read alone, and knows where it stands, so that lines, columns and offsets are those of the
file.  Where entries begin and end is found out by `feed_cutting`, what else they are given by `feed_metadata`;
what is wrong with them is for the reader to say.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.inputs.byte_sources import (
    Broken,
    Held,
    InputLimits,
    UnreadableInput,
    reason,
    too_large,
)
from ctct_migrate.inputs.feed_cutting import (
    BLOCK,
    Cutter,
    Head,
    Skipped,
    TooLarge,
    WholeEntry,
    root,
)
from ctct_migrate.inputs.feed_metadata import Late, given_to, lacking, late
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.source import Position, Source, detect

#: Columns beyond this are not told exactly (a feed of one line: `line` is padded up to here).
_WIDEST = 1 << 24

#: Bytes of one reading, which are lost where a damaged stream breaks off within them.
_STEP = 1 << 16

_WIDE = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a feed an input is.

    entry   0-based number of the entry
    line, column, offset  where its first byte stands in the file (line and column 1-based)
    size    its bytes
    head    what is put before it so that it can be read alone, ending with a line end; empty for
            the first entry, which is read with the head where it stands
    tail    what is put after it: the end tag of the feed, for the first entry with what the feed
            says later; empty for the last entry, which is read with the end of the file
    before  what stands between the entry before and this one, and is white space
    pieces  where each entry stands, if these are several (`joined_entries`): line, column, offset and
            size; empty for one
    """

    entry: int
    line: int
    column: int
    offset: int
    size: int
    head: bytes
    tail: bytes
    before: bytes = b""
    pieces: tuple[tuple[int, int, int, int], ...] = ()

    def source(self, name: str, data: bytes) -> Source:
        """The part with the bytes `data` as a feed of one entry."""
        return _PartSource(name, data, self)

    def number(self, entry: int | None) -> int | None:
        """The number in the file of what is entry `entry` of `source()`."""
        return None if entry is None else entry + self.entry

    def own(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The diagnostics with the numbers of entries as in the file, without those about the
        head that is only given to it: the first entry's part has them."""
        return [
            replace(diagnostic, entry=self.number(diagnostic.entry))
            for diagnostic in diagnostics
            if self.is_own(diagnostic)
        ]

    def is_own(self, diagnostic: Diagnostic) -> bool:
        """Whether a diagnostic of `source()` is about this part, and not about what was
        given to it."""
        span = diagnostic.span
        if not self.head:
            # The end tag that is given to it may be reported to be missing, or the like.
            given = self.tail.rpartition(b"<")[0]
            return not self.size <= span.start.offset < self.size + len(given)
        # What the feed itself lacks is told where it would be put, which is after the head.
        _, _, inside = diagnostic.element.partition("/")
        lacks = span.start == span.end and inside and not inside.lower().startswith("entry")
        return span.start.offset >= self.offset and not lacks


class _PartSource(Source):
    """A source whose body stands somewhere in a larger file, after a head that does not."""

    def __init__(self, name: str, data: bytes, part: Part):
        whole = b"".join((part.head, data, part.tail))
        lines = _lines_of_head(part.head)
        super().__init__(
            name, whole, first_line=part.line - lines, first_offset=part.offset - len(part.head)
        )
        self._line = part.line
        self._indent = min(part.column, _WIDEST) - 1

    def position(self, index: int) -> Position:
        """As in `Source`; the first line of the body does not begin with the body."""
        at = super().position(index)
        if at.line == self._line and self._indent:
            return Position(at.line, at.column + self._indent, at.offset)
        return at

    def line(self, number: int) -> str:
        """As in `Source`; what stands before the body on its first line is shown as blanks."""
        text = super().line(number)
        return " " * self._indent + text if number == self._line and self._indent else text


def line_ends(data: bytes) -> int:
    """Number of line ends: CRLF, LF, or a CR alone, as `Source` counts them."""
    count = data.count(b"\n")
    return count + data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else count


@lru_cache(maxsize=4)  # the entries of a feed have one
def _lines_of_head(head: bytes) -> int:
    """Number of line ends in a head, in whatever encoding."""
    encoding = detect(head).encoding
    wide = encoding.startswith(_WIDE)
    return line_ends(head.decode(encoding, "replace").encode() if wide else head)


def is_feed(start: bytes) -> bool:
    """Whether what begins with `start` is a feed that can be cut: its root element is a `feed`,
    and there is no DOCTYPE, for which the reader refuses the whole."""
    encoding = detect(start).encoding
    if encoding.startswith(_WIDE):
        start = start.decode(encoding, "ignore").encode("utf-8", "replace")
    return root(start) is not None


def entries(
    stream: BinaryIO,
    name: str,
    relative: str,
    limits: InputLimits,
    again: Callable[[], BinaryIO] | None = None,
) -> Iterator[Input | InputError]:
    """The entries of a feed, as inputs, in order.  The stream must be at the feed's start; `again`
    opens another, where that can be done.

    A feed without entries comes whole.  What is larger than `limits.size` is an `InputError`, and
    the cutting goes on after it; a stream that breaks off with an error is one after the entries
    that were whole.  Raises `Broken` where it is an archive that breaks off.
    """
    try:
        cutter, place = _cutter(stream, limits)
        yield from _cut(cutter, place, name, relative, limits, again)
    except Broken:
        raise  # the archive that it stands in tells of it
    except UnreadableInput as problem:
        yield InputError(name, str(problem))
    except OSError as error:
        yield InputError(name, reason(error))


def parts(item: Input, data: bytes) -> list[Input]:
    """The entries of a feed that came whole, `data`, as inputs, or those of a part that is several
    entries; none of what is not a feed, or one entry already.  For feeds that are not well-formed:
    what is wrong with one entry is nothing to the others, however small the feed."""
    if item.part is not None:
        return list(_single(item, item.part, data))
    if not is_feed(data[:BLOCK]):
        return []
    cut = entries(
        io.BytesIO(data), item.name, item.relative, InputLimits(size=len(data)),
        lambda: io.BytesIO(data),
    )  # fmt: skip
    return [each for each in cut if isinstance(each, Input) and each.part is not None]


def _single(item: Input, whole: Part, data: bytes) -> Iterator[Input]:
    """The entries of a part that is several, of which `data` is the feed."""
    for number, (line, column, offset, size) in enumerate(whole.pieces):
        start = len(whole.head) + offset - whole.offset
        part = Part(whole.entry + number, line, column, offset, size, whole.head, whole.tail)
        held = Held(data[start : start + size])
        yield Input(item.name, item.relative, held, size, size, part)


def _cutter(stream: BinaryIO, limits: InputLimits) -> tuple[Cutter, _Place]:
    """What cuts the feed in `stream`, and its beginning."""
    start = stream.read(BLOCK)
    encoding = detect(start).encoding
    wide = encoding if encoding.startswith(_WIDE) else ""
    block = _utf8(stream, start, wide) if wide else _blocks(stream, start)
    return Cutter(block, limits.size), _Place(encoding, wide)


def _cut(
    cutter: Cutter,
    place: _Place,
    name: str,
    relative: str,
    limits: InputLimits,
    again: Callable[[], BinaryIO] | None,
) -> Iterator[Input | InputError]:
    head = tail = b""
    later: list[Late] = []
    number = 0
    for piece in cutter.cut():
        if isinstance(piece, Head):
            head, tail = _ended(piece.data), b"</" + piece.name + b">"
            later = _later(piece.data, limits, again)
        elif isinstance(piece, TooLarge):
            yield InputError(name, too_large(limits.size), number)
            number += 1
        elif isinstance(piece, Skipped):
            place.pass_over(piece.data)
        elif isinstance(piece, WholeEntry):
            data = place.encoded(piece.data)
            yield Input(name, relative, Held(data), len(data), limits.size)
        else:
            body = place.indented(piece.data) if number else piece.data
            data = place.encoded(body)
            more = given_to(later, number) if later else b""
            before = place.encoded(head + more) if number else b""
            after = b"" if piece.last else place.encoded(tail if number else more + tail)
            gap = piece.data[: len(piece.data) - len(body)]
            part = Part(
                number, place.line, place.column, place.offset, len(data), before, after,
                place.encoded(gap),
            )  # fmt: skip
            yield Input(name, relative, Held(data), len(data), len(data), part)
            place.pass_over(body)
            number += 1


def _later(head: bytes, limits: InputLimits, again: Callable[[], BinaryIO] | None) -> list[Late]:
    """What a feed with this head says of itself after its first entry."""
    missing = lacking(head) if again else []
    if not missing or again is None:
        return []
    try:
        with again() as stream:
            return late(missing, _cutter(stream, limits)[0].cut())
    except (UnreadableInput, OSError):
        return []  # it is told when the entries are read


def _ended(head: bytes) -> bytes:
    """The head, with a line end at its end."""
    head = head.rstrip(b" \t")
    return head if head.endswith((b"\n", b"\r")) else head + b"\n"


def _blocks(stream: BinaryIO, start: bytes) -> Callable[[int], bytes]:
    """A function that gives the next bytes: `start`, then what follows.  Where the stream breaks
    off with an error, what comes before is given first."""
    waiting: list[bytes | Exception] = [start]
    some = getattr(stream, "read1", stream.read)

    def block(size: int) -> bytes:
        pieces: list[bytes] = []
        while size > 0:
            try:
                data = waiting.pop() if waiting else some(min(size, _STEP))
                if isinstance(data, Exception):
                    raise data
            except (OSError, UnreadableInput) as error:
                if not pieces:
                    raise
                waiting.append(error)
                break
            if not data:
                break
            pieces.append(data)
            size -= len(data)
        return b"".join(pieces)

    return block


def _utf8(stream: BinaryIO, start: bytes, encoding: str) -> Callable[[int], bytes]:
    """The same in UTF-8, whatever the stream is in; nothing is lost on the way back."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    bare = _blocks(stream, start)

    def block(size: int) -> bytes:
        while data := bare(size):
            if text := decoder.decode(data):  # else half a character
                return text.encode("utf-8", "surrogatepass")
        return b""

    return block


class _Place:
    """Where in the file the next byte stands."""

    def __init__(self, encoding: str, wide: str):
        self.encoding, self.wide = encoding, wide
        self.line = self.column = 1
        self.offset = 0
        self._after_cr = False

    def encoded(self, data: bytes) -> bytes:
        """`data`, as cut, in the encoding of the file."""
        if not self.wide:
            return data
        return data.decode("utf-8", "surrogatepass").encode(self.wide, "surrogatepass")

    def pass_over(self, data: bytes) -> None:
        """Moves on to the end of `data`."""
        if not data:
            return
        if self._after_cr and data.startswith(b"\n"):
            self.line -= 1  # a CRLF that was cut in two is one line end
        self.line += line_ends(data)
        self._after_cr = data.endswith(b"\r")
        last = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        start = 3 if not self.offset and data.startswith(codecs.BOM_UTF8) else 0
        characters = len(self._text(data[max(last, start) :]))
        self.column = characters + 1 if last else self.column + characters
        self.offset += len(self.encoded(data)) if self.wide else len(data)

    def _text(self, data: bytes) -> str:
        if self.wide:
            return data.decode("utf-8", "surrogatepass")
        try:
            return data.decode(self.encoding, "surrogateescape")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def indented(self, data: bytes) -> bytes:
        """`data` without the blank rest of the line before it, which is passed over, so that
        parts begin where lines do."""
        blank = len(data) - len(data.lstrip(b" \t\r\n"))
        line = max(data.rfind(b"\n", 0, blank), data.rfind(b"\r", 0, blank)) + 1
        self.pass_over(data[:line])
        return data[line:]
