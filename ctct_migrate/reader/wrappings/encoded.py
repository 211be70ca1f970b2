"""Documents in an encoding of transport: base64, hexadecimal, percent signs, quoted-printable, and
forms, whose fields are encoded with percent signs.
"""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_to_bytes

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.document_roots import AFTER_LESS_THAN, BEGINNING, root_name
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source, detect

_TITLE = "Decode it"

# -- base64 and hexadecimal -----------------------------------------------------------------------

#: The first bytes of a document in base64: `<?xml `, `<entry`, `<feed`, `<Campaign`, `<Schedule`,
#: `<atom:`, and a byte order mark before them.
_BASE64 = late_compile(
    r"(?<![A-Za-z0-9+/_-])(?:77u/)?(?:PD94bWwg|PGVudHJ5|PGZlZWQ|PENhbXBhaWdu|PFNjaGVkdWxl|PGF0b206)"
)
_RUN = late_compile(r"(?:[A-Za-z0-9+/_-]++|(?:=|%3[dD])++|\\[rn]|\s++)*+")
_LETTERS = late_compile(r"[A-Za-z0-9+/_-]++")
_QUANTUM = late_compile(r"(?:[A-Za-z0-9+/_-]\s*+){1,4}+")
_HEXADECIMAL = late_compile(
    r"\s*+(?:0x|\\x|X'|x')?+((?:3[cC](?=3[fF]|[46][0-9a-fA-F]))(?:[0-9a-fA-F]|\s)++)'?\s*+"
)
_PAIR = late_compile(r"[0-9a-fA-F]\s*+[0-9a-fA-F]")

#: What stands around base64 and goes with it: the head of a data URI, of a mail's part, of PEM.
_AROUND = late_compile(
    r"""\s*+(?:["'(<]|data:[^\s,]{0,100},|url\(|-----BEGIN [A-Z ]{1,40}-----|!binary\s*+\|?-?"""
    r"""|(?:Content-[\w-]{1,40}:[^\n]{0,200}\n)++)*+\s*+"""
)
_AFTERWARDS = late_compile(r"""\s*+(?:["')>;,.]|-----END [A-Z ]{1,40}-----)*+\s*+""")


def find_base64(source: Source) -> Wrapping | None:
    """A document in base64, or in hexadecimal, or None."""
    text = source.text
    match = _BASE64.search(text)
    if match is None:
        return _find_hexadecimal(source)
    whole_run = _RUN.match(text, match.start())
    assert whole_run is not None
    end = len(text[: whole_run.end()].rstrip())
    pieces = Pieces(source)
    at = match.start()
    parts = []
    lines = _LETTERS
    if any(len(run[0]) % 4 for run in _LETTERS.finditer(text, at, end) if run.end() < end - 3):
        lines = _QUANTUM
    for run in lines.finditer(text, at, end):
        if run.start() > at and "=" in text[at : run.start()]:
            break
        letters = "".join(run[0].split())
        if len(letters) % 4 == 1:
            return None
        data = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=_altchars(letters))
        parts.append((data, *run.span()))
        at = run.end()
    whole = b"".join(data for data, _, _ in parts)
    if _is_copied(whole, source):
        for data, first, last in parts:
            pieces.put(data, first, last, (4, 3) if lines is _LETTERS else None)
    else:
        pieces.put(_decoded(whole), match.start(), end)
    if root_name(_decoded(whole)) is None:
        return None
    around = _AROUND.fullmatch(text[: match.start()]) and _AFTERWARDS.fullmatch(text[end:])
    return Wrapping(
        "encoded-document", "base64", match.start(), match.start() + 8, (Choice(_TITLE, pieces),),
        around is not None,
    )  # fmt: skip


