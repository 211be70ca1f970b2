"""What a file is, when it is not a v1 document at all.

Looks at the first bytes and the first tag; each answer is the name of the rule that says so.  A
document that looks like XML of the right kind gets None, and is then read in earnest.
"""

from __future__ import annotations

import json
import re

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.source import Source

#: How the commonest other files begin, and what they are called.
_MAGIC = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive, which has to be unpacked first"),
    (b"Rar!\x1a\x07", "a RAR archive, which has to be unpacked first"),
    (b"MSCF\x00\x00\x00\x00", "a cabinet archive, which has to be unpacked first"),
    (b"\x1f\x9d", "a file of compress (.Z), which has to be unpacked first"),
    (b"LZIP\x01", "an lzip file, which has to be unpacked first"),
    (b"\x04\x22\x4d\x18", "an LZ4 file, which has to be unpacked first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)

_CONTROL = late_compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")

#: What is said of a document in an encoding of mainframes, in which ASCII does not stand for itself.
EBCDIC = "a document in EBCDIC, the encoding of mainframes"
_EBCDIC_CODEC = "cp037"
_EBCDIC_BEGINNING = late_compile(r"\s*+(?:<\?xml\s|<(?:\w+:)?(?:entry|feed|[A-Z]\w+)[\s>])")
#: `<` and white space in it: of ASCII, a letter and control characters.
_EBCDIC_STARTS = tuple(character.encode(_EBCDIC_CODEC) for character in " \t\n\r\x85<")

#: White space, comments and processing instructions before the first tag.
_PROLOG = late_compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>)*+", re.S)
_HTML = late_compile(r"<!doctype\s+html|<html[\s>]", re.I)
_BARE_HTML = late_compile(r"<(?:head|body|h1|title|center|p|div)\b[^>]*>", re.I)


def sniff(source: Source) -> tuple[str, str] | None:
    """`(name of the rule, what it is)` for what is not a v1 document, else None."""
    data = source.data
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return "binary-document", what
    if data[:1] in _EBCDIC_STARTS and _EBCDIC_BEGINNING.match(data[:200].decode(_EBCDIC_CODEC)):
        return "binary-document", EBCDIC
    text = source.text
    if not (_is_filled(text[:4096]) or _is_filled(text)):
        zeros = "NUL bytes" if "\x00" in text else "white space"
        return "empty-document", f"nothing but {zeros}" if text else "nothing"
    head = text[:4096]
    if not head.lstrip().startswith("<"):
        if len(_CONTROL.findall(head)) > len(head) // 20 or "\x00" in head:
            return "binary-document", "not text"
        if _is_json(text):
            return "json-document", "JSON"
        if "<" not in text or not re.search(r"<[A-Za-z?!/]", text):
            return "plain-text", "text without markup"
        return None
    prolog = _PROLOG.match(text)
    first = prolog.end() if prolog else 0
    bare = _BARE_HTML.match(text, first) is not None and not _holds_document(text, first)
    if _HTML.match(text, first) or bare:
        return "html-page", "an HTML page"
    return None


def _is_filled(text: str) -> bool:
    """Whether there is more than zeros, and what Unicode calls white space, form feeds among it."""
    return bool(text.replace("\x00", "").strip())


def _holds_document(text: str, start: int) -> bool:
    """Whether a v1 document follows what a program has printed."""
    from ctct_migrate.reader.wrappings.document_roots import BEGINNING

    return BEGINNING.search(text, start) is not None


def _is_json(text: str) -> bool:
    stripped = text.strip()
    if stripped[:1] not in ("{", "["):
        return False
    try:
        json.loads(stripped)
    except ValueError:
        return re.match(r'[\[{]\s*(?:["{\[\]}]|$)', stripped) is not None
    except RecursionError:
        return True
    return True
