"""Where in the text of a TOML document a key, or a word of its value, stands.

`tomllib` gives values without their places.  This looks for lines that open a table or begin with a
key, in text that `tomllib` has read without an error; what it does not find, in a value of several
lines that looks like keys, say, has no place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ctct_migrate.late_pattern import late_compile

#: A key, bare or in quotes; a table's heading; a key before its value.
_PART = r"""(?:"[^"\n]*"|'[^'\n]*'|[\w-]+)"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADING = late_compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]")
_KEY = late_compile(rf"[ \t]*({_DOTTED})[ \t]*=")
_PARTS = late_compile(_PART)


def place(text: str, keys: Sequence[str], word: str = "") -> tuple[int, int] | None:
    """The line and the column, 1-based and in characters, of `word` in the value of the key whose
    way from the top is `keys`; of the key itself where there is no `word`, or the word is not
    found.  None if the key is not found."""
    wanted = tuple(keys)
    best: tuple[int, int, int] | None = None  # length of the way, offset, its length
    table: tuple[str, ...] = ()
    start = 0
    for line in text.splitlines(keepends=True):
        if heading := _HEADING.match(line):
            table = _way(heading[1])
            found = table, start + heading.start(1)
        elif key := _KEY.match(line):
            found = (*table, *_way(key[1])), start + key.start(1)
        else:
            start += len(line)
            continue
        way, offset = found
        if way == wanted[: len(way)] and (best is None or len(way) > best[0]):
            best = len(way), offset, len(line)
        start += len(line)
    if best is None:
        return None
    depth, offset, _ = best
    # The rest of the way, in an inline table; then the word, in quotes.
    for part in (*wanted[depth:], *([word] if word else ())):
        inside = re.compile(rf"""(["']?){re.escape(part)}\1""").search(text, offset)
        if inside is None:
            break
        offset = inside.start()
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def _way(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PARTS.findall(dotted))