def _is_copied(data: bytes, source: Source) -> bool:
    """Whether bytes can be put into a text of the encoding of `source` as they are; else they
    are put in that encoding, and what they declare is another mistake."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return source.decoding.encoding == "utf-8" and detect(data).encoding == "utf-8"


def _altchars(letters: str) -> bytes:
    return b"-_" if "-" in letters or "_" in letters else b"+/"


def _decoded(data: bytes) -> str:
    """The text of a document in whatever encoding it declares."""
    decoding = detect(data)
    return data[decoding.bom :].decode(decoding.encoding, "replace")


def _find_hexadecimal(source: Source) -> Wrapping | None:
    match = _HEXADECIMAL.fullmatch(source.text)
    if match is None:
        return None
    pieces, start = Pieces(source), match.start(1)
    data = b""
    try:
        data = binascii.unhexlify("".join(match[1].split()))
    except ValueError:
        return None
    if root_name(_decoded(data)) is None:
        return None
    if _is_copied(data, source):
        if match[1].isalnum():
            pieces.put(data, *match.span(1), (2, 1))
        else:
            for pair in _PAIR.finditer(source.text, *match.span(1)):
                pieces.put(bytes.fromhex("".join(pair[0].split())), *pair.span())
    else:
        pieces.put(_decoded(data), *match.span(1))
    choices = (Choice(_TITLE, pieces),)
    return Wrapping("encoded-document", "hexadecimal", start, start + 2, choices)


# -- percent signs --------------------------------------------------------------------------------

#: The beginning of a document in percent signs, which may themselves be encoded again.
_PERCENT = late_compile(
    rf"%(?P<again>(?:25){{0,3}})3[cC](?:%(?:25){{0,3}}3[fF]xml|(?={AFTER_LESS_THAN}))"
)
_FIELD_END = late_compile(r"[&\s\"'<>]")
_FIELD = late_compile(r"(?:\A|[&?\s\"'])([\w.\[\]-]{1,60})=\Z")
#: What is encoded, by how many times more than once it is.
_ENCODED = tuple(
    late_compile(rf"(?:%(?:25){{{again}}}[0-9A-Fa-f]{{2}})++|\++") for again in range(4)
)


def find_percent(source: Source) -> Wrapping | None:
    """A document encoded as a part of a URL or of a form, or None."""
    text = source.text
    match = _PERCENT.search(text)
    if match is None:
        return None
    start = match.start()
    stop = _FIELD_END.search(text, start)
    end = stop.start() if stop else len(text)
    field = _FIELD.search(text[max(0, start - 80) : start])
    spaces = "+" if f"%{match['again']}20" not in text[start:end] else ""
    pieces, at = Pieces(source), start
    again = match["again"]
    for run in _ENCODED[len(again) // 2].finditer(text, start, end):
        pieces.copy(at, run.start())
        at = run.end()
        if run[0][0] == "+":
            pieces.put(" " * len(run[0]) if spaces else run[0], *run.span())
        else:
            data = unquote_to_bytes(run[0].replace(f"%{again}", "%"))
            pieces.put(_letters(data), *run.span())
    pieces.copy(at, end)
    before = text[:start] if field is None else text[:start][: -len(field[0].lstrip("&?\"' \n"))]
    exact = not before.strip(" \r\n\"'") and not text[end:].strip(" \r\n\"'")
    if field is not None:
        what = f"a form, with the document in its field `{field[1]}`"
        return Wrapping("form-body", what, start, match.end(), (Choice(_TITLE, pieces),), exact)
    what = "a part of a URL"
    return Wrapping("form-body", what, start, match.end(), (Choice(_TITLE, pieces),), exact)


def _letters(data: bytes) -> str:
    """What a run of bytes stands for: UTF-8, or what Windows has."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


# -- quoted-printable -----------------------------------------------------------------------------

_EQUALS = late_compile(r"""=3[dD]["']""")
_QUOTE = late_compile(r"""["']""")
_PRINTABLE = late_compile(r"(?:=[0-9A-F]{2})++|=[ \t]*+\r?\n")


def find_printable(source: Source) -> Wrapping | None:
    """A document in quoted-printable, as e-mails are, or None."""
    text = source.text
    first = BEGINNING.search(text)
    quote = _QUOTE.search(text, first.start()) if first else None
    match = _EQUALS.match(text, max(0, quote.start() - 3)) if quote else None
    if match is None or first is None:
        return None
    pieces, at = Pieces(source), first.start()
    for run in _PRINTABLE.finditer(text, at):
        pieces.copy(at, run.start())
        at = run.end()
        if "\n" not in run[0]:
            pieces.put(_letters(bytes.fromhex(run[0].replace("=", ""))), *run.span())
    pieces.copy(at, len(text))
    exact = (
        not text[: first.start()].strip() or _AROUND.fullmatch(text[: first.start()]) is not None
    )
    what = "quoted-printable, as in e-mails"
    start = match.start()
    return Wrapping("encoded-document", what, start, start + 3, (Choice(_TITLE, pieces),), exact)
