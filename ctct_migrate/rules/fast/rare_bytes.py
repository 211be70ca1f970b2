"""Words in bytes, looked for from one rare byte to the next.

To look for many words in a document costs a pass over it for each, or one slow pass for all.  What
`bytes.find` finds at the speed of memory is a single byte; so each word is looked for around a byte
of it that hardly any text has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import AnyStr

from ctct_migrate.late_pattern import late_compile

#: So many of a rare byte are looked at one by one.  A pattern's own search takes longer to begin than
#: these take, and less time for each further one.
_FEW = 4


class WordSearch:
    """The search for words, each by the first of the bytes `rare` in it; for one without any, as it is.
    `further` are patterns by the byte that each begins with, which are looked for on the same way.

    >>> search = WordSearch(b"{$", [b"${", b"{{", b" at 0x"])
    >>> search.is_any_in(b"<p>{}, 0x</p>"), search.is_any_in(b"<p>{{</p>"), search.is_any_in(b" at 0x7f")
    (False, True, True)
    """

    def __init__(
        self, rare: bytes, words: Iterable[bytes], further: Mapping[bytes, bytes] | None = None
    ):
        found: dict[bytes, list[bytes]] = {}
        whole = []
        for word in words:
            byte = next((each for each in rare if each in word), None)
            if byte is None:
                whole.append(word)
            else:
                found.setdefault(bytes([byte]), []).append(_from(bytes([byte]), word))
        for start, pattern in (further or {}).items():
            found.setdefault(start, []).append(pattern.removeprefix(re.escape(start)))
        self._whole = tuple(whole)
        self._patterns = tuple(
            (start, late_compile(re.escape(start) + b"(?:" + b"|".join(rest) + b")"))
            for start, rest in found.items()
        )

    def is_any_in(self, data: bytes) -> bool:
        """Whether any of the words is in `data`."""
        for byte, pattern in self._patterns:
            if is_around(byte, pattern, data):
                return True
        return any(word in data for word in self._whole)


def is_around(byte: AnyStr, pattern: re.Pattern[AnyStr], data: AnyStr) -> bool:
    """Whether `pattern`, all of whose matches begin with `byte`, matches anywhere in `data`; of a text
    the same with a character."""
    at = -1
    for _ in range(_FEW):
        at = data.find(byte, at + 1)
        if at < 0:
            return False
        if pattern.match(data, at) is not None:
            return True
    return pattern.search(data, at + 1) is not None


def _from(byte: bytes, word: bytes) -> bytes:
    """What follows a byte in a pattern for a word that holds it: a look back, and the rest."""
    before, _, after = word.partition(byte)
    back = b"(?<=" + re.escape(before + byte) + b")" if before else b""
    return back + re.escape(after)
