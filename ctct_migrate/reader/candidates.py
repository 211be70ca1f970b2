"""Candidates: the small edits that might undo what broke a text.

Each is one character put in, taken out, or two neighbours changed round; or a token of XML's such
as `-->` of which one character is missing.  `repairing` tries them.  Works on bytes in UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.breaking import BreakingPoint

#: How far around a breakage is searched, in bytes: back to the beginning of its tag, and on.
_BACK, _ON = 700, 90

#: How far back a tag is looked for that the breakage shows to be lost, in bytes.
_REGION = 2_000_000

#: Letters of a misspelt name that are wrong, at most.
_MISSPELT = 2

#: Candidates of one kind in the region between an open tag and the end tag that does not fit.
_MOST = 24

_STRUCTURAL = b"<>\"'/=&;"
_REPLACEMENTS = (b"<", b">", b'"', b"/", b"=")
_NAME = rb"[A-Za-z_:\x80-\xff][\w.:\-\x80-\xff]*+"
_NAME_BYTE = late_compile(rb"[\w.:\-\x80-\xff]")
_TAG_NAME = late_compile(rb"</?(" + _NAME + rb")(?=[\s/>])")
_LOST_END = late_compile(rb"(?<!<)/(" + _NAME + rb")\s*+>")
_EMPTY_TAG = late_compile(rb"<(" + _NAME + rb")[^<>]*+(?<=/)>")

#: Tokens of XML's, each with what is left of it when one character is lost or two change places.
_TOKENS = (b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml", b"?>")


class Candidate(NamedTuple):
    """Replace the bytes `start` up to `end` by `put`."""

    start: int
    end: int
    put: bytes

    def applied(self, data: bytes) -> bytes:
        """`data` with it."""
        return b"".join((data[: self.start], self.put, data[self.end :]))


def _damaged(token: bytes) -> Iterator[bytes]:
    for at in range(len(token)):
        yield token[:at] + token[at + 1 :]
    for at in range(len(token) - 1):
        yield token[:at] + token[at + 1 : at + 2] + token[at : at + 1] + token[at + 2 :]


def _tokens() -> tuple[re.Pattern[bytes], dict[bytes, list[bytes]]]:
    meant: dict[bytes, list[bytes]] = {}
    for token in _TOKENS:
        for damaged in _damaged(token):
            if damaged != token and len(damaged) > 1 and damaged not in (b"--", b"]]", b"xml"):
                meant.setdefault(damaged, []).append(token)
    meant[b"--"], meant[b"]]"], meant[b"?"] = [b"-->", b"<!--"], [b"]]>"], [b"?>"]
    longest = sorted(meant, key=len, reverse=True)
    return re.compile(b"(?=(" + b"|".join(map(re.escape, longest)) + b"))"), meant


_DAMAGED, _MEANT = _tokens()


def names_in(data: bytes) -> frozenset[bytes]:
    """Names of the tags of a text."""
    return frozenset(_TAG_NAME.findall(data))


def near(data: bytes, at: int, names: frozenset[bytes]) -> Iterator[Candidate]:
    """What might be wrong at the breakage itself: in its tag, and just after."""
    start, end = bounds(data, at)
    yield from _inside(data, start, end, names)


def bounds(data: bytes, at: int) -> tuple[int, int]:
    """The bytes that `near` looks at: from the beginning of the tag before the one that the
    breakage stands in, to the second `>` after it."""
    start = max(0, data.rfind(b"<", max(0, at - _BACK), at))
    start = max(0, start - 1, at - _BACK)
    end = data.find(b">", at, at + _ON)
    end = data.find(b">", end + 1, at + _ON) if end >= 0 else -1
    return start, end + 1 if end >= 0 else min(len(data), at + _ON)


def far(data: bytes, broken: BreakingPoint, names: frozenset[bytes]) -> Iterator[Candidate]:
    """What might be wrong long before: a tag that was never closed, or whose start was lost."""
    if not broken.mismatch and not broken.ended:
        if broken.opened:
            begin = max(broken.opened[-1].start, broken.at - _REGION)
            yield from _nearly_tokens(data, begin, broken.at)
        return
    match = _TAG_NAME.match(data, broken.at)
    closing = match[1] if match is not None and broken.mismatch else b""
    opened = [(each.name.encode(), each.start) for each in broken.opened]
    if closing and opened and _resembles(closing, opened[-1][0]):
        yield Candidate(broken.at + 2, broken.at + 2 + len(closing), opened[-1][0])
    held = max((i for i, (name, _) in enumerate(opened) if name == closing), default=-1)
    above = opened[held + 1 :] if held >= 0 else opened
    for _, start in above[-6:] if held >= 0 or not closing else above[-1:]:
        yield from _unclosed(data, start, names)
    if held >= 0:
        begin = opened[held][1]
    else:
        begin = opened[-1][1] if opened and closing else 0
    begin = max(begin, broken.at - _REGION)
    wanted = {name for name, _ in above}
    yield from _lost(data, begin, broken.at, closing, wanted)
    if closing and held < 0:
        yield Candidate(broken.at + 1, broken.at + 2, b"")
        for match in _few(_EMPTY_TAG.finditer(data, begin, broken.at)):
            if match[1] == closing:
                yield Candidate(match.end() - 2, match.end() - 1, b"")
    yield from _nearly_tokens(data, begin, broken.at)
    if opened and (broken.ended or broken.mismatch):
        yield from _section_ends(data, *opened[-1], None if broken.ended else broken.at)


def _resembles(written: bytes, name: bytes) -> bool:
    """Whether an end tag's name is a misspelling of another."""
    if written == name or abs(len(written) - len(name)) > _MISSPELT:
        return False
    if written.lower() == name.lower():
        return True
    same_start = next((i for i, (a, b) in enumerate(zip(written, name, strict=False)) if a != b), 0)
    ends = zip(reversed(written), reversed(name), strict=False)
    same_end = next((i for i, (a, b) in enumerate(ends) if a != b), 0)
    return max(len(written), len(name)) - same_start - same_end <= _MISSPELT


