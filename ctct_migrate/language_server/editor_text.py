"""The text of a document as its editor has it, and places in it.

An editor names a place by its line and by how many units of UTF-8, UTF-16 or UTF-32 stand before it
in that line, both 0-based (LSP 3.17, Position); which of the three is agreed on once.  Everything
else here counts characters of the whole text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.source import line_starts


class EditorPlace(NamedTuple):
    """A place as an editor names it: `line` and `column` are 0-based; `column` counts units of the
    agreed encoding."""

    line: int
    column: int


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _pairs(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


#: How many units a text has, by the protocol's name of the encoding.
UNITS: dict[str, Callable[[str], int]] = {"utf-8": _bytes, "utf-16": _pairs, "utf-32": len}


@dataclass(frozen=True)
class EditorText:
    """A text, and the encoding (a key of `UNITS`) in whose units its editor counts.

    >>> text = EditorText("a\\r\\n\\U0001f600b", "utf-16")
    >>> text.place(4), text.index(EditorPlace(1, 2))
    (EditorPlace(line=1, column=2), 4)
    """

    text: str
    encoding: str = "utf-16"

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self.text)

    @property
    def lines(self) -> int:
        """How many lines there are; a text that ends with a line end has an empty last one."""
        return len(self._starts)

    def _ends(self, line: int) -> int:
        """The index after the last character of a line, its line end not counted."""
        if line + 1 >= len(self._starts):
            return len(self.text)
        start, end = self._starts[line], self._starts[line + 1]
        return max(start, end - (2 if self.text[end - 2 : end] == "\r\n" else 1))

    def line(self, number: int) -> str:
        """The text of a line (0-based) without its line end; empty after the last one."""
        if not 0 <= number < len(self._starts):
            return ""
        return self.text[self._starts[number] : self._ends(number)]

    def place(self, index: int) -> EditorPlace:
        """The place of the character at `index`; an index outside the text is drawn to its nearest
        end, and one inside a line end to the end of its line."""
        index = max(0, min(index, len(self.text)))
        line = bisect_right(self._starts, index) - 1
        start = self._starts[line]
        before = self.text[start : min(index, self._ends(line))]
        return EditorPlace(line, len(before) if before.isascii() else UNITS[self.encoding](before))

    def index(self, place: EditorPlace) -> int:
        """The index of the character at a place.  A column after the end of its line means that end
        (LSP 3.17, Position); one inside a character means the character; a line after the last one
        means the end of the text."""
        line, column = place
        if line < 0 or line >= len(self._starts):
            return 0 if line < 0 else len(self.text)
        start, text = self._starts[line], self.line(line)
        if self.encoding == "utf-32" or text.isascii():
            return start + max(0, min(column, len(text)))
        units, low, high = UNITS[self.encoding], 0, len(text)
        while low < high:  # the last character before which there are no more units than that
            middle = (low + high + 1) // 2
            if units(text[:middle]) <= column:
                low = middle
            else:
                high = middle - 1
        return start + low

    def changed(self, start: EditorPlace, end: EditorPlace, text: str) -> EditorText:
        """The text after an edit of its editor: what stands from `start` to `end` gives way."""
        first, last = sorted((self.index(start), self.index(end)))
        made = EditorText(self.text[:first] + text + self.text[last:], self.encoding)
        vars(made)["_starts"] = self._starts_after(made.text, first, last)
        return made

    def _starts_after(self, text: str, first: int, last: int) -> list[int]:
        """The starts of the lines of `text`, which this text becomes when what stands from `first` to
        `last` gives way: looked for again from the line before the edit to the line after it, since a
        CR and an LF may have come together or apart."""
        starts, grown = self._starts, len(text) - len(self.text)
        low = max(0, bisect_right(starts, first) - 2)
        high = bisect_right(starts, last) + 1
        begin = starts[low]
        end = starts[high] + grown if high < len(starts) else len(text)
        found = [begin + each for each in line_starts(text[begin:end])]
        if high < len(starts) and found[-1] == end:
            found.pop()  # it is the first of the rest
        return [*starts[:low], *found, *(each + grown for each in starts[high:])]
