"""What of a campaign's HTML is changed for v3, and what v3 would break on, by place.

v1's server filled in tags of its own: `<Greeting/>`, `<OpenTracking/>` and others.  v3 knows none
of them (reference, mapping-v3, Content).  `html_changes` finds them, and says what is to stand in
their place; the composition applies it, and the rules report it, so that the two cannot differ.
Comments, scripts and style sheets are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.content import vendor_tag
from ctct_migrate.targets.v3.personal_tags import (
    TRACKING,
    TRACKING_IMAGE,
    odd_tags,
    variables,
    without_or,
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
    is: `[#`, `${`, `<@`, `tracking` for a second tracking image, `outside` for one that is not in the body, `link`
    for one that is too long."""

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

#: What may be a tag of the vendor's, by its spelling.  The first letters are asked first: nearly all
#: tags are HTML's.
_TAGS = late_compile(
    rf"<(?=/?(?:[A-Z]|[ogcs]))/?(?P<own>cctd:)?"
    rf"(?P<name>(?i:{'|'.join(_KNOWN)})(?=[\s/>])|[A-Z]\w*[a-z]\w*|(?<=cctd:)\w+)"
    r"(?P<rest>[^<>]*)>"
)
#: What has no tags in it; searched for in small letters, like the next ones.
_OPAQUE = late_compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b[^<>]*+>.*?(?:</(?P=raw)\s*+>|\Z)", re.DOTALL
)
_BODY = late_compile(r"<body(?:\s[^<>]*+)?>")
_BODY_END = late_compile(r"</body>")
_HEAD = late_compile(r"<head(?=[\s/>])")
_HEAD_END = late_compile(r"</head\s*+>")
#: Without what may stand before it, so that it begins with letters, which are found at once.
_LINK = late_compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")

#: The declaration of the namespace of the vendor's tags, in a start tag.
_DECLARATION = late_compile(r"xmlns:cctd\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+')")

#: What v3's own template language begins with, wherever it stands.
_BEGINNINGS = ("[#", "${", "<@")
_BROKEN = late_compile("|".join(map(re.escape, _BEGINNINGS)))

#: Characters of a link that v3 sends at most: reference, v3-contract, html_content of format_type 5.
LONGEST_LINK = 1_005


@lru_cache(maxsize=2)
def _small(html: str) -> str:
    """The HTML in small letters, each character at its place; regular expressions are slow where
    they have to take either letter case."""
    small = html.lower()
    if len(small) == len(html):
        return small
    return "".join(each.lower() if len(each.lower()) == 1 else each for each in html)


@lru_cache(maxsize=2)
def opaque_parts(html: str) -> list[tuple[int, int]]:
    """Where comments, scripts and style sheets stand."""
    small = _small(html)
    if "<!--" not in small and "<script" not in small and "<style" not in small:
        return []
    return [match.span() for match in _OPAQUE.finditer(small)]


def body_place(html: str) -> tuple[int, int]:
    """Where the content of `<body>` begins and ends; the whole where there is no body."""
    hidden, small = opaque_parts(html), _small(html)
    opened = (each for each in _BODY.finditer(small) if not _is_in(hidden, each.start()))
    first = next(opened, None)
    start = first.end() if first is not None else 0
    end = small.rfind("</body>")
    while end >= 0 and _is_in(hidden, end):
        end = small.rfind("</body>", 0, end)
    return start, max(start, end if end >= 0 else len(html))


def style_place(html: str) -> tuple[int, bool]:
    """Where a style sheet can be put, and whether that is in a `<head>`: at its end, or, of a page
    without one, before `<body>`."""
    start, _ = body_place(html)
    small = _small(html)
    hidden = opaque_parts(html)
    ends = [
        each for each in _HEAD_END.finditer(small, 0, start) if not _is_in(hidden, each.start())
    ]
    if ends:
        return ends[-1].start(), True
    opened = [each for each in _BODY.finditer(small) if each.end() == start]
    before = opened[0].start() if opened else 0
    heads = (each for each in _HEAD.finditer(small, 0, before) if not _is_in(hidden, each.start()))
    return before, any(True for _ in heads)  # a head that nothing ends goes on up to the body


