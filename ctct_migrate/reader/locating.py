"""Well-formed text to the located tree, quickly.

libxml2 has read the text, so that nothing can be wrong with its syntax: one pattern finds the
markup, and what stands between is text.  Gives exactly the tree that `scanner` gives (a test holds
the two to each other) in a third of the time.  Text that libxml2 refuses is the scanner's matter.
"""

from __future__ import annotations

import re

from ctct_migrate.reader import bounds
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.scanner import Scan
from ctct_migrate.reader.tags import read_attributes
from ctct_migrate.reader.tree import Element, Markup, Text

#: A piece of markup.  Group 1 and 2 are the name of a start tag and the rest of it, 3 the name of
#: an end tag, 4 a comment, 5 a CDATA section, 6 a processing instruction (or the XML declaration).
_MARKUP = re.compile(
    r"""<(?:([^\s<>/!?'"=]++)([^<>"']*+(?:"[^"]*+"[^<>"']*+|'[^']*+'[^<>"']*+)*+)>"""
    r"""|/([^\s<>/]++)\s*+>|!--(.*?)-->|!\[CDATA\[(.*?)\]\]>|\?(.*?)\?>)""",
    re.DOTALL,
)
_START, _END, _COMMENT, _CDATA, _INSTRUCTION = 2, 3, 4, 5, 6


def locate(text: str) -> Scan | None:
    """Reads `text` (raw, without a byte order mark) without problems.  None if it turns out not
    to be what libxml2 read, which happens where a codec of Python's and one of libxml2's
    differ."""
    prolog: list[Markup] = []
    root: Element | None = None
    parent: Element | None = None
    children: list[Element | Text | Markup] = []
    number = done = 0
    most = bounds.elements(len(text))
    for match in _MARKUP.finditer(text):
        start, end = match.span()
        kind = match.lastindex
        if start > done and parent is not None:
            children.append(Text(text[done:start], done, start))
        done = end
        if kind == _START:
            qname, rest = match.group(1, 2)
            prefix, _, name = qname.rpartition(":")
            element = Element(prefix, name, start, start + 1, parent)
            element.number = number
            number += 1
            if number > most:
                place = element.name_start, element.name_end
                many = Problem("too-many", *place, element, {"what": "elements", "most": most})
                return Scan(root or element, [many], prolog, cut=True)
            element.open_end = element.close_start = element.end = end
            if rest and rest != "/":
                element.attributes = read_attributes(text, match.end(1), end)
            if parent is not None:
                children.append(element)
            elif root is None:
                root = element
            else:
                return None
            if rest.endswith("/"):
                element.self_closing = True
            else:
                parent, children = element, element.children
        elif kind == _END:
            if parent is None or parent.qname != match[3]:
                return None
            parent.close_start, parent.end = start, end
            parent = parent.parent
            children = parent.children if parent is not None else []
        elif kind == _CDATA:
            children.append(Text(match[5], start, end, cdata=True))
        elif kind == _COMMENT or text[start : start + 5] != "<?xml" or start:
            markup = Markup("comment" if kind == _COMMENT else "pi", match[kind or 0], start, end)
            if parent is not None:
                children.append(markup)
            elif root is None:
                prolog.append(markup)
    if root is None or parent is not None or text[done:].strip():
        return None
    return Scan(root, prolog=prolog)
