"""Where the entries of a feed begin and end, in a stream of bytes.

Theory of operation: only what can begin or end an entry is looked for (`_TOKEN`), since the rest
may be as broken as it likes: unclosed tags, bare `&`, raw HTML.  Comments, CDATA sections and
processing instructions are passed over whole; one that never ends counts as text.  An `entry`
within an entry counts as nested right after the start of a `content`, or in a `feed` that is
itself nested; anywhere else it shows that the entry before it was never closed, and begins a new
one, so that one cut-off entry does not swallow those after it.

Works on encodings in which ASCII stands for itself; lines and offsets are the caller's business
(`feeds`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator

from ctct_migrate.inputs.byte_sources import UnreadableInput
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile

#: Bytes that are read at once, at the least.
BLOCK = 1 << 20

#: Bytes at the end of what has been read in which a token may be cut off: `</`, a prefix, a name.
_OVERLAP = 256

#: Room for the start tag of an entry.
_TAG_ROOM = 1 << 16

#: What is kept of what follows the last entry: enough to see that the feed ends, or how.
_TAIL = 1 << 16

#: Possessive, here and below, so that nothing is tried again at each of the many other tags.
_PREFIX = rb"(?:[^\s<>/:=]{1,64}+:)?+"
_TOKEN = late_compile(
    rb"<(?:(?P<section>!--|!\[CDATA\[|\?)|(?P<close>/)?+" + _PREFIX
    + rb"(?:(?P<entry>entry)|(?P<feed>feed))(?=[\s/>]))", re.I,
)  # fmt: skip
_ENTRY = late_compile(rb"<" + _PREFIX + rb"entry(?=[\s/>])", re.I)
_SECTION_ENDS = {
    b"!--": late_compile(b"-->"),
    b"![CDATA[": late_compile(rb"\]\]>"),
    b"?": late_compile(rb"\?>"),
}
_GREATER = late_compile(b">")

#: The rest of a start tag; `>` may stand in quotes.
_REST_OF_TAG = late_compile(rb"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""")

#: Right before a nested entry: the start tag of the content that it is all of.
_OPENED_CONTENT = late_compile(rb"<" + _PREFIX + rb"content(?:\s[^<>]*+)?(?<!/)>", re.I)

