"""Pasted text: the characters of a document as a page has them, made a `Source`.

A page knows characters and no bytes, and counts them in UTF-16 units, as JavaScript does.  Here such
a text becomes bytes that decode to these very characters, and places in them become places in the
text of the page.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from functools import cached_property

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.source import Position, Source, Span

_BOM = "\ufeff"

#: The encoding that a declaration names, with the white space before it.
_ENCODING = late_compile(r"""\A(\s*<\?xml\b[^>]*?)(\s+encoding\s*=\s*(?:"[^"]*"|'[^']*'))""")

#: Surrogates that stand for no byte of a file: `Source` could not read them again.
_LONE = late_compile("[\ud800-\udc7f\udd00-\udfff]")

_ASTRAL = late_compile("[\U00010000-\U0010ffff]")

#: Byte order marks by the beginning of the codec's name.
_MARKS = {"utf-16": codecs.BOM_UTF16_LE, "utf-32": codecs.BOM_UTF32_LE}


class PastedText:
    """A text of a page, and the document that it is.

    text  what the page has; lone surrogates from U+DC80 to U+DCFF stand for bytes that could not be
          decoded, as `Source.text` has them
    path  what users know the document by
    """

    def __init__(self, text: str, path: str):
        self.text = _LONE.sub("\ufffd", text)
        #: Characters at the beginning that are no part of `Source.text`.
        self._lead = 1 if self.text.startswith(_BOM) else 0
        self._blanked = ("", "")
        self.source = self._as_source(path, self.text[self._lead :])

    def _as_source(self, path: str, text: str) -> Source:
        """A source whose text is the one given."""
        source = Source(path, text.encode("utf-8", "surrogateescape"))
        if source.text == text and not source.decoding.contradicted:
            return source
        # It declares another encoding: so it is written in that one, if that is possible.
        codec = source.decoding.declared or ""
        try:
            name = codecs.lookup(codec).name
            mark = next((bom for start, bom in _MARKS.items() if name.startswith(start)), b"")
            wide = f"{name[:6]}-le" if mark else name
            again = Source(path, mark + text.encode(wide, "surrogateescape"))
            if again.text == text:
                return again
        except (LookupError, ValueError):
            pass
        match = _ENCODING.match(text)
        if match is None:
            return source
        self._blanked = (match[0], match[1] + " " * len(match[2]))
        rest = text[match.end() :]
        return Source(path, (self._blanked[1] + rest).encode("utf-8", "surrogateescape"))

    def units(self, span: Span) -> tuple[int, int]:
        """Where a span of the document begins and ends: 0-based UTF-16 units of the page's text."""
        start = self._at(span.start)
        return start, max(start, self._at(span.end))

    def _at(self, position: Position) -> int:
        return self.unit(self.source.index(position.line, position.column))

    def unit(self, index: int) -> int:
        """The UTF-16 unit at which the character at `index` of the source's text begins."""
        if not self._astral:
            return index + self._lead
        return index + bisect_right(self._astral, index - 1) + self._lead

    @cached_property
    def _astral(self) -> list[int]:
        """Indices of the characters of two units."""
        return [match.start() for match in _ASTRAL.finditer(self.source.text)]

    def changed(self, data: bytes) -> str:
        """The text of the page after its document became `data`."""
        text = Source(self.source.path, data).text
        written, blank = self._blanked
        if blank and text.startswith(blank):
            text = written + text[len(blank) :]
        return self.text[: self._lead] + text
