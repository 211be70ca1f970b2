"""Text to the located tree, however broken the text is.

A scanner of XML 1.0 that never gives up: where a strict parser stops, it notes a `Problem`, reads
on as the author most probably meant it, and says of each thing where it stands.  Well-formed text
gives the same elements, in the same order and with the same values, as libxml2 does (a test holds
the two to each other).

Theory of operation: one pass.  `_TOKEN` finds the next `<` or `&`; what begins there is read by
the method for its kind; `tags` reads the inside of start tags, `nesting` settles end tags, and
HTML put raw into a content element is looked at as a whole (`rawhtml`).  Namespaces are resolved
afterwards, in `namespaces`.  This module does not know what v1's elements mean, but for the few
names handed in as `Names`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import field

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader import bounds, characters
from ctct_migrate.reader.ahead import Ahead, EndTags
from ctct_migrate.reader.nesting import Names, Nesting
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.rawhtml import ContentEnds, breakage, is_partly_encoded
from ctct_migrate.reader.tags import (
    NAME,
    PROPER,
    StartTag,
    is_name,
    read_proper_tag,
    read_start_tag,
)
from ctct_migrate.reader.text_fields import PLAINLY_TEXT, TextFields
from ctct_migrate.reader.tree import Element, Markup, Text

#: libxml2's own limit for documents of any size (XML_PARSE_HUGE).
MAX_DEPTH = 2048

#: What has to be looked at: a `<`, and an `&` that begins anything but the commonest references.
_AMPERSAND = "&(?!(?:lt|gt|amp|quot|apos);)"
_TOKEN = late_compile(f"<|{_AMPERSAND}")
#: A `<` that may begin markup.
_LESS = r"<(?=[^\x00-@\[-^`{-\x7f]|[/!?\\])"
#: A reference without its semicolon; a name that is followed by `=` is a parameter of a link.
_CUT_REFERENCE = late_compile(r"&(#[0-9]++|#x[0-9A-Fa-f]++|[A-Za-z]++[0-9]*+(?![\w=;]))")
_START = late_compile(f"<({NAME})")
_SPACED = late_compile(f"<[ \\t\\r\\n]++({NAME})(?=[ \\t\\r\\n/>])")
_END = late_compile(rf"</({NAME})[ \t\r\n]*+>")
_BACKSLASH = late_compile(rf"<\\({NAME})\s*+>")
_END_LOOSE = late_compile(rf"</\s*+({NAME})?[^<>]*+>?")
_DECLARATION = late_compile(
    r"""<\?xml\s+version\s*=\s*(?:"1\.[0-9]+"|'1\.[0-9]+')"""
    r"""(?:\s+encoding\s*=\s*(?:"[A-Za-z][\w.\-]*"|'[A-Za-z][\w.\-]*'))?"""
    r"""(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>"""
)
_ANY_DECLARATION = late_compile(r"<\?xml[\s?]", re.I)
_INSTRUCTION = late_compile(rf"<\?{NAME}(?:\s|\?>)")
#: Quoted identifiers of a document type declaration hold no `<` and `>`.
_DOCTYPE = late_compile(r"""<!DOCTYPE(?:[^\[<>"']++|"[^"<>]*+"|'[^'<>]*+')*+([\[>])""", re.I)
_SUBSET_END = late_compile(r"\]\s*+>")
_INSTRUCTION_END = late_compile(r"\?>")
_GREATER = late_compile(">")
#: All but the last of several in a row.
_SEVERAL = late_compile(r"<++(?<=<<)|&++(?<=&&)")
#: Kinds in texts, with the one that is passed over where there are too many.
_PASSED_OVER = {
    "undefined-entity": "bare-ampersand", "bare-ampersand": "bare-ampersand",
    "bad-character": "bare-ampersand", "unescaped-less-than": "unescaped-less-than",
}  # fmt: skip
#: Kinds of which a text may have any number, and to which nothing is added later.
_NUMEROUS = frozenset(
    {"undefined-entity", "bare-ampersand", "unescaped-less-than", "bad-character", "stray-end-tag",
     "late-xml-declaration", "bad-comment", "malformed-tag", "stray-section-end",
     "text-outside-root", "doctype"}
)  # fmt: skip
_BAD = late_compile(f"{characters.FORBIDDEN.pattern}+")


@dataclass(slots=True)
class Scan:
    """What came of it: the root (None if there was no element), what stood before it, and the
    problems in the order in which they were met (`uncounted`: how many more there are of a kind in
    an element, or in none, than are worth noting).  `cut` is True when the end of the text is
    missing or could not be read, so that nothing can be said of what is not there."""

    root: Element | None = None
    problems: list[Problem] = field(default_factory=list)
    prolog: list[Markup] = field(default_factory=list)
    cut: bool = False
    uncounted: Counter[tuple[str, Element | None]] = field(default_factory=Counter)


def scan(text: str, names: Names = Names()) -> Scan:  # noqa: B008  (frozen and empty)
    """Reads `text` (raw, without a byte order mark).  Never raises."""
    scanner = _Scanner(text, names, 0, len(text), EndTags(text))
    scanner.declaration()
    scanner.read()
    result = scanner.result
    result.cut = scanner.nesting.finish(len(text), reported=result.cut, roots=scanner.roots)
    result.problems.extend(_bad_characters(text))
    return result


def _bad_characters(text: str) -> list[Problem]:
    """Runs of characters that XML does not allow; undecodable bytes are another matter."""
    return [
        Problem("bad-character", *match.span(), None, {"reference": False})
        for match in _BAD.finditer(text)
        if not "\ud800" <= match[0][0] <= "\udfff"
    ]


class _Scanner:
    """The state of one pass over `text[at:end]`."""

    def __init__(self, text: str, names: Names, at: int, end: int, end_tags: EndTags):
        self.text, self.names, self.at, self.end = text, names, at, end
        self.end_tags = end_tags
        self.result = Scan()
        self.nesting = Nesting(text, names, self.result.problems, end_tags, self._note)
        self.text_fields = TextFields(text, names, end_tags, end)
        self.subset_end = Ahead(_SUBSET_END, text, end)
        self.instruction_end = Ahead(_INSTRUCTION_END, text, end)
        self.greater = Ahead(_GREATER, text, end)
        self.noted: Counter[str] = Counter()
        self._token, self._passed = _TOKEN, set[str]()
        self.most_elements = bounds.elements(len(text))
        self._content_ends: dict[str, ContentEnds] = {}
        self.stack = self.nesting.stack
        self.count = self.roots = 0
        self.text_start = at

    def read(self) -> None:
        """The pass."""
        while not self.result.cut:
            match = self._token.search(self.text, self.at, self.end)
            if match is None:
                break
            if self._token is not _TOKEN:
                self._count_passed(match.start())
            self.at = match.start()
            if (several := _SEVERAL.match(self.text, self.at, self.end)) is not None:
                self._several(several.end() - 1)
            if match[0] == "&":
                self._reference()
            else:
                self._markup()
        self._flush(self.end)

    def _note(
        self, kind: str, start: int, end: int, element: Element | None = None, **detail: object
    ) -> None:
        if element is None and self.stack:
            element = self.stack[-1]
        self.noted[kind] += 1
        if self.noted[kind] > bounds.BREAKAGES and kind in _NUMEROUS:
            self.result.uncounted[kind, element] += 1
            if kind in _PASSED_OVER:
                self._pass_over(_PASSED_OVER[kind])
            elif self.noted[kind] > bounds.MARKUP and not self.result.cut:
                self.result.cut = True
                detail = {"what": "breakages", "most": bounds.MARKUP}
                self.result.problems.append(Problem("too-many", start, end, element, detail))
            return
        self.result.problems.append(Problem(kind, start, end, element, detail))

    def _pass_over(self, kind: str) -> None:
        """Of a kind that has been noted often enough, no more are looked at."""
        self._passed.add(kind)
        less = _LESS if "unescaped-less-than" in self._passed else "<"
        pattern = less if "bare-ampersand" in self._passed else f"{less}|{_AMPERSAND}"
        self._token = re.compile(pattern)

    def _count_passed(self, end: int) -> None:
        """Counts those that were passed over up to `end`."""
        element = self.stack[-1] if self.stack else None
        for kind in self._passed:
            mark = "<" if kind == "unescaped-less-than" else "&"
            number = self.text.count(mark, self.at, end)
            if number:
                self.result.uncounted[kind, element] += number

    def _several(self, last: int) -> None:
        """Only the last of several `<` or `&` in a row can begin anything."""
        kind = "unescaped-less-than" if self.text[last] == "<" else "bare-ampersand"
        while self.at < last and self.noted[kind] < bounds.BREAKAGES:
            self._note(kind, self.at, self.at + 1)
            self.at += 1
        if self.at < last:
            element = self.stack[-1] if self.stack else None
            self.result.uncounted[kind, element] += last - self.at
            self.at = last

    def _go_on(self, at: int) -> None:
        """What stood before `at` has been read."""
        self.at = self.text_start = at

    def declaration(self) -> None:
        """The XML declaration, if any, at the very start."""
        text = self.text
        if _ANY_DECLARATION.match(text) is None:
            return
        match = _DECLARATION.match(text)
        if match is not None:
            self._go_on(match.end())
            return
        close, bracket = text.find("?>"), text.find(">")
        if 0 <= close < bracket or close == bracket - 1 >= 0:
            end = close + 2
        else:
            end = bracket + 1 if bracket >= 0 else len(text)
        self._note("xml-declaration", 0, end)
        self._go_on(end)

    def _markup(self) -> None:
        """What begins with the `<` at `self.at`."""
        following = self.text[self.at + 1 : self.at + 2]
        if self.stack and (
            PLAINLY_TEXT.match(self.text, self.at, self.end)
            or self.text_fields.is_text(self.at, self.stack[-1])
        ):
            self._bare_less_than()
        elif following == "/":
            self._end_tag()
        elif following == "\\" and (match := _BACKSLASH.match(self.text, self.at, self.end)):
            self._flush(match.start())
            self._go_on(match.end())
            self._note("malformed-tag", *match.span(), what="end-tag", expected=match[1])
            self.nesting.close(match[1], match.start(), match.end(), self.end)
        elif following == "!":
            self._section()
        elif following == "?":
            self._instruction()
        else:
            match = _START.match(self.text, self.at, self.end)
            if match is not None and is_name(match[1]):
                self._start_tag(match[1], match.start(1))
            elif (spaced := self._spaced_tag()) is not None:
                self._start_tag(spaced[1], spaced.start(1))
            else:
                self._bare_less_than()

    def _spaced_tag(self) -> re.Match[str] | None:
        """`< Name>`, a start tag of the format with a space after its `<`, which is closed later,
        or in itself."""
        match = _SPACED.match(self.text, self.at, self.end)
        if match is None or match[1].rpartition(":")[2] not in self.names.known:
            return None
        proper = PROPER.match(self.text, match.end(), self.end)
        if proper is not None and proper[1]:
            return match
        return match if self.end_tags.next(match[1], match.end(), self.end) >= 0 else None

    def _bare_less_than(self) -> None:
        """A `<` that begins no markup."""
        self._note("unescaped-less-than", self.at, self.at + 1)
        self.at += 1

    # -- text -------------------------------------------------------------------------------

    def _flush(self, end: int) -> None:
        """The run of text that began at `text_start` ends at `end`."""
        start, self.text_start = self.text_start, end
        if end <= start:
            return
        raw = self.text[start:end]
        if not self.stack:
            self._outside(raw, start)
            return
        if "]]>" in raw:
            at = start + raw.index("]]>")
            self._note("stray-section-end", at, at + 3)
        self.stack[-1].children.append(Text(raw, start, end))

    def _outside(self, raw: str, start: int) -> None:
        """Text before or after the root."""
        stripped = raw.strip(" \t\r\n")
        if stripped and self.roots <= 1:
            start += len(raw) - len(raw.lstrip(" \t\r\n"))
            place = "after" if self.roots else "before"
            self._note("text-outside-root", start, start + len(stripped), place=place)

    def _reference(self) -> None:
        """What begins with the `&` at `self.at`."""
        match = characters.REFERENCE.match(self.text, self.at, self.end)
        if match is None:  # cannot be: the pattern matches any `&`
            self.at += 1
            return
        start, end = match.span()
        hexadecimal, decimal, name = match.groups()
        self.at = max(end, start + 1)
        if name is not None:
            if name not in characters.PREDEFINED:
                self._note("undefined-entity", start, end, entity=name)
        elif hexadecimal is None and decimal is None:
            cut = _CUT_REFERENCE.match(self.text, start, self.end)
            if cut is not None and characters.is_known_reference(cut[1]):
                self._note("bare-ampersand", *cut.span(), reference=cut[1])
            else:
                self._note("bare-ampersand", start, start + 1)
        elif characters.character(hexadecimal, decimal) is None:
            pair = characters.surrogate_pair(self.text, start, self.end)
            if pair is not None:
                code, self.at = pair
                self._note("bad-character", start, self.at, reference=True, meant=code)
            else:
                self._note("bad-character", start, end, reference=True)

    # -- comments, sections, instructions ---------------------------------------------------

    def _closing(self, opening: str, closing: str) -> int | None:
        """The index of `closing` for what begins at `self.at`, or None when it never comes: then
        the rest of the text is lost, and the scan ends."""
        found = self.text.find(closing, self.at + len(opening), self.end)
        if found >= 0:
            return found
        self._flush(self.at)
        end = self.at + len(opening)
        self._note("unterminated-section", self.at, end, closing=closing, opening=opening)
        self._go_on(self.end)
        self.result.cut = True
        return None

    def _add(self, node: Markup | Text) -> None:
        if self.stack:
            self.stack[-1].children.append(node)
        elif isinstance(node, Markup) and not self.roots:
            self.result.prolog.append(node)

    def _section(self) -> None:
        """A comment, a CDATA section or a document type declaration."""
        text, at = self.text, self.at
        if text.startswith("<!--", at):
            close = self._closing("<!--", "-->")
            if close is not None:
                self._flush(at)
                self._comment(at, close)
        elif text.startswith("<![CDATA[", at):
            close = self._closing("<![CDATA[", "]]>")
            if close is not None:
                self._flush(at)
                self._character_data(at, close)
        else:
            match = _DOCTYPE.match(text, at, self.end)
            subset = match is not None and match[1] == "["
            closing = self.subset_end(match.end()) if match is not None and subset else match
            if closing is None:
                self._bare_less_than()
                return
            self._flush(at)
            self._note("doctype", at, closing.end())
            self._go_on(closing.end())

    def _comment(self, at: int, close: int) -> None:
        inner = self.text[at + 4 : close]
        dashes = f"{inner}-".find("--")
        if dashes >= 0:
            start = at + 4 + dashes
            self._note("bad-comment", start, start + 2, inside=(at + 4, close))
        self._add(Markup("comment", inner, at, close + 3))
        self._go_on(close + 3)

    def _character_data(self, at: int, close: int) -> None:
        """A CDATA section."""
        if self.stack:
            self._add(Text(self.text[at + 9 : close], at, close + 3, cdata=True))
        else:
            self._outside(self.text[at : close + 3], at)
        self._go_on(close + 3)

    def _instruction(self) -> None:
        """A processing instruction, or an XML declaration that comes late."""
        text, at = self.text, self.at
        late = _ANY_DECLARATION.match(text, at)
        close = self.instruction_end.start(at + 2)
        if close < 0 and late is None:
            self._closing("<?", "?>")
            return
        self._flush(at)
        end = close + 2 if close >= 0 else max(self.greater.start(at) + 1, at + 2)
        if late is not None:
            where = "inside" if self.stack else ("after" if self.roots else "before")
            before = self.result.problems[-1].kind if self.result.problems else ""
            if where != "before" or before != "text-outside-root":  # else that is the mistake
                self._note("late-xml-declaration", at, end, where=where)
        else:
            if _INSTRUCTION.match(text, at) is None:
                self._note("malformed-tag", at, end, what="instruction")
            self._add(Markup("pi", text[at + 2 : end - 2], at, end))
        self._go_on(end)

    # -- tags -------------------------------------------------------------------------------

    def _start_tag(self, qname: str, name_start: int) -> None:
        at = self.at
        parent = self.stack[-1] if self.stack else None
        prefix, _, name = qname.rpartition(":")
        element = Element(prefix, name, at, name_start, parent)
        tag = (
            read_proper_tag(self.text, element.name_end, self.end, element)
            or self._without_end(element)
            or read_start_tag(self.text, element.name_end, self.end, element)
        )
        if tag is None:  # it runs into another tag
            self._bare_less_than()
            return
        name = element.name
        self._flush(at)
        if name_start > at + 1:
            self._note("malformed-tag", at, name_start, element, what="spaced", name=qname)
        if not tag.cut:
            self.result.problems.extend(tag.problems)
        element.open_end = element.close_start = element.end = tag.end
        self._go_on(tag.end)
        element.self_closing = tag.empty
        element.number = self.count
        self.count += 1
        if parent is None or not tag.cut:  # of a tag that was cut off even the name may be
            self._place(element, parent)
        if tag.cut:
            self.result.cut = True
            opened = tuple(each.qname for each in self.stack)
            self._note("truncated", at, tag.end, element, inside="tag", open=opened)
        elif self.count > self.most_elements or tag.many:
            what, most = (
                ("attributes", bounds.ATTRIBUTES) if tag.many else ("elements", self.count - 1)
            )
            place = element.name_start, element.name_end
            self._note("too-many", *place, element, what=what, most=most)
            self.result.cut = True
        if tag.empty:
            return
        self.nesting.push(element)
        if len(self.stack) > MAX_DEPTH:
            self._note("too-deep", element.name_start, element.name_end, element, depth=MAX_DEPTH)
            self.result.cut = True
        elif name in self.names.content and not self.result.cut:
            self._content(element)

    def _without_end(self, element: Element) -> StartTag | None:
        """The start tag of `<NameSpring sale</Name>`, whose `>` is missing; None for others."""
        text = self.text
        following = text.find("<", element.name_start, self.end)
        if following < 0 or text.find(">", element.name_start, following) >= 0:
            return None
        match = _END.match(text, following, self.end)
        if match is None or match[1] not in self.names.known:
            return None
        written = text[element.name_start : element.name_end]
        if not written.startswith(match[1]):
            return None
        element.prefix, _, element.name = match[1].rpartition(":")
        element.name_end = end = element.name_start + len(match[1])
        detail = {"what": "no-end", "insert": end}
        tag = StartTag(end)
        tag.problems.append(Problem("malformed-tag", element.start, end, element, detail))
        return tag

    def _place(self, element: Element, parent: Element | None) -> None:
        if parent is not None:
            parent.children.append(element)
            return
        self.roots += 1
        if self.roots == 1:
            self.result.root = element
        elif self.roots == 2:
            self._note("second-root", element.name_start, element.name_end, element)

    def _end_tag(self) -> None:
        at = self.at
        match = _END.match(self.text, at, self.end)
        if match is None:
            self._bad_end_tag()
            return
        self._flush(at)
        self._go_on(match.end())
        if self.stack or self.roots <= 1:
            self.nesting.close(match[1], at, match.end(), self.end)

    def _bad_end_tag(self) -> None:
        """An end tag with something odd in it: attributes, no name, no `>`."""
        match = _END_LOOSE.match(self.text, self.at, self.end)
        start, end = match.span() if match else (self.at, self.at + 2)
        if not self.text.endswith(">", start, end) and end < self.end:
            end = start + len(self.text[start:end].rstrip())
        qname = match[1] if match else None
        self._flush(start)
        self._go_on(end)
        if end == self.end and not self.text.endswith(">", start, end):
            opened = tuple(each.qname for each in self.stack)
            self._note("truncated", start, end, inside="tag", open=opened)
            self.result.cut = True
            return
        innermost = self.stack[-1].qname if self.stack else None
        self._note("malformed-tag", start, end, what="end-tag", expected=qname or innermost)
        if qname is not None and self.nesting.is_open(qname):
            self.nesting.close(qname, start, end, self.end)
        elif self.stack:
            self.nesting.pop(start, end)

    def _content(self, element: Element) -> None:
        """Reads the whole inside of a content element, if its end tag can be found.

        If the inside is HTML that is not XML, that is one mistake, not as many as there are
        unclosed tags in it; what was meant is the text itself.
        """
        ends = self._content_ends.get(element.qname)
        if ends is None:
            ends = ContentEnds(self.text, element.qname, element.open_end, self.end)
            self._content_ends[element.qname] = ends
        close = ends.after(element.open_end)
        if close is None:
            return
        inside = _Scanner(self.text, Names(), element.open_end, close, self.end_tags)
        inside.most_elements = self.most_elements
        inside.nesting.push(element)
        inside.roots, inside.count = 1, self.count
        inside.read()
        while len(inside.stack) > 1:
            open_element = inside.nesting.pop(close, close, closed=False)
            inside._note(
                "unclosed-element", open_element.start, open_element.open_end, open_element,
                name=open_element.qname, insert=close, closer=None, by=element.qname, slash=None,
            )  # fmt: skip
        problems = inside.result.problems
        deep = next((each for each in problems if each.kind in ("too-deep", "too-many")), None)
        self.result.uncounted.update(inside.result.uncounted)
        self.noted.update(inside.noted)
        self.most_elements -= inside.count - self.count
        if deep is not None and deep.kind == "too-many":
            self.result.cut = True
        problem = deep or breakage(self.text, element, close, problems)
        if problem is None:
            self.result.problems.extend(problems)
            self.most_elements += inside.count - self.count
            self.count = inside.count
        else:
            raw = self.text[element.open_end : close]
            partly = is_partly_encoded(raw)
            value = characters.resolve(raw) if partly else characters.line_feeds(raw)
            element.children = [Text.meant(value, element.open_end, close)]
            self.result.problems.append(problem)
        self._go_on(close)
