"""Words in bytes, looked for from one rare byte to the next.

To look for many words in a document costs a pass over it for each, or one slow pass for all.  What
`bytes.find` finds at the speed of memory is a single byte; so each word is looked for around a byte
of it that hardly any text has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import AnyStr

#: So many of a rare byte are looked at one by one.  A pattern's own search takes longer to begin than
#: these take, and less time for each further one.
_FEW = 4


class WordSearch:
    """The search for words, each by the first of the bytes `rare` in it; for one without any, as it is.

    >>> search = WordSearch(b"{$", [b"${", b"{{", b" at 0x"])
    >>> search.is_any_in(b"<p>{}, 0x</p>"), search.is_any_in(b"<p>{{</p>"), search.is_any_in(b" at 0x7f")
    (False, True, True)
    """

    def __init__(self, rare: bytes, words: Iterable[bytes]):
        found: dict[bytes, list[bytes]] = {}
        for word in words:
            byte = next((each for each in rare if each in word), None)
            found.setdefault(b"" if byte is None else bytes([byte]), []).append(word)
        self._whole = tuple(found.pop(b"", ()))
        self._patterns = tuple((byte, _around(byte, of)) for byte, of in found.items())

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


def _around(byte: bytes, words: Iterable[bytes]) -> re.Pattern[bytes]:
    """A pattern of words that begins with a byte that all of them hold, at which it looks back."""
    parts = []
    for word in words:
        before, _, after = word.partition(byte)
        back = b"(?<=" + re.escape(before + byte) + b")" if before else b""
        parts.append(back + re.escape(after))
    return re.compile(re.escape(byte) + b"(?:" + b"|".join(parts) + b")")
