"""Documents whose tags are all damaged in one way: every `<` is another character, or every end tag
has lost its `/`.

A text processor, a search-and-replace or a font did it to all of them at once, so that it is one
mistake and not one for each tag.  It is undone only if the document is well-formed afterwards.
"""

from __future__ import annotations

import re

from lxml import etree

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source
from ctct_migrate.v1.lexicon import lexicon

#: Tags that have to be damaged, and the share of all tags of their kind.
_FEWEST, _SHARE = 5, 0.5

#: A text that is longer than this (characters) is not looked at.
_LONGEST = 20_000_000

#: Elements of HTML that have no end tag, and those that stand in their like.
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "param"})
_NESTED = frozenset(
    {"blockquote", "center", "div", "font", "li", "ol", "span", "table", "tbody", "td", "tr", "ul"}
)

#: Open elements that an end tag is looked for in.
_DEPTH = 64

_LESS, _GREATER = "<＜‹⟨〈﹤", ">＞›⟩〉﹥"
_TAG = late_compile(
    rf"(?P<less>[{_LESS}])(?P<slash>[ \t]*+[/∕⁄／|][ \t]*+|[ \t]++)?(?P<question>\?)?"
    rf"(?:[A-Za-z][\w.-]*+:)?(?P<name>[A-Za-z][\w.-]*+)"
    rf"(?P<rest>[^{_LESS}{_GREATER}]*+)(?P<greater>[{_GREATER}])"
)


def find(source: Source) -> Wrapping | None:
    """A document whose tags are damaged alike, or None."""
    text = source.text
    if len(text) > _LONGEST or not _is_suspect(text):
        return None
    pieces, found = Pieces(source), _Tags(text)
    at = 0
    for start, end, right in found.edits:
        pieces.copy(at, start)
        pieces.put(right, start, end)
        at = end
    pieces.copy(at, len(text))
    if found.first is None or not found.are_enough or not _is_well_formed(pieces.data):
        return None
    choices = (Choice(found.title, pieces),)
    return Wrapping("damaged-tags", found.what, *found.first, choices, not found.is_guessed)


#: What shows that it may be worth while: brackets that are not XML's, or an end tag without its `/`.
_SUSPECT = late_compile(rf"[{_LESS[1:]}]|<(?!/)[ \t]*+[∕⁄／|]|<[ \t]++[A-Za-z/]")
_SLASHES = late_compile(r"</")


def _is_suspect(text: str) -> bool:
    if _SUSPECT.search(text) is not None:
        return True
    return len(_SLASHES.findall(text)) < text.count("<") // 4


class _Tags:
    """The tags of the format in a text, and what is wrong with them.

    edits   start, end and the right characters of each place that is wrong
    first   start and end of the first tag that is wrong
    is_guessed  whether an end tag of HTML may as well be the start tag of one in another
    """

    def __init__(self, text: str):
        self.edits: list[tuple[int, int, str]] = []
        self.first: tuple[int, int] | None = None
        self.brackets = self.slashes = self._ends = 0
        self.is_guessed = False
        words = lexicon()
        self._contents, names = words.contents, words.names | {"entry", "feed", "xml"}
        self._stack: list[str] = []
        self._content = ""
        for tag in _TAG.finditer(text):
            if not self._content and tag["name"] not in names:
                continue
            count = len(self.edits)
            self._bracket(tag, "less", "<")
            if not tag["question"]:
                self._slash(tag)
            self._bracket(tag, "greater", ">")
            if len(self.edits) > count and self.first is None:
                self.first = tag.span()

    def _bracket(self, tag: re.Match[str], group: str, right: str) -> None:
        if tag[group] != right:
            self.brackets += 1
            self.edits.append((*tag.span(group), right))

    def _slash(self, tag: re.Match[str]) -> None:
        written, name = tag["slash"] or "", tag["name"]
        if not tag["rest"].strip() and (written.strip() or self._is_open(name)):
            self._ends += 1
            if written != "/":
                self.slashes += 1
                start = tag.end("less")
                self.edits.append((start, start + len(written), "/"))
                self.is_guessed |= name in _NESTED and not written.strip()
            self._close(name)
        elif not tag["rest"].rstrip().endswith("/") and not (self._content and name in _VOID):
            self._stack.append(name)
            if name in self._contents:
                self._content = name

    def _is_open(self, name: str) -> bool:
        """Whether a tag of that name can only be the end of what is open."""
        return self._stack[-1:] == [name] or name == self._content

    def _close(self, name: str) -> None:
        if name in self._stack[-_DEPTH:]:
            while self._stack.pop() != name:
                pass
        if name == self._content:
            self._content = ""

    @property
    def are_enough(self) -> bool:
        """Whether so many are wrong in one way that it is one mistake."""
        many = max(_FEWEST, _SHARE * self._ends)
        return self.slashes >= many or self.brackets >= max(_FEWEST, _SHARE * self._ends)

    @property
    def what(self) -> str:
        """The mistake, as a sentence."""
        if self.brackets >= self.slashes:
            return f"the brackets of {self.brackets:,} tags are other characters than XML's `<` and `>`"
        return f"{self.slashes:,} end tags are written without their `/`"

    @property
    def title(self) -> str:
        """The title of the fix."""
        return (
            "Write `<` and `>`" if self.brackets >= self.slashes else "Write the end tags with `/`"
        )


def _is_well_formed(data: bytes) -> bool:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True
