"""Tags that are lost as a whole, or changed round: candidates for a repair.

`stan@example.com</EmailAddress>` has lost its start tag: of a field it belongs before the text, of
an element of several before the first of those that may stand in it.  `<Name>a<Status></Name>`
has two tags that have changed places; and a part may have been written twice.  Works on bytes in UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.breaking import BreakingPoint
from ctct_migrate.reader.candidates import Candidate
from ctct_migrate.reader.document import DIALECTS
from ctct_migrate.reader.tree import CTCT
from ctct_migrate.resources import Dialect
from ctct_migrate.v1.lexicon import lexicon

#: A text that is longer than this (bytes) is not searched for its beginning.
_LONGEST = 2_000_000

#: What is looked for before the breakage, in bytes: a part that stands twice is not shorter.
_PROBE = 48

_END_TAG = late_compile(rb"</([^\s<>/]++)\s*+>")
_START_TAG = late_compile(rb"<([^\s<>/!?]++)")
_WHOLE_TAG = late_compile(rb"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")

#: The beginning and the end of a tag in characters that look like XML's, or in references.
_BEFORE = "(?:＜|‹|⟨|〈|﹤|&lt;)"
_AFTER = "(?:＞|›|⟩|〉|﹥|>|&gt;)"


def lost_start_tags(data: bytes, broken: BreakingPoint) -> Iterator[Candidate]:
    """The start tag that the end tag at the breakage lacks, if its element may stand there."""
    closing = _END_TAG.match(data, broken.at)
    if closing is None or not broken.mismatch or not broken.opened:
        return
    qname = closing[1]
    prefix, name = _split(qname.decode("utf-8", "replace"))
    _, parent = _split(broken.opened[-1].name)
    words = lexicon()
    holds = words.holds_in("")
    if name not in holds.get(parent, ()):
        return
    if name in words.leaves or name in words.contents:
        start = _text_before(data, broken)
        written = re.compile(f"{_BEFORE}{re.escape(qname.decode())}\\s*+{_AFTER}".encode())
        bracketed = written.match(data, start)
        end = bracketed.end() if bracketed is not None else start
        yield Candidate(start, end, b"<" + qname + b">")
        return
    first = _first_child(data, broken, holds.get(name, frozenset()))
    tag = _start_tag(qname.decode(), prefix, name, data, first)
    if first is not None and tag:
        yield _on_its_line(data, first, tag.encode())


def lost_end_tags(data: bytes, broken: BreakingPoint) -> Iterator[Candidate]:
    """The end tag that a text field lacks, after its text."""
    leaves = lexicon().leaves
    for opened in broken.opened[-2:]:
        tag = _WHOLE_TAG.match(data, opened.start)
        if _split(opened.name)[1] not in leaves or tag is None:
            continue
        end = data.find(b"<", tag.end())
        text = data[tag.end() : end].rstrip()
        if end >= 0 and text.strip():
            place = tag.end() + len(text)
            yield Candidate(place, place, f"</{opened.name}>".encode())


def stands_already(data: bytes, broken: BreakingPoint, put: bytes) -> bool:
    """Whether the field whose start tag is put in stands in the same element already."""
    name = _START_TAG.match(put)
    if name is None or _split(name[1].decode("utf-8", "replace"))[1] not in lexicon().leaves:
        return False
    tag = re.compile(rb"<" + re.escape(name[1]) + rb"(?=[\s/>])")
    if any(tag.match(data, start) for start in broken.before):
        return True
    end = data.find(b"</" + broken.opened[-1].name.encode() + b">", broken.at)
    return tag.search(data, broken.at, len(data) if end < 0 else end) is not None


def changed_round(data: bytes, broken: BreakingPoint) -> Iterator[Candidate]:
    """`<Status></Name>` for `</Name><Status>`, with the white space after it."""
    closing = _END_TAG.match(data, broken.at)
    if closing is None or not broken.mismatch or len(broken.opened) < 2:
        return
    inner, outer = broken.opened[-1], broken.opened[-2]
    tag = data[inner.start : broken.at]
    if outer.name.encode() != closing[1] or _WHOLE_TAG.fullmatch(tag) is None:
        return
    end = closing.end()
    while data[end : end + 1].isspace():
        end += 1
    yield Candidate(inner.start, end, data[broken.at : end] + tag)


def doubled(data: bytes, broken: BreakingPoint) -> Iterator[Candidate]:
    """A part of the document that stands twice in a row, around the breakage: all of the copy is
    taken out."""
    at = broken.at
    low = max(0, at - _LONGEST)
    for probe in (at, at - _PROBE):
        if probe < 0 or probe + _PROBE > len(data) or not broken.opened:
            continue
        earlier = data.rfind(data[probe : probe + _PROBE], low, probe + _PROBE - 1)
        length = probe - earlier
        if earlier < 0 or length < _PROBE:
            continue
        back = _alike(data[low:at][::-1], data[low : at - length][::-1])
        on = _alike(data[at : at + length], data[at - length : at])
        if back + on >= length:
            yield Candidate(at - back, at - back + length, b"")


def _alike(one: bytes, other: bytes) -> int:
    """How many bytes two texts have in common at their beginnings."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _split(qname: str) -> tuple[str, str]:
    prefix, _, name = qname.rpartition(":")
    return prefix, name


def _text_before(data: bytes, broken: BreakingPoint) -> int:
    """Where the text before the breakage begins, after white space: CDATA sections belong to it."""
    at = broken.at
    low = max(broken.opened[-1].start, at - _LONGEST)
    begin = at
    while (less := data.rfind(b"<", low, begin)) >= 0:
        if not data.startswith(b"<![CDATA[", less):
            tag = _WHOLE_TAG.match(data, less, at)
            begin = tag.end() if tag is not None else begin
            if data.startswith(b"<!--", less):
                begin = data.find(b"-->", less, at) + 3
            break
        begin = less
    while begin < at and data[begin : begin + 1].isspace():
        begin += 1
    return begin


def _first_child(data: bytes, broken: BreakingPoint, inside: frozenset[str]) -> int | None:
    """Where the first of the elements stands, just before the breakage, that may all stand in the
    element that is closed there; None where there is none."""
    first = None
    for start in reversed(broken.before):
        match = _START_TAG.match(data, start)
        if match is None or _split(match[1].decode("utf-8", "replace"))[1] not in inside:
            break
        first = start
    return first


def _start_tag(qname: str, prefix: str, name: str, data: bytes, first: int | None) -> str:
    """The start tag that is put in, with the attributes that are known; empty where they are not."""
    if name == "content":
        payload = _START_TAG.match(data, first) if first is not None else None
        inner = _split(payload[1].decode("utf-8", "replace"))[1] if payload is not None else ""
        known = DIALECTS.get(inner) is Dialect.CTCT
        return f'<{qname} type="application/vnd.ctct+xml">' if known else ""
    if DIALECTS.get(name) is Dialect.CTCT and not prefix and name != "ContactList":
        return f'<{qname} xmlns="{CTCT}">'
    return f"<{qname}>"


def _on_its_line(data: bytes, first: int, tag: bytes) -> Candidate:
    """The tag before the element at `first`: in the empty line before it, or on a line of its own
    if that stands on one."""
    begin = first
    while begin > 0 and data[begin - 1 : begin].isspace():
        begin -= 1
    space = data[begin:first]
    lines = space.split(b"\n")
    if len(lines) > 2:
        place = begin + len(lines[0]) + 1 + len(lines[1].rstrip(b"\r"))
        return Candidate(place, place, tag)
    return Candidate(first, first, tag + (b"\n" + lines[-1] if len(lines) == 2 else b""))