@lru_cache(maxsize=2)  # the conversion and the rules ask the same
def html_changes(html: str, greeting: str, word: str) -> tuple[HtmlChange, ...]:
    """What is changed of a whole HTML document, by place and without overlaps.

    `greeting` stands in the place of `<Greeting/>`, as HTML; `word` for the name of somebody whose
    name is not known.
    """
    hidden: list[tuple[int, int]] | None = None
    changes: list[HtmlChange] = []
    has_image = "[[" in html and TRACKING.search(html) is not None
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
            if is_in_tag(html, match.start()):
                text = without_or(text).replace('"', "&quot;")
            greeting_open = not is_end and not match["rest"].rstrip().endswith("/")
        changes.append(HtmlChange(*match.span(), kind, match[0], text))
    changes += _texts(html, word)
    if not tracked:
        _, end = inside or body_place(html)
        changes.append(HtmlChange(end, end, ChangeKind.TRACKING_ADDED, "", TRACKING_IMAGE))
    return tuple(_apart(sorted(changes, key=lambda each: (each.start, each.end))))


def _texts(html: str, word: str) -> Iterator[HtmlChange]:
    """Declarations, variables and tags of other systems."""
    if "xmlns:cctd" in html:
        for match in _DECLARATION.finditer(html):
            start = len(html[: match.start()].rstrip())  # with the white space before it
            yield HtmlChange(start, match.end(), ChangeKind.DECLARATION, match[0], "")
    found = variables(html, word)
    hidden = opaque_parts(html) if found or "[[" in html else []
    for each in found:
        tag = each.bare_tag if is_in_tag(html, each.start) else each.tag
        if not tag or _is_in(hidden, each.start):
            kind, tag = ChangeKind.UNKNOWN_VARIABLE, each.written
        else:
            kind = ChangeKind.VARIABLE
        yield HtmlChange(each.start, each.end, kind, each.written, tag)
    for start, end in odd_tags(html):
        if not _is_in(hidden, start) and TRACKING.fullmatch(html, start, end) is None:
            yield HtmlChange(start, end, ChangeKind.UNKNOWN_TAG, html[start:end], html[start:end])


def is_in_tag(html: str, at: int) -> bool:
    """Whether a character stands in a tag, as in the value of an attribute."""
    return html.rfind("<", 0, at) > html.rfind(">", 0, at)


def fragment_changes(html: str, word: str) -> tuple[HtmlChange, ...]:
    """What is changed of HTML that comes into the page: as of a page, but that no tracking image and
    no greeting is put into it."""
    kept = (
        replace(each, text="") if each.kind in (ChangeKind.TRACKING, ChangeKind.GREETING) else each
        for each in html_changes(html, "", word)
        if each.kind is not ChangeKind.TRACKING_ADDED
    )
    return tuple(kept)


def _apart(changes: list[HtmlChange]) -> list[HtmlChange]:
    """Changes without those that stand in another one."""
    kept: list[HtmlChange] = []
    for each in changes:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def changed_html(html: str, changes: Sequence[HtmlChange]) -> str:
    """The HTML with the changes made."""
    parts: list[str] = []
    at = 0
    for each in changes:
        parts += (html[at : each.start], each.text)
        at = each.end
    return "".join([*parts, html[at:]])


def breakages(html: str) -> list[HtmlBreakage]:
    """What v3 would refuse or break on, wherever it stands."""
    found: list[HtmlBreakage] = []
    if any(each in html for each in _BEGINNINGS):
        found += (HtmlBreakage(*each.span(), each[0]) for each in _BROKEN.finditer(html))
    if "[[" in html:
        again = list(TRACKING.finditer(html))[1:]
        found += (HtmlBreakage(*each.span(), "tracking") for each in again)
        first = TRACKING.search(html)
        place = body_place(html)
        if first is not None and not place[0] <= first.start() < place[1]:
            found.append(HtmlBreakage(*first.span(), "outside"))
    found += (HtmlBreakage(start, end, "link") for start, end in long_links(html))
    return sorted(found, key=lambda each: each.start)


def long_links(html: str) -> Iterator[tuple[int, int]]:
    """Where links stand that are longer than v3 sends, without their quotes."""
    if len(html) <= LONGEST_LINK:
        return
    from html import unescape

    for match in _LINK.finditer(_small(html)):
        number = match.lastindex or 1
        start, end = match.span(number)
        before = html[match.start() - 1 : match.start()]
        if before.isalnum() or before == "-":
            continue
        if end - start > LONGEST_LINK and len(unescape(html[start:end])) > LONGEST_LINK:
            yield start, end


def _is_in(parts: list[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in parts)
