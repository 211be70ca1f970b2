"""Where the pages in HTML begin: a mail is one page, with one `html` and one `body`.

Nothing is imported here that makes diagnostics: the fast path asks it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from typing import Any

from ctct_migrate.clark_names import local_name
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile

#: The tags that begin a page.
_NAMES = ("html", "body")

_TAGS = tuple(f"<{name}" for name in _NAMES)

#: The same for lxml, in any namespace and letter case: it makes no Python objects of other elements.
_ELEMENTS = tuple(
    f"{{*}}{''.join(letters)}"
    for name in _NAMES
    for letters in product(*zip(name, name.upper(), strict=True))
)

#: What has no tags in it (comments, with what is meant for one mail program alone; scripts, style sheets
#: and texts), and the start tags of pages.
_STARTS = late_compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|title|textarea)\b[^<>]*+>.*?(?:</(?P=raw)\s*+>|\Z)"
    r"|<(?P<page>html|body)(?=[\s/>])[^<>]*+>",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RepeatedStart:
    """A start tag that a page has once, and that is there twice: its name, and where (0-based, in
    characters of the HTML) the first one and the second one begin and end."""

    name: str
    first: tuple[int, int]
    second: tuple[int, int]


def repeated_start(html: str) -> RepeatedStart | None:
    """Where a second page begins: at its `html`, or at its `body` where only that is there twice.  None
    for one page."""
    small = html.lower()
    # Looked for from both ends, which is quicker than counting, and than a pattern for either letter case.
    if all(small.find(tag) == small.rfind(tag) for tag in _TAGS):
        return None
    first: dict[str, tuple[int, int]] = {}
    found: dict[str, RepeatedStart] = {}
    for match in _STARTS.finditer(html):
        name = (match["page"] or "").lower()
        if not name or _is_in_tag(html, match.start()):
            continue
        if name in first:
            found.setdefault(name, RepeatedStart(name, first[name], match.span()))
        first.setdefault(name, match.span())
    return next((found[name] for name in _NAMES if name in found), None)


def _is_in_tag(html: str, at: int) -> bool:
    """Whether a place is inside a tag, such as in the value of an attribute."""
    start = html.rfind("<", 0, at)
    return start >= 0 and html.find(">", start, at) < 0


def has_repeated_element(content: Any) -> bool:
    """Whether a second page begins among the elements in an lxml element."""
    starts = content.iterdescendants(*_ELEMENTS)
    return repeated_element(local_name(each.tag) for each in starts) is not None


def repeated_element(names: Iterable[str]) -> tuple[int, int] | None:
    """The same of elements, by their local names in document order: the 0-based numbers of the first and
    the second one that begin a page."""
    places: dict[str, list[int]] = {name: [] for name in _NAMES}
    for number, name in enumerate(names):
        places.get(name.lower(), []).append(number)
    found = next((places[name] for name in _NAMES if len(places[name]) > 1), None)
    return None if found is None else (found[0], found[1])
