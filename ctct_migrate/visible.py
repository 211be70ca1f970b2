"""Text from documents, made visible: nothing in it that a terminal would obey.

A document may be hostile: an escape sequence in it must not reach the terminal, a right-to-left
override must not turn a line around, and a newline in a path must not forge a second line.
"""

from __future__ import annotations

import re
import unicodedata

from ctct_migrate.late_pattern import late_compile

#: Cells that a tab takes, wherever it stands.
TAB = "    "

#: Joiners, which words of some scripts and emoji need; other format characters are drawn.
_JOINERS = "\u200c\u200d"

#: Candidates for drawing; of those above ASCII the category decides.
_SUSPECT = late_compile(r"[\x00-\x1f\x7f]|[^\x00-\x7f]")

#: Control, format, surrogate, unassigned, line separator, paragraph separator.
_DRAWN = frozenset(["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"])


#: Of these, what a terminal or a reader's eye obeys.
_OBEYED = frozenset(["Cc", "Cf", "Zl", "Zp"])

#: Candidates: control characters, and the rest by category.  The scripts of letters alone are not
#: worth asking about.
_SUSPECT_ESCAPED = late_compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd-\U000110cd"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)


def _drawing(match: re.Match[str]) -> str:
    char = match[0]
    point = ord(char)
    if char == "\t":
        return TAB
    if point < 0x20:
        return chr(0x2400 + point)  # the block of control pictures
    if point == 0x7F:
        return "\u2421"
    if 0xDC80 <= point <= 0xDCFF:
        return f"\\x{point - 0xDC00:02X}"  # a byte that could not be decoded (PEP 383)
    if unicodedata.category(char) in _DRAWN and char not in _JOINERS:
        return f"\\u{{{point:X}}}"
    return char


def shown(text: str) -> str:
    """`text` on one line, with nothing in it that a terminal would obey: tabs are spaces, control
    characters are pictures (`␛`), format characters and undecodable bytes are escapes."""
    if text.isascii() and text.isprintable():
        return text
    return _SUSPECT.sub(_drawing, text)


def escaped(text: str) -> str:
    """`text`, of any number of lines, with each character that `shown` would draw as `\\u001b`:
    in a string of JSON that is the character itself.  Line feeds and tabs stay."""
    if _SUSPECT_ESCAPED.search(text) is None:
        return text
    return _SUSPECT_ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if ord(char) >= 0xA0 and (unicodedata.category(char) not in _OBEYED or char in _JOINERS):
        return char
    point = ord(char)
    if point < 0x10000:
        return f"\\u{point:04x}"
    high, low = divmod(point - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