def _section_ends(data: bytes, name: bytes, start: int, limit: int | None) -> Iterator[Candidate]:
    """Where a comment or a CDATA section that never ends, or ends with the next one (before
    `limit`), might have ended: before an end tag of the element that it stands in."""
    limit = len(data) if limit is None else limit
    for opening, closing in ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->")):
        at = data.find(opening, start, limit)
        if at >= 0:
            ends = re.compile(rb"</" + re.escape(name) + rb"\s*>").finditer(data, at, limit)
            for match in _few(ends):
                loose = _LOOSE_END.search(data, max(at, match.start() - _LOOSE), match.start())
                if loose is not None and opening == b"<![CDATA[":
                    yield Candidate(*loose.span(1), closing)
                else:
                    yield Candidate(match.start(), match.start(), closing)


def _unclosed(data: bytes, start: int, names: frozenset[bytes]) -> Iterator[Candidate]:
    """What might be wrong with a start tag that nothing closes."""
    end = data.find(b">", start)
    if end < 0:
        return
    yield Candidate(start + 1, start + 1, b"/")
    yield Candidate(end, end, b"/")
    if end - start < _BACK:
        yield from _inside(data, max(0, start - 1), min(len(data), end + 2), names)


def _lost(
    data: bytes, begin: int, end: int, closing: bytes, wanted: set[bytes]
) -> Iterator[Candidate]:
    """Tags whose `<` is missing."""
    if closing:
        for match in _few(_lost_start(closing).finditer(data, begin, end)):
            yield Candidate(match.start(), match.start(), b"<")
    for match in _few(m for m in _LOST_END.finditer(data, begin, end) if m[1] in wanted):
        yield Candidate(match.start(), match.start(), b"<")
    for match in _few(m for m in _EMPTY_TAG.finditer(data, begin, end) if m[1] in wanted):
        if match.end() - match.end(1) == len(b"/>"):
            yield Candidate(match.start(1), match.end() - 1, b"/" + match[1])


@lru_cache(maxsize=256)
def _lost_start(name: bytes) -> re.Pattern[bytes]:
    """What finds the start tags of a name whose `<` is missing.  Of that name alone, and no longer
    than a tag is looked back for: after each word of a long text the next `>` may be far away."""
    return re.compile(
        rb"(?<![<\w/&.:\-\x80-\xff])" + re.escape(name) + rb"(?:\s[^<>]{0,%d}+)?+>" % _BACK
    )


def _few(matches: Iterable[re.Match[bytes]]) -> list[re.Match[bytes]]:
    every = list(matches)
    return every if len(every) <= 2 * _MOST else every[:_MOST] + every[-_MOST:]


#: The end of a CDATA section with spaces in it, or with a reference, before an end tag; and its
#: beginning with spaces in it, or in small letters.
_LOOSE_END = late_compile(rb"(\]\s{0,9}+\]\s{0,9}+(?:>|&gt;))(?<!\]\]>)\s*+\Z")
_LOOSE_START = late_compile(rb"<\s{0,9}+!\s{0,9}+\[\s{0,9}+CDATA\s{0,9}+\[", re.I)
_IN_LOOSE_END = late_compile(rb"\]\s{0,9}+\]\s{0,9}+(?:>|&gt;)(?<!\]\]>)")
_SPACED_BRACKET = late_compile(rb"\]\s+\Z")
_LOOSE = 60


