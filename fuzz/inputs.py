"""What the laws are tried on: hypothesis strategies for bytes.

Samples with bytes or tokens lost, put in, doubled and swapped; crosses of two samples; documents
from a grammar of the format's own pieces; and rubbish.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[1]

#: Larger samples are left aside: a thousand small documents find more than ten large ones.
_LARGEST = 20_000

#: What breaks documents: structure, references, encodings, white space of all kinds, odd values.
PIECES = (
    b"<", b">", b"&", b"'", b'"', b"/", b"=", b";", b"-", b"--", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<?", b"?>", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"</",
    b"/>", b"&#11;", b"&#x1F;", b"&#127;", b"&#xFFFF;", b"&#0;", b"&#xD83D;&#xDE00;", b"&#146;",
    b"&#" + b"0" * 5000 + b"65;", b"&nbsp;", b"&amp;", b"&amp;amp;", b"&amp;#11;", b"&amp;lt;", b"&foo;",
    b"\x00", b"\x0b", b"\x0c", b"\x1f", b"\x7f", b"\x80", b"\x92", b"\xff", b"\xfe\xff", b"\xc2\xa0",
    b"\xe2\x80\x8b", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xef\xbf\xbf", b"\xed\xa0\x80", b"\xc2\x85", b"\r",
    b"\r\n", b"\n", b"\t", b" ", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae", b"<<<<<<< HEAD\n", b"=======\n",
    b">>>>>>> x\n", b"{{name}}", b"<?php echo 1; ?>", b"<% x %>", b"\\n", b'\\"', b'""', b"%3C", b"NaN",
    b"99999999999-01-01T00:00:00Z", b"2010-09-28T05:22:42", b"2010-09-28", b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:60Z", b"1285651362000", b"9" * 5000, b"-1", b"1e9", b"YES", b"no", b"STOCK", b"Sent",
    b'xmlns=" http://www.w3.org/2005/Atom"', b'xmlns:o="http://example.org/ros\xc3\xa9"', b'xmlns=""',
    b'xmlns:atom="http://www.w3.org/2005/Atom"', b"atom:", b"ct:", b"xml:", b"xmlns:", b"<entry>", b"</entry>",
    b"<feed>", b"</Campaign>", b"<Text>", b"</body >", b"<br>", b"<p>", b"<b><i></b></i>", b"<Campaign/>",
    b"<Schedule>", b'id="2"', b" id=", b"<!-- ctct-migrate: ignore -->", b"<!-- ctct-migrate: ignore CT310 -->",
    b"<!-- ctct-migrate: ignore-file -->",
)  # fmt: skip

ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "windows-1252",
    "ascii", "shift_jis", "utf-7", "iso-2022-jp", "gb18030", "cp037", "latin-1", "undefined", "idna",
    "punycode", "utf_8", "rot13", "base64", "unicode_escape", "big5", "hz",
)  # fmt: skip

_TOKEN = re.compile(rb"<!--.*?-->|<[^<>]*>|&[^;&<\s]{1,12};|[^<&]+|[<&]", re.S)


@cache
def samples() -> tuple[bytes, ...]:
    """The bytes of all samples that are not large, in the order of their names."""
    found = sorted((ROOT / "samples").rglob("*.xml"))
    return tuple(data for path in found if len(data := path.read_bytes()) <= _LARGEST)


def tokens(data: bytes) -> list[bytes]:
    """`data` cut into tags, comments, references and texts; joined, they are `data` again."""
    return _TOKEN.findall(data)


_piece = st.one_of(st.sampled_from(PIECES), st.binary(min_size=1, max_size=4))
_share = st.integers(0, 10_000)


def _at(share: int, length: int) -> int:
    return share * length // 10_001 if length else 0


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample after one to four edits of bytes."""
    data = draw(st.sampled_from(samples()))
    for _ in range(draw(st.integers(1, 4))):
        at = _at(draw(_share), len(data))
        width = draw(st.one_of(st.sampled_from([0, 1]), st.integers(0, 40)))
        put = draw(st.one_of(st.just(b""), _piece))
        data = data[:at] + put + data[at + width :]
    return data