_PROLOG = late_compile(rb"(?:\xef\xbb\xbf)?(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->))*+", re.S)
_FEED = late_compile(
    rb"""<(?P<name>(?:[^\s<>/:"'=]+:)?feed)(?:\s(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)?(?<!/)>""",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first entry; `name` is the name of the root, with its prefix."""

    data: bytes
    name: bytes


@dataclass(frozen=True, slots=True)
class FeedPiece:
    """An entry, with what stands between it and the one before; the first with the head, the
    last with what follows it.  `start` and `end` are the entry's in `data`."""

    data: bytes
    last: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WholeEntry:
    """The whole of a feed in which there is no entry."""

    data: bytes


@dataclass(frozen=True, slots=True)
class TooLarge:
    """An entry that is larger than the limit; what it holds comes as `Skipped`."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that belong to no entry that is taken."""

    data: bytes


def root(start: bytes) -> re.Match[bytes] | None:
    """The start tag of the feed that begins with `start`, as a match with the group `name`; None
    if it is not a feed, or has a DOCTYPE."""
    prolog = _PROLOG.match(start)
    return _FEED.match(start, prolog.end() if prolog else 0)


class _Overflow(Exception):
    """More bytes would have to be kept than the limit allows."""


class Cutter:
    """Cuts one feed.  `block(size)` gives the next bytes, about as many as `size`, none at the
    end; `limit` is the size of the largest entry in bytes.

    Places are offsets in the stream.  `begin` is the first byte that is still needed; `base` that
    of `buffer`.
    """

    def __init__(self, block: Callable[[int], bytes], limit: int):
        self.block, self.limit = block, limit
        self.buffer = b""
        self.begin = self.base = 0
        self.ended = False
        #: For each kind of section, the place up to which no end of one comes.
        self._endless: dict[bytes, int] = {}
        self.problem: Exception | None = None  #: why the stream broke off

    def cut(self) -> Iterator[Head | FeedPiece | WholeEntry | TooLarge | Skipped]:
        """The head, then the pieces in order; together the pieces, and what was skipped, are the
        stream, but for a long end.  Raises OSError or `UnreadableInput` as `block` does, after the
        entries that were whole."""
        while len(self.buffer) < BLOCK and self._more():
            pass
        found = root(self.buffer)
        try:
            at = self._next_entry(found.end()) if found else None
        except _Overflow:
            yield TooLarge()
            return
        if at is None or found is None:
            if self.problem is not None:
                raise self.problem
            yield WholeEntry(self.buffer)
            return
        yield Head(self.buffer[:at], found["name"])
        while at is not None:
            try:
                end = self._end_of_entry(at)
            except _Overflow:
                yield TooLarge()
                at = yield from self._skipped(at + 1)
                continue
            try:
                following = self._next_entry(end)
            except _Overflow:
                yield self._piece(at, end)
                following = yield from self._skipped(end)
            else:
                if following is None and self.problem is None:
                    start, size = at - self.begin, end - self.begin
                    yield FeedPiece(self._rest(), True, start, size)
                else:
                    yield self._piece(at, end)
            at = following
        if self.problem is not None:
            raise self.problem

    def _piece(self, start: int, end: int) -> FeedPiece:
        data = self.buffer[self.begin - self.base : end - self.base]
        begin, self.begin = self.begin, end
        return FeedPiece(data, False, start - begin, len(data))

    def _rest(self) -> bytes:
        """All that is left, cut off where it goes on for long after the feed."""
        while len(self.buffer) - (self.feed_end - self.base) < _TAIL and self._more():
            pass
        return self.buffer[self.begin - self.base : self.feed_end + _TAIL - self.base]

    def _more(self) -> bool:
        """Reads on; False at the end."""
        if self.ended:
            return False
        kept = self.buffer[self.begin - self.base :]
        if len(kept) > self.limit:
            raise _Overflow
        data = b""
        try:
            data = self.block(max(BLOCK, len(kept)))
        except (UnreadableInput, OSError) as problem:  # raised when what there is has been given
            self.problem = problem
        self.buffer, self.base = kept + data, self.begin
        self.ended = not data
        return not self.ended

    def _search(self, pattern: re.Pattern[bytes], at: int) -> re.Match[bytes] | None:
        """The first match from `at` on, None if there is none up to the end.  Its indices are
        those of `buffer`, and good until more is read."""
        while True:
            found = pattern.search(self.buffer, at - self.base)
            if found and (found.end() < len(self.buffer) or self.ended):
                return found
            if found is None:
                at = max(at, self.base + len(self.buffer) - _OVERLAP)
            if not self._more():
                return pattern.search(self.buffer, at - self.base)

    def _after_section(self, found: re.Match[bytes]) -> int:
        """The place after a comment, CDATA section or processing instruction; of one that has no
        end, or none within reach, after its beginning."""
        inside, kind = self.base + found.end(), found["section"].upper()
        try:
            end = self._search(_SECTION_ENDS[kind], max(inside, self._endless.get(kind, 0)))
        except _Overflow:
            end = None
        if end is None:  # it need not be sought there again
            self._endless[kind] = max(inside, self.base + len(self.buffer) - len("-->"))
        return inside if end is None else self.base + end.end()

    def _after_tag(self, start: int) -> tuple[int, bool]:
        """The place after the tag that begins at `start`, and whether it closes itself."""
        while self.base + len(self.buffer) - start < _TAG_ROOM and self._more():
            pass
        tag = _REST_OF_TAG.match(self.buffer, start + 1 - self.base)
        if tag is None:  # quotes that do not match
            tag = _GREATER.search(self.buffer, start - self.base)
        if tag is None:
            return self.base + len(self.buffer), False
        return self.base + tag.end(), self.buffer[tag.end() - 2 : tag.end() - 1] == b"/"

    def _next_entry(self, at: int) -> int | None:
        """The place of the next entry of the feed, None if it ends before."""
        while found := self._search(_TOKEN, at):
            at = self.base + found.end()
            if found["section"]:
                at = self._after_section(found)
            elif found["entry"] and not found["close"]:
                return self.base + found.start()
            elif found["feed"] and found["close"]:
                break
        self.feed_end = at
        return None

    def _end_of_entry(self, start: int) -> int:
        """The place after the entry that begins at `start`."""
        at, empty = self._after_tag(start)
        depth, feeds = int(not empty), 0
        while depth:
            found = self._search(_TOKEN, at)
            if found is None:
                if self.problem is not None:
                    raise self.problem
                return self.base + len(self.buffer)
            place = self.base + found.start()
            if found["section"]:
                at = self._after_section(found)
                continue
            if found["feed"] and found["close"] and not feeds:
                return place
            inside = feeds or found["feed"] or found["close"] or self._opens_content(start, found)
            if not inside:
                return place
            closes = bool(found["close"])
            at, empty = self._after_tag(place)
            step = -1 if closes else int(not empty)
            if found["feed"]:
                feeds += step
            else:
                depth += step
        return at

    def _opens_content(self, start: int, found: re.Match[bytes]) -> bool:
        low = max(start - self.base, found.start() - 4096)
        before = self.buffer[low : found.start()].rstrip()
        while before.endswith(b"-->") and (comment := before.rfind(b"<!--")) >= 0:
            before = before[:comment].rstrip()
        tag = before.rfind(b"<")
        return tag >= 0 and _OPENED_CONTENT.fullmatch(before, tag) is not None

    def _skipped(self, at: int) -> Generator[Skipped, None, int | None]:
        """What stands before the next start of an entry, sections or not; its place, or None,
        is the generator's value."""
        while True:
            found = _ENTRY.search(self.buffer, at - self.base)
            if found:
                end = self.base + found.start()
                yield Skipped(self.buffer[self.begin - self.base : end - self.base])
                self.begin = end
                return end
            end = max(at, self.base + len(self.buffer) - _OVERLAP)
            yield Skipped(self.buffer[self.begin - self.base : end - self.base])
            self.begin = at = end
            if not self._more():
                return None
