"""HTML put raw into a content element: is that what breaks the XML?

The commonest failure by far (reference, v1-atom, "EmailContent and EmailTextContent"): markup
that was never encoded, so that `&nbsp;`, a bare `&` in a link, `<br>` or `<hr>` break the XML.
It is one mistake, and this module finds out whether it was made.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.ahead import Ahead
from ctct_migrate.reader.characters import html_entity
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.sections import ENDS, without_sections
from ctct_migrate.reader.tree import Element

_MARKUP = late_compile(r"<[A-Za-z!/]")

#: EmailTextContent's wrapper: markup of the format, not HTML.
_WRAPPER = late_compile(r"\s*+<\s*+((?:\w++:)*+Text)(?:\s[^<>]*+)?>")


class ContentEnds:
    """The end tags that fit the start tags of one name: `closing` finds all of that name's tags,
    and the beginnings of what has no tags in it (comments, CDATA sections, instructions), which
    `passed` gives the ends of."""

    def __init__(self, text: str, qname: str, start: int, end: int):
        tag = re.escape(qname)
        tags = re.compile(rf"<!--|<!\[CDATA\[|<\?|</{tag}\s*+>|<{tag}(?:\s[^<>]*+)?(?<!/)>")
        ends = {opening: Ahead(closing, text, end) for opening, closing in ENDS.items()}
        self._places: list[int] = []
        closes: list[bool] = []
        at = start
        while (match := tags.search(text, at, end)) is not None:
            at = match.end()
            if (section := ends.get(match[0])) is not None:
                following = section(at)
                if following is None and match[0] == "<![CDATA[":
                    break
                at = at if following is None else following.end()
                continue
            self._places.append(match.start())
            closes.append(match[0].startswith("</"))
        # From the end: the end tags whose start tags stand further up; the innermost is the last.
        waiting: list[int] = []
        self._ends: list[int | None] = [None] * len(closes)
        for i in range(len(closes) - 1, -1, -1):
            if closes[i]:
                waiting.append(self._places[i])
            elif waiting:
                waiting.pop()
            self._ends[i] = waiting[-1] if waiting else None

    def after(self, start: int) -> int | None:
        """The index of the end tag of what is open at `start`; None when it never comes."""
        place = bisect_left(self._places, start)
        return self._ends[place] if place < len(self._ends) else None


def breakage(text: str, element: Element, close: int, problems: list[Problem]) -> Problem | None:
    """The one problem that stands for `problems`, found inside `element`'s content (which ends at
    `close`), if the content is HTML put raw; else None, and the problems stand for themselves."""
    if not problems:
        return None
    start, inner = element.open_end, text[element.open_end : close]
    wrapper = _WRAPPER.match(inner)
    if wrapper is not None:
        closing = inner.rfind(f"</{wrapper[1]}", wrapper.end())
        tail = inner[closing + len(wrapper[1]) + 2 :].strip()
        if closing >= 0 and tail == ">":
            start, inner = start + wrapper.end(), inner[wrapper.end() : closing]
    if _MARKUP.search(without_sections(inner)) is None or _are_slips(inner, problems):
        return None
    first = min(problems, key=lambda problem: problem.start)
    return Problem(
        "raw-html", first.start, first.end, element,
        {"first": first, "content": (start, start + len(inner)), "count": len(problems)},
    )  # fmt: skip


#: Characters that are wrong in HTML which is XML otherwise, at most; where there are more, it was
#: never meant to be XML.
_SLIPS = 3


def _are_slips(inner: str, problems: list[Problem]) -> bool:
    """Whether all that breaks the XML is a few characters: a bare `&`, an entity of HTML."""
    if len(problems) > _SLIPS or is_partly_encoded(inner):
        return False
    return all(_is_slip(problem) for problem in problems)


def _is_slip(problem: Problem) -> bool:
    if problem.kind == "undefined-entity":
        return html_entity(problem.detail["entity"]) is not None
    if problem.kind == "bare-ampersand":
        return "reference" not in problem.detail
    return problem.kind == "unescaped-less-than"


#: Markup that has been encoded, or of which only the `>` still is: then what stands raw beside it is
#: the exception.
_ENCODED = late_compile(
    r"&lt;(?:!doctype|/?[a-z])|<(?:!doctype|/?[a-z])(?:[^<>&]++|&(?!gt;))*+&gt;", re.I
)

_BARE_AMPERSAND = late_compile(r"&(?!#x?[0-9A-Fa-f]+;|\w+;)")


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
