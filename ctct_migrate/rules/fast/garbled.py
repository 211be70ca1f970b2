"""Texts that were decoded with the wrong encoding on their way: `CafÃ©` for `Café`.

The bytes of UTF-8 were read as windows-1252 (or as the old encoding of the Macintosh), once or more
often, and what came out was saved.  Asked on the fast path too (`suspects`); nothing is imported
here that makes diagnostics.

A wrong letter or two may be right: Portuguese ends words in `Ã`, and a quotation mark may follow.
So a pair counts where what it stands for is a letter or sign that texts have, and it is not what
follows a capital; several in a row always count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile

#: What the encodings make of the bytes of UTF-8 that lead a character, and of those that follow.
_CODECS = ("cp1252", "mac_roman")

#: Times that a text may have been garbled.
_ROUNDS = 4


def _character(codec: str, byte: int) -> str:
    """What the encoding makes of one byte; the control character of that number where it has none."""
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return chr(byte)


#: What may be garbled: a character of ASCII never is.
_BEYOND_ASCII = late_compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class _Reading:
    """UTF-8 as another encoding reads it.

    numbers  the bytes by character
    run      characters of UTF-8 in a row
    leads    the characters that stand for bytes which begin one
    follows  those that stand for bytes which go on
    """

    numbers: dict[str, int]
    run: re.Pattern[str]
    leads: frozenset[str]
    follows: frozenset[str]

    def may_be_in(self, characters: set[str]) -> bool:
        """Whether a text with these characters beyond ASCII may have been read so: asked of most texts, and answered
        with no."""
        return not (self.leads.isdisjoint(characters) or self.follows.isdisjoint(characters))


def _reading(codec: str) -> _Reading:
    numbers = {_character(codec, byte): byte for byte in range(0x80, 0x100)}
    if codec == "cp1252":
        numbers |= {chr(byte): byte for byte in range(0x80, 0xA0)}

    def of(first: int, last: int) -> str:
        return "[" + "".join(re.escape(c) for c, n in numbers.items() if first <= n <= last) + "]"

    follows = of(0x80, 0xBF)
    one = f"{of(0xC2, 0xDF)}{follows}|{of(0xE0, 0xEF)}{follows}{{2}}|{of(0xF0, 0xF4)}{follows}{{3}}"
    leads = frozenset(c for c, n in numbers.items() if 0xC2 <= n <= 0xF4)
    going_on = frozenset(c for c, n in numbers.items() if 0x80 <= n <= 0xBF)
    return _Reading(numbers, re.compile(f"(?:{one})++"), leads, going_on)


@cache
def _readings() -> tuple[_Reading, ...]:
    """Compiled when a text beyond ASCII is first looked at."""
    return tuple(_reading(codec) for codec in _CODECS)


#: What may stand after a word in capitals: `AMANHÃ…`.
_AFTER_CAPITALS = "’”»…–—™®©“‘›•\xa0"

#: Signs that no text has by itself: the mark of a character that was lost, and the byte order mark.
LOST, MARK = "\N{REPLACEMENT CHARACTER}", "\ufeff"


@dataclass(frozen=True, slots=True)
class Garbled:
    """A place in a text: 0-based start and end, and what was meant."""

    start: int
    end: int
    meant: str


def is_sound(text: str) -> bool:
    """Whether a text was surely not garbled on its way, and has nothing that is invisible at a place
    where it would be seen.

    >>> is_sound("Café"), is_sound("CafÃ©"), is_sound("AMANHÃ”")
    (True, False, True)
    """
    if text.isascii():
        return True
    return LOST not in text and MARK not in text and next(garbled(text), None) is None


def is_sound_content(text: str) -> bool:
    """The same of the content of an e-mail, which may use an invisible character for its lay-out:
    not at its beginning."""
    if text.isascii():
        return True
    if LOST in text or text.lstrip().startswith(MARK):
        return False
    return next(garbled(text), None) is None


def garbled(text: str) -> Iterator[Garbled]:
    """The places of a text that were garbled, in their order."""
    characters = set(_BEYOND_ASCII.findall(text))
    for reading in _readings():
        if not reading.may_be_in(characters):
            continue
        found = list(_read(text, reading))
        if found:
            yield from found
            return


def _read(text: str, reading: _Reading) -> Iterator[Garbled]:
    for match in reading.run.finditer(text):
        meant = _decoded(match[0], reading)
        before = text[match.start() - 1 : match.start()]
        if meant is None or not _counts(match[0], meant, before):
            continue
        for _ in range(_ROUNDS):
            again = _decoded(meant, reading)
            if again is None:
                break
            meant = again
        yield Garbled(match.start(), match.end(), meant)


def _decoded(text: str, reading: _Reading) -> str | None:
    if reading.run.fullmatch(text) is None:
        return None
    try:
        return bytes(reading.numbers[character] for character in text).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _counts(text: str, meant: str, before: str) -> bool:
    if len(meant) > 1:
        return True
    number = ord(meant)
    if len(text) == 2:
        return number < 0x180 and not (before.isupper() and text[1] in _AFTER_CAPITALS)
    return len(text) == 4 or 0x2010 <= number < 0x2800
