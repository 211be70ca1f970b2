"""The inside of start tags: attributes, and what goes wrong with them.

Reads from after the tag's name to after its `>`.  Grammar: XML 1.0, productions 40 to 44.
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import cache
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader import bounds, characters
from ctct_migrate.reader.ahead import Ahead, before_space
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.tree import Attribute, Element

#: `QName` of Namespaces in XML 1.0, production 7, with any character beyond ASCII: `is_name` has
#: the exact ranges, which take long to compile.
#: (Classes of what is excluded: `re` takes tens of milliseconds to compile the wide ranges.)
_NCNAME = r"[^\x00-@\[-^`{-\x7f][^\x00-,/:-@\[-^`{-\x7f]*+"
NAME = f"{_NCNAME}(?::{_NCNAME})?"

_SPACE = late_compile(r"[ \t\r\n]*+")
_SPACE_OR_BAD = late_compile(rf"(?:[ \t\r\n]|{characters.FORBIDDEN.pattern})*+")
_ATTRIBUTE = late_compile(rf"""({NAME})[ \t\r\n]*+=[ \t\r\n]*+(?:"([^"<]*+)"|'([^'<]*+)')""")
PROPER = late_compile(
    rf"""(?:[ \t\r\n]++{NAME}[ \t\r\n]*+=[ \t\r\n]*+(?:"[^"<&]*+"|'[^'<&]*+'))*+[ \t\r\n]*+(/?)>"""
)
_QUOTED = late_compile(r""""[^"]*+"|'[^']*+'""")
_CLOSE = late_compile(r"/?>")
_BARE_NAME = late_compile(rf"({NAME})([ \t\r\n]*+=[ \t\r\n]*+)?")
#: A value between two marks of which at least one is not a quote of XML's, or which do not match:
#: `“text”`, `'text"`, `&quot;text&quot;`.
_MARKS = "\"'`\u00b4\u2018-\u201f\u2032\u2033\u00ab\u00bb\uff02\uff07"
_QUOTE_REFERENCE = "&(?:quot|apos|#0*+3[49]|#[xX]0*+2[27]);"
_MARK = f"[{_MARKS}]|{_QUOTE_REFERENCE}"
_ODD_QUOTES = late_compile(
    rf"({_MARK})([^<>&{_MARKS}]*+(?:(?!{_QUOTE_REFERENCE})&[^<>&{_MARKS}]*+)*+)({_MARK})"
    r"(?=[ \t\r\n]|/?>)"
)
_UNQUOTED = late_compile(r"""[^\s"'<>=`]+?(?=[\s<>]|/>|$)""")
_NEXT_ATTRIBUTE = late_compile(rf"""(?<!\s)\s++{NAME}\s*+=\s*+["']|[<>]""")
_FOLLOWING = late_compile(rf"\s*+/?>|\s++{NAME}\s*+=")
_JUNK_END = late_compile(r"[\s<>]")


@cache
def _exact() -> re.Pattern[str]:
    first = (
        r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff"
        r"\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
        r"\U00010000-\U000effff"
    )
    name = rf"[{first}][{first}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040]*"
    return re.compile(f"{name}(?::{name})?")


def is_name(text: str) -> bool:
    """Whether what `NAME` matches is a name (XML 1.0, productions 4 and 4a)."""
    return text.isascii() or _exact().fullmatch(text) is not None


@dataclass(slots=True)
class StartTag:
    """`end` is the index after the tag; `empty` says that it ended in `/>`; `cut` that the text
    ended before it did; `many` that it has more attributes than are read."""

    end: int
    empty: bool = False
    cut: bool = False
    many: bool = False
    problems: list[Problem] = field(default_factory=list)


def read_attributes(text: str, at: int, end: int) -> list[Attribute]:
    """The attributes between two places in a start tag that is as it should be."""
    attributes = []
    for match in _ATTRIBUTE.finditer(text, at, end):
        qname, value = match.group(1, match.lastindex or 0)
        prefix, _, name = qname.rpartition(":") if ":" in qname else ("", "", qname)
        start, last = match.span()
        value_end = last - 1  # a quote stands there
        value_start = value_end - len(value)
        attributes.append(Attribute(prefix, name, value, start, last, value_start, value_end))
    return attributes


