"""The HTML in an element as one text whose characters lead back to the document.

Content that stands in text or CDATA is read as its decoded value; content that stands as child
elements, as the source text itself, in which tags, links and characters are written as in the body
(but for references, which only an attribute has).
"""

from __future__ import annotations

from collections.abc import Sequence

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.content.content_places import ContentPiece, ElementContent
from ctct_migrate.rules.edits import EditText


@dataclass(frozen=True, slots=True)
class ContentView:
    """What stands in one element.

    html       the text
    pieces     where its parts stand; empty for child elements
    raw_start  where the text stands in the document, if it is the source text itself; else None
    """

    html: str
    pieces: Sequence[ContentPiece]
    raw_start: int | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` up to `end` of the text stand in the document."""
        if self.raw_start is not None:
            return self.raw_start + start, self.raw_start + end
        piece = self._piece(start)
        if len(self.pieces) == 1:
            found = _searched(piece, start, end)
            if found is not None:
                return found
        first = piece.place(start)
        return (first, first) if start == end else (first, self._piece(end - 1).place(end))

    def edit(self, start: int, end: int, html: str) -> EditText | None:
        """The edit that writes other HTML there, in the form of the text that stands there; None
        where elements stand, which say the same in another way."""
        if self.raw_start is not None or self._piece(start) is not self._piece(end - 1):
            return None
        if self._piece(start).form == "text":
            html = html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return (*self.span(start, end), html)

    def _piece(self, index: int) -> ContentPiece:
        """The piece that the character at an index is in."""
        found = (each for each in self.pieces if index < each.offset + len(each.value))
        return next(found, self.pieces[-1])


#: Characters after an empty place that are searched for in its stead.
_NEIGHBOURS = 8


def _searched(piece: ContentPiece, start: int, end: int) -> tuple[int, int] | None:
    """The place of some characters of encoded text, by searching for them as they are written: to
    count references up to a place takes much longer.  None where they may be written otherwise."""
    token = piece.value[start : end if end > start else start + _NEIGHBOURS]
    written = token.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if piece.form != "text" or not token or piece.raw.count(written) != piece.value.count(token):
        return None
    at = piece.raw.find(written)
    for _ in range(piece.value.count(token, 0, start)):
        at = piece.raw.find(written, at + len(written))
    if at < 0:
        return None
    first = piece.start + at
    return (first, first + len(written)) if end > start else (first, first)


def content_view(text: str, element: Element) -> ContentView:
    """The view of what stands in an element of the document with that source text; the element is
    not empty."""
    if element.has_elements:
        start, end = element.open_end, element.close_start
        return ContentView(text[start:end], (), start)
    content = ElementContent(text, element)
    return ContentView(content.value, content.pieces, None)
