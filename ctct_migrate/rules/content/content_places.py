"""Contents: what an element that holds HTML or text says, and where each part of it stands.

EmailContent and EmailTextContent come encoded as text, in CDATA, as child elements, or mixed
(reference, v1-atom, "EmailContent and EmailTextContent").  `ElementContent` reads all of these as one
string and leads from an index in it back to the document.  What has to be in the string is for
the family `content` to say; how it is converted, for `mapping`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.characters import raw_index, resolve
from ctct_migrate.reader.tree import Element, Markup, Text
from ctct_migrate.rules.edits import EditText

Form = Literal["text", "cdata", "markup"]

#: A reference that XML itself resolves, without the HTML entities that `resolve` knows too.
XML_REFERENCE = late_compile(r"&(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")


@dataclass(frozen=True, slots=True)
class ContentPiece:
    """A run of text, a CDATA section, or markup.

    start, end  where its raw text stands in the document, CDATA brackets aside
    raw         that text
    value       what a reader makes of it; of markup, its tags without prefixes and attributes
    offset      0-based index of its value in the content's
    """

    form: Form
    start: int
    end: int
    raw: str
    value: str
    offset: int

    def place(self, index: int) -> int:
        """Where the character at `index` of the content's value stands in the document."""
        if self.form == "markup":
            return self.start
        if self.form == "cdata" or self.raw == self.value:
            return self.start + min(index - self.offset, len(self.raw))
        return self.start + raw_index(self.raw, index - self.offset)


class ElementContent:
    """What stands in one element, as one string."""

    def __init__(self, text: str, element: Element):
        self.element = element
        self.pieces: list[ContentPiece] = []
        offset = 0
        for child in element.children:
            piece = _piece(text, child, offset)
            offset += len(piece.value)
            self.pieces.append(piece)

    @cached_property
    def value(self) -> str:
        """All of it: text and CDATA decoded, elements as bare tags."""
        return "".join(piece.value for piece in self.pieces)

    @property
    def has_markup(self) -> bool:
        """Whether elements stand in it."""
        return self.element.has_elements

    def place(self, index: int) -> int:
        """Where the character at `index` of `value` stands."""
        return self._before(index).place(index)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters `start` up to `end` of `value` stand; `end` is after `start`.  Of
        elements, the first start tag."""
        first = self._before(start)
        if first.form == "markup":
            inner = self.element.elements
            opened = next((e for e in inner if e.start == first.start), None)
            return first.start, opened.open_end if opened is not None else first.end
        last = self._behind(end)
        if last.form == "markup":
            return first.place(start), last.start
        return first.place(start), last.place(end)

    def insert(self, index: int, markup: str, *, behind: bool = False) -> EditText:
        """The edit that puts `markup` in at `index` of `value`, in the form of the text that
        stands there: encoded, or as it is in CDATA.  `behind` takes the form of what stands
        before the index, rather than after it."""
        piece = self._behind(index) if behind else self._before(index)
        at = piece.place(index)
        return at, at, encoded(markup) if piece.form == "text" else markup

    def _before(self, index: int) -> ContentPiece:
        """The piece that begins before, or at, an index and goes on after it."""
        return next((p for p in self.pieces if index < p.offset + len(p.value)), self.pieces[-1])

    def _behind(self, index: int) -> ContentPiece:
        """The piece that begins before an index and goes on up to it."""
        return next(
            (p for p in self.pieces if p.offset < index <= p.offset + len(p.value)),
            self.pieces[0],
        )


def _piece(text: str, child: Element | Text | Markup, offset: int) -> ContentPiece:
    if isinstance(child, Text):
        cdata = child.cdata
        start, end = (child.start + 9, child.end - 3) if cdata else (child.start, child.end)
        raw = text[start:end]
        return ContentPiece("cdata" if cdata else "text", start, end, raw, child.value, offset)
    value = bare_markup(child) if isinstance(child, Element) else ""
    return ContentPiece(
        "markup", child.start, child.end, text[child.start : child.end], value, offset
    )


def bare_markup(element: Element) -> str:
    """An element as HTML, without prefixes, attributes and comments: enough to see what is in
    what."""
    parts: list[str] = []
    waiting: list[Element | str] = [element]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        parts.append(f"<{node.name}>")
        waiting.append(f"</{node.name}>")
        for child in reversed(node.children):
            if isinstance(child, Element):
                waiting.append(child)
            elif isinstance(child, Text):
                waiting.append(child.value)
    return "".join(parts)


def encoded(markup: str) -> str:
    """Markup as text, in the documented form."""
    return markup.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def decoded_once(value: str) -> str:
    """A string in which markup is still encoded, decoded."""
    return XML_REFERENCE.sub(lambda match: resolve(match[0]), value)


def decode_once(content: ElementContent) -> tuple[EditText, ...]:
    """The edits after which `decoded_once` of the content's value is its value; none where that
    cannot be written."""
    edits: list[EditText] = []
    for piece in content.pieces:
        if piece.form == "markup":
            return ()
        if piece.form == "cdata":
            raw = decoded_once(piece.raw)
            if "]]>" in raw:
                return ()
        else:
            raw = _TWICE.sub("&", piece.raw)
        if raw != piece.raw:
            edits.append((piece.start, piece.end, raw))
    return tuple(edits)


#: The ampersand of a reference that was encoded once more.
_TWICE = late_compile(rf"&amp;(?={XML_REFERENCE.pattern[1:]})")
