"""What an editor shows, as the bytes that it would save.

The rules read bytes, and an editor gives characters.  A file that is there says whether it begins
with a byte order mark, which editors keep and do not show; all else is said by the text's own
declaration, as `detect` reads it.  Characters of the text and of `Source.text` are the same ones, so
that a place in one is a place in the other.
"""

from __future__ import annotations

import re
from pathlib import Path

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.source import Source, detect

_BOM = "\ufeff"

#: Bytes of a file in which its encoding can be seen.
_HEAD = 1024

_SURROGATES = late_compile("[\ud800-\udfff]")

#: The name of the encoding in a declaration, with its quotes.
_NAMED = late_compile(r"""(<\?xml\b[^>]*?\bencoding\s*=\s*)(["'])([A-Za-z0-9._:\-]+)\2""")


@dataclass(frozen=True)
class EditorSource:
    """A text as a source.

    source  its bytes, and their places
    shift   characters before those of `source.text`: 1 for a byte order mark that the editor counts
    """

    source: Source
    shift: int = 0


def editor_source(name: str, text: str, file: Path | None = None) -> EditorSource:
    """`text`, as the editor has it, as the source `name`.  `file` is where it is saved, if it is.

    Characters that the declared encoding lacks do not lose their places or values: the source is then
    read as UTF-8.  Halves of surrogate pairs, which no file can hold, are read as U+FFFD.  Never
    raises.
    """
    shift = int(text.startswith(_BOM))
    text = _SURROGATES.sub("\ufffd", text[shift:])
    mark, wide = _mark_of(file)
    if wide:
        return EditorSource(Source(name, (_BOM + text).encode(wide)), shift)
    if shift or mark:
        return EditorSource(Source(name, (_BOM + text).encode()), shift)
    data = text.encode()
    encoding = detect(data).encoding
    if encoding != "utf-8":
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            return EditorSource(Source(name, _as_utf_8(text).encode()), shift)
        if Source(name, data).text != text:  # a codec of which not all bytes come back
            data = _as_utf_8(text).encode()
    return EditorSource(Source(name, data), shift)


def _mark_of(file: Path | None) -> tuple[bool, str]:
    """Whether a file begins with a byte order mark, and its codec if it is in UTF-16 or UTF-32."""
    if file is None:
        return False, ""
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
    except (OSError, ValueError):
        return False, ""
    found = detect(head[: len(head) - len(head) % 4])
    wide = found.encoding if found.encoding.startswith(("utf-16", "utf-32")) else ""
    return bool(found.bom), wide


def _as_utf_8(text: str) -> str:
    """A text with UTF-8 in its declaration, in as many characters."""

    def renamed(match: re.Match[str]) -> str:
        quote, name = match[2], match[3]
        spaces = len(name) - len("utf-8")
        if spaces >= 0:
            return f"{match[1]}{quote}utf-8{quote}{' ' * spaces}"
        return " " * len(match[0])  # a short name: without one it is UTF-8 as well

    return _NAMED.sub(renamed, text, count=1)
