"""Documents that were copied from where a program shows them: the tree view of a browser, with a
mark to fold each element away, a page with `<br>` after each line, and a log, with the time and other
things before each line.
"""

from __future__ import annotations

import re

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.document_roots import AFTER_LESS_THAN, BEGINNING
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source
from ctct_migrate.v1.lexicon import lexicon

# -- the tree view of a browser -------------------------------------------------------------------

_BLANK = r"[ \t\u00a0]"
#: A mark before a tag, with the tag's local name: `-` of Internet Explorer, triangles of others.
_MARK = late_compile(
    rf"(?m)^{_BLANK}*+(?P<mark>[-+\u2212\u2013\u25b6\u25b8\u25b9\u25bc\u25be\u25bf]){_BLANK}?+(?=</?+(?:[\w.-]{{1,40}}:)?(?P<name>[\w.-]{{1,80}}))"
)
_ROOT = late_compile(rf"<(?!\?){AFTER_LESS_THAN}")

#: Marks of elements that are folded away, so that what is in them was not copied.
_FOLDED = "+\u25b6\u25b8\u25b9"


def find_tree_view(source: Source) -> Wrapping | None:
    """A document with the marks of a browser before its elements, or None."""
    text = source.text
    names = {*lexicon().names, "entry", "feed", "content"}
    marks = [match for match in _MARK.finditer(text) if match["name"] in names]
    if len(marks) < 2 or not any(_ROOT.match(text, match.end()) for match in marks):
        return None
    pieces, at = Pieces(source), 0
    for match in marks:
        pieces.copy(at, match.start("mark"))
        at = match.end()
    pieces.copy(at, len(text))
    exact = not any(match["mark"] in _FOLDED for match in marks)
    note = "" if exact else "unfold the elements before you copy: what is folded away is missing"
    start, end = marks[0].span("mark")
    choices = (Choice("Take the marks away", pieces),)
    what = "the tree that a browser shows, with a mark before each element"
    return Wrapping("line-prefixes", what, start, end, choices, exact, note)


# -- a page that breaks lines with tags -----------------------------------------------------------

_BREAK = late_compile(r"(?i)(?<![ \t])[ \t]*+<br[ \t]*+/?+>[ \t]*+$", re.M)

#: Lines that have to end so.
_FEWEST_BREAKS = 3


def find_breaks(source: Source) -> Wrapping | None:
    """A document with `<br>` at the end of each of its lines, or None."""
    text = source.text
    breaks = list(_BREAK.finditer(text))
    filled = sum(1 for line in text.splitlines() if line.strip())
    if len(breaks) < _FEWEST_BREAKS or len(breaks) < filled - 1:
        return None
    pieces, at = Pieces(source), 0
    for match in breaks:
        pieces.copy(at, match.start())
        at = match.end()
    pieces.copy(at, len(text))
    start, end = breaks[0].span()
    choices = (Choice("Take the `<br>` away from the lines", pieces),)
    return Wrapping("document-in-text", "a page, with `<br>` after each line", start, end, choices)


# -- a log ----------------------------------------------------------------------------------------

_LINE = late_compile(r"[^\r\n]*+(?:\r\n|\n|\r)?")

#: What of the text before a line may differ from line to line.
_PART = late_compile(r"(?P<digits>\d+)|(?P<blank>[ \t]+)|(?P<other>[^\d \t]+)")

#: Characters before a line, at most; lines that have to have them.
_LONGEST, _FEWEST = 200, 3


def find_logged(source: Source) -> Wrapping | None:
    """A document with the same text before each of its lines, the figures in it aside, or None."""
    text = source.text
    first = BEGINNING.search(text)
    if first is None:
        return None
    begin = max(text.rfind("\n", 0, first.start()), text.rfind("\r", 0, first.start())) + 1
    before = text[begin : first.start()]
    if not before.strip() or len(before) > _LONGEST or "<" in before:
        return None
    pattern = _like(before)
    spans = [match.span() for match in _LINE.finditer(text, begin) if match[0].strip()]
    found = [pattern.match(text, start, end) for start, end in spans]
    last = max(index for index, match in enumerate(found) if match is not None)
    inside = found[: last + 1]
    count = sum(match is not None for match in inside)
    if count < _FEWEST or count * 3 < len(inside) * 2:
        return None
    pieces = Pieces(source)
    for (start, end), match in zip(spans[: last + 1], inside, strict=True):
        pieces.copy(start if match is None else match.end(), end)
    exact = count == len(found) and not text[:begin].strip()
    choices = (Choice("Take what stands before the lines away", pieces),)
    what = f"a log, with {count:,} lines that begin alike"
    end = begin + len(before.rstrip())
    return Wrapping(
        "line-prefixes", what, begin + len(before) - len(before.lstrip()), end, choices, exact
    )


def _like(before: str) -> re.Pattern[str]:
    """What is like the text before the first line: other figures, other blanks between words.  The
    blanks at its end count, since those of the document's own follow."""
    words = before.rstrip(" \t")
    parts = []
    for match in _PART.finditer(words):
        if match["digits"]:
            parts.append(r"\d++")
        else:
            parts.append(r"[ \t]++" if match["blank"] else re.escape(match[0]))
    blanks = before[len(words) :]
    return re.compile("".join(parts) + f"(?:{re.escape(blanks)}|(?=[\r\n]|$))")
