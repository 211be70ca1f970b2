"""Documents in an HTTP message, in one of several parts, or in a recording of either."""

from __future__ import annotations

import re

from ctct_migrate.late_dataclass import replace
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.document_roots import BEGINNING, end_of_document, is_alone
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source

_TITLE = "Keep the document alone"
_HEADER = r"[A-Za-z][\w-]{1,60}:[ \t][^\r\n]*+\r?\n"

#: The first lines of a request, of an answer, or of their headers alone.
_START_LINE = late_compile(
    rf"\s*+(?:(?:GET|POST|PUT|DELETE|PATCH|HEAD)[ ]\S++(?:[ ]HTTP/[\d.]+)?\r?\n|HTTP/[\d.]+[ ]\d[^\r\n]*+\r?\n"
    rf"|(?=(?:Content-[\w-]+|Host|Authorization|User-Agent|Accept|Date|Server|MIME-Version|From):[ ]))"
    rf"(?:{_HEADER}|[ \t]++[^\r\n]*+\r?\n)*+"
)
#: What curl prints of a request besides its body.
_CURL_LINE = late_compile(
    r"(?:^|\n)[*<>] (?:(?:GET|POST|PUT|DELETE|PATCH) |HTTP/|[\w-]+: |Connect|Trying)"
)
_CHUNK = late_compile(r"([0-9A-Fa-f]{1,8})[ \t]*+(?:;[^\r\n]*+)?\r?\n")
_BOUNDARY = late_compile(rf"\s*+--([^\s<>]{{1,70}})\r?\n(?:{_HEADER})*+\r?\n")


def find_message(source: Source) -> Wrapping | None:
    """A document with the lines of an HTTP message around it, or None."""
    text = source.text
    first = BEGINNING.search(text)
    if first is None:
        return None
    start = first.start()
    if (match := _BOUNDARY.match(text)) is not None:
        return _part(source, match, start)
    start_line = _START_LINE.match(text)
    curl = _CURL_LINE.search(text, 0, start)
    if start_line is None and curl is None:
        return None
    if start_line is not None and _BOUNDARY.match(text, start_line.end()):
        return _rest(source, start_line.end())
    if curl is None and start_line is not None:
        between = text[start_line.end() : start]
        chunk = _CHUNK.search(between)
        if chunk is not None and not between[chunk.end() :].strip():
            return _chunked(source, start_line.end() + chunk.start())
        if between.strip():
            return _rest(source, start_line.end())
    end = end_of_document(text, start)
    end = len(text) if end is None else end
    pieces = Pieces(source)
    pieces.copy(start, end)
    what = "what curl prints of a request" if curl is not None else "an HTTP message"
    note = "" if is_alone(text, start, end) else _SEVERAL
    return _wrapping(what, text, pieces, note)


_SEVERAL = "there is more than one document in it: put each into a file of its own"


def _wrapping(
    what: str, text: str, pieces: Pieces, note: str = "", *, exact: bool = True
) -> Wrapping:
    start = len(text) - len(text.lstrip())
    line = text.find("\n", start)
    end = len(text) if line < 0 else len(text[:line].rstrip())
    choices = () if note else (Choice(_TITLE, pieces),)
    return Wrapping("http-message", what, start, min(end, start + 60), choices, exact, note)


def _rest(source: Source, start: int) -> Wrapping:
    """The body of a message that is wrapped itself."""
    pieces = Pieces(source)
    pieces.copy(start, len(source.text))
    return _wrapping("an HTTP message", source.text, pieces)


def _part(source: Source, match: re.Match[str], start: int) -> Wrapping:
    """One part of several."""
    text, boundary = source.text, f"--{match[1]}"
    end = text.find(f"\n{boundary}", start)
    end = len(text) if end < 0 else end
    after = text[match.end() :]
    count = 1 + after.count(f"\n{boundary}") - after.count(f"\n{boundary}--")
    pieces = Pieces(source)
    pieces.copy(start, len(text[:end].rstrip()))
    note = "" if is_alone(text, start, end) else _SEVERAL
    what = "a multipart message"
    found = _wrapping(what, text, pieces, note, exact=count == 1)
    if note or count == 1 or _IMAGE.search(text, start, end) is None:
        return found
    said = _sum_of_upload(source, text[start:end], boundary.encode("ascii", "replace"))
    return replace(found, what="the upload of an image, which is its entry and the file", note=said)


#: The payload of an upload (reference, v1-resources, Image).
_IMAGE = late_compile(r"<(?:\w+:)?Image[\s>]")
_SUM = late_compile(r"<(?:\w+:)?MD5Hash>\s*+([0-9A-Fa-f]{32})\s*+<")


def _sum_of_upload(source: Source, entry: str, boundary: bytes) -> str:
    """What is to be known of the file in an upload: whether the sum that the entry gives is its own."""
    parts = source.data.split(b"\n" + boundary)
    files = [_BLANK_LINE.split(part, 1) for part in parts if b"filename=" in part[:1_000]]
    given = _SUM.search(entry)
    if len(files) != 1 or len(files[0]) != 2:
        return "keep the file that stands in it, too: no JSON has it"
    from hashlib import md5

    data = files[0][1].removesuffix(b"\r")
    made = md5(data, usedforsecurity=False).hexdigest()
    if given is not None and given[1].lower() != made:
        return f"the file in it has the MD5 sum {made}, not that of the entry: one of the two is damaged"
    return f"keep the file that stands in it, too ({len(data):,} bytes): no JSON has it"


_BLANK_LINE = late_compile(rb"\r?\n\r?\n")


def _chunked(source: Source, at: int) -> Wrapping | None:
    """A body that is sent in chunks (RFC 9112, 7.1), each with its size in bytes before it."""
    text, pieces = source.text, Pieces(source)
    while (match := _CHUNK.match(text, at)) is not None:
        size, start = int(match[1], 16), match.end()
        if size == 0:
            return _wrapping("an HTTP message in chunks", text, pieces)
        end = min(len(text), start + size)
        if not text.isascii():
            data = source.encode(text[start:end])[:size]
            end = start + len(data.decode(source.decoding.encoding, "ignore"))
        pieces.copy(start, end)
        at = end
        while text[at : at + 1] in ("\r", "\n"):
            at += 1
    return _wrapping("an HTTP message in chunks", text, pieces, exact=False)