def read_proper_tag(text: str, at: int, end: int, element: Element) -> StartTag | None:
    """As `read_start_tag`, of a tag in which surely nothing is wrong; None for any other.  Most
    are, also in documents that are broken."""
    match = PROPER.match(text, at, end)
    if match is None:
        return None
    following = match.end()
    if following - at > 2:
        attributes = read_attributes(text, at, following)
        names = [attribute.qname for attribute in attributes]
        if len(set(names)) < len(names) or not all(map(is_name, names)):
            return None
        element.attributes = attributes
    return StartTag(following, empty=bool(match[1]))


def read_start_tag(text: str, at: int, end: int, element: Element) -> StartTag | None:
    """Reads the attributes of `element`, whose name ends at `at`, into it.

    None when another `<` comes where an attribute or the `>` should be and nothing before it
    looks like an attribute: then the `<` that `element` began with was not markup.
    """
    tag = StartTag(at)
    plausible = False
    next_attribute = Ahead(_NEXT_ATTRIBUTE, text, end)
    while True:
        # Characters that XML does not allow are reported as such, and taken for space.
        space = _SPACE_OR_BAD.match(text, at, end)
        assert space is not None
        spaced, at = space.end() > at, space.end()
        if at >= end:
            tag.end, tag.cut = end, True
            return tag
        if len(element.attributes) + len(tag.problems) > bounds.ATTRIBUTES:
            tag.end, tag.many = at, True
            return tag
        close = _CLOSE.match(text, at, end)
        if close is not None:
            tag.end, tag.empty = close.end(), close[0] == "/>"
            _check_names(element, tag)
            return tag
        if text[at] == "<":
            if not plausible and not element.attributes:
                return None
            # `<a href="x" <b>`: the `>` is missing.
            tag.problems.append(
                Problem(
                    "malformed-tag",
                    element.start,
                    at,
                    element,
                    {"what": "no-end", "insert": before_space(text, element.start, at)},
                )
            )
            tag.end = at
            return tag
        match = _ATTRIBUTE.match(text, at, end)
        if match is not None and is_name(match[1]):
            if not spaced:
                tag.problems.append(
                    Problem(
                        "malformed-tag",
                        at,
                        match.end(1),
                        element,
                        {"what": "no-space", "insert": at},
                    )
                )
            group = 2 if match[2] is not None else 3
            _add(
                element, match[1], text, at, match.end(), match.start(group), match.end(group), tag
            )
            at, plausible = match.end(), True
            continue
        at, sensible = _odd_attribute(text, at, end, element, tag, next_attribute)
        plausible = plausible or sensible


def _add(
    element: Element, qname: str, text: str, start: int, end: int, value_start: int, value_end: int,
    tag: StartTag,
) -> None:  # fmt: skip
    """Puts an attribute into the element, and looks at the references in its value."""
    prefix, _, name = qname.rpartition(":")
    raw = text[value_start:value_end]
    if "&" in raw:
        tag.problems.extend(_bad_references(raw, value_start, element))
    element.attributes.append(Attribute(prefix, name, raw, start, end, value_start, value_end))


def _bad_references(raw: str, start: int, element: Element) -> list[Problem]:
    """What is wrong with the references in an attribute's value."""
    problems: list[Problem] = []
    done = 0
    for match in characters.REFERENCE.finditer(raw):
        if len(problems) > bounds.BREAKAGES:
            break  # nobody reads on
        if match.start() < done:
            continue  # the second half of a pair
        hexadecimal, decimal, name = match.groups()
        at, end = start + match.start(), start + match.end()
        if name is not None:
            if name not in characters.PREDEFINED:
                problems.append(Problem("undefined-entity", at, end, element, {"entity": name}))
        elif hexadecimal is None and decimal is None:
            problems.append(Problem("bare-ampersand", at, end, element))
        elif characters.character(hexadecimal, decimal) is None:
            detail: dict[str, Any] = {"reference": True}
            pair = characters.surrogate_pair(raw, match.start(), len(raw))
            if pair is not None:
                detail["meant"], done = pair
                end = start + done
            problems.append(Problem("bad-character", at, end, element, detail))
    return problems


