"""Well-formed text to the located tree, quickly.

libxml2 has read the text, so that nothing can be wrong with its syntax: one pattern finds the
markup, and what stands between is text.  Gives exactly the tree that `scanner` gives (a test holds
the two to each other) in a third of the time.  Text that libxml2 refuses is the scanner's matter.
"""

from __future__ import annotations

from functools import partial

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader import bounds
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.scanner import Scan
from ctct_migrate.reader.tags import read_attributes
from ctct_migrate.reader.tree import ATOM, Element, LeafElement, Markup, Text, UnreadElement

#: A piece of markup.  Group 1 and 2 are the name of an element that has no attributes and holds text
#: alone, and that text; 3 and 4 the name of a start tag and the rest of it, 5 the name of an end tag, 6 a
#: comment, 7 a CDATA section, 8 a processing instruction (or the XML declaration).
_MARKUP = late_compile(
    r"""<(?:([^\s<>/!?'"=]++)>([^<]*+)</\1>"""
    r"""|([^\s<>/!?'"=]++)([^<>"']*+(?:"[^"]*+"[^<>"']*+|'[^']*+'[^<>"']*+)*+)>|/([^\s<>/]++)\s*+>"""
    r"""|!--([^-]*+(?:-(?!->)[^-]*+)*+)-->|!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>"""
    r"""|\?([^?]*+(?:\?(?!>)[^?]*+)*+)\?>)"""
)
_LEAF, _START, _END, _COMMENT, _CDATA, _INSTRUCTION = 2, 4, 5, 6, 7, 8


#: Elements in one that is called as HTML is, from which on they are located only when asked for.
_MANY = 12

#: The same of a child of a payload.
_SOME = 2

#: How a link of Atom's begins in a payload.
_LINK = f'<link xmlns="{ATOM}" '
_PREFIXED = late_compile(r"<[^<>\s/:]++:")

#: Markup in which other markup may stand as text.
ASIDE = late_compile(
    r"<!--[^-]*+(?:-(?!->)[^-]*+)*+-->|<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+\]\]>"
    r"|<\?[^?]*+(?:\?(?!>)[^?]*+)*+\?>"
)


def locate(
    text: str, contents: frozenset[str] = frozenset(), payloads: frozenset[str] = frozenset()
) -> Scan | None:
    """Reads `text` (raw, without a byte order mark) without problems.  None if it turns out not
    to be what libxml2 read, which happens where a codec of Python's and one of libxml2's
    differ.  Of elements whose names are in `contents`, and of the children of those whose names are in
    `payloads`, the children may be located when they are asked for (`UnreadElement`); of the latter, only
    where nothing can be wrong with the namespaces of what stands in them."""
    return _Reading(text, contents, payloads).document()


def _read(text: str, element: Element) -> None:
    """Locates the children of an element of which `_inside` has found the end."""
    reading = _Reading(text)
    done = reading.fill(element, element.open_end, element.close_start, element.number + 1)
    assert done, "what stands between two tags of a well-formed document is well-formed"


