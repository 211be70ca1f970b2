"""Text fields: is a `<` in an element that holds text alone the beginning of a tag?

`Tom <tom@example.com> wrote`, `Save 5</10`, `Hi <FirstName>,`: customers write such things into a
subject.  Where the field's own end tag follows and no tag of the format stands before it, what
begins with `<` is text, unless it is markup in its own right: a comment, a CDATA section, an
instruction, an element of HTML, or an element that is closed.
"""

from __future__ import annotations

import re

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.ahead import EndTags
from ctct_migrate.reader.nesting import Names
from ctct_migrate.reader.tags import NAME
from ctct_migrate.reader.tree import Element

#: A text field that is longer than this (characters) is not looked at.
_LONGEST = 20_000

_TAG = late_compile(rf"<(/?)[ \t\r\n]*+({NAME})(?=[\s/>])")

#: What is never a tag: an address in angle brackets, as of an e-mail or a page, and `5</10`.
PLAINLY_TEXT = late_compile(
    r"<(?:[\w.+-]{1,64}+@[\w-]|(?:https?|ftp|mailto):|www\.[\w-]++\.|/[0-9])", re.I
)

#: What is markup whatever stands around it.
_SECTION = late_compile(r"<!--|<!\[CDATA\[", re.I)
_INSTRUCTION = late_compile(rf"<\?{NAME}(?:\s|\?>)")

_SELF_CLOSING = late_compile(r"""<[^\s<>/]++(?:\s(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)?/>""")

#: Elements of HTML that are written into texts.
_HTML = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym address area article aside b base bdo big blockquote body br button caption center "
        "cite code col colgroup dd del dfn dir div dl dt em embed fieldset font footer form "
        "frame h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd "
        "label legend li map meta nav noscript object ol optgroup option p param pre q s samp "
        "script section select small span strike strong style sub sup table tbody td textarea tfoot th thead "
        "tr tt u ul var ",
    )
)


class TextFields:
    """The text fields of one text; what is asked of each is found out once."""

    def __init__(self, text: str, names: Names, end_tags: EndTags, end: int):
        self._text, self._names, self._end_tags, self._end = text, names, end_tags, end
        self._field: Element | None = None
        self._closes_at = -1

    def is_text(self, at: int, field: Element) -> bool:
        """Whether the `<` at `at`, met while `field` is the innermost open element, is a character
        of its text."""
        if field.name not in self._names.leaves:
            return False
        if field is not self._field:
            self._field, self._closes_at = field, self._end_of(field)
        if at >= self._closes_at or _SECTION.match(self._text, at):
            return False
        if _INSTRUCTION.match(self._text, at):
            return self._text.find("?>", at, self._closes_at) < 0
        tag = _TAG.match(self._text, at, self._closes_at)
        if tag is None:
            return True
        if tag[1]:
            return tag[2].lower() not in _HTML
        if tag[2].lower() in _HTML or _SELF_CLOSING.match(self._text, at, self._closes_at):
            return False
        return self._end_tags.next(tag[2], at, self._closes_at) < 0

    def _end_of(self, field: Element) -> int:
        """Where the end tag of a text field stands; -1 where it has none, or where a tag stands
        before it that may be meant as one of the format's."""
        close = self._end_tags.next(field.qname, field.open_end, self._end)
        if not field.open_end < close <= field.open_end + _LONGEST:
            return -1
        around = field.parent.name if field.parent is not None else ""
        beside = self._names.holds.get(around, frozenset())
        for tag in _TAG.finditer(self._text, field.open_end, close):
            name = tag[2].rpartition(":")[2]
            if name.casefold() == field.name.casefold():
                return -1
            if name not in self._names.known:
                continue
            if tag[1] or self._is_element(tag, close, name in beside):
                return -1
        return close

    def _is_element(self, tag: re.Match[str], close: int, is_beside: bool) -> bool:
        """Whether a start tag of the format in a text field is the beginning of an element: it is
        closed, or it may stand beside the field and is nowhere else."""
        if self._end_tags.next(tag[2], tag.end(), close) >= 0:
            return True
        return is_beside and self._end_tags.next(tag[2], 0, self._end) < 0