@st.composite
def shuffled(draw: st.DrawFn) -> bytes:
    """A sample after one to four edits of tokens: lost, doubled, swapped, moved, replaced."""
    parts = list(tokens(draw(st.sampled_from(samples())))) or [b""]
    for _ in range(draw(st.integers(1, 4))):
        one, other = _at(draw(_share), len(parts)), _at(draw(_share), len(parts))
        kind = draw(st.sampled_from(["lose", "double", "swap", "move", "put", "inside", "cut"]))
        if kind == "lose":
            del parts[one]
        elif kind == "double":
            parts.insert(other, parts[one])
        elif kind == "swap":
            parts[one], parts[other] = parts[other], parts[one]
        elif kind == "move":
            parts.insert(other, parts.pop(one))
        elif kind == "put":
            parts.insert(one, draw(_piece))
        elif kind == "inside":
            at = _at(draw(_share), len(parts[one]) + 1)
            parts[one] = parts[one][:at] + draw(_piece) + parts[one][at:]
        else:
            parts = parts[: one + 1]
        parts = parts or [b""]
    return b"".join(parts)


@st.composite
def crossed(draw: st.DrawFn) -> bytes:
    """The beginning of one sample and the end of another, cut between tokens."""
    one, other = (tokens(draw(st.sampled_from(samples()))) for _ in range(2))
    return b"".join(one[: _at(draw(_share), len(one))] + other[_at(draw(_share), len(other)) :])


@st.composite
def encoded(draw: st.DrawFn) -> bytes:
    """A sample in one encoding that declares another, or the same."""
    text = draw(st.sampled_from(samples())).decode("utf-8", "replace")
    body = text.partition("?>")[2] if text.startswith("<?xml") else text
    body = body.replace("Campaign", draw(st.sampled_from(["Campaign", "Campaign", "Campagné"])))
    declared, used = draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(ENCODINGS))
    text = f'<?xml version="1.0" encoding="{declared}"?>{body.lstrip()}'
    try:
        return text.encode(used, "replace")
    except (LookupError, UnicodeError):
        return text.encode()


_NAMES = (
    "entry", "feed", "content", "Campaign", "Schedule", "Name", "Subject", "Status", "Date", "FromEmail",
    "EmailAddress", "ContactLists", "ContactList", "EmailContent", "EmailTextContent", "Text", "id", "link",
    "title", "updated", "author", "ScheduledTime", "Urls", "Url", "Clicks", "html", "body", "p", "atom:entry",
)  # fmt: skip
_SPACES = (
    "",
    ' xmlns="http://www.w3.org/2005/Atom"',
    ' xmlns="http://ws.constantcontact.com/ns/1.0/"',
)


@st.composite
def _element(draw: st.DrawFn, inner: st.SearchStrategy[bytes]) -> bytes:
    name = draw(st.sampled_from(_NAMES)).encode()
    tag = name + draw(st.sampled_from(_SPACES)).encode() + draw(st.sampled_from([b"", b' id="a"']))
    return b"<" + tag + b">" + b"".join(draw(st.lists(inner, max_size=4))) + b"</" + name + b">"


#: Documents by the format's own grammar, with what breaks them.
grown = st.recursive(
    st.one_of(_piece, st.sampled_from([b"", b"text", b"1", b"a@b.c"])), _element, max_leaves=25
)

rubbish = st.one_of(
    st.binary(max_size=200),
    st.lists(_piece, max_size=30).map(b"".join),
    st.text(st.sampled_from("<>&;/!?-[]=\"' abé😀\n\r\0\f"), max_size=80).map(
        lambda text: text.encode("utf-8")
    ),
)

#: Everything.
documents = st.one_of(
    damaged(), shuffled(), damaged(), shuffled(), crossed(), encoded(), grown, rubbish
)