def _odd_attribute(
    text: str, at: int, end: int, element: Element, tag: StartTag, next_attribute: Ahead
) -> tuple[int, bool]:
    """Reads something that is not an attribute as XML knows it; where it ends, and whether it looks
    like an attribute at all."""
    match = _BARE_NAME.match(text, at, end)
    if match is None or not is_name(match[1]):
        stop = _JUNK_END.search(text, at + 1, end)
        after = stop.start() if stop else end
        tag.problems.append(Problem("malformed-tag", at, after, element, {"what": "junk"}))
        return after, False
    qname = match[1]
    if match[2] is None:
        if text[match.end() : match.end() + 1] != "<":
            tag.problems.append(
                Problem(
                    "malformed-tag", at, match.end(1), element, {"what": "no-value", "name": qname}
                )
            )
        return match.end(), False
    at_value = match.end()
    quoted = _QUOTED.match(text, at_value, end)
    if quoted is not None and text[at_value] in "\"'":
        less = text.find("<", at_value, quoted.end())
        # A `<` inside the quotes: an unescaped one, if the value ends on the same line and a
        # tag's end or another attribute follows; else the closing quote is missing.
        same_line = "\n" not in quoted[0]
        follows = _FOLLOWING.match(text, quoted.end(), end)
        if less >= 0 and same_line and follows:
            tag.problems.append(
                Problem("unescaped-less-than", less, less + 1, element, {"attribute": qname})
            )
            _add(element, qname, text, at, quoted.end(), at_value + 1, quoted.end() - 1, tag)
            return quoted.end(), True
    other = _ODD_QUOTES.match(text, at_value, end)
    if other is not None and not other[1] == other[3] in ("'", '"'):
        tag.problems.append(
            Problem("unquoted-attribute", at_value, other.end(), element,
                    {"name": qname, "quotes": (other[1], other[3]),
                     "places": (other.span(1), other.span(3))})
        )  # fmt: skip
        _add(element, qname, text, at, other.end(), *other.span(2), tag)
        return other.end(), True
    if text[at_value : at_value + 1] in ('"', "'"):
        quote = text[at_value]
        stop = next_attribute(at_value)
        value_end = stop.start() if stop else end
        if text[value_end - 1 : value_end] == "/":
            value_end -= 1
        tag.problems.append(
            Problem("unquoted-attribute", at, value_end, element,
                    {"name": qname, "quote": quote, "insert": ((value_end, quote),)})
        )  # fmt: skip
        _add(element, qname, text, at, value_end, at_value + 1, value_end, tag)
        return value_end, True
    value = _UNQUOTED.match(text, at_value, end)
    after = value.end() if value else at_value
    tag.problems.append(
        Problem("unquoted-attribute", at_value if value else at, after, element,
                {"name": qname, "quote": None, "insert": ((at_value, '"'), (after, '"'))})
    )  # fmt: skip
    _add(element, qname, text, at, after, at_value, after, tag)
    return after, True


def _check_names(element: Element, tag: StartTag) -> None:
    """No two attributes of one name (XML 1.0, 3.1)."""
    if len(element.attributes) < 2:
        return
    seen: dict[str, Attribute] = {}
    every, element.attributes = element.attributes, []
    for attribute in every:
        first = seen.setdefault(attribute.qname, attribute)
        if first is attribute:
            element.attributes.append(attribute)
        else:
            tag.problems.append(
                Problem("duplicate-attribute", attribute.start, attribute.end, element,
                        {"name": attribute.qname, "first": (first.start, first.end),
                         "same": first.value == attribute.value})
            )  # fmt: skip