class _Reading:
    """The reading of a text, or of what stands in one element of it."""

    def __init__(
        self,
        text: str,
        contents: frozenset[str] = frozenset(),
        payloads: frozenset[str] = frozenset(),
    ):
        self.text, self.contents, self.payloads = text, contents, payloads
        self.most = bounds.elements(len(text))
        self.prolog: list[Markup] = []
        self.root: Element | None = None
        self.many: Problem | None = None

    def document(self) -> Scan | None:
        """The whole text; None if it is not well-formed."""
        done = self.fill(None, 0, len(self.text), 0)
        if self.root is None or not done:
            return None
        if self.many is not None:
            return Scan(self.root, [self.many], self.prolog, cut=True)
        return Scan(self.root, prolog=self.prolog)

    def fill(self, top: Element | None, done: int, last: int, number: int) -> bool:
        """Locates what stands in `top` (None for the document), which is between the places `done`
        and `last`; its first element has the `number`.  False if it is not well-formed."""
        text, parent, most = self.text, top, self.most
        children: list[Element | Text | Markup] = [] if top is None else top.children
        markup = _MARKUP.finditer(text, done, last)
        while (match := next(markup, None)) is not None:
            start, end = match.span()
            kind = match.lastindex
            if start > done and parent is not None:
                children.append(Text(text[done:start], done, start))
            done = end
            if kind in (_LEAF, _START):
                if kind == _LEAF:
                    element: Element = LeafElement(match[1], start, end, match[2], parent)
                else:
                    qname, rest = match.group(3, 4)
                    prefix, _, name = qname.rpartition(":") if ":" in qname else ("", "", qname)
                    closed = rest[-1:] == "/"
                    inside = None
                    if parent is not None and not closed:
                        inside = self._inside(parent, name, qname, end, most - number)
                    if inside is None:
                        element = Element(prefix, name, start, start + 1, parent)
                    else:
                        read = partial(_read, text)
                        element = UnreadElement(prefix, name, start, start + 1, parent, read)
                element.number = number
                number += 1
                if number > most:
                    self._stop(element)
                    return True
                if parent is not None:
                    children.append(element)
                elif self.root is None:
                    self.root = element
                else:
                    return False
                if kind == _LEAF:
                    continue
                element.open_end = element.close_start = element.end = end
                if rest and rest != "/":
                    element.attributes = read_attributes(text, match.end(3), end)
                if closed:
                    element.self_closing = True
                elif inside is None:
                    parent, children = element, element.children
                else:
                    parent, (done, count) = element, inside
                    number += count
                    markup = _MARKUP.finditer(text, done, last)
            elif kind == _END:
                if parent is None or parent.qname != match[5]:
                    return False
                parent.close_start, parent.end = start, end
                parent = parent.parent
                children = parent.children if parent is not None else []
            elif kind == _CDATA:
                children.append(Text(match[7], start, end, cdata=True))
            elif kind == _COMMENT or text[start : start + 5] != "<?xml" or start:
                node = Markup("comment" if kind == _COMMENT else "pi", match[kind or 0], start, end)
                if parent is not None:
                    children.append(node)
                elif self.root is None:
                    self.prolog.append(node)
        if top is not None and done < last:
            children.append(Text(text[done:last], done, last))
            done = last
        return parent is top and not text[done:last].strip()

    def _inside(
        self, parent: Element, name: str, qname: str, start: int, most: int
    ) -> tuple[int, int] | None:
        """As the function `_inside`, of an element whose children may be located when asked for."""
        if name in self.contents:
            return _inside(self.text, start, qname, _MANY, most)
        if parent.name not in self.payloads or name != qname:
            return None
        found = _inside(self.text, start, qname, _SOME, most)
        return found if found and _has_right_namespaces(self.text[start : found[0]]) else None

    def _stop(self, element: Element) -> None:
        """Notes that there are more elements than are read, of which this is the first."""
        detail = {"what": "elements", "most": self.most}
        place = element.name_start, element.name_end
        self.many = Problem("too-many", *place, element, detail)
        self.root = self.root or element


def _has_right_namespaces(inner: str) -> bool:
    """Whether all that stands in a child of a payload is surely in the namespace of that, but for Atom's
    links, which are in theirs."""
    if "<!" in inner or "<?" in inner or _PREFIXED.search(inner) is not None:
        return False
    return inner.count("xmlns") == inner.count(_LINK) == inner.lower().count("<link")


def _inside(text: str, start: int, qname: str, least: int, most: int) -> tuple[int, int] | None:
    """Where the end tag of an element begins whose start tag ends at `start`, and how many elements
    stand in it; None where they are fewer than `least`, more than `most`, or not to be counted without reading
    them.  In well-formed text a `<` that is not in a comment, a CDATA section or a processing
    instruction begins a tag."""
    if text.startswith("<![CDATA[", start):  # a content that is text, nearly always
        section = text.find("]]>", start)
        if section > 0 and text.startswith("</", section + 3):
            return None
    end = text.find(f"</{qname}", start)
    inner = text[start:end]
    if end < 0 or text[end + 2 + len(qname)] not in "> \t\r\n" or f"<{qname}" in inner:
        return None
    if "<!" in inner or "<?" in inner:
        inner = ASIDE.sub("", inner)
        if "<!" in inner or "<?" in inner:
            return None  # the end tag stands in one of them
    count = inner.count("<") - inner.count("</")
    return (end, count) if least <= count < most else None
