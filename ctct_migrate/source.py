"""Bytes, their decoding, and where things are in them.

A `Source` is the bytes of one document together with the text they decode to.  Everything that
reads a document works on characters of `Source.text` (raw: line ends are not normalized, a byte
order mark is not part of it); `Source.span` turns such character indices into the `Span` that
users see.  Nothing in this module knows XML beyond the encoding declaration, and nothing opens a
file.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile

#: Characters between two entries of the table that turns character indices into byte offsets.
_STRIDE = 256

#: Line ends as editors count them: CRLF, LF, or a CR alone (XML 1.0, 2.11).
_LINE_END = late_compile(r"\r\n|\n|\r")

#: `EncodingDecl` of XML 1.0, production 80, read from bytes in which ASCII stands for itself.
_DECLARATION = late_compile(
    rb"""\s*+<\?xml\b(?:(?!\bencoding\s*+=)[^>])*+encoding\s*+=\s*+["']([A-Za-z0-9._:\-]++)["']"""
)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: UTF-16 without a byte order mark: how `<` looks (XML 1.0, appendix F.1).
_BARE_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a document: `line` and `column` are 1-based and count characters (a tab is one,
    an astral character is one); `offset` is 0-based and counts bytes of the file, its byte order
    mark included."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, not including, `end`.  Empty where something is missing."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Decoding:
    """How bytes become text.

    `encoding` is the Python codec that was used; `declared` is the name in the XML declaration,
    as written, or None; `bom` is the length of the byte order mark in bytes; `known` is False
    when `declared` names no codec (the text is then read as UTF-8); `contradicted` is True when
    the declaration cannot be right for these bytes (UTF-16, or EBCDIC, declared in bytes that
    are read as ASCII), in which case it is disregarded.
    """

    encoding: str
    declared: str | None
    bom: int
    known: bool = True
    contradicted: bool = False


#: Bytes of the units that characters are made of, by the beginning of the codec's name.
_UNITS = {"utf-16": 2, "utf-32": 4}

#: Codecs of Python that are not encodings of documents: escapes, domain names, whatever Windows is
#: set to, none at all, and the one that writes plain letters in two ways.
_NO_ENCODINGS = frozenset(
    {"charmap", "idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined"}
    | {"unicode-escape", "utf-7"}
)


def _codec(name: str) -> str | None:
    """The Python name of the codec of an encoding that documents can be in, or None when there is
    none of that name."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if info.name.replace("_", "-") in _NO_ENCODINGS or not getattr(info, "_is_text_encoding", True):
        return None
    return info.name.removesuffix("-sig")


def _is_ascii_based(codec: str) -> bool:
    """Whether ASCII stands for itself in an encoding, so that a declaration could be read in it."""
    try:
        return '<?xml version="1.0"'.encode(codec) == b'<?xml version="1.0"'
    except UnicodeError:
        return False


def detect(data: bytes) -> Decoding:
    """How `data` is to be decoded, by XML 1.0, appendix F: byte order mark, then the declaration,
    else UTF-8.  Never raises."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) : len(mark) + 400].decode(encoding, "replace")
            match = _DECLARATION.match(text.encode("utf-8"))
            declared = match[1].decode("ascii") if match else None
            known = declared is None or _codec(declared) is not None
            contradicted = known and declared is not None and not _fits(declared, encoding)
            return Decoding(encoding, declared, len(mark), known, contradicted)
    for mark, encoding in _BARE_UTF16:
        if data.startswith(mark):
            match = _DECLARATION.match(data[:800].decode(encoding, "replace").encode("utf-8"))
            declared = match[1].decode("ascii") if match else None
            fits = declared is None or _codec(declared) is None or _fits(declared, encoding)
            return Decoding(encoding, declared, 0, contradicted=not fits)
    match = _DECLARATION.match(data[:400])
    if match is None:
        return Decoding("utf-8", None, 0)
    return _by_declaration(match[1].decode("ascii"))


@lru_cache(maxsize=64)  # nearly all documents declare one of a few
def _by_declaration(declared: str) -> Decoding:
    """How a document is decoded that has no byte order mark, by the encoding that it declares."""
    codec = _codec(declared)
    if codec is None:
        return Decoding("utf-8", declared, 0, known=False)
    if not _is_ascii_based(codec):
        return Decoding("utf-8", declared, 0, contradicted=True)
    return Decoding(codec, declared, 0)


def _fits(declared: str, encoding: str) -> bool:
    """Whether a document that begins with a byte order mark of `encoding` may declare
    `declared`."""
    codec = _codec(declared) or ""
    return codec == encoding or encoding.startswith(codec + "-")


def line_starts(text: str) -> list[int]:
    """The indices of the characters with which the lines of a text begin, the first line's 0 among
    them.  A line ends with CRLF, LF, or a CR alone.

    >>> line_starts("a\\r\\nb\\rc")
    [0, 3, 5]
    """
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    lengths = map(len, text.split("\n"))
    return [0, *accumulate(map((1).__add__, lengths))][:-1]  # all of it in C