def _nearly_tokens(data: bytes, start: int, end: int) -> Iterator[Candidate]:
    loose = [m.span() for m in _few(_LOOSE_START.finditer(data, start, end))]
    for begin, stop in loose:
        if data[begin:stop] != b"<![CDATA[":
            yield Candidate(begin, stop, b"<![CDATA[")
    for match in _few(m for m in _DAMAGED.finditer(data, start, end)):
        at, written = match.start(1), match[1]
        if any(begin <= at < stop for begin, stop in loose) or _IN_LOOSE_END.match(data, at):
            continue
        if written.startswith(b"<!") and _LOOSE_START.match(data, at):
            continue
        if written == b"]>" and _SPACED_BRACKET.search(data, max(0, at - 12), at):
            continue
        for token in _MEANT[written]:
            if not data.startswith(token, at):
                yield Candidate(at, at + len(written), token)


def _inside(data: bytes, start: int, end: int, names: frozenset[bytes]) -> Iterator[Candidate]:
    """Every candidate at the bytes `start` up to `end`."""
    for at in range(start, end + 1):
        before, after = data[at - 1 : at] if at else b"", data[at : at + 1]
        yield from _insertions(at, before, after)
        if at < end and after and after in _STRUCTURAL:
            if after == b"<" and is_in_text(data, at):
                if not data.startswith((b"<!", b"</>"), at):
                    yield Candidate(at, at + 1, b"&lt;")
            else:
                yield Candidate(at, at + 1, b"")
                yield from (Candidate(at, at + 1, put) for put in _REPLACEMENTS if put != after)
        if at + 1 < end and (after in _STRUCTURAL or data[at + 1 : at + 2] in _STRUCTURAL):
            begin, middle, stop = _first_byte(data, at), at + 1, _after_character(data, at + 1)
            if data[begin:middle] != data[middle:stop]:
                yield Candidate(begin, stop, data[middle:stop] + data[begin:middle])
    yield from _after_names(data, start, end, names)
    yield from _spaces(data, start, end)
    yield from _nearly_tokens(data, start, end)


def is_in_text(data: bytes, at: int) -> bool:
    """Whether the `<` at the byte `at` is a character of a text, of which none is ever taken out:
    no tag is open there, and it does not stand alone before another tag."""
    if data[at + 1 : at + _BACK].lstrip().startswith(b"<"):
        return False
    low = max(0, at - _BACK)
    return data.rfind(b">", low, at) > data.rfind(b"<", low, at)


def _first_byte(data: bytes, at: int) -> int:
    """Where the character begins that the byte `at` belongs to."""
    while at > 0 and 0x80 <= data[at] < 0xC0:
        at -= 1
    return at


def _after_character(data: bytes, at: int) -> int:
    """Where the character ends that begins with the byte `at`."""
    at += 1
    while at < len(data) and 0x80 <= data[at] < 0xC0:
        at += 1
    return at


def _insertions(at: int, before: bytes, after: bytes) -> Iterator[Candidate]:
    letter_before = bool(before) and _NAME_BYTE.match(before) is not None
    letter_after = bool(after) and _NAME_BYTE.match(after) is not None
    if not (letter_before and letter_after):
        for put in (b'"', b"'", b">"):
            yield Candidate(at, at, put)
    if (letter_after and not letter_before) or after in (b"/", b"!", b"?") or before == b">":
        yield Candidate(at, at, b"<")
    if before == b"<" or after == b">":
        yield Candidate(at, at, b"/")
    if after in (b'"', b"'"):
        yield Candidate(at, at, b"=")
    if before in (b'"', b"'") and letter_after:
        yield Candidate(at, at, b" ")


_TAG_BEGINNING = late_compile(rb"</?(" + _NAME + rb")")


def _after_names(data: bytes, start: int, end: int, names: frozenset[bytes]) -> Iterator[Candidate]:
    """`<Nametext` and `<linkhref=`: the `>` or the space after a known name is missing."""
    for match in _TAG_BEGINNING.finditer(data, start, end):
        begin, written = match.start(1), match[1]
        for length in range(1, len(written)):
            if written[:length] in names:
                yield Candidate(begin + length, begin + length, b">")
                yield Candidate(begin + length, begin + length, b" ")


_SPACE_IN_TAG = late_compile(rb"<(?:\s++|/\s++|\s++/)|/\s++(?=>)")


def _spaces(data: bytes, start: int, end: int) -> Iterator[Candidate]:
    """`< Name>`, `</ Name>`, `< /Name>`, `<Name / >`: white space where none may stand."""
    for match in _SPACE_IN_TAG.finditer(data, start, end):
        yield Candidate(*match.span(), re.sub(rb"\s+", b"", match[0]))
