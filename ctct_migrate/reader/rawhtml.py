"""HTML put raw into a content element: is that what breaks the XML?

The commonest failure by far (reference, v1-atom, "EmailContent and EmailTextContent"): markup
that was never encoded, so that `&nbsp;`, a bare `&` in a link, `<br>` or `<hr>` break the XML.
It is one mistake, and this module finds out whether it was made.
"""

from __future__ import annotations

import re

from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.tree import Element

_SECTION = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.S)
_MARKUP = re.compile(r"<[A-Za-z!/]")

#: EmailTextContent's wrapper: markup of the format, not HTML.
_WRAPPER = re.compile(r"\s*<([\w:]*\bText)(?:\s[^<>]*)?>(.*)</\1\s*>\s*\Z", re.S)


def end_of_content(text: str, start: int, end: int, qname: str) -> int | None:
    """The index of the `</qname>` that ends the content which begins at `start`, or None when
    there is none before `end`.  Comments and CDATA sections are passed over."""
    tag = re.escape(qname)
    closing = re.compile(rf"<!--|<!\[CDATA\[|<\?|</{tag}\s*>|<{tag}(?:\s[^<>]*?)?(?<!/)>")
    at, depth = start, 0
    while True:
        match = closing.search(text, at, end)
        if match is None:
            return None
        found = match[0]
        if found.startswith("</"):
            if depth == 0:
                return match.start()
            depth -= 1
        elif found.startswith(("<!", "<?")):
            section = _SECTION.match(text, match.start(), end)
            if section is None and found == "<![CDATA[":
                return None
            at = section.end() if section else match.end()
            continue
        else:
            depth += 1
        at = match.end()


def breakage(text: str, element: Element, close: int, problems: list[Problem]) -> Problem | None:
    """The one problem that stands for `problems`, found inside `element`'s content (which ends at
    `close`), if the content is HTML put raw; else None, and the problems stand for themselves."""
    if not problems:
        return None
    start, inner = element.open_end, text[element.open_end : close]
    wrapper = _WRAPPER.match(inner)
    if wrapper is not None:
        start, inner = start + wrapper.start(2), wrapper[2]
    if _MARKUP.search(_SECTION.sub("", inner)) is None:
        return None
    first = min(problems, key=lambda problem: problem.start)
    return Problem(
        "raw-html", first.start, first.end, element,
        {"first": first, "content": (start, start + len(inner)), "count": len(problems)},
    )  # fmt: skip


#: Markup that has been encoded: then what stands raw beside it is the exception.
_ENCODED = re.compile(r"&lt;(?:!doctype|/?[a-z])", re.I)

_BARE_AMPERSAND = re.compile(r"&(?!#x?[0-9A-Fa-f]+;|\w+;)")


def is_partly_encoded(raw: str) -> bool:
    """Whether content holds encoded markup besides what was put raw."""
    return _ENCODED.search(raw) is not None


def encoded(raw: str) -> str:
    """Content as encoded text.  Of what is partly encoded, only the rest is; otherwise all is, and
    an entity stays what a reader of HTML makes of it."""
    if is_partly_encoded(raw):
        raw = _BARE_AMPERSAND.sub("&amp;", raw)
    else:
        raw = raw.replace("&", "&amp;")
    return raw.replace("<", "&lt;").replace("]]>", "]]&gt;")