class Source:
    """The bytes of one document, and what they decode to.

    `path` is what users know the document by (`-` for standard input).  `data` are the bytes as
    read.  Bytes that the encoding does not allow become lone surrogates in `text`
    (`surrogateescape`), so that offsets stay exact; `undecodable` is the character index of the
    first of them, or None.

    >>> source = Source("a.xml", "<a>\\u20ac</a>".encode())
    >>> source.span(3, 4).start
    Position(line=1, column=4, offset=3)
    >>> source.span(3, 4).end.offset
    6
    """

    def __init__(self, path: str, data: bytes, *, first_line: int = 1, first_offset: int = 0):
        self.path = path
        self.data = data
        #: What to add for a document that is a part of a larger file.
        self.first_line = first_line
        self.first_offset = first_offset

    @cached_property
    def decoding(self) -> Decoding:
        """How `data` is decoded."""
        return detect(self.data)

    @property
    def _errors(self) -> str:
        wide = self.decoding.encoding.startswith(("utf-16", "utf-32"))
        return "surrogatepass" if wide else "surrogateescape"

    @cached_property
    def text(self) -> str:
        """The decoded text, raw, without a byte order mark."""
        decoding = self.decoding
        data = self.data[decoding.bom :] if decoding.bom else self.data
        whole = len(data) - self.left_over
        try:
            return data[:whole].decode(decoding.encoding, self._errors)
        except UnicodeDecodeError:  # a multi-byte codec that cannot escape
            return data.decode("latin-1")

    @property
    def left_over(self) -> int:
        """How many bytes at the end are a part of a character alone, in UTF-16 and UTF-32; they are
        not in `text`."""
        unit = _UNITS.get(self.decoding.encoding[:6], 1)
        return (len(self.data) - self.decoding.bom) % unit

    @cached_property
    def undecodable(self) -> int | None:
        """Character index of the first byte that the encoding does not allow, or None."""
        if self.text.isascii():
            return None
        match = re.search("[\ud800-\udfff]", self.text)
        return match.start() if match else None

    @cached_property
    def byte_lines(self) -> list[bytes]:
        """The lines of `data`, split at each LF."""
        return self.data.split(b"\n")

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    @cached_property
    def _single(self) -> bool:
        """Whether each character is one byte."""
        return self.text.isascii() and len(self.data) - self.decoding.bom == len(self.text)

    @cached_property
    def _offsets(self) -> list[int]:
        """Byte offset of each `_STRIDE`-th character."""
        offsets = [self.decoding.bom]
        for at in range(0, len(self.text), _STRIDE):
            offsets.append(offsets[-1] + len(self.encode(self.text[at : at + _STRIDE])))
        return offsets

    def encode(self, text: str) -> bytes:
        """`text` in the document's encoding, without a byte order mark; what the encoding lacks
        becomes a numeric character reference."""
        encoding = self.decoding.encoding
        try:
            return text.encode(encoding, self._errors)
        except UnicodeEncodeError:
            return b"".join(
                char.encode(encoding, "xmlcharrefreplace")
                if not "\udc80" <= char <= "\udcff"
                else char.encode(encoding, self._errors)
                for char in text
            )

    def offset(self, index: int) -> int:
        """Byte offset, in the file, of the character at `index`."""
        if self._single:
            return index + self.decoding.bom + self.first_offset
        block, rest = divmod(index, _STRIDE)
        base = self._offsets[block]
        if rest:
            start = block * _STRIDE
            base += len(self.encode(self.text[start : start + rest]))
        return base + self.first_offset

    def character(self, offset: int) -> int:
        """The index, in `text`, of the character at byte `offset` of the file; of the next one
        where that is inside a character.

        By bisection: no table is built for the documents in which nobody asks.
        """
        return bisect_left(range(len(self.text)), offset, key=self.offset)

    def position(self, index: int) -> Position:
        """Where the character at `index` (0-based, of `text`) stands.  An index outside the text
        is drawn to its nearest end."""
        index = max(0, min(index, len(self.text)))
        line = bisect_right(self._line_starts, index)
        column = index - self._line_starts[line - 1] + 1
        return Position(line + self.first_line - 1, column, self.offset(index))

    def index(self, line: int, column: int) -> int:
        """The character index (0-based, of `text`) of a place given by `line` and `column`, both
        1-based, as `Position` has them.  A column after the end of its line counts on into the
        next ones, as parsers count that know fewer line ends; a place outside the text is drawn
        to its nearest end.

        >>> Source("a.xml", b"<a>\\r\\n<b/></a>").index(2, 2)
        6
        """
        at = line - self.first_line
        if at < 0:
            return 0
        if at >= len(self._line_starts):
            return len(self.text)
        return min(len(self.text), self._line_starts[at] + max(0, column - 1))

    def span(self, start: int, end: int) -> Span:
        """The span of the characters `start` up to `end` of `text`."""
        first = self.position(start)
        return Span(first, first if end <= start else self.position(end))

    def line(self, number: int) -> str:
        """The text of line `number` (1-based, as in `Position.line`), without its line end."""
        at = number - self.first_line
        if not 0 <= at < len(self._line_starts):
            return ""
        start = self._line_starts[at]
        last = at + 1 >= len(self._line_starts)
        end = len(self.text) if last else self._line_starts[at + 1]
        return self.text[start:end].rstrip("\r\n")
