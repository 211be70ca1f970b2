r"""Escapes of string literals: `\n`, `\"`, `\u00e9`, `\xc3\xa9`.

What JSON, C, Java, JavaScript, Python, Ruby, PHP, Perl and YAML have in common.  An escape that
none of them knows stays as it is.
"""

from __future__ import annotations

import re

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.pieces import Pieces

#: Runs of bytes and of UTF-16 units belong together; a line's end after a backslash goes.
_ESCAPE = late_compile(
    r"\\(?:(?P<bytes>(?:x[0-9A-Fa-f]{2}|[0-3][0-7]{2})(?:\\(?:x[0-9A-Fa-f]{2}|[0-3][0-7]{2}))*)"
    r"|(?P<units>u[0-9A-Fa-f]{4}(?:\\u[0-9A-Fa-f]{4})*)"
    r"|u\{(?P<braced>[0-9A-Fa-f]{1,6})\}|U(?P<long>[0-9A-Fa-f]{8})"
    r"|(?P<line>\r\n|\n|\r)|(?P<one>.))",
    re.S,
)
_HEXADECIMAL = late_compile(r"x([0-9A-Fa-f]{2})|([0-3][0-7]{2})")
_UNIT = late_compile(r"u([0-9A-Fa-f]{4})")

_ONES = {
    "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b",
    "0": "\0", '"': '"', "'": "'", "`": "`", "\\": "\\", "/": "/", "$": "$", "#": "#", "@": "@",
    "<": "<", ">": ">", "{": "{", "&": "&", " ": " ",
}  # fmt: skip

#: What YAML takes away with the end of a line, and what it makes of one that is not escaped.
_FOLD = late_compile(r"(?<![ \t])[ \t]*+(?:\r\n|\n|\r)[ \t]*+((?:(?:\r\n|\n|\r)[ \t]*+)*+)")
_INDENT = late_compile(r"[ \t]*")


def decode(pieces: Pieces, start: int, end: int, *, yaml: bool = False) -> bool:
    """Adds the characters `start` up to `end` with their escapes decoded; `yaml` folds lines too.
    False if there is an escape that no language has, which stays as it is."""
    known, at = True, start
    while at < end:
        match = _ESCAPE.search(pieces.text, at, end)
        stop = match.start() if match else end
        if yaml:
            fold_lines(pieces, at, stop)
        else:
            pieces.copy(at, stop)
        if match is None:
            break
        at = match.end()
        if at - stop == 2 and (simple := _ONES.get(pieces.text[stop + 1])) is not None:
            pieces.put(simple, stop, at)
            continue
        if match["line"] is not None:
            if yaml and (indent := _INDENT.match(pieces.text, at, end)):
                at = indent.end()
            continue
        value = _value(match)
        if value is None:
            known = False
            pieces.copy(match.start(), at)
        else:
            pieces.put(value, match.start(), at)
    return known


def fold_lines(pieces: Pieces, start: int, end: int) -> None:
    """Adds the characters `start` up to `end` as YAML folds them: the end of a line is a space,
    and an empty line is the end of one (YAML 1.2, 7.3)."""
    for match in _FOLD.finditer(pieces.text, start, end):
        pieces.copy(start, match.start())
        pieces.put("\n" * len(re.findall(r"\r\n|\n|\r", match[1])) or " ", *match.span())
        start = match.end()
    pieces.copy(start, end)


def _value(match: re.Match[str]) -> str | None:
    if match["one"] is not None:
        return None
    if match["bytes"] is not None:
        data = bytes(
            int(h, 16) if h else int(o, 8) for h, o in _HEXADECIMAL.findall(match["bytes"])
        )
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("latin-1")
    if match["units"] is not None:
        units = b"".join(bytes.fromhex(unit) for unit in _UNIT.findall(match["units"]))
        return units.decode("utf-16-be", "replace")
    number = int(match["braced"] or match["long"], 16)
    return chr(number) if number < 0x110000 else None
