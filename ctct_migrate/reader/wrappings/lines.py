"""Documents of which each line has something before it: quoted in an e-mail, listed with numbers,
shown as a difference, commented out; and those in which a merge left both sides.
"""

from __future__ import annotations

import re

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.document_roots import AFTER_LESS_THAN, BEGINNING
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source

_LINE = late_compile(r"[^\r\n]*+(?:\r\n|\n|\r)?")

# -- something before each line ---------------------------------------------------------------------

_NUMBER = r"[ \t]*+(\d{1,7})(?:[ \t]*+[:|.)│→]|(?=[ \t]))"
_MARK = r"(?:>[ ]?)++|\+|\||//[ ]?|#[ ]?|;[ ]?|\*[ ]|--[ ]|[ ]\*[ ]"
_FIRST = late_compile(
    rf"(?m)^(?:(?P<number>{_NUMBER})|(?P<mark>{_MARK}))(?=[ \t]*+<{AFTER_LESS_THAN})"
)
_NUMBERED = late_compile(_NUMBER)
_BARE_NUMBER = late_compile(r"[ \t]*+(\d{1,7})[ \t:|]*+$")
_HUNK = late_compile(r"(?m)^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
#: What stands before the hunks of the next file.
_NEXT_FILE = late_compile(r"diff |Index: |--- \S|\+\+\+ \S|-- ?$")
_NAMES = {
    ">": "an e-mail that quotes it, with `>` before each line",
    "+": "a difference, with `+` before each line",
    "//": "a comment, with `//` before each line",
    "#": "a comment, with `#` before each line",
}


def find_prefixed(source: Source) -> Wrapping | None:
    """A document with something before each of its lines, or None."""
    text = source.text
    hunk = _HUNK.search(text)
    if hunk is not None and BEGINNING.search(text) is not None:
        return _difference(source, hunk)
    first = _FIRST.search(text)
    if first is None:
        return None
    start = first.start()
    if first["mark"] is not None:
        return _marked(source, start, first["mark"])
    return _numbered(source, start)


def _lines(text: str, start: int, end: int | None = None) -> list[tuple[int, int]]:
    """Start and end (its line end included) of each line from `start` on."""
    end = len(text) if end is None else end
    return [m.span() for m in _LINE.finditer(text, start, end) if m[0]]


def _marked(source: Source, start: int, first: str) -> Wrapping | None:
    text, mark = source.text, first.strip()[:1] if first.strip()[:2] != "//" else "//"
    if first.strip().startswith("--"):
        mark = "--"
    depth = first.count(">") if mark == ">" else 1
    pieces = Pieces(source)
    certain = not text[:start].strip()
    for at, end in _lines(text, start):
        line = text[at:end]
        if not line.strip():
            pieces.copy(at, end)
            continue
        if not line.lstrip(" " if mark == "*" else "").startswith(mark):
            if text[at:].strip():
                certain = False  # what follows the quotation is left out
            break
        begin = at
        for _ in range(depth):
            found = text.find(mark, begin, end)
            if found < 0:
                break
            begin = found + len(mark)
            if " " in first and text[begin : begin + 1] == " ":
                begin += 1
        pieces.copy(begin, end)
    what = _NAMES.get(mark, f"a text with `{mark}` before each line")
    choices = (Choice(f"Take `{mark}` away from the lines", pieces),)
    return Wrapping("line-prefixes", what, start, start + len(mark), choices, certain)


def _numbered(source: Source, start: int) -> Wrapping | None:
    """A listing: each line has a number, one more than the line before."""
    text, pieces, expected = source.text, Pieces(source), None
    certain = not text[:start].strip()
    opening = _NUMBERED.match(text, start)
    shown = opening.end() if opening else start + 1
    # As many blanks as stand between the first number and the first tag belong to the listing.
    margin = text.find("<", shown) - shown
    for at, end in _lines(text, start):
        match = _NUMBERED.match(text, at, end) or _BARE_NUMBER.match(text[at:end].rstrip())
        number = int(match[1]) if match else -1
        if match is None or (expected is not None and number != expected):
            if not text[at:end].strip():
                pieces.copy(at, end)
                continue
            if expected is None:
                return None
            # A line without a number goes on from the one before, as listings wrap long ones.
            certain = False
            pieces.copy(at, end)
            continue
        expected = number + 1
        width = match.end() if match.re is _NUMBERED else at + match.end()
        for _ in range(margin):
            width += text[width : width + 1] in (" ", "\t")
        pieces.copy(min(width, end), end)
    choices = (Choice("Take the numbers of lines away", pieces),)
    what = "a listing, with a number before each line"
    return Wrapping("line-prefixes", what, start, shown, choices, certain)


def _difference(source: Source, hunk: re.Match[str]) -> Wrapping:
    """A unified difference: the new side of it.  A hunk goes on for as many lines as its head says;
    where more follow that look like its own, the head is wrong, and they belong to it all the same."""
    text, pieces = source.text, Pieces(source)
    hunks = list(_HUNK.finditer(text))
    left, inside = 0, False
    at = hunk.start()
    for start, end in _lines(text, at):
        if (match := _HUNK.match(text, start)) is not None:
            left, inside = int(match[4] or 1), True
        elif left <= 0 and _NEXT_FILE.match(text, start) is not None:
            inside = False
        elif not inside:
            continue
        elif text[start] in "+ ":
            pieces.copy(start + 1, end)
            left -= 1
        elif not text[start:end].strip():
            if left > 0:
                pieces.copy(start, end)
            left -= 1
        elif left <= 0 and text[start] not in "-\\":
            inside = False
    # Of a file that is new the difference has everything; of another, the lines that changed.
    whole = len(hunks) == 1 and hunk[3] == "1" and hunk[1] == "0"
    choices = (Choice("Keep the lines of the new side", pieces),)
    end = min(hunk.end(), len(text))
    return Wrapping(
        "line-prefixes", "a difference between two files", hunk.start(), end, choices, whole
    )


# -- both sides of a merge ------------------------------------------------------------------------

_CONFLICT = late_compile(
    r"(?m)^(?:(<{7})(?=[ \r\n])|(\|{7})(?=[ \r\n])|(={7})(?=\s*$)|(>{7})(?=[ \r\n]|\Z))[^\r\n]*+(?:\r\n|\n|\r)?"
)


def find_conflict(source: Source) -> Wrapping | None:
    """A document in which a merge left both sides of a conflict, or None."""
    text = source.text
    if "<<<<<<<" not in text or ">>>>>>>" not in text:
        return None
    marks: list[tuple[int, re.Match[str]]] = []
    blocks: list[list[re.Match[str]]] = []
    for match in _CONFLICT.finditer(text):
        kind = match.lastindex or 0
        if kind == 1:
            marks = [(1, match)]
        elif marks and kind > marks[-1][0]:
            marks.append((kind, match))
            if kind == 4:
                if any(number == 3 for number, _ in marks):
                    blocks.append([mark for _, mark in marks])
                marks = []
    if not blocks:
        return None
    sides = [(_side(block, 0), _side(block, -1)) for block in blocks]
    same = all(text[slice(*ours)] == text[slice(*theirs)] for ours, theirs in sides)
    first = blocks[0][0]
    line_end = first.start() + len(first[0].rstrip())
    titles = ("Keep the first side", "Keep the second side")
    choices = [
        Choice(title, _merged(source, blocks, [pair[number] for pair in sides]))
        for number, title in enumerate(titles)
    ]
    count = len(blocks)
    what = f"a file with {count:,} merge conflicts" if count > 1 else "a file with a merge conflict"
    note = "" if same else "decide which side of each conflict is right"
    return Wrapping(
        "merge-conflict", what, first.start(), line_end, tuple(choices[: 1 if same else 2]), same, note
    )  # fmt: skip


def _side(block: list[re.Match[str]], number: int) -> tuple[int, int]:
    """The lines of the first (0) or the last (-1) side of a conflict."""
    if number == 0:
        return block[0].end(), block[1].start()
    return block[-2].end(), block[-1].start()


def _merged(
    source: Source, blocks: list[list[re.Match[str]]], sides: list[tuple[int, int]]
) -> Pieces:
    pieces, at = Pieces(source), 0
    for block, side in zip(blocks, sides, strict=True):
        pieces.copy(at, block[0].start())
        pieces.copy(*side)
        at = block[-1].end()
    pieces.copy(at, len(source.text))
    return pieces
