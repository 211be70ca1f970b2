"""What of a campaign's HTML is changed for v3, and what v3 would break on, by place.

v1's server filled in tags of its own: `<Greeting/>`, `<OpenTracking/>` and others.  v3 knows none
of them (reference, mapping-v3, Content).  `html_changes` finds them, and says what is to stand in
their place; the composition applies it, and the rules report it, so that the two cannot differ.
Comments, scripts and style sheets are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ctct_migrate.mapping.content import vendor_tag
from ctct_migrate.targets.v3.personal_tags import (
    TAG,
    TRACKING,
    TRACKING_IMAGE,
    is_documented,
    variables,
)


class ChangeKind(StrEnum):
    """Why a part of the HTML is changed."""

    TRACKING = "tracking"  #: `<OpenTracking/>` became the tracking image
    TRACKING_AGAIN = "tracking-again"  #: a further one, or one beside the image, is removed
    TRACKING_ADDED = "tracking-added"  #: there was none, and the image is put before `</body>`
    GREETING = "greeting"  #: `<Greeting/>` became text with a tag
    UNWRAPPED = "unwrapped"  #: another tag of the vendor's is taken away, its content stays
    DECLARATION = "declaration"  #: the declaration of the vendor's namespace is taken away
    VARIABLE = "variable"  #: one of v1's variables became a tag
    UNKNOWN_VARIABLE = "unknown-variable"  #: one that has no tag stays, and will be sent as written
    UNKNOWN_TAG = "unknown-tag"  #: `[[…]]` of a name that v3 does not document, likewise
    STYLE = "style"  #: the style sheet comes in
    REMINDER = "reminder"  #: the permission reminder comes in


@dataclass(frozen=True, slots=True)
class HtmlChange:
    """One change.

    start, end  0-based characters of the HTML that are replaced
    kind        why
    written     what stands there
    text        what is to stand there
    """

    start: int
    end: int
    kind: ChangeKind
    written: str
    text: str


@dataclass(frozen=True, slots=True)
class HtmlBreakage:
    """Something that v3 would refuse or break on: where it stands (0-based characters), and what it
    is: `[#`, `${`, `<@`, `tracking` for a second tracking image, `link` for one that is too long."""

    start: int
    end: int
    what: str


#: Tags of the vendor's (reference, v3-contract, html_content of format_type 5), in small letters.
_KNOWN = (
    "opentracking",
    "greeting",
    "copyright",
    "customblock",
    "simpleurlproperty",
    "confirmoptin",
)

#: What may be a tag of the vendor's, by its spelling, and what has no tags in it.
_TAGS = re.compile(
    rf"</?(?P<own>cctd:)?(?P<name>(?i:{'|'.join(_KNOWN)})(?=[\s/>])|[A-Z]\w*[a-z]\w*|(?<=cctd:)\w+)"
    r"(?P<rest>[^<>]*)>"
)
_OPAQUE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b[^<>]*>.*?(?:</(?P=raw)\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
#: The declaration of the namespace of the vendor's tags, in a start tag.
_DECLARATION = re.compile(r"\s+xmlns:cctd\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')", re.IGNORECASE)
_BODY = re.compile(r"<body(?:\s[^>]*)?>", re.IGNORECASE)
_BODY_END = re.compile(r"</body>", re.IGNORECASE)
_HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)

#: What v3's own template language begins with, wherever it stands.
_BROKEN = re.compile(r"\[#|\$\{|<@")
_LINK = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)

#: Characters of a link that v3 sends at most: reference, v3-contract, html_content of format_type 5.
LONGEST_LINK = 1_005


def opaque_parts(html: str) -> list[tuple[int, int]]:
    """Where comments, scripts and style sheets stand."""
    return [match.span() for match in _OPAQUE.finditer(html)]


def body_place(html: str) -> tuple[int, int]:
    """Where the content of `<body>` begins and ends; the whole where there is no body."""
    hidden = opaque_parts(html)
    opened = [each for each in _BODY.finditer(html) if not _is_in(hidden, each.start())]
    closed = [each for each in _BODY_END.finditer(html) if not _is_in(hidden, each.start())]
    start = opened[0].end() if opened else 0
    end = closed[-1].start() if closed else len(html)
    return start, max(start, end)


def style_place(html: str) -> tuple[int, bool]:
    """Where a style sheet can be put, and whether that is in a `<head>`: at its end, or, of a page
    without one, before `<body>`."""
    start, _ = body_place(html)
    found = list(_HEAD_END.finditer(html, 0, start))
    if found:
        return found[-1].start(), True
    opened = [each for each in _BODY.finditer(html) if each.end() == start]
    return (opened[0].start() if opened else 0), False


def html_changes(html: str, greeting: str, word: str) -> list[HtmlChange]:
    """What is changed of a whole HTML document, by place and without overlaps.

    `greeting` stands in the place of `<Greeting/>`, as HTML; `word` for the name of somebody whose
    name is not known.
    """
    hidden: list[tuple[int, int]] | None = None
    changes: list[HtmlChange] = []
    has_image = TRACKING.search(html) is not None
    inside: tuple[int, int] | None = None
    tracked = has_image
    greeting_open = False
    for match in _TAGS.finditer(html):
        name = match["name"].lower()
        if name not in _KNOWN and not match["own"] and not vendor_tag(match["name"]):
            continue
        hidden = opaque_parts(html) if hidden is None else hidden
        if _is_in(hidden, match.start()):
            continue
        is_end = match[0][1] == "/"
        kind, text = ChangeKind.UNWRAPPED, ""
        if name == "opentracking":
            inside = inside or body_place(html)
            is_good = not tracked and not is_end and inside[0] <= match.start() < inside[1]
            kind = ChangeKind.TRACKING if is_good else ChangeKind.TRACKING_AGAIN
            text = TRACKING_IMAGE if is_good else ""
            tracked = tracked or is_good
        elif name == "greeting":
            kind = ChangeKind.GREETING
            text = "" if is_end and greeting_open else greeting
            greeting_open = not is_end and not match["rest"].rstrip().endswith("/")
        changes.append(HtmlChange(*match.span(), kind, match[0], text))
    changes += _texts(html, word)
    if not tracked:
        _, end = inside or body_place(html)
        changes.append(HtmlChange(end, end, ChangeKind.TRACKING_ADDED, "", TRACKING_IMAGE))
    return _apart(sorted(changes, key=lambda each: (each.start, each.end)))


def _texts(html: str, word: str) -> Iterator[HtmlChange]:
    """Declarations, variables and tags of other systems."""
    if "xmlns:cctd" in html:
        for match in _DECLARATION.finditer(html):
            yield HtmlChange(*match.span(), ChangeKind.DECLARATION, match[0], "")
    for each in variables(html, word):
        kind = ChangeKind.VARIABLE if each.tag else ChangeKind.UNKNOWN_VARIABLE
        yield HtmlChange(each.start, each.end, kind, each.written, each.tag or each.written)
    if "[[" in html:
        for match in TAG.finditer(html):
            if not is_documented(match[1]):
                kind = ChangeKind.UNKNOWN_TAG
                yield HtmlChange(*match.span(), kind, match[0], match[0])


def _apart(changes: list[HtmlChange]) -> list[HtmlChange]:
    """Changes without those that stand in another one."""
    kept: list[HtmlChange] = []
    for each in changes:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def changed_html(html: str, changes: list[HtmlChange]) -> str:
    """The HTML with the changes made."""
    parts: list[str] = []
    at = 0
    for each in changes:
        parts += (html[at : each.start], each.text)
        at = each.end
    return "".join([*parts, html[at:]])


def breakages(html: str) -> list[HtmlBreakage]:
    """What v3 would refuse or break on, wherever it stands."""
    found = [HtmlBreakage(*each.span(), each[0]) for each in _BROKEN.finditer(html)]
    found += [HtmlBreakage(*each.span(), "tracking") for each in list(TRACKING.finditer(html))[1:]]
    found += (HtmlBreakage(start, end, "link") for start, end in long_links(html))
    return sorted(found, key=lambda each: each.start)


def long_links(html: str) -> Iterator[tuple[int, int]]:
    """Where links stand that are longer than v3 sends, without their quotes."""
    from html import unescape

    for match in _LINK.finditer(html):
        number = match.lastindex or 1
        start, end = match.span(number)
        if end - start > LONGEST_LINK and len(unescape(match[number])) > LONGEST_LINK:
            yield start, end


def _is_in(parts: list[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in parts)
