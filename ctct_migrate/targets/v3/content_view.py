"""The HTML of a campaign as one text whose characters lead back to the document.

Content that stands in text or CDATA is read as its decoded value; content that stands as child
elements, as the source text itself, in which vendor tags, links and forbidden characters are written
as in the body (but for references, which only an attribute has).
"""

from __future__ import annotations

from dataclasses import dataclass

from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import EditText


@dataclass(frozen=True, slots=True)
class ContentView:
    """`html` is the text; `content` the element's content, whose value it is unless `raw_start`, the
    place of the first character in the document, is not None."""

    element: Element
    html: str
    content: ElementContent
    raw_start: int | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` up to `end` of the text stand in the document."""
        if self.raw_start is not None:
            return self.raw_start + start, self.raw_start + end
        if start == end:
            at = self.content.place(min(start, max(len(self.html) - 1, 0)))
            return at, at
        return self.content.span(start, end)

    def edit(self, start: int, end: int, html: str) -> EditText | None:
        """The edit that writes other HTML there, in the form of the text that stands there; None
        where elements stand, which say the same in another way."""
        if self.raw_start is not None:
            return None
        first, last = self.span(start, end)
        piece = next((each for each in self.content.pieces if each.start <= first < each.end), None)
        if piece is None or piece.form == "markup" or last > piece.end:
            return None
        if piece.form == "text":
            html = html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return first, last, html


def content_view(context: Context, element: Element) -> ContentView:
    """The view of the content of an element."""
    content = ElementContent(context.source.text, element)
    if content.has_markup:
        raw = context.source.text[element.open_end : element.close_start]
        return ContentView(element, raw, content, element.open_end)
    return ContentView(element, content.value, content, None)
